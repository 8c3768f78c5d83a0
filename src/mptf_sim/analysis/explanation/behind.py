"""Which paths stand behind a quantile or a chance, and what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from mptf_sim.analysis.explanation.metrics import METRICS
from mptf_sim.errors import UsageError
from mptf_sim.measures.blended_metrics import budget_cost
from mptf_sim.measures.statistics import Values, chance
from mptf_sim.quantities import Mask
from mptf_sim.runs.distributions import rank_of
from mptf_sim.runs.tables import RunTables

CHANCES = {
    "chance_instalment_waits_for_cash": ("instalment_quarters_waiting", "an approved and released instalment waits for cash"),
    "chance_instalment_not_released": ("instalment_quarters_not_released", "an instalment is due and not released"),
    "chance_fully_funded": ("funded_share", "approved finance meets all needs of the plan"),
}  # fmt: skip
"""Each chance with the metric that says on which paths it came true, and in words what comes true."""

MOST_SHOWN = 5


class Trait(NamedTuple):
    """A total of the calendar in which the paths behind a figure differ from the others."""

    metric: str
    here: float
    elsewhere: float
    apart: float  # difference over the standard deviation of all paths


@dataclass(frozen=True, slots=True)
class Behind:
    """Paths behind a figure, in order, out of all."""

    what: str
    paths: tuple[int, ...]
    of: int
    share: float
    error: float
    traits: tuple[Trait, ...]


def path_of_percentile(tables: RunTables, metric: str, plan: str | None, period: str | None, percentile: float) -> int:
    """The path whose value is that percentile; of equal ones in the order of paths.

    Raises
    ------
    UsageError : if the run has not kept the figure of every path
    """
    if not 0 < percentile <= 100:
        raise UsageError(f"percentile: expected a number above 0 and up to 100, found {percentile:g}")
    values = values_of_paths(tables, metric, plan) if is_whole_calendar(tables, period) else None
    if values is not None:
        order = np.lexsort((np.arange(len(values)), values))
        return int(order[rank_of(percentile / 100, len(values))])
    return _kept_path(tables, metric, plan, period, percentile)


def is_whole_calendar(tables: RunTables, period: str | None) -> bool:
    quarters = list(dict.fromkeys(tables.timeline.loc[tables.timeline["period"].str.contains("-Q"), "period"]))
    return period is None or period in (f"to {quarters[-1]}", f"{quarters[0]} to {quarters[-1]}")


def values_of_paths(tables: RunTables, metric: str, plan: str | None) -> Values | None:
    """The figure of the whole calendar on every path; None if the run has not kept it."""
    paths = tables.paths
    if plan is None and metric in paths:
        kept: Values = paths[metric].to_numpy()
        return kept
    if plan is None and metric == "budget_cost" and "facility_grants" in paths:
        return budget_cost({str(name): column.to_numpy() for name, column in paths.items()})
    needs = tables.entities[tables.entities["kind"] == "plan"].set_index("id")["need_cents"]
    if plan is not None and plan in needs.index:
        need, delivered, funded = int(needs[plan]), paths[f"delivered:{plan}"], paths[f"funded:{plan}"]
    else:
        need = int(needs.sum())
        delivered, funded = need - paths["delivery_gap"], need - paths["funding_gap"]
    known = {
        "coverage": delivered / max(need, 1), "funded_share": funded / max(need, 1),
        "delivery_gap": need - delivered, "funding_gap": need - funded,
        "delivery_rate": paths["expenditure"] / paths["net_funded"].where(paths["net_funded"] > 0),
        "delivery_rate_as_known": paths["reported_expenditure"] / paths["net_funded"].where(paths["net_funded"] > 0),
    }  # fmt: skip
    if metric.startswith("delivery_rate") and plan is not None:
        return None
    return np.asarray(known[metric], dtype=np.float64) if metric in known else None


_KEPT = {"coverage": "delivered", "delivery_gap": "delivered", "funded_share": "funded", "funding_gap": "funded"}


def _kept_path(tables: RunTables, metric: str, plan: str | None, period: str | None, percentile: float) -> int:
    """The path of a percentile inside the calendar, as the timeline names it."""
    name, level = metric, percentile
    if plan is not None and metric in _KEPT:
        name = _KEPT[metric]
        level = 100 - percentile if metric.endswith("_gap") else percentile
    column = f"p{level:02.0f}_path"
    table = tables.timeline
    table = table[(table["account"] == name) & (table["scope"] == (plan or "")) & (table["period"] == period)]
    if len(table) != 1 or column not in table or int(table[column].iloc[0]) < 0:
        raise UsageError(
            f"percentile: the run has not kept which path is percentile {percentile:g} of {metric} in {period}. "
            "It keeps 5, 25, 50, 75 and 95 of quarters (of plans: of each year's last), up to 16,384 paths, and every "
            "percentile of the whole calendar; else name a path with --path"
        )
    return int(table[column].iloc[0])


def paths_behind(tables: RunTables, name: str, plan: str | None) -> Behind:
    """The paths on which what a chance speaks of came true.

    Raises
    ------
    UsageError : if it needs a plan and none is said
    """
    metric, what = CHANCES[name]
    if name == "chance_fully_funded" and plan is None:
        raise UsageError("plan: chance_fully_funded is kept by plan: say which with --plan")
    values = values_of_paths(tables, metric, plan)
    assert values is not None, "every chance speaks of a figure that is kept"
    true = values >= 1 if name == "chance_fully_funded" else values > 0
    share, error = chance(int(true.sum()), len(true))
    return Behind(what, _numbers(true), len(true), share, error, traits(tables, true, metric, plan))


def tail_behind(tables: RunTables, name: str, plan: str | None, period: str | None, percentile: float) -> Behind | None:
    """The paths at or beyond a percentile, on its side of the median; None if not all values are kept."""
    values = values_of_paths(tables, name, plan) if is_whole_calendar(tables, period) else None
    if values is None or percentile == 50:
        return None
    edge = np.sort(values)[rank_of(percentile / 100, len(values))]
    inside = values <= edge if percentile < 50 else values >= edge
    share, error = chance(int(inside.sum()), len(values))
    side = "at or below" if percentile < 50 else "at or above"
    return Behind(f"{name} is {side} percentile {percentile:g}", _numbers(inside), len(values), share, error, traits(tables, inside, name, plan))  # fmt: skip


def _numbers(inside: Mask) -> tuple[int, ...]:
    return tuple(int(path) for path in np.flatnonzero(inside))


def traits(tables: RunTables, inside: Mask, metric: str, plan: str | None) -> tuple[Trait, ...]:
    """In which totals of the calendar the chosen paths differ most from the others: at least a third of a deviation.

    The metric itself is left out, and so is what it is made of: that they differ in it says nothing.
    """
    if inside.all() or not inside.any():
        return ()
    found = []
    for name in tables.paths.columns:
        if (name not in METRICS and ":" not in name) or name in (metric, f"delivered:{plan}", f"funded:{plan}"):
            continue
        values: pd.Series = tables.paths[name].astype("float64")
        spread = float(values.std(ddof=0))
        if spread > 0:
            here, elsewhere = float(values[inside].mean()), float(values[~inside].mean())
            found.append(Trait(str(name), here, elsewhere, (here - elsewhere) / spread))
    found.sort(key=lambda one: (-abs(one.apart), one.metric))
    return tuple(one for one in found[:MOST_SHOWN] if abs(one.apart) >= 1 / 3)
