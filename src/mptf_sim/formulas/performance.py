"""How development banks rate countries and share concessional money by the ratings.

Ratings run from 1 (low) to 6 (high). CPIA is the yearly Country Policy and Institutional Assessment with its clusters:
A to C economic management, structural policies, inclusion and equity; D public sector management and institutions;
E, at the African Development Bank, infrastructure and regional integration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mptf_sim.formulas.arguments import aligned, beside, listed, number, numbers

if TYPE_CHECKING:
    from mptf_sim.formulas.arguments import Numbers, OneOrMany
    from mptf_sim.quantities import Array


def ida_cpr(cpia_abc: Numbers, cpia_d: Numbers, portfolio: Numbers) -> OneOrMany:
    """Country performance rating of IDA: 0.24 policies, 0.68 governance, 0.08 portfolio.

    Parameters
    ----------
    cpia_abc : mean rating of clusters A to C, from 1 to 6
    cpia_d : rating of cluster D, from 1 to 6
    portfolio : rating of the portfolio's performance, from 1 to 6

    Source: IDA, country performance ratings.
    """
    rating: Array = (
        0.24 * _rating("cpia_abc", cpia_abc) + 0.68 * _rating("cpia_d", cpia_d) + 0.08 * _rating("portfolio", portfolio)
    )
    return rating[()]


def adf_cpa(cpia_abc: Numbers, cpia_d: Numbers, cpia_e: Numbers, portfolio: Numbers) -> OneOrMany:
    """Country performance assessment of the African Development Fund: 0.20 policies, 0.58 governance, 0.06
    infrastructure and integration, 0.16 portfolio.

    Parameters
    ----------
    cpia_abc : mean rating of clusters A to C, from 1 to 6
    cpia_d, cpia_e : ratings of clusters D and E, from 1 to 6
    portfolio : rating of the portfolio's performance, from 1 to 6

    Source: African Development Bank, ADF country resources allocation.
    """
    rating: Array = (
        0.20 * _rating("cpia_abc", cpia_abc)
        + 0.58 * _rating("cpia_d", cpia_d)
        + 0.06 * _rating("cpia_e", cpia_e)
        + 0.16 * _rating("portfolio", portfolio)
    )
    return rating[()]


def pba_shares(cpr: Numbers, pop: Numbers, gnipc: Numbers, a: Any, b: Any, p: Any) -> Array:
    """Shares of a performance-based allocation: proportional to rating^a population^p income^b.

    Parameters
    ----------
    cpr : (country, ...), performance rating, above 0
    pop : (country, ...), people, above 0
    gnipc : (country, ...), gross national income per head, above 0
    a, b, p : exponents of rating, income (negative: the poor get more) and population

    Returns
    -------
    shares : (country, ...), adding up to 1

    Source: IDA, performance-based allocation (exponents differ between replenishments).
    """
    rating = listed("cpr", cpr, above=0.0)
    people = beside("pop", pop, "cpr", rating, above=0.0)
    income = beside("gnipc", gnipc, "cpr", rating, above=0.0)
    rating, people, income = aligned(rating, people, income)
    logs = number("a", a) * np.log(rating) + number("p", p) * np.log(people) + number("b", b) * np.log(income)
    merit = np.exp(logs - logs.max(axis=0))
    shares: Array = merit / merit.sum(axis=0)
    return shares


def _rating(name: str, value: Numbers) -> Array:
    return numbers(name, value, at_least=1.0, at_most=6.0)
