"""The first sheet of a workbook: what it is, how to fill it in, what each sheet holds."""

from __future__ import annotations

from typing import Any, NamedTuple

from mptf_sim.scenario.workbook.layout import NOTE
from mptf_sim.scenario.workbook.styles import Styles, fit_to_paper, lines_high

GUIDE = f"{NOTE} guide"

_WIDTHS = (26, 110)
_WORDS = (
    ("what this is", "One workbook is one scenario of mptf_sim: a fund, its donors, the plans and programmes it pays for."),
    ("to check it", "mptf-sim check FILE.xlsx lists every mistake at once, with its sheet and cell."),
    ("to play it", "mptf-sim run FILE.xlsx --paths 1000 writes a folder with tables, figures and a report."),
    (
        "columns",
        "Every list has a sheet, every item a row. A dark name is of a column that must be filled in, a light one of a "
        "column that may be, in any order or not at all. Point at a name to see what it means and what to write.",
    ),
    ("empty cells", "An empty cell is a field that is not given: its default holds. Empty rows are passed over."),
    ("money", "In whole units of the currency, not thousands, with at most two decimals; in a formula use ROUND(..., 2)."),
    ("shares", "Type 7%. A bare 0.07 in a cell without percent format is refused: it could mean 7% or 0.07%."),
    ("quarters", "Type 2027-Q3. Dates are refused: they could mean the day, the quarter or the year."),
    (
        "lists in a cell",
        "In square brackets with commas between, [KEN, UGA]; fields in curly ones, [{due: 2027-Q4, amount: 2M}].",
    ),
    ("formulas", "What they last gave is read. An error such as #REF! is a mistake like any other."),
    (
        "where numbers come from",
        "The sheet sources says who stands behind a number and on what evidence; the column source of a row names one.",
    ),
    (
        "notes of your own",
        f"Sheets whose name begins with {NOTE} are not read, nor are rows that begin with {NOTE} above the names of columns.",
    ),
)  # fmt: skip


class Entry(NamedTuple):
    """A sheet in the table of contents."""

    name: str
    about: str


def write_guide(sheet: Any, styles: Styles, title: str, contents: list[Entry]) -> None:
    """Write the guide, with a link to each sheet."""
    sheet.hide_gridlines(2)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, title, styles.title)
    first = 2
    for line, (head, text) in enumerate(_WORDS, first):
        sheet.set_row(line, lines_high((text, _WIDTHS[1])))
        sheet.write_string(line, 0, head, styles.field)
        sheet.write_string(line, 1, text, styles.paragraph)
    for line, entry in enumerate(contents, first + len(_WORDS) + 1):
        sheet.set_row(line, lines_high((entry.about, _WIDTHS[1])))
        sheet.write_url(line, 0, f"internal:'{entry.name}'!A1", styles.link, entry.name)
        sheet.write_string(line, 1, entry.about, styles.paragraph)
    fit_to_paper(sheet, sum(_WIDTHS), 0)
