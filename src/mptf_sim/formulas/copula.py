"""Names that default together because they share one factor, normal or with fatter tails.

A name's value is sqrt(rho) factor + sqrt(1 - rho) its own part, each a standard normal or a Student t scaled to unit
variance. It has defaulted by a time if the value is below the threshold that its probability of default sets. Given
the factor, names default independently of one another.
"""

from __future__ import annotations

from math import lgamma, log, pi, sqrt
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mptf_sim.formulas.arguments import number
from mptf_sim.formulas.normal import density, distribution, quantile
from mptf_sim.formulas.roots import crossing

if TYPE_CHECKING:
    from mptf_sim.quantities import Array

_NODES = 2001
_NOTHING = 1e-18
"""Probability left out at each end of the factor."""


class Factor(NamedTuple):
    """Points of the factor and their probabilities, adding up to 1."""

    nodes: Array  # (node,)
    weights: Array  # (node,)


def degrees(name: str, value: float | None) -> float | None:
    """Degrees of freedom of a Student t, or none for a normal; above 2, else it has no variance to be scaled."""
    return None if value is None else number(name, value, above=2.0)


def factor(nu: float | None) -> Factor:
    """Equal steps over a normal factor; over a t, steps that widen with its tails. Exponentially exact either way."""
    if nu is None:
        nodes = np.linspace(-9.0, 9.0, _NODES)
        weights = density(nodes)
    else:
        from scipy.special import stdtrit

        scale = sqrt((nu - 2.0) / nu)
        reach = np.arcsinh(-float(stdtrit(nu, _NOTHING)) * scale)
        steps = np.linspace(-reach, reach, _NODES)
        nodes = np.sinh(steps)
        weights = _t_density(nodes / scale, nu) * np.cosh(steps)
    return Factor(nodes, weights / weights.sum())


def unit_distribution(x: Array, nu: float | None) -> Array:
    """Probability that a standard normal, or a t of unit variance, is at most x."""
    if nu is None:
        return distribution(x)
    from scipy.special import stdtr

    share: Array = stdtr(nu, x / sqrt((nu - 2.0) / nu))
    return share


def conditional_default(pd: Array, rho: float, common: Factor, nu_m: float | None, nu_z: float | None) -> Array:
    """Probability of default at each point of the factor.

    Parameters
    ----------
    pd : (case,), unconditional, from 0 to 1
    rho : correlation, at least 0 and below 1
    common : the factor, with nu_m degrees of freedom
    nu_m, nu_z : degrees of freedom of the factor and of the own part, none for a normal

    Returns
    -------
    probabilities : (case, node)
    """
    threshold = _thresholds(pd, rho, common, nu_m, nu_z)[:, None]
    return unit_distribution((threshold - sqrt(rho) * common.nodes) / sqrt(1.0 - rho), nu_z)


def _thresholds(pd: Array, rho: float, common: Factor, nu_m: float | None, nu_z: float | None) -> Array:
    """Values below which a name has defaulted: quantiles of the sum of the factor and the own part."""
    if nu_m is None and nu_z is None:
        return quantile(pd)
    thresholds = np.where(pd > 0.5, np.inf, -np.inf)  # for the impossible and the certain
    inside = (pd > 0.0) & (pd < 1.0)
    asked = pd[inside]

    def excess(x: Array) -> Array:
        """Probability of a value of at most x, less the one asked for."""
        given = unit_distribution((x[:, None] - sqrt(rho) * common.nodes) / sqrt(1.0 - rho), nu_z)
        over: Array = given @ common.weights - asked
        return over

    low, high = np.full_like(asked, -8.0), np.full_like(asked, 8.0)
    while (excess(low) > 0.0).any() or (excess(high) < 0.0).any():  # tails may be fat
        low, high = low * 4.0, high * 4.0
    thresholds[inside] = crossing(excess, low, high)
    return thresholds


def _t_density(x: Array, nu: float) -> Array:
    height = lgamma((nu + 1.0) / 2.0) - lgamma(nu / 2.0) - log(nu * pi) / 2.0
    curve: Array = np.exp(height - (nu + 1.0) / 2.0 * np.log1p(np.square(x) / nu))
    return curve
