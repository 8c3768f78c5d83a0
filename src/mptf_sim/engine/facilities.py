"""Facilities and deals, step 10: the purse is filled, loans are served, deals close and are drawn, the purse returns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.cells import Entries
from mptf_sim.engine.closings import assist, close_deals
from mptf_sim.engine.deal_flows import BlendedFlows, Ledger
from mptf_sim.engine.deal_terms import NOBODY
from mptf_sim.engine.defaults import default
from mptf_sim.engine.drawing import draw_money, pay_results
from mptf_sim.engine.draws import Draws
from mptf_sim.engine.foreign_loans import Abroad
from mptf_sim.engine.foreign_service import serve_abroad
from mptf_sim.engine.purse import Purse
from mptf_sim.engine.restoring import pay_calls, recover
from mptf_sim.engine.service import charge_and_end_guarantees, serve
from mptf_sim.engine.state import CLOSED, FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.quantities import Mask


def blend(
    terms: Terms, t: int, state: FundState, delivered: Entries, draws: Draws
) -> tuple[FundState, BlendedFlows | None]:
    """Step 10. Without facilities and deals nothing happens.

    Parameters
    ----------
    delivered : direct cost that organisations spent in the period, of parts
    """
    deals, stands, chance = terms.deals, state.blended, draws.deals
    if deals is None or stands is None or chance is None:
        return state, None
    purse, ledger = Purse(deals, stands), Ledger(state.money.shape[1])
    abroad = Abroad(deals, stands, deals.foreign.rates(draws.gifts.rates, t)) if stands.own is not None else None
    fill(terms, purse, delivered, ledger)
    if abroad is not None:
        stands = abroad.revalue(stands)
    stands = pay_calls(deals, stands, purse, ledger)
    stands = recover(deals, stands, purse, ledger)
    if abroad is not None:
        abroad.restored(stands)
    stands = default(deals, t, stands, chance, ledger)
    if abroad is not None:
        stands = abroad.lose(stands)
    stands = serve(deals, t, stands, purse, ledger)
    if abroad is not None:
        stands = serve_abroad(deals, t, stands, abroad, purse, ledger)
        abroad.book_difference(stands, ledger)
    stands = charge_and_end_guarantees(deals, t, stands, purse, ledger)
    stands = pay_results(deals, t, stands, chance, purse, ledger)
    opened = is_open(terms, t, state)
    stands = assist(deals, t, stands, opened, purse, ledger)
    stands, unmet = close_deals(deals, t, stands, state.unmet, opened, chance, purse, ledger)
    if abroad is not None:
        abroad.close(stands, t)
    stands = draw_money(deals, t, stands, purse, ledger, abroad)
    for facility in np.flatnonzero(deals.closes <= t):
        idle = purse.cash[facility] - purse.held[facility] - purse.returning[facility]
        purse.returning[facility] += idle
        purse.aside[facility] = 0.0
    stands = replace(stands, cash=purse.cash, held=purse.held, aside=purse.aside, returning=purse.returning)
    if abroad is not None:
        stands = replace(stands, own=abroad.own)
    return replace(state, unmet=unmet, blended=stands), ledger.close(abroad.flows() if abroad is not None else None)


def fill(terms: Terms, purse: Purse, delivered: Entries, ledger: Ledger) -> None:
    """The holder takes its fee; what it delivered of its programme is paid into the facility."""
    deals = terms.deals
    assert deals is not None
    rows = np.arange(len(deals.facilities))
    num, den = deals.fee
    fees = np.minimum(np.rint(purse.cash * num / den), purse.free(slice(None)))
    purse.cash -= fees
    ledger.enter("facility_fees", "facility", rows, fees)
    mine = delivered.of_those(terms.facility_of_part != NOBODY)
    grants = np.zeros_like(purse.cash)
    mine.add_to(grants, np.maximum(terms.facility_of_part, 0))
    purse.cash += grants
    ledger.enter("facility_grants", "facility", rows, grants)


def is_open(terms: Terms, t: int, state: FundState) -> Mask:
    """Whether each facility supports deals: not closed, and its preparation over: (facility, path)."""
    deals = terms.deals
    assert deals is not None
    opened = np.repeat((deals.closes > t)[:, None], state.money.shape[1], axis=1)
    for row, programme in enumerate(terms.preparation_of_facility):
        if programme != NOBODY:
            opened[row] &= state.portfolio.stage[programme] >= CLOSED
    return opened
