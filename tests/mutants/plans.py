"""Plans: needs, what carries over, other finance, what counts as funded and delivered."""

from __future__ import annotations

from mptf_sim.engine import plan_terms, plans
from mptf_sim.engine.plan_terms import PlanTerms
from mptf_sim.engine.record import Record
from mptf_sim.engine.terms import Terms
from mptf_sim.money import apportion_whole
from tests.mutants.mutant import Mutant, given, written

MUTANTS = (
    Mutant(
        "carry-over ignored",
        "all unmet needs carry over into the next year",
        plans,
        "needs_come_due",
        written(("carried = Rates([terms.carry_over]).of_all(unmet[:-1])", "carried = unmet[:-1].copy()")),
    ),
    Mutant(
        "needs of a whole year only",
        "a year that is not played from its first quarter on has no needs",
        PlanTerms,
        "first_period",
        written(("quarter.year == year)", "quarter.year == year and quarter.quarter == 1)")),
    ),
    Mutant(
        "draft plans ask",
        "plans that are only drafted raise needs",
        plans,
        "needs_come_due",
        written(("state.status >= COSTED", "state.status >= COSTED - 1")),
    ),
    Mutant(
        "indicative is secured",
        "indicative finance is taken off needs as if it were secured",
        PlanTerms,
        "__init__",
        written(
            ("not source.may_count", 'source.status == "requested"'),
            ('source.status == "secured"', "True"),
        ),
    ),
    Mutant(
        "odd cent to the last window",
        "of equal remainders the last window by id gets the cent",
        plan_terms,
        "spread_over_needs",
        written(("sorted(needs)", "sorted(needs, reverse=True)")),
    ),
    Mutant(
        "odd cent to the last quarter",
        "other finance that does not divide by four is spent late in the year, not early",
        plan_terms,
        "apportion_whole",
        given(lambda total, weights: apportion_whole(total, weights[::-1])[::-1]),
    ),
    Mutant(
        "finance executed at once",
        "other finance is spent in the first quarter of its year",
        plan_terms,
        "apportion_whole",
        given(lambda total, weights: [total, *[0] * (len(weights) - 1)]),
    ),
    Mutant(
        "coverage of the fund alone",
        "what other finance delivers is not counted",
        Record,
        "enter",
        written(("self.delivered_to_date += direct + executed", "self.delivered_to_date += direct")),
    ),
    Mutant(
        "running programmes serve needs",
        "programmes that ran when the calendar started count for the needs of its plans",
        Terms,
        "_programmes",
        written(
            (
                "need_row[p.plan, p.window] if p.plan and p.running is None else nowhere",
                "need_row.get((p.plan, p.window), nowhere) if p.plan else nowhere",
            )
        ),
    ),
    Mutant(
        "lapsed needs are met",
        "needs that lapse leave the funding gap",
        Record,
        "enter",
        written(
            (
                '"funding_gap": need_to_date - self.funded_to_date.sum(axis=0)',
                '"funding_gap": state.unmet[:-1].sum(axis=0)',
            )
        ),
        stopped_by="A2",
    ),
)
