"""Defaults in a pool of few loans, each with its own probability, that share one factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mptf_sim.formulas.arguments import listed, number, one_list
from mptf_sim.formulas.copula import conditional_default, degrees, factor

if TYPE_CHECKING:
    from mptf_sim.formulas.arguments import Numbers
    from mptf_sim.quantities import Array


def default_counts(probabilities: Numbers) -> Array:
    """Distribution of the number of defaults among independent names, taken in one after the other.

    Parameters
    ----------
    probabilities : (name, ...), from 0 to 1

    Returns
    -------
    distribution : (name + 1, ...), probability of no default, of one, ...

    Source: Andersen, Sidenius and Basu, All your hedges in one basket, Risk 2003.
    """
    chances = listed("probabilities", probabilities, at_least=0.0, at_most=1.0)
    counts = np.zeros((len(chances) + 1, *chances.shape[1:]))
    counts[0] = 1.0
    for taken, chance in enumerate(chances, start=1):
        counts[1 : taken + 1] = counts[1 : taken + 1] * (1.0 - chance) + counts[:taken] * chance
        counts[0] *= 1.0 - chance
    return counts


def pool_default_distribution(pds: Numbers, rho: float, nu_m: float | None = None, nu_z: float | None = None) -> Array:
    """Distribution of the number of defaults in a finite pool whose names share one factor.

    Parameters
    ----------
    pds : (name,), probability that each defaults, from 0 to 1
    rho : correlation of the names' values, from 0 to 1
    nu_m, nu_z : degrees of freedom of the factor and of the own part, above 2; normal if absent

    Returns
    -------
    distribution : (name + 1,), probability of no default, of one, ...

    Source: one-factor copula as in Hull and White, Valuation of a CDO and an nth to default CDS without Monte Carlo
    simulation, Journal of Derivatives 2004.
    """
    chances = one_list("pds", pds, at_least=0.0, at_most=1.0)
    common = number("rho", rho, at_least=0.0, at_most=1.0)
    of_factor, of_own = degrees("nu_m", nu_m), degrees("nu_z", nu_z)
    if common == 1.0:  # who defaults next is known: the likeliest of those left
        at_least = np.concatenate([[1.0], np.sort(chances)[::-1], [0.0]])
        return -np.diff(at_least)
    points = factor(of_factor)
    given = default_counts(conditional_default(chances, common, points, of_factor, of_own))
    distribution: Array = given @ points.weights
    return distribution
