"""From pledge to delivery: what has come how far, what is on its way and for how long, what is lost."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mptf_sim.report.lookup import by_quarter, currency, fund_kpi
from mptf_sim.report.of_runs import of_runs
from mptf_sim.report.printed import PrintedTable, millions, share_cell
from mptf_sim.report.style import (
    DARK,
    FAINT,
    GOLD,
    GREY,
    INK,
    MIDDLE,
    PALE,
    WARM,
    axis_unit,
    drawing,
    legend_below,
    plain_numbers,
    say,
)
from mptf_sim.report.wording import money, money_with_error, share
from mptf_sim.runs.tables import RunTables

STAGES = ("announced", "signed", "deposits", "transfers", "direct_delivery")
IN_WORDS = ("announced by donors", "signed", "deposited", "transferred", "delivered directly")

ON_THE_WAY = {
    "signed": (
        ("pledged_up_to_a_year", "not signed, announced up to a year ago"),
        ("pledged_up_to_two_years", "not signed, one to two years"),
        ("pledged_longer", "not signed, longer"),
    ),
    "deposits": (("due_later", "signed, due later"), ("overdue_deposits", "signed, overdue")),
}
"""Stocks at the end of the calendar that stand between two stages."""

LOST = {"signed": "lapsed_pledges", "deposits": "cancelled_commitments"}


def funnel_data(tables: RunTables) -> pd.DataFrame:
    """Each stage at the end of the calendar: reached, on the way by age, lost; means, cents.

    What is on the way or lost stands with the stage it has not reached.
    """
    last = tables.funnel[tables.funnel["year"] == tables.funnel["year"].max()].set_index("account")
    stocks = {name: float(by_quarter(tables, name)["mean"].iloc[-1]) for name in STOCKS}
    stocks["due_later"] = stocks.pop("signed_not_deposited") - stocks["overdue_deposits"]
    lost = {name: float(by_quarter(tables, name)["mean"].sum()) for name in LOST.values()}
    rows = []
    for stage in STAGES:
        cell = last.loc[stage]
        on_the_way = {name: stocks[name] for name, _ in ON_THE_WAY.get(stage, ())}
        rows.append(
            {
                "stage": stage, "reached_cents": float(cell["mean"]), "reached_p05_cents": float(cell["p05"]), "reached_p95_cents": float(cell["p95"]),
                **{name: on_the_way.get(name, 0.0) for parts in ON_THE_WAY.values() for name, _ in parts},
                "lost_cents": lost.get(LOST.get(stage, ""), 0.0),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


STOCKS = (
    "pledged_up_to_a_year",
    "pledged_up_to_two_years",
    "pledged_longer",
    "signed_not_deposited",
    "overdue_deposits",
)


def funnel_finding(tables: RunTables) -> str:
    """What of the announced money is delivered by the end."""
    data, unit = funnel_data(tables).set_index("stage")["reached_cents"], currency(tables)
    year = int(tables.funnel["year"].max())
    given = fund_kpi(tables, "deposits")
    if not data["announced"]:
        return f"No donor announces anything by the end of {year}"
    reach = [f"{money(data[stage], unit)} {words}" for stage, words in zip(STAGES[1:], IN_WORDS[1:], strict=True)]
    return (
        f"Of {money(data['announced'], unit)} announced by the end of {year}, {share(data['deposits'] / data['announced'])} "
        f"are deposited, {money_with_error(given.mean, given.se, unit)}; with opening cash and interest {reach[2]} and {reach[3]}"
    )


def funnel_table(tables: RunTables) -> PrintedTable:
    """The stages to the end of each year."""
    cells = {(row.year, row.account): row for row in tables.funnel.itertuples()}
    years = sorted({int(year) for year in tables.funnel["year"]})
    rows = tuple(
        (
            str(year), *(millions(cells[year, stage].mean) for stage in STAGES),
            f"{millions(cells[year, 'direct_delivery'].p05)} to {millions(cells[year, 'direct_delivery'].p95)}",
            share_cell(cells[year, "direct_delivery"].share_of_announced) if cells[year, "announced"].mean else "-",
        )
        for year in years
    )  # fmt: skip
    heads = (
        "To the end of",
        "Announced",
        "Signed",
        "Deposited",
        "Transferred",
        "Delivered",
        "P5 to P95",
        "Delivered / announced",
    )
    return PrintedTable(
        f"From pledge to delivery, cumulated, means, {currency(tables)} M", heads, rows,
        note="Transfers and delivery also spend opening cash, interest and what was given before the calendar.",
    )  # fmt: skip


@of_runs
def funnel(tables: RunTables, ax: Axes | None = None) -> Axes:
    """What of the money that donors announce is signed, deposited, transferred and delivered?"""
    data = funnel_data(tables)
    with drawing(ax) as axes:
        largest = float(data.drop(columns=["stage", "reached_p05_cents", "reached_p95_cents"]).sum(axis=1).max())
        if largest <= 0:
            say(axes, "No money is announced, transferred or delivered.")
            return axes
        scale, unit = axis_unit(max(largest, float(data["reached_p95_cents"].max())), currency(tables))
        places = np.arange(len(data))
        left = data["reached_cents"].to_numpy() / scale
        axes.barh(places, left, 0.66, color=DARK, label="has come so far (mean)")
        words = [one for parts in ON_THE_WAY.values() for one in parts] + [("lost_cents", "lapsed or cancelled")]
        for (name, label), (colour, hatch) in zip(
            words, ((PALE, ""), (MIDDLE, ""), (GOLD, ""), (FAINT, "...."), (WARM, ""), ("white", "////")), strict=True
        ):
            width = data[name].to_numpy() / scale
            if width.any():
                axes.barh(
                    places,
                    width,
                    0.66,
                    left=left,
                    color=colour,
                    hatch=hatch,
                    edgecolor=GREY,
                    linewidth=0.4,
                    label=label,
                )
                left = left + width
        axes.hlines(
            places, data["reached_p05_cents"] / scale, data["reached_p95_cents"] / scale, color=INK, linewidth=1.3
        )
        axes.plot([], [], color=INK, linewidth=1.3, label="9 in 10 paths")
        axes.set_yticks(places, labels=IN_WORDS, fontsize=8.5)
        axes.set_ylim(len(data) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.set_xlim(left=0)
        axes.set_xlabel(f"to the end of {tables.funnel['year'].max()}, {unit}")
        plain_numbers(axes.xaxis)
        legend_below(axes, 2)
    return axes
