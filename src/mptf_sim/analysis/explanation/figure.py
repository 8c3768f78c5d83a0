"""A figure of a run as a sum of postings: which movements of which programmes, donors or plans, over which quarters.

Every metric is said once, in `METRICS`; what a stock is made of stands in the ledger (`books.LEDGER`), so that a
figure and its explanation cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from mptf_sim.analysis.explanation.approvable import BACKING, PROMISED, before_approvals, set_aside
from mptf_sim.books import ACCOUNTS, LEDGER, account
from mptf_sim.engine.replay import Posting, Replay
from mptf_sim.errors import UsageError, nearest
from mptf_sim.measures.concentration import INSTEAD
from mptf_sim.quantities import Quarter, Whole
from mptf_sim.scenario.scenario import Scenario

Signs = Mapping[str, int]
"""Events, and whether each raises (1) or lowers (-1) the figure."""


@dataclass(frozen=True, slots=True)
class Metric:
    """What a figure is made of.

    adds : events that raise or lower it
    when : over quarters, at a close, in one quarter alone, where it is lowest or most, or as a meeting begins
    over : for a share, the events of what it is a share of
    counts : whether postings are counted instead of added up
    serves_plans : whether only what meets needs of plans belongs to it
    """

    adds: Signs
    when: Literal["flow", "close", "quarter", "lowest", "most", "meeting"]
    over: Signs | None = None
    counts: bool = False
    serves_plans: bool = False


def _stock(name: str) -> Signs:
    raised_by, lowered_by = LEDGER[name]
    return {**dict.fromkeys(raised_by, 1), **dict.fromkeys(lowered_by, -1)}


def _less(needs: Signs, met: Signs) -> Signs:
    return {**needs, **{event: -sign for event, sign in met.items()}}


_DELIVERED: Signs = {"direct_delivery": 1, "executed_finance": 1}
_FUNDED: Signs = {"secured_finance": 1, "awarded_to_needs": 1, "freed_needs": -1}
_NEEDS: Signs = {"needs_due": 1}
_SPENT: Signs = {"direct_delivery": 1, "indirect_cost": 1}
_NET: Signs = {"transfers": 1, "refunds": -1}

METRICS: Mapping[str, Metric] = {
    **{one.name: Metric({one.name: 1}, "flow") for one in ACCOUNTS if one.kind == "flow"},
    **{name: Metric(_stock(name), "close") for name in LEDGER},
    "net_funded": Metric(_NET, "flow"),
    "expenditure": Metric(_SPENT, "flow"),
    "delivery_rate": Metric(_SPENT, "flow", over=_NET),
    "delivery_rate_as_known": Metric({"reported_expenditure": 1}, "flow", over=_NET),
    "closing_cash": Metric(_stock("cash"), "close"),
    "lowest_cash": Metric(_stock("cash"), "lowest"),
    "waiting_for_cash": Metric({"waiting_for_cash": 1}, "quarter"),
    "not_released": Metric({"not_released": 1}, "quarter"),
    "most_waiting_for_cash": Metric({"waiting_for_cash": 1}, "most"),
    "instalment_quarters_waiting": Metric({"waiting_for_cash": 1}, "flow", counts=True),
    "instalment_quarters_not_released": Metric({"not_released": 1}, "flow", counts=True),
    "programmes_approved": Metric({"approvals": 1}, "flow", counts=True),
    "approvable": Metric({**BACKING, **PROMISED}, "meeting"),
    "first_approvable": Metric({**BACKING, **PROMISED}, "meeting"),
    "coverage": Metric(_DELIVERED, "close", over=_NEEDS, serves_plans=True),
    "funded_share": Metric(_FUNDED, "close", over=_NEEDS, serves_plans=True),
    "delivery_gap": Metric(_less(_NEEDS, _DELIVERED), "close", serves_plans=True),
    "funding_gap": Metric(_less(_NEEDS, _FUNDED), "close", serves_plans=True),
}


OF_PLANS = ("needs_due", "secured_finance", "lapsed_needs", "executed_finance")
"""Events posted by plan, or by plan and window."""

OF_PROGRAMMES = (
    "refunds", "approvals", "awarded_to_needs", "transfers", "waiting_for_cash", "not_released", "direct_delivery",
    "indirect_cost", "cancelled_awards", "freed_needs",
)  # fmt: skip
"""Events posted by programme; all others are donors' or the fund's own. An id may name a donor and a plan."""


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


def known_metric(name: str) -> Metric:
    """The metric of that name.

    Raises
    ------
    UsageError : naming the nearest one
    """
    if name in INSTEAD:
        raise UsageError(f"{name} is an index, no sum of postings; ask for {INSTEAD[name]}")
    if name not in METRICS:
        near = nearest(name, tuple(METRICS))
        raise UsageError(
            f"unknown metric '{name}'"
            + (f"; did you mean '{near}'?" if near else "")
            + f". Known: {', '.join(METRICS)}"
        )
    return METRICS[name]


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
    kept_by_plan = {*OF_PLANS, *OF_PROGRAMMES}
    for event in sorted(events - kept_by_plan if plan is not None else ()):
        raise UsageError(f"metric: {event} is the fund's and is not kept by plan: leave out --plan")
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
    name = next((stock for stock in LEDGER if _stock(stock) == metric.adds), None)
    if name is None:
        return 0
    moved = sum(sign * int(account(replayed.books, event)[0, 0]) for event, sign in metric.adds.items())
    return int(account(replayed.books, name)[0, 0]) - moved


def owner(posting: Posting) -> str:
    """The donor, programme or plan a posting is about: ids hold no blanks, what stands behind one is a detail."""
    return posting.who.partition(" ")[0]


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
    for posting in replayed.postings:
        mine = plans if posting.event in OF_PLANS else programmes if posting.event in OF_PROGRAMMES else ()
        if owner(posting) in mine:
            yield posting
