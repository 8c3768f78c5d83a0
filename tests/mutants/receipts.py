"""Money in: the agent's fee, interest, refunds, direct cost, earmarks of deposits."""

from __future__ import annotations

import numpy as np

from mptf_sim.engine import step
from mptf_sim.engine.terms import Groups, Terms
from mptf_sim.fund.donors.settlement import LineFlows
from mptf_sim.fund.trust_fund import TrustFund
from mptf_sim.quantities import ContractRate
from tests.mutants.mutant import Mutant, given, then, written

FEES = "terms.fund.fees.administrative_agent.of(gifts.lines.deposited)"

MUTANTS = (
    Mutant("fee twice", "the agent keeps its fee twice", step, "receive", written((FEES, f"2.0 * {FEES}"))),
    Mutant(
        "fee base",
        "the agent's fee is taken of what is signed, not of what is deposited",
        step,
        "receive",
        written((FEES, "terms.fund.fees.administrative_agent.of(gifts.lines.signed)")),
    ),
    Mutant(
        "half cents up",
        "contract rates round half a cent up, not to the even cent",
        ContractRate,
        "of",
        written(("np.rint(product)", "np.floor(product + 0.5)")),
    ),
    Mutant(
        "interest on closing cash",
        "interest accrues on cash that has come in during the quarter too",
        step,
        "receive",
        written(
            (
                "interest_of_quarter(state.cash,",
                "interest_of_quarter(state.cash + (gifts.lines.deposited - fees).sum(axis=0),",
            )
        ),
    ),
    Mutant(
        "interest in Q1",
        "interest is credited in the first quarter, not in the fourth",
        step,
        "receive",
        written(("quarter.quarter == 4", "quarter.quarter == 1")),
    ),
    Mutant(
        "interest of one quarter",
        "what has accrued before the fourth quarter is forgotten",
        step,
        "receive",
        written(("accrued=accrued - interest", "accrued=np.zeros_like(accrued)")),
    ),
    Mutant(
        "interest of listed years",
        "a year without a rate of its own earns nothing",
        TrustFund,
        "interest_rate",
        given(lambda fund, year: fund.interest.get(year, ContractRate(0, 1))),
    ),
    Mutant(
        "refund early",
        "unspent balances come back a quarter before financial closure",
        step,
        "receive",
        written(("(t - terms.closure)", "(t - terms.closure + 1)")),
    ),
    Mutant(
        "refund to the wrong earmark",
        "a refund frees unearmarked money, whatever paid the programme",
        step,
        "receive",
        written(
            (
                "returned = refunds.by(terms.parts_of_eligible)",
                "returned = np.zeros_like(state.paid); returned[terms.unearmarked_only] = refunds.total()",
            )
        ),
    ),
    Mutant(
        "direct cost in part",
        "the secretariat is paid what there is of its allocation",
        step,
        "receive",
        written(
            (
                "np.where(owed <= slack.min(axis=0), owed, 0.0)",
                "np.minimum(owed, np.maximum(slack.min(axis=0), 0.0))",
            )
        ),
    ),
    Mutant(
        "direct cost forgotten",
        "direct cost that could not be paid is not owed any more",
        step,
        "receive",
        written(("direct_cost_owed=owed - direct_cost", "direct_cost_owed=np.zeros_like(owed)")),
    ),
    Mutant(
        "direct cost from any money",
        "direct cost is paid if there is cash, whatever its earmark",
        step,
        "receive",
        written(("slack.min(axis=0)", "slack[-1]")),
        stopped_by="B5",
    ),
    Mutant(
        "deposits unearmarked",
        "what a donor earmarks is received as unearmarked money",
        Terms,
        "_donors",
        then(lambda nothing, terms: setattr(terms, "lines_of_class", unearmarked(terms))),
    ),
    Mutant(
        "lapsed still signed",
        "what a donor cancels stays among signed commitments",
        LineFlows,
        "still_due",
        given(lambda lines: lines.signed + lines.difference - lines.deposited),
        stopped_by="A2",
    ),
)


def unearmarked(terms: Terms) -> Groups:
    return Groups(np.zeros(len(terms.lines), dtype=np.intp), len(terms.classes))
