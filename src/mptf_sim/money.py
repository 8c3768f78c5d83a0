"""Whole cents: rounded once, shared out without losing one.

Inside the engine an amount is a float64 that holds a whole number of cents: sums, differences and minima are
exact below 2**53. A product with a random factor passes through `cents`, once; a product with a contract rate
through `ContractRate.of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mptf_sim.arrays import np
from mptf_sim.quantities import Array

MOST_EXACT = 2.0**53
"""The largest float64 up to which every whole number has its own value."""


def cents(amount: Array) -> Array:
    """Round an amount to whole cents, half to even, and never to a negative zero."""
    whole: Array = np.rint(amount)
    whole += 0.0
    return whole


def running_total(amounts: Array) -> Array:
    """Amounts added up row by row: (row, path), the same as np.cumsum, which takes ten times as long down the rows."""
    total = amounts.copy()
    for before, row in pairwise(total):
        row += before
    return total


def apportion(total: Array, weights: Array) -> Array:
    """Share a total over rows in proportion to their weights, to the cent.

    The running total is rounded, then differenced: the parts add up to the total exactly, and each stands within
    one cent of its quota. Rows keep their order (by id), so the outcome does not depend on the file.

    Parameters
    ----------
    total : (path,), cents
    weights : (row, path), whole numbers of at least zero

    Returns
    -------
    parts : (row, path), cents; all zero where the weights are
    """
    running = running_total(weights)
    whole = running[-1]
    share = np.divide(running, whole, out=np.zeros_like(running), where=whole > 0)
    parts: Array = np.rint(total * share)
    parts[1:] -= parts[:-1].copy()
    return parts


def apportion_whole(total: int, weights: Sequence[int]) -> list[int]:
    """Share one amount over whole weights by largest remainder, ties to the earlier: for tables and yearly plans.

    Adds up to the total exactly; if all weights are zero the first row takes it all.
    """
    whole = sum(weights)
    if whole == 0:
        return [total, *[0] * (len(weights) - 1)]
    parts = [total * weight // whole for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda row: (-(total * weights[row] % whole), row))
    for row in remainders[: total - sum(parts)]:
        parts[row] += 1
    return parts
