"""What a scenario says, by id: the fund as the second engine sees it, and what stands in its books."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from mptf_sim.scenario.scenario import Scenario
from tests.reference.earmarks import UNEARMARKED, Classes
from tests.reference.programme import Need, Programme, document, remember, set_running
from tests.reference.rounding import by_largest_remainder, rounded


@dataclass
class Fund:
    """Terms and books of one path."""

    scenario: Scenario
    start: int
    periods: int
    classes: dict[Any, str]
    indirect_rate: Fraction
    programmes: dict[str, Programme]
    needs: dict[Need, dict[int, int]]  # amount by year
    secured: dict[Need, dict[int, int]]  # amount by year
    executed: dict[str, list[int]]  # by plan, then period
    carry_over: dict[str, Fraction]
    unmet: dict[Need, int]
    money: dict[str, int]  # by class: opening cash, deposits, less fees; interest in unearmarked
    signed_not_deposited: dict[str, int]
    direct_cost_paid: int = 0
    direct_cost_owed: int = 0
    accrued: Fraction | int = 0
    spent_this_year: dict[tuple[str, str], int] = field(default_factory=dict)  # by programme and organisation
    awards_by_window: dict[str, int] = field(default_factory=dict)
    awards_by_region: dict[str, int] = field(default_factory=dict)

    def year(self, period: int) -> int:
        return (self.start + period) // 4

    def quarter(self, period: int) -> int:
        return (self.start + period) % 4 + 1

    @property
    def cash(self) -> int:
        return sum(self.money.values()) - self.direct_cost_paid - sum(p.payments for p in self.programmes.values())

    def by_class(self, amounts: list[tuple[Classes, int]]) -> dict[Classes, int]:
        """Claims or payments added up by eligible classes; direct cost paid is a use of unearmarked money."""
        added = {frozenset({UNEARMARKED}): self.direct_cost_paid}
        for eligible, amount in amounts:
            added[eligible] = added.get(eligible, 0) + amount
        return added

    def payments(self) -> dict[Classes, int]:
        return self.by_class([(p.eligible, p.payments) for p in self.programmes.values()])


def open_fund(scenario: Scenario) -> Fund:
    """The books when the calendar starts."""
    start = scenario.calendar.start.ordinal
    marks = [donor.earmark for donor in scenario.donors] + [cash.earmark for cash in scenario.fund.opening.cash]
    classes = {mark: UNEARMARKED if mark.label == UNEARMARKED else mark.label for mark in marks}
    money = {name: 0 for name in [UNEARMARKED, *classes.values()]}
    signed = dict(money)
    for cash in scenario.fund.opening.cash:
        money[classes[cash.earmark]] += cash.amount
    rate = scenario.fund.fees.indirect_cost.ratio
    programmes = {}
    for one in sorted(scenario.programmes, key=lambda one: one.id):
        programme = document(scenario, one, classes, one.score, one.ready.ordinal - start if one.ready else None)
        if one.running:
            set_running(programme, one.running, start)
        remember(programme, -1, rate)
        programmes[one.id] = programme
    raising = {plan.id for plan in scenario.plans if plan.status in ("costed", "adopted", "reviewed")}
    needs: dict[Need, dict[int, int]] = {}
    for need in scenario.needs:
        if need.plan in raising:
            needs.setdefault((need.plan, need.window), {})[need.year] = need.amount
    fund = Fund(
        scenario=scenario,
        start=start,
        periods=scenario.calendar.periods,
        classes=classes,
        indirect_rate=rate,
        programmes=programmes,
        needs=needs,
        secured={},
        executed={plan.id: [0] * scenario.calendar.periods for plan in scenario.plans},
        carry_over={plan.id: plan.carry_over.ratio for plan in scenario.plans},
        unmet={need: 0 for need in needs},
        money=money,
        signed_not_deposited=signed,
    )
    _other_finance(fund, raising)
    for programme in programmes.values():
        if programme.approved is not None:
            count_award(fund, programme)
    return fund


def count_award(fund: Fund, programme: Programme) -> None:
    """Awards so far, gross of cancellations, by window and by region."""
    for awards, name in ((fund.awards_by_window, programme.window), (fund.awards_by_region, programme.region)):
        awards[name] = awards.get(name, 0) + programme.award


def _other_finance(fund: Fund, raising: set[str]) -> None:
    """Secured sources: what they take off the needs of their year, and what is spent of them quarter by quarter."""
    for source in fund.scenario.finance:
        played = [t for t in range(fund.periods) if fund.year(t) == source.year]
        if source.status != "secured" or source.plan not in raising or not played:
            continue
        if source.window:
            parts = {(source.plan, source.window): source.amount}
        else:
            open_needs = sorted(
                need for need in fund.needs if need[0] == source.plan and source.year in fund.needs[need]
            )
            weights = [fund.needs[need][source.year] for need in open_needs]
            parts = dict(zip(open_needs, by_largest_remainder(source.amount, weights), strict=True))
        for need, amount in parts.items():
            of_need = fund.secured.setdefault(need, {})
            of_need[source.year] = of_need.get(source.year, 0) + amount
            spent = rounded(source.execution.ratio * amount)
            for t, quarterly in zip(played, by_largest_remainder(spent, [1] * len(played)), strict=True):
                fund.executed[source.plan][t] += quarterly
