"""What a scenario says, by id: the fund as the second engine sees it, and what stands in its books."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from mptf_sim.scenario.scenario import Scenario
from tests.reference.earmarks import UNEARMARKED, Classes
from tests.reference.needs import needs_by_year
from tests.reference.programme import Need, Programme, document, remember, set_running
from tests.reference.slots import Slot, slots

STATUSES = ("none", "drafting", "costed", "adopted", "reviewed")
"""The life of a plan; it only moves forward."""


@dataclass
class Fund:
    """Terms and books of one path."""

    scenario: Scenario
    start: int
    periods: int
    classes: dict[Any, str]
    indirect_rate: Fraction
    programmes: dict[str, Programme]  # in the order of ids
    slots: list[Slot]
    needs: dict[Need, dict[int, int]]  # amount by year
    executed: dict[str, list[int]]  # by plan, then period
    carry_over: dict[str, Fraction]
    status: dict[str, int]  # of plans: place among STATUSES
    level: dict[str, int]  # of plans: coordination
    rule: Any  # by which the Committee decides, until a review says otherwise
    unmet: dict[Need, int]
    money: dict[str, int]  # by class: opening cash, deposits, less fees; interest in unearmarked
    signed_not_deposited: dict[str, int]
    direct_cost_paid: int = 0
    direct_cost_owed: int = 0
    accrued: Fraction | int = 0
    prepared: dict[str, float] = field(default_factory=dict)  # of documents on slots
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
    marks += [pledge.earmark for pledge in scenario.pledges if pledge.earmark]
    marks += [shock.earmark for shock in scenario.shocks if shock.kind == "earmarking_wave"]
    classes = {mark: UNEARMARKED if mark.label == UNEARMARKED else mark.label for mark in marks}
    money = {name: 0 for name in [UNEARMARKED, *classes.values()]}
    signed = dict(money)
    for cash in scenario.fund.opening.cash:
        money[classes[cash.earmark]] += cash.amount
    rate = scenario.fund.fees.indirect_cost.ratio
    programmes = {}
    coming = slots(scenario)
    for slot in coming:
        programmes[slot.id] = document(scenario, slot.id, slot.template, classes)
    for one in scenario.programmes:
        programme = document(scenario, one.id, one, classes)
        programme.quality = one.score
        programme.ready = one.ready.ordinal - start if one.ready else None
        if one.running:
            set_running(programme, one.running, start)
        programmes[one.id] = programme
    programmes = dict(sorted(programmes.items()))
    for programme in programmes.values():
        remember(programme, -1, rate)
    needs = needs_by_year(scenario)
    fund = Fund(
        scenario=scenario,
        start=start,
        periods=scenario.calendar.periods,
        classes=classes,
        indirect_rate=rate,
        programmes=programmes,
        slots=coming,
        needs=needs,
        executed={plan.id: [0] * scenario.calendar.periods for plan in scenario.plans},
        carry_over={plan.id: plan.carry_over.ratio for plan in scenario.plans},
        status={plan.id: STATUSES.index(plan.status) for plan in scenario.plans},
        level={plan.id: plan.coordination for plan in scenario.plans},
        rule=scenario.governance.allocation,
        unmet={need: 0 for need in needs},
        money=money,
        signed_not_deposited=signed,
    )
    for programme in programmes.values():
        if programme.approved is not None:
            count_award(fund, programme)
    return fund


def count_award(fund: Fund, programme: Programme) -> None:
    """Awards so far, gross of cancellations, by window and by region."""
    for awards, name in ((fund.awards_by_window, programme.window), (fund.awards_by_region, programme.region)):
        awards[name] = awards.get(name, 0) + programme.award
