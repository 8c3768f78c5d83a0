"""Facilities and deals: who closes, who loses first, who is made good first, what guarantors and facilities pay."""

from __future__ import annotations

import numpy as np

from mptf_sim.engine import closings, deal_terms, defaults, drawing, facilities, restoring, service, step
from mptf_sim.engine.deal_terms import DealTerms
from mptf_sim.engine.debt_terms import DebtTerms
from mptf_sim.engine.purse import Purse
from mptf_sim.fund.finance.loan_terms import LoanTerms
from tests.mutants.mutant import Mutant, given, then, written

CREDIT = (
    Mutant(
        "senior loses first",
        "losses fall on the most senior loan first",
        defaults,
        "bear",
        written(
            (
                "place = terms.loan_count[losses.deal] - 1 - junior",
                "place = np.where(junior < terms.loan_count[losses.deal], junior, -1)",
            )
        ),
    ),
    Mutant(
        "junior made good first",
        "recoveries go to the most junior loan first",
        restoring,
        "restore",
        written(("enumerate(terms.place_begins)", "reversed(list(enumerate(terms.place_begins)))")),
    ),
    Mutant(
        "junior repaid first",
        "principal goes to the most junior loan first",
        service,
        "senior_first",
        lambda right: lambda paid, out, claims, places: right(paid, out, claims, places[::-1]),
    ),
    Mutant(
        "interest on the face",
        "borrowers pay interest on what they once owed",
        service,
        "_serve",
        written(("np.rint(out * num[loans]", "np.rint(face * num[loans]")),
    ),
    Mutant(
        "a year's interest a quarter",
        "each quarter bears the interest of a year",
        DealTerms,
        "_loans",
        written(
            (
                "self.interest = _rates([one.rate.num for one in self.terms], [one.rate.den * PAYMENTS for one in self.terms])",
                "self.interest = _rates([one.rate.num for one in self.terms], [one.rate.den for one in self.terms])",
            )
        ),
    ),
    Mutant(
        "defaults of a year",
        "each quarter has the defaults of a year",
        deal_terms,
        "_thresholds",
        written(("np.log1p(-yearly) / PAYMENTS", "np.log1p(-yearly)")),
    ),
    Mutant(
        "grace forgotten",
        "principal is repaid from the first quarter on, whatever the grace",
        LoanTerms,
        "repaid",
        written(("self.grace * PAYMENTS + 1", "1")),
    ),
)

GUARANTEES = (
    Mutant(
        "guarantor gets nothing back",
        "all that is recovered goes to lenders, as far as they lack it",
        facilities,
        "recover",
        written(("np.rint(amount[has] * share)", "np.rint(amount[has] * 0.0 * share)")),
    ),
    Mutant(
        "call without a limit",
        "a guarantee pays beyond its cap",
        defaults,
        "claim",
        written(
            ("np.minimum(np.rint(covered * num / den), promised.reshape(-1)[flat])", "np.rint(covered * num / den)")
        ),
        stopped_by="B9",
    ),
    Mutant(
        "guarantee of the whole loss",
        "a pari passu guarantee pays for what all loans lose, not its own alone",
        defaults,
        "claim",
        written(
            (
                "    of_loan = np.flatnonzero(promises.loan[row] != NOBODY)\n",
                "    of_loan = np.empty(0, dtype=np.intp)\n",
            )
        ),
        stopped_by="A1",
    ),
    Mutant(
        "guarantee for ever",
        "a guarantee holds money when nothing is outstanding any more",
        facilities,
        "charge_and_end_guarantees",
        written(("    if not ends.any():", "    if True:")),
    ),
)

FACILITIES = (
    Mutant(
        "reflows revolve always",
        "what comes back supports new deals, whatever the facility says",
        Purse,
        "reflow",
        given(lambda purse, back: np.add(purse.cash, back, out=purse.cash)),
    ),
    Mutant(
        "facility closes late",
        "a facility returns its money a quarter after it closes",
        step,
        "blend",
        written(("deals.closes <= t", "deals.closes < t")),
    ),
    Mutant(
        "preparation skipped",
        "deals close before the preparation programme is over",
        facilities,
        "is_open",
        written(("if programme != NOBODY:", "if False:")),
    ),
    Mutant(
        "no fee",
        "the holder of a facility takes no fee",
        facilities,
        "fill",
        written(("np.minimum(np.rint(purse.cash * num / den), purse.free(slice(None)))", "0.0 * purse.cash")),
    ),
)

CLOSINGS = (
    Mutant(
        "luck alone",
        "deals close whether their facility has the money or not",
        closings,
        "_close",
        written((" & (purse.free(facility) >= asks)", "")),
        stopped_by="B4",
    ),
    Mutant(
        "assistance without effect",
        "technical assistance raises no chance",
        closings,
        "_close",
        written(("assistance.raises_chance * (1.0 - chance)", "0.0")),
    ),
    Mutant(
        "debt rule ignored",
        "States borrow whatever their debt rule says",
        closings,
        "_within_debt_rule",
        given(lambda terms, t, row, state, faces, wanting, ledger: (faces, np.ones_like(wanting))),
    ),
    Mutant(
        "headroom as present value",
        "headroom is taken as face value without looking at the grant element",
        DebtTerms,
        "headroom",
        written((" / (1.0 - bound.softness)\n", "\n")),
    ),
    Mutant(
        "more than the need",
        "all that is invested counts as finance of the plan, beyond its unmet need",
        closings,
        "_close",
        written(
            (
                "np.minimum(faces.sum(axis=0) + given + matching, unmet[terms.need[row]])",
                "(faces.sum(axis=0) + given + matching)",
            )
        ),
        stopped_by="B4",
    ),
    Mutant(
        "all at the first draw",
        "a deal is drawn at once, whatever its calendar",
        drawing,
        "_draw",
        written(
            (
                "(np.rint(amounts * number / over) - np.rint(amounts * (number - draws) / over)) * draws",
                "amounts * (number == 1)",
            )
        ),
    ),
    Mutant(
        "results always reached",
        "results-based payments are paid in full",
        facilities,
        "pay_results",
        written(("draws.achieved[row]", "1.0")),
    ),
    Mutant(
        "matching without a cap",
        "matching grants have no cap",
        closings,
        "_matching",
        written(("np.minimum(matching.ratio.of(private), float(matching.cap))", "matching.ratio.of(private)")),
    ),
    Mutant(
        "buy-down costs nothing",
        "a facility pays nothing for a lower rate",
        DealTerms,
        "_loans",
        then(lambda nothing, terms: setattr(terms, "softness", np.zeros(len(terms.loans)))),
    ),
)

MUTANTS = (*CREDIT, *GUARANTEES, *FACILITIES, *CLOSINGS)
