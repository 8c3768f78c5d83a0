"""Figures and reports of a run as it comes from `simulate`, or of the tables of its folder: both will do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from mptf_sim.analysis.answers import tables_of
from mptf_sim.runs.run import Run
from mptf_sim.runs.tables import RunTables

Rest = ParamSpec("Rest")
Drawn = TypeVar("Drawn")

_made: dict[bool, WeakKeyDictionary[Run, RunTables]] = {True: WeakKeyDictionary(), False: WeakKeyDictionary()}


def shown(run: Run | RunTables, *, with_frontier: bool) -> RunTables:
    """The tables of a run, made once as long as the run is kept."""
    if isinstance(run, RunTables):
        return run
    if run not in _made[with_frontier]:
        _made[with_frontier][run] = tables_of(run, with_frontier=with_frontier)
    return _made[with_frontier][run]


def of_runs(draw: Callable[Concatenate[RunTables, Rest], Drawn]) -> Callable[Concatenate[Run | RunTables, Rest], Drawn]:
    """Let a figure that needs no other funding policies be drawn of a run, too."""

    @wraps(draw)
    def drawn(run: Run | RunTables, /, *rest: Rest.args, **named: Rest.kwargs) -> Drawn:
        return draw(shown(run, with_frontier=False), *rest, **named)

    return drawn


def of_runs_and_policies(
    draw: Callable[Concatenate[RunTables, Rest], Drawn],
) -> Callable[Concatenate[Run | RunTables, Rest], Drawn]:
    """The same for a figure that compares funding policies: they are played when it is drawn."""

    @wraps(draw)
    def drawn(run: Run | RunTables, /, *rest: Rest.args, **named: Rest.kwargs) -> Drawn:
        return draw(shown(run, with_frontier=True), *rest, **named)

    return drawn
