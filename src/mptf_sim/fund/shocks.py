"""Shocks: dated events that change what donors, the Committee or organisations do, or what plans need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mptf_sim.fund.currencies import CurrencyCode, Move
from mptf_sim.fund.delivery_shocks import DeliverySlowdown
from mptf_sim.fund.donors import DonorShocks, Window
from mptf_sim.fund.earmarks import Earmark
from mptf_sim.fund.finance.default_cluster import DefaultCluster
from mptf_sim.fund.part import Part
from mptf_sim.fund.plan_shocks import NeedsSurge, StateJoins
from mptf_sim.quantities import Change, ContractRate, Id, Quarter, wrong

FOREVER = 10**6


def window(start: Quarter, end: Quarter | None, calendar_start: Quarter) -> Window:
    """The periods from a shock's start to its end, or for good."""
    last = end.ordinal - calendar_start.ordinal if end else FOREVER
    return Window(start.ordinal - calendar_start.ordinal, last)


class DonorCut(Part):
    """Donors announce less: every gift announced from `start` (to `end`) is lower by `share`.

    What was announced before is honoured. Several cuts of one donor multiply.
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
        kept = ContractRate(self.share.den - self.share.num, self.share.den)
        return replace(shocks, cuts=(*shocks.cuts, (window(self.start, self.end, start), kept)))


class DonorExit(Part):
    """Donors leave: nothing is announced from `start` on, and instalments due from then on lapse, signed or not."""

    kind: Literal["donor_exit"] = "donor_exit"
    donors: Annotated[tuple[Id, ...], Field(min_length=1)]
    start: Quarter

    def on(self, shocks: DonorShocks, start: Quarter) -> DonorShocks:
        """The donor's shocks with this exit added: the earliest exit counts."""
        left = max(0, self.start.ordinal - start.ordinal)
        return replace(shocks, exit=left if shocks.exit is None else min(left, shocks.exit))


class EarmarkingWave(Part):
    """Donors earmark: of what they announce from `start` (to `end`) a share is under this earmark instead of theirs.

    Shares of several waves of one donor add up.
    """

    kind: Literal["earmarking_wave"] = "earmarking_wave"
    donors: tuple[Id, ...] = ()
    """Whom it concerns; all donors if empty."""
    start: Quarter
    end: Quarter | None = None
    """The last quarter of the wave; for good if not said."""
    share: ContractRate
    earmark: Earmark

    @model_validator(mode="after")
    def _in_order(self) -> EarmarkingWave:
        if self.end is not None and self.end < self.start:
            raise wrong(f"an end no earlier than the start {self.start}", str(self.end))
        return self

    def on(self, shocks: DonorShocks, start: Quarter) -> DonorShocks:
        """The donor's shocks with this wave added."""
        return replace(shocks, waves=(*shocks.waves, (window(self.start, self.end, start), self.share, self.earmark)))


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


class ExchangeRateMove(Part):
    """Currencies are worth more or less in the fund's from `start` (to `end`), on top of how they move by themselves.

    A strong dollar is a change below zero. Several moves of one currency multiply.
    """

    kind: Literal["exchange_rate_move"] = "exchange_rate_move"
    currencies: tuple[CurrencyCode, ...] = ()
    """Which; all of them if empty."""
    start: Quarter
    end: Quarter | None = None
    """The last quarter; for good if not said."""
    change: Change

    @model_validator(mode="after")
    def _in_order(self) -> ExchangeRateMove:
        if self.end is not None and self.end < self.start:
            raise wrong(f"an end no earlier than the start {self.start}", str(self.end))
        return self


DonorsShock = DonorCut | DonorExit | EarmarkingWave
AnyShock = (
    DonorsShock | ExchangeRateMove | FreezeOfApprovals | DeliverySlowdown | NeedsSurge | StateJoins | DefaultCluster
)
Shock = Annotated[AnyShock, Field(discriminator="kind")]


def donor_shocks(shocks: Sequence[AnyShock], donor: str, start: Quarter) -> DonorShocks:
    """Everything that hits one donor, together; the order in the file makes no difference."""
    together = DonorShocks()
    for shock in shocks:
        if isinstance(shock, DonorsShock) and (not shock.donors or donor in shock.donors):
            together = shock.on(together, start)
    return together


def exchange_moves(shocks: Sequence[AnyShock], currencies: Sequence[str], start: Quarter) -> dict[str, list[Move]]:
    """What shocks do to the rate of each currency; the order in the file makes no difference."""
    moves: dict[str, list[Move]] = {currency: [] for currency in currencies}
    for shock in shocks:
        if isinstance(shock, ExchangeRateMove):
            when = window(shock.start, shock.end, start)
            for currency in shock.currencies or currencies:
                moves[currency].append((when.first, when.last, shock.change))
    return moves
