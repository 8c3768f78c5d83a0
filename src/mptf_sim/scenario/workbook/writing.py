"""A scenario as a workbook: a sheet for each list, one for the fields that stand alone, all of it explained.

Text is written as text, whatever it begins with; numbers, shares and truth as such. What is written reads back as the
same scenario: a number of more digits than a workbook keeps is written as text.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from mptf_sim.errors import UsageError
from mptf_sim.scenario.scenario import Scenario
from mptf_sim.scenario.shapes import Kinds, Rows, Scalar, Shape, Terms
from mptf_sim.scenario.workbook.guide import GUIDE, Entry, write_guide
from mptf_sim.scenario.workbook.layout import MONEY, NOTE, SHARE, SINGLE, Table, is_money, notation, number_text, tables
from mptf_sim.scenario.workbook.leaves import MISSING, Leaf, Values, first_sentence, given, leaves
from mptf_sim.scenario.workbook.rules import Rules
from mptf_sim.scenario.workbook.styles import Styles, fit_to_paper, lines_high
from mptf_sim.scenario.write import in_line

LONGEST_TEXT = 32_767
"""Characters of one cell."""

_WIDEST = 60
"""Characters of a column, before its text is broken into lines."""

SPARE_ROWS = 300
"""Rows below the last one that are ready to be filled in."""

WORDS = f"{NOTE} words"
_NAMES_ROW = 1  # from 0: below the line that says what the sheet is
_SINGLE_COLUMNS = (("field", 38), ("value", 34), ("what to write", 44), ("if left empty", 18), ("what it means", 80))
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def to_workbook(scenario: Scenario) -> bytes:
    """The scenario as run, as one workbook file: the same bytes each time.

    Raises
    ------
    UsageError : if a text of it is longer than a cell may be
    """
    file = BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        book.set_properties({"title": scenario.name, "created": datetime(2000, 1, 1)})
        _Writer(book, given(scenario.dump(), Terms(Scenario))).write()
    return file.getvalue()


class _Writer:
    """Writes sheet by sheet."""

    def __init__(self, book: Any, values: Values) -> None:
        self.values, self.whole = values, Terms(Scenario)
        self.tables = tables(self.whole)
        self.styles = Styles(book)
        self.sheets: dict[str, Worksheet] = {
            name: book.add_worksheet(name) for name in (GUIDE, SINGLE, *self.tables, WORDS)
        }
        rows = {name: table for name, table in self.tables.items() if table.rows.have_ids}
        self.rules = Rules(self.sheets[WORDS], {name: self._ids(name) for name in rows}, _NAMES_ROW + 1)

    def write(self) -> None:
        contents = [Entry(SINGLE, "The fields that stand alone: name, calendar, terms of the fund, governance.")]
        for name, table in self.tables.items():
            self._write_table(self.sheets[name], name, table)
            count = len(self._rows(name))
            contents.append(Entry(name, f"{_about(_row(table.rows))} {count} row{'s' * (count != 1)}."))
        self._write_single(self.sheets[SINGLE])
        write_guide(self.sheets[GUIDE], self.styles, self.values["name"], contents)
        self.sheets[WORDS].hide()

    def _rows(self, name: str) -> list[Values]:
        found: Any = self.values
        for step in self.tables[name].path:
            found = found.get(step, {})
        return found or []

    def _ids(self, name: str) -> tuple[int, int]:
        """The column of the ids of a sheet, from 0, and its last row that may hold one."""
        table = self.tables[name]
        column = [leaf.name for leaf in leaves(_row(table.rows), self._rows(name))].index("id")
        return column, _NAMES_ROW + len(self._rows(name)) + SPARE_ROWS

    # ------------------------------------------------------------------------------------------------- one list

    def _write_table(self, sheet: Worksheet, name: str, table: Table) -> None:
        rows, row = self._rows(name), _row(table.rows)
        sheet.write_string(0, 0, f"{NOTE} {name}: {_about(row)}", self.styles.title)
        sheet.set_row(_NAMES_ROW, 30)
        columns = leaves(row, rows)
        written = [self._write_column(sheet, name, number, leaf, rows) for number, leaf in enumerate(columns)]
        for at in range(len(rows)):
            if long := [(texts[at], width) for width, texts in written if len(texts.get(at, "")) > width]:
                sheet.set_row(_NAMES_ROW + 1 + at, lines_high(*long))
        sheet.freeze_panes(_NAMES_ROW + 1, 2 if [leaf.name for leaf in columns[:2]] == ["id", "name"] else 1)
        sheet.autofilter(_NAMES_ROW, 0, _NAMES_ROW + max(len(rows), 1), len(columns) - 1)
        sheet.set_tab_color(self.styles.tab if rows else self.styles.empty_tab)
        fit_to_paper(sheet, sum(width for width, _ in written), _NAMES_ROW)

    def _write_column(
        self, sheet: Worksheet, name: str, number: int, leaf: Leaf, rows: list[Values]
    ) -> tuple[int, dict[int, str]]:
        """One field of every row, below its name; how wide that is, and what each row shows."""
        unit = _unit(leaf.shape)
        self.styles.write_name(sheet, _NAMES_ROW, number, leaf.name, unit, leaf.is_required)
        words = self._explained(leaf)
        sheet.write_comment(_NAMES_ROW, number, words, {"x_scale": 2.2, "y_scale": 0.5 + len(words) / 120})
        texts = {
            at: self._put(sheet, _NAMES_ROW + 1 + at, number, leaf, value, f"{name}[{at}]")
            for at, row in enumerate(rows)
            if (value := leaf.of(row)) is not MISSING
        }
        longest = max(len(leaf.name) + 4, len(unit), *(len(text) + 2 for text in texts.values()), 8)
        width = min(longest, _WIDEST)
        sheet.set_column(number, number, width, self.styles.cell(notation(leaf.shape)))
        self.rules.apply(sheet, leaf, _NAMES_ROW + 1, _NAMES_ROW + len(rows) + SPARE_ROWS, number)
        return width, texts

    def _explained(self, leaf: Leaf) -> str:
        """What a field means and what may be written, for the note on its column."""
        target = self.rules.target(leaf)
        lines = [
            leaf.meaning or "",
            f"Write {notation(leaf.shape).words}" + (f", one of sheet {target}." if target else "."),
        ]
        lines.append(leaf.only)
        if leaf.default:
            lines.append(f"If left empty: {leaf.default}.")
        elif leaf.is_required_if_any:
            lines.append(f"{_needed(leaf).capitalize()}.")
        return "\n".join(line for line in lines if line)

    # --------------------------------------------------------------------------------- fields that stand alone

    def _write_single(self, sheet: Worksheet) -> None:
        said = "the fields that stand alone, one a row. Change the values; what stands beside them is explanation."
        sheet.write_string(0, 0, f"{NOTE} {SINGLE}: {said}", self.styles.title)
        for number, (name, width) in enumerate(_SINGLE_COLUMNS):
            self.styles.write_name(sheet, _NAMES_ROW, number, name, "", number < 2)
            sheet.set_column(number, number, width)
        line, part = _NAMES_ROW, ""
        for leaf in leaves(self.whole, [self.values]):
            if leaf.name in self.tables:
                continue
            if len(leaf.steps) > 1 and leaf.steps[0] != part:
                part, line = leaf.steps[0], line + 1
                shape = self.whole.fields[part]
                about = first_sentence(shape.model) if isinstance(shape, Terms) else ""
                for number, text in enumerate((f"{NOTE} {part}", "", "", "", about)):
                    sheet.write_string(line, number, text, self.styles.band)
            line += 1
            self._write_field(sheet, line, leaf)
        sheet.freeze_panes(_NAMES_ROW + 1, 1)
        sheet.set_tab_color(self.styles.tab)
        fit_to_paper(sheet, sum(width for _, width in _SINGLE_COLUMNS), _NAMES_ROW)

    def _write_field(self, sheet: Worksheet, line: int, leaf: Leaf) -> None:
        """The name of a field, its value, and what there is to know about it."""
        value = leaf.of(self.values)
        sheet.write_string(line, 0, leaf.name, self.styles.field)
        shown = ""
        if value is MISSING:
            sheet.write_blank(line, 1, None, self.styles.cell(notation(leaf.shape), stands_alone=True))
        else:
            shown = self._put(sheet, line, 1, leaf, value, "", stands_alone=True)
        needed = _needed(leaf) if leaf.is_required_if_any else ""
        beside = (notation(leaf.shape).words, leaf.default or needed, f"{leaf.only} {leaf.meaning}".strip())
        for number, text in enumerate(beside, 2):
            sheet.write_string(line, number, text, self.styles.note)
        widths = [width for _, width in _SINGLE_COLUMNS[1:]]
        sheet.set_row(line, lines_high(*zip((shown, *beside), widths, strict=True)))
        self.rules.apply(sheet, leaf, line, line, 1)

    # --------------------------------------------------------------------------------------------------- cells

    def _put(
        self, sheet: Worksheet, row: int, column: int, leaf: Leaf, value: Any, at: str, stands_alone: bool = False
    ) -> str:
        """Write a value as what it is; how it looks in the cell."""
        shape = leaf.shape
        text = value if isinstance(shape, Scalar) and isinstance(value, str) else in_line(value, shape)
        number, is_share = cell_number(text, shape), text.endswith("%")
        if number is not None:
            said = SHARE if is_share else MONEY if is_money(shape) else notation(shape)
            whole = (number * 100 if is_share else number).is_integer()
            sheet.write_number(row, column, number, self.styles.cell(said, stands_alone, whole))
            return f"{number:,.2f}" if said == MONEY else text
        if problem := _misfit(text if value is not None else ""):
            where = f"{at}.{leaf.name}".lstrip(".")
            raise UsageError(f"{where} cannot be written into a workbook: it {problem}; keep this scenario in YAML")
        sheet.write_string(row, column, text, self.styles.cell(notation(shape), stands_alone, is_text=True))
        return text


def _misfit(text: str) -> str | None:
    """Why a text cannot stand in a cell, if it cannot."""
    if not text:
        return "is empty, as a cell is whose field is not given"
    if len(text) > LONGEST_TEXT:
        return f"has {len(text)} characters, a cell at most {LONGEST_TEXT}"
    unknown = next((sign for sign in text if sign in "\ufffe\uffff"), None)
    return f"has the character U+{ord(unknown):04X}, which XML does not know" if unknown else None


def _row(rows: Rows) -> Terms | Kinds:
    assert isinstance(rows.row, (Terms, Kinds))
    return rows.row


def _about(row: Terms | Kinds) -> str:
    """What the items of a list are, in a sentence."""
    return first_sentence(row.model) if isinstance(row, Terms) else f"each is of a kind: {', '.join(row.by_kind)}."


def _needed(leaf: Leaf) -> str:
    """That a field must be given, or when."""
    always = leaf.is_required or leaf.kinds
    return "must be given" if always else f"must be given with {'.'.join(leaf.steps[:-1])}"


def _unit(shape: Shape) -> str:
    """The unit beside a column's name, where it says more than the name."""
    unit = notation(shape).unit
    return "" if unit in ("text", "id", "choice", "year") else unit


def cell_number(text: str, shape: Shape) -> float | None:
    """The number that a text is, if it is one and a workbook keeps every digit of it."""
    if not isinstance(shape, Scalar) or shape.is_words:
        return None
    try:
        exact = Decimal(text.removesuffix("%").replace("_", ""))
    except InvalidOperation:
        return None
    percentage = text.endswith("%")
    number = float(exact / 100 if percentage else exact)
    same = number_text(number, percentage)
    return number if Decimal(same.removesuffix("%")) == exact else None
