"""A shock to credit: defaults come in a cluster."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Factor, Id, Quarter, wrong


class DefaultCluster(Part):
    """Defaults cluster: from `start` (to `end`) the yearly chance of default is multiplied. Several clusters multiply."""

    kind: Literal["default_cluster"] = "default_cluster"
    deals: tuple[Id, ...] = ()
    """Which deals; all of them if neither these nor regions are said."""
    regions: tuple[Id, ...] = ()
    """Deals of plans of these regions."""
    start: Quarter
    end: Quarter | None = None
    """The last quarter of the cluster; for good if not said."""
    factor: Factor
    """On the yearly chance of default, which stays within 100%."""

    @model_validator(mode="after")
    def _in_order(self) -> DefaultCluster:
        if self.end is not None and self.end < self.start:
            raise wrong(f"an end no earlier than the start {self.start}", str(self.end))
        return self

    def hits(self, deal: str, region: str, quarter: Quarter) -> bool:
        """Whether a deal of a region is hit in a quarter."""
        concerned = deal in self.deals or region in self.regions or not (self.deals or self.regions)
        return concerned and self.start <= quarter and (self.end is None or quarter <= self.end)
