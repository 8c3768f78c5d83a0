"""One period of the fund, as a list of steps."""

from __future__ import annotations

from mptf_sim.engine.approvals import approve
from mptf_sim.engine.delivery import deliver
from mptf_sim.engine.draws import Draws
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.plans import needs_come_due
from mptf_sim.engine.receipts import receive
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.engine.transfers import transfer


def step(terms: Terms, t: int, state: FundState, draws: Draws) -> tuple[FundState, Flows]:
    """Play period t: pure, so that any path can be played again and explained.

    Reviews (1), the pipeline generator (6) and facilities (10) will stand in this list when they exist.
    """
    state, receipts = receive(terms, t, state, draws)  # 2 pledges, 3 deposits, 4 interest, refunds, direct cost
    state, lapsed_needs = needs_come_due(terms, t, state)  # 5 plans
    state, decisions = approve(terms, t, state)  # 7 approvals
    state, payments = transfer(terms, t, state)  # 8 transfers
    state, delivered = deliver(terms, t, state, draws)  # 9 delivery
    return state, Flows(receipts, lapsed_needs, decisions, payments, delivered)  # 11, 12: the books
