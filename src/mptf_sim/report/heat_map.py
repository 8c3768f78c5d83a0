"""Coverage of plans by window: where the fund and others meet needs, and where nobody does."""

from __future__ import annotations

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from mptf_sim.report.bars import MOST_BARS, on_paper
from mptf_sim.report.lookup import coverage_error, names, quarters
from mptf_sim.report.of_runs import of_runs_and_policies
from mptf_sim.report.printed import PrintedTable, millions, share_cell
from mptf_sim.report.style import DARK, FAINT, INK, MIDDLE, drawing, say
from mptf_sim.report.wording import share_with_error, shortened
from mptf_sim.runs.tables import RunTables

FULL = LinearSegmentedColormap.from_list("covered", ["#f3f7fb", MIDDLE, DARK])
"""From uncovered, nearly white, to covered, dark: the same order in grey."""

APPROVED = ("secured_mean_cents", "awarded_mean_cents", "deal_finance_mean_cents")
DELIVERED = ("executed_mean_cents", "delivered_mean_cents", "deal_delivery_mean_cents")
"""By others, by the fund's programmes, by deals."""

DARK_FROM = 0.55
"""Coverage from which words are white."""


def heat_map_data(tables: RunTables) -> pd.DataFrame:
    """Needs, approved finance and delivery of each plan and window over the calendar; shares of needs."""
    amounts = ["need_mean_cents", *APPROVED, *DELIVERED]
    data = tables.plan_windows.groupby(["plan", "window"], as_index=False, sort=True)[amounts].sum()
    data = data[data["need_mean_cents"] > 0].reset_index(drop=True)
    need = data["need_mean_cents"].astype(float)
    data["coverage"] = data[list(DELIVERED)].sum(axis=1).astype(float) / need
    data["coverage_by_the_fund"] = data["delivered_mean_cents"].astype(float) / need
    data["coverage_by_deals"] = data["deal_delivery_mean_cents"].astype(float) / need
    data["funded_share"] = data[list(APPROVED)].sum(axis=1).astype(float) / need
    for name in ("coverage", "funded_share"):
        data[f"{name}_se"] = [
            coverage_error(tables, "plan and window", str(row.window), str(row.plan), f"{name}_se")
            for row in data.itertuples()
        ]
    return data


def heat_map_finding(tables: RunTables) -> str:
    """Which window is covered least and most, and how many cells the fund reaches."""
    data = heat_map_data(tables)
    if data.empty:
        return "No plan of this scenario has needs by window"
    known = names(tables, "window")
    by_window = data.groupby("window")[["need_mean_cents", *DELIVERED]].sum()
    covered = by_window[list(DELIVERED)].sum(axis=1) / by_window["need_mean_cents"]
    reached = int((data["coverage_by_the_fund"] >= 0.01).sum())
    most, least = str(covered.idxmax()), str(covered.idxmin())
    cells = f"the fund delivers 1 % or more in {reached} of {len(data)} plan areas"

    def told(window: str) -> str:
        return share_with_error(float(covered[window]), coverage_error(tables, "window", window, "", "coverage_se"))

    if most == least:
        return f"{told(most)} of needs in {shortened(known.get(most, most), 48)} are covered; {cells}"
    return (
        f"Needs in {shortened(known.get(most, most), 48)} are covered most, {told(most)}, in "
        f"{shortened(known.get(least, least), 48)} least, {told(least)}; {cells}"
    )


def heat_map_table(tables: RunTables) -> PrintedTable:
    """Each plan and window with needs."""
    plans, windows = names(tables, "plan"), names(tables, "window")
    data = heat_map_data(tables)
    blends = bool(data["deal_delivery_mean_cents"].any())
    rows = tuple(
        (
            plans.get(str(row.plan), str(row.plan)), windows.get(str(row.window), str(row.window)), millions(row.need_mean_cents),
            share_with_error(row.funded_share, row.funded_share_se), share_with_error(row.coverage, row.coverage_se),
            share_cell(row.coverage_by_the_fund), *((share_cell(row.coverage_by_deals),) if blends else ()),
        )
        for row in data.itertuples()
    )  # fmt: skip
    return PrintedTable(
        "Plans by thematic area",
        (
            "Plan",
            "Area",
            "Needs, M",
            "Approved finance",
            "Coverage",
            "of it by the fund",
            *(("by deals",) if blends else ()),
        ),
        rows,
        words=2,
        note="Means, with two standard errors. `plan_coverage.csv` has areas, objectives and years with their gaps.",
    )


def heat_map_height(tables: RunTables) -> float:
    """Points on paper: a row for each plan."""
    return 20 + on_paper(tables.plan_windows["plan"].nunique())


@of_runs_and_policies
def heat_map(tables: RunTables, ax: Axes | None = None) -> Axes:
    """In which plans and thematic areas are needs covered, and where not?"""
    data = heat_map_data(tables)
    plans = data.groupby("plan")[["need_mean_cents", *DELIVERED]].sum()
    covered = plans[list(DELIVERED)].sum(axis=1) / plans["need_mean_cents"]
    order = covered.sort_values(ascending=False, kind="stable").index[:MOST_BARS]
    with drawing(ax, 1.5 + 0.19 * max(len(order), 8)) as axes:
        if data.empty:
            say(
                axes,
                "No plan of this scenario has needs by window."
                if len(tables.unspent)
                else "Nobody looked at windows in this run.",
            )
            return axes
        known, of_plans = names(tables, "window"), names(tables, "plan")
        windows = [one for one in known if one in set(data["window"])]
        cells = data.pivot(index="plan", columns="window", values="coverage").reindex(index=order, columns=windows)
        axes.pcolormesh(
            np.ma.masked_invalid(cells.to_numpy(dtype=float)),
            cmap=FULL,
            vmin=0,
            vmax=1,
            edgecolors="white",
            linewidth=1,
        )
        for row, values in enumerate(cells.to_numpy(dtype=float)):
            for column, value in enumerate(values):
                missing = np.isnan(value)
                axes.text(column + 0.5, row + 0.52, "no needs" if missing else f"{100 * value:.0f} %", ha="center", va="center", fontsize=7.5,
                          color="#777777" if missing else "white" if value > DARK_FROM else INK)  # fmt: skip
        wide = max(65 // len(windows), 9)  # letters that a column holds
        axes.set_xticks(
            np.arange(len(windows)) + 0.5,
            labels=[fill(shortened(known[one], 4 * wide), wide) for one in windows],
            fontsize=6.5,
        )
        axes.xaxis.tick_top()
        axes.set_yticks(
            np.arange(len(order)) + 0.5,
            labels=[shortened(of_plans.get(str(one), str(one))) for one in order],
            fontsize=8,
        )
        axes.set_ylim(len(order), 0)
        axes.tick_params(length=0)
        axes.grid(visible=False)
        for side in axes.spines.values():
            side.set_color(FAINT)
        rest = f"\nthe first {len(order)} of {len(plans)} plans are drawn" if len(plans) > len(order) else ""
        axes.set_xlabel(f"share of needs delivered by {quarters(tables)[-1]}, mean{rest}")
    return axes
