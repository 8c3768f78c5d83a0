"""A figure of a run as a sum of postings: which movements of which programmes, donors, plans or deals, over which quarters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mptf_sim.analysis.explanation.approvable import before_approvals, set_aside
from mptf_sim.analysis.explanation.metrics import (
    METRICS,
    OF_DEALS,
    OF_FACILITIES,
    OF_PLANS,
    OF_PROGRAMMES,
    Metric,
    Signs,
    known_metric,
    of_stock,
)
from mptf_sim.books import LEDGER, account
from mptf_sim.engine.replay import Posting, Replay
from mptf_sim.errors import UsageError, nearest
from mptf_sim.quantities import Quarter, Whole
from mptf_sim.scenario.scenario import Scenario


class Part(NamedTuple):
    """One posting behind a figure, and what it adds to it: cents, or one where postings are counted."""

    posting: Posting
    adds: int


@dataclass(frozen=True, slots=True)
class Window:
    """Quarters a figure is about, by their number in the calendar, both ends included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of one path: opening + its parts, over another such sum if it is a share."""

    metric: str
    plan: str | None
    window: Window
    opening: int  # cents in the books before the first quarter
    parts: tuple[Part, ...]
    over: tuple[Part, ...] | None
    counts: bool

    @property
    def adds(self) -> Signs:
        """The events that raise or lower it."""
        return METRICS[self.metric].adds

    @property
    def amount(self) -> int:
        """What the parts add up to: cents, or a number of postings."""
        return self.opening + sum(part.adds for part in self.parts)

    @property
    def whole(self) -> int | None:
        """What a share is a share of, cents."""
        return None if self.over is None else sum(part.adds for part in self.over)

    @property
    def value(self) -> float:
        """The figure as tables show it: cents, a number, or a share; not a number where a share is of nothing."""
        if self.whole is None:
            return self.amount
        return self.amount / self.whole if self.whole else float("nan")


def check_asked(scenario: Scenario, name: str, plan: str | None) -> Metric:
    """The metric of that name, if the scenario has such a plan and the metric is kept by plan.

    Raises
    ------
    UsageError : saying which is not so
    """
    metric = known_metric(name)
    if plan is not None and plan not in {one.id for one in scenario.plans}:
        near = nearest(plan, tuple(one.id for one in scenario.plans))
        raise UsageError(f"plan: no plan '{plan}' in this scenario" + (f"; did you mean '{near}'?" if near else ""))
    events = {*metric.adds, *(metric.over or ())}
    if len(events) > 1:
        events.discard("facility_refunds")  # whatever it stands beside: no programme of a plan fills a facility
    kept_by_plan = {*OF_PLANS, *OF_PROGRAMMES, *OF_DEALS}
    for event in sorted(events - kept_by_plan if plan is not None else ()):
        whose = "a facility's" if event in OF_FACILITIES else "the fund's"
        raise UsageError(f"metric: {event} is {whose} and is not kept by plan: leave out --plan")
    return metric


def window_of(scenario: Scenario, text: str | None) -> Window:
    """Quarters that a period means: 2030-Q4, 2030, `to 2030-Q4`, `2026-Q1 to 2030-Q4`; the whole calendar if not said.

    Raises
    ------
    UsageError : if it is no period, or not within the calendar
    """
    quarters = scenario.calendar.quarters
    if text is None:
        return Window(0, len(quarters) - 1)
    start, _, end = text.rpartition("to ") if "to " in text else (text, "", text)
    first = _quarters(start.strip(), quarters)[0] if start.strip() else 0
    window = Window(first, _quarters(end.strip(), quarters)[-1])
    if window.first > window.last:
        raise UsageError(f"period: expected a first quarter before the last, found {text!r}")
    return window


def _quarters(text: str, quarters: tuple[Quarter, ...]) -> list[int]:
    found = [t for t, quarter in enumerate(quarters) if text in (str(quarter), str(quarter.year))]
    if not found:
        raise UsageError(
            f"period: expected a quarter such as {quarters[-1]}, a year, or `to` one of them, "
            f"from {quarters[0]} to {quarters[-1]}, found {text!r}"
        )
    return found


def figure_of(scenario: Scenario, replayed: Replay, name: str, plan: str | None, window: Window) -> Figure:
    """A figure of the replayed path with every posting behind it.

    Raises
    ------
    UsageError : if there is no such metric or plan, or it is not kept by plan
    """
    metric = check_asked(scenario, name, plan)
    mine = tuple(_concerning(scenario, replayed, metric, plan))
    number = {str(quarter): t for t, quarter in enumerate(scenario.calendar.quarters)}
    if metric.when == "meeting":
        return _at_meeting(scenario, replayed, name, window)
    opening = 0
    if plan is None and metric.when in ("close", "lowest") and not metric.serves_plans:
        opening = _opening(replayed, metric)
    if metric.when == "lowest":
        held = opening + np.cumsum(_by_quarter(mine, metric.adds, number))
        last = window.first + int(held[window.first : window.last + 1].argmin())
        window = Window(0, last)
    elif metric.when == "most":
        held = _by_quarter(mine, metric.adds, number)
        most = window.first + int(held[window.first : window.last + 1].argmax())
        window = Window(most, most)
    elif metric.when == "close":
        window = Window(0, window.last)
    elif metric.when == "quarter":
        window = Window(window.last, window.last)

    def within(signs: Signs) -> tuple[Part, ...]:
        return tuple(
            Part(one, signs[one.event] * (1 if metric.counts else one.cents))
            for one in mine
            if one.event in signs and window.first <= number[one.period] <= window.last
        )

    over = within(metric.over) if metric.over is not None else None
    return Figure(name, plan, window, opening, within(metric.adds), over, metric.counts)


def _at_meeting(scenario: Scenario, replayed: Replay, name: str, window: Window) -> Figure:
    """What could be approved as a meeting began: the first of the calendar, or the last of the period asked for."""
    meets = [t for t, quarter in enumerate(scenario.calendar.quarters) if scenario.meets(quarter)]
    asked = [t for t in meets if t <= window.last] if name == "approvable" else meets[:1]
    if not asked:
        raise UsageError(f"period: no meeting of the Committee falls into it: it meets in {meets_text(scenario)}")
    t = asked[-1]
    opening = _opening(replayed, METRICS["cash"]) - _opening(replayed, METRICS["owed_to_programmes"])
    moved = [Part(*one) for one in before_approvals(scenario, replayed, t)]
    backed = opening + sum(part.adds for part in moved)
    parts = [*moved, *(Part(*one) for one in set_aside(scenario, replayed, t, backed) if one[1])]
    return Figure(name, None, Window(0, t), opening, tuple(parts), None, False)


def meets_text(scenario: Scenario) -> str:
    """When the Committee meets: 'Q2 and Q4'."""
    return " and ".join(f"Q{quarter}" for quarter in sorted(scenario.governance.meetings))


def _by_quarter(postings: tuple[Posting, ...], signs: Signs, number: Mapping[str, int]) -> Whole:
    """What moved in each quarter of the calendar: (period,), cents."""
    moved = np.zeros(len(number), dtype=np.int64)
    for one in postings:
        if one.event in signs:
            moved[number[one.period]] += signs[one.event] * one.cents
    return moved


def _opening(replayed: Replay, metric: Metric) -> int:
    """The stock before the first quarter: its first close less what moved in that quarter."""
    name = next((stock for stock in LEDGER if of_stock(stock) == metric.adds), None)
    if name is None:
        return 0
    moved = sum(sign * int(account(replayed.books, event)[0, 0]) for event, sign in metric.adds.items())
    return int(account(replayed.books, name)[0, 0]) - moved


def owner(posting: Posting) -> str:
    """The donor, programme, plan or deal a posting is about: ids hold no blanks, what stands behind one is a detail."""
    return posting.who.partition(" ")[0]


def told_as(posting: Posting) -> str:
    """Whom a posting is told of: of a deal's layer that layer, else its owner."""
    return posting.who if posting.event in OF_DEALS else owner(posting)


def programmes_of(scenario: Scenario, plan: str | None, serving: bool) -> set[str]:
    """Programmes of a plan (of any, if none is said); only those that meet its needs, if so asked."""
    return {
        one.id
        for one in scenario.all_programmes
        if one.plan is not None and plan in (None, one.plan) and (one.running is None or not serving)
    }


def _concerning(scenario: Scenario, replayed: Replay, metric: Metric, plan: str | None) -> Iterator[Posting]:
    """The postings of the path that may stand behind a figure of the fund or of one plan."""
    if plan is None and not metric.serves_plans:
        yield from replayed.postings
        return
    programmes = programmes_of(scenario, plan, metric.serves_plans)
    plans = {plan} if plan else {one.id for one in scenario.plans}
    deals = {one.id for one in scenario.deals if one.plan in plans}
    mine = {
        **dict.fromkeys(OF_PLANS, plans),
        **dict.fromkeys(OF_PROGRAMMES, programmes),
        **dict.fromkeys(OF_DEALS, deals),
    }
    for posting in replayed.postings:
        if owner(posting) in mine.get(posting.event, ()):
            yield posting
