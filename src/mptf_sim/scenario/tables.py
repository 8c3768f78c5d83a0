"""CSV tables: a list of the scenario as a file, one row per item, the columns named like the fields.

A dot leads into a field of a field (`outlook.kind`, `running.approved`). An empty cell is a field that is not
given. Where a field holds a list or mapping, its cell does too: [KEN, UGA]. Lines that start with # above the
column names are comments.
"""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

from mptf_sim.errors import nearest
from mptf_sim.scenario.files import Reading, Unreadable
from mptf_sim.scenario.shapes import Lookup, Rows, Scalar, Shape, Terms, columns
from mptf_sim.scenario.written import Entry, Listing, Mapping, Mark, Node, Text, in_pieces, shown
from mptf_sim.scenario.yaml_text import read_flow

Path = tuple[str | int, ...]


MOST_LINES = 200_000
"""Lines of one table: 50,000 rows, and room for comments and cells of several lines."""


class Table:
    """A CSV file. Its nodes hold the line in which their row starts and the number of their cell, 0 for the row."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = list(io.StringIO(text, newline=""))

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Line and column at which the text of a cell starts."""
        cell, quoted = 1, False
        if column <= 1:
            return line, 1
        for number in range(line, len(self.lines) + 1):
            text = self.lines[number - 1]
            for position, sign in enumerate(text):
                if sign == '"':
                    quoted = not quoted
                elif sign == "," and not quoted:
                    cell += 1
                    if cell == column:
                        rest = text[position + 1 :]
                        return number, position + 2 + len(rest) - len(rest.lstrip(" "))
            if not quoted:
                break
        return line, 1


class _Column(NamedTuple):
    """One column: its number from 1, the fields it leads through, and what it leads to."""

    number: int
    through: tuple[Text, ...]
    key: Text
    holds_flow: bool


def read_table(text: str, file: str, rows: Rows, path: Path, reading: Reading) -> Listing:
    """The rows of a table, as if they had been written out in YAML.

    Parameters
    ----------
    rows : what the list may hold; it says which columns there are
    path : the list, such as ("donors",)
    """
    if text.count("\n") > MOST_LINES or text.count("\r") > MOST_LINES:
        raise Unreadable(Mark(file, MOST_LINES, 1), f"expected at most {MOST_LINES} lines (a limit on size)", path)
    table = Table(file, text)
    line = _line_of_names(table, path)
    listing = Listing(table, line, 0)
    reader = csv.reader(table.lines[line - 1 :], strict=True)
    begins = line
    try:
        header = next(reader)
        names = _names(header, table, line, path)
        known, listing.whole = _columns(names, table, line, rows.row, path, reading)
        all_columns = listing.whole
        begins = line + reader.line_num
        for cells in reader:
            if any(cell and not cell.isspace() for cell in cells):
                if len(listing.items) == rows.most:
                    message = f"expected at most {rows.most} rows, found more (a limit on size)"
                    raise Unreadable(Mark(file, begins, 1), message, path)
                misfit = _misfit(cells, len(header), len(names))
                if misfit:
                    reading.report(Mark(file, begins, 1), path, misfit)
                    listing.whole = False
                else:
                    _add_row(listing, cells, known, begins, path, reading)
            begins = line + reader.line_num
    except csv.Error as error:
        raise Unreadable(Mark(file, begins, 1), _in_our_words(error), path) from None
    if not all_columns:  # what rows lack may stand under a column that could not be read
        in_pieces(listing)
    if not listing.items and listing.whole:
        raise Unreadable(
            Mark(file, line, 1), "the table has no rows: expected at least one below the column names", path
        )
    return listing


def _line_of_names(table: Table, path: Path) -> int:
    for number, line in enumerate(table.lines, 1):
        if line.strip(", \r\n") and not line.startswith(("#", '"#')):
            return number
    raise Unreadable(Mark(table.file, 1, 1), "the table is empty: expected a line of column names", path)


def _names(cells: list[str], table: Table, line: int, path: Path) -> list[str]:
    """The column names, without empty ones at the end, as spreadsheets leave them."""
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) == 1:
        for sign, called in ((";", "semicolons"), ("\t", "tabs")):
            if sign in names[0]:
                raise Unreadable(Mark(table.file, line, 1), f"expected commas between columns, found {called}", path)
    return names


