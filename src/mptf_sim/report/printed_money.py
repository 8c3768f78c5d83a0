"""Printed tables of money over time: the next eight quarters, obligations, the statement of each year."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from mptf_sim.report.lookup import by_quarter, currency, names, quarters
from mptf_sim.report.printed import PrintedTable, millions, share_cell, tenths, to_the_cent
from mptf_sim.report.wording import plural
from mptf_sim.runs.tables import RunTables

AHEAD = 8
"""Quarters that the near future holds, as the table of obligations does."""

YEARS_ABREAST, EXACT_YEARS_ABREAST = 10, 5
"""Years that fit side by side on A4: in millions, and to the cent."""


def next_quarters(tables: RunTables) -> PrintedTable:
    """Cash and what falls due in each of the next eight quarters."""
    unit = currency(tables)
    by_account = {
        name: by_quarter(tables, name).set_index("period") for name in ("deposits", "approvable", "transfers", "cash")
    }
    due = tables.obligations.assign(
        paid=lambda rows: rows["chance_due"] * rows["chance_paid_in_time"],
        waits=lambda rows: rows["chance_due"] * rows["chance_waits_for_cash"],
        late=lambda rows: rows["chance_due"] * rows["chance_not_released"],
    )
    sums = due.groupby("quarter")[["chance_due", "amount_due_mean", "paid", "waits", "late"]].sum()
    rows = []
    for quarter in quarters(tables)[:AHEAD]:
        cash = by_account["cash"].loc[quarter]
        falls = sums.loc[quarter] if quarter in sums.index else pd.Series(0.0, sums.columns)
        number = falls["chance_due"]
        rows.append(
            (
                quarter, *(millions(by_account[name].at[quarter, "mean"]) for name in ("deposits", "approvable")),
                tenths(number), millions(falls["amount_due_mean"]),
                *(share_cell(falls[name] / number) if number else "-" for name in ("paid", "waits", "late")),
                millions(by_account["transfers"].at[quarter, "mean"]), *(millions(cash[level]) for level in ("p05", "p50", "p95")),
            )
        )  # fmt: skip
    return PrintedTable(
        f"The next {plural(len(rows), 'quarter')}, {unit} M",
        (
            "Quarter", "Deposits", "Approvable", "Number due", "Amount due", "paid in time", "wait for cash",
            "not released", "Transfers", "Cash P5", "Cash median", "Cash P95",
        ),
        tuple(rows),
        note="Means over paths, but for cash at the quarter's close. Instalments due: the expected number that first falls due in the "
        "quarter, of programmes approved by then; the shares are of those. Transfers also pay instalments that fell due earlier.",
    )  # fmt: skip


def obligations(tables: RunTables) -> PrintedTable:
    """Each instalment that may fall due in the next eight quarters."""
    known = names(tables, "programme")
    rows = tuple(
        (
            str(row.quarter), known.get(str(row.programme), str(row.programme)), str(row.instalment), str(row.condition),
            share_cell(row.chance_due), millions(row.amount_due_mean), share_cell(row.chance_paid_in_time),
            share_cell(row.chance_waits_for_cash), share_cell(row.chance_not_released),
        )
        for row in tables.obligations.sort_values(["quarter", "programme", "instalment"], kind="stable").itertuples()
    )  # fmt: skip
    return PrintedTable(
        f"Obligations by programme, {currency(tables)} M",
        (
            "Quarter",
            "Programme",
            "No.",
            "Paid when",
            "Chance due",
            "Amount",
            "paid in time",
            "waits for cash",
            "not released",
        ),
        rows,
        words=4,
        note="Amount: mean over all paths, so a chance of one half halves it. The last three are shares of the paths on which it falls due.",
    )


def statement_overview(tables: RunTables, column: str) -> list[PrintedTable]:
    """Source and use of funds, years side by side: the mean, or the median path to the cent."""
    exact = column == "median_path"
    show: Any = to_the_cent if exact else millions
    unit, table = currency(tables), tables.statement
    years = sorted(table["year"].unique())
    abreast = EXACT_YEARS_ABREAST if exact else YEARS_ABREAST
    last = years[-1]
    cells = {(row.year, row.line, row.column): getattr(row, column) for row in table.itertuples()}
    lines = list(dict.fromkeys(table["line"]))
    printed = []
    for first in range(0, len(years), abreast):
        part = years[first : first + abreast]
        whole = part[-1] == last
        rows = tuple(
            (
                line,
                *(show(cells[year, line, "current"]) for year in part),
                *([show(cells[last, line, "total"])] if whole else []),
            )
            for line in lines
        )
        heads = ("", *(str(year) for year in part), *([f"{years[0]} to {last}"] if whole else []))
        title = "Source and use of funds, median path, " + unit if exact else f"Source and use of funds, mean, {unit} M"
        printed.append(PrintedTable(title, heads, rows, strong=_totals(lines)))
    return printed


def statement_of_year(tables: RunTables, year: int) -> PrintedTable:
    """Source and use of funds in the lines of the fund's yearly report: prior years, the year, total to date."""
    table = tables.statement[tables.statement["year"] == year]
    lines = list(dict.fromkeys(table["line"]))
    mean = {(row.line, row.column): row.mean for row in table.itertuples()}
    exact = {(row.line, row.column): row.median_path for row in table.itertuples()}
    columns = ("prior", "current", "total")
    rows = tuple(
        (
            line,
            *(millions(mean[line, column]) for column in columns),
            *(to_the_cent(exact[line, column]) for column in columns),
        )
        for line in lines
    )
    unit = currency(tables)
    heads = ("", *(f"{when}, mean, {unit} M" for when in ("Prior", str(year), "Total")),
             *(f"{when}, median path, {unit}" for when in ("Prior", str(year), "Total")))  # fmt: skip
    return PrintedTable(f"Statement {year}", heads, rows, strong=_totals(lines))


def _totals(lines: list[str]) -> frozenset[int]:
    strong = ("Total", "Net funded", "Closing", "Expenditure", "Balance")
    return frozenset(number for number, line in enumerate(lines) if line.startswith(strong))


def first_rows(printed: PrintedTable, most: int) -> PrintedTable:
    """A long table cut short for paper, saying so."""
    left = len(printed.rows) - most
    if left <= 0:
        return printed
    return replace(
        printed,
        rows=printed.rows[:most],
        note=f"{printed.note} Another {left:,} rows are in the run's folder.".strip(),
    )
