"""Shocks: dated events that change what donors or the Committee do. Each is one class and one word in the union."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mptf_sim.fund.donors import DonorShocks
from mptf_sim.fund.part import Part
from mptf_sim.quantities import ContractRate, Id, Quarter, wrong

FOREVER = 10**6


class DonorCut(Part):
    """Donors announce less: every gift announced from `start` (to `end`) is lower by `share`.

    Agreements signed before are honoured. Several cuts of one donor multiply.
    """

    kind: Literal["donor_cut"] = "donor_cut"
    donors: tuple[Id, ...] = ()
    """Whom it concerns; all donors if empty."""
    start: Quarter
    end: Quarter | None = None
    """The last quarter of the cut; for good if not said."""
    share: ContractRate

    @model_validator(mode="after")
    def _in_order(self) -> DonorCut:
        if self.end is not None and self.end < self.start:
            raise wrong(f"an end no earlier than the start {self.start}", str(self.end))
        return self

    def on(self, shocks: DonorShocks, start: Quarter) -> DonorShocks:
        """The donor's shocks with this cut added."""
        last = self.end.ordinal - start.ordinal if self.end else FOREVER
        kept = ContractRate(self.share.den - self.share.num, self.share.den)
        return DonorShocks(cuts=(*shocks.cuts, (self.start.ordinal - start.ordinal, last, kept)), exit=shocks.exit)


class DonorExit(Part):
    """Donors leave: nothing is announced from `start` on, and instalments due from then on lapse, signed or not."""

    kind: Literal["donor_exit"] = "donor_exit"
    donors: Annotated[tuple[Id, ...], Field(min_length=1)]
    start: Quarter

    def on(self, shocks: DonorShocks, start: Quarter) -> DonorShocks:
        """The donor's shocks with this exit added: the earliest exit counts."""
        left = max(0, self.start.ordinal - start.ordinal)
        return DonorShocks(cuts=shocks.cuts, exit=left if shocks.exit is None else min(left, shocks.exit))


class FreezeOfApprovals(Part):
    """The Committee does not meet from `start` to `end`; what was approved is paid and delivered as before."""

    kind: Literal["freeze_of_approvals"] = "freeze_of_approvals"
    start: Quarter
    end: Quarter | None = None
    """The last quarter of the freeze; for good if not said."""

    @model_validator(mode="after")
    def _in_order(self) -> FreezeOfApprovals:
        if self.end is not None and self.end < self.start:
            raise wrong(f"an end no earlier than the start {self.start}", str(self.end))
        return self

    def holds(self, quarter: Quarter) -> bool:
        """Whether approvals are frozen in a quarter."""
        return self.start <= quarter and (self.end is None or quarter <= self.end)


AnyShock = DonorCut | DonorExit | FreezeOfApprovals
Shock = Annotated[AnyShock, Field(discriminator="kind")]


def donor_shocks(shocks: Sequence[AnyShock], donor: str, start: Quarter) -> DonorShocks:
    """Everything that hits one donor, together; the order in the file makes no difference."""
    together = DonorShocks()
    for shock in shocks:
        if isinstance(shock, FreezeOfApprovals):
            continue
        if not shock.donors or donor in shock.donors:
            together = shock.on(together, start)
    return together