def _columns(
    names: list[str], table: Table, line: int, row: Shape, path: Path, reading: Reading
) -> tuple[list[_Column], bool]:
    """The columns by which rows are read, and whether that is all of them; if not, the reasons are reported."""
    known = columns(row)
    seen: dict[str, Text] = {}
    for number, name in enumerate(names, 1):
        at = Text(name, table, line, number)
        outer = next((other for other in seen if name.startswith(f"{other}.") or other.startswith(f"{name}.")), None)
        if not name:
            reading.report(at.mark, path, f"column {number} has no name")
        elif name in seen:
            reading.report(at.mark, path, f"duplicate column '{shown(name)}'")
        elif name not in known and not _in_lookup(name, known):
            near = nearest(name, tuple(known))
            hint = f"; did you mean '{near}'?" if near else f"; there are {', '.join(known)}"
            reading.report(at.mark, path, f"unknown column '{shown(name)}'{hint}")
        elif outer is not None:
            reading.report(at.mark, path, f"column '{name}' says again what column '{outer}' says: keep one of them")
        else:
            seen[name] = at
    given = {name.partition(".")[0] for name in seen}
    right = len(seen) == len(names)
    for name in row.required if right and isinstance(row, Terms) else ():
        if name not in given:
            reading.report(Mark(table.file, line, 1), path, f"required column '{name}' is missing")
            right = False
    return [_column(at, known) for at in seen.values()], right


def _in_lookup(name: str, known: dict[str, Shape]) -> bool:
    outer, dot, _ = name.rpartition(".")
    return bool(dot) and isinstance(known.get(outer), Lookup)


def _column(at: Text, known: dict[str, Shape]) -> _Column:
    assert at.value is not None
    *through, last = (Text(part, at.origin, at.line, at.column) for part in at.value.split("."))
    holds_flow = not isinstance(known.get(at.value, Scalar()), Scalar)
    return _Column(at.column, tuple(through), last, holds_flow)


def _misfit(cells: list[str], width: int, named: int) -> str | None:
    """Why the cells of a row do not fit the columns, if they do not."""
    if len(cells) != width:
        advice = "leave a cell empty, but keep its comma"
        if len(cells) > width:
            advice = "put text that holds a comma in quotes"
        return f"expected {width} cells, as there are columns, found {len(cells)}: {advice}"
    if any(cell.strip() for cell in cells[named:]):
        return f"expected nothing beyond the {named} columns that have a name, found a value"
    return None


def _add_row(listing: Listing, cells: list[str], known: list[_Column], line: int, path: Path, reading: Reading) -> None:
    """One more item; without it if a cell cannot be read."""
    row = Mapping(listing.origin, line, 0)
    for number, through, key, holds_flow in known:
        written = cells[number - 1].strip()
        if not written:
            continue
        node: Node
        node = cell = Text(written, listing.origin, line, number)
        if holds_flow and written[0] in "[{":
            names = [step.value or "" for step in (*through, key)]
            try:
                node = read_flow(written, cell, (*path, len(listing.items), *names), reading)
            except Unreadable as unreadable:
                reading.give_up_on(unreadable)
                listing.whole = False
                return
        inner = row
        for step in through:
            inner = _step(inner, step, line, number)
        inner.entries[key.value or ""] = Entry(key, node)
    listing.items.append(row)


def _step(mapping: Mapping, key: Text, line: int, number: int) -> Mapping:
    """The mapping under a key, begun if there is none yet."""
    assert key.value is not None
    entry = mapping.entries.get(key.value)
    if entry is None:
        begun = Mapping(mapping.origin, line, number)
        entry = mapping.entries[key.value] = Entry(key, begun)
    assert isinstance(entry.value, Mapping)
    return entry.value


def _in_our_words(error: csv.Error) -> str:
    if "unexpected end of data" in str(error):
        return "a quote in this row is never closed"
    if "expected after" in str(error):
        return "text after a closing quote: a quote before it is not closed, or one inside is not written twice"
    return (
        f"this row cannot be read: {error} (a limit on size)"
        if "limit" in str(error)
        else f"this row cannot be read: {error}"
    )
