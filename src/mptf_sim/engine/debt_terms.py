"""Debt rules as figures: what a State may borrow for its plan, by deal and period of the close."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mptf_sim.engine.cells import Rows
from mptf_sim.formulas.debt import lic_dsf_thresholds
from mptf_sim.fund.finance.debt_rules import DISCOUNT, AnyDebtRule, DebtThresholds, Envelope, MinGrantElement
from mptf_sim.fund.finance.loan_terms import PAYMENTS
from mptf_sim.quantities import Array
from mptf_sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from mptf_sim.engine.deal_terms import DealTerms

BEYOND = 60
"""Years after the calendar in which loans of its deals may still be served: 50 of life, 10 of draws."""


class Bound(NamedTuple):
    """A deal whose loans a debt rule binds."""

    rule: AnyDebtRule
    plan: int  # among the plans with a rule that deals are bound by
    face: float  # of its loans, as stated
    softness: float  # their grant element together, a share
    service: tuple[Array, ...]  # (year,) per unit of face, by quarters from the expected close to the close


class DebtTerms:
    """Which deals are bound, and by what. Years are counted from the calendar's first."""

    def __init__(self, scenario: Scenario, terms: DealTerms) -> None:
        self.years = len({quarter.year for quarter in terms.quarters}) + BEYOND
        rules = {plan.id: plan.debt_rule for plan in scenario.plans if plan.debt_rule is not None}
        sovereign = [deal.borrower is not None and deal.borrower.kind == "sovereign" for deal in terms.deals]
        self.plans = tuple(
            sorted({deal.plan for deal, is_state in zip(terms.deals, sovereign, strict=True) if is_state} & set(rules))
        )
        self.bound: tuple[Bound | None, ...] = tuple(
            self._bound(terms, row, rules[deal.plan]) if is_state and deal.plan in rules else None
            for row, (deal, is_state) in enumerate(zip(terms.deals, sovereign, strict=True))
        )
        self.deals_of_plan: tuple[Rows, ...] = tuple(
            np.array([row for row in terms.by_id if self._is_of(row, plan)], dtype=np.intp)
            for plan in range(len(self.plans))
        )

    def _is_of(self, row: int, plan: int) -> bool:
        bound = self.bound[row]
        return bound is not None and bound.plan == plan

    def _bound(self, terms: DealTerms, row: int, rule: AnyDebtRule) -> Bound:
        loans = terms.loans_of(row)
        faces = terms.amount[loans, 0]
        face = float(faces.sum())
        softness = sum(terms.amount[loan, 0] * terms.terms[loan].grant_element(DISCOUNT) for loan in loans) / face
        deal = terms.deals[row]
        within = range(deal.close.waits + 1)
        service = tuple(self._service(terms, row, deal.close.expected.ordinal + late, face) for late in within)
        return Bound(rule, self.plans.index(deal.plan), face, float(softness), service)

    def _service(self, terms: DealTerms, row: int, closes: int, face: float) -> Array:
        """Yearly service of a deal's loans per unit of face, if it closes in a quarter."""
        by_year = np.zeros(self.years)
        begins = closes + int(terms.last_draw[row])
        for loan in terms.loans_of(row):
            repaid, share = terms.terms[loan].repaid(), terms.amount[loan, 0] / face
            rate = terms.terms[loan].rate
            quarterly = rate.num / (rate.den * PAYMENTS)
            for age in range(1, len(repaid)):
                year = (begins + age) // PAYMENTS - terms.quarters[0].year
                by_year[year] += share * (repaid[age] - repaid[age - 1] + quarterly * (1.0 - repaid[age - 1]))
        return by_year

    def headroom(self, bound: Bound, late: int, year: int, contracted: Array, owed: Array, committed: Array) -> Array:
        """Face value that the rule still allows: (path,), cents.

        Parameters
        ----------
        late : quarters from the expected close
        year : of the close, counted from the calendar's first
        contracted : (path,), faces of the plan's loans so far
        owed : (path,), present value of what they owe
        committed : (year, path), their service
        """
        rule = bound.rule
        if isinstance(rule, Envelope):
            return float(rule.amount) - contracted
        if isinstance(rule, MinGrantElement):
            return np.full_like(contracted, bound.face if bound.softness >= rule.share else 0.0)
        if not isinstance(rule, DebtThresholds):
            return np.zeros_like(contracted)
        to_gdp, to_exports, service_to_exports, service_to_revenue = lic_dsf_thresholds(rule.capacity)[:4] / 100.0
        most = min(to_gdp * rule.gdp.in_year(year), to_exports * rule.exports.in_year(year))
        room = (most - rule.debt.in_year(year) - owed) / (1.0 - bound.softness)
        for y, unit in enumerate(bound.service[late]):
            if unit > 0:
                bearable = min(
                    service_to_exports * rule.exports.in_year(y), service_to_revenue * rule.revenue.in_year(y)
                )
                room = np.minimum(room, (bearable - rule.service.in_year(y) - committed[y]) / unit)
        allowed: Array = np.floor(np.maximum(room, 0.0))
        return allowed
