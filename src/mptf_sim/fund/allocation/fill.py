"""Sharing: one level rises until the money of some earmarks is used up, in whole cents.

Every sharing rule is this one mechanism with weights of its own.
"""

from __future__ import annotations

from mptf_sim.arrays import np
from mptf_sim.fund.allocation.room import Room
from mptf_sim.quantities import Array


def fill(room: Room, caps: Array, floors: Array, weights: Array) -> Array:
    """Claims of documents as one level rises: each claims weight x level, at least its floor and at most its cap.

    Documents of a tight bound stay where they are; the others go on rising.

    Parameters
    ----------
    room : what is left once every floor is claimed
    caps, floors : (candidate, path), claims in cents; no floor above its cap
    weights : (candidate, path), whole numbers of at least zero

    Returns
    -------
    claims : (candidate, path), cents; what they add to the floors is within the room
    """
    return in_turn(room, _levelled(room, caps, floors, weights), floors)


def _levelled(room: Room, caps: Array, floors: Array, weights: Array) -> Array:
    """What each would claim at the level at which it stops: (candidate, path), cents; rounding may overstep a room."""
    claims = floors.copy()
    within = room.bounds.within[room.eligible].astype(np.float64)  # (candidate, bound)
    rises = (caps > floors) & (weights > 0)
    paths = np.flatnonzero(rises.any(axis=0))
    caps, floors, weights, rises = caps[:, paths], floors[:, paths], weights[:, paths], rises[:, paths]
    full = np.divide(caps, weights, out=np.full_like(caps, np.inf), where=rises)
    waits = rises & (floors > 0)
    start = np.divide(floors, weights, out=np.full_like(caps, np.inf), where=waits)
    rises &= ~waits
    now = floors.copy()
    room_before = room.slack[:, paths] + within.T @ floors
    level = np.zeros(len(paths))
    while len(paths):
        left = np.maximum(room_before - within.T @ np.where(rises, 0.0, now), 0.0)
        weight = within.T @ (weights * rises)
        reach = np.divide(left, weight, out=np.full_like(left, np.inf), where=weight > 0)
        level = np.maximum(level, np.minimum(reach.min(axis=0), start.min(axis=0)))
        at_cap = rises & (full <= level)
        begins = waits & (start <= level) & ~at_cap.any(axis=0)
        tight = (reach <= level) & ~at_cap.any(axis=0) & ~begins.any(axis=0)
        held = rises & (within @ tight.astype(np.float64) > 0)
        now = np.where(at_cap, caps, now)
        now = np.where(held, np.maximum(np.rint(weights * level), floors), now)
        rises = (rises & ~at_cap & ~held) | begins
        waits &= ~begins
        start = np.where(begins, np.inf, start)
        goes_on = (rises | waits).any(axis=0)
        if not goes_on.all():
            claims[:, paths[~goes_on]] = now[:, ~goes_on]
            paths, level, room_before = paths[goes_on], level[goes_on], room_before[:, goes_on]
            caps, floors, weights, now = (one[:, goes_on] for one in (caps, floors, weights, now))
            full, start, rises, waits = full[:, goes_on], start[:, goes_on], rises[:, goes_on], waits[:, goes_on]
    return claims


def in_turn(room: Room, wanted: Array, floors: Array) -> Array:
    """Claims in the order of ids, beyond its floor none more than the room then left to it: (candidate, path), cents."""
    within = room.bounds.within[room.eligible]
    added = wanted - floors
    taken = within.T.astype(np.float64) @ added
    over = np.flatnonzero(((taken > room.slack) & (taken > 0)).any(axis=0))
    if len(over) == 0:
        return wanted
    slack, parts = room.slack[:, over], added[:, over]
    for who, bounding in enumerate(within):
        parts[who] = np.minimum(parts[who], np.maximum(slack[bounding].min(axis=0), 0.0))
        slack[bounding] -= parts[who]
    claims = wanted.copy()
    claims[:, over] = floors[:, over] + parts
    return claims
