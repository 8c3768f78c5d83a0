"""What loans of a plan cost those who repay, beside the coverage they buy, against waiting for grants."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mptf_sim.errors import UsageError
from mptf_sim.report.lookup import currency, names
from mptf_sim.report.of_runs import of_runs_and_policies
from mptf_sim.report.printed import PrintedTable, millions, millions_with_error
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
    plain_numbers,
    say,
)
from mptf_sim.report.wording import money_with_error, share_with_error, shortened
from mptf_sim.runs.tables import RunTables


def debt_service_data(tables: RunTables) -> pd.DataFrame:
    """Every plan with deals, year by year: service, coverage with deals, and waiting for grants; errors beside them."""
    return tables.blending["debt_service"] if tables.blending else pd.DataFrame(columns=["plan", "year"])


def of_plan(tables: RunTables, plan: str | None = None) -> pd.DataFrame:
    """The years of the plan that is asked for; else of the one whose borrowers pay most."""
    data = debt_service_data(tables)
    if data.empty:
        return data
    known = sorted(set(data["plan"]))
    if plan is not None and plan not in known:
        raise UsageError(f"unknown plan {plan!r}; plans with deals are {', '.join(known)}")
    shown = plan or str(data.groupby("plan")["service"].sum().astype(float).idxmax())
    return data[data["plan"] == shown].reset_index(drop=True)


def debt_service_finding(tables: RunTables, plan: str | None = None) -> str:
    """How much more is covered where the deals bring most, what is left of it at the end, and what is paid back a year by then."""
    data = of_plan(tables, plan)
    if data.empty:
        return "Nobody looked at what loans cost in this run"
    id, unit = str(data["plan"].iloc[0]), currency(tables)
    best, last = data.loc[data["gained"].astype(float).idxmax()], data.iloc[-1]
    most = data.loc[data["service"].astype(float).idxmax()]
    name = shortened(names(tables, "plan").get(id, id), 48)
    gain = (
        f"deals bring coverage {_points(best)} above waiting for grants in {best['year']}, {_points(last)} by the end of {last['year']}"
        if best["gained"] > 0
        else "deals bring no more coverage than waiting for grants"
    )
    paid = f"up to {money_with_error(most['service'], most['service_se'], unit)} a year, in {most['year']}"
    return f"{name}: {gain}; borrowers pay {paid if most['service'] > 0 else 'nothing by then'}"


def _points(row: pd.Series) -> str:
    return share_with_error(row["gained"], row["gained_se"]).replace("%", "points")


def debt_service_table(tables: RunTables) -> PrintedTable:
    """Every plan with deals, year by year."""
    known = names(tables, "plan")
    rows = tuple(
        (
            shortened(known.get(row["plan"], row["plan"]), 40), str(row["year"]), millions_with_error(row["service"], row["service_se"]),
            millions(row["by_state"]), share_with_error(row["coverage"], row["coverage_se"]), share_with_error(row["waiting"], row["waiting_se"]),
            _points(pd.Series(row)),
        )
        for row in debt_service_data(tables).to_dict("records")
    )  # fmt: skip
    return PrintedTable(
        f"What borrowers pay, {currency(tables)} M, and coverage of needs to date",
        ("Plan", "Year", "Interest, principal, premiums", "Of it by the State", "Coverage with deals", "Waiting for grants", "Gained"),
        rows, words=2,
        note="Means with two standard errors on the same futures. Waiting: without deals, facilities and the programmes that fill them. What is "
        "outstanding at the end of the calendar is paid after it, and not shown.",
    )  # fmt: skip


@of_runs_and_policies
def debt_service(tables: RunTables, plan: str | None = None, ax: Axes | None = None) -> Axes:
    """What do a plan's loans cost each year, and what coverage do they buy against waiting for grants?"""
    data = of_plan(tables, plan)
    with drawing(ax, 3.9) as axes:
        if data.empty:
            say(axes, "Nobody looked at what loans cost in this run.")
            return axes
        years = np.arange(len(data))
        axes.set_axis_off()
        above, below = axes.inset_axes((0, 0.44, 1, 0.56)), axes.inset_axes((0, 0, 1, 0.33))
        for name, colour, line, marker, label in (
            ("coverage", DARK, "-", "o", "with deals"), ("waiting", WARM, "--", "s", "waiting for grants"),
        ):  # fmt: skip
            above.errorbar(
                years, data[name].astype(float), yerr=2 * np.nan_to_num(data[f"{name}_se"].astype(float)), color=colour, linestyle=line,
                marker=marker, markersize=4, markerfacecolor="white" if name == "waiting" else colour, capsize=2, elinewidth=1.0, label=label,
            )  # fmt: skip
        above.set_ylim(bottom=0)
        in_percent(above.yaxis)
        above.set_ylabel("needs met\nto date")
        above.set_xticks(years, labels=[])
        above.legend(loc="lower right", ncols=2)
        largest = float(data["service"].max())
        scale, unit = axis_unit(max(largest, 1.0), currency(tables))
        state = data["by_state"].astype(float) / scale
        others = (data["service"] - data["by_state"]).astype(float) / scale
        if state.any() or not others.any():
            below.bar(years, state, 0.62, color=MIDDLE, edgecolor=GREY, linewidth=0.4, label="paid by the State")
        if others.any():
            below.bar(
                years, others, 0.62, bottom=state, color=PALE, edgecolor=GREY, hatch="////", linewidth=0.4, label="paid by other borrowers"
            )  # fmt: skip
        errors = 2 * np.nan_to_num(data["service_se"].astype(float)) / scale
        below.errorbar(years, state + others, yerr=errors, fmt="none", ecolor=INK, elinewidth=1.0, capsize=2)
        below.set_ylim(0, 1.25 * max(largest / scale, 0.01))
        below.set_ylabel(f"a year,\n{unit}")
        plain_numbers(below.yaxis, 4)
        below.legend(loc="upper left", ncols=2)
        step = -(-len(data) // 13)
        below.set_xticks(
            years, labels=[str(year) if number % step == 0 else "" for number, year in enumerate(data["year"])]
        )
        for one in (above, below):
            one.set_xlim(-0.6, len(data) - 0.4)
            one.grid(visible=False, axis="x")
        id = str(data["plan"].iloc[0])
        axes.set_title(shortened(names(tables, "plan").get(id, id), 60), fontsize=9, fontweight="normal", pad=6)
        axes.plot([], [])  # two panels in place of its own
    return axes
