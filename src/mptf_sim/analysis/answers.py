"""A run with all its tables: the median path played again, the frontier of funding policies, the manifest."""

from __future__ import annotations

import platform
import sys
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from mptf_sim import __version__
from mptf_sim.analysis.frontier import COLUMNS, FRONTIER_PATHS, frontier, label
from mptf_sim.analysis.second_look import nothing_seen, second_look
from mptf_sim.engine.draws import CHUNK, SCHEME
from mptf_sim.engine.replay import Replay, replay
from mptf_sim.measures.tables import tables
from mptf_sim.quantities import Quarter
from mptf_sim.runs.run import Run
from mptf_sim.runs.tables import RunTables


def tables_of(
    run: Run | RunTables,
    *,
    with_frontier: bool = True,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
    **noted: Any,
) -> RunTables:
    """Everything a report shows of a run.

    Parameters
    ----------
    with_frontier : whether to play the other funding policies too, on at most 2,048 of the run's paths, and to take a
        second look at meetings, earmarks and needs, on at most 1,024 of them
    noted : what else the manifest is to say
    """
    if isinstance(run, RunTables):
        return run
    median = replay(run.scenario, run.seed, run.median_path)
    if with_frontier:
        policies = frontier(run.scenario, min(run.paths, FRONTIER_PATHS), run.seed, workers, progress)
        seen = second_look(run.scenario, run.paths, run.seed)
    else:
        policies = pd.DataFrame(columns=list(COLUMNS))
        seen = nothing_seen()
    return tables(run, median.books, deposited(median), manifest(run) | noted, policies, seen._asdict())


def deposited(path: Replay) -> dict[tuple[str, int], int]:
    """What each donor deposits in each calendar year of one path, cents."""
    found: dict[tuple[str, int], int] = defaultdict(int)
    for one in path.postings:
        if one.event == "deposits":
            found[one.who, Quarter.read(one.period).year] += one.cents
    return found


def manifest(run: Run) -> dict[str, Any]:
    """What was run: everything that a result depends on, and its digest."""
    scenario = run.scenario
    return {
        "scenario": scenario.name,
        "description": scenario.description,
        "scenario_digest": scenario.digest,
        "seed": run.seed,
        "paths": run.paths,
        "result_digest": run.result_digest,
        "calendar": {"start": str(scenario.calendar.start), "periods": scenario.calendar.periods},
        "currency": scenario.fund.currency,
        "funding_policy": label(scenario.fund.funding_policy),
        "median_path": run.median_path,
        "vintage": vintage(run),
        "checks": dict(run.checks.looked_at),
        "versions": {
            "mptf_sim": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "draws": SCHEME.decode(),
            "chunk": CHUNK,
        },
    }


def vintage(run: Run) -> dict[str, str]:
    """To when what the scenario knows of the past reaches."""
    certified = run.scenario.fund.opening.certified
    years = sorted({one.year for one in run.scenario.history})
    return {
        "Certified statement": "none" if certified is None else f"to the end of {certified.year}",
        "History of gifts": f"{years[0]} to {years[-1]}" if years else "none",
        "First quarter played": str(run.scenario.calendar.start),
    }


def machine() -> dict[str, str]:
    """Where it was run: for the manifest, and no result depends on it."""
    return {"system": platform.system(), "processor": platform.machine(), "byte_order": sys.byteorder}
