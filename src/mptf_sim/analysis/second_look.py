"""The first paths of a run played again, with eyes on what the books do not keep."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from mptf_sim.analysis.committee import DOCUMENTS, FLOORS, REFUSALS, CommitteeAgain
from mptf_sim.analysis.loans import ServiceAgain, needs_while_waiting, nothing_to_serve
from mptf_sim.analysis.plan_windows import PLAN_WINDOWS, NeedsAgain
from mptf_sim.analysis.unspent import UNSPENT, UnspentAgain
from mptf_sim.engine.draws import CHUNK, draw
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.run import play
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.measures.coverage import COVERAGE, DEBT_SERVICE
from mptf_sim.scenario.scenario import Scenario

SECOND_PATHS = CHUNK
"""Paths that are looked at again: the first of the run."""


class SecondLook(NamedTuple):
    """What was seen: tables, each of `of_paths` paths."""

    refusals: pd.DataFrame
    """By programme and reason: on how many paths it was ever refused for it, at how many meetings on average."""
    floors: pd.DataFrame
    """By floor: what it promised and missed, and the score x award that the rule gave up for it."""
    documents: pd.DataFrame
    """By meeting of the next eight quarters and document: what it asks for and gets, and what stands in its way."""
    unspent: pd.DataFrame
    """By quarter: why money is not spent."""
    plan_windows: pd.DataFrame
    """By plan, window and year: needs, who has approved finance for them, what is delivered."""
    plan_coverage: pd.DataFrame
    """By window, objective, plan, plan and window, plan and year: coverage and gaps with their errors."""
    debt_service: pd.DataFrame
    """By plan with deals and year: what borrowers pay, beside coverage and what it would be waiting for grants."""


def second_look(scenario: Scenario, paths: int, seed: int) -> SecondLook:
    """Play the first paths of a run again (at most 1,024) and look at every quarter."""
    terms = Terms(scenario)
    width = min(paths, SECOND_PATHS)
    draws = draw(terms, seed, 0).paths(0, width)
    committee, unspent, needs = CommitteeAgain(terms, width), UnspentAgain(terms, width), NeedsAgain(terms, draws)

    service = None if terms.deals is None else ServiceAgain(terms, width)
    watching = [committee.watch, unspent.watch, needs.watch, *([service.watch] if service else [])]

    def watch(t: int, before: FundState, after: FundState, flows: Flows) -> None:
        for one in watching:
            one(t, before, after, flows)

    play(terms, draws, 0, watch)
    served = service.table(needs, needs_while_waiting(scenario, width, seed)) if service else nothing_to_serve()
    return SecondLook(
        committee.refusals(),
        committee.floors(),
        committee.documents(),
        unspent.table(),
        needs.table(),
        needs.coverage(),
        served,
    )


def nothing_seen() -> SecondLook:
    """The same tables, empty."""
    columns = (REFUSALS, FLOORS, DOCUMENTS, UNSPENT, PLAN_WINDOWS, COVERAGE, DEBT_SERVICE)
    return SecondLook(*(pd.DataFrame(columns=list(names)) for names in columns))
