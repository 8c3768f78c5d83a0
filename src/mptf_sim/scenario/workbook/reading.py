"""A workbook as a scenario, or a sheet of it as a table: the same columns, rows and problems as everywhere.

Lists are sheets (`layout`); the sheet `scenario` holds all other fields, one a row: its name and its value. Dates, and
formulas that gave an error, are refused; of other formulas the calculated value is read. Numbers are read with the 15
digits that spreadsheet programs keep; a number is a share only if the cell shows it as a percentage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from mptf_sim.errors import column_letters, nearest
from mptf_sim.quantities import Quarter, Year
from mptf_sim.scenario.files import Reading, Unreadable
from mptf_sim.scenario.rows import Column, columns_of, fill, leave_out
from mptf_sim.scenario.shapes import Rows, Scalar, Shape, Terms
from mptf_sim.scenario.workbook.layout import (
    MOST_DIGITS,
    NOTE,
    SINGLE,
    Path,
    Table,
    digits,
    is_money,
    notation,
    number_text,
    tables,
)
from mptf_sim.scenario.workbook.xlsx import BadWorkbook, Sheet, Value, Workbook
from mptf_sim.scenario.written import Entry, Listing, Mapping, Mark, Text, in_pieces, shown


@dataclass(slots=True)
class SheetFile:
    """A sheet that is being read: where its nodes stand, and its cells."""

    file: str
    name: str
    sheet: Sheet

    def mark(self, line: int, column: int) -> Mark:
        """A cell; the first of its row for the row as a whole."""
        return Mark(self.file, line, max(column, 1), self.name)

    def at(self, line: int, column: int) -> Value:
        """The value of a cell."""
        row = self.sheet.rows[line - 1] if line <= len(self.sheet.rows) else []
        return row[column - 1] if column <= len(row) else ""

    def is_empty(self, line: int, column: int) -> bool:
        """Whether nothing stands in a cell."""
        value = self.at(line, column)
        return isinstance(value, str) and not value.strip() and (line, column) not in self.sheet.broken

    def width(self, line: int) -> int:
        """The last column of a row that holds something; 0 for none."""
        row = self.sheet.rows[line - 1]
        broken = [column for row, column in self.sheet.broken if row == line] if self.sheet.broken else []
        return max([number for number, value in enumerate(row, 1) if not _is_blank(value)] + broken, default=0)


def _is_blank(value: Value) -> bool:
    return isinstance(value, str) and not value.strip()


class Unmeant(Exception):
    """A value that cannot be what its field asks for, and what to write instead."""


def open_workbook(data: bytes, file: str, path: Path = ()) -> Workbook:
    """The sheets of a workbook file.

    Raises
    ------
    Unreadable : if it is none, or too large
    """
    try:
        return Workbook(data)
    except BadWorkbook as bad:
        raise Unreadable(Mark(file, 0, 0), bad.message, path) from None


def read_workbook(book: Workbook, file: str, whole: Terms, reading: Reading) -> Mapping:
    """A workbook as the scenario it describes."""
    lists = tables(whole)
    for name in book.names:
        if name != SINGLE and name not in lists and not name.startswith(NOTE):
            near = nearest(name, (SINGLE, *lists))
            advice = f"did you mean '{near}'?" if near else f"a sheet of your own has a name that begins with {NOTE}"
            reading.report(Mark(file, 1, 1, name), (), f"unknown sheet '{shown(name)}'; {advice}")
    if SINGLE not in book.names:
        what = f"the sheet '{SINGLE}' is missing: it holds the fields that stand alone, such as name and calendar.start"
        raise Unreadable(Mark(file, 0, 0), what)
    tree = _single(_opened(book, SINGLE, file, ()), whole, reading)
    for name, table in lists.items():
        if name in book.names:
            try:
                listing = _listing(_opened(book, name, file, table.path), table.rows, table.path, reading)
            except Unreadable as unreadable:
                reading.give_up_on(unreadable)
                listing = Listing(tree.origin, tree.line, 0).like([], whole=False)
            if listing.items or not listing.whole or (name in whole.required and "extends" not in tree.entries):
                _put(tree, name, table, listing, reading)
    return tree


def read_sheet(book: Workbook, name: str, file: str, rows: Rows, path: Path, reading: Reading) -> Listing:
    """One sheet as the table that a scenario file names."""
    listing = _listing(_opened(book, name, file, path), rows, path, reading)
    if not listing.items and listing.whole:
        raise Unreadable(listing.mark, "the table has no rows: expected at least one below the column names", path)
    return listing


def _opened(book: Workbook, name: str, file: str, path: Path) -> SheetFile:
    try:
        return SheetFile(file, name, book.sheet(name))
    except BadWorkbook as bad:
        raise Unreadable(Mark(file, bad.row, bad.column, name), bad.message, path) from None


def _put(tree: Mapping, name: str, table: Table, listing: Listing, reading: Reading) -> None:
    """A list where it belongs among the fields."""
    *through, last = table.path
    inner = tree
    for step in through:
        begun = Mapping(listing.origin, listing.line, 0)
        key = Text(step, listing.origin, listing.line, 1)
        around = inner.entries.setdefault(step, Entry(key, begun)).value
        if not isinstance(around, Mapping):
            return  # refused where it stands
        inner = around
    if last in inner.entries:
        mark = inner.entries[last].key.mark
        reading.report(mark, table.path, f"field '{name}' says again what sheet '{name}' says: keep one of them")
        return
    inner.entries[last] = Entry(Text(last, listing.origin, listing.line, 1), listing)


# ------------------------------------------------------------------------------------------------------------- tables


def _listing(file: SheetFile, rows: Rows, path: Path, reading: Reading) -> Listing:
    """The rows below the column names; none if the sheet is empty."""
    line = _line_of_names(file)
    listing = Listing(file, line, 0)
    if line > len(file.sheet.rows):
        return listing
    names = [_name_of(file, line, number) for number in range(1, file.width(line) + 1)]
    known = columns_of([name for name, _ in names], rows.row, path, reading)
    units_fit = [_unit_fits(*names[column.number - 1], column, path, reading) for column in known]
    complete = len(known) == len(names) and all(units_fit)
    for below in range(line + 1, len(file.sheet.rows) + 1):
        width = file.width(below)
        if not width:
            continue
        if len(listing.items) == rows.most:
            message = f"expected at most {rows.most} rows, found more (a limit on size)"
            raise Unreadable(file.mark(below, 1), message, path)
        if width > len(names):
            message = f"expected nothing beyond the {len(names)} columns that have a name, found a value"
            reading.report(file.mark(below, width), (*path, len(listing.items)), message)
        _add_row(listing, file, below, known, path, reading)
    if not complete or _reports_merged(file, line, file.width(line), path, reading):
        in_pieces(listing)
    return listing


def _line_of_names(file: SheetFile) -> int:
    """The first row that is neither empty nor a comment."""
    for line in range(1, len(file.sheet.rows) + 1):
        if file.width(line) and not str(file.at(line, 1)).startswith(NOTE):
            return line
    return len(file.sheet.rows) + 1


def _name_of(file: SheetFile, line: int, number: int) -> tuple[Text, str]:
    """The name of a column, which is its first word, and the unit, which is the rest."""
    value = file.at(line, number)
    text = value if isinstance(value, str) else number_text(value) if isinstance(value, float) else str(value)
    name, *rest = text.split(maxsplit=1) or [""]
    return Text(name, file, line, number), " ".join(rest).strip("()[] ")


def _unit_fits(name: Text, unit: str, column: Column, path: Path, reading: Reading) -> bool:
    """Whether the unit beside the name of a column, if there is one, is the field's own."""
    expected = notation(column.shape)
    if unit and unit.casefold() != expected.unit.casefold():
        wanted = f"expected the unit '{expected.unit}' or none beside '{name.value}', found '{shown(unit)}'"
        message = f"{wanted}: each cell holds {expected.words}"
        reading.report(name.mark, (*path, *column.steps), message)
        return False
    return True


