"""What is measured of a run, path by path: each metric as an amount, or as a ratio whose both sides differ by path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from mptf_sim.measures import blended_metrics, concentration
from mptf_sim.measures.statistics import BadTail
from mptf_sim.quantities import Whole

AMOUNTS: tuple[tuple[str, BadTail], ...] = (
    ("deposits", "low"),
    ("agent_fees", "high"),
    ("interest", "low"),
    ("refunds", "high"),
    ("direct_cost", "high"),
    ("cancelled_commitments", "high"),
    ("approvals", "low"),
    ("cancelled_awards", "high"),
    ("transfers", "low"),
    ("net_funded", "low"),
    ("direct_delivery", "low"),
    ("expenditure", "low"),
    ("closing_cash", "low"),
    ("lowest_cash", "low"),
    ("first_approvable", "low"),
    ("most_waiting_for_cash", "high"),
    ("funding_gap", "high"),
    ("delivery_gap", "high"),
)
"""Totals over the calendar, or the state at its end, and which tail is bad. Meanings: docs/glossary.md."""

CHANCES = (
    ("chance_instalment_waits_for_cash", "instalment_quarters_waiting"),
    ("chance_instalment_not_released", "instalment_quarters_not_released"),
)
"""Chances that something ever happens, with the number that is then above zero."""


class Metric(NamedTuple):
    """One metric on every path: `above`, or `above` over `below` where it is a share or a chance.

    The mean of a ratio is the ratio of the sums over paths. Of a chance both sides are 0 or 1: it came true, it could.
    """

    name: str
    scope_kind: str
    scope: str
    period: str
    unit: str  # "cents", "programmes", "instalment-quarters", "share" or "probability"
    bad_tail: BadTail
    above: Whole  # (path,)
    below: Whole | None = None  # (path,); None for amounts and counts


def metrics(columns: Mapping[str, Whole], plans: Sequence[str], quarters: Sequence[str]) -> list[Metric]:
    """Every metric of the fund, then of each plan that raises needs.

    Parameters
    ----------
    columns : what a run keeps of each path, by name: `Run.columns`, or those of `paths.parquet`
    plans, quarters : the run's, in their order
    """
    horizon = f"{quarters[0]} to {quarters[-1]}"
    return [
        *_of_fund(columns, horizon),
        *(
            Metric(one.name, "fund", "", horizon, one.unit, one.bad_tail, one.above, one.below)
            for one in concentration.of_fund(columns, plans, len(quarters))
        ),
        *_of_plans(columns, plans, f"to {quarters[-1]}"),
    ]


def plans_of(columns: Mapping[str, Whole]) -> list[str]:
    """The plans that a run keeps columns of."""
    return [name.removeprefix("needs:") for name in columns if name.startswith("needs:")]


def _of_fund(columns: Mapping[str, Whole], horizon: str) -> Iterator[Metric]:
    def fund(name: str, unit: str, tail: BadTail, above: Whole, below: Whole | None = None) -> Metric:
        return Metric(name, "fund", "", horizon, unit, tail, above, below)

    for name, tail in AMOUNTS:
        yield fund(name, "cents", tail, columns[name])
    yield fund("programmes_approved", "programmes", "low", columns["programmes_approved"])
    for name, column in CHANCES:
        happened = (columns[column] > 0).astype(np.int64)
        yield fund(name, "probability", "high", happened, np.ones_like(happened))
        yield fund(column, "instalment-quarters", "high", columns[column])
    for name, spent in (("delivery_rate", "expenditure"), ("delivery_rate_as_known", "reported_expenditure")):
        yield fund(name, "share", "low", columns[spent], columns["net_funded"])
    for one in blended_metrics.of_fund(columns):
        yield fund(one.name, one.unit, one.bad_tail, one.above, one.below)


def _of_plans(columns: Mapping[str, Whole], plans: Sequence[str], to_date: str) -> Iterator[Metric]:
    for plan in plans:
        need, delivered, funded = (columns[f"{name}:{plan}"] for name in ("needs", "delivered", "funded"))
        if not need.any():
            continue

        def of(
            name: str, unit: str, tail: BadTail, above: Whole, below: Whole | None = None, plan: str = plan
        ) -> Metric:
            return Metric(name, "plan", plan, to_date, unit, tail, above, below)

        yield of("coverage", "share", "low", delivered, need)
        yield of("funded_share", "share", "low", funded, need)
        yield of("delivery_gap", "cents", "high", need - delivered)
        yield of("funding_gap", "cents", "high", need - funded)
        asking = (need > 0).astype(np.int64)
        yield of("chance_fully_funded", "probability", "low", (funded >= need) * asking, asking)
        for one in blended_metrics.of_plan(columns, plan):
            yield of(one.name, one.unit, one.bad_tail, one.above, one.below)
    needs = columns["needs_due"]
    if needs.any():
        for name, gap in (("coverage", "delivery_gap"), ("funded_share", "funding_gap")):
            yield Metric(name, "fund", "", to_date, "share", "low", needs - columns[gap], needs)
