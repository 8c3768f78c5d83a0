"""mptf-sim query: ask run folders in SQL."""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mptf_sim.runs.query import Answer

SHAPE = 1
"""Version of what --json prints; a change of meaning or of a name is another version."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Amounts are in currency units. See docs/queries.md."
    parser.add_argument("sql", nargs="?", help="one query, such as \"select * from kpis where metric = 'cash'\"")
    parser.add_argument("runs", nargs="*", help="run folders, such as runs/baseline runs/oda_cut")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--csv", action="store_true", help="print comma-separated values, exact")
    how.add_argument("--json", action="store_true", help="print for a program; exact amounts are texts")
    how.add_argument("--views", action="store_true", help="list the views and their columns instead")


def main(chosen: argparse.Namespace) -> int:
    """One SELECT over the views of some runs; nothing else is within its reach."""
    from mptf_sim.cli import FINE
    from mptf_sim.errors import UsageError

    if chosen.views:
        if chosen.sql is not None:
            raise UsageError("--views lists the views of every run: it takes no query and no folder")
        print("\n".join(listing()))
        return FINE
    if chosen.sql is None:
        raise UsageError('a query is missing, such as: mptf-sim query "select * from runs" runs/baseline')
    from mptf_sim.runs.query import ask

    answer = ask(chosen.sql, [Path(run) for run in chosen.runs])
    if chosen.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows([_exact(value) for value in row] for row in answer.rows)
    elif chosen.json:
        columns = [{"name": name, "type": type} for name, type in zip(answer.columns, answer.types, strict=True)]
        rows = [[_for_json(value) for value in row] for row in answer.rows]
        print(json.dumps({"shape": SHAPE, "columns": columns, "rows": rows}, indent=2, ensure_ascii=False))
    else:
        print("\n".join(table(answer)))
    return FINE


def listing() -> list[str]:
    """The views, what a row of each is, and their columns with type and meaning."""
    import duckdb

    from mptf_sim.runs.views import views

    with duckdb.connect() as database:
        reserved = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
        kept = {str(row[0]) for row in database.execute(reserved).fetchall()}
    lines = []
    for view in views():
        lines += ["", f"{view.name}: {view.meaning}"]
        for column in view.columns:
            name = f'"{column.name}"' if column.name in kept else column.name
            lines.append(f"    {name:<34} {column.type:<14} {column.meaning}".rstrip())
    return lines[1:]


def table(answer: Answer) -> list[str]:
    """The answer in columns: numbers to the right, and how many rows there are."""
    shown = [[_readable(value) for value in row] for row in answer.rows]
    columns = [_printable(name) for name in answer.columns]
    widths = [max(map(len, cells)) for cells in zip(columns, *shown, strict=True)]
    right = [all(_is_number(row[place]) for row in answer.rows) for place in range(len(columns))]
    lines = ["  ".join("-" * width for width in widths)]
    for cells in shown:
        lines.append(_line(cells, widths, right))
    count = len(answer.rows)
    return [_line(columns, widths, right), *lines, f"({count:,} row{'s' if count != 1 else ''})"]


def _line(cells: list[str], widths: list[int], right: list[bool]) -> str:
    parts = (cell.rjust(n) if aside else cell.ljust(n) for cell, n, aside in zip(cells, widths, right, strict=True))
    return "  ".join(parts).rstrip()


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float, Decimal)) and not isinstance(value, bool))


def _exact(value: Any) -> str:
    """A value as text that loses nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _readable(value: Any) -> str:
    """A value as a person reads it: large ones to the cent, fractions to six digits."""
    if isinstance(value, float):
        return f"{value:.2f}" if abs(value) >= 100 else f"{value:.6g}"
    return _printable(_exact(value))


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def _for_json(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, (bool, int, str)) else _exact(value)
