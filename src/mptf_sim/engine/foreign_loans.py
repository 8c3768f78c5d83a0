"""Loans in other currencies: what they are in their own, and what that is worth in the fund's, quarter by quarter.

A deal's money is in the fund's currency; of these loans it follows from what is kept in theirs. docs/model.md says how.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mptf_sim.engine.cells import Rows
from mptf_sim.quantities import Array

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mptf_sim.engine.blended_state import BlendedState
    from mptf_sim.engine.deal_flows import Ledger
    from mptf_sim.engine.deal_terms import DealTerms

NOT_ONE = -1
"""Place of a loan that is in the fund's currency."""


IN_OWN = {
    "private_draws": "drawn", "public_draws": "drawn", "loans_begun": "begun", "lenders_interest": "interest",
    "lenders_principal": "principal", "loan_losses": "losses",
}  # fmt: skip
"""Accounts that are kept in a loan's own currency as well, and what flow of it they are."""


class ForeignTerms(NamedTuple):
    """Which loans of deals are in other currencies."""

    loans: Rows  # (foreign loan,), rows of loans
    currency: tuple[str, ...]  # of each
    place: Rows  # (loan,), row among these, or NOT_ONE
    deals: Rows  # deals that have any
    of_deal: Rows  # (foreign loan,)

    def rates(self, known: Mapping[str, Array], t: int) -> Array:
        """What one unit of each loan's currency is worth in a period: (foreign loan, path)."""
        return np.stack([known[currency][t] for currency in self.currency])


@dataclass(frozen=True, slots=True)
class OwnAmounts:
    """Foreign loans in whole cents of their own currencies: (foreign loan, path) each."""

    face: Array  # as closed
    out: Array  # outstanding
    lost: Array  # lost and not restored

    @classmethod
    def none(cls, loans: int, width: int) -> OwnAmounts:
        return cls(*(np.zeros((loans, width)) for _ in range(3)))


class OwnFlows(NamedTuple):
    """What moved in the loans' own currencies in a period, by IN_OWN, and the rates at which it was booked."""

    moved: Mapping[str, Array]  # (foreign loan, path)
    rate: Array  # (foreign loan, path)


class Abroad:
    """The foreign loans while a period is played: own amounts are changed in place, what stands in the fund's follows."""

    def __init__(self, terms: DealTerms, state: BlendedState, rate: Array) -> None:
        assert state.own is not None
        self.terms, self.rate = terms.foreign, rate
        self.own = OwnAmounts(state.own.face.copy(), state.own.out.copy(), state.own.lost.copy())
        self.moved: dict[str, Array] = {}
        self.stood, self.lost = state.out[self.terms.loans], state.lost[self.terms.loans]
        self.lowered = np.zeros_like(self.stood)  # by principal and losses, in the fund's currency

    def worth(self) -> Array:
        """What is outstanding, at the rate of the period: (foreign loan, path)."""
        return np.rint(self.own.out * self.rate)

    def revalue(self, state: BlendedState) -> BlendedState:
        """What is outstanding follows the rate."""
        out = state.out.copy()
        out[self.terms.loans] = self.worth()
        return replace(state, out=out)

    def restored(self, state: BlendedState) -> None:
        """Calls and recoveries, which come in the fund's currency, make good as large a part of what was lost in the own."""
        lost = state.lost[self.terms.loans]
        share = np.divide(lost, self.lost, out=np.ones_like(lost), where=self.lost > 0)
        np.rint(self.own.lost * share, out=self.own.lost)
        self.lost = lost

    def lose(self, state: BlendedState) -> BlendedState:
        """What defaults took of each loan, in its own currency; what is left is booked anew."""
        borne = state.lost[self.terms.loans] - self.lost
        part = np.minimum(np.rint(borne / self.rate), self.own.out)
        own = np.where(borne > 0, np.where(state.out[self.terms.loans] > 0, part, self.own.out), 0.0)
        self.own.out[:] -= own
        self.own.lost[:] += own
        self.note("losses", slice(None), own)
        self.lowered += borne
        return self.revalue(state)

    def repay(self, rows: Rows, principal: Array, own: Array) -> None:
        """Principal of some loans, in the fund's currency and in their own."""
        self.own.out[rows] -= own
        self.lowered[rows] += principal
        self.note("principal", rows, own)

    def book_difference(self, state: BlendedState, ledger: Ledger) -> None:
        """By what the rate, and rounding, moved what is outstanding since the close of the period before."""
        moved = state.out[self.terms.loans] - (self.stood - self.lowered)
        ledger.enter("loan_exchange_difference", "loan", self.terms.loans, moved)

    def close(self, state: BlendedState, t: int) -> None:
        """A deal that closes fixes the faces of its loans in their own currencies."""
        closes = state.closed_at[self.terms.of_deal] == t
        np.copyto(self.own.face, np.rint(state.face[self.terms.loans] / self.rate), where=closes)

    def draw(
        self, loans: Rows, part: Callable[[Array], Array], lent: Array, begun: Array, begins: Array
    ) -> tuple[Array, Array]:
        """What of a deal's loans is drawn and begins, at the rate of the period.

        Parameters
        ----------
        part : what of an amount comes in now
        lent, begun : (loan, path), what would be, by the faces in the fund's currency
        begins : (path,), where the last part is drawn

        Returns
        -------
        lent, begun : (loan, path), with foreign loans at the rate of the period
        """
        place = self.terms.place[loans]
        here = np.flatnonzero(place != NOT_ONE)
        rows = place[here]
        own = part(self.own.face[rows])
        lent, begun = lent.copy(), begun.copy()
        lent[here] = np.rint(own * self.rate[rows])
        self.own.out[rows] = np.where(begins, self.own.face[rows], self.own.out[rows])
        begun[here] = np.rint(self.own.face[rows] * self.rate[rows]) * begins
        for flow, amounts in (("drawn", own), ("begun", self.own.face[rows] * begins)):
            self.note(flow, rows, amounts)
        return lent, begun

    def flows(self) -> OwnFlows:
        """What moved in the period."""
        return OwnFlows(self.moved, self.rate)

    def note(self, flow: str, rows: Rows | slice, amounts: Array) -> None:
        """What moved of some of the loans in their own currencies; of each loan once a period."""
        self.moved.setdefault(flow, np.zeros_like(self.stood))[rows] = amounts
