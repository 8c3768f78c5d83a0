"""Workbooks to test with, as people make them by hand: a small fund, and cells to change in it."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol

from tests.scenario.small_fund import problems


class Shown(NamedTuple):
    """A number and how the cell shows it: 0.07 as 0%."""

    number: float
    format: str


class Formula(NamedTuple):
    """A formula and what it last gave."""

    text: str
    gave: Any


Sheets = dict[str, list[list[Any]]]
PERCENT = "0.0%"

SHEETS: Sheets = {
    "scenario": [
        ["field", "value", "my own notes"],
        ["name", "Small fund"],
        ["calendar.start", "2026-Q1", "the first quarter"],
        ["calendar.periods", 12],
        ["fund.fees.administrative_agent", Shown(0.01, PERCENT)],
        ["fund.interest.2026", Shown(0.03, PERCENT)],
        ["fund.interest.2027", "2.5%"],
        ["fund.funding_policy.kind", "signed"],
        ["fund.funding_policy.share", Shown(0.5, PERCENT)],
        ["governance.meetings", "[Q2, Q4]"],
    ],
    "fund.opening.cash": [["amount", "earmark.windows"], [12_500_000], [0.29, "[protection]"]],
    "windows": [["id", "name"], ["data", "Data"], ["protection", "Protection"]],
    "regions": [["id", "name"], ["africa", "Africa"]],
    "donors": [
        ["# what donors give"],
        ["id", "name", "outlook.kind", "outlook.gift", "outlook.spread", "outlook.gave_last_year", "outlook.instalments"],
        ["DEU", "Germany", "renewing", 3_000_000, Shown(0.4, PERCENT), True],
        ["NO", "Norway", "scheduled", None, None, None, "[{due: 2026-Q4, amount: 1_500_000}]"],
    ],
    "plans": [["id", "name", "region", "country"], ["MAR", "Morocco", "africa", "MAR"]],
    "needs": [
        ["plan", "window", "year", "amount (currency units)"],
        ["MAR", "data", 2026, 1_000_000],
        [],
        ["MAR", "protection", 2027, 2_000_000],
    ],
}  # fmt: skip
"""A fund made by hand: names of columns in any order, comments, an empty row, a unit beside a name."""

_AS_TYPED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def book(folder: Path, changes: dict[str, Any] | None = None, sheets: Sheets = SHEETS, name: str = "fund.xlsx") -> Path:
    """A workbook: the fund with some cells changed, such as {"donors!C3": "renewed"}; a whole sheet by its name alone,
    None to leave it out."""
    path = folder / name
    other = {sheet: rows for sheet, rows in (changes or {}).items() if "!" not in sheet}
    cells: dict[str, dict[tuple[int, int], Any]] = {}
    for sheet, rows in {**sheets, **other}.items():
        if rows is not None:
            cells[sheet] = {
                (row, column): value for row, values in enumerate(rows) for column, value in enumerate(values)
            }
    for place, value in (changes or {}).items():
        if "!" in place:
            sheet, _, cell = place.partition("!")
            cells[sheet][xl_cell_to_rowcol(cell)] = value
    with xlsxwriter.Workbook(path, _AS_TYPED) as made:
        for sheet, values in cells.items():
            written = made.add_worksheet(sheet)
            for (row, column), value in values.items():
                _write(made, written, row, column, value)
    return path


def _write(made: Any, sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, Shown):
        sheet.write_number(row, column, value.number, made.add_format({"num_format": value.format}))
    elif isinstance(value, Formula):
        sheet.write_formula(row, column, value.text, None, value.gave)
    elif isinstance(value, (date, datetime)):
        sheet.write_datetime(row, column, value, made.add_format({"num_format": "yyyy-mm-dd"}))
    elif value is None or value == "":
        sheet.write_blank(row, column, None)
    else:
        sheet.write(row, column, value)


def with_part(path: Path, part: str, content: str | bytes) -> Path:
    """The workbook with one of the files inside it replaced, added, or (None) left out."""
    with zipfile.ZipFile(path) as packed:
        parts = {info.filename: packed.read(info) for info in packed.infolist()}
    parts[part] = content.encode() if isinstance(content, str) else content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return path


def part_of(path: Path, part: str) -> str:
    """One of the files inside a workbook."""
    with zipfile.ZipFile(path) as packed:
        return packed.read(part).decode()


def told(path: Path) -> list[str]:
    """Every problem as people see it, without the name of the file if it is the workbook."""
    return [str(problem).removeprefix(f"{path}:").removeprefix(f"{path}  ") for problem in problems(path)]
