"""The documents before the Committee at its next meeting: what each asks for, what it gets, what is in its way."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mptf_sim.report.lookup import currency, names
from mptf_sim.report.of_runs import of_runs_and_policies
from mptf_sim.report.printed import PrintedTable, millions, share_cell
from mptf_sim.report.style import DARK, GREY, PALE, WARM, axis_unit, drawing, legend_on_top, plain_numbers, say
from mptf_sim.report.wording import count, money, plural, share, shortened
from mptf_sim.runs.tables import RunTables

MOST_DOCUMENTS = 25
"""Drawn one by one; the table and the CSV have them all."""


def documents_data(tables: RunTables) -> pd.DataFrame:
    """The documents of the next eight quarters' meetings, by score; the first meeting with any is drawn."""
    return tables.documents.reset_index(drop=True)


def of_next_meeting(tables: RunTables) -> pd.DataFrame:
    """The documents of the first meeting that has any."""
    data = tables.documents
    return data[data["quarter"] == data["quarter"].min()].reset_index(drop=True)


def documents_finding(tables: RunTables) -> str:
    """How many documents ask for how much, what is approved, and what balance moves."""
    data, unit = of_next_meeting(tables), currency(tables)
    if data.empty:
        return "No document lies before the Committee in the next eight quarters"
    weight = data["chance_before"]
    asked, given = float((weight * data["asked_mean_cents"]).sum()), float((weight * data["award_mean_cents"]).sum())
    sentence = (
        f"In {data['quarter'].iloc[0]} {plural(len(data), 'document')} ask for {money(asked, unit)}; "
        f"{money(given, unit)} are approved, {count(float((weight * data['chance_approved']).sum()))} documents on average"
    )
    moved, points = balance_moves(data)
    if not moved:
        return sentence
    return f"{sentence}; balance moves {money(moved, unit)} and costs {points:.1f} points of score"


def balance_moves(data: pd.DataFrame) -> tuple[float, float]:
    """What balance moves between documents, cents, and the mean score of awards that it costs."""
    weight = data["chance_before"]
    given, without = weight * data["award_mean_cents"], weight * data["award_without_balance_mean_cents"]
    moved = float((given - without).clip(lower=0).sum())
    if not moved or not given.sum() or not without.sum():
        return 0.0, 0.0
    return moved, float(
        (data["score_mean"] * without).sum() / without.sum() - (data["score_mean"] * given).sum() / given.sum()
    )


def reason_in_words(reason: str) -> str:
    """What stood in a document's way; a bound of earmarks is money that is claimed."""
    if not reason:
        return "nothing"
    if reason == "unearmarked":
        return "too little unearmarked money"
    if reason.startswith("unearmarked + "):
        return (
            "too little money (unearmarked and " + reason.removeprefix("unearmarked + ").replace(" + ", " and ") + ")"
        )
    return reason


def documents_table(tables: RunTables) -> PrintedTable:
    """The documents of the next meeting, best score first."""
    known, data = names(tables, "programme"), of_next_meeting(tables)
    rows = tuple(
        (
            known.get(str(row.programme), str(row.programme)), reason_in_words(str(row.main_reason)), f"{row.score_mean:.0f}",
            millions(row.asked_mean_cents), share_cell(row.chance_approved), millions(row.award_mean_cents),
            millions(row.award_without_balance_mean_cents), share_cell(row.chance_main_reason),
        )
        for row in data.itertuples()
    )  # fmt: skip
    quarter = data["quarter"].iloc[0] if len(data) else "the next meeting"
    paths = f"{int(data['of_paths'].iloc[0]):,} paths" if len(data) else "no paths"
    return PrintedTable(
        f"Documents before the Committee in {quarter}, {currency(tables)} M",
        ("Document", "What most often stands in its way", "Score", "Asks for", "Approved on", "Award, mean", "Without balance", "In the way on"),
        rows, words=2,
        note=f"Shares and means of the paths on which the document lies before the Committee, of the first {paths}. Without balance: "
        "what the rule would award on the same table if it gave no weight to areas and regions.",
    )  # fmt: skip


def documents_height(tables: RunTables) -> float:
    """Points on paper: a bar and two lines of words for each document."""
    return 60 + 21.0 * min(max(len(of_next_meeting(tables)), 5), MOST_DOCUMENTS)


@of_runs_and_policies
def documents(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Which documents are approved at the next meeting, and what stands in the way of the others?"""
    data = of_next_meeting(tables)
    shown = data.head(MOST_DOCUMENTS)
    with drawing(ax, 1.2 + 0.33 * max(len(shown), 5)) as axes:
        if data.empty:
            say(axes, "No document lies before the Committee in the next eight quarters.")
            return axes
        scale, unit = axis_unit(shown["asked_mean_cents"].max(), currency(tables))
        places = np.arange(len(shown))
        axes.barh(
            places,
            shown["asked_mean_cents"] / scale,
            0.6,
            color=PALE,
            edgecolor=GREY,
            hatch="////",
            linewidth=0.4,
            label="asked for",
        )
        axes.barh(places, shown["award_mean_cents"] / scale, 0.6, color=DARK, label="awarded (mean)")
        if balance_moves(data)[0]:
            axes.plot(shown["award_without_balance_mean_cents"] / scale, places, linestyle="none", marker="D", markersize=4.5,
                      markerfacecolor="white", markeredgecolor=WARM, markeredgewidth=1.4, label="awarded without balance (mean)")  # fmt: skip
        known = names(tables, "programme")
        labels = [
            f"{shortened(known.get(str(row.programme), str(row.programme)))}\n{row.score_mean:.0f} points, approved on {share(row.chance_approved)}{_but(row)}"
            for row in shown.itertuples()
        ]
        axes.set_yticks(places, labels=labels, fontsize=7.5, linespacing=1.05)
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.set_xlim(left=0)
        plain_numbers(axes.xaxis, 5)
        rest = f" (first {len(shown)} of {len(data)})" if len(data) > len(shown) else ""
        axes.set_xlabel(f"{data['quarter'].iloc[0]}, {unit}{rest}")
        legend_on_top(axes, 2)
    return axes


def _but(row: object) -> str:
    """The binding reason, in a word or two beside a bar."""
    reason = str(row.main_reason)  # type: ignore[attr-defined]
    if not reason:
        return ""
    return "; " + ("money" if reason.startswith("unearmarked") else shortened(reason, 22))
