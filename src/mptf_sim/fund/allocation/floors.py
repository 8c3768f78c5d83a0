"""Floors: what a group of programmes is served first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mptf_sim.arrays import np
from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Room
from mptf_sim.quantities import Array, Mask

Sharing = Callable[[Room, Requests], Array]
"""What a rule does: room and requests to awards, (candidate, path), cents; what was given before is in them."""


class Floor(NamedTuple):
    """The least that is set aside for a group of documents."""

    members: Mask  # (candidate,)
    amount: Array  # (path,), claims, cents


def served_first(share: Sharing, room: Room, requests: Requests, floors: Sequence[Floor]) -> Array:
    """Run a rule on each group within its floor, then on all documents within what is left.

    Returns
    -------
    awards : (candidate, path), cents
    """
    for floor in floors:
        given = room.claim_of(requests.given)
        left = np.maximum(floor.amount - given[floor.members].sum(axis=0), 0.0)
        awards = share(room.bounded(floor.members, left), requests.only(floor.members))
        room = room.after(room.claim_of(awards) - given)
        requests = requests.after(awards)
    return share(room, requests)
