"""What is compared: runs of scenario files played now, runs as `simulate` leaves them, run folders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mptf_sim import __version__
from mptf_sim.engine.draws import SCHEME
from mptf_sim.engine.run import simulate
from mptf_sim.errors import UsageError
from mptf_sim.measures.metrics import plans_of
from mptf_sim.quantities import Whole
from mptf_sim.runs.folder import MANIFEST, read_manifest, read_path_columns
from mptf_sim.runs.run import Run
from mptf_sim.runs.tables import RunTables
from mptf_sim.scenario.read import read_scenario
from mptf_sim.scenario.scenario import Scenario

PATHS, SEED = 10_000, 1
"""Futures that scenario files are played on if nothing is said, as `run` has it."""

NOW = f"mptf_sim {__version__}, draws {SCHEME.decode()}"


@dataclass(frozen=True, slots=True)
class Subject:
    """A run to compare: its world, its futures, and what it keeps of each of them."""

    name: str
    scenario: Scenario
    seed: int
    paths: int
    columns: Mapping[str, Whole]  # (path,) each
    version: str = NOW

    @property
    def plans(self) -> list[str]:
        return plans_of(self.columns)

    @property
    def quarters(self) -> list[str]:
        return [str(quarter) for quarter in self.scenario.calendar.quarters]


def of_run(name: str, run: Run) -> Subject:
    return Subject(name, run.scenario, run.seed, run.paths, run.columns)


def of_folder(name: str, folder: Path) -> Subject:
    """A run folder: nothing is played again for its figures.

    Raises
    ------
    UsageError : if it is not a whole run folder, or its scenario is no longer that of the run
    """
    manifest = read_manifest(folder)
    scenario = read_scenario(folder / "scenario.yaml")
    if scenario.digest != manifest["scenario_digest"]:
        raise UsageError(f"{folder / 'scenario.yaml'} is no longer the scenario of the run: play it again")
    columns = read_path_columns(folder)
    return Subject(name, scenario, int(manifest["seed"]), int(manifest["paths"]), columns, _version(manifest))


def of_tables(name: str, tables: RunTables) -> Subject:
    """The tables of a run: its figures are those of its `paths`."""
    with TemporaryDirectory() as place:
        file = Path(place) / "scenario.yaml"
        file.write_text(tables.scenario_text, encoding="utf-8", newline="\n")
        scenario = read_scenario(file)
    manifest = tables.manifest
    columns = {str(one): tables.paths[one].to_numpy() for one in tables.paths.columns if one != "path"}
    return Subject(name, scenario, int(manifest["seed"]), int(manifest["paths"]), columns, _version(manifest))


def _version(manifest: Mapping[str, Any]) -> str:
    versions = manifest["versions"]
    return f"mptf_sim {versions['mptf_sim']}, draws {versions['draws']}"


def subjects_of(
    words: Sequence[str | Path],
    paths: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> list[Subject]:
    """Scenario files and run folders, by name, all on the same futures; files are played here.

    Parameters
    ----------
    words : scenario files and run folders; a folder among them says on which futures the files are played
    paths, seed : of the files if there is no folder (10,000 and 1); a folder must have them

    Raises
    ------
    UsageError, ScenarioError : naming what cannot be compared, and why
    """
    names = named(words)
    folders = {name: Path(word) for name, word in zip(names, words, strict=True) if Path(word).is_dir()}
    kept = {name: of_folder(name, folder) for name, folder in folders.items()}
    files = {name: read_scenario(word) for name, word in zip(names, words, strict=True) if name not in kept}
    first = next(iter(kept.values()), None)
    for what, asked in (("paths", paths), ("seed", seed)):
        for name, subject in kept.items():
            if asked is not None and asked != getattr(subject, what):
                raise UsageError(
                    f"--{what}: {folders[name]} has {what} {getattr(subject, what)}, found --{what} {asked}: leave the "
                    f"option out, or compare the scenario files"
                )
    paths = paths if paths is not None else first.paths if first else PATHS
    seed = seed if seed is not None else first.seed if first else SEED
    refuse_other_futures([*kept.values()])
    if first is not None and files and first.version != NOW:
        raise UsageError(
            f"{folders[first.name]} was made by {first.version}; a file would be played by {NOW}: play the run again"
        )
    refuse_other_worlds({**{name: one.scenario for name, one in kept.items()}, **files})
    for name, scenario in files.items():
        kept[name] = of_run(name, simulate(scenario, paths, seed, workers, progress=progress))
    return [kept[name] for name in names]


def named(words: Sequence[str | Path]) -> list[str]:
    """What each is called: its file or folder without path and ending, or as it was written if two would share that.

    Raises
    ------
    UsageError : if one stands there twice
    """
    if len(words) < 2:
        raise UsageError("expected two or more scenario files or run folders to compare, found one")
    for number, word in enumerate(words):
        if Path(word) in {Path(other) for other in words[:number]}:
            raise UsageError(f"{word} is named twice: a run is not compared with itself")
        if not Path(word).exists():
            raise UsageError(f"{word}: no such scenario file or run folder")
        if Path(word).is_dir() and not (Path(word) / MANIFEST).is_file():
            raise UsageError(
                f"{word} is not a run folder: it holds no {MANIFEST}. Name a scenario file, or a folder that `mptf-sim run` wrote"
            )
    short = [Path(word).name if Path(word).is_dir() else Path(word).stem for word in words]
    return [name if name and short.count(name) == 1 else str(word) for name, word in zip(short, words, strict=True)]


def refuse_other_futures(subjects: Sequence[Subject]) -> None:
    """Runs are compared on the same futures: same seed, same number of paths, same version.

    Raises
    ------
    UsageError : naming the first two that differ
    """
    for other in subjects[1:]:
        first = subjects[0]
        for what in ("seed", "paths", "version"):
            if getattr(first, what) != getattr(other, what):
                raise UsageError(
                    f"{other.name}: expected {what} {getattr(first, what)}, as {first.name} has, found "
                    f"{getattr(other, what)}: runs are compared on the same futures. Play one of them again with the "
                    f"{what} of the other, or compare their scenario files"
                )


def refuse_other_worlds(scenarios: Mapping[str, Scenario]) -> None:
    """Figures are compared over the same quarters and in the same currency.

    Raises
    ------
    UsageError : naming the first two that differ
    """
    (name, first), *others = scenarios.items()
    for other, scenario in others:
        for what, ours, theirs in (
            ("calendar", _calendar(first), _calendar(scenario)),
            ("currency", first.fund.currency, scenario.fund.currency),
        ):
            if ours != theirs:
                raise UsageError(
                    f"{other}: expected the {what} of {name}, {ours}, found {theirs}: give both files the same {what}"
                )


def _calendar(scenario: Scenario) -> str:
    quarters = scenario.calendar.quarters
    return f"{quarters[0]} to {quarters[-1]}"


def chosen(subjects: Sequence[Subject], against: str | None) -> Subject:
    """The one that the others are compared with: the first, if none is named.

    Raises
    ------
    UsageError : if there is none of that name
    """
    if against is None:
        return subjects[0]
    for subject in subjects:
        if against == subject.name:
            return subject
    raise UsageError(f"against: expected one of {', '.join(one.name for one in subjects)}, found {against!r}")
