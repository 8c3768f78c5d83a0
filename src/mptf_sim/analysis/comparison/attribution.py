"""How much each change between two scenarios moves the figures: taken over one after another, in a stated order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
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


Bar = Callable[[int, str], AbstractContextManager[Callable[[int], None]]]
"""Shows progress: of so many of what, a function to call with how many more are done."""


def no_bar(total: int, unit: str) -> AbstractContextManager[Callable[[int], None]]:
    """Nobody looks on."""
    return nullcontext(lambda done: None)


def attribution(base: Subject, other: Subject, workers: int = 1, bar: Bar = no_bar) -> pd.DataFrame:
    """Each change from one scenario to another, and what it moves of the fund's figures once those before it are made.

    The order is that of the file's parts, within a part that of ids: another order may give changes other parts of the
    total, since changes act on one another. The steps of a metric add up to its whole difference.

    Returns
    -------
    DataFrame with COLUMNS, a row per step and metric of the fund; difference_over_paths is the whole number that steps of
    an amount add up with, exactly: cents (or counts) summed over all paths; not a number for shares and chances.
    """
    rows: list[tuple[object, ...]] = []
    before = _of_fund(base)
    steps = list(steps_between(base.scenario, other.scenario))
    with bar(max(len(steps) - 1, 0) * base.paths, "paths of changes") as done:
        for number, step in enumerate(steps, start=1):
            if number == len(steps):
                after = _of_fund(other)  # all changes are made: the second run itself
            else:
                run = simulate(step.scenario, base.paths, base.seed, workers, progress=done)
                after = _of_fund(of_run(step.words, run))
            rows += [
                (other.name, base.name, number, step.words, *_moved(before[key], after[key])) for key in before if key in after
            ]  # fmt: skip
            before = after
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"difference_over_paths": "Int64"})


def _moved(was: Metric, now: Metric) -> tuple[object, ...]:
    """What a change moves of a metric, as in COLUMNS from `metric` on."""
    mean, mean_after, apart, error, low, high, _, _, _, verdict = difference(was, now)
    whole = int((now.above - was.above).sum()) if was.below is None else None
    return was.name, was.unit, mean, mean_after, apart, error, low, high, verdict, whole


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
