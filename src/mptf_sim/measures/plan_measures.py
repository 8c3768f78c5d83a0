"""Plans measure by measure: needs, approved finance and delivery by window, objective, cost type and ministry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from mptf_sim.books import Books
from mptf_sim.fund.plans import STATUSES, Need
from mptf_sim.money import apportion_whole
from mptf_sim.quantities import Whole
from mptf_sim.runs.run import Run
from mptf_sim.scenario.needs import amounts_due

MEASURE_COLUMNS = ("plan", "by", "value", "need_cents", "approved_cents", "delivered_cents")
BY = ("window", "objective", "cost_type", "ministry")
PARENT = "parent plan"
STATUS_COLUMNS = ("plan", "year", *(f"chance_{status}" for status in STATUSES), "coordination_mean")


def plan_measures(run: Run, median: Books) -> pd.DataFrame:
    """Needs, approved finance and delivery of each plan on the median path, cut in four ways.

    What was approved and delivered is shared, notionally, over the measures that came due, in proportion, to the
    cent: each cut adds up to the plan. Rows of `parent plan` say what parent plans hold: it is no part of the needs.

    Returns
    -------
    DataFrame with MEASURE_COLUMNS; `value` is empty where measures do not say
    """
    due = dict(zip(run.scenario.needs, amounts_due(run.scenario), strict=True))
    rows: list[tuple[object, ...]] = []
    for row, plan in enumerate(run.axes.plans):
        measures = sorted((need for need in due if need.plan == plan), key=_order)
        years = _raised(run, median.plan_needs[:, row, 0])
        measures = [need for need in measures if need.year in years]
        weights = [due[need] for need in measures]
        if not sum(weights):
            continue
        funded, delivered = (int(books[-1, row, 0]) for books in (median.plan_funded, median.plan_delivered))
        parts = list(zip(weights, apportion_whole(funded, weights), apportion_whole(delivered, weights), strict=True))
        for by in BY:
            totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
            for need, amounts in zip(measures, parts, strict=True):
                total = totals[getattr(need, by) or ""]
                total[:] = [sum(pair) for pair in zip(total, amounts, strict=True)]
            rows += [(plan, by, value, *total) for value, total in sorted(totals.items())]
        held: dict[str, int] = defaultdict(int)
        for parent, amount in _held(measures):
            held[parent] += amount
        rows += [(plan, PARENT, parent, amount, 0, 0) for parent, amount in sorted(held.items())]
    return pd.DataFrame(rows, columns=list(MEASURE_COLUMNS))


def _order(need: Need) -> tuple[object, ...]:
    cuts = (need.window, need.objective or "", need.cost_type or "", need.ministry or "")
    return (need.year, *cuts, need.id or "", need.amount)


def _raised(run: Run, to_date: Whole) -> set[int]:
    """The years in which a plan's needs came due on a path."""
    before, years = 0, set()
    for end, needs in zip(run.axes.year_ends, to_date.tolist(), strict=True):
        if needs > before:
            years.add(run.axes.years[end])
        before = needs
    return years


def _held(measures: list[Need]) -> Iterator[tuple[str, int]]:
    """What parent plans hold of measures, cents of the amounts as they are written."""
    for need in measures:
        for one in need.overlap:
            yield one.parent or "", one.share.of_cents(need.amount)


def plan_status(run: Run) -> pd.DataFrame:
    """How far plans are at the end of each year: the share of paths in each status, mean level of coordination."""
    rows = []
    for at, end in enumerate(run.axes.year_ends):
        for row, plan in enumerate(run.axes.plans):
            shares = (int(count) / run.paths for count in run.plan_status[at, row])
            rows.append((plan, run.axes.years[end], *shares, int(run.plan_level[at, row]) / run.paths))
    return pd.DataFrame(rows, columns=list(STATUS_COLUMNS))
