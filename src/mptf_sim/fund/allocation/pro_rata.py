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
    """Awards at the common level of (claim / ask), in whole cents, never a cent beyond the room.

    What a rolling policy does not count yet is bound by nothing and gets what it asks for. The claims of
    programmes with the same eligible earmarks are entered together, then shared among them; a part of an ask is
    the largest award whose claim is within its share.
    """
    claims = room.claim_of(asked)
    by_eligible = np.zeros((len(room.bounds.within), asked.shape[1]))
    np.add.at(by_eligible, room.eligible, claims)
    wanted = np.rint(by_eligible * room.common_level(by_eligible))

    room = room.copy()
    awards = np.where(claims == 0, asked, 0.0)
    for eligible in np.unique(room.eligible):
        rows = np.flatnonzero(room.eligible == eligible)
        total = np.minimum(wanted[eligible], np.maximum(room.bounds.least(room.slack)[eligible], 0.0))
        parts = np.minimum(apportion(total, claims[rows]), claims[rows])
        room.take_from(int(eligible), parts.sum(axis=0))
        whole = parts == claims[rows]
        awards[rows] = np.where(whole, asked[rows], room.largest_within(parts, rows))
    return awards
