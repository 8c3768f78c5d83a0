"""A shock to delivery: organisations spend more slowly."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from mptf_sim.fund.part import Part
from mptf_sim.quantities import ContractRate, Id, Quarter, wrong


class DeliverySlowdown(Part):
    """Delivery slows: from `start` (to `end`) the pace of programmes is lower by `share`. Several slowdowns multiply."""

    kind: Literal["delivery_slowdown"] = "delivery_slowdown"
    organisations: tuple[Id, ...] = ()
    """Whose delivery; of all organisations if empty."""
    regions: tuple[Id, ...] = ()
    """Where; in all regions if empty. With both, it hits these organisations in these regions."""
    start: Quarter
    end: Quarter | None = None
    """The last quarter of the slowdown; for good if not said."""
    share: ContractRate

    @model_validator(mode="after")
    def _in_order(self) -> DeliverySlowdown:
        if self.end is not None and self.end < self.start:
            raise wrong(f"an end no earlier than the start {self.start}", str(self.end))
        return self

    def hits(self, organisation: str, region: str, quarter: Quarter) -> bool:
        """Whether it slows what an organisation delivers in a region in a quarter."""
        concerned = not self.organisations or organisation in self.organisations
        concerned = concerned and (not self.regions or region in self.regions)
        return concerned and self.start <= quarter and (self.end is None or quarter <= self.end)
