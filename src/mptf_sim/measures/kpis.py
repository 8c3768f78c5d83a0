"""The answers in numbers: one row per metric and scope, with its Monte Carlo error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from mptf_sim.measures.statistics import LEVEL_NAMES, BadTail, chance, ratio_of_sums, summary
from mptf_sim.quantities import Whole
from mptf_sim.runs.run import Run

KPI_COLUMNS = (
    "metric", "scope_kind", "scope", "period", "unit", "mean", "se", *LEVEL_NAMES, "es95", "bad_tail", "basis",
)  # fmt: skip

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


def kpis(run: Run) -> pd.DataFrame:
    """Every metric of a run: money in cents, shares as fractions, chances with their binomial error.

    Returns
    -------
    DataFrame with KPI_COLUMNS; quantiles are values of real paths, es95 the mean of the worst 5 % of paths.
    A ratio's mean is the ratio of sums over paths.
    """
    horizon = f"{run.axes.periods[0]} to {run.axes.periods[-1]}"
    end = run.axes.periods[-1]
    rows: list[dict[str, Any]] = []

    def enter(
        metric: str,
        unit: str,
        values: dict[str, float],
        tail: str,
        period: str,
        kind: str = "fund",
        scope: str = "",
    ) -> None:
        rows.append(
            {"metric": metric, "scope_kind": kind, "scope": scope, "period": period, "unit": unit, **values,
             "bad_tail": tail, "basis": "every path"}
        )  # fmt: skip

    for name, tail in AMOUNTS:
        enter(name, "cents", summary(run.columns[name], tail), tail, horizon)
    approved = run.columns["programmes_approved"]
    enter("programmes_approved", "programmes", summary(approved, "low"), "low", horizon)

    for metric, column in (
        ("chance_instalment_waits_for_cash", "instalment_quarters_waiting"),
        ("chance_instalment_not_released", "instalment_quarters_not_released"),
    ):
        share, error = chance(int((run.columns[column] > 0).sum()), run.paths)
        enter(metric, "probability", {"mean": share, "se": error}, "high", horizon)
        enter(column, "instalment-quarters", summary(run.columns[column], "high"), "high", horizon)

    rate = ratio(run.columns["expenditure"], run.columns["net_funded"])
    enter("delivery_rate", "share", rate, "low", horizon)
    known = ratio(run.columns["reported_expenditure"], run.columns["net_funded"])
    enter("delivery_rate_as_known", "share", known, "low", horizon)
    for plan in run.axes.plans:
        need, delivered, funded = (run.columns[f"{name}:{plan}"] for name in ("needs", "delivered", "funded"))
        asking = need > 0
        if not asking.any():
            continue
        for metric, reached in (("coverage", delivered), ("funded_share", funded)):
            enter(metric, "share", ratio(reached, need), "low", f"to {end}", "plan", plan)
        for metric, missing in (("delivery_gap", need - delivered), ("funding_gap", need - funded)):
            enter(metric, "cents", summary(missing, "high"), "high", f"to {end}", "plan", plan)
        share, error = chance(int((funded >= need)[asking].sum()), int(asking.sum()))
        enter(
            "chance_fully_funded",
            "probability",
            {"mean": share, "se": error},
            "low",
            f"to {end}",
            "plan",
            plan,
        )
    needs = run.columns["needs_due"]
    if needs.any():
        for metric, gap in (("coverage", "delivery_gap"), ("funded_share", "funding_gap")):
            enter(metric, "share", ratio(needs - run.columns[gap], needs), "low", f"to {end}")
    return pd.DataFrame(rows, columns=list(KPI_COLUMNS))


def ratio(numerator: Whole, denominator: Whole) -> dict[str, float]:
    """A ratio over paths: mean as ratio of sums, quantiles over the paths on which something is below."""
    mean, error = ratio_of_sums(numerator, denominator)
    some = denominator > 0
    values = summary(numerator[some] / denominator[some], "low") if some.any() else {}
    return {**values, "mean": mean, "se": error}


def paths_table(run: Run) -> pd.DataFrame:
    """One row per path: KPIs in cents or counts; coverage is `delivered:PLAN` over the plan's needs."""
    return pd.DataFrame({"path": np.arange(run.paths, dtype=np.int64), **run.columns})


def expectations(run: Run) -> pd.DataFrame:
    """What the scenario expects of its results, and whether it holds."""
    rows = []
    for expected, met in zip(run.scenario.expect, run.met, strict=True):
        share, error = chance(int(met), run.paths)
        bound = expected.bound_text()
        rows.append(
            {"metric": expected.metric, "plan": expected.plan or "", "period": str(expected.period), "bound": bound,
             "asked_probability": expected.with_probability, "probability": share, "se": error,
             "holds": share >= expected.with_probability}
        )  # fmt: skip
    columns = ["metric", "plan", "period", "bound", "asked_probability", "probability", "se", "holds"]
    return pd.DataFrame(rows, columns=columns)
