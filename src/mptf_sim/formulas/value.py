"""The value of money over time: present value, rates of return, level payments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.arguments import aligned, below_first, day, listed, number, numbers, one_list, shown
from mptf_sim.formulas.rates import rates_of_return
from mptf_sim.formulas.roots import crossing

if TYPE_CHECKING:
    from mptf_sim.formulas.arguments import Numbers, OneOrMany
    from mptf_sim.quantities import Array


def discount_factors(rate: Numbers, times: Numbers) -> Array:
    """What one unit of money at each time is worth today: (1 + rate)^-time, the rate annual effective.

    Parameters
    ----------
    rate : above -1, decimal a year; any shape
    times : (time,), years

    Returns
    -------
    factors : (time, *shape of rate)
    """
    rates = numbers("rate", rate, above=-1.0)
    moments = below_first(listed("times", times), 1 + rates.ndim)
    factors: Array = np.exp(-moments * np.log1p(rates))
    return factors


def npv(rate: Numbers, cf: Numbers) -> OneOrMany:
    """Net present value of flows one period apart, the first of them now.

    Parameters
    ----------
    rate : above -1, decimal a period; a number, or one for each path
    cf : (period,) or (period, path), money

    Returns
    -------
    value : money; (path,) if rate or cf has paths

    Source: numpy-financial, `npv`.
    """
    flows = listed("cf", cf)
    flows, factors = aligned(flows, discount_factors(rate, np.arange(len(flows))))
    value: Array = (flows * factors).sum(axis=0)
    return value[()]


def irr(cf: Numbers) -> float:
    """Internal rate of return of flows one period apart: of all rates, the one nearest zero.

    `irr_roots` lists them all; `irr_of_paths` answers for many paths at once.

    Parameters
    ----------
    cf : (period,), money, the first flow now; of both signs

    Source: numpy-financial, `irr` (for the choice of the root nearest zero).
    """
    return _nearest_zero(irr_roots(cf), "cf")


def irr_roots(cf: Numbers) -> Array:
    """Every internal rate of return above -100 %, rising; empty if no rate makes the flows worth nothing.

    Parameters
    ----------
    cf : (period,), money, the first flow now; of both signs
    """
    flows = one_list("cf", cf)
    _of_both_signs("cf", flows)
    return rates_of_return(np.arange(len(flows), dtype=np.float64), flows)


def irr_of_paths(cf: Numbers) -> Array:
    """Internal rate of return of each path: the root nearest zero, and not a number where there is none.

    Parameters
    ----------
    cf : (period, path), money, the first flow now

    Returns
    -------
    rates : (path,), decimal a period
    """
    flows = listed("cf", cf)
    if flows.ndim != 2:
        raise ArgumentError("cf", "flows by period and path", f"an array of {flows.ndim} dimension(s)")
    rates = np.full(flows.shape[1], np.nan)
    changes = _sign_changes(flows)
    plain = np.flatnonzero(changes == 1)
    rates[plain] = _only_rates(flows[:, plain])
    for path in np.flatnonzero(changes > 1):
        roots = rates_of_return(np.arange(len(flows), dtype=np.float64), flows[:, path])
        if len(roots):
            rates[path] = roots[np.argmin(np.abs(roots))]
    return rates


def mirr(cf: Numbers, finance: float, reinvest: float) -> float:
    """Modified internal rate of return: outflows financed at one rate, inflows reinvested at another.

    Parameters
    ----------
    cf : (period,), money, the first flow now; of both signs
    finance, reinvest : above -1, decimal a period

    Source: numpy-financial, `mirr`.
    """
    flows = one_list("cf", cf)
    _of_both_signs("cf", flows)
    paid = npv(number("finance", finance, above=-1.0), np.minimum(flows, 0.0))
    growth = number("reinvest", reinvest, above=-1.0)
    received = npv(growth, np.maximum(flows, 0.0))
    return float((received / -paid) ** (1.0 / (len(flows) - 1)) * (1.0 + growth) - 1.0)


def xirr(flows: Any) -> float:
    """Yearly internal rate of return of dated flows, a year being 365 days: of all rates, the one nearest zero.

    Parameters
    ----------
    flows : list of [ISO date, amount], in any order, amounts of both signs, on two days at least

    Source: the XIRR of spreadsheets (day count ACT/365 fixed).
    """
    return _nearest_zero(xirr_roots(flows), "flows")


def xirr_roots(flows: Any) -> Array:
    """Every yearly internal rate of return of dated flows above -100 %, rising; see `xirr`.

    Of flows a few days apart it may be so near -100 % that it is rounded to -1.
    """
    days, amounts = _dated("flows", flows)
    _of_both_signs("flows", amounts)
    if len(set(days)) == 1:
        raise ArgumentError("flows", "flows on at least two days", "all on one day")
    return rates_of_return(np.array([(one - min(days)).days / 365.0 for one in days]), amounts)


def level_payment(rate: Numbers, n: Numbers, pv: Numbers) -> OneOrMany:
    """What is paid at the end of each period to repay a loan in equal payments of interest and principal.

    Parameters
    ----------
    rate : above -1, decimal a period
    n : payments, above 0
    pv : money borrowed

    Returns
    -------
    payment : money, negative if pv is positive: it is paid

    Source: numpy-financial, `pmt` (its fv zero, payments at the end).
    """
    rates, count = numbers("rate", rate, above=-1.0), numbers("n", n, above=0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(rates == 0.0, 1.0 / count, rates / -np.expm1(-count * np.log1p(rates)))
    payment: Array = -numbers("pv", pv) * share + 0.0
    return payment[()]


def _dated(name: str, flows: Any) -> tuple[list[Any], Array]:
    if not isinstance(flows, (list, tuple)) or not flows:
        raise ArgumentError(name, "a list of [ISO date, amount]", shown(flows))
    for index, flow in enumerate(flows):
        if not isinstance(flow, (list, tuple)) or len(flow) != 2:
            raise ArgumentError(f"{name} (item {index + 1})", "[ISO date, amount]", shown(flow))
    days = [day(f"{name} (item {index + 1})", flow[0]) for index, flow in enumerate(flows)]
    amounts = [number(f"{name} (item {index + 1})", flow[1]) for index, flow in enumerate(flows)]
    return days, np.array(amounts)


def _of_both_signs(name: str, flows: Array) -> None:
    if not ((flows > 0.0).any() and (flows < 0.0).any()):
        found = "none but zeros" if not flows.any() else f"only flows {'received' if (flows > 0).any() else 'paid'}"
        raise ArgumentError(name, "flows paid (negative) and received (positive)", found, "no rate can balance them")


def _nearest_zero(roots: Array, name: str) -> float:
    if len(roots) == 0:
        raise ArgumentError(name, "flows that some rate makes worth nothing", "flows without such a rate")
    return float(roots[np.argmin(np.abs(roots))])


def _sign_changes(flows: Array) -> Array:
    """How often each path's flows change sign: (period, path) to (path,)."""
    last = np.zeros(flows.shape[1])
    changes = np.zeros(flows.shape[1])
    for now in np.sign(flows):
        changes += now * last < 0
        last = np.where(now == 0, last, now)
    return changes


def _only_rates(flows: Array) -> Array:
    """The rate of each path whose flows change sign once, and so has exactly one: (period, path) to (path,)."""
    if flows.shape[1] == 0:
        return np.empty(0)
    times = np.arange(len(flows), dtype=np.float64)[:, None]

    def value(x: Array) -> Array:
        """Present value at log(1 + rate) = x, in units of the largest term that could be: its sign is what counts."""
        exponents = -times * x
        worth: Array = (flows * np.exp(exponents - exponents.max(axis=0))).sum(axis=0)
        return worth

    reach = np.ones(flows.shape[1])
    sign = np.sign(flows[np.argmax(flows != 0.0, axis=0), np.arange(flows.shape[1])])
    while True:  # the first flow outweighs the rest at a high enough rate, the last at a low enough one
        out = (np.sign(value(reach)) == sign) & (np.sign(value(-reach)) == -sign)
        if out.all() or reach.max() > 1e4:
            break
        reach = np.where(out, reach, reach * 2.0)
    rates = np.expm1(crossing(value, -reach, reach))
    return np.where(out & np.isfinite(rates), rates, np.nan)
