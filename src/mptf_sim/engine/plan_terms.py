"""What plans need and who else pays, laid out by period; how a plan may take its next step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mptf_sim.fund.participation import State
from mptf_sim.fund.plan_shocks import StateJoins
from mptf_sim.fund.plans import ADOPTED, REVIEWED, STATUSES, DiasporaBond, Finance, Plan
from mptf_sim.money import apportion_whole
from mptf_sim.quantities import Array, Mask, Quarter
from mptf_sim.scenario.needs import needs_by_year, spread_over_needs
from mptf_sim.scenario.scenario import Scenario

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Unsure:
    """An indicative source that may be secured when its year begins."""

    id: str
    plan: int
    chance: float
    begins: int  # first played period of its year
    secures: Array  # (need,), cents, if it does
    executes: Array  # (period,), cents, if it does


@dataclass(frozen=True, slots=True)
class Bond:
    """A diaspora bond: how much of it is bought differs between paths."""

    id: str
    plan: int
    begins: int  # first played period of its year
    bond: DiasporaBond
    target: float
    secures: Array  # (need,), running total of shares of what is bought
    executes: Array  # (period,), running total of shares of what is bought

    def of_needs(self, raised: Array) -> Array:
        """What is secured of each need: (need, path), cents."""
        return _parts(self.secures, raised)

    def of_period(self, t: int, raised: Array) -> Array:
        """What is executed in a period: (path,), cents."""
        before = self.executes[t - 1] if t else 0.0
        executed: Array = np.rint(raised * self.executes[t]) - np.rint(raised * before)
        return executed


def _parts(running: Array, amounts: Array) -> Array:
    """Amounts by running totals of shares: (share,) and (path,) to (share, path)."""
    return np.diff(np.rint(np.outer(running, amounts)), axis=0, prepend=0.0)


class PlanTerms:
    """Everything about plans that does not differ between paths. Axes: plan, need (plan x window), period."""

    def __init__(self, scenario: Scenario, quarters: tuple[Quarter, ...]) -> None:
        self.quarters = quarters
        self.plans: tuple[Plan, ...] = tuple(sorted(scenario.plans, key=lambda plan: plan.id))
        self.row = {plan.id: number for number, plan in enumerate(self.plans)}
        by_year = needs_by_year(scenario)
        self.needs: tuple[tuple[str, str], ...] = tuple(sorted({need.cell for need in scenario.needs}))
        self.cell = {cell: number for number, cell in enumerate(self.needs)}
        self.need_plan: Rows = np.array([self.row[plan] for plan, _ in self.needs], dtype=np.intp)
        self.due, self.secured = (np.zeros((len(quarters), len(self.needs))) for _ in range(2))
        self.executed = np.zeros((len(quarters), len(self.plans)))
        for (plan, year), windows in by_year.items():
            period = self.first_period(year)
            if period is not None:
                for window, amount in windows.items():
                    self.due[period, self.cell[plan, window]] = amount
        unsure, bonds = [], []
        for source in sorted(scenario.finance, key=lambda source: source.id):
            period = self.first_period(source.year)
            if period is None or not source.may_count:
                continue
            secures, executes = self._finance(source, by_year[source.plan, source.year])
            if source.bond is not None and source.amount:
                target = float(source.amount)
                shares = np.cumsum(secures) / target, np.cumsum(executes) / target
                bonds.append(Bond(source.id, self.row[source.plan], period, source.bond, target, *shares))
            elif source.status == "secured":
                self.secured[period] += secures
                self.executed[:, self.row[source.plan]] += executes
            else:
                plan_row = self.row[source.plan]
                unsure.append(Unsure(source.id, plan_row, source.firming, period, secures, executes))
        self.unsure, self.bonds = tuple(unsure), tuple(bonds)
        self._life(scenario)

    def first_period(self, year: int) -> int | None:
        """The first played quarter of a year."""
        return next((t for t, quarter in enumerate(self.quarters) if quarter.year == year), None)

    def begins_year(self, t: int) -> bool:
        """Whether needs come due in a period: the first quarter of each year, and the calendar's first."""
        return t == 0 or self.quarters[t].quarter == 1

    def _finance(self, source: Finance, needs: dict[str, int]) -> tuple[Array, Array]:
        """What a source secures of each need, and what it executes in each period of its year."""
        secures, executes = np.zeros(len(self.needs)), np.zeros(len(self.quarters))
        played = [t for t, quarter in enumerate(self.quarters) if quarter.year == source.year]
        for window, amount in spread_over_needs(source, needs).items():
            secures[self.cell[source.plan, window]] += amount
            executes[played] += apportion_whole(source.execution.of_cents(amount), [1] * len(played))
        return secures, executes

    def _life(self, scenario: Scenario) -> None:
        """Chances of the next step by status; who is reviewed and who joins, by period."""
        states: dict[str, State] = {state.id: state for state in scenario.states}
        effects = scenario.participation.effects
        self.opening_status = np.array([STATUSES.index(plan.status) for plan in self.plans], dtype=np.int8)
        self.opening_level = np.array([plan.coordination for plan in self.plans], dtype=np.int8)
        chances = [plan.hazards.of_quarter(effects.of_state(states.get(plan.country))) for plan in self.plans]
        self.chances: Array = np.array(chances, dtype=np.float64).reshape(len(self.plans), len(STATUSES))
        self.moving: Rows = np.flatnonzero(self.chances.any(axis=1))  # plans that chance may move
        shape = (len(self.quarters), len(self.plans))
        self.reviewed: Mask = np.zeros(shape, dtype=bool)
        self.at_least = np.zeros(shape, dtype=np.int8)
        for review in scenario.governance.reviews:
            t = self.quarters.index(review.quarter)
            self.reviewed[t] |= np.array([review.concerns(plan.region) for plan in self.plans], dtype=bool)
        for shock in scenario.shocks:
            if isinstance(shock, StateJoins) and shock.start in self.quarters:
                t, reached = self.quarters.index(shock.start), np.int8(STATUSES.index(shock.status))
                joins = np.array([plan.country in shock.states for plan in self.plans], dtype=bool)
                self.at_least[t] = np.maximum(self.at_least[t], np.where(joins, reached, np.int8(0)))

    def after_review(self, t: int, status: NDArray[np.int8]) -> NDArray[np.int8]:
        """Adopted plans that a review concerns become reviewed: (plan, path)."""
        becomes = self.reviewed[t][:, None] & (status == ADOPTED)
        return np.where(becomes, np.int8(REVIEWED), status)
