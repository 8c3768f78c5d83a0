"""What plans need, and what others give them: amounts that chance does not touch."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from mptf_sim.scenario.scenario import Scenario
from tests.reference.programme import Need
from tests.reference.rounding import by_largest_remainder, rounded

ByYear = dict[int, int]


def needs_by_year(scenario: Scenario) -> dict[Need, ByYear]:
    """What falls due of each need, year by year: the sum of its measures."""
    plans = {plan.id: plan for plan in scenario.plans}
    needs: dict[Need, ByYear] = {}
    for measure in sorted(scenario.needs, key=lambda one: (one.plan, one.window)):
        years = needs.setdefault((measure.plan, measure.window), {})
        years[measure.year] = years.get(measure.year, 0) + due_of(scenario, measure, plans[measure.plan])
    return needs


def due_of(scenario: Scenario, measure: Any, plan: Any) -> int:
    """What falls due of one measure: what no parent plan holds, with contingency, inflation, reviews and surges."""
    amount = measure.amount * (1 - sum((overlap.share.ratio for overlap in measure.overlap), Fraction(0)))
    amount *= 1 + plan.contingency.ratio
    amount *= (1 + plan.inflation.ratio) ** (measure.year - scenario.calendar.start.year)
    for review in scenario.governance.reviews:
        if concerns(review, plan) and review.quarter.year < measure.year:
            amount *= 1 + as_written(review.needs)
    for shock in scenario.shocks:
        if shock.kind == "needs_surge" and surges(shock, plan, measure.year):
            amount *= 1 + as_written(shock.share)
    return rounded(amount)


def as_written(share: float | Decimal) -> Fraction:
    """A number as the decimal that the file says."""
    return Fraction(str(share))


def concerns(review: Any, plan: Any) -> bool:
    """A Forum looks at all plans, a regional review at those of its region."""
    return bool(review.kind == "forum" or review.region == plan.region)


def surges(shock: Any, plan: Any, year: int) -> bool:
    """Whether a crisis hits a plan in a year."""
    hit = plan.id in shock.plans or plan.region in shock.regions or not (shock.plans or shock.regions)
    return bool(hit and shock.start <= year and (shock.end is None or year <= shock.end))


def of_source(source: Any, needs: dict[Need, ByYear]) -> dict[Need, int]:
    """What a source gives to each need of its plan: where it says, or in proportion to what falls due."""
    if source.window:
        return {(source.plan, source.window): source.amount}
    open_needs = [need for need in sorted(needs) if need[0] == source.plan and source.year in needs[need]]
    weights = [needs[need][source.year] for need in open_needs]
    return dict(zip(open_needs, by_largest_remainder(source.amount, weights), strict=True))
