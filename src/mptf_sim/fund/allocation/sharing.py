"""What all sharing rules have in common: asks within needs, the minimum grant, whole awards."""

from __future__ import annotations

import numpy as np

from mptf_sim.fund.allocation.fill import fill
from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Room
from mptf_sim.quantities import Array, ContractRate

SCALE = 1_000_000
"""The largest weight of a rule that does not weigh by claims."""

NOTHING = ContractRate(0, 1)


def shared(room: Room, requests: Requests, weights: Array | None, floor: ContractRate = NOTHING) -> Array:
    """Share the room over the documents: (candidate, path), cents, what they were given before included.

    Awards below the minimum grant become zero, and the rest is shared once more.

    Parameters
    ----------
    weights : (candidate, path), whole numbers; None: each weighs what its ask claims
    floor : share of its ask that each document gets first, or one common share of it
    """
    asks = requests.together()
    awards = _filled(room, requests, asks, weights, floor)
    small = (awards > 0) & (awards < requests.minimum)
    if small.any():
        awards = _filled(room, requests, asks * ~small, weights, floor)
        awards *= awards >= requests.minimum
    return awards


def _filled(room: Room, requests: Requests, asks: Array, weights: Array | None, floor: ContractRate) -> Array:
    """Awards, the largest whose claims are those that `fill` finds."""
    given = requests.given
    caps, before = room.claim_of(asks), room.claim_of(given)
    floors = before
    if floor.num:
        first = room.claim_of(np.maximum(given, np.minimum(floor.of(asks), asks)))
        floors = fill(room, first, before, first)
        room = room.after(floors - before)
    claims = fill(room, caps, floors, caps if weights is None else claim_weights(room, weights))
    awards = np.where(claims == before, given, room.largest_within(claims, np.arange(len(asks))))
    return np.where(claims == caps, asks, awards)


def claim_weights(room: Room, weights: Array) -> Array:
    """How fast claims rise where awards rise by these weights: whole numbers, none lost to rounding."""
    return np.maximum(room.claim_of(weights), (weights > 0).astype(np.float64))
