"""One path of a run folder, played again and held against what the run had kept of it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple, get_args

from mptf_sim import __version__
from mptf_sim.engine.record import axes
from mptf_sim.engine.replay import Replay, replay
from mptf_sim.engine.terms import Terms
from mptf_sim.errors import UsageError
from mptf_sim.journals.as_beancount import as_beancount
from mptf_sim.journals.as_csv import as_csv
from mptf_sim.journals.as_iati import as_iati
from mptf_sim.runs.folder import read_manifest, read_path
from mptf_sim.runs.run import path_columns
from mptf_sim.scenario.read import read_scenario
from mptf_sim.scenario.scenario import Scenario

Format = Literal["beancount", "csv", "iati"]


class PathOfRun(NamedTuple):
    """A path with all that it depends on."""

    scenario: Scenario
    seed: int
    replay: Replay


def path_of_run(folder: Path, path: int | None = None) -> PathOfRun:
    """Play a path of a run again: the same cents as in the run, with every posting behind them.

    Parameters
    ----------
    path : its number, from 0; the run's median path if not said

    Raises
    ------
    UsageError
        if this is not a run folder, the path is none of its paths, or the folder's scenario and this version of
        mptf_sim do not give what the run gave
    """
    manifest = read_manifest(folder)
    number, paths = int(manifest["median_path"]) if path is None else path, int(manifest["paths"])
    if not 0 <= number < paths:
        raise UsageError(f"path: {folder} has the paths 0 to {paths - 1}, found {number}")
    scenario = read_scenario(folder / "scenario.yaml")
    if scenario.digest != manifest["scenario_digest"]:
        raise UsageError(f"{folder / 'scenario.yaml'} is no longer the scenario of the run: play it again")
    again = replay(scenario, int(manifest["seed"]), number)
    found, kept = path_columns(axes(Terms(scenario)), again.books), read_path(folder, number)
    differing = [name for name, cents in kept.items() if name not in found or int(found[name][0]) != cents]
    if differing:
        made = manifest["versions"]["mptf_sim"]
        raise UsageError(
            f"path {number} played again does not give what {folder} holds ({', '.join(differing[:3])}): the run was made "
            f"by mptf_sim {made}, this is {__version__}. Play the run again"
        )
    return PathOfRun(scenario, int(manifest["seed"]), again)


def journal(run: str | Path, path: int | None = None, format: Format = "beancount") -> str:
    """Every posting of one path of a run, as text.

    Parameters
    ----------
    run : folder of a run
    path : its number, from 0; the run's median path if not said
    format : double entry (beancount), a row for each posting (csv), IATI 2.03 activities (iati)

    Raises
    ------
    UsageError : as `path_of_run` does, and for another format
    """
    if format not in get_args(Format):
        raise UsageError(f"format: expected {', '.join(get_args(Format))}, found {format!r}")
    scenario, seed, replayed = path_of_run(Path(run), path)
    if format == "csv":
        return as_csv(scenario, replayed)
    return as_iati(scenario, seed, replayed) if format == "iati" else as_beancount(scenario, seed, replayed)
