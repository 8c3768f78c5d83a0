"""How soft a loan is: its grant element, from its cash flows and in closed form.

Rates are decimals a year. Discounting is annual effective, (1 + discount)^-years; contractual interest is nominal,
rate / freq a period, paid in arrears. `grace` is the DAC's: time to the first repayment of principal. A lender's
"six years of grace" on half-yearly terms is a grace of 6.5 years.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.arguments import aligned, below_first, choice, number, numbers, one_list, periods, shown, whole
from mptf_sim.formulas.value import discount_factors

if TYPE_CHECKING:
    from mptf_sim.formulas.arguments import Numbers, OneOrMany
    from mptf_sim.quantities import Array

PROFILES = ("equal_principal", "annuity", "bullet", "bullet_simple", "bullet_compound")
"""How a loan is repaid: equal parts of principal; equal payments; at the end, with interest paid each period, or with
simple or compound interest paid at the end too."""

MOST_FREQUENT = 366
"""Payments a year."""


def grant_element(
    maturity: float,
    grace: float,
    freq: int,
    rate: Numbers,
    discount: Numbers,
    profile: str = "equal_principal",
    rate_repay: Numbers | None = None,
) -> OneOrMany:
    """Grant element of a loan: the part of its face value that its debt service, discounted, does not pay back.

    Parameters
    ----------
    maturity : years to the last payment
    grace : years to the first repayment of principal, one period at least. A bullet is repaid at maturity
        whatever its grace, which then only says when `rate_repay` begins
    freq : payments a year
    rate : interest, above -1, decimal a year
    discount : above -1, decimal a year
    profile : one of `PROFILES`
    rate_repay : interest once repayment has begun, decimal a year; from the period that ends with the first
        repayment of principal, so that the payments of an annuity are equal. `rate` if absent

    Returns
    -------
    grant element : per cent of face, in the shape of the rates

    Source: DAC reporting directives, annex on terms, "Calculation of the grant element"; profiles as in the IMF's
    concessionality calculator.
    """
    freq = whole("freq", freq, 1, MOST_FREQUENT)
    choice("profile", profile, PROFILES)
    count, first = _terms(maturity, grace, freq, profile)
    yearly = numbers("discount", discount, above=-1.0)
    before, after = numbers("rate", rate, above=-1.0), numbers("rate", rate, above=-1.0)
    if rate_repay is not None:
        after = numbers("rate_repay", rate_repay, above=-1.0)
    before, after = np.broadcast_arrays(before, after)
    period = below_first(np.arange(1.0, count + 1.0), 1 + before.ndim)
    interest = np.where(period < first, before, after) / freq
    if profile in ("bullet_simple", "bullet_compound"):
        owed = 1.0 + interest.sum(axis=0) if profile == "bullet_simple" else np.prod(1.0 + interest, axis=0)
        return _in_percent(1.0 - owed * discount_factors(yearly, [count / freq])[0])
    if profile == "bullet":
        weights = np.where(period == count, 1.0, 0.0)
    elif profile == "annuity":  # each payment holds more principal than the one before, by the interest saved
        weights = np.where(period < first, 0.0, (1.0 + after / freq) ** np.maximum(period - first, 0))
    else:
        weights = np.where(period < first, 0.0, 1.0)
    return _of_principal(weights / weights.sum(axis=0), interest, yearly, freq)


def grant_element_schedule(principal: Any, first: float, freq: int, rate: Numbers, discount: Numbers) -> OneOrMany:
    """Grant element of a loan that is repaid by a schedule of its own.

    Parameters
    ----------
    principal : (repayment,), money repaid in each period from the first repayment on; zero in some, if need be
    first : years to the first repayment
    freq : payments a year
    rate : interest on the balance, above -1, decimal a year
    discount : above -1, decimal a year

    Returns
    -------
    grant element : per cent of face

    Source: DAC reporting directives, annex on terms, example with irregular repayments.
    """
    freq = whole("freq", freq, 1, MOST_FREQUENT)
    repaid = one_list("principal", principal, at_least=0.0)
    if not repaid.any():
        raise ArgumentError("principal", "some repayment above 0", "none")
    begins = periods("first", number("first", first, above=0.0), freq)
    schedule = np.concatenate([np.zeros(begins - 1), repaid / repaid.sum()])
    yearly = numbers("discount", discount, above=-1.0)
    return _of_principal(schedule, numbers("rate", rate, above=-1.0)[None] / freq, yearly, freq)


def grant_element_stepped(steps: Any, charge: Numbers, discount: Numbers, freq: int) -> OneOrMany:
    """Grant element of a credit whose yearly repayments change by steps, as those of IDA do.

    Parameters
    ----------
    steps : list of [first year, last year, share of principal repaid in each of these years]; shares are rescaled so
        that all is repaid, each year's in freq equal parts at the ends of its periods. Year 1 is the first
    charge : interest and service charge on the balance, above -1, decimal a year
    discount : above -1, decimal a year
    freq : payments a year

    Returns
    -------
    grant element : per cent of face

    Source: World Bank, IDA terms (repayment schedules) and IDA grant element calculations.
    """
    freq = whole("freq", freq, 1, MOST_FREQUENT)
    by_year = _yearly_shares(steps)
    schedule = np.repeat(by_year / by_year.sum() / freq, freq)
    yearly = numbers("discount", discount, above=-1.0)
    return _of_principal(schedule, numbers("charge", charge, above=-1.0)[None] / freq, yearly, freq)


def closed_form_grant_element(
    maturity: Numbers,
    grace: Numbers,
    freq: Numbers,
    rate: Numbers,
    discount: Numbers,
    profile: str = "equal_principal",
) -> OneOrMany:
    """Grant element of a loan by formula instead of by its payments: for many loans at once, each with its own terms.

    The face value less the discounted debt service is (discount - rate) a period times the discounted balances.

    Parameters
    ----------
    maturity, grace : years, as in `grant_element`, but not bound to whole periods
    freq : payments a year, above 0
    rate, discount : above -1, decimal a year
    profile : equal_principal, annuity or bullet

    Returns
    -------
    grant element : per cent of face, in the common shape of the terms

    Source: DAC reporting directives, annex on terms, formula for equal repayments of principal.
    """
    choice("profile", profile, PROFILES[:3])
    often = numbers("freq", freq, above=0.0)
    last = numbers("maturity", maturity, above=0.0) * often
    first = last if profile == "bullet" else numbers("grace", grace, above=0.0) * often
    if not ((first >= 1.0 - 1e-9) & (first <= last)).all():
        raise ArgumentError("grace", "one period at least and maturity at most", shown(grace))
    interest = numbers("rate", rate, above=-1.0) / often
    force = np.log1p(numbers("discount", discount, above=-1.0)) / often
    return _in_percent((np.expm1(force) - interest) * _discounted_balances(first, last, interest, force, profile))


def _discounted_balances(first: Array, last: Array, interest: Array, force: Array, profile: str) -> Array:
    """Sum of discounted balances over all periods, of a loan of one."""
    waiting = _annuity(first - 1.0, force)  # balance 1 until the period of the first repayment
    count = last - first + 1.0
    then = np.exp(-(first - 1.0) * force)
    if profile == "annuity":
        # After k payments the balance is (1 - (1 + interest)^(k - count)) / (1 - (1 + interest)^-count).
        growth = np.log1p(interest)
        both = np.exp(-count * growth) * np.exp(-force) * _geometric(growth - force, count)
        whole_life = -np.expm1(-count * growth)
        with np.errstate(divide="ignore", invalid="ignore"):
            falling = np.where(
                np.abs(growth) < 1e-8, _linear(count, force), (_annuity(count, force) - both) / whole_life
            )
    else:
        falling = _linear(count, force)
    balances: Array = waiting + then * falling
    return balances


def _annuity(count: Array, force: Array) -> Array:
    """Present value of one at the end of each of so many periods; their number if nothing is discounted."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.abs(force) < 1e-12, count, -np.expm1(-count * force) / np.expm1(force))


