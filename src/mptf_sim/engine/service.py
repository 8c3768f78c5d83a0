"""Service of loans: interest and principal of borrowers in good standing, senior first; premiums of guarantees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.blended_state import BlendedState
from mptf_sim.engine.deal_flows import Ledger
from mptf_sim.engine.deal_terms import NOBODY, DealTerms, Place, Serving
from mptf_sim.engine.purse import Purse
from mptf_sim.quantities import Array


def serve(terms: DealTerms, t: int, state: BlendedState, purse: Purse, ledger: Ledger) -> BlendedState:
    """Borrowers pay interest on what is outstanding and the principal that falls due on what is not in default."""
    if not terms.serving[t]:
        return state
    state = replace(state, out=state.out.copy(), due=state.due.copy())
    for serving in terms.serving[t]:
        _serve(terms, t, serving, state, purse, ledger)
    return state


def _serve(terms: DealTerms, t: int, serving: Serving, state: BlendedState, purse: Purse, ledger: Ledger) -> None:
    """A few deals: changes what is outstanding and due, and the purse, in place."""
    loans, places = serving.loans, serving.places
    age = t - (state.closed_at[serving.deals] + terms.last_draw[serving.deals, None])
    ages = terms.repaid_by.shape[1]
    began = np.maximum(age, 0)
    age = began[serving.of_deal]
    age += (loans * ages)[:, None]
    face, out, lost, before = (one[loans] for one in (state.face, state.out, state.lost, state.due))
    num, den = terms.interest
    interest = np.rint(out * num[loans] / den[loans])
    due = np.rint(terms.repaid_by.ravel().take(age) * face)

    owed, falls_due = by_deal(out, places), by_deal(due - before, places)
    unpaid = by_deal(face - before, places)
    share = np.divide(falls_due, unpaid, out=np.zeros_like(owed), where=unpaid > 0)
    clean = (owed == unpaid) | (began == 0)
    paid = np.where(clean, falls_due, np.minimum(np.rint(owed * share), owed))
    principal, left = senior_first(paid, out, due - face + out + lost, places)
    out = out - principal
    ledger.gap += left.sum(axis=0)

    pass_on(serving, interest, principal, paid, purse, ledger)
    state.out[loans], state.due[loans] = out, due


def pass_on(serving: Serving, interest: Array, principal: Array, paid: Array, purse: Purse, ledger: Ledger) -> None:
    """What borrowers pay reaches lenders, and the facilities that lent.

    Parameters
    ----------
    interest, principal : (loan, path)
    paid : (deal, path), principal of borrowers
    """
    loans = serving.loans
    ledger.enter("borrowers_interest", "deal", serving.deals, by_deal(interest, serving.places))
    ledger.enter("borrowers_principal", "deal", serving.deals, paid)
    for what, amounts in (("interest", interest), ("principal", principal)):
        others = amounts if len(serving.facility) == 0 else amounts[serving.lenders]
        ledger.enter(f"lenders_{what}", "loan", loans[serving.lenders], others)
        if serving.by_facility is not None:
            mine = amounts[serving.facility]
            ledger.enter(f"facility_{what}", "loan", loans[serving.facility], mine)
            purse.reflow(serving.by_facility.add_up(mine))


def by_deal(amounts: Array, places: tuple[Place, ...]) -> Array:
    """Amounts of loans added up: (loan, path) to (deal, path)."""
    total = amounts[places[0].rows].copy()
    for place in places[1:]:
        total[place.deals] += amounts[place.rows]
    return total


def senior_first(paid: Array, out: Array, claims: Array, places: tuple[Place, ...]) -> tuple[Array, Array]:
    """Principal to the loans of each deal: first what each may claim by now, then before its time; always senior first.

    Returns
    -------
    principal : (loan, path)
    left : (deal, path), nothing unless more was paid than is outstanding
    """
    principal, left = np.minimum(np.maximum(claims, 0.0), out), paid.copy()
    for place in places:
        rows = principal[place.rows]
        np.minimum(rows, left[place.deals], out=rows)
        left[place.deals] -= rows
    if left.any():
        for place in places:
            early = np.minimum(out[place.rows] - principal[place.rows], left[place.deals])
            principal[place.rows] += early
            left[place.deals] -= early
    return principal, left


def charge_and_end_guarantees(
    terms: DealTerms, t: int, state: BlendedState, purse: Purse, ledger: Ledger
) -> BlendedState:
    """Premiums on what is guaranteed; once nothing is outstanding a guarantee ends, and holds no money."""
    rows = terms.promises_in[t]
    if len(rows) == 0:
        return state
    promises = terms.promises
    deals, loan = promises.deals[rows], promises.loan[rows]
    outstanding = np.zeros((len(rows), state.out.shape[1]))
    for place, begins in enumerate(terms.place_begins):
        some = terms.loan_count[deals] > place
        outstanding[some] += state.out[begins + deals[some]]
    charged = np.where((loan != NOBODY)[:, None], state.out[loan], state.promised[rows])
    num, den = (side[rows] for side in promises.premium)
    premium = np.where(outstanding > 0, np.rint(charged * num / den), 0.0)
    mine = promises.by_facility[rows]
    ledger.enter("borrowers_premiums", "deal", deals, premium)
    ledger.enter("guarantee_premiums", "guarantee", rows[mine], premium[mine])
    ledger.enter("outside_premiums", "guarantee", rows[~mine], premium[~mine])
    purse.come_back(terms.facility[deals[mine]], premium[mine])

    running = state.closed_at[deals] + terms.last_draw[deals, None] < t
    ends = running & (outstanding == 0) & (state.owed[rows] == 0) & (state.promised[rows] > 0)
    if not ends.any():
        return state
    freed = np.where(ends, state.promised[rows], 0.0)
    promised = state.promised.copy()
    promised[rows] -= freed
    for row, facility in enumerate(terms.facility[deals]):
        if mine[row]:
            purse.held[facility] -= freed[row]
    return replace(state, promised=promised)
