"""The life of plans: what falls due of their measures, when they ripen, what reviews say, and who joins."""

from __future__ import annotations

from mptf_sim.engine import plans, step
from mptf_sim.engine.terms import Terms
from mptf_sim.fund.participation import Effects
from mptf_sim.fund.plan_shocks import NeedsSurge
from mptf_sim.fund.plans import Hazards
from mptf_sim.scenario import needs
from tests.mutants.mutant import Mutant, given, written

MUTANTS = (
    Mutant(
        "overlap counted",
        "what parent plans hold of a measure is needed once more",
        needs,
        "amounts_due",
        written(("if need.overlap:", "if False:")),
    ),
    Mutant(
        "inflation a year early",
        "needs are inflated in the calendar's first year already",
        needs,
        "rise",
        written(("year - scenario.calendar.start.year", "year + 1 - scenario.calendar.start.year")),
    ),
    Mutant(
        "contingency ignored",
        "plans set nothing aside",
        needs,
        "rise",
        written(("(1 + plan.contingency.ratio) *", "")),
    ),
    Mutant(
        "reviewed needs at once",
        "what a review finds of needs counts in its own year",
        needs,
        "rise",
        written(("review.quarter.year < year", "review.quarter.year <= year")),
    ),
    Mutant(
        "surge for good",
        "needs that surge never fall again",
        NeedsSurge,
        "hits",
        written(("(self.end is None or year <= self.end)", "True")),
    ),
    Mutant(
        "a year in a quarter",
        "a plan takes its next step in a quarter with the chance of a year",
        Hazards,
        "of_quarter",
        written(("** 0.25", "** 1.0")),
    ),
    Mutant(
        "standing ignored",
        "how a State voted, and whether it champions the Compact, changes nothing",
        Effects,
        "of_state",
        given(lambda self, state: ()),
    ),
    Mutant(
        "champions like all others",
        "only how a State voted changes the chances of its plan",
        Effects,
        "of_state",
        written(("(self.champion,) if state.champion else ()", "()")),
    ),
    Mutant(
        "States stay away",
        "no plan is lifted when its State joins",
        plans,
        "take_steps",
        written(("if planning.at_least[t].any():", "if False:")),
    ),
    Mutant(
        "needs of plans just costed",
        "a plan that becomes costed when the year begins raises needs in it",
        plans,
        "plan",
        written(
            (
                "state, due, secured, lapsed = needs_come_due(terms, t, state, draws)\n    status = take_steps(terms, t, state, draws)",
                "status = take_steps(terms, t, state, draws)\n    state, due, secured, lapsed = needs_come_due(terms, t, replace(state, status=status), draws)",
            )
        ),
        also_in=(step,),
    ),
    Mutant(
        "firm and not spent",
        "a source that firms up is taken off the needs and never spent",
        plans,
        "execute",
        written(("if source.executes[t]:", "if False:")),
    ),
    Mutant(
        "finance of plans that raise nothing",
        "secured finance is spent on plans that raise no needs",
        plans,
        "execute",
        written(("state.raising * planning.executed[t][:, None]", "(state.raising | True) * planning.executed[t][:, None]")),
    ),
    Mutant(
        "reviews without effect on plans",
        "adopted plans that a review concerns stay adopted",
        plans,
        "review",
        written(("if not terms.planning.reviewed[t].any():", "if True:")),
        also_in=(step,),
    ),
    Mutant(
        "scores for good",
        "what a review says of scores is not heard",
        Terms,
        "_reviews",
        written(("if review.scores:", "if False:")),
    ),
    Mutant(
        "rules for good",
        "what a review says of the rule is not heard",
        Terms,
        "_reviews",
        written(("rule = review.allocation or rule", "rule = rule")),
    ),
    Mutant(
        "coordination without end",
        "readiness grants raise the level of coordination beyond the highest",
        plans,
        "raise_levels",
        written(("np.minimum(level, np.int8(HIGHEST_LEVEL))", "level")),
        also_in=(step,),
    ),
)  # fmt: skip
