"""What the documents before the Committee ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from mptf_sim.arrays import np
from mptf_sim.fund.fees import Fees
from mptf_sim.money import apportion
from mptf_sim.quantities import Array, ContractRate, Mask

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Requests:
    """The candidates of one meeting, in the order of their ids.

    A request is the document's budget or, if that is less, the budget equivalent of the unmet need it serves.

    budget, direct : (candidate, 1), of the document, with and without indirect cost, cents
    need : (candidate,), row of the unmet need each serves
    unmet : (need, path), direct cost, cents; infinite in the row of programmes without a plan; less what is given
    given : (candidate, path), awarded at this meeting before the rule is run (again), cents
    open : (candidate, path), whether the document is before the Committee
    score : (candidate, 1), quality of the document, 0 to 100
    ready : (candidate, 1), period in which the document became ready
    window, region : (candidate,), rows in the shares below
    regions : ids of the rows of regions
    window_shortfall, region_shortfall : (row, path), how far past awards stay below an equal share
    performance, capacity, income : (candidate, 1), of the plan each serves; income per person in cents
    approvable : (path,), what the meeting can approve in all, cents
    minimum : the smallest award that is made, cents
    one_per_country : (candidate, candidate), which documents share a country of which the meeting lets one through; or None
    """

    fees: Fees
    budget: Array
    direct: Array
    need: NDArray[np.intp]
    unmet: Array
    given: Array
    open: Mask
    score: Array
    ready: Array
    window: NDArray[np.intp]
    region: NDArray[np.intp]
    window_shortfall: Array
    region_shortfall: Array
    regions: tuple[str, ...]
    performance: Array
    capacity: Array
    income: Array
    approvable: Array
    minimum: float
    one_per_country: Mask | None = None

    def alone(self) -> Array:
        """What each that was given nothing would ask for if no other did: (candidate, path), cents.

        Nothing below the minimum grant, and nothing if a country of it has been served.
        """
        unmet = self.unmet[self.need]
        ask: Array = self._budgets(np.minimum(self.direct, unmet))
        ask *= self.open & (self.given == 0) & (unmet > 0)
        ask *= ask >= self.minimum
        if self.one_per_country is not None:
            served = self.one_per_country.astype(np.float64) @ (self.given > 0)
            ask *= served == 0
        return ask

    def after(self, awards: Array) -> Requests:
        """The requests once these are given: (candidate, path), cents, what was given before included."""
        unmet = self.unmet.copy()
        who, where = np.nonzero(awards != self.given)
        added = self.fees.direct_within(awards[who, where]) - self.fees.direct_within(self.given[who, where])
        np.subtract.at(unmet, (self.need[who], where), added)
        return replace(self, unmet=unmet, given=awards)

    def of_region(self, region: str) -> Mask:
        """The documents of a region: (candidate,)."""
        row = self.regions.index(region) if region in self.regions else -1
        return np.asarray(self.region == row)

    def only(self, members: Mask) -> Requests:
        """The requests of some candidates alone: (candidate,)."""
        return replace(self, open=self.open & members[:, None])

    def least(self, ask: Array, scale_down_to: ContractRate) -> Array:
        """The smallest awards documents are content with: (candidate, path), cents; the asks themselves at 100 %."""
        if scale_down_to.num == scale_down_to.den:
            return ask
        return np.minimum(np.maximum(scale_down_to.of(ask), self.minimum), ask)

    def strike_off(self, listed: Array, awarded: NDArray[np.intp], paths: NDArray[np.intp]) -> None:
        """Take documents of a country that an award now serves off the list."""
        if self.one_per_country is not None:
            beside, where = np.nonzero(self.one_per_country[awarded].T)
            listed[beside, paths[where]] = -np.inf

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
        left = unmet[self.need[awarded], paths]
        short = (left < self._most_beside[awarded]) | (left <= 0)  # elsewhere nobody asks for less
        if not short.any():
            return
        awarded, paths = awarded[short], paths[short]
        score = listed[awarded, paths]
        for beside in self._beside[awarded].T:
            some = np.flatnonzero(beside >= 0)
            who, where = beside[some], paths[some]
            left = unmet[self.need[who], where]
            direct = np.minimum(self.direct[who, 0], left)
            lower = np.where(direct == self.direct[who, 0], self.budget[who, 0], self.fees.budget(direct))
            lower[left <= 0] = 0.0  # also of a document so small that it holds no direct cost
            ask[who, where] = lower
            theirs, its = listed[who, where], score[some]
            passed = (theirs > its) | ((theirs == its) & (who < awarded[some]))
            stays = ~passed & (lower >= self.minimum) & (lower > 0)
            listed[who, where] = np.where(stays, theirs, -np.inf)

    @cached_property
    def _beside(self) -> NDArray[np.intp]:
        """The other candidates that serve the same need: (candidate, other), -1 where there is none."""
        same = (self.need[:, None] == self.need) & np.isfinite(self.unmet[self.need, 0])
        np.fill_diagonal(same, False)
        who, other = np.nonzero(same)
        count = same.sum(axis=1)
        beside = np.full((len(same), count.max(initial=0)), -1, dtype=np.intp)
        beside[who, np.arange(len(who)) - (np.cumsum(count) - count)[who]] = other
        return beside

    @cached_property
    def _most_beside(self) -> Array:
        """The largest direct cost among the other candidates that serve the same need: (candidate,), cents."""
        beside = self._beside
        most: Array = np.where(beside >= 0, self.direct[beside, 0], 0.0).max(axis=1, initial=0.0)
        return most

    def together(self) -> Array:
        """What all ask for at once, no need asked for twice: (candidate, path), cents; never less than was given.

        Where documents that serve one need ask for more than it, it is shared in proportion to the direct cost that
        each alone would ask for. Of documents that share a country of which one is let through, the first counts.
        """
        asks = self._let_through((self.alone() > 0) | (self.given > 0)) & self.open
        before = self.fees.direct_within(self.given)
        further = np.minimum(self.direct - before, self.unmet[self.need]) * asks
        needs, documents = np.unique(self.need, return_counts=True)
        for need in needs[documents > 1]:
            rows = np.flatnonzero(self.need == need)
            asked = further[rows]
            total = np.minimum(asked.sum(axis=0), self.unmet[need])
            crowded = asked.sum(axis=0) > total
            if crowded.any():
                parts = np.minimum(apportion(np.where(crowded, total, 0.0), asked), asked)
                further[rows] = np.where(crowded, parts, asked)
        return np.maximum(self._budgets(before + further) * asks, self.given)

    def _let_through(self, asks: Mask) -> Mask:
        """Of documents that share a country, those given something, else the first that asks: (candidate, path)."""
        if self.one_per_country is None:
            return asks
        through = asks & (self.given > 0)
        taken = self.one_per_country.astype(np.float64) @ through > 0
        for who, beside in enumerate(self.one_per_country):
            through[who] |= asks[who] & ~taken[who]
            taken[beside] |= through[who]
        return through

    def _budgets(self, direct: Array) -> Array:
        budgets = np.broadcast_to(self.budget, direct.shape).copy()
        cut = np.flatnonzero(direct < self.direct)  # few as a rule: a document mostly asks for its budget
        budgets.ravel()[cut] = self.fees.budget(direct.ravel()[cut])
        return budgets
