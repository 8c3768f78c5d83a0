"""Tables to rows of the scenario, whatever holds them: a CSV file or a sheet of a workbook.

Columns are named like the fields; a dot leads into a field of a field (`outlook.kind`, `running.approved`). An empty
cell is a field that is not given. Where a field holds a list or mapping, its cell does too: [KEN, UGA].
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mptf_sim.errors import nearest
from mptf_sim.scenario.files import Reading, Unreadable
from mptf_sim.scenario.shapes import Lookup, Scalar, Shape, columns
from mptf_sim.scenario.written import Entry, Mapping, Node, Text, shown
from mptf_sim.scenario.yaml_text import read_flow

Path = tuple[str | int, ...]


class Column(NamedTuple):
    """One column: its number from 1, the fields it leads through, what it leads to, and what may stand there."""

    number: int
    through: tuple[Text, ...]
    key: Text
    shape: Shape

    @property
    def steps(self) -> tuple[str, ...]:
        """The field, step by step."""
        return tuple(step.value or "" for step in (*self.through, self.key))


def columns_of(
    names: Sequence[Text], row: Shape, path: Path, reading: Reading, called: str = "column", unknown: bool = False
) -> list[Column]:
    """The columns by which rows are read; those that are none are reported and left out.

    Parameters
    ----------
    called : what messages call them
    unknown : whether to take unknown names as they are, for a reader who tells of them
    """
    known = columns(row)
    seen: dict[str, Text] = {}
    for number, at in enumerate(names, 1):
        name = at.value or ""
        outer = next((other for other in seen if name.startswith(f"{other}.") or other.startswith(f"{name}.")), None)
        if not name:
            reading.report(at.mark, path, f"{called} {number} has no name")
        elif name in seen:
            reading.report(at.mark, path, f"duplicate {called} '{shown(name)}'")
        elif outer is not None:
            reading.report(
                at.mark, path, f"{called} '{name}' says again what {called} '{outer}' says: keep one of them"
            )
        elif name not in known and not _in_lookup(name, known) and not unknown:
            near = nearest(name, tuple(known))
            hint = f"; did you mean '{near}'?" if near else f"; there are {', '.join(known)}"
            reading.report(at.mark, path, f"unknown {called} '{shown(name)}'{hint}")
        else:
            seen[name] = at
    return [_column(number, at, known) for number, at in enumerate(names, 1) if seen.get(at.value or "") is at]


def _in_lookup(name: str, known: dict[str, Shape]) -> bool:
    outer, dot, _ = name.rpartition(".")
    return bool(dot) and isinstance(known.get(outer), Lookup)


def _column(number: int, at: Text, known: dict[str, Shape]) -> Column:
    assert at.value is not None
    *through, last = (Text(part, at.origin, at.line, at.column) for part in at.value.split("."))
    shape = known.get(at.value)
    if shape is None:
        outer = known.get(at.value.rpartition(".")[0])
        shape = outer.value if isinstance(outer, Lookup) else Scalar()
    return Column(number, tuple(through), last, shape)


def fill(row: Mapping, cells: Iterable[tuple[Column, Text]], path: Path, reading: Reading) -> bool:
    """Put cells into the fields of a row; false if one of them cannot be read.

    Parameters
    ----------
    cells : those that are not empty, each with its column
    path : the row, such as ("donors", 2)
    """
    for column, cell in cells:
        node: Node = cell
        if not isinstance(column.shape, Scalar) and cell.value and cell.value[0] in "[{":
            try:
                node = read_flow(cell.value, cell, (*path, *column.steps), reading)
            except Unreadable as unreadable:
                reading.give_up_on(unreadable)
                return False
        _around(row, column, cell).entries[column.key.value or ""] = Entry(column.key, node)
    return True


def leave_out(row: Mapping, column: Column, cell: Node) -> None:
    """Note that a field is given, but cannot be read (the reason is told): it is not missing."""
    _around(row, column, cell).whole = False


def _around(row: Mapping, column: Column, cell: Node) -> Mapping:
    """The mapping of a row that holds the field of a column."""
    for step in column.through:
        row = _step(row, step, cell)
    return row


def _step(mapping: Mapping, key: Text, cell: Node) -> Mapping:
    """The mapping under a key, begun if there is none yet."""
    assert key.value is not None
    entry = mapping.entries.get(key.value)
    if entry is None:
        begun = Mapping(mapping.origin, cell.line, cell.column)
        entry = mapping.entries[key.value] = Entry(key, begun)
    assert isinstance(entry.value, Mapping)
    return entry.value
