"""All or nothing, best first, with thematic and geographic balance."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Room
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, Count


class PriorityScore(Part):
    """The Committee approves the best document that fits, then the next, until none fits.

    Score = quality of the document + weight x (equal share of awards - share so far) of its window, and of its
    region: points per 100 %. The balance stands as it was before the meeting. Ties go to the lower id.
    """

    kind: Literal["priority_score"] = "priority_score"
    thematic_balance: Annotated[Count, Field(le=1000)] = 0
    geographic_balance: Annotated[Count, Field(le=1000)] = 0

    def share(self, room: Room, requests: Requests) -> Array:
        """Award each document whole or not at all.

        Returns
        -------
        awards : (candidate, path), cents; none above its request, all of them together within the room
        """
        score = (
            requests.score
            + self.thematic_balance * requests.window_shortfall[requests.window]
            + self.geographic_balance * requests.region_shortfall[requests.region]
        )
        return claim_in_order(room, requests, score)


def claim_in_order(room: Room, requests: Requests, score: Array) -> Array:
    """Go down the list by falling score, then id, and award what fits: (candidate, path), cents.

    Each round awards, on every path, the best document that fits. What did not fit in its turn cannot fit later,
    since rooms only shrink; a document whose own ask shrinks could, and `Requests.lower` strikes it off if its
    turn has passed. A path leaves when nothing fits.
    """
    awards = np.zeros(score.shape)
    ask, unmet, room = requests.alone(), requests.unmet.copy(), room.copy()
    listed = np.where(ask > 0, score, -np.inf)  # without a score once struck off
    paths = np.arange(score.shape[1])  # the run's columns on which something may still fit
    while True:
        fitting = np.where(room.claim_of(ask) <= room.for_each(), listed, -np.inf)
        best = fitting.argmax(axis=0)  # of equals the first: candidates are in the order of ids
        fits = fitting[best, np.arange(len(paths))] > -np.inf
        if not fits.any():
            return awards
        if fits.mean() < 0.7:
            paths, best, ask, listed = paths[fits], best[fits], ask[:, fits], listed[:, fits]
            unmet, room, fits = unmet[:, fits], room.on(fits), fits[fits]
        where = np.flatnonzero(fits)
        who = best[where]
        award = np.zeros(len(paths))
        award[where] = ask[who, where]
        awards[who, paths[where]] = award[where]
        room.take(best, award)
        unmet[requests.need[who], where] -= requests.fees.direct_within(award[where])
        requests.lower(ask, listed, unmet, who, where)
        listed[who, where] = -np.inf
