"""Earmarks as bounds: what may still be claimed, under every set of earmarks.

Earmarks are constraints, not pots. Claims can be met if and only if, for every set T of earmark classes that
contains "unearmarked", the claims payable only from T are within the money of T (Hall's condition; a test holds
it against maximum flow). So room is not a number: 10 for {A, B} is 10 to A or to B, not to both.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from mptf_sim.arrays import np
from mptf_sim.quantities import Array, Mask

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which sets of earmark classes bound which programmes. Class 0 is unearmarked money.

    classes : (set, class), whether the set's money includes the class
    within : (eligible, set), whether programmes of an eligible set can be paid from nothing outside the set; in a
        `Room` also whether they are in a group whose claims are bounded

    Sums run as matrix products of ones and whole cents: exact, whatever order BLAS adds in.
    """

    classes: Mask
    within: Mask

    @classmethod
    def of(cls, class_count: int, eligible_sets: list[frozenset[int]]) -> Bounds:
        """All bounds of `class_count` classes (unearmarked among them) for these sets of eligible classes."""
        earmarks = range(1, class_count)
        sets = [frozenset((0, *chosen)) for size in range(class_count) for chosen in combinations(earmarks, size)]
        return cls(
            classes=np.array([[c in chosen for c in range(class_count)] for chosen in sets]),
            within=np.array([[eligible <= chosen for chosen in sets] for eligible in eligible_sets]).reshape(
                -1, len(sets)
            ),
        )

    def money(self, by_class: Array) -> Array:
        """Money of each set: (class, path) to (set, path), cents."""
        return self.classes.astype(np.float64) @ by_class

    def claims(self, by_eligible: Array) -> Array:
        """Claims payable only from each set: (eligible, path) to (set, path), cents."""
        return self.within.T.astype(np.float64) @ by_eligible

    def least(self, slack: Array) -> Array:
        """Room of each eligible set, the smallest slack over the sets that bound it: (set, path) to (eligible, path)."""
        room = np.empty((len(self.within), slack.shape[1]))
        for eligible, bounding in enumerate(self.within):
            slack[bounding].min(axis=0, out=room[eligible])
        return room


class Room:
    """What may still be approved, in cents, while the Committee decides one programme after the other.

    A claim is what an award counts for under the funding policy: all of it, or the instalments due soon.

    Parameters
    ----------
    bounds : which sets of earmarks bound which eligible sets
    slack : (set, path), cents left; copied, since claims are taken from it
    eligible : (candidate,), the eligible set of each candidate
    counted_num, counted_den : (candidate,), the share of an award that counts as a claim
    """

    def __init__(
        self, bounds: Bounds, slack: Array, eligible: NDArray[np.intp], counted_num: Array, counted_den: Array
    ) -> None:
        self.bounds = bounds
        self.slack = slack.copy()
        self.eligible = eligible
        self.counted_num, self.counted_den = counted_num, counted_den

    def copy(self) -> Room:
        return Room(self.bounds, self.slack, self.eligible, self.counted_num, self.counted_den)

    def on(self, paths: NDArray[np.intp]) -> Room:
        """The room of some paths alone."""
        return Room(self.bounds, self.slack.take(paths, axis=1), self.eligible, self.counted_num, self.counted_den)

    def claim_of(self, awards: Array) -> Array:
        """What awards count for: (candidate, path), cents."""
        if (self.counted_num == self.counted_den).all():
            return awards
        return np.rint(awards * self.counted_num[:, None] / self.counted_den[:, None])

    def largest_within(self, claims: Array, rows: NDArray[np.intp]) -> Array:
        """The largest awards to some candidates whose claims are within these: (row, path), cents.

        Where nothing of an award counts there is no largest: zero.
        """
        num, den = self.counted_num[rows, None], self.counted_den[rows, None]
        if (num == den).all():
            return claims
        counts = num > 0
        # A claim is rounded: up to half a cent above counts too. What follows mends the last cent, of ties and of floats.
        award = np.floor(np.where(counts, (claims + 0.5) * den / np.where(counts, num, 1.0), 0.0))
        while (above := counts & (np.rint(award * num / den) > claims)).any():
            award -= above
        while (below := counts & (np.rint((award + 1.0) * num / den) <= claims)).any():
            award += below
        return award

    def for_each(self) -> Array:
        """The largest claim each candidate alone could make: (candidate, path), cents; never below zero."""
        return np.maximum(self.bounds.least(self.slack), 0.0)[self.eligible]

    def up_to(self, asks: Array, who: NDArray[np.intp], paths: NDArray[np.intp]) -> Array:
        """The largest possible awards up to what is asked: to candidate `who` on each path, cents; all (path,)."""
        left = np.maximum(self.bounds.least(self.slack)[self.eligible[who], paths], 0.0)
        claims = np.rint(asks * self.counted_num[who] / self.counted_den[who])
        most = self.largest_within(np.minimum(left, claims)[:, None], who)[:, 0]  # of a vast room no more than asked
        return np.where(claims <= left, asks, np.minimum(most, asks))

    def take(self, who: NDArray[np.intp], awards: Array) -> None:
        """Enter the claim of one award on each path: to candidate `who`, cents, zero for none; both (path,)."""
        claims = np.rint(awards * self.counted_num[who] / self.counted_den[who])
        self.slack -= self.bounds.within[self.eligible[who]].T * claims

    def after(self, claims: Array) -> Room:
        """The room once these are claimed: (candidate, path), cents."""
        left = self.copy()
        left.slack -= self.bounds.claims(self._by_eligible(claims))
        return left

    def bounded(self, members: Mask, most: Array) -> Room:
        """The same room with one bound more: some candidates (candidate,) together claim at most so much (path,)."""
        kinds, eligible = np.unique(np.column_stack([self.eligible, members]), axis=0, return_inverse=True)
        within = np.column_stack([self.bounds.within[kinds[:, 0]], kinds[:, 1].astype(bool)])
        slack = np.vstack([self.slack, most])
        bounds = Bounds(self.bounds.classes, within)
        return Room(bounds, slack, eligible.ravel(), self.counted_num, self.counted_den)

    def allows(self, awards: Array) -> Mask:
        """Whether awards (candidate, path) are within the room, all together: (path,)."""
        taken = self.bounds.claims(self._by_eligible(self.claim_of(awards)))
        within: Mask = ((taken <= np.maximum(self.slack, 0.0)) | (taken == 0)).all(axis=0)
        return within

    def _by_eligible(self, claims: Array) -> Array:
        """Claims added up by eligible set: (candidate, path) to (eligible, path)."""
        sets = range(len(self.bounds.within))
        return np.stack([claims[self.eligible == eligible].sum(axis=0) for eligible in sets])
