"""Which programmes stop or slip, and when: two runs on the same futures, programme by programme, path by path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from mptf_sim.analysis.comparison.timing import Quarters, Timing
from mptf_sim.engine.terms import NEVER
from mptf_sim.measures.statistics import chance
from mptf_sim.quantities import Array, Mask
from mptf_sim.runs.distributions import rank_of

COLUMNS = (
    "run", "against", "programme", "name", "event", "chance", "se", "quarter_against", "quarter", "delay_quarters",
    "transfers_difference_mean_cents", "of_paths",
)  # fmt: skip

EVENTS: Mapping[str, str] = {
    "never approved": "approved in the run compared with, and never here",
    "never paid": "approved in both; paid there, and never here",
    "cancelled": "an instalment that was paid there is cancelled here",
    "stops": "an instalment that was paid there is not paid here within the calendar",
    "slips": "all that was paid there is paid here, some of it later",
    "smaller award": "paid when it was there, but less",
    "newly approved": "approved here, and never in the run compared with",
    "more or earlier": "more instalments are paid here, or earlier, or larger ones, and none later",
}
"""What can become of a programme on a path, each path one of them; the rest is as it was."""

LOSSES = tuple(EVENTS)[:6]


class Event(NamedTuple):
    """One thing that became of a programme: on which paths, and when there and here."""

    name: str
    paths: Mask  # (path,)
    there: Quarters  # (path,), period, NEVER where there is none
    here: Quarters


def programme_changes(name: str, here: Timing, against: str, there: Timing) -> pd.DataFrame:
    """What becomes of each programme that both runs have, in the run `name`, held against the other.

    Returns
    -------
    DataFrame with COLUMNS: chance is the share of paths with its standard error; quarters are medians over those paths,
    empty where there is none; the difference of transfers is over all paths. Those that lose most come first.
    """
    names = {one.id: one.name for one in here.scenario.all_programmes}
    quarters = [str(quarter) for quarter in here.scenario.calendar.quarters]
    rows = []
    for id in [one for one in there.programmes if one in set(here.programmes)]:
        before, after = _one(there, id), _one(here, id)
        moved = after.transfers - before.transfers
        for event in _events(before, after):
            count = int(event.paths.sum())
            if count == 0:
                continue
            share, error = chance(count, here.width)
            both = event.paths & (event.there != NEVER) & (event.here != NEVER)
            delay = _middle(event.here[both] - event.there[both]) if event.name == "slips" else None
            rows.append(
                (
                    name, against, id, names[id], event.name, share, error, _quarter(event.there[event.paths], quarters),
                    _quarter(event.here[event.paths], quarters), float("nan") if delay is None else float(delay),
                    float(moved[event.paths].sum()) / here.width, here.width,
                )
            )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = ["transfers_difference_mean_cents", "programme", "event"]
    return table.sort_values(order, kind="stable").reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class _Programme:
    """One programme on every path."""

    approved: Quarters  # (path,)
    paid: Quarters  # (instalment of any line, path)
    cancelled: Quarters
    transfers: Array
    runs_before: bool  # already at the start of the calendar

    @property
    def ever_paid(self) -> Mask:
        paid: Mask = (self.paid != NEVER).any(axis=0)
        return paid


def _one(timing: Timing, id: str) -> _Programme:
    row = timing.programmes.index(id)
    lines = [place for place, (programme, _) in enumerate(timing.lines) if programme == id]
    paid = timing.paid[lines].reshape(-1, timing.width)
    approved = timing.approved[row]
    return _Programme(approved, paid, timing.cancelled[row], timing.transfers[row], bool((approved == -1).any()))


def _events(before: _Programme, after: _Programme) -> Iterator[Event]:
    """In the order of EVENTS; a path is counted with the first that applies."""
    left = np.ones(len(after.approved), dtype=bool)
    for event in _candidates(before, after):
        yield event._replace(paths=event.paths & left)
        left &= ~event.paths


def _candidates(before: _Programme, after: _Programme) -> Iterator[Event]:
    nowhere = np.full_like(after.approved, NEVER)
    approved_there, approved_here = before.approved != NEVER, after.approved != NEVER
    yield Event("never approved", approved_there & ~approved_here, before.approved, nowhere)
    if not after.runs_before:
        unpaid = approved_there & approved_here & before.ever_paid & ~after.ever_paid
        yield Event("never paid", unpaid, before.paid.min(axis=0), nowhere)
    if before.paid.shape != after.paid.shape:  # other instalments: they cannot be told apart one by one
        return
    lost = (before.paid != NEVER) & (after.paid == NEVER)
    first_lost = np.where(lost, before.paid, NEVER).min(axis=0, initial=NEVER)
    yield Event("cancelled", lost.any(axis=0) & (after.cancelled != NEVER), first_lost, after.cancelled)
    yield Event("stops", lost.any(axis=0), first_lost, nowhere)
    later = (before.paid != NEVER) & (after.paid != NEVER) & (after.paid > before.paid)
    there = np.where(later, before.paid, NEVER).min(axis=0, initial=NEVER)
    here = np.where(later, after.paid, NEVER).min(axis=0, initial=NEVER)
    yield Event("slips", later.any(axis=0), there, here)
    yield Event("smaller award", after.transfers < before.transfers, nowhere, nowhere)
    yield Event("newly approved", ~approved_there & approved_here, nowhere, after.approved)
    sooner = (after.paid != NEVER) & (after.paid < before.paid)
    first_there = np.where(sooner, before.paid, NEVER).min(axis=0, initial=NEVER)
    first_here = np.where(sooner, after.paid, NEVER).min(axis=0, initial=NEVER)
    better = sooner.any(axis=0) | (after.transfers > before.transfers)
    yield Event("more or earlier", better, first_there, first_here)


def _middle(values: Quarters) -> int | None:
    """The median, a value of a real path; None of nothing."""
    return int(np.sort(values)[rank_of(0.5, len(values))]) if len(values) else None


def _quarter(periods: Quarters, quarters: list[str]) -> str:
    """The median of the quarters in which something happened; of what ran before the calendar, in words."""
    middle = _middle(periods[periods != NEVER])
    if middle is None:
        return ""
    return quarters[middle] if middle >= 0 else "before the calendar"
