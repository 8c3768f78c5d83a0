"""Why is this number so? A figure of a run folder, traced to the postings of one path."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mptf_sim.analysis.explanation.behind import (
    CHANCES,
    Behind,
    path_of_percentile,
    paths_behind,
    tail_behind,
)
from mptf_sim.analysis.explanation.figure import Figure, check_asked, figure_of, window_of
from mptf_sim.analysis.explanation.metrics import is_of_deals
from mptf_sim.analysis.explanation.story import Event, lines_of, story
from mptf_sim.engine.replay import replay
from mptf_sim.errors import UsageError
from mptf_sim.runs.folder import read_tables
from mptf_sim.runs.tables import RunTables
from mptf_sim.scenario.read import read_scenario
from mptf_sim.scenario.scenario import Scenario

SHAPE = 1
"""Version of what `as_json` gives; a change of meaning or of a name is another version."""

MOST_PATHS_NAMED = 1000
"""A chance may stand on millions of paths: these many are named, the first in order."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure of one path, the postings it adds up, how it came about, and which paths stand behind it."""

    scenario: Scenario
    metric: str  # as asked for
    period: str  # first and last quarter of the figure
    path: int
    percentile: float | None  # that the path was chosen by; None if it was named
    figure: Figure
    events: tuple[Event, ...]
    behind: Behind | None

    def as_json(self) -> dict[str, Any]:
        """The same for a program: money in cents, every posting listed."""
        figure, behind = self.figure, self.behind
        return {
            "shape": SHAPE,
            "metric": self.metric,
            "figure": figure.metric,
            "plan": figure.plan,
            "period": self.period,
            "path": self.path,
            "percentile": self.percentile,
            "unit": "postings" if figure.counts else "cents",
            "opening": figure.opening,
            "amount": figure.amount,
            "of": figure.whole,
            "value": None if figure.value != figure.value else figure.value,
            "postings": [{**part.posting._asdict(), "adds": part.adds} for part in figure.parts],
            "of_postings": [{**part.posting._asdict(), "adds": part.adds} for part in figure.over or ()],
            "events": [event._asdict() for event in self.events],
            "behind": None
            if behind is None
            else {
                "what": behind.what,
                "count": len(behind.paths),
                "of": behind.of,
                "share": behind.share,
                "standard_error": behind.error,
                "paths": list(behind.paths[:MOST_PATHS_NAMED]),
                "traits": [trait._asdict() for trait in behind.traits],
            },
        }


def explain(
    run: str | Path,
    metric: str,
    plan: str | None = None,
    period: str | None = None,
    path: int | None = None,
    percentile: float | None = None,
) -> Explanation:
    """Trace a figure of a run to the postings of one of its paths, played again.

    Parameters
    ----------
    run : folder of a run
    metric : of `kpis.csv` or an account of the timeline
    plan : id of a plan; the whole fund if not said
    period : such as 2030-Q4, 2030, `to 2030-Q4`; the whole calendar if not said
    path : which path; else the one of the percentile, and the median if neither is said

    Raises
    ------
    UsageError : if there is no such metric, plan, period or path, or the run has not kept which path it is
    """
    folder = Path(run)
    return explain_tables(
        read_tables(folder), read_scenario(folder / "scenario.yaml"), metric, plan, period, path, percentile
    )


def explain_tables(
    tables: RunTables,
    scenario: Scenario,
    metric: str,
    plan: str | None = None,
    period: str | None = None,
    path: int | None = None,
    percentile: float | None = None,
) -> Explanation:
    """The same from a run's tables and the scenario that was run."""
    if path is not None and percentile is not None:
        raise UsageError("either --path or --percentile: a percentile names its own path")
    paths = int(tables.manifest["paths"])
    if path is not None and not 0 <= path < paths:
        raise UsageError(f"path: expected a number from 0 to {paths - 1} (the run has {paths:,} paths), found {path}")
    behind, shown = None, metric
    if metric in CHANCES:
        behind, shown = paths_behind(tables, metric, plan), CHANCES[metric][0]
        if path is None:
            path, percentile = (behind.paths[0] if behind.paths else int(tables.manifest["median_path"])), None
    if is_of_deals(check_asked(scenario, shown, plan)) and not (scenario.facilities or scenario.deals):
        raise UsageError(f"metric: {shown} is of facilities and deals, and this scenario has none")
    window = window_of(scenario, period)
    if path is None:
        percentile = 50.0 if percentile is None else percentile
        path = path_of_percentile(tables, metric, plan, period, percentile)
        if behind is None:
            behind = tail_behind(tables, metric, plan, period, percentile)
    replayed = replay(scenario, int(tables.manifest["seed"]), path)
    figure = figure_of(scenario, replayed, shown, plan, window)
    quarters = scenario.calendar.quarters
    return Explanation(
        scenario=scenario,
        metric=metric,
        period=f"{quarters[figure.window.first]} to {quarters[figure.window.last]}",
        path=path,
        percentile=percentile,
        figure=figure,
        events=story(scenario, replayed, figure, lines_of(tables.scenario_text)),
        behind=behind,
    )