def _add_row(listing: Listing, file: SheetFile, line: int, known: list[Column], path: Path, reading: Reading) -> None:
    """One more item, without the cells that cannot be read."""
    row = Mapping(file, line, 0)
    at = (*path, len(listing.items))
    written = []
    for column in known:
        cell = Text(None, file, line, column.number)
        if file.is_empty(line, column.number) and not (
            _is_free_text(column.shape) and _has_blanks(file.at(line, column.number))
        ):
            continue
        try:
            cell.value = _text(file, line, column.number, column.shape)
            written.append((column, cell))
        except Unmeant as unmeant:
            reading.report(cell.mark, (*at, *column.steps), str(unmeant))
            leave_out(row, column, cell)
            listing.whole = False
    if not fill(row, written, at, reading):
        row.whole = listing.whole = False
    listing.items.append(row)


def _reports_merged(file: SheetFile, line: int, width: int, path: Path, reading: Reading) -> bool:
    """Whether cells are merged among those that are read: each of those is reported."""
    areas = [(first, last) for first, last in file.sheet.merged if last[0] >= line and first[1] <= width]
    for first, last in areas:
        named = ":".join(f"{column_letters(column)}{row}" for row, column in (first, last))
        message = f"expected every value in a cell of its own, found {named} merged: unmerge them"
        reading.report(file.mark(*first), path, message)
    return bool(areas)


