"""Where a number stands in the tables of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from mptf_sim.books import ACCOUNTS
from mptf_sim.errors import UsageError
from mptf_sim.runs.tables import RunTables

LEVELS = ("p05", "p25", "p50", "p75", "p95")


class Kpi(NamedTuple):
    """A metric over paths: mean, its standard error, quantiles, mean of the worst 5 %."""

    mean: float
    se: float
    p05: float
    p50: float
    p95: float
    es95: float


def kpi(tables: RunTables, metric: str, scope: str = "") -> Kpi | None:
    """A metric of the fund, or of the plan named as scope; None if the run does not have it."""
    rows = tables.kpis
    rows = rows[(rows["metric"] == metric) & (rows["scope"] == scope)]
    if rows.empty:
        return None
    return Kpi(*(float(rows.iloc[0][name]) for name in Kpi._fields))


def fund_kpi(tables: RunTables, metric: str) -> Kpi:
    """A metric that every run has."""
    found = kpi(tables, metric)
    if found is None:
        raise UsageError(f"the tables of this run hold no metric {metric!r}")
    return found


def coverage_error(tables: RunTables, by: str, value: str, plan: str, column: str) -> float:
    """The standard error of a coverage or a gap of `plan_coverage`; not a number if nobody looked at it."""
    rows = tables.plan_coverage
    rows = rows[(rows["by"] == by) & (rows["value"].astype(str) == value) & (rows["plan"] == plan)]
    return float(rows.iloc[0][column]) if len(rows) else float("nan")


def by_quarter(tables: RunTables, account: str) -> pd.DataFrame:
    """An account of the fund over the quarters, in their order: period, unit, mean, p05 to p95."""
    rows = tables.timeline
    rows = rows[(rows["account"] == account) & (rows["scope_kind"] == "fund")]
    rows = rows[rows["period"].str.contains("-Q", regex=False)]
    if rows.empty:
        known = ", ".join(sorted(one.name for one in ACCOUNTS))
        raise UsageError(f"unknown account {account!r}; the fund's accounts are {known}")
    return rows[["period", "unit", "mean", *LEVELS]].sort_values("period", kind="stable").reset_index(drop=True)


def by_year(tables: RunTables, account: str) -> pd.Series:
    """Mean of a flow in each calendar year, cents: the sum of its quarters."""
    rows = by_quarter(tables, account)
    return rows["mean"].groupby(rows["period"].str[:4].astype(int)).sum()


def quarters(tables: RunTables) -> list[str]:
    """The quarters the run has played."""
    return [str(period) for period in by_quarter(tables, "cash")["period"]]


def by_name(tables: RunTables | Mapping[str, RunTables]) -> dict[str, RunTables]:
    """Runs by the name a report calls them: one run by its scenario's name."""
    if isinstance(tables, Mapping):
        if not tables:
            raise UsageError("a report needs at least one run")
        return dict(tables)
    return {str(tables.manifest["scenario"]): tables}


def number_of_paths(tables: RunTables) -> int:
    """How many futures were played."""
    return len(tables.paths)


def currency(tables: RunTables) -> str:
    """The fund's currency."""
    return str(tables.manifest.get("currency", "USD"))


def names(tables: RunTables, kind: str) -> dict[str, str]:
    """Names that people know, by id: of donors, plans, programmes, windows, regions or organisations."""
    rows = tables.entities[tables.entities["kind"] == kind]
    return {str(one): str(name) or str(one) for one, name in zip(rows["id"], rows["name"], strict=True)}


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose empty cells are empty words: a column that is empty throughout reads back as not a number."""
    return table.astype(object).where(table.notna(), "")


def first_meeting(tables: RunTables) -> str | None:
    """The first quarter in which the Committee can approve anything on some path."""
    approvable = by_quarter(tables, "approvable")
    some = approvable.loc[approvable["mean"] > 0, "period"]
    return str(some.iloc[0]) if len(some) else None
