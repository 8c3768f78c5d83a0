"""One period of the fund, as a list of steps."""

from __future__ import annotations

from mptf_sim.engine.approvals import approve
from mptf_sim.engine.delivery import deliver
from mptf_sim.engine.draws import Draws
from mptf_sim.engine.facilities import blend
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.pipeline import prepare
from mptf_sim.engine.plans import plan, raise_levels, review
from mptf_sim.engine.receipts import receive
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.engine.transfers import transfer


def step(terms: Terms, t: int, state: FundState, draws: Draws) -> tuple[FundState, Flows]:
    """Play period t: pure, so that any path can be played again and explained."""
    state = review(terms, t, state)  # 1 reviews
    state, receipts = receive(terms, t, state, draws)  # 2 pledges, 3 deposits, 4 interest, refunds, direct cost
    state, plans = plan(terms, t, state, draws)  # 5 plans
    state, pipeline = prepare(terms, t, state, draws)  # 6 pipeline
    state, decisions = approve(terms, t, state)  # 7 approvals
    state, payments = transfer(terms, t, state, draws)  # 8 transfers
    state, delivered = deliver(terms, t, state, draws)  # 9 delivery
    state = raise_levels(terms, t, state)  # readiness
    state, blended = blend(terms, t, state, delivered.direct, draws)  # 10 facilities and deals
    return state, Flows(receipts, plans, pipeline, decisions, payments, delivered, blended)  # 11, 12: the books
