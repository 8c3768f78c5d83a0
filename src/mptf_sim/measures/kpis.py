"""The answers in numbers: one row per metric and scope, with its Monte Carlo error."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mptf_sim.measures.metrics import Metric, metrics
from mptf_sim.measures.statistics import LEVEL_NAMES, BadTail, chance, ratio_of_sums, summary
from mptf_sim.quantities import Whole
from mptf_sim.runs.run import Run

KPI_COLUMNS = (
    "metric", "scope_kind", "scope", "period", "unit", "mean", "se", *LEVEL_NAMES, "es95", "bad_tail", "basis",
)  # fmt: skip


def kpis(run: Run) -> pd.DataFrame:
    """Every metric of a run: money in cents, shares as fractions, chances with their binomial error.

    Returns
    -------
    DataFrame with KPI_COLUMNS; quantiles are values of real paths, es95 the mean of the worst 5 % of paths.
    A ratio's mean is the ratio of sums over paths.
    """
    rows = [
        {"metric": one.name, "scope_kind": one.scope_kind, "scope": one.scope, "period": one.period, "unit": one.unit,
         **_numbers(one), "bad_tail": one.bad_tail, "basis": "every path"}
        for one in metrics(run.columns, run.axes.plans, run.axes.periods)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(KPI_COLUMNS))


def _numbers(one: Metric) -> dict[str, float]:
    """Mean, error and quantiles of a metric; of a chance mean and error alone."""
    if one.below is None:
        return summary(one.above, one.bad_tail)
    if one.unit == "probability":
        share, error = chance(int(one.above.sum()), int(one.below.sum()))
        return {"mean": share, "se": error}
    return ratio(one.above, one.below, one.bad_tail)


def ratio(numerator: Whole, denominator: Whole, bad_tail: BadTail) -> dict[str, float]:
    """A ratio over paths: mean as ratio of sums, quantiles and shortfall over the paths on which something is below."""
    mean, error = ratio_of_sums(numerator, denominator)
    some = denominator > 0
    values = summary(numerator[some] / denominator[some], bad_tail) if some.any() else {}
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
