"""The review pack: what is known of each programme at a review, and what is true, summed over paths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mptf_sim.books import REVIEW_PACK
from mptf_sim.engine.cells import Entries
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import NEVER, Terms
from mptf_sim.quantities import Array, Mask


@dataclass(slots=True)
class ReviewPack:
    """Filled at each review, closed at the end of the calendar."""

    terms: Terms
    sums: Array  # (review, programme, kind), see REVIEW_PACK
    approved: dict[int, Mask]  # (programme, path) of each review that has been
    known: Array  # (part, path), expenditure that reports have told of, with indirect cost

    @classmethod
    def of(cls, terms: Terms, width: int) -> ReviewPack:
        shape = (len(terms.reviews), len(terms.programmes), len(REVIEW_PACK))
        return cls(terms, np.zeros(shape), {}, np.zeros((len(terms.layout.parts), width)))

    def enter(self, t: int, before: FundState, state: FundState, reported: Entries) -> None:
        """What stands in the pack of the reviews of period t: as known in it, and true at its close."""
        if not self.terms.reviews:
            return
        if t == 0:
            self.known += self.terms.fund.fees.budget(before.portfolio.spent)
        reported.add_to(self.known)
        for row, review in enumerate(self.terms.reviews):
            if review.quarter != self.terms.quarters[t]:
                continue
            portfolio = state.portfolio
            approved = (portfolio.approved_at < NEVER) & self.terms.concerned[row][:, None]
            self.approved[row] = approved
            self._add(row, "paths", approved)
            self._add(row, "approved", portfolio.award * approved)
            self._add(row, "transferred", self._transferred(state) * approved)
            self._add(row, "reported", self.terms.layout.all_programmes(self.known) * approved)
            self._add(row, "delivered", self._expenditure(portfolio.spent) * approved)

    def close(self, state: FundState) -> Array:
        """The sums, with what became of the same programmes on the same paths by the end of the calendar."""
        for row, approved in self.approved.items():
            self._add(row, "final_transferred", self._transferred(state) * approved)
            self._add(row, "final_delivered", self._expenditure(state.portfolio.spent) * approved)
        return self.sums

    def _transferred(self, state: FundState) -> Array:
        """Before refunds, since what was settled would always be delivered in full: (programme, path)."""
        return self.terms.layout.all_programmes(state.portfolio.received)

    def _expenditure(self, spent: Array) -> Array:
        """Direct cost of parts with its indirect cost, by programme: (programme, path)."""
        return self.terms.layout.all_programmes(self.terms.fund.fees.budget(spent))

    def _add(self, row: int, kind: str, values: Array | Mask) -> None:
        self.sums[row, :, REVIEW_PACK.index(kind)] += values.sum(axis=1)
