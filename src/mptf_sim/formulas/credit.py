"""Losses of a granular pool of loans: very many small ones, alike, that share one normal factor (Vasicek).

A loan defaults if sqrt(rho) factor + sqrt(1 - rho) its own part, both standard normal, is below Phi^-1(pd).
"""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import numpy as np

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.arguments import numbers
from mptf_sim.formulas.normal import both_at_most, distribution, quantile

if TYPE_CHECKING:
    from mptf_sim.formulas.arguments import Numbers, OneOrMany
    from mptf_sim.quantities import Array


def vasicek_quantile(pd: Numbers, rho: Numbers, q: Numbers) -> OneOrMany:
    """Share of a granular pool's loans that defaults and is not exceeded with probability q.

    Parameters
    ----------
    pd : probability that a loan defaults, from 0 to 1
    rho : correlation of the loans' asset values, from 0 (all shares are pd) to 1 (all default, or none)
    q : probability, above 0 and below 1

    Source: Vasicek, The distribution of loan portfolio value, Risk 2002.
    """
    chance, common, level = np.broadcast_arrays(_probability("pd", pd), _probability("rho", rho), _inside("q", q))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = distribution((quantile(chance) + np.sqrt(common) * quantile(level)) / np.sqrt(1.0 - common))
    together = np.where(level > 1.0 - chance, 1.0, 0.0)
    return np.where(common == 0.0, chance, np.where(common == 1.0, together, share))[()]


def vasicek_tail_prob(pd: Numbers, rho: Numbers, x: Numbers) -> OneOrMany:
    """Probability that at least the share x of a granular pool's loans defaults.

    Parameters
    ----------
    pd : probability that a loan defaults, from 0 to 1
    rho : correlation of the loans' asset values, from 0 to 1
    x : share of defaults, from 0 to 1

    Source: Vasicek, The distribution of loan portfolio value, Risk 2002.
    """
    chance, common, share = np.broadcast_arrays(_probability("pd", pd), _probability("rho", rho), _probability("x", x))
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = distribution((quantile(chance) - np.sqrt(1.0 - common) * quantile(share)) / np.sqrt(common))
    sure = (share == 0.0) | (chance == 1.0) | ((common == 0.0) & (share <= chance))
    never = (chance == 0.0) | (common == 0.0)
    return np.where(sure, 1.0, np.where(never, 0.0, np.where(common == 1.0, chance, tail)))[()]


def vasicek_standardised_quantile(pd: Numbers, rho: Numbers, q: Numbers) -> OneOrMany:
    """How many standard deviations above its mean the q-quantile of a granular pool's default share lies.

    Parameters
    ----------
    pd : probability that a loan defaults, above 0 and below 1
    rho : correlation of the loans' asset values, above 0 and at most 1
    q : probability, above 0 and below 1

    Source: Vasicek, The distribution of loan portfolio value, Risk 2002 (its table of quantiles).
    """
    chance = numbers("pd", pd, above=0.0, below=1.0)
    common = numbers("rho", rho, above=0.0, at_most=1.0)
    above = np.asarray(vasicek_quantile(chance, common, q)) - chance
    standardised: Array = above / np.sqrt(vasicek_variance(chance, common))
    return standardised[()]


def vasicek_variance(pd: Numbers, rho: Numbers) -> OneOrMany:
    """Variance of the share of a granular pool's loans that defaults.

    The chance that two loans both default, less that of two independent ones: an integral over the correlation
    (Plackett 1954), taken with the correlation as a sine.

    Parameters
    ----------
    pd : probability that a loan defaults, from 0 to 1
    rho : correlation of the loans' asset values, from 0 to 1
    """
    chance, common = np.broadcast_arrays(_probability("pd", pd), _probability("rho", rho))
    nodes, weights = np.polynomial.legendre.leggauss(64)
    half = np.arcsin(common)[..., None] / 2.0
    height = np.exp(-np.square(quantile(chance))[..., None] / (1.0 + np.sin(half * (1.0 + nodes))))
    variance: Array = (half * height * weights).sum(axis=-1) / (2.0 * pi)
    return variance[()]


