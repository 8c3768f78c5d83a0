"""Why money is unspent: from all that is unspent, step by step, to nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mptf_sim.report.lookup import currency, quarters
from mptf_sim.report.of_runs import of_runs_and_policies
from mptf_sim.report.printed import PrintedTable, millions, millions_with_error, share_cell
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
    say,
)
from mptf_sim.report.wording import money, money_with_error, share
from mptf_sim.runs.tables import RunTables

IN_WORDS = {
    "programmes running": "held by running programmes",
    "spent, not yet reported": "spent, report still to come",
    "refunds due": "refunds due from closed programmes",
    "instalments not yet due": "owed, not yet due",
    "instalments not released": "owed, awaiting reports",
    "instalments waiting for cash": "owed, waiting for cash",
    "direct cost ring-fenced": "ring-fenced for the secretariat",
    "reserve": "reserve",
    "idle by earmark": "idle by earmark",
    "asked for, next meeting": "free, asked for at the next meeting",
    "asked for by no document": "free, asked for by no document",
}
"""Reasons as people read them, in the order of the drawing."""

GROUPS = {
    "with organisations": ("programmes running", "spent, not yet reported", "refunds due"),
    "owed to programmes": ("instalments not yet due", "instalments not released", "instalments waiting for cash"),
    "set aside": ("direct cost ring-fenced", "reserve"),
    "free or idle": ("idle by earmark", "asked for, next meeting", "asked for by no document"),
}


def unspent_data(tables: RunTables) -> pd.DataFrame:
    """What is unspent at the end of the first calendar year, by reason; of all that is unspent, which share."""
    rows = tables.unspent
    rows = rows[(rows["quarter"] == when(tables)) & rows["reason"].isin(list(IN_WORDS))].set_index("reason")
    data = rows.reindex([reason for reason in IN_WORDS if reason in rows.index]).rename_axis("reason").reset_index()
    total = float(data["mean_cents"].sum())
    data["share"] = data["mean_cents"] / total if total else 0.0
    return data


def when(tables: RunTables) -> str:
    """The last quarter of the first calendar year."""
    played = quarters(tables)
    return [quarter for quarter in played if quarter[:4] == played[0][:4]][-1]


def unspent_finding(tables: RunTables) -> str:
    """How much is unspent, which part of all that came in, and the main reasons."""
    data, unit = unspent_data(tables), currency(tables)
    if data.empty:
        return "Nobody looked at why money is unspent in this run"
    amounts = data.set_index("reason")["mean_cents"]
    total = float(amounts.sum())
    if total == 0:
        return f"At the end of {when(tables)} nothing is unspent"
    spent = _spent(tables) - float(amounts.get("spent, not yet reported", 0.0))
    groups = {name: float(amounts.reindex(reasons).fillna(0.0).sum()) for name, reasons in GROUPS.items()}
    first, second = sorted(groups, key=lambda name: -groups[name])[:2]
    idle = float(amounts.get("idle by earmark", 0.0))
    return (
        f"At the end of {when(tables)} {money_with_error(total, _error(tables), unit)} are unspent, "
        f"{share(total / (total + spent))} of all the fund received: {money(groups[first], unit)} {first}, {money(groups[second], unit)} {second}, "
        f"{money(idle, unit) if idle else 'nothing'} idle by earmark"
    )


def _error(tables: RunTables) -> float:
    """Standard error of all that is unspent, cents."""
    whole = tables.unspent[
        (tables.unspent["quarter"] == when(tables)) & (tables.unspent["reason"] == "all that is unspent")
    ]
    return float(whole["se_cents"].iloc[0])


def _spent(tables: RunTables) -> float:
    """Expenditure, fees and direct cost to date, the certified years before the calendar included: cents."""
    year = int(when(tables)[:4])
    lines = tables.statement[(tables.statement["year"] == year) & (tables.statement["column"] == "total")].set_index(
        "line"
    )["mean"]
    return float(
        sum(
            lines.get(name, 0.0)
            for name in ("Expenditure of organisations", "Administrative agent fee", "Direct cost (secretariat)")
        )
    )


def unspent_table(tables: RunTables) -> PrintedTable:
    """Each reason with its error and spread."""
    data, unit = unspent_data(tables), currency(tables)
    rows = [
        (IN_WORDS[str(row.reason)].capitalize(), millions_with_error(row.mean_cents, row.se_cents), share_cell(row.share),
         millions(row.p05_cents), millions(row.p95_cents))
        for row in data.itertuples()
    ]  # fmt: skip
    if rows:
        rows.append(
            (
                "Unspent",
                millions_with_error(float(data["mean_cents"].sum()), _error(tables)),
                share_cell(float(data["share"].sum())),
                "",
                "",
            )
        )
    beside = tables.unspent[
        (tables.unspent["quarter"] == when(tables)) & (tables.unspent["reason"] == "owed beyond cash")
    ]
    note = "Means add up; quantiles do not."
    if len(beside) and float(beside["mean_cents"].iloc[0]) > 0:
        note += f" Beside these, {money_with_error(beside['mean_cents'].iloc[0], beside['se_cents'].iloc[0], unit)} are owed beyond cash: approved against money still to come."
    return PrintedTable(
        f"Unspent at the end of {when(tables)}, {unit} M", ("Why", "Mean", "Share", "P5", "P95"), tuple(rows),
        note=note, strong=frozenset({len(rows) - 1}),
    )  # fmt: skip


@of_runs_and_policies
def unspent(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Why is money unspent?"""
    data = unspent_data(tables)
    with drawing(ax, 3.9) as axes:
        total = float(data["mean_cents"].sum()) if len(data) else 0.0
        if total <= 0:
            say(
                axes,
                "No money is unspent at the end of the first year."
                if len(data)
                else "Nobody looked at why money is unspent in this run.",
            )
            return axes
        scale, unit = axis_unit(total, currency(tables))
        names, amounts = [f"all that is unspent, {when(tables)}"], [total]
        names += [IN_WORDS[reason] for reason in data["reason"]]
        amounts += list(data["mean_cents"])
        lefts = np.concatenate([[0.0], total - np.cumsum(data["mean_cents"])])
        axes.barh([0], [total / scale], 0.7, color=DARK)
        for name, colour, hatch in (
            ("with organisations", MIDDLE, ""), ("owed to programmes", PALE, "////"), ("set aside", GOLD, "...."), ("free or idle", "white", "xxxx"),
        ):  # fmt: skip
            at = [place for place, reason in enumerate(data["reason"], start=1) if reason in GROUPS[name]]
            axes.barh(at, [amounts[place] / scale for place in at], 0.7, left=[lefts[place] / scale for place in at], color=colour,
                      hatch=hatch, edgecolor=GREY if hatch else "white", linewidth=0.4, label=name)  # fmt: skip
        for place, (amount, left) in enumerate(zip(amounts, lefts, strict=True)):
            right = left + amount
            inside = right / scale > 0.8 * total / scale and left / scale > 0.15 * total / scale
            text: dict[str, Any] = {"ha": "right" if inside else "left", "va": "center", "fontsize": 8, "color": INK}
            axes.annotate(f"{amount / scale:,.2f}", ((left if inside else right) / scale, place), xytext=(-3 if inside else 3, 0),
                          textcoords="offset points", **text)  # fmt: skip
            if place:  # the step down from the bar above
                axes.plot([right / scale] * 2, [place - 1, place], color=GREY, linewidth=0.6, zorder=0)
        axes.set_yticks(range(len(names)), labels=names, fontsize=8)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xlim(0, 1.13 * total / scale)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(f"mean, {unit}")
        plain_numbers(axes.xaxis)
        legend_below(axes, 2)
    return axes
