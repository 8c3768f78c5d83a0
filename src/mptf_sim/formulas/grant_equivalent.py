"""What a soft loan counts for as if it were a grant: as official development assistance, as state aid."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.arguments import below_first, choice, numbers, whole
from mptf_sim.formulas.concessionality import grant_element
from mptf_sim.formulas.value import discount_factors

if TYPE_CHECKING:
    from mptf_sim.formulas.arguments import Numbers, OneOrMany
    from mptf_sim.quantities import Array


class OdaRule(NamedTuple):
    """How the DAC measures a loan to a country of one income group."""

    discount: float  # decimal a year
    threshold: float  # least grant element that counts as official development assistance, per cent of face


ODA_RULES = {
    "LDC": OdaRule(0.09, 45.0),  # least developed countries
    "LIC": OdaRule(0.09, 45.0),  # other low-income countries
    "LMIC": OdaRule(0.07, 15.0),  # lower middle-income countries
    "UMIC": OdaRule(0.06, 10.0),  # upper middle-income countries
}


def oda_grant_equivalent(face: Numbers, group: str, maturity: float, grace: float, freq: int, rate: Numbers) -> Array:
    """What a sovereign loan counts for as official development assistance, under the DAC's rules of 2018.

    Parameters
    ----------
    face : money, at least 0
    group : income group of the borrower: LDC, LIC, LMIC or UMIC
    maturity, grace, freq, rate : terms of a loan repaid by equal parts of principal, as in `grant_element`

    Returns
    -------
    measures : (3, ...): grant element in per cent of face; 1 if it reaches the group's threshold and the loan is
        official development assistance, else 0; grant equivalent in money, 0 if it is not

    Source: DAC, discount rates of 9, 7 and 6 % and thresholds of 45, 15 and 10 %.
    """
    rule = ODA_RULES[choice("group", group, tuple(ODA_RULES))]
    money = numbers("face", face, at_least=0.0)
    element = np.asarray(grant_element(maturity, grace, freq, rate, rule.discount))
    qualifies = np.where(element >= rule.threshold, 1.0, 0.0)
    return np.stack(np.broadcast_arrays(element, qualifies, qualifies * money * element / 100.0))


def soft_loan_grant_equivalent(
    principal: Numbers, subsidy: Numbers, reference: Numbers, years: int, grace_years: int, output: str = "total"
) -> OneOrMany:
    """Cash grant equivalent of an interest subsidy on a loan repaid by equal yearly instalments.

    Each year's subsidy is that on the balance of the year, discounted from its end at the reference rate.

    Parameters
    ----------
    principal : money lent, at least 0
    subsidy : points by which the interest is below the reference, decimal a year (2 points are 0.02)
    reference : the market's rate, above -1, decimal a year
    years : life of the loan
    grace_years : whole years at its beginning in which no principal is repaid; the first instalment falls at the end
        of the year after them
    output : total, or by_year for the present value of each year's subsidy

    Returns
    -------
    equivalent : money; (year, ...) if by_year

    Source: European Commission, annex "Calculation of the cash grant equivalent of a soft loan".
    """
    life = whole("years", years, 1, 1000)
    waiting = whole("grace_years", grace_years, 0, 1000)
    if waiting >= life:
        raise ArgumentError("grace_years", f"less than the life of the loan, {life} years", str(waiting))
    choice("output", output, ("total", "by_year"))
    points = numbers("subsidy", subsidy)
    money = numbers("principal", principal, at_least=0.0)
    factors = discount_factors(numbers("reference", reference, above=-1.0), np.arange(1, life + 1))
    unpaid = np.minimum(1.0, np.arange(life, 0, -1) / (life - waiting))
    dimensions = 1 + max(money.ndim, points.ndim, factors.ndim - 1)
    by_year: Array = money * points * below_first(unpaid, dimensions) * below_first(factors, dimensions)
    return by_year if output == "by_year" else by_year.sum(axis=0)[()]
