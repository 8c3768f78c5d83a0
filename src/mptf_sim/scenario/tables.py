"""CSV tables: a list of the scenario as a file, one row per item, the columns named like the fields (`rows`).

Lines that start with # above the column names are comments.
"""

from __future__ import annotations

import csv
import io

from mptf_sim.scenario.files import Reading, Unreadable
from mptf_sim.scenario.rows import Column, Path, columns_of, fill
from mptf_sim.scenario.shapes import Rows, Shape, Terms
from mptf_sim.scenario.written import Listing, Mapping, Mark, Text, in_pieces

MOST_LINES = 200_000
"""Lines of one table: 50,000 rows, and room for comments and cells of several lines."""


class Table:
    """A CSV file. Its nodes hold the line in which their row starts and the number of their cell, 0 for the row."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = list(io.StringIO(text, newline=""))

    def mark(self, line: int, column: int) -> Mark:
        """Where the text of a cell starts."""
        return Mark(self.file, *self._place(line, column))

    def _place(self, line: int, column: int) -> tuple[int, int]:
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
        named = [Text(name, table, line, number) for number, name in enumerate(names, 1)]
        known = columns_of(named, rows.row, path, reading)
        all_columns = len(known) == len(names) and _lacks_none(known, table, line, rows.row, path, reading)
        listing.whole = all_columns
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


def _lacks_none(columns: list[Column], table: Table, line: int, row: Shape, path: Path, reading: Reading) -> bool:
    """Whether every required field has a column."""
    given = {column.steps[0] for column in columns}
    missing = [name for name in row.required if name not in given] if isinstance(row, Terms) else []
    for name in missing:
        reading.report(Mark(table.file, line, 1), path, f"required column '{name}' is missing")
    return not missing


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


def _add_row(listing: Listing, cells: list[str], known: list[Column], line: int, path: Path, reading: Reading) -> None:
    """One more item; without it if a cell cannot be read."""
    row = Mapping(listing.origin, line, 0)
    written = (
        (column, Text(text, listing.origin, line, column.number))
        for column in known
        if (text := cells[column.number - 1].strip())
    )
    if fill(row, written, (*path, len(listing.items)), reading):
        listing.items.append(row)
    else:
        listing.whole = False


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