# -------------------------------------------------------------------------------------------- fields that stand alone


def _single(file: SheetFile, whole: Terms, reading: Reading) -> Mapping:
    """The fields of the sheet `scenario`: names in its first column, values in its second."""
    line = _line_of_names(file)
    tree = Mapping(file, min(line, max(len(file.sheet.rows), 1)), 0)
    if [str(file.at(line, number)).strip() for number in (1, 2)] != ["field", "value"]:
        message = "expected the columns 'field' and 'value', with a field such as calendar.start in each row"
        raise Unreadable(file.mark(min(line, max(len(file.sheet.rows), 1)), 1), message)
    names = []
    for below in range(line + 1, len(file.sheet.rows) + 1):
        name = Text(str(file.at(below, 1)).strip(), file, below, 1)
        if (name.value or "").startswith(NOTE) or (file.is_empty(below, 2) and not _has_blanks(file.at(below, 2))):
            continue
        if not name.value:
            reading.report(file.mark(below, 2), (), "expected the name of a field before it, found a value alone")
        elif name.value == "extends":
            tree.entries["extends"] = Entry(name, Text(str(file.at(below, 2)).strip(), file, below, 2))
        else:
            names.append(name)
    for column in columns_of(names, whole, (), reading, called="field", unknown=True):
        cell = Text(None, file, names[column.number - 1].line, 2)
        if file.is_empty(cell.line, 2) and not _is_free_text(column.shape):
            continue
        try:
            cell.value = _text(file, cell.line, 2, column.shape)
        except Unmeant as unmeant:
            reading.report(cell.mark, column.steps, str(unmeant))
            leave_out(tree, column, cell)
            continue
        if not fill(tree, [(column, cell)], (), reading):
            leave_out(tree, column, cell)
    if _reports_merged(file, line, 2, (), reading):
        in_pieces(tree)
    return tree


# ------------------------------------------------------------------------------------------------------------- values


def _is_free_text(shape: Shape) -> bool:
    """Whether a field keeps every letter, blanks too."""
    return isinstance(shape, Scalar) and shape.quantities == (str,)


def _has_blanks(value: Value) -> bool:
    """Whether a cell that looks empty holds blanks."""
    return value != ""


def _text(file: SheetFile, line: int, column: int, shape: Shape) -> str:
    """What stands in a cell, as a scenario file would say it.

    Raises
    ------
    Unmeant : if it is a date, an error, or a number of more digits than a workbook keeps
    """
    value: Any = file.at(line, column)
    if (line, column) in file.sheet.broken:
        raise Unmeant(f"{_expected(shape)}, {file.sheet.broken[line, column]}")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        percentage = (line, column) in file.sheet.percentages
        if is_money(shape) and not percentage and digits(value) > MOST_DIGITS:
            advice = "round it, in a formula with ROUND(..., 2)"
            raise Unmeant(f"{_expected(shape)} with at most {MOST_DIGITS} digits, found {value!r}: {advice}")
        return number_text(value, percentage)
    if not isinstance(value, str):
        raise Unmeant(f"{_expected(shape)}, found the {_dated(value, shape)}")
    return value if _is_free_text(shape) else value.strip()


def _expected(shape: Shape) -> str:
    return f"expected {notation(shape).words.partition(':')[0]}"


def _dated(value: Any, shape: Shape) -> str:
    """A date or time that a spreadsheet program made of what was typed, and what to type."""
    if not isinstance(value, date):
        return f"time {value}: format the cell as text, and write it anew"
    day = f"{value:%Y-%m-%d}"
    quantities = shape.quantities if isinstance(shape, Scalar) else ()
    if Quarter in quantities:
        return f"date {day}: write {Quarter(value.year, (value.month + 2) // 3)}"
    if Year in quantities:
        return f"date {day}: write {value.year}, and format the cell as a number"
    return f"date {day}: format the cell as text or as a number, and write it anew"