def portfolio_credit_loss(exposure: Numbers, pd: Numbers, lgd: Numbers, rho: Numbers, q: Numbers) -> OneOrMany:
    """Money lost on a granular pool of loans that is not exceeded with probability q; its expected loss included.

    Parameters
    ----------
    exposure : money lent, at least 0
    pd : probability that a loan defaults, from 0 to 1
    lgd : loss given default, share of the exposure, from 0 to 1
    rho : correlation of the loans' asset values, from 0 to 1
    q : probability, above 0 and below 1

    Source: Hull, Risk Management and Financial Institutions (worst case default rate).
    """
    lent = numbers("exposure", exposure, at_least=0.0) * _probability("lgd", lgd)
    loss: Array = lent * np.asarray(vasicek_quantile(pd, rho, q))
    return loss[()]


def lhp_tranche_el(pd: Numbers, lgd: Numbers, rho: Numbers, attach: Numbers, detach: Numbers) -> OneOrMany:
    """Expected loss of a tranche of a granular pool, as a share of the tranche.

    Parameters
    ----------
    pd : probability that a loan defaults, from 0 to 1
    lgd : loss given default, from 0 to 1
    rho : correlation of the loans' asset values, from 0 to 1
    attach, detach : losses of the pool at which the tranche begins and ends to lose, shares of the pool,
        0 <= attach < detach <= 1

    Source: Vasicek's distribution; closed form with the bivariate normal distribution (large homogeneous pool).
    """
    chance, severity, common = _probability("pd", pd), _probability("lgd", lgd), _probability("rho", rho)
    begins, ends = tranche("attach", attach, "detach", detach)
    chance, severity, common, begins, ends = np.broadcast_arrays(chance, severity, common, begins, ends)
    most = np.where(severity > 0.0, severity, 1.0)
    low, high = np.minimum(begins, most) / most, np.minimum(ends, most) / most  # in default shares
    lost = _expected_excess(chance, common, low) - _expected_excess(chance, common, high)
    share: Array = severity * lost / (ends - begins)
    return share[()]


def tranche(attach_name: str, attach: Numbers, detach_name: str, detach: Numbers) -> tuple[Array, Array]:
    """Attachment and detachment points, the second above the first."""
    begins = numbers(attach_name, attach, at_least=0.0, at_most=1.0)
    ends = numbers(detach_name, detach, at_least=0.0, at_most=1.0)
    if not (begins < ends).all():
        low, high = np.broadcast_arrays(begins, ends)
        worst = np.flatnonzero(~(low < high).reshape(-1))[0]
        found, least = high.reshape(-1)[worst], low.reshape(-1)[worst]
        raise ArgumentError(detach_name, f"a point above {attach_name} ({least:g})", f"{found:g}")
    return begins, ends


def _expected_excess(pd: Array, rho: Array, strike: Array) -> Array:
    """Mean of the default share above a strike of at least 0; all of one shape."""
    inside = (strike > 0.0) & (strike < 1.0) & (rho > 0.0) & (rho < 1.0) & (pd > 0.0) & (pd < 1.0)
    chance, common, at = (np.where(inside, values, 0.5) for values in (pd, rho, strike))
    spread = both_at_most(quantile(chance), -quantile(at), -np.sqrt(1.0 - common))
    alone = np.maximum(pd - strike, 0.0)  # all shares are pd
    together = pd * np.maximum(1.0 - strike, 0.0)  # all default, or none
    limit = np.where(rho == 1.0, together, alone)
    limit = np.where(strike == 0.0, pd, np.where(strike >= 1.0, 0.0, limit))
    return np.where(inside, spread, limit)


def _probability(name: str, value: Numbers) -> Array:
    return numbers(name, value, at_least=0.0, at_most=1.0)


def _inside(name: str, value: Numbers) -> Array:
    return numbers(name, value, above=0.0, below=1.0)
