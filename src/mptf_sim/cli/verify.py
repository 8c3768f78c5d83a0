"""mptf-sim verify: check a file of worked examples against the formulas."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mptf_sim.cli import FINE, NOT_AS_EXPECTED
from mptf_sim.errors import UsageError

if TYPE_CHECKING:
    from mptf_sim.formulas.worked_examples import Answer, Checked

_WIDEST = 40
"""Characters of a column of the table."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cases", help="CSV file of worked examples; docs/formulas.md says what it holds")
    parser.add_argument("--json", action="store_true", help="print every case as JSON")


def main(chosen: argparse.Namespace) -> int:
    """4 if a case fails; every one is listed."""
    from mptf_sim.formulas.worked_examples import check_file

    path = Path(chosen.cases)
    if path.is_dir():
        raise UsageError(f"{path}: expected a CSV file of worked examples, found a folder")
    checked = check_file(path)
    failed = sum(not one.passed for one in checked)
    if chosen.json:
        cases = [asdict(one) for one in checked]
        report = {"passed": len(checked) - failed, "failed": failed, "cases": cases}
        print(json.dumps(report, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        _print_table(checked)
        print(f"\n{len(checked) - failed} passed, {failed} failed")
    return NOT_AS_EXPECTED if failed else FINE


def _print_table(checked: list[Checked]) -> None:
    """A row for each case, and beneath a failed one what is wrong with it."""
    rows = [("", "case", "quantity", "expected", "computed")]
    rows += [
        ("pass" if one.passed else "FAIL", one.case, one.quantity, _value(one.expected), _value(one.computed))
        for one in checked
    ]
    cells = [[_shortened(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    for row, about in zip(cells, [None, *checked], strict=True):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if about is not None and about.message:
            print(f"      line {about.line}: {_printable(about.message)}")


def _value(value: Answer | str | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "[" + ", ".join(f"{item:.7g}" for item in value) + "]"
    return f"{value:.10g}"


def _shortened(text: str) -> str:
    printable = _printable(text)
    return printable if len(printable) <= _WIDEST else printable[: _WIDEST - 3] + "..."


def _printable(text: str) -> str:
    """One line, whatever a cell of the file held."""
    return "".join(character if character.isprintable() else "?" for character in text)
