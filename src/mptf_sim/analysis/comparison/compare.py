"""Two or more runs on the same futures: paired differences, programmes by name, surprises, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from mptf_sim.analysis.comparison.attribution import Bar, attribution, no_bar
from mptf_sim.analysis.comparison.differences import differences, not_shared, tornado
from mptf_sim.analysis.comparison.programmes import programme_changes
from mptf_sim.analysis.comparison.subjects import (
    PATHS,
    Subject,
    chosen,
    of_run,
    of_tables,
    refuse_other_futures,
    refuse_other_worlds,
    subjects_of,
)
from mptf_sim.analysis.comparison.surprises import surprises
from mptf_sim.analysis.comparison.timing import timing
from mptf_sim.errors import UsageError
from mptf_sim.runs.run import Run
from mptf_sim.runs.tables import RunTables


@dataclass(frozen=True, slots=True)
class Comparison:
    """What some runs differ in from one of them, as tidy tables; money in cents."""

    against: str
    runs: tuple[str, ...]
    """All of them by name, `against` among them, in the order in which they were given."""
    seed: int
    paths: int
    currency: str
    differences: pd.DataFrame
    tornado: pd.DataFrame
    programmes: pd.DataFrame
    surprises: pd.DataFrame
    not_shared: pd.DataFrame
    attribution: pd.DataFrame | None
    """What changed between two files and what each change moved; None if it was not asked for."""

    TABLES = ("differences", "tornado", "programmes", "surprises", "not_shared", "attribution")


def compare(runs: Mapping[str, Run | RunTables], against: str | None = None) -> pd.DataFrame:
    """Paired differences of runs from one of them, with their standard errors; money in cents.

    Parameters
    ----------
    runs : by the name that the table shall call them; all of one seed and number of paths
    against : the one that the others are compared with; the first, if none is named

    Returns
    -------
    DataFrame, a row per run and metric that both share: difference, se (of the paired difference), low and high (95 %),
    unpaired_se, the shares of paths on which the metric is higher and lower, verdict.

    Raises
    ------
    UsageError : if they are not on the same futures, or over other quarters, or in another currency
    """
    subjects = checked(runs)
    base = chosen(subjects, against)
    return differences([one for one in subjects if one is not base], base)


def checked(runs: Mapping[str, Run | RunTables]) -> list[Subject]:
    """Runs by name, once it is sure that they can be compared."""
    if len(runs) < 2:
        raise UsageError(f"runs: expected two or more to compare, found {len(runs)}")
    subjects = [of_run(name, run) if isinstance(run, Run) else of_tables(name, run) for name, run in runs.items()]
    refuse_other_futures(subjects)
    refuse_other_worlds({one.name: one.scenario for one in subjects})
    return subjects


def compare_in_full(
    runs: Mapping[str, Run | RunTables] | Sequence[str | Path],
    against: str | None = None,
    *,
    paths: int | None = None,
    seed: int | None = None,
    attribute: bool = False,
    workers: int = 1,
    bar: Bar = no_bar,
) -> Comparison:
    """Everything that a comparison shows.

    Parameters
    ----------
    runs : by name, or the files and folders they are in (see `subjects_of`, which plays files on `paths` and `seed`)
    against : the one that the others are compared with; the first, if none is named
    attribute : whether to play the changes between two scenarios one after another
    bar : shows progress while files are played, and while changes are
    """
    if attribute and len(runs) != 2:
        raise UsageError(
            f"attribute: expected two scenarios, since changes lead from one to another, found {len(runs)}"
        )
    if isinstance(runs, Mapping):
        subjects = checked(runs)
    else:
        files = sum(not Path(word).is_dir() for word in runs)
        with bar(files * (paths or PATHS), "paths") as step:
            subjects = subjects_of(runs, paths, seed, workers, step)
    base = chosen(subjects, against)
    others = [one for one in subjects if one is not base]
    found = differences(others, base)
    seen = {one.name: timing(one.scenario, one.paths, one.seed) for one in subjects}
    there = seen[base.name]
    return Comparison(
        against=base.name,
        runs=tuple(one.name for one in subjects),
        seed=base.seed,
        paths=base.paths,
        currency=base.scenario.fund.currency,
        differences=found,
        tornado=tornado(found),
        programmes=pd.concat([programme_changes(one.name, seen[one.name], base.name, there) for one in others]),
        surprises=pd.concat([surprises(one.name, seen[one.name], base.name, there) for one in others]),
        not_shared=not_shared(others, base),
        attribution=attribution(base, others[0], workers, bar) if attribute else None,
    )
