"""The Committee's meetings looked at again: what was refused and why, what floors and balance cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from mptf_sim.books import OBLIGATION_QUARTERS
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.meeting import Meeting
from mptf_sim.engine.refusals import Refusals, reasons_of, refusals, seen_again
from mptf_sim.engine.state import DOCUMENT, FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.fund.allocation import AllocationRule, PriorityScore, RegionalFloors
from mptf_sim.measures.statistics import standard_error
from mptf_sim.quantities import Array

REFUSALS = ("programme", "reason", "paths", "of_paths", "meetings_mean")
FLOORS = (
    "floor", "promised_mean_cents", "unmet_mean_cents", "chance_unmet", "score_given_up_mean_cents",
    "score_given_up_se_cents", "of_paths",
)  # fmt: skip


DOCUMENTS = (
    "quarter", "programme", "chance_before", "score_mean", "asked_mean_cents", "chance_approved", "award_mean_cents",
    "award_without_balance_mean_cents", "main_reason", "chance_main_reason", "of_paths",
)  # fmt: skip


class CommitteeAgain:
    """Counts of refusals, sums over floors, and each document of the next meetings."""

    def __init__(self, terms: Terms, width: int) -> None:
        self.terms, self.width = terms, width
        self.names = reasons_of(terms)
        shape = (len(terms.programmes), len(self.names), width)
        self.ever = np.zeros(shape, dtype=bool)  # refused at least once, (programme, reason, path)
        self.times = np.zeros(shape[:2])  # over paths and meetings
        self.by_floor: dict[str, Array] = {}  # (promised, unmet, score given up; path), cents over all meetings
        self.next_meetings: list[tuple[object, ...]] = []

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
        if t < OBLIGATION_QUARTERS:
            self._documents(t, meeting, flows.decisions.seen, awards, found)

    def _documents(self, t: int, meeting: Meeting, seen: FundState, awards: Array, found: Refusals) -> None:
        """What the Committee does with each document that lies before it, and would do if it did not balance."""
        asks, scores = meeting.requests.alone(), np.broadcast_to(meeting.requests.score, awards.shape)
        plain = without_balance(meeting.rule)
        unbalanced = awards if plain is None else replace(meeting, rule=plain).decide(self.terms)
        before = seen.portfolio.stage[meeting.rows] == DOCUMENT
        for place, row in enumerate(meeting.rows):
            lies = before[place]
            paths = int(lies.sum())
            if paths == 0:
                continue
            counts = np.bincount(found.reason[place][found.reason[place] >= 0], minlength=len(self.names))
            main = int(counts.argmax())
            self.next_meetings.append(
                (
                    str(self.terms.quarters[t]), self.terms.programmes[row].id, paths / self.width,
                    float(scores[place][lies].mean()), float(asks[place][lies].mean()), int((awards[place] > 0).sum()) / paths,
                    float(awards[place].sum()) / paths, float(unbalanced[place].sum()) / paths,
                    self.names[main] if counts.any() else "", int(counts[main]) / paths, self.width,
                )
            )  # fmt: skip

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
        """By programme and reason: on how many paths it was ever refused for it, at how many meetings on average."""
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
        """What each floor promised and missed over all meetings, and the score x award that the rule gave up for it."""
        rows = []
        for name, (promised, unmet, given_up) in self.by_floor.items():
            error = standard_error(given_up)
            missed = float((unmet > 0).mean())
            rows.append((name, promised.mean(), unmet.mean(), missed, given_up.mean(), error, self.width))
        return pd.DataFrame(rows, columns=list(FLOORS))

    def documents(self) -> pd.DataFrame:
        """Documents by meeting, the best score first; of those the first id."""
        table = pd.DataFrame(self.next_meetings, columns=list(DOCUMENTS))
        return table.sort_values(["quarter", "score_mean", "programme"], ascending=[True, False, True]).reset_index(
            drop=True
        )


def without_balance(rule: AllocationRule) -> AllocationRule | None:
    """The rule with no weight on thematic and geographic balance; None if it has none as it is."""
    if isinstance(rule, RegionalFloors):
        inner = without_balance(rule.rule)
        return None if inner is None else rule.model_copy(update={"rule": inner})
    if not isinstance(rule, PriorityScore) or not (rule.thematic_balance or rule.geographic_balance):
        return None
    return rule.model_copy(update={"thematic_balance": 0, "geographic_balance": 0})
