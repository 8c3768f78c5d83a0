"""How much each change between two scenarios moves the figures: taken over one after another, in a stated order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import NamedTuple

import pandas as pd
from pydantic import ValidationError

from mptf_sim.analysis.comparison.changes import File, changes
from mptf_sim.analysis.comparison.differences import difference, measured
from mptf_sim.analysis.comparison.subjects import Subject, of_run
from mptf_sim.engine.run import simulate
from mptf_sim.measures.metrics import Metric
from mptf_sim.scenario.scenario import Scenario

COLUMNS = (
    "run", "against", "step", "change", "metric", "unit", "before", "after", "difference", "se", "low", "high", "verdict",
    "difference_over_paths",
)  # fmt: skip


class Step(NamedTuple):
    """The world after one more change, or after several that make sense only together."""

    words: str
    scenario: Scenario


def attribution(
    base: Subject, other: Subject, workers: int = 1, progress: Callable[[int], None] | None = None
) -> pd.DataFrame:
    """Each change from one scenario to another, and what it moves of the fund's figures once those before it are made.

    The order is that of the file's parts, within a part that of ids: another order may give changes other parts of the
    total, since changes act on one another. The steps of a metric add up to its whole difference.

    Returns
    -------
    DataFrame with COLUMNS, a row per step and metric of the fund; difference_over_paths is the whole number that steps of
    an amount add up with, exactly: cents (or counts) summed over all paths; not a number for shares and chances.
    """
    rows = []
    before = _of_fund(base)
    steps = list(steps_between(base.scenario, other.scenario))
    for number, step in enumerate(steps, start=1):
        if number == len(steps):
            reached = other  # all changes are made: the second run itself
        else:
            run = simulate(step.scenario, base.paths, base.seed, workers, progress=progress)
            reached = of_run(step.words, run)
        after = _of_fund(reached)
        for key in [key for key in before if key in after]:
            was, now = before[key], after[key]
            mean, mean_after, apart, error, low, high, _, _, _, verdict = difference(was, now)
            whole = int((now.above - was.above).sum()) if was.below is None else None
            rows.append(
                (
                    other.name, base.name, number, step.words, was.name, was.unit, mean, mean_after, apart, error, low, high,
                    verdict, whole,
                )
            )  # fmt: skip
        before = after
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"difference_over_paths": "Int64"})


def _of_fund(subject: Subject) -> dict[tuple[str, str], Metric]:
    return {(one.name, one.unit): one for one in measured(subject) if one.scope_kind == "fund"}


def steps_between(before: Scenario, after: Scenario) -> Iterator[Step]:
    """Worlds on the way from one scenario to another; changes that leave no whole world are made with the next ones."""
    file = _without_expectations(before.dump())
    file["sources"] = _joined(file.get("sources", []), after.dump().get("sources", []))
    words: list[str] = []
    found = changes(before, after)
    for number, change in enumerate(found, start=1):
        change.apply(file)
        words.append(change.words)
        if number == len(found):
            yield Step("; ".join(words), after)
            return
        try:
            scenario = Scenario.model_validate(deepcopy(file))
        except ValidationError:
            continue
        yield Step("; ".join(words), scenario)
        words = []


def _without_expectations(file: File) -> File:
    return {name: value for name, value in file.items() if name != "expect"}


def _joined(ours: list[File], theirs: list[File]) -> list[File]:
    """The sources of both files, so that no row's source is missing on the way."""
    known = {one["id"] for one in ours}
    return [*ours, *(one for one in theirs if one["id"] not in known)]
