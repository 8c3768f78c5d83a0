"""Figures of a run; each draws on the axes it is given, or on a new figure, and returns its axes.

`plot.fan(tables, "cash")` draws; `figure_data.fan_data(tables, "cash")` holds the numbers that are drawn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from mptf_sim.books import ACCOUNTS
from mptf_sim.report import figure_data
from mptf_sim.report.bars import coverage, deposits_by_donor
from mptf_sim.report.capital_stack_figure import capital_stack
from mptf_sim.report.changes import comparison
from mptf_sim.report.concentration_figure import concentration
from mptf_sim.report.debt_service_figure import debt_service
from mptf_sim.report.documents_figure import documents
from mptf_sim.report.frontier_figure import frontier
from mptf_sim.report.funnel_figure import funnel
from mptf_sim.report.heat_map import heat_map
from mptf_sim.report.leverage_figure import leverage
from mptf_sim.report.lookup import currency, fund_kpi
from mptf_sim.report.of_runs import of_runs
from mptf_sim.report.plan_figure import plan_sources
from mptf_sim.report.quarters_figure import next_quarters
from mptf_sim.report.style import (
    DARK,
    GOLD,
    GREY,
    HEIGHT,
    INK,
    MIDDLE,
    PALE,
    WARM,
    axis_unit,
    drawing,
    in_percent,
    legend_below,
    plain_numbers,
    quarter_axis,
    say,
)
from mptf_sim.report.unspent_figure import unspent
from mptf_sim.runs.tables import RunTables

__all__ = [
    "approvals_and_transfers", "capital_stack", "comparison", "concentration", "coverage", "debt_service", "deposits_by_donor", "documents", "fan", "frontier", "funnel",
    "gap_distribution", "heat_map", "instalments", "leverage", "next_quarters", "plan_sources", "sources_and_uses", "unspent",
]  # fmt: skip


@of_runs
def fan(tables: RunTables, account: str = "cash", ax: Axes | None = None) -> Axes:
    """Between which bounds does an account move, quarter by quarter?"""
    data = figure_data.fan_data(tables, account)
    with drawing(ax, HEIGHT + 0.3) as axes:
        scale, unit = 1.0, str(data["unit"].iloc[0])
        owed = data.get("owed_to_programmes_p50")
        if unit == "cents":
            largest = max(data["p95"].max(), owed.max() if owed is not None else 0.0)
            scale, unit = axis_unit(largest, currency(tables))
        places: Any = quarter_axis(axes, list(data["period"]))
        if len(places) == 1:  # a single quarter: bands as wide as a bar
            data, places = pd.concat([data, data]), [-0.3, 0.3]
            owed = data.get("owed_to_programmes_p50")
        axes.fill_between(places, data["p05"] / scale, data["p95"] / scale, color=PALE, label="9 in 10 paths")
        axes.fill_between(
            places,
            data["p25"] / scale,
            data["p75"] / scale,
            color=MIDDLE,
            label="half of the paths",
        )
        axes.plot(places, data["p50"] / scale, color=DARK, label="median")
        if owed is not None:
            axes.plot(
                places,
                owed / scale,
                color=INK,
                linestyle=(0, (4, 2)),
                label="approved, not yet transferred (median)",
            )
        if "floor_mean" in data:
            axes.plot(
                places,
                data["floor_mean"] / scale,
                color=WARM,
                linestyle=(0, (1, 1.5)),
                label="floor: reserve and ring-fenced direct cost (mean)",
            )
        axes.set_ylabel(f"{_in_words(account)}, {unit}")
        axes.set_ylim(bottom=0)
        plain_numbers(axes.yaxis)
        axes.margins(x=0.01)
        legend_below(axes)
    return axes


@of_runs
def sources_and_uses(tables: RunTables, ax: Axes | None = None) -> Axes:
    """What comes into the fund each year, what leaves it, and what is left at the year's end?"""
    data = figure_data.sources_and_uses_data(tables)
    with drawing(ax, HEIGHT + 0.2) as axes:
        money_in, money_out = data["contributions"] + data["interest"], data["net_transfers"]
        scale, unit = axis_unit(max(money_in.max(), money_out.max(), data["closing_cash"].max()), currency(tables))
        places = np.arange(len(data))
        tops, bottoms = np.zeros(len(data)), np.zeros(len(data))
        for name, sign, colour, hatch, label in (
            ("contributions", 1, DARK, "", "contributions of donors"),
            ("interest", 1, GOLD, "", "interest"),
            ("net_transfers", -1, MIDDLE, "", "transfers less refunds"),
            ("direct_cost", -1, PALE, "////", "direct cost of the secretariat"),
            ("agent_fees", -1, INK, "", "administrative agent's fee"),
        ):
            heights = sign * data[name].to_numpy() / scale
            base = np.where(heights >= 0, tops, bottoms)
            axes.bar(places, heights, 0.7, bottom=base, color=colour, hatch=hatch, edgecolor="white" if not hatch else GREY,
                     linewidth=0.4, label=label)  # fmt: skip
            tops, bottoms = tops + np.maximum(heights, 0), bottoms + np.minimum(heights, 0)
        axes.plot(
            places,
            data["closing_cash"] / scale,
            color=WARM,
            marker="D",
            markersize=4.5,
            label="fund cash at the year's end",
        )
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_xticks(places, labels=_thinned(list(data["year"])))
        axes.grid(visible=False, axis="x")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):,.6g}"))
        axes.set_ylabel(f"in above, out below, {unit}")
        legend_below(axes)
    return axes


