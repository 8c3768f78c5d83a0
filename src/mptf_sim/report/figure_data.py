"""The numbers behind each figure, as the run folder keeps them beside it: money in cents, shares as fractions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mptf_sim.report.lookup import LEVELS, by_quarter, by_year
from mptf_sim.runs.tables import RunTables

MOST_STEPS = 200
"""Points of a curve over paths: more than an eye can tell apart."""


def fan_data(tables: RunTables, account: str = "cash") -> pd.DataFrame:
    """An account by quarter over paths; beside cash, what the fund owes to programmes and the floor it keeps."""
    data = by_quarter(tables, account)
    if account == "cash":
        data["owed_to_programmes_p50"] = by_quarter(tables, "owed_to_programmes")["p50"]
        floor = tables.unspent[tables.unspent["reason"] == "floor"].set_index("quarter")["mean_cents"]
        if len(floor):
            data["floor_mean"] = floor.reindex(data["period"]).to_numpy(dtype=float)
    return data


def frontier_data(tables: RunTables) -> pd.DataFrame:
    """Funding policies: approvable at the first meeting, approvals, and the chance that an instalment waits."""
    return tables.frontier.reset_index(drop=True)


def sources_and_uses_data(tables: RunTables) -> pd.DataFrame:
    """The fund's cash by calendar year, means: opening and sources less uses is closing."""
    cash = by_quarter(tables, "cash")
    flows = {
        "contributions": by_year(tables, "deposits"),
        "interest": by_year(tables, "interest"),
        "net_transfers": by_year(tables, "transfers") - by_year(tables, "refunds"),
        "agent_fees": by_year(tables, "agent_fees"),
        "direct_cost": by_year(tables, "direct_cost"),
    }
    data = pd.DataFrame(flows)
    data["closing_cash"] = cash["mean"].groupby(cash["period"].str[:4].astype(int)).last()
    uses = data["net_transfers"] + data["agent_fees"] + data["direct_cost"]
    change = data["contributions"] + data["interest"] - uses
    data.insert(0, "opening_cash", data["closing_cash"] - change)
    return data.rename_axis("year").reset_index()


def coverage_data(tables: RunTables) -> pd.DataFrame:
    """Coverage of each plan's needs to the end, highest first: by other secured finance, by the fund and by deals.

    The parts add up to the mean of coverage: all are ratios of sums over paths.
    """
    metrics = tables.kpis[tables.kpis["scope_kind"] == "plan"].set_index(["metric", "scope"])
    needs = tables.entities[(tables.entities["kind"] == "plan") & (tables.entities["need_cents"] > 0)]
    rows = []
    for plan, need in zip(needs["id"], needs["need_cents"], strict=True):
        covered = metrics.loc["coverage", plan]
        whole = int(tables.paths[f"needs:{plan}"].sum())
        other = int(tables.paths[f"executed:{plan}"].sum()) / whole
        by_deals = [name for name in tables.paths.columns if name.startswith(f"delivered_by:{plan}:")]
        deals = sum(int(tables.paths[name].sum()) for name in by_deals) / whole
        rows.append(
            (
                plan, int(need), other, covered["mean"] - other - deals, deals,
                *(covered[name] for name in ("mean", "se", "p05", "p50", "p95")),
                metrics.at[("funded_share", plan), "mean"], metrics.at[("chance_fully_funded", plan), "mean"],
            )
        )  # fmt: skip
    data = pd.DataFrame(rows, columns=list(COVERAGE_COLUMNS))
    return data.sort_values(["coverage_mean", "plan"], ascending=[False, True]).reset_index(drop=True)


COVERAGE_COLUMNS = (
    "plan", "need_cents", "other_secured_share", "fund_share", "deals_share", "coverage_mean", "coverage_se", "coverage_p05",
    "coverage_p50", "coverage_p95", "funded_share_mean", "chance_fully_funded",
)  # fmt: skip


def gap_distribution_data(tables: RunTables) -> pd.DataFrame:
    """Gaps at the end by the share of paths that have at least so large a gap; each value is a real path's."""
    gaps = {name: np.sort(tables.paths[name].to_numpy())[::-1] for name in ("funding_gap", "delivery_gap")}
    paths = len(tables.paths)
    ranks = np.unique(np.linspace(0, paths - 1, min(paths, MOST_STEPS + 1)).round().astype(int))
    data = pd.DataFrame({"share_of_paths": (ranks + 1) / paths})
    for name, values in gaps.items():
        data[f"{name}_cents"] = values[ranks]
    return data


def instalments_data(tables: RunTables) -> pd.DataFrame:
    """Instalments that wait for cash and instalments that are not released, by quarter: how many, and how much."""
    waiting, unreleased = (
        by_quarter(tables, "instalments_waiting"),
        by_quarter(tables, "instalments_not_released"),
    )
    return pd.DataFrame(
        {
            "period": waiting["period"],
            "waiting_for_cash_mean": waiting["mean"],
            "waiting_for_cash_p95": waiting["p95"],
            "not_released_mean": unreleased["mean"],
            "not_released_p95": unreleased["p95"],
            "waiting_for_cash_cents": by_quarter(tables, "waiting_for_cash")["mean"],
            "not_released_cents": by_quarter(tables, "not_released")["mean"],
        }
    )


def approvals_and_transfers_data(tables: RunTables) -> pd.DataFrame:
    """Approved, transferred and delivered in each calendar year: means, cents."""
    flows = {name: by_year(tables, name) for name in ("approvals", "transfers", "direct_delivery")}
    return pd.DataFrame(flows).rename_axis("year").reset_index()


def deposits_by_donor_data(tables: RunTables) -> pd.DataFrame:
    """Deposits of each donor over the calendar, largest first, and its share of the mean of all deposits."""
    rows = tables.timeline
    rows = rows[(rows["account"] == "deposits") & (rows["scope_kind"] == "donor")]
    data = rows[["scope", "mean", *LEVELS]].rename(columns={"scope": "donor"})
    total = float(data["mean"].sum())
    data.insert(2, "share", data["mean"] / total if total else 0.0)
    return data.sort_values(["mean", "donor"], ascending=[False, True]).reset_index(drop=True)
