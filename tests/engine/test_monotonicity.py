"""Lines D1 to D8: false in general, each with the smallest fund found on which it fails; docs/monotonicity.md has the table.

If the model changes on purpose and a fund no longer shows it, `python -m tests.engine.search_monotonicity` looks for others.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.engine.monotonicity import LINES, RULES, File, outcome, toy

DATA = Path(__file__).parents[1] / "data" / "counterexamples.json"
FOUND: list[File] = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
BY_NAME = {f"{one['rule']} {one['line']}": one for one in FOUND}
TABLE = Path(__file__).parents[2] / "docs" / "monotonicity.md"


@pytest.mark.parametrize("name", [name for name, one in BY_NAME.items() if one["failed"]])
def test_the_line_fails_on_the_fund_that_is_kept(name: str) -> None:
    kept = BY_NAME[name]
    _, _, must_not = LINES[kept["line"]]

    before, after = (outcome(kept[which], seed=0, paths=1) for which in ("before", "after"))

    assert must_not(before, after, kept["whom"])[0]


@pytest.mark.parametrize("name", [name for name, one in BY_NAME.items() if not one["failed"]])
def test_no_fund_is_found_on_which_a_line_fails_that_is_said_to_hold(name: str) -> None:
    kept = BY_NAME[name]
    _, change, must_not = LINES[kept["line"]]
    for number in range(1000, 1003):
        before, after, whom = change(toy(number, kept["rule"]), random.Random(number))
        assert not must_not(outcome(before, number, 64), outcome(after, number, 64), whom).any(), number


def test_the_table_says_what_was_found() -> None:
    text = TABLE.read_text(encoding="utf-8")
    for rule in RULES:
        cells = [share(BY_NAME[f"{rule} {line}"]) for line in LINES]
        assert f"| {rule} | " + " | ".join(cells) + " |" in text, rule


def share(found: File) -> str:
    """How often a line failed, as the table says it."""
    return f"{found['failed'] / found['tried']:.2%}" if found["failed"] else "none found"
