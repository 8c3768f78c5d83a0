"""What all sharing rules have in common: asks within needs, the minimum grant, whole awards."""

from __future__ import annotations

from mptf_sim.arrays import np
from mptf_sim.fund.allocation.fill import fill
from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Room
from mptf_sim.quantities import Array, ContractRate, Mask

SCALE = 1_000_000
"""The largest weight of a rule that does not weigh by claims."""

NOTHING = ContractRate(0, 1)


def shared(room: Room, requests: Requests, weights: Array | None, floor: ContractRate = NOTHING) -> Array:
    """Share the room over the documents: (candidate, path), cents, what they were given before included.

    Of the awards below the minimum grant the smaller half become zero and the rest is shared anew, until none is left:
    dropping all at once would award nothing where many documents share little money.

    Parameters
    ----------
    weights : (candidate, path), whole numbers; None: each weighs what its ask claims
    floor : share of its ask that each document gets first, or one common share of it
    """
    asks = requests.together()
    while True:
        awards = _filled(room, requests, asks, weights, floor)
        small = (awards > 0) & (awards < requests.minimum)
        if not small.any():
            return awards
        asks = asks * ~_smaller_half(awards, small)


def _smaller_half(awards: Array, small: Mask) -> Mask:
    """Half of the small awards, rounded up: the smallest, of equals those of later ids: (candidate, path)."""
    last_first = np.where(small, awards, np.inf)[::-1]
    rank = np.empty(awards.shape, dtype=np.intp)
    order = np.argsort(last_first, axis=0, kind="stable")
    np.put_along_axis(rank, order, np.arange(len(awards))[:, None], axis=0)
    smallest: Mask = rank[::-1] < (small.sum(axis=0) + 1) // 2
    return small & smallest


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
