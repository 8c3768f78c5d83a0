"""One sheet of a workbook: a title, names of columns that stay in sight, and cells of text, money, rates and formulas."""

from __future__ import annotations

from math import isnan
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

_NAVY, _INK, _GREY = "#1F3864", "#222222", "#595959"
LONGEST_TEXT = 32_767
"""Characters of one cell."""

FIRST_ROW = 2
"""Of a table, from 0: below the title and the names of the columns."""

OPTIONS = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}  # fmt: skip
"""Of a workbook: text stays text."""


class Look:
    """The formats of one workbook: numbers that a formula gives are dark, others blue, as finance people mark them."""

    def __init__(self, book: Any) -> None:
        font = {"font_name": "Calibri", "font_size": 10, "font_color": _INK}
        self.title = book.add_format({**font, "bold": True, "font_size": 12, "font_color": _NAVY})
        self.head = book.add_format(
            {
                **font,
                "bold": True,
                "font_color": "white",
                "bg_color": _NAVY,
                "text_wrap": True,
                "valign": "top",
                "border": 1,
            }
        )
        kinds = {"text": {"num_format": "@"}, "money": {"num_format": "#,##0.00"}, "rate": {"num_format": "0.0%"},
                 "whole": {"num_format": "#,##0"}, "number": {"num_format": "0.00"}, "fine rate": {"num_format": "0.000%"},
                 "ratio": {"num_format": "0.0000"}}  # fmt: skip
        self.cells = {
            (kind, strong): book.add_format(
                {**font, **how, "bold": strong, **({"top": 1, "bg_color": "#EEF2F8"} if strong else {})}
            )
            for kind, how in kinds.items()
            for strong in (False, True)
        }


class Sheet:
    """A sheet that is written cell by cell; text is never taken for a formula, a link or a number."""

    def __init__(self, book: Any, name: str, look: Look) -> None:
        self.name, self.look = name, look
        self._sheet = book.add_worksheet(name)

    def head(self, title: str, names: list[str], widths: list[int]) -> None:
        """Title and names of columns; both stay when the sheet is scrolled, and stand on every printed page."""
        self._sheet.write_string(0, 0, title[:LONGEST_TEXT], self.look.title)
        for at, (name, width) in enumerate(zip(names, widths, strict=True)):
            self._sheet.write_string(1, at, name, self.look.head)
            self._sheet.set_column(at, at, width)
        self._sheet.set_row(1, 28)  # names of two lines
        self._sheet.freeze_panes(2, 1)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0, 1)
        self._sheet.set_footer("&L&F&C&A&R&P/&N")

    def text(self, row: int, column: int, words: str, strong: bool = False) -> None:
        self._sheet.write_string(row, column, words[:LONGEST_TEXT], self.look.cells["text", strong])

    def money(self, row: int, column: int, amount: float, strong: bool = False, formula: str | None = None) -> None:
        """An amount in currency units."""
        self._number(row, column, amount, "money", strong, formula)

    def rate(self, row: int, column: int, share: float, formula: str | None = None, strong: bool = False) -> None:
        """A share or a chance, as percent."""
        self._number(row, column, share, "rate", strong, formula)

    def whole(self, row: int, column: int, number: int, formula: str | None = None) -> None:
        self._number(row, column, number, "whole", False, formula)

    def fine_rate(self, row: int, column: int, share: float) -> None:
        """A small share, such as the error of one, as percent."""
        self._number(row, column, share, "fine rate", False, None)

    def ratio(self, row: int, column: int, ratio: float) -> None:
        """A number of units for each unit."""
        self._number(row, column, ratio, "ratio", False, None)

    def cell(self, row: int, column: int) -> str:
        """A cell of this sheet, as formulas of other sheets name it."""
        return f"'{self.name}'!{xl_rowcol_to_cell(row, column)}"

    def number_in(self, row: int, column: int, value: float, unit: str, formula: str | None = None) -> None:
        """A key figure in its unit: cents are shown in currency units."""
        kind = {"cents": "money", "share": "rate", "probability": "rate"}.get(unit, "number")
        self._number(row, column, value / 100 if unit == "cents" else value, kind, False, formula)

    def total(self, first: int, count: int, column: int, amount: float) -> None:
        """The sum of a column, below it."""
        if count:
            down = f"=SUM({xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(first + count - 1, column)})"
            self.money(first + count, column, amount, True, down)

    def totals(self, first: int, count: int, column: int, amounts: list[float]) -> int:
        """The sums of columns side by side, below them; the row in which they stand."""
        self.text(first + count, 0, "Total", strong=True)
        for place, amount in enumerate(amounts, start=column):
            self.total(first, count, place, amount)
        return first + count

    def _number(self, row: int, column: int, value: float, kind: str, strong: bool, formula: str | None) -> None:
        """What is not a number stays empty."""
        look = self.look.cells[kind, strong]
        if formula is not None:
            self._sheet.write_formula(row, column, formula, look, "" if isnan(value) else value)
        elif isnan(value):
            self._sheet.write_blank(row, column, None, look)
        else:
            self._sheet.write_number(row, column, value, look)
