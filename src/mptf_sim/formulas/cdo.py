"""What protection of a tranche of a pool of credits costs a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.arguments import number, periods, shown, whole
from mptf_sim.formulas.copula import conditional_default, degrees, factor
from mptf_sim.formulas.credit import tranche
from mptf_sim.formulas.value import discount_factors

if TYPE_CHECKING:
    from mptf_sim.quantities import Array

MOST_NAMES, MOST_PAYMENTS = 2_000, 1_200


def cdo_spreads(
    rho: float,
    tranches: Any,
    n: int,
    hazard: float,
    years: float,
    recovery: float,
    r: float,
    freq: int,
    nu_m: float | None = None,
    nu_z: float | None = None,
) -> Array:
    """Yearly premium at which protection of each tranche of a pool is worth what it costs, per ten thousand.

    The pool has n equal names. The premium is paid in arrears on what is left of the tranche; losses fall in the
    middle of a period and end half its premium.

    Parameters
    ----------
    rho : correlation of the names' values, from 0 to 1
    tranches : list of [attach, detach], shares of the pool, 0 <= attach < detach <= 1
    n : names in the pool
    hazard : rate at which a name defaults, at least 0, a year: P(default by t) = 1 - exp(-hazard t)
    years : life of the contract, whole periods
    recovery : share of a defaulted name that is not lost, from 0 to 1
    r : discount rate, above -1, annual effective, decimal a year
    freq : premium payments a year
    nu_m, nu_z : degrees of freedom of the factor and of the names' own part, above 2; normal if absent

    Returns
    -------
    spreads : (tranche,), basis points a year

    Source: Hull and White, Valuation of a CDO and an nth to default CDS without Monte Carlo simulation, Journal of
    Derivatives 2004 (table 7); names alike, so that the recursion over names ends in the binomial distribution.
    """
    begins, ends = _tranches(tranches)
    names = whole("n", n, 1, MOST_NAMES)
    freq = whole("freq", freq, 1, 366)
    count = periods("years", number("years", years, above=0.0), freq)
    whole("premium payments", count, 1, MOST_PAYMENTS)
    discount = number("r", r, above=-1.0)
    times = np.arange(count + 1) / freq
    defaulted = -np.expm1(-number("hazard", hazard, at_least=0.0) * times)
    lost = np.arange(names + 1) / names * (1.0 - number("recovery", recovery, at_least=0.0, at_most=1.0))
    of_tranche = np.clip((lost - begins[:, None]) / (ends - begins)[:, None], 0.0, 1.0)
    losses = _expected(of_tranche, defaulted, number("rho", rho, at_least=0.0, at_most=1.0), nu_m, nu_z)

    new = np.diff(losses, axis=1)
    at_end, at_middle = discount_factors(discount, times[1:]), discount_factors(discount, times[1:] - 0.5 / freq)
    premium = ((1.0 - losses[:, 1:]) @ at_end + new @ at_middle / 2.0) / freq
    spreads: Array = 1e4 * (new @ at_middle) / premium
    return spreads


def _expected(of_tranche: Array, defaulted: Array, rho: float, nu_m: float | None, nu_z: float | None) -> Array:
    """Expected loss of each tranche by each time, as a share of it.

    Parameters
    ----------
    of_tranche : (tranche, count), loss at each number of defaults
    defaulted : (time,), probability that a name has defaulted

    Returns
    -------
    losses : (tranche, time)
    """
    of_factor, of_own = degrees("nu_m", nu_m), degrees("nu_z", nu_z)
    if rho == 1.0:  # none of the names, or all
        return of_tranche[:, -1:] * defaulted
    points = factor(of_factor)
    given = conditional_default(defaulted, rho, points, of_factor, of_own)
    losses = [of_tranche @ (binomial(of_tranche.shape[1] - 1, chances) @ points.weights) for chances in given]
    return np.stack(losses, axis=1)


def binomial(names: int, chances: Array) -> Array:
    """Distribution of the number of defaults among independent names alike: (...,) to (names + 1, ...)."""
    from scipy.special import gammaln, xlog1py, xlogy

    count = np.arange(names + 1, dtype=np.float64).reshape(-1, *[1] * chances.ndim)
    ways = gammaln(names + 1.0) - gammaln(count + 1.0) - gammaln(names - count + 1.0)
    shares: Array = np.exp(ways + xlogy(count, chances) + xlog1py(names - count, -chances))
    return shares


def _tranches(tranches: Any) -> tuple[Array, Array]:
    if not isinstance(tranches, (list, tuple, np.ndarray)) or len(tranches) == 0:
        raise ArgumentError("tranches", "a list of [attach, detach]", shown(tranches))
    read = []
    for index, one in enumerate(tranches):
        name = f"tranches (item {index + 1})"
        if not isinstance(one, (list, tuple, np.ndarray)) or len(one) != 2:
            raise ArgumentError(name, "[attach, detach]", shown(one))
        attach, detach = number(f"{name} attach", one[0]), number(f"{name} detach", one[1])
        read.append(tranche(f"{name} attach", attach, f"{name} detach", detach))
    return np.array([begins for begins, _ in read]), np.array([ends for _, ends in read])
