"""Service of deals that have a loan in another currency: what each loan may claim is reckoned in its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.blended_state import BlendedState
from mptf_sim.engine.deal_flows import Ledger
from mptf_sim.engine.deal_terms import DealTerms, Serving
from mptf_sim.engine.foreign_loans import NOT_ONE, Abroad
from mptf_sim.engine.purse import Purse
from mptf_sim.engine.service import by_deal, pass_on, senior_first
from mptf_sim.quantities import Array


def serve_abroad(
    terms: DealTerms, t: int, state: BlendedState, abroad: Abroad, purse: Purse, ledger: Ledger
) -> BlendedState:
    """Borrowers pay what falls due in each loan's currency, at the rate of the period; what is left is booked anew."""
    if not terms.serving_abroad[t]:
        return state
    state = replace(state, out=state.out.copy(), due=state.due.copy())
    for serving in terms.serving_abroad[t]:
        _serve(terms, t, serving, state, abroad, purse, ledger)
    return abroad.revalue(state)


def _serve(
    terms: DealTerms, t: int, serving: Serving, state: BlendedState, abroad: Abroad, purse: Purse, ledger: Ledger
) -> None:
    """A few deals: changes what is outstanding and due, own amounts and the purse, in place."""
    loans, places = serving.loans, serving.places
    here = np.flatnonzero(abroad.terms.place[loans] != NOT_ONE)
    rows = abroad.terms.place[loans[here]]

    def in_own(amounts: Array, own: Array) -> Array:
        """Each loan's amounts in its own currency."""
        whole: Array = amounts[loans]
        whole[here] = own[rows]
        return whole

    rate = np.ones((len(loans), state.out.shape[1]))
    rate[here] = abroad.rate[rows]
    face, own_out, lost = (
        in_own(state.face, abroad.own.face), in_own(state.out, abroad.own.out), in_own(state.lost, abroad.own.lost)
    )  # fmt: skip
    before, out = state.due[loans], state.out[loans]

    def worth(amounts: Array) -> Array:
        """Amounts of loans in their own currencies at the rate of the period."""
        value: Array = np.rint(amounts * rate)
        return value

    num, den = terms.interest
    interest = np.rint(own_out * num[loans] / den[loans])
    age = np.maximum(t - (state.closed_at[serving.deals] + terms.last_draw[serving.deals, None]), 0)
    ages = terms.repaid_by.shape[1]
    due = np.rint(terms.repaid_by.ravel().take(age[serving.of_deal] + (loans * ages)[:, None]) * face)

    owed, falls_due = by_deal(out, places), by_deal(worth(due - before), places)
    unpaid = by_deal(worth(face - before), places)
    share = np.divide(falls_due, unpaid, out=np.zeros_like(owed), where=unpaid > 0)
    paid = np.where((owed == unpaid) | (age == 0), falls_due, np.minimum(np.rint(owed * share), owed))
    claims = np.minimum(np.maximum(due - face + own_out + lost, 0.0), own_out)
    principal, left = senior_first(paid, out, worth(claims), places)
    part = np.minimum(np.rint(principal / rate), own_out)
    own = np.where(principal == worth(claims), claims, np.where(principal == out, own_out, part))
    ledger.gap += left.sum(axis=0)
    pass_on(serving, worth(interest), principal, paid, purse, ledger)
    abroad.note("interest", rows, interest[here])
    abroad.repay(rows, principal[here], own[here])
    state.out[loans], state.due[loans] = out - principal, due  # of foreign loans booked anew, see serve_abroad
