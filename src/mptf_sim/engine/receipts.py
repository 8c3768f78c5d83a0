"""Money comes in: pledges, deposits, interest, refunds; the agent and the secretariat take their part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.cells import Cells, Entries
from mptf_sim.engine.draws import Draws
from mptf_sim.engine.flows import Receipts
from mptf_sim.engine.purse import come_home
from mptf_sim.engine.state import SETTLED, FundState
from mptf_sim.engine.terms import Terms


def receive(terms: Terms, t: int, state: FundState, draws: Draws) -> tuple[FundState, Receipts]:
    """Steps 2 to 4 of the period.

    Interest accrues on the cash the period opened with and is credited in Q4. Direct cost is unearmarked money,
    paid whole or not at all: what the bounds refuse waits for the next period.
    """
    quarter = terms.quarters[t]
    gifts = draws.gifts.at(t)
    fees = terms.fund.fees.administrative_agent.of(gifts.lines.deposited)

    accrued = state.accrued + terms.fund.interest_of_quarter(state.cash, quarter.year)
    interest = accrued if quarter.quarter == 4 else np.zeros_like(accrued)
    money = state.money + terms.lines_of_class.add_up(gifts.lines.deposited - fees)
    money[0] += interest

    portfolio = state.portfolio
    settles = Cells.where(portfolio.closed_at == (t - terms.closure)[:, None])
    parts = terms.layout.parts_of(settles)
    unspent = portfolio.at(parts, "received") - terms.fund.fees.budget(portfolio.at(parts, "spent"))
    refunds = Entries(parts, unspent)
    returned = refunds.by(terms.parts_of_eligible)
    blended, of_facilities = come_home(state.blended)
    if of_facilities is not None:
        returned = returned + terms.facilities_of_eligible.add_up(of_facilities)
    paid = state.paid - returned

    owed = state.direct_cost_owed + terms.direct_cost_due[t]
    slack = terms.bounds.money(money) - terms.bounds.claims(paid)
    direct_cost = np.where(owed <= slack.min(axis=0), owed, 0.0)
    money[0] -= direct_cost

    closing = replace(
        state,
        money=money,
        signed=state.signed + terms.lines_of_class.add_up(gifts.lines.still_due()),
        claims=state.claims - returned,
        paid=paid,
        accrued=accrued - interest,
        direct_cost_owed=owed - direct_cost,
        blended=blended,
        portfolio=portfolio.after(settles, stage=np.int8(SETTLED)),
    )
    return closing, Receipts(gifts, fees, interest, refunds, direct_cost, of_facilities)