def _linear(count: Array, force: Array) -> Array:
    """Discounted balances that fall from one by equal parts, to nothing after so many periods."""
    with np.errstate(divide="ignore", invalid="ignore"):
        exact = (1.0 - _annuity(count, force) / count) / np.expm1(force)
    near_zero = (count + 1.0) / 2.0 - force * (count + 1.0) * (count + 2.0) / 6.0  # to first order
    return np.where(np.abs(force) < 1e-7, near_zero, exact)


def _geometric(growth: Array, count: Array) -> Array:
    """1 + e^growth + ... , so many terms."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.abs(growth) < 1e-12, count, np.expm1(count * growth) / np.expm1(growth))


def _terms(maturity: float, grace: float, freq: int, profile: str) -> tuple[int, int]:
    """Number of the last payment and of the first repayment of principal."""
    count = periods("maturity", number("maturity", maturity, above=0.0), freq)
    first = periods("grace", number("grace", grace, at_least=0.0), freq)
    if first > count:
        raise ArgumentError("grace", f"at most the maturity, {maturity:g} years", f"{grace:g}")
    if first == 0 and not profile.startswith("bullet"):
        advice = "grace is the time to the first repayment of principal, one period after signature at the earliest"
        raise ArgumentError("grace", f"at least one period, 1/{freq} year", "0", advice)
    return count, first


def _of_principal(principal: Array, interest: Array, discount: Array, freq: int) -> OneOrMany:
    """Grant element of a loan of one from its repayments and its interest in each period, both (period, ...)."""
    factors = discount_factors(discount, np.arange(1, len(principal) + 1) / freq)
    every_period = np.broadcast_to(interest, (len(principal), *interest.shape[1:]))
    repaid, cost, factors = aligned(principal, every_period, factors)
    balance = 1.0 - (np.cumsum(repaid, axis=0) - repaid)
    return _in_percent(1.0 - (factors * (repaid + balance * cost)).sum(axis=0))


def _yearly_shares(steps: Any) -> Array:
    if not isinstance(steps, (list, tuple, np.ndarray)) or len(steps) == 0:
        raise ArgumentError("steps", "a list of [first year, last year, share of principal a year]", shown(steps))
    read = []
    for index, step in enumerate(steps):
        name = f"steps (item {index + 1})"
        if not isinstance(step, (list, tuple, np.ndarray)) or len(step) != 3:
            raise ArgumentError(name, "[first year, last year, share of principal a year]", shown(step))
        begins = whole(name, step[0], 1, 1000)
        read.append((begins, whole(name, step[1], begins, 1000), number(name, step[2], above=0.0)))
    by_year = np.zeros(max(ends for _, ends, _ in read))
    for index, (begins, ends, share) in enumerate(read):
        if by_year[begins - 1 : ends].any():
            raise ArgumentError(f"steps (item {index + 1})", "years that no other step holds", f"{begins} to {ends}")
        by_year[begins - 1 : ends] = share
    return by_year


def _in_percent(share: Array) -> OneOrMany:
    percent: Array = 100.0 * np.asarray(share)
    return percent[()]
