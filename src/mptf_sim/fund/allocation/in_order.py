"""Down a list: what fits is awarded, what does not fit in its turn is passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mptf_sim.arrays import np
from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Room
from mptf_sim.quantities import Array, ContractRate, Mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHOLE = ContractRate(1, 1)


def claim_in_order(room: Room, requests: Requests, score: Array, scale_down_to: ContractRate = WHOLE) -> Array:
    """Go down the list by falling score, then id, and award what fits: (candidate, path), cents.

    Each round awards, on every path, the best document that fits. What did not fit in its turn cannot fit later,
    since rooms only shrink; a document whose own ask shrinks could, and `Requests.lower` strikes it off if its
    turn has passed. A path leaves when nothing fits.

    Parameters
    ----------
    score : (candidate, path); documents that were given something before are not on the list
    scale_down_to : share of its ask that a document is content with if it does not fit whole
    """
    awards = requests.given.copy()
    ask, unmet, room = requests.alone(), requests.unmet.copy(), room.copy()
    listed = np.where(ask > 0, score, -np.inf)  # without a score once struck off
    paths = np.arange(score.shape[1])  # the run's columns on which something may still fit
    while True:
        least = requests.least(ask, scale_down_to)
        left = room.for_each()
        left -= room.claim_of(least)
        best, fits = _first_of_best(_scores_of_what_fits(left, listed))
        if not fits.any():
            return awards
        if fits.mean() < 0.7:
            stay = np.flatnonzero(fits)
            paths, best, fits, room = paths[stay], best[stay], fits[stay], room.on(stay)
            ask, listed, unmet = (values.take(stay, axis=1) for values in (ask, listed, unmet))
        where = np.flatnonzero(fits)
        who = best[where]
        award = np.zeros(len(paths))
        award[where] = ask[who, where] if least is ask else room.up_to(ask[who, where], who, where)
        awards[who, paths[where]] = award[where]
        room.take(best, award)
        unmet[requests.need[who], where] -= requests.fees.direct_within(award[where])
        requests.lower(ask, listed, unmet, who, where)
        listed[who, where] = -np.inf
        something = award[where] > 0  # an award scaled down to nothing is none: it takes no country
        requests.strike_off(listed, who[something], where[something])


def _scores_of_what_fits(left: Array, listed: Array) -> Array:
    """Scores of the documents after whose claim something or nothing is left, -inf of the others; `left` is used up.

    Arithmetic takes a third of the time of a choice by mask. Amounts are whole: half a cent decides nothing.
    """
    left += 0.5
    left *= np.inf
    return np.minimum(left, listed, out=left)


def _first_of_best(scores: Array) -> tuple[NDArray[np.intp], Mask]:
    """The row of the best score on each path, of equals the first (rows are in the order of ids), and if there is any.

    The same as `argmax` down the rows, which takes ten times as long on arrays with the path last.
    """
    top = scores.max(axis=0)
    some: Mask = top > -np.inf
    row, path = np.divmod(np.flatnonzero(scores == np.where(some, top, np.nan)), scores.shape[1])
    best = np.zeros(len(top), dtype=np.intp)
    best[path[::-1]] = row[::-1]  # the first of equals is written last
    return best, some
