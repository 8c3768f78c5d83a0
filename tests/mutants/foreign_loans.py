"""Loans in other currencies: at which rate, in which currency, rounded where.

These mutants are shown cases on paper and the property of a rate of one, not the funds that the others are shown.
"""

from __future__ import annotations

from mptf_sim.engine import drawing, foreign_service
from mptf_sim.engine.foreign_loans import Abroad
from tests.mutants.mutant import Mutant, written

MUTANTS = (
    Mutant(
        "face of dollars",
        "a loan is of as many euros as dollars",
        Abroad,
        "close",
        written(("np.rint(state.face[self.terms.loans] / self.rate)", "state.face[self.terms.loans]")),
    ),
    Mutant(
        "face rounded down",
        "the face in the loan's currency is rounded down",
        Abroad,
        "close",
        written(("np.rint(state.face", "np.floor(state.face")),
    ),
    Mutant(
        "value of the past",
        "what is outstanding does not follow the rate",
        Abroad,
        "revalue",
        lambda right: lambda self, state: state,
        stopped_by="A14",
    ),
    Mutant(
        "loss of dollars",
        "a loan loses as many euros as dollars",
        Abroad,
        "lose",
        written(("np.rint(borne / self.rate)", "np.rint(borne)")),
    ),
    Mutant(
        "loss kept",
        "defaults leave what is owed in the loan's currency as it was",
        Abroad,
        "lose",
        written(("self.own.out[:] -= own", "pass")),
        stopped_by="A14",
    ),
    Mutant(
        "made good for nothing",
        "what is made good in dollars is never made good in the loan's currency",
        Abroad,
        "restored",
        written(("np.rint(self.own.lost * share, out=self.own.lost)", "pass")),
    ),
    Mutant(
        "drawn at the rate of the close",
        "what is drawn later is worth what it was when the deal closed",
        Abroad,
        "draw",
        written(("lent[here] = np.rint(own * self.rate[rows])", "pass")),
    ),
    Mutant(
        "begun at the rate of the close",
        "a loan begins at what it was worth when the deal closed",
        Abroad,
        "draw",
        written(("begun[here] = np.rint(self.own.face[rows] * self.rate[rows]) * begins", "pass")),
        stopped_by="A14",
    ),
    Mutant(
        "delivery as planned",
        "a plan is served by what a fallen currency no longer brings",
        drawing,
        "as_far_as_invested",
        lambda right: lambda counted, invested, planned: counted,
    ),
    Mutant(
        "delivery beyond what is counted",
        "a risen currency serves more needs than were counted",
        drawing,
        "as_far_as_invested",
        written((", where=invested < planned", "")),
    ),
    Mutant(
        "interest on the face abroad",
        "borrowers pay interest on what they once owed in the loan's currency",
        foreign_service,
        "_serve",
        written(("np.rint(own_out * num[loans]", "np.rint(face * num[loans]")),
    ),
    Mutant(
        "service at par",
        "a euro is paid with a dollar",
        foreign_service,
        "_serve",
        written(("rate[here] = abroad.rate[rows]", "pass")),
    ),
    Mutant(
        "losses are not arrears",
        "what a loan lost counts as paid when it claims what is due",
        foreign_service,
        "_serve",
        written(("due - face + own_out + lost", "due - face + own_out")),
    ),
    Mutant(
        "paid by the dollar",
        "a claim paid in full leaves the cents that its dollars do not show",
        foreign_service,
        "_serve",
        written(("np.where(principal == worth(claims), claims, np.where(principal == out, own_out, part))",
                 "np.where(principal == out, own_out, part)")),
    ),
    Mutant(
        "difference without losses",
        "the exchange difference takes a loss for a fall of the rate",
        Abroad,
        "lose",
        written(("self.lowered += borne", "pass")),
        stopped_by="A2",
    ),
)  # fmt: skip
