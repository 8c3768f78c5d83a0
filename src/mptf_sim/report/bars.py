"""A bar for each plan, a bar for each donor: who has how much, and how sure it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mptf_sim.report import figure_data
from mptf_sim.report.lookup import currency, names
from mptf_sim.report.of_runs import of_runs
from mptf_sim.report.style import (
    DARK,
    GREY,
    INK,
    MIDDLE,
    PALE,
    WARM,
    axis_unit,
    drawing,
    in_percent,
    legend_on_top,
    plain_numbers,
    say,
)
from mptf_sim.report.wording import shortened
from mptf_sim.runs.tables import RunTables

MOST_BARS = 60
"""Plans or donors drawn one by one; the CSV beside the figure has them all."""


@of_runs
def coverage(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Which plans reach how much of their needs, and what part of it does the fund bring?"""
    data = figure_data.coverage_data(tables)
    shown = data.head(MOST_BARS)
    with drawing(ax, 1.3 + 0.19 * max(len(shown), 8)) as axes:
        if data.empty:
            say(axes, "No plan of this scenario has needs.")
            return axes
        places = np.arange(len(shown))
        other, fund = shown["other_secured_share"], shown["fund_share"]
        axes.barh(
            places,
            other,
            0.72,
            color=PALE,
            edgecolor=GREY,
            linewidth=0.4,
            hatch="////",
            label="other secured finance, spent",
        )
        axes.barh(places, fund, 0.72, left=other, color=DARK, label="the fund, delivered (mean)")
        if shown["deals_share"].any():
            axes.barh(places, shown["deals_share"], 0.72, left=other + fund, color="white", edgecolor=INK, linewidth=0.4, hatch="xxxx",
                      label="deals, invested (mean)")  # fmt: skip
        spread = np.abs(
            np.stack(
                [
                    shown["coverage_mean"] - shown["coverage_p05"],
                    shown["coverage_p95"] - shown["coverage_mean"],
                ]
            )
        )
        axes.errorbar(
            shown["coverage_mean"], places, xerr=spread, fmt="none", ecolor="white", elinewidth=3.2
        )  # stands out on dark bars
        axes.errorbar(
            shown["coverage_mean"], places, xerr=spread, fmt="none", ecolor=WARM, elinewidth=1.4, capsize=2,
            label="coverage on 9 in 10 paths",
        )  # fmt: skip
        axes.plot(
            shown["funded_share_mean"], places, linestyle="none", marker="D", markersize=4, markerfacecolor="white",
            markeredgecolor=INK, label="approved finance (mean)",
        )  # fmt: skip
        _bar_names(axes, list(shown["plan"]), names(tables, "plan"))
        in_percent(axes.xaxis)
        axes.set_xlim(left=0)
        axes.set_xlabel(f"Share of the plan's needs to the end of the calendar{_shown(data)}")
        legend_on_top(axes)
    return axes


@of_runs
def deposits_by_donor(tables: RunTables, ax: Axes | None = None) -> Axes:
    """On whom does the fund's income depend, and how sure is it?"""
    data = figure_data.deposits_by_donor_data(tables)
    shown = data.head(MOST_BARS)
    with drawing(ax, 1.2 + 0.19 * max(len(shown), 8)) as axes:
        if data.empty:
            say(axes, "This scenario has no donors.")
            return axes
        scale, unit = axis_unit(shown["p95"].max(), currency(tables))
        places = np.arange(len(shown))
        axes.barh(places, shown["mean"] / scale, 0.72, color=MIDDLE, label="mean")
        axes.hlines(
            places,
            shown["p05"] / scale,
            shown["p95"] / scale,
            color=INK,
            linewidth=1.3,
            label="9 in 10 paths",
        )
        axes.plot(shown["p50"] / scale, places, linestyle="none", marker="o", markersize=4.5, markerfacecolor="white",
                  markeredgecolor=INK, label="median")  # fmt: skip
        _bar_names(axes, list(shown["donor"]), names(tables, "donor"))
        axes.set_xlim(left=0)
        axes.set_xlabel(f"Deposits over the calendar, {unit}{_shown(data)}")
        plain_numbers(axes.xaxis)
        legend_on_top(axes, 3)
    return axes


def on_paper(bars: int) -> float:
    """Points that a figure with so many bars takes on paper."""
    return 55 + 9.5 * min(max(bars, 8), MOST_BARS)


def coverage_height(tables: RunTables) -> float:
    """Points on paper: a bar for each plan."""
    return on_paper(len(figure_data.coverage_data(tables)))


def deposits_height(tables: RunTables) -> float:
    """Points on paper: a bar for each donor."""
    return on_paper(len(figure_data.deposits_by_donor_data(tables)))


def _shown(data: pd.DataFrame) -> str:
    """How many of the bars are drawn, where it is not all of them."""
    return f"\nthe first {MOST_BARS} of {len(data)} are drawn" if len(data) > MOST_BARS else ""


def _bar_names(axes: Axes, ids: list[str], known: dict[str, str]) -> None:
    """Names beside horizontal bars, the first on top."""
    labels = [shortened(known.get(one, one)) for one in ids]
    axes.set_yticks(range(len(ids)), labels=labels, fontsize=8)
    axes.set_ylim(len(ids) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
