"""The statement of a run, at any percentile: as simulated, or of a run folder, played again if it must be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from mptf_sim.engine.replay import replay
from mptf_sim.engine.run import simulate
from mptf_sim.errors import UsageError
from mptf_sim.measures.statement import CELLS, percentile_column
from mptf_sim.measures.statement import statement as of_books
from mptf_sim.runs.folder import read_manifest, read_tables
from mptf_sim.runs.run import Run
from mptf_sim.scenario.read import read_scenario


def statement(run: Run, percentile: float | None = None) -> pd.DataFrame:
    """Source and use of funds of each calendar year, prior years, the year and the total, in cents: `docs/glossary.md`.

    Parameters
    ----------
    percentile : one more column, such as p20: of each line the amount of a real path, so lines need not add up

    Raises
    ------
    UsageError : if there is no such percentile, or the run has too many paths to keep the amounts of each
    """
    return of_books(run, replay(run.scenario, run.seed, run.median_path).books, percentile)


def statement_of_folder(
    folder: Path, percentile: float | None, workers: int = 1, progress: Callable[[int], None] | None = None
) -> pd.DataFrame:
    """The same of a run folder; a percentile that it does not hold has the run played again, which must give the same.

    Raises
    ------
    UsageError : as `statement` does, and if this is not a run folder or it cannot be played again to the same result
    """
    kept = read_tables(folder).statement
    if percentile is None or percentile_column(percentile) in CELLS:
        return kept
    manifest = read_manifest(folder)
    scenario = read_scenario(folder / "scenario.yaml")
    run = simulate(scenario, int(manifest["paths"]), int(manifest["seed"]), workers, progress=progress)
    if run.result_digest != manifest["result_digest"]:
        made = manifest["versions"]["mptf_sim"]
        raise UsageError(
            f"{folder} played again gives another result: it was made by mptf_sim {made} or changed since. Run it again"
        )
    return statement(run, percentile)
