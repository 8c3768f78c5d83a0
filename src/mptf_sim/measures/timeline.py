"""How each account moves over the quarters, and what plans have at each year's end."""

from __future__ import annotations

import pandas as pd

from mptf_sim.books import ACCOUNTS, FINANCE_ACCOUNTS
from mptf_sim.measures.statistics import LEVEL_NAMES, LEVELS
from mptf_sim.runs.run import Run

UNITS = {one.name: one.unit for one in (*ACCOUNTS, *FINANCE_ACCOUNTS)}
KINDS = {one.name: one.kind for one in (*ACCOUNTS, *FINANCE_ACCOUNTS)}


def timeline(run: Run) -> pd.DataFrame:
    """Mean and quantiles over paths, by account, scope and period; money in cents.

    Returns
    -------
    DataFrame with account, kind (flow of the period or stock at its close), scope_kind, scope, period, unit,
    mean, p05 to p95, the path behind each quantile (p05_path ..., -1 if not kept), basis. Quantiles of parts do not add up to the quantile of a whole; means do.
    """
    table = distribution_table(run)
    quarters = set(run.axes.periods)
    return table[table["period"].isin(quarters)].reset_index(drop=True)


def totals(run: Run) -> pd.DataFrame:
    """Totals over the calendar by donor and by programme, in the shape of the timeline."""
    table = distribution_table(run)
    return table[table["scope_kind"].isin(["donor", "programme"])].reset_index(drop=True)


def distribution_table(run: Run) -> pd.DataFrame:
    """Every row whose distribution the run has kept."""
    quantiles = run.distributions.quantiles(LEVELS)
    table = pd.DataFrame(run.rows, columns=["account", "scope_kind", "scope", "period"])
    table.insert(1, "kind", [KINDS.get(name, "stock") for name in table["account"]])
    table["unit"] = [UNITS.get(name, "cents") for name in table["account"]]
    table["mean"] = run.distributions.means()
    for name, values in zip(LEVEL_NAMES, quantiles, strict=True):
        table[name] = values
    for name, paths in zip(LEVEL_NAMES, run.distributions.paths_of(LEVELS), strict=True):
        table[f"{name}_path"] = paths
    table["basis"] = run.distributions.basis
    return table
