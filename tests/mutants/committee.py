"""The Committee's limits and its other rules: ceilings, floors, bars, one programme a country; queue, equality, performance."""

from __future__ import annotations

import numpy as np

from mptf_sim.engine import approvals, meeting, refusals
from mptf_sim.engine.terms import Terms
from mptf_sim.fund.allocation import equal_awards, performance_based, priority_queue, regional_floors
from mptf_sim.fund.allocation.performance_based import PerformanceBased
from mptf_sim.fund.allocation.requests import Requests
from tests.mutants.mutant import Mutant, given, written

MUTANTS = (
    Mutant(
        "ceiling ignored",
        "a group of programmes may have all there is, whatever its ceiling",
        approvals,
        "convene",
        written(("if share.ceiling.num < share.ceiling.den:", "if False:")),
        also_in=(refusals,),
    ),
    Mutant(
        "maximum grant ignored",
        "documents ask for their budgets, whatever the maximum grant",
        Terms,
        "_governance",
        written(("self.budget if most is None else", "self.budget if True else")),
    ),
    Mutant(
        "bars ignored",
        "documents pass whatever a constituency asks of them",
        meeting,
        "passed",
        given(lambda terms, rows, score: [np.ones(score.shape, dtype=bool) for _ in terms.constituencies]),
        also_in=(refusals,),
    ),
    Mutant(
        "bars exceeded",
        "a document must score above the minimum of a constituency, not reach it",
        meeting,
        "passed",
        written(("score >= one.bar", "score > one.bar")),
        also_in=(refusals,),
    ),
    Mutant(
        "two programmes a country",
        "a country with an active programme may be approved another one",
        meeting,
        "taken_countries",
        given(lambda terms, state, rows: np.zeros((len(rows), state.unmet.shape[1]), dtype=bool)),
        also_in=(refusals,),
    ),
    Mutant(
        "two of a meeting",
        "one meeting lets several documents of a country through",
        Requests,
        "strike_off",
        written(("if self.one_per_country is not None:", "if False:")),
    ),
    Mutant(
        "floors served last",
        "groups with a floor of the limits wait like all others",
        meeting,
        "served_first",
        given(lambda share, room, requests, floors: share(room, requests)),
    ),
    Mutant(
        "regions served last",
        "regions with a floor of the rule wait like all others",
        regional_floors,
        "served_first",
        given(lambda share, room, requests, floors: share(room, requests)),
    ),
    Mutant(
        "floors of the next in line",
        "the second floor is served from the room that there was before the first",
        meeting,
        "served_first",
        written(("room = room.after(room.claim_of(awards) - given)", "pass")),
    ),
    Mutant(
        "last come first served",
        "the queue serves the document that became ready last",
        priority_queue,
        "claim_in_order",
        lambda right: lambda room, requests, score, *more: right(room, requests, -score, *more),
    ),
    Mutant(
        "scaled below the minimum grant",
        "a document that does not fit whole may be cut below the minimum grant",
        Requests,
        "least",
        written(("np.maximum(scale_down_to.of(ask), self.minimum)", "scale_down_to.of(ask)")),
    ),
    Mutant(
        "never scaled down",
        "a document that does not fit whole gets nothing, whatever share it is content with",
        Requests,
        "least",
        given(lambda requests, ask, scale_down_to: ask),
    ),
    Mutant(
        "equal without a floor",
        "equal awards forget the share of its ask that each gets first",
        equal_awards,
        "shared",
        lambda right: lambda room, requests, weights, floor: right(room, requests, weights),
    ),
    Mutant(
        "performance for income",
        "awards rise with income as they should fall",
        PerformanceBased,
        "share",
        written(("power(requests.income, self.income)", "power(requests.income, -self.income)")),
    ),
    Mutant(
        "eighths of an exponent lost",
        "an exponent counts in whole numbers only",
        performance_based,
        "power",
        written(("(root, eighths)", "(root, 0)")),
    ),
)
