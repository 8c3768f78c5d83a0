"""What the documents before the Committee ask for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mptf_sim.fund.fees import Fees
from mptf_sim.money import apportion
from mptf_sim.quantities import Array, Mask


@dataclass(frozen=True)
class Requests:
    """The candidates of one meeting, in the order of their ids.

    A request is the document's budget or, if that is less, the budget equivalent of the unmet need it serves.

    budget, direct : (candidate, 1), of the document, with and without indirect cost, cents
    need : (candidate,), row of the unmet need each serves
    unmet : (need, path), direct cost, cents; infinite in the row of programmes without a plan
    open : (candidate, path), whether the document is before the Committee
    score : (candidate, 1), quality of the document, 0 to 100
    window, region : (candidate,), rows in the shares below
    window_shortfall, region_shortfall : (row, path), how far past awards stay below an equal share
    minimum : the smallest award that is made, cents
    """

    fees: Fees
    budget: Array
    direct: Array
    need: NDArray[np.intp]
    unmet: Array
    open: Mask
    score: Array
    window: NDArray[np.intp]
    region: NDArray[np.intp]
    window_shortfall: Array
    region_shortfall: Array
    minimum: float

    def alone(self) -> Array:
        """What each would ask for if no other did: (candidate, path), cents; nothing below the minimum grant."""
        ask = self._budgets(np.minimum(self.direct, self.unmet[self.need])) * self.open
        return ask * (ask >= self.minimum)

    def lower(
        self, ask: Array, listed: Array, unmet: Array, awarded: NDArray[np.intp], paths: NDArray[np.intp]
    ) -> None:
        """Lower what the documents beside an awarded one still ask for, now that their need is less.

        One whose turn has passed (a higher score, or the same and a lower id) is struck off the list.

        Parameters
        ----------
        ask, listed : (candidate, path), cents, and scores of the list; changed in place
        unmet : (need, path), needs still unmet, cents
        awarded, paths : which candidate was awarded on which path
        """
        score = listed[awarded, paths]
        for beside in self._beside[awarded].T:
            some = np.flatnonzero(beside >= 0)
            who, where = beside[some], paths[some]
            direct = np.minimum(self.direct[who, 0], unmet[self.need[who], where])
            lower = np.where(direct == self.direct[who, 0], self.budget[who, 0], self.fees.budget(direct))
            ask[who, where] = lower
            theirs, its = listed[who, where], score[some]
            passed = (theirs > its) | ((theirs == its) & (who < awarded[some]))
            stays = ~passed & (lower >= self.minimum) & (lower > 0)
            listed[who, where] = np.where(stays, theirs, -np.inf)

    @cached_property
    def _beside(self) -> NDArray[np.intp]:
        """The other candidates that serve the same need: (candidate, other), -1 where there is none."""
        others = [
            [
                other
                for other in np.flatnonzero(self.need == need)
                if other != candidate and np.isfinite(self.unmet[need, 0])
            ]
            for candidate, need in enumerate(self.need)
        ]
        most = max(map(len, others), default=0)
        return np.array([[*some, *[-1] * (most - len(some))] for some in others], dtype=np.intp).reshape(
            len(others), most
        )

    def together(self) -> Array:
        """What all ask for at once, no need asked for twice: (candidate, path), cents.

        Where documents that serve one need ask for more than it, it is shared in proportion to what each alone
        would ask for.
        """
        asks = self.alone() > 0
        direct = np.minimum(self.direct, self.unmet[self.need]) * asks
        needs, documents = np.unique(self.need, return_counts=True)
        for need in needs[documents > 1]:
            rows = np.flatnonzero(self.need == need)
            asked = direct[rows]
            total = np.minimum(asked.sum(axis=0), self.unmet[need])
            crowded = asked.sum(axis=0) > total
            if crowded.any():
                shared = np.minimum(apportion(np.where(crowded, total, 0.0), asked), asked)
                direct[rows] = np.where(crowded, shared, asked)
        return self._budgets(direct) * asks

    def _budgets(self, direct: Array) -> Array:
        return np.where(direct == self.direct, self.budget, self.fees.budget(np.minimum(direct, self.direct)))
