"""A paired comparison as a workbook: each difference is a live formula of the two means beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO

import pandas as pd
import xlsxwriter

from mptf_sim.report.names import metric_name
from mptf_sim.report.sheet import FIRST_ROW, OPTIONS, Look, Sheet

NUMBERS = {
    "mean_against": "Mean, compared with", "mean": "Mean", "difference": "Difference", "se": "Its standard error",
    "low": "95 % from", "high": "95 % to", "unpaired_se": "Error without common futures",
}  # fmt: skip


def to_workbook(title: str, currency: str, tables: Mapping[str, pd.DataFrame]) -> bytes:
    """Differences, programmes and surprises of a comparison: the same bytes for the same tables.

    Parameters
    ----------
    tables : `differences`, `programmes`, `surprises` of a comparison, money in cents
    """
    file = BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        book.set_properties({"title": title[:255], "created": datetime(2000, 1, 1)})
        look = Look(book)
        sheets = [Sheet(book, name, look) for name in ("Differences", "Programmes", "Against expectation")]
        write_sheets(sheets, title, currency, tables)
    return file.getvalue()


def write_sheets(sheets: Sequence[Sheet], title: str, currency: str, tables: Mapping[str, pd.DataFrame]) -> None:
    """Fill three sheets: differences, programmes and surprises of a comparison."""
    differences, programmes, surprises = sheets
    _differences(differences, title, currency, tables["differences"])
    _rows(programmes, f"What becomes of programmes, {currency}", tables["programmes"])
    _rows(surprises, "What need not go one way", tables["surprises"])


def _differences(sheet: Sheet, title: str, currency: str, table: pd.DataFrame) -> None:
    words = ["Run", "Compared with", "Metric", "Of", "Which", "Unit"]
    heads = [*words, *NUMBERS.values(), "Verdict"]
    sheet.head(title, heads, [18, 18, 52, 8, 12, 16, *[18] * len(NUMBERS), 22])
    for number, one in enumerate(table.to_dict("records")):
        row, unit = FIRST_ROW + number, str(one["unit"])
        shown = currency if unit == "cents" else unit
        told = (one["run"], one["against"], metric_name(str(one["metric"])), one["scope_kind"], one["scope"], shown)
        for at, text in enumerate(told):
            sheet.text(row, at, str(text))
        for at, name in enumerate(NUMBERS, start=len(words)):
            formula = f"=H{row + 1}-G{row + 1}" if name == "difference" else None
            sheet.number_in(row, at, float(one[name]), unit, formula)
        sheet.text(row, len(heads) - 1, str(one["verdict"]))


def _rows(sheet: Sheet, title: str, table: pd.DataFrame) -> None:
    """A table as it stands: text as text, chances as percent, money in currency units."""
    heads = [str(name).removesuffix("_cents").replace("_", " ").capitalize() for name in table.columns]
    sheet.head(title, heads, [max(14, min(len(head) + 4, 30)) for head in heads])
    for number, one in enumerate(table.itertuples(index=False)):
        for at, (name, value) in enumerate(zip(table.columns, one, strict=True)):
            if name.endswith("_cents"):
                sheet.money(FIRST_ROW + number, at, float(value) / 100)
            elif name in ("chance", "se"):
                sheet.rate(FIRST_ROW + number, at, float(value))
            elif isinstance(value, str):
                sheet.text(FIRST_ROW + number, at, value)
            else:
                sheet.number_in(FIRST_ROW + number, at, float(value), "count")
