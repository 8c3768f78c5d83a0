"""The standard normal distribution, of one variable and of two."""

from __future__ import annotations

from math import pi, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mptf_sim.quantities import Array


def distribution(x: Array) -> Array:
    """Probability that a standard normal is at most x."""
    from scipy.special import ndtr

    share: Array = ndtr(x)
    return share


def quantile(share: Array) -> Array:
    """What a standard normal does not exceed with this probability; -inf and inf at 0 and 1."""
    from scipy.special import ndtri

    x: Array = ndtri(share)
    return x


def density(x: Array) -> Array:
    """Of a standard normal at x."""
    height: Array = np.exp(-np.square(x) / 2.0) / sqrt(2.0 * pi)
    return height


def both_at_most(x: Array, y: Array, correlation: Array) -> Array:
    """Probability that two standard normals are at most x and y; all of one shape, correlation inside (-1, 1).

    Source: Owen, Tables for computing bivariate normal probabilities, Annals of Mathematical Statistics 1956.
    """
    from scipy.special import owens_t

    x, y = (np.where(np.abs(side) < 1e-200, 0.0, side) for side in (x, y))  # no slope from -0.0 or subnormal numbers
    apart = np.sqrt((1.0 - correlation) * (1.0 + correlation))
    signs = np.sign(x) * np.sign(y)
    opposite = np.where((signs < 0.0) | ((signs == 0.0) & (x + y < 0.0)), 0.5, 0.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # infinite slopes are meant
        slope_x, slope_y = (y - correlation * x) / (x * apart), (x - correlation * y) / (y * apart)
    around: Array = (distribution(x) + distribution(y)) / 2.0 - owens_t(x, slope_x) - owens_t(y, slope_y) - opposite
    quarter = 0.25 + np.arcsin(correlation) / (2.0 * pi)
    return np.where((x == 0.0) & (y == 0.0), quarter, around)
