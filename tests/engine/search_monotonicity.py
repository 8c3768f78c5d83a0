"""Look for counterexamples to lines D1 to D8, rule by rule, and keep the smallest: `python -m tests.engine.search_monotonicity`.

Writes tests/data/counterexamples.json: for each rule and line how many cases were tried and in how many it failed, and
one fund, made as small as it can be, on which it fails. Takes some minutes.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import numpy as np

from tests.engine.monotonicity import LINES, RULES, File, on_one_path, outcome, smaller, toy

KEPT = Path(__file__).parents[1] / "data" / "counterexamples.json"
PATHS = 256


def search(rule: str, line: str, toys: int) -> File:
    """Try so many toys on 256 paths each."""
    _, change, must_not = LINES[line]
    tried = failed = 0
    smallest: tuple[File, File, str] | None = None
    for number in range(toys):
        before, after, whom = change(toy(number, rule), random.Random(number))
        fails = must_not(outcome(before, number, PATHS), outcome(after, number, PATHS), whom)
        tried += PATHS
        failed += int(fails.sum())
        if fails.any():
            path = int(np.argmax(fails))
            found = (on_one_path(before, number, path), on_one_path(after, number, path), whom)
            if smallest is None or size(found) < size(smallest):
                smallest = found
    result: File = {"rule": rule, "line": line, "tried": tried, "failed": failed}
    if smallest is not None:
        before, after, whom = shrunk(line, *smallest)
        result |= {"before": before, "after": after, "whom": whom}
    return result


def size(found: tuple[File, File, str]) -> int:
    return len(json.dumps(found[0])) + len(json.dumps(found[1]))


def shrunk(line: str, before: File, after: File, whom: str) -> tuple[File, File, str]:
    """Make both funds smaller in the same way, as long as the line still fails."""
    _, _, must_not = LINES[line]
    goes_on = True
    while goes_on:
        goes_on = False
        for less_before, less_after in zip(smaller(before), smaller_alike(before, after), strict=True):
            if less_after is None:
                continue
            try:
                fails = must_not(outcome(less_before, 0, 1), outcome(less_after, 0, 1), whom)[0]
            except (ValueError, IndexError):
                continue
            if fails:
                before, after, goes_on = less_before, less_after, True
                break
    return before, after, whom


def smaller_alike(before: File, after: File) -> list[File | None]:
    """What `smaller` does to the fund before, done to the one after: both differ in one place, which stays."""
    alike: list[File | None] = []
    for less in smaller(before):
        changed = {**after}
        for part in ("donors", "programmes"):
            gone = {one["id"] for one in before[part]} - {one["id"] for one in less[part]}
            kept = {one["id"]: one for one in less[part]}
            was = {one["id"]: one for one in before[part]}
            rows = []
            for one in after[part]:
                if one["id"] in gone:
                    continue
                same = kept.get(one["id"])
                unchanged = same is None or same == was[one["id"]]
                rows.append(one if unchanged else one | {"outlook": same["outlook"]})  # type: ignore[index]
            changed[part] = rows
        cash_before, cash_less = before["fund"]["opening"]["cash"], less["fund"]["opening"]["cash"]
        if cash_before != cash_less:
            row = next(n for n in range(len(cash_before)) if cash_before[:n] + cash_before[n + 1 :] == cash_less)
            cash = after["fund"]["opening"]["cash"]
            changed["fund"] = {**after["fund"], "opening": {"cash": cash[:row] + cash[row + 1 :]}}
        alike.append(changed)
    return alike


def main(toys: int = 80) -> None:
    results = []
    for rule in RULES:
        for line in LINES:
            results.append(search(rule, line, toys))
            print(rule, line, results[-1]["failed"], "of", results[-1]["tried"], flush=True)
            KEPT.write_text("".join(json.dumps(one) + "\n" for one in results), encoding="utf-8")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