@of_runs
def gap_distribution(tables: RunTables, ax: Axes | None = None) -> Axes:
    """How large may the needs that stay without finance, or without delivery, be at the end?"""
    data = figure_data.gap_distribution_data(tables)
    with drawing(ax) as axes:
        largest = max(data["funding_gap_cents"].max(), data["delivery_gap_cents"].max())
        if largest <= 0:
            say(axes, "No needs of plans stay open on any path.")
            return axes
        scale, unit = axis_unit(largest, currency(tables))
        for name, colour, line, label in (
            ("funding_gap", DARK, "-", "without approved finance"),
            ("delivery_gap", WARM, "--", "not delivered"),
        ):
            axes.step(
                data[f"{name}_cents"] / scale,
                data["share_of_paths"],
                where="pre",
                color=colour,
                linestyle=line,
                label=label,
            )
            gap = fund_kpi(tables, name)
            points = [gap.p05 / scale, gap.p50 / scale, gap.p95 / scale]
            axes.plot(points, [0.95, 0.5, 0.05], linestyle="none", marker="o", color=colour, markersize=5.5)
            axes.plot(
                [gap.es95 / scale],
                [0.025],
                linestyle="none",
                marker="X",
                color=colour,
                markersize=8,
                markeredgecolor="white",
            )
        axes.plot([], [], linestyle="none", marker="o", color=GREY, label="P5, median, P95")
        axes.plot(
            [],
            [],
            linestyle="none",
            marker="X",
            markersize=8,
            color=GREY,
            label="mean of the worst 5 % of paths",
        )
        in_percent(axes.yaxis)
        plain_numbers(axes.xaxis, 7)
        axes.set_ylim(0, 1.03)
        axes.margins(x=0.06)
        axes.set_xlabel(f"Gap at the end of the calendar, {unit}")
        axes.set_ylabel("Paths with at least this gap")
        legend_below(axes)
    return axes


@of_runs
def instalments(tables: RunTables, ax: Axes | None = None) -> Axes:
    """How many instalments wait for cash, and how many are due and not released?"""
    data = figure_data.instalments_data(tables)
    with drawing(ax) as axes:
        places = quarter_axis(axes, list(data["period"]))
        for name, colour, line, marker, label in (
            ("not_released", GOLD, "-", "o", "not released"),
            ("waiting_for_cash", DARK, "-", "s", "waiting for cash"),
        ):
            axes.plot(
                places,
                data[f"{name}_mean"],
                color=colour,
                linestyle=line,
                marker=marker,
                markersize=3.5,
                label=f"{label} (mean)",
            )
            axes.plot(places, data[f"{name}_p95"], color=colour, linestyle=":", linewidth=1.4, label="the same, P95")
        axes.set_ylabel("Instalments at the quarter's close")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylim(bottom=0, top=None if data.drop(columns="period").to_numpy().any() else 1)
        axes.margins(x=0.01)
        legend_below(axes)
    return axes


@of_runs
def approvals_and_transfers(tables: RunTables, ax: Axes | None = None) -> Axes:
    """How much is approved, transferred and delivered each year?"""
    data = figure_data.approvals_and_transfers_data(tables)
    with drawing(ax) as axes:
        scale, unit = axis_unit(data[["approvals", "transfers", "direct_delivery"]].to_numpy().max(), currency(tables))
        places = np.arange(len(data))
        for number, (name, colour, hatch, label) in enumerate(
            (
                ("approvals", PALE, "////", "approved"),
                ("transfers", MIDDLE, "", "transferred"),
                ("direct_delivery", DARK, "", "delivered (direct cost)"),
            )
        ):
            axes.bar(places + (number - 1) * 0.27, data[name] / scale, 0.27, color=colour, hatch=hatch,
                     edgecolor=GREY if hatch else "white", linewidth=0.4, label=label)  # fmt: skip
        axes.set_xticks(places, labels=_thinned(list(data["year"])))
        axes.grid(visible=False, axis="x")
        axes.set_ylabel(f"per year, mean, {unit}")
        plain_numbers(axes.yaxis)
        axes.set_ylim(bottom=0)
        legend_below(axes, 3)
    return axes


def _thinned(years: list[int]) -> list[str]:
    """Labels of years, some left out where they would touch."""
    step = -(-len(years) // 13)
    return [str(year) if number % step == 0 else "" for number, year in enumerate(years)]


def _in_words(account: str) -> str:
    """The name of an account at the head of an axis."""
    kind = next((one.kind for one in ACCOUNTS if one.name == account), "stock")
    name = account.replace("_", " ").capitalize()
    return f"{name} at the quarter's close" if kind == "stock" else f"{name} in the quarter"
