"""How to share what is not enough for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.arguments import aligned, below_first, beside, listed, numbers

if TYPE_CHECKING:
    from mptf_sim.formulas.arguments import Numbers
    from mptf_sim.quantities import Array

_ROUNDING = 1e-12
"""How far sums may be apart, relative to their size, and still be the same."""


def water_fill(
    capacity: Numbers, demands: Numbers, weights: Numbers | None = None, floors: Numbers | None = None
) -> Array:
    """Shares raised to one common level, each by its weight, from its floor to its demand, until capacity is used.

    With weights of one and no floors this is max-min fairness: nobody can get more but from somebody with less.

    Parameters
    ----------
    capacity : money to share, at least the sum of floors; what demands leave of it is shared with nobody. A number,
        or one for each path
    demands : (claimant,) or (claimant, path), money, at least 0
    weights : (claimant, ...), at least 0; one if absent. A weight of zero gets its floor and no more
    floors : (claimant, ...), money, at least 0 and at most the demand; zero if absent

    Returns
    -------
    shares : (claimant, ...), money: clip(level x weight, floor, demand)

    Source: Keshav, An Engineering Approach to Computer Networking, 1997 (weighted max-min fair share).
    """
    most = listed("demands", demands, at_least=0.0)
    pace = np.ones_like(most) if weights is None else beside("weights", weights, "demands", most, at_least=0.0)
    least = np.zeros_like(most) if floors is None else beside("floors", floors, "demands", most, at_least=0.0)
    there = numbers("capacity", capacity, at_least=0.0)
    most, pace, least, _ = aligned(most, pace, least, there[None])
    if not (pace.sum(axis=0) > 0.0).all():
        raise ArgumentError("weights", "some weight above 0", "none")
    if not (least <= most).all():
        place = tuple(np.argwhere(least > most)[0])
        raise ArgumentError("floors", f"at most the demand, {most[place]:g} (item {place[0] + 1})", f"{least[place]:g}")
    needed = least.sum(axis=0)
    if not (there >= needed * (1.0 - _ROUNDING)).all():
        short, floor = (array.reshape(-1) for array in np.broadcast_arrays(there, needed))
        worst = int(np.argmax(floor - short))
        raise ArgumentError("capacity", f"at least the sum of floors, {floor[worst]:g}", f"{short[worst]:g}")
    return np.clip(_level(there, most, pace, least) * pace, least, most)


def constrained_equal_losses(estate: Numbers, claims: Numbers) -> Array:
    """Awards by which every claimant loses the same, but none more than its claim.

    Parameters
    ----------
    estate : money to share, at least 0; claims are paid in full if it is enough. A number, or one for each path
    claims : (claimant,) or (claimant, path), money, at least 0

    Returns
    -------
    awards : (claimant, ...), money

    Source: Aumann and Maschler, Game theoretic analysis of a bankruptcy problem from the Talmud, Journal of Economic
    Theory 1985.
    """
    there, claimed = _estate_and_claims(estate, claims)
    return claimed - water_fill(np.maximum(claimed.sum(axis=0) - there, 0.0), claimed)


def talmud_rule(estate: Numbers, claims: Numbers) -> Array:
    """Awards of the Talmud: equal up to half of each claim; beyond half of all claims, losses equal instead.

    Parameters
    ----------
    estate : money to share, at least 0; claims are paid in full if it is enough. A number, or one for each path
    claims : (claimant,) or (claimant, path), money, at least 0

    Returns
    -------
    awards : (claimant, ...), money

    Source: Aumann and Maschler, Game theoretic analysis of a bankruptcy problem from the Talmud, Journal of Economic
    Theory 1985.
    """
    there, claimed = _estate_and_claims(estate, claims)
    half = claimed / 2.0
    total = claimed.sum(axis=0)
    gains = water_fill(np.minimum(there, half.sum(axis=0)), half)
    losses = water_fill(np.clip(total - there, 0.0, half.sum(axis=0)), half)
    return np.where(there <= half.sum(axis=0), gains, claimed - losses)


def _estate_and_claims(estate: Numbers, claims: Numbers) -> tuple[Array, Array]:
    there = numbers("estate", estate, at_least=0.0)
    claimed = listed("claims", claims, at_least=0.0)
    return there, below_first(claimed, max(claimed.ndim, 1 + there.ndim))


def _level(capacity: Array, most: Array, pace: Array, least: Array) -> Array:
    """The level at which the shares add up to the capacity, or at which all demands are met.

    The sum rises with the level in straight pieces: a claimant joins when the level passes its floor and leaves at
    its demand.
    """
    moving = pace > 0.0
    joins = np.divide(least, pace, out=np.zeros_like(most), where=moving)
    leaves = np.divide(most, pace, out=np.zeros_like(most), where=moving)
    at = np.concatenate([joins, leaves])
    order = np.argsort(at, axis=0, kind="stable")
    at = np.take_along_axis(at, order, axis=0)
    slope = np.cumsum(np.take_along_axis(np.concatenate([pace, -pace]), order, axis=0), axis=0)
    rises = np.maximum(slope[:-1], 0.0) * np.diff(at, axis=0)
    shared = np.cumsum(np.concatenate([least.sum(axis=0)[None], rises]), axis=0)
    piece = np.maximum((shared <= capacity).sum(axis=0) - 1, 0)[None]
    start = np.take_along_axis(at, piece, axis=0)[0]
    left = np.maximum(capacity - np.clip(start * pace, least, most).sum(axis=0), 0.0)
    steep = np.where(moving & (joins <= start) & (start < leaves), pace, 0.0).sum(axis=0)  # summed anew: exact
    level: Array = start + np.divide(left, steep, out=np.zeros_like(left), where=steep > 0.0)
    return level
