"""Files of worked examples: published or derived cases of the formulas, checked one by one.

A file is a CSV table with the columns `case`, `inputs` (a JSON object: the `quantity` and its arguments), `expected`
(a number or a JSON list), `tolerance` (absolute) and `rel_tolerance` (relative; a value passes if either holds; with
neither it must be equal). Other columns are for the reader.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from mptf_sim.errors import UsageError, nearest
from mptf_sim.formulas.catalogue import answer

NEEDED = ("case", "inputs", "expected")
TOLERANCES = ("tolerance", "rel_tolerance")
MOST_CHARACTERS = 10**6
"""Of one cell."""

Answer = float | list[float]


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one case."""

    case: str
    line: int  # of the file, from 1
    quantity: str
    passed: bool
    expected: Answer | str  # as text if it could not be read
    computed: Answer | None  # none if the quantity could not be computed
    message: str  # what is wrong, empty if nothing is


def check_file(path: Path) -> list[Checked]:
    """Every case of a file in its order; `UsageError` if the file cannot be read as a table of worked examples."""
    checked = [check(row, line) for line, row in _rows(path)]
    if not checked:
        raise UsageError(f"{path} holds no case: there is nothing below its header")
    return checked


def check(row: dict[str, str], line: int) -> Checked:
    """One case: a mistake in it is its message, and never more than its own failure."""
    name = row["case"] or f"line {line}"
    quantity = ""
    expected: Answer | str = row["expected"]
    computed: Answer | None = None
    try:
        if "" in row:
            raise UsageError(f"the row has {row['']} cells, which is not what the header has")
        inputs = _inputs(row["inputs"])
        quantity = str(inputs.get("quantity", ""))
        wanted = _expected(row["expected"])
        expected = wanted
        within = [_tolerance(column, row.get(column, "")) for column in TOLERANCES]
        computed = answer(inputs.pop("quantity", None), inputs)
        message = _difference(wanted, computed, *within)
    except UsageError as problem:
        message = str(problem)
    except Exception as bug:  # a mistake of ours in one formula must not hide the other cases
        message = f"could not be computed, which is a bug in mptf-sim: {type(bug).__name__}: {bug}"
    return Checked(name, line, quantity, not message, expected, computed, message)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by column name, each with the line it ends on; a row of another width has its width under ''."""
    former = csv.field_size_limit(MOST_CHARACTERS)
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            table = csv.reader(text, strict=True)
            header = [cell.strip() for cell in next(table, [])]
            _check_header(path, header)
            for cells in table:
                if not any(cell.strip() for cell in cells):
                    continue
                row = dict.fromkeys(header, "") | dict(zip(header, (cell.strip() for cell in cells), strict=False))
                yield table.line_num, row if len(cells) == len(header) else row | {"": str(len(cells))}
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not text in UTF-8: save it as CSV UTF-8") from None
    except csv.Error as problem:
        raise UsageError(f"{path}:{table.line_num}  is not a CSV table: {problem}") from None
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}") from None
    finally:
        csv.field_size_limit(former)


def _check_header(path: Path, header: list[str]) -> None:
    missing = [name for name in NEEDED if name not in header]
    if not any(name in header for name in TOLERANCES):
        missing.append(" or ".join(TOLERANCES))
    problems = []
    if missing:
        problems.append(f"lacks the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}")
        near = [f"{name!r} for {found!r}" for name in missing if (found := nearest(name, tuple(header)))]
        if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
            problems.append("its columns are to be separated by commas")
        elif near:
            problems.append(f"did you mean {', '.join(near)}?")
    problems += [f"has the column {name!r} twice" for name in sorted(set(header)) if name and header.count(name) > 1]
    if problems:
        raise UsageError(f"{path} is no table of worked examples: {'; '.join(problems)}")


def _inputs(text: str) -> dict[str, Any]:
    read = _json("inputs", text)
    if not isinstance(read, dict):
        raise UsageError("inputs: expected a JSON object with the quantity and its arguments")
    if "quantity" not in read:
        near = nearest("quantity", tuple(read))
        raise UsageError("inputs: 'quantity' is missing" + (f"; did you mean it by {near!r}?" if near else ""))
    return read


def _expected(text: str) -> Answer:
    if not text.startswith("["):
        return _number("expected", text)
    read = _json("expected", text)
    for item in read:
        if isinstance(item, bool) or not isinstance(item, (int, float)):
            raise UsageError("expected: a list may hold numbers only")
    return [_number("expected", str(item)) for item in read]


def _tolerance(column: str, text: str) -> float | None:
    if not text:
        return None
    value = _number(column, text)
    if not value >= 0.0:
        raise UsageError(f"{column}: expected a number of at least 0, found {text[:40]}")
    return value


def _number(column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        found = repr(text[:40]) if text else "nothing"
        raise UsageError(f"{column}: expected a number{' or a JSON list' * (column == 'expected')}, found {found}")
    return value


def _json(column: str, text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)
    except UsageError as problem:
        raise UsageError(f"{column}: {problem}") from None
    except (ValueError, RecursionError) as problem:
        why = problem.msg if isinstance(problem, json.JSONDecodeError) else "too long or too deep"
        raise UsageError(f"{column}: not JSON: {why}, found {text[:40]!r}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in pairs:
        if name in read:
            raise UsageError(f"{name[:40]!r} is given twice")
        read[name] = value
    return read


def _no_number(text: str) -> Any:
    raise UsageError(f"{text} is no number")


def _difference(expected: Answer, computed: Answer, tolerance: float | None, relative: float | None) -> str:
    """What differs by more than both tolerances, in words; empty if nothing does."""
    listed = [answer if isinstance(answer, list) else [answer] for answer in (expected, computed)]
    if isinstance(expected, list) != isinstance(computed, list) or len(listed[0]) != len(listed[1]):
        return f"expected {_kind(expected)}, computed {_kind(computed)}"
    pairs = zip(*listed, strict=True)
    off = []
    for index, (wanted, found) in enumerate(pairs):
        allowed = max(tolerance or 0.0, (relative or 0.0) * abs(wanted))
        if not abs(found - wanted) <= allowed:
            item = f"item {index + 1}: " if isinstance(expected, list) else ""
            off.append(f"{item}off by {found - wanted:.4g}, allowed {allowed:.4g}")
    return "; ".join(off[:3]) + (f"; and {len(off) - 3} more" if len(off) > 3 else "")


def _kind(value: Answer) -> str:
    if not isinstance(value, list):
        return "one number"
    return f"a list of {len(value)}"
