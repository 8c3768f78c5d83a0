"""Approvals: what the funding policy, the reserve and the ring-fence leave; what is asked for; who is chosen."""

from __future__ import annotations

import numpy as np

from mptf_sim.engine import approvals, meeting, step
from mptf_sim.engine.terms import Terms
from mptf_sim.fund.allocation import fill, priority_score, pro_rata, requests, sharing
from mptf_sim.fund.allocation.priority_score import PriorityScore
from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Room
from mptf_sim.fund.funding_policy import FullCash, Signed
from mptf_sim.fund.programmes import Agreement
from mptf_sim.fund.trust_fund import Reserve
from tests.mutants.mutant import Mutant, given, then, written

BOUNDS = (
    Mutant(
        "reserve ignored",
        "approvals use the reserve",
        Reserve,
        "held",
        given(lambda reserve, cash: np.zeros_like(cash)),
    ),
    Mutant(
        "reserve twice",
        "the reserve is the stated minimum and the share of cash on top of it",
        Reserve,
        "held",
        given(lambda reserve, cash: reserve.share_of_cash.of(cash) + float(reserve.minimum)),
    ),
    Mutant(
        "ring-fence ignored",
        "approvals use the direct cost of the next twelve months",
        Terms,
        "_calendar",
        then(lambda nothing, terms: setattr(terms, "ring_fenced", np.zeros(terms.periods))),
    ),
    Mutant(
        "ring-fence within the calendar",
        "no direct cost is kept for quarters after the calendar",
        Terms,
        "_calendar",
        written(("range(self.periods + 4)", "range(self.periods)")),
    ),
    Mutant(
        "owed direct cost ignored",
        "direct cost that waits for money is not kept back from approvals",
        approvals,
        "approval_slack",
        written((" - state.direct_cost_owed", "")),
    ),
    Mutant(
        "full cash counts signatures",
        "under full_cash the Committee approves against signed commitments",
        FullCash,
        "left",
        given(lambda policy, money, signed, claims: money + signed - claims(None)),
    ),
    Mutant(
        "all that is signed",
        "signed commitments count in full, whatever the share of the policy",
        Signed,
        "left",
        given(lambda policy, money, signed, claims: money + signed - claims(None)),
    ),
    Mutant(
        "signed after fees",
        "signed commitments count after the agent's fee",
        approvals,
        "approval_slack",
        written(
            (
                "terms.bounds.money(state.signed)",
                "terms.bounds.money(state.signed - terms.fund.fees.administrative_agent.of(state.signed))",
            )
        ),
    ),
    Mutant(
        "rolling horizon short",
        "the rolling policy looks a quarter less ahead",
        approvals,
        "approval_slack",
        written(("t + within", "t + within - 1")),
    ),
    Mutant(
        "no preparation in the horizon",
        "documents count under the rolling policy as if they were paid when approved",
        Agreement,
        "due_within",
        written(("self.preparation + tranche.after", "tranche.after")),
    ),
    Mutant(
        "approvable is unearmarked",
        "what can be approved is shown without earmarked money",
        step,
        "approve",
        written(("slack[-1]", "slack[0]")),
    ),
    Mutant(
        "earmarks as pots",
        "a programme's room is the slack of its own earmarks alone",
        Room,
        "for_each",
        given(
            lambda room: np.maximum(room.slack[[np.flatnonzero(w)[0] for w in room.bounds.within]][room.eligible], 0.0)
        ),
    ),
    Mutant(
        "meetings of the next quarter",
        "the Committee meets a quarter after its meetings",
        Terms,
        "_calendar",
        then(lambda nothing, terms: setattr(terms, "meets", np.array([False, *terms.meets[:-1]]))),
    ),
)

CHOICE = (
    Mutant(
        "minimum grant ignored",
        "documents ask for less than the minimum grant",
        Requests,
        "alone",
        written(("ask *= ask >= self.minimum", "ask *= ask >= 0")),
    ),
    Mutant(
        "last programme skipped",
        "the last document of the list is never looked at",
        priority_score,
        "claim_in_order",
        written(("    while True:\n", "    listed[-1] = -np.inf\n    while True:\n")),
    ),
    Mutant(
        "ties to the last",
        "of equal scores the last document by id comes first",
        priority_score,
        "claim_in_order",
        written(
            (
                "_first_of_best(_scores_of_what_fits(left, listed))",
                "_first_of_best(_scores_of_what_fits(left, listed)[::-1]); best = len(listed) - 1 - best",
            )
        ),
    ),
    Mutant(
        "second look",
        "a document that was passed over is looked at again when its ask has shrunk",
        Requests,
        "lower",
        written(("stays = ~passed & ", "stays = ")),
    ),
    Mutant(
        "no thematic balance",
        "windows that have had less come no earlier",
        PriorityScore,
        "share",
        written(("self.thematic_balance * requests", "0 * requests")),
    ),
    Mutant(
        "regions the wrong way round",
        "regions that have had most come first",
        PriorityScore,
        "share",
        written(("+ self.geographic_balance", "- self.geographic_balance")),
    ),
    Mutant(
        "balance of what was paid",
        "balance looks at what programmes have received, not at their awards",
        meeting,
        "_requests",
        written(("award = state.portfolio.award", "award = terms.layout.all_programmes(state.portfolio.received)")),
    ),
    Mutant(
        "all stop at once",
        "when one set of earmarks is used up, programmes that others could pay stop too",
        fill,
        "_levelled",
        written(("(within @ tight.astype(np.float64) > 0)", "tight.any(axis=0)")),
    ),
    Mutant(
        "parts below the minimum",
        "sharing makes awards below the minimum grant",
        pro_rata,
        "shared",
        written(("if not small.any():", "if True:")),
    ),
    Mutant(
        "shared only once",
        "what parts below the minimum grant would have had is left over",
        pro_rata,
        "shared",
        written(("asks = asks * ~_smaller_half(awards, small)", "return awards * ~small")),
    ),
    Mutant(
        "all small parts at once",
        "all parts below the minimum grant become zero together, not the smaller half of them",
        pro_rata,
        "shared",
        written(("~_smaller_half(awards, small)", "~small")),
    ),
    Mutant(
        "first ids give way",
        "of equal parts below the minimum grant those of earlier ids become zero",
        sharing,
        "_smaller_half",
        written(
            ("np.where(small, awards, np.inf)[::-1]", "np.where(small, awards, np.inf)"),
            ("rank[::-1] <", "rank <"),
        ),
    ),
    Mutant(
        "shares rounded up",
        "what the level gives is rounded up to whole cents",
        fill,
        "_levelled",
        written(("np.rint(weights * level)", "np.ceil(weights * level)")),
    ),
    Mutant(
        "odd cents to the first",
        "of a shared need the first document rounds up, the last takes what is left",
        requests,
        "apportion",
        written(("np.rint(total * share)", "np.ceil(total * share)")),
    ),
    Mutant(
        "needs asked for twice",
        "documents that serve one need each ask for all of it",
        Requests,
        "together",
        written(("if crowded.any():", "if False:")),
    ),
    Mutant(
        "awards of a full room",
        "an award leaves the room as it was for the next document",
        Room,
        "take",
        given(lambda room, who, awards: None),
        stopped_by="B2",
    ),
)

ENTRY = (
    Mutant(
        "first instalment early",
        "the first instalment falls due a quarter before the preparation is over",
        approvals,
        "enter",
        written(("terms.layout.line_programme[lines.row]] + t", "terms.layout.line_programme[lines.row]] + t - 1")),
    ),
)

MUTANTS = (*BOUNDS, *CHOICE, *ENTRY)
