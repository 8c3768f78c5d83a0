"""Where a function crosses zero between two bounds, for many at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mptf_sim.quantities import Array

_MOST_STEPS = 400
"""Each step at least keeps the bracket and most halve it; some ten are usual."""


def crossing(function: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where each element's function changes sign between low and high, to the last bits.

    Inverse quadratic interpolation where it is safe, bisection elsewhere (Chandrupatla 1997): never outside the
    bracket. The signs at low and high must differ; where one of them is zero, that end is the answer.

    Parameters
    ----------
    function : (n,) to (n,), each element by itself
    low, high : (n,)
    """
    a, b = np.array(high, dtype=np.float64), np.array(low, dtype=np.float64)
    value_a, value_b = function(a), function(b)
    c, value_c = a.copy(), value_a.copy()
    share = np.full_like(a, 0.5)
    for _ in range(_MOST_STEPS):
        x = a + share * (b - a)
        value = function(x)
        same = np.sign(value) == np.sign(value_a)
        c, value_c = np.where(same, a, b), np.where(same, value_a, value_b)
        b, value_b = np.where(same, b, a), np.where(same, value_b, value_a)
        a, value_a = x, value
        nearer_a = np.abs(value_a) < np.abs(value_b)
        best, best_value = np.where(nearer_a, a, b), np.where(nearer_a, value_a, value_b)
        width = np.abs(b - a)
        least = 2.0 * np.finfo(np.float64).eps * np.abs(best) + np.finfo(np.float64).tiny
        done = (least > 0.5 * width) | (best_value == 0.0)
        if done.all():
            break
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = _interpolated(a, b, c, value_a, value_b, value_c)
            edge = np.clip(least / width, 0.0, 0.5)
        share = np.where(done, 0.5, np.clip(step, edge, 1.0 - edge))
    return best


def _interpolated(a: Array, b: Array, c: Array, at_a: Array, at_b: Array, at_c: Array) -> Array:
    """Where between a and b to look next, as a share of the way; one half where interpolation is not safe."""
    xi, phi = (a - b) / (c - b), (at_a - at_b) / (at_c - at_b)
    safe = (phi**2 < xi) & ((1.0 - phi) ** 2 < 1.0 - xi)
    step = at_a / (at_b - at_a) * at_c / (at_b - at_c) + (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (at_c - at_b)
    return np.where(safe & np.isfinite(step), step, 0.5)
