"""What a dollar of the fund mobilises: realised, and apart from it what promoters claim."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mptf_sim.report.lookup import currency
from mptf_sim.report.of_runs import of_runs
from mptf_sim.report.printed import PrintedTable
from mptf_sim.report.style import DARK, GOLD, GREY, INK, MIDDLE, PALE, drawing, legend_below, plain_numbers, say
from mptf_sim.report.wording import SPACE
from mptf_sim.runs.tables import RunTables

ROWS = (
    ("claimed", "leverage_private", "private, as promoters claim"),
    ("realised", "leverage_private", "private, realised"),
    ("realised", "leverage_private_additional", "private, additional"),
    ("realised", "leverage_oecd", "private, OECD attribution"),
    ("realised", "leverage_mdb", "private, MDB attribution"),
    ("realised", "leverage_total", "private and public"),
    ("realised", "leverage_public_unlocked", "public, per interest paid"),
    ("realised", "cost_per_dollar_mobilised", "cost per private mobilised"),
)
"""In the order in which they are drawn and printed, with their words."""

LOOK = {"claimed": ("white", "////"), "leverage_total": (MIDDLE, ""), "leverage_public_unlocked": (PALE, ""), "cost_per_dollar_mobilised": (GOLD, "")}  # fmt: skip


def leverage_data(tables: RunTables) -> pd.DataFrame:
    """Ratios with their standard errors, in the order of the figure; what the run does not have is left out."""
    columns = ["basis", "metric", "value", "se"]
    if not tables.blending:
        return pd.DataFrame(columns=columns)
    order = {(basis, metric): place for place, (basis, metric, _) in enumerate(ROWS)}
    rows = tables.blending["leverage"]
    places = [order[one] for one in zip(rows["basis"], rows["metric"], strict=True)]
    return rows.iloc[np.argsort(places, kind="stable")][columns].reset_index(drop=True)


def leverage_finding(tables: RunTables) -> str:
    """What a unit of currency of the fund mobilises, beside what is claimed, and what one mobilised costs."""
    found = {(row.basis, row.metric): (float(row.value), float(row.se)) for row in leverage_data(tables).itertuples()}
    unit = currency(tables)
    private = found.get(("realised", "leverage_private"))
    if private is None:
        return "The fund puts nothing into deals"
    words = f"Each {unit} that the fund puts in mobilises {_ratio(*private)} of private finance"
    if not private[0]:
        words = "No private finance is mobilised"
    if claim := found.get(("claimed", "leverage_private")):
        words += f" (promoters claim {_ratio(*claim)})"
    words += f"; private and public together come to {_ratio(*found['realised', 'leverage_total'])}"
    if unlocked := found.get(("realised", "leverage_public_unlocked")):
        words += f"; each {unit} of interest paid unlocks {_ratio(*unlocked)} of public loans"
    if cost := found.get(("realised", "cost_per_dollar_mobilised")):
        words += f"; each private {unit} mobilised costs {_ratio(*cost)}"
    return words


def leverage_table(tables: RunTables) -> PrintedTable:
    """The ratios in words."""
    said = {(basis, metric): words for basis, metric, words in ROWS}
    rows = tuple(
        (said[row.basis, row.metric].capitalize().replace("oecd", "OECD").replace("mdb", "MDB"), row.basis, _ratio(row.value, row.se))
        for row in leverage_data(tables).itertuples()
    )  # fmt: skip
    return PrintedTable(
        f"Leverage, {currency(tables)} for each {currency(tables)}, with two standard errors", ("", "Basis", "Ratio"), rows, words=2,
        note="Ratios of sums over paths. Claimed: what promoters state over the budgets of programmes into facilities.",
    )  # fmt: skip


@of_runs
def leverage(tables: RunTables, ax: Axes | None = None) -> Axes:
    """What does a dollar of the fund mobilise, and what is claimed?"""
    data = leverage_data(tables)
    said = {(basis, metric): words for basis, metric, words in ROWS}
    with drawing(ax) as axes:
        if data.empty:
            say(axes, "The fund puts nothing into deals.")
            return axes
        values, errors = data["value"].to_numpy(dtype=float), 2 * np.nan_to_num(data["se"].to_numpy(dtype=float))
        claimed = (data["basis"] == "claimed").to_numpy()
        cost = (data["metric"] == "cost_per_dollar_mobilised").to_numpy()
        places = np.arange(len(data)) + np.where(claimed, -0.5, 0.0) + np.where(cost, 0.5, 0.0)
        for place, value, row in zip(places, values, data.itertuples(), strict=True):
            colour, hatch = LOOK.get(row.metric if row.basis == "realised" else "claimed", (DARK, ""))
            axes.barh(place, value, 0.62, color=colour, hatch=hatch, edgecolor=GREY, linewidth=0.4)
        axes.errorbar(
            values[~claimed], places[~claimed], xerr=errors[~claimed], fmt="none", ecolor=INK, elinewidth=1.2, capsize=3,
            label="two standard errors",
        )  # fmt: skip
        room = 0.015 * max(float((values + errors).max()), 0.01)
        for place, value, error, row in zip(places, values, errors, data.itertuples(), strict=True):
            axes.text(
                max(value + error, 0.0) + room, place, _ratio(row.value, row.se), va="center", fontsize=8, color=INK
            )
        if claimed.any():
            axes.axhline(places[claimed].max() + 0.75, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.set_yticks(
            places, labels=[said[one] for one in zip(data["basis"], data["metric"], strict=True)], fontsize=8.5
        )
        axes.set_ylim(places[-1] + 0.6, places[0] - 0.6)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.set_xlim(min(0.0, 1.15 * float((values - errors).min())), max(1.3 * float((values + errors).max()), 0.1))
        axes.axvline(0.0, color=INK, linewidth=0.8)
        axes.set_xlabel(f"{currency(tables)} for each {currency(tables)}")
        plain_numbers(axes.xaxis)
        legend_below(axes, 1)
    return axes


def _ratio(value: float, standard_error: float) -> str:
    """A ratio with two standard errors, if it has any."""
    if not standard_error > 0:
        return f"{value:.2f}"
    return f"{value:.2f}{SPACE}±{SPACE}{max(2 * standard_error, 0.01):.2f}"
