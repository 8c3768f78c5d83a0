"""What plans need, year by year: what counts of each measure, in whole cents."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction as Ratio
from functools import cache
from typing import TYPE_CHECKING

from mptf_sim.fund.plan_shocks import NeedsSurge
from mptf_sim.fund.plans import Finance, Need, Plan
from mptf_sim.money import apportion_whole
from mptf_sim.quantities import as_written

if TYPE_CHECKING:
    from mptf_sim.scenario.scenario import Scenario

ByWindow = dict[str, int]


def amounts_due(scenario: Scenario) -> tuple[int, ...]:
    """What falls due of each need, in the order of the file, cents.

    The amount less its overlap with parent plans, times contingency, inflation, growth found by reviews and surges:
    one exact product, rounded once.
    """
    plans = {plan.id: plan for plan in scenario.plans}

    @cache
    def factor(plan: str, year: int) -> Ratio:
        return rise(scenario, plans[plan], year) if plan in plans else Ratio(1)

    def due(need: Need) -> int:
        kept = factor(need.plan, need.year)
        if need.overlap:
            kept *= 1 - sum((one.share.ratio for one in need.overlap), Ratio(0))
        return need.amount if kept == 1 else round(need.amount * kept)

    return tuple(map(due, scenario.needs))


def rise(scenario: Scenario, plan: Plan, year: int) -> Ratio:
    """By how much the needs of a plan in a year stand above what its measures say, exact."""
    factor = (1 + plan.contingency.ratio) * (1 + plan.inflation.ratio) ** (year - scenario.calendar.start.year)
    for review in scenario.governance.reviews:
        if review.needs and review.concerns(plan.region) and review.quarter.year < year:
            factor *= 1 + as_written(review.needs)
    for shock in scenario.shocks:
        if isinstance(shock, NeedsSurge) and shock.hits(plan, year):
            factor *= 1 + as_written(shock.share)
    return factor


def needs_by_year(scenario: Scenario) -> dict[tuple[str, int], ByWindow]:
    """What falls due of each plan in each year, by window, cents."""
    by_year: dict[tuple[str, int], ByWindow] = defaultdict(dict)
    for need, amount in zip(scenario.needs, amounts_due(scenario), strict=True):
        year = by_year[need.plan, need.year]
        year[need.window] = year.get(need.window, 0) + amount
    return by_year


def spread_over_needs(source: Finance, needs: ByWindow) -> ByWindow:
    """A source's amount by window: where it says, or over the year's needs in proportion, to the cent."""
    if source.window is not None:
        return {source.window: source.amount}
    windows = sorted(needs)
    return dict(zip(windows, apportion_whole(source.amount, [needs[name] for name in windows]), strict=True))
