"""The next eight quarters: cash between its bounds, and the instalments that fall due."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from mptf_sim.report.lookup import by_quarter, currency, number_of_paths
from mptf_sim.report.of_runs import of_runs
from mptf_sim.report.printed_money import AHEAD
from mptf_sim.report.style import (
    DARK,
    GOLD,
    GREY,
    INK,
    MIDDLE,
    PALE,
    axis_unit,
    drawing,
    legend_below,
    plain_numbers,
    quarter_axis,
)
from mptf_sim.report.wording import money, one_in_twenty, share
from mptf_sim.runs.tables import RunTables


def next_quarters_data(tables: RunTables) -> pd.DataFrame:
    """Cash at the close, and the instalments that first fall due in each quarter by what becomes of them: means, cents."""
    cash = by_quarter(tables, "cash").head(AHEAD)
    data = cash[["period", "mean", "p05", "p50", "p95"]].copy()
    due = tables.obligations
    for name, chance in (
        ("paid", "chance_paid_in_time"),
        ("waits", "chance_waits_for_cash"),
        ("not_released", "chance_not_released"),
    ):
        amounts = (due["amount_due_mean"] * due[chance]).groupby(due["quarter"]).sum() if len(due) else {}
        data[f"due_{name}_cents"] = [float(amounts.get(quarter, 0.0)) for quarter in data["period"]]
    return data.reset_index(drop=True)


def next_quarters_finding(tables: RunTables) -> str:
    """What falls due, what part of it is paid in time, and how low cash gets."""
    data, unit, paths = next_quarters_data(tables), currency(tables), number_of_paths(tables)
    parts = {name: float(data[f"due_{name}_cents"].sum()) for name in ("paid", "waits", "not_released")}
    due, low = sum(parts.values()), data.loc[data["p05"].idxmin()]
    cash = one_in_twenty(
        paths,
        f"{money(low['p05'], unit)} or less on one path in twenty",
        f"{money(low['p05'], unit)} on the worst path",
    )
    ahead = "in the next quarter" if len(data) == 1 else f"in the next {len(data)} quarters"
    if not due:
        return f"No instalment falls due {ahead}; cash is lowest in {low['period']}, {cash}"
    return (
        f"{money(due, unit)} of instalments fall due {ahead}: {share(parts['paid'] / due)} are paid in time, "
        f"{share(parts['waits'] / due)} wait for cash, {share(parts['not_released'] / due)} are not released"
    )


@of_runs
def next_quarters(tables: RunTables, ax: Axes | None = None) -> Axes:
    """How much cash is there in each of the next eight quarters, and what falls due?"""
    data = next_quarters_data(tables)
    with drawing(ax, 3.6) as axes:
        due = data[["due_paid_cents", "due_waits_cents", "due_not_released_cents"]].sum(axis=1)
        scale, unit = axis_unit(max(float(data["p95"].max()), float(due.max())), currency(tables))
        places = quarter_axis(axes, list(data["period"]))
        cash = [place - 0.18 for place in places]
        axes.vlines(
            cash,
            data["p05"] / scale,
            data["p95"] / scale,
            color=PALE,
            linewidth=10,
            label="cash at the close, 9 in 10 paths",
        )
        axes.plot(cash, data["p50"] / scale, color=DARK, marker="o", markersize=4, label="cash, median", zorder=3)
        bottom = 0.0 * due
        for name, colour, hatch, label in (
            ("paid", MIDDLE, "", "due and paid in time"), ("not_released", GOLD, "////", "due, not released"), ("waits", "white", "xxxx", "due, waits for cash"),
        ):  # fmt: skip
            amounts = data[f"due_{name}_cents"] / scale
            axes.bar([place + 0.18 for place in places], amounts, 0.28, bottom=bottom, color=colour, hatch=hatch, edgecolor=GREY if hatch else "white", linewidth=0.4,
                     label=f"{label} (mean)", zorder=2.5)  # fmt: skip
            bottom = bottom + amounts
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_ylabel(unit)
        axes.set_ylim(bottom=0)
        plain_numbers(axes.yaxis)
        legend_below(axes, 2)
    return axes
