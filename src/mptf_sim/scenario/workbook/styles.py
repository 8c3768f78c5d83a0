"""How a workbook looks: names dark where a field must be given, values blue as finance people mark what is typed in."""

from __future__ import annotations

from functools import cache
from math import ceil
from typing import Any

from mptf_sim.scenario.workbook.layout import MONEY, SHARE, Notation

_NAVY, _STEEL, _INK, _TYPED, _GREY = "#1F3864", "#7F8FA9", "#222222", "#1F3FBF", "#595959"
_FONT = {"font_name": "Calibri", "font_size": 10, "valign": "top"}
_FORMATS: dict[Notation, dict[str, str]] = {
    MONEY: {"num_format": "#,##0.00", "align": "right"},
    SHARE: {"num_format": "0.00%", "align": "right"},
}


class Styles:
    """The formats of one workbook."""

    tab, empty_tab = _NAVY, "#C9D1DE"

    def __init__(self, book: Any) -> None:
        self._book = book
        self.title = self._format(bold=True, font_size=13, font_color=_NAVY)
        self.band = self._format(bold=True, font_color=_NAVY, bg_color="#DCE3EE")
        self.field = self._format(bold=True, font_color=_INK)
        self.note = self._format(font_color=_GREY, text_wrap=True)
        self.paragraph = self._format(font_color=_INK, text_wrap=True)
        self.link = self._format(font_color=_TYPED, underline=1)
        self._name = self._format(bold=True, font_color="white")
        self._unit = self._format(font_color="white", italic=True, font_size=8)
        self._names = {
            required: self._format(
                bold=True, font_color="white", bg_color=_NAVY if required else _STEEL, text_wrap=True,
                border=1, border_color="white",
            )
            for required in (True, False)
        }  # fmt: skip
        self.cell = cache(self._cell)

    def _format(self, **how: Any) -> Any:
        return self._book.add_format(_FONT | how)

    def _cell(self, said: Notation, stands_alone: bool = False, whole: bool = False, is_text: bool = False) -> Any:
        """Of a value: numbers to the right, text as text, so that nothing typed in is taken for something else."""
        look: dict[str, Any] = {"font_color": _TYPED}
        if is_text and said in _FORMATS:
            look |= {"num_format": "@", "align": "right"}
        elif said in _FORMATS:
            look |= _FORMATS[said]
            if whole:
                look["num_format"] = look["num_format"].replace(".00", "")
        elif said.unit not in ("year", "quarters", "number", "") and " or " not in said.unit:
            look |= {"num_format": "@", "text_wrap": True}
        if stands_alone:
            look |= {"bg_color": "#FFFBE6", "border": 1, "border_color": "#D9D9D9", "align": "left"}
        return self._format(**look)

    def write_name(self, sheet: Any, row: int, column: int, name: str, unit: str, required: bool) -> None:
        """The name of a column, its unit below."""
        if unit:
            sheet.write_rich_string(row, column, self._name, name, self._unit, f"\n{unit}", self._names[required])
        else:
            sheet.write_string(row, column, name, self._names[required])


def lines_high(*texts: tuple[str, float]) -> float:
    """The height of a row whose texts break within widths, in points."""
    lines = max(sum(max(1, ceil(len(part) / width)) for part in text.split("\n")) for text, width in texts)
    return min(13.5 * lines + 2, 300)


def fit_to_paper(sheet: Any, width: float, names_row: int) -> None:
    """Printed in landscape on as many pages as can be read, the names of columns on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(ceil(width / 240), 0)
    sheet.repeat_rows(0, names_row)
    sheet.set_footer("&L&F&C&A&R&P/&N")
