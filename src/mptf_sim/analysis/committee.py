"""The Committee's meetings looked at again: what was refused and why, what floors cost and what they miss."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mptf_sim.engine.draws import CHUNK, draw
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.meeting import Meeting
from mptf_sim.engine.refusals import reasons_of, refusals, seen_again
from mptf_sim.engine.run import play
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.measures.statistics import standard_error
from mptf_sim.quantities import Array
from mptf_sim.scenario.scenario import Scenario

COMMITTEE_PATHS = CHUNK
"""Paths whose meetings are looked at again: the first of the run."""

REFUSALS = ("programme", "reason", "paths", "of_paths", "meetings_mean")
FLOORS = (
    "floor", "promised_mean_cents", "unmet_mean_cents", "chance_unmet", "score_given_up_mean_cents",
    "score_given_up_se_cents", "of_paths",
)  # fmt: skip


def committee(scenario: Scenario, paths: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Play the first paths of a run again (at most 1,024) and look at every meeting.

    Returns
    -------
    refusals : by programme and reason, on how many paths it was ever refused for it, at how many meetings on average
    floors : by floor, what it promised and missed over all meetings, and the score x award that the rule gave up for it
    """
    terms = Terms(scenario)
    width = min(paths, COMMITTEE_PATHS)
    again = _SecondLook(terms, width)
    play(terms, draw(terms, seed, 0).paths(0, width), 0, again.watch)
    return again.refusals(), again.floors()


class _SecondLook:
    """Counts of refusals and sums over floors, meeting by meeting."""

    def __init__(self, terms: Terms, width: int) -> None:
        self.terms, self.width = terms, width
        self.names = reasons_of(terms)
        shape = (len(terms.programmes), len(self.names), width)
        self.ever = np.zeros(shape, dtype=bool)  # refused at least once, (programme, reason, path)
        self.times = np.zeros(shape[:2])  # over paths and meetings
        self.by_floor: dict[str, Array] = {}  # (promised, unmet, score given up; path), cents over all meetings

    def watch(self, t: int, before: FundState, after: FundState, flows: Flows) -> None:
        """One period: nothing to see unless the Committee met."""
        seen = seen_again(self.terms, t, flows.decisions)
        if seen is None:
            return
        meeting, awards = seen
        found = refusals(self.terms, meeting, flows.decisions, awards)
        who, where = np.nonzero(found.reason >= 0)
        why = found.reason[who, where]
        self.ever[found.rows[who], why, where] = True
        np.add.at(self.times, (found.rows[who], why), 1.0)
        self._floors(meeting, awards)

    def _floors(self, meeting: Meeting, awards: Array) -> None:
        """Score x award that the rule would have reached without each floor, on the same table."""
        score = meeting.requests.score
        missing = meeting.missing(self.terms, awards)
        for name, floor in meeting.all_floors(self.terms).items():
            without = meeting.decide(self.terms, without=name)
            given_up = np.rint((score * (without - awards)).sum(axis=0) / 100.0)
            sums = self.by_floor.setdefault(name, np.zeros((3, self.width)))
            sums += np.stack([floor.amount, missing[name], given_up])

    def refusals(self) -> pd.DataFrame:
        on_paths = self.ever.sum(axis=2)
        rows = [
            {
                "programme": self.terms.programmes[programme].id,
                "reason": self.names[why],
                "paths": int(on_paths[programme, why]),
                "of_paths": self.width,
                "meetings_mean": self.times[programme, why] / self.width,
            }
            for programme, why in zip(*np.nonzero(on_paths), strict=True)
        ]
        return pd.DataFrame(rows, columns=list(REFUSALS))

    def floors(self) -> pd.DataFrame:
        rows = []
        for name, (promised, unmet, given_up) in self.by_floor.items():
            error = standard_error(given_up)
            missed = float((unmet > 0).mean())
            rows.append((name, promised.mean(), unmet.mean(), missed, given_up.mean(), error, self.width))
        return pd.DataFrame(rows, columns=list(FLOORS))
