"""Sharing: every programme gets the same share of what it asked for."""

from __future__ import annotations

from typing import Literal

import numpy as np

from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Room
from mptf_sim.fund.part import Part
from mptf_sim.money import apportion
from mptf_sim.quantities import Array


class ProRata(Part):
    """Every programme gets the same share of what it asked for, as far as earmarks let it.

    Parts below the minimum grant become zero and are shared again, once.
    """

    kind: Literal["pro_rata"] = "pro_rata"

    def share(self, room: Room, requests: Requests) -> Array:
        """Split what the room allows over the requests.

        Returns
        -------
        awards : (candidate, path), cents; none above its request, all of them together within the room
        """
        asked = requests.together()
        awards = in_proportion(room, asked)
        small = (awards > 0) & (awards < requests.minimum)
        if small.any():
            awards = in_proportion(room, asked * ~small)
            awards *= awards >= requests.minimum
        return awards


def in_proportion(room: Room, asked: Array) -> Array:
    """Awards at the common level of (award / ask), in whole cents, never a cent beyond the room.

    Programmes with the same eligible earmarks and the same counted share form a group; a group's total is
    claimed first, then shared within it.
    """
    eligible_count = len(room.bounds.within)
    claims = room.claim_of(asked)
    by_eligible = np.zeros((eligible_count, asked.shape[1]))
    np.add.at(by_eligible, room.eligible, claims)
    level = room.common_level(by_eligible)

    room = room.copy()
    awards = np.zeros_like(asked)
    terms = np.stack([room.eligible, room.counted_num, room.counted_den], axis=1)
    for eligible, num, den in np.unique(terms, axis=0):
        rows = np.flatnonzero((terms == (eligible, num, den)).all(axis=1))
        total = asked[rows].sum(axis=0)
        wanted = np.rint(total * level[int(eligible)])
        if num > 0:
            kept_back = 0 if num == den else len(rows)  # cents: each award's claim is rounded on its own
            left = np.maximum(room.bounds.least(room.slack)[int(eligible)], 0.0)
            wanted = np.minimum(wanted, np.maximum(np.floor(left * den / num) - kept_back, 0.0))
        wanted = np.minimum(wanted, total)
        awards[rows] = apportion(wanted, asked[rows])
        room.take_from(int(eligible), room.claim_of(awards)[rows].sum(axis=0))
    return awards
