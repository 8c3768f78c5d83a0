"""Money that makes losses good: calls on guarantees, a quarter after they were made, and recoveries when they come."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.blended_state import BlendedState
from mptf_sim.engine.cells import Cells, Entries, Rows
from mptf_sim.engine.deal_flows import Ledger, entries
from mptf_sim.engine.deal_terms import NOBODY, DealTerms
from mptf_sim.engine.purse import Purse
from mptf_sim.quantities import Array


def pay_calls(terms: DealTerms, state: BlendedState, purse: Purse, ledger: Ledger) -> BlendedState:
    """Guarantors pay what was claimed in the period before; a facility out of what it holds for it."""
    if not state.owed.any():
        return state
    promises, width = terms.promises, state.owed.shape[1]
    cells = Cells.where(state.owed > 0)
    calls = Entries(cells, state.owed.ravel()[cells.flat])
    lost = state.lost.copy()
    of_facility, outside = calls.of_those(promises.by_facility), calls.of_those(~promises.by_facility)
    purse.settle_held(terms.facility[promises.deals], of_facility)
    ledger.enter("guarantee_calls", "guarantee", promises.deals, of_facility)
    ledger.enter("outside_calls", "guarantee", promises.deals, outside)
    covers_loan = promises.loan != NOBODY
    one, whole = calls.of_those(covers_loan), calls.of_those(~covers_loan)
    loan, path = promises.loan[one.cells.row], one.cells.path
    lost.reshape(-1)[loan * width + path] -= one.amounts
    pay_lenders(terms, "restored", entries(loan, path, one.amounts, width), purse, ledger)
    deal = promises.deals[whole.cells.row]
    restore(terms, deal, whole.cells.path, whole.amounts, lost, purse, ledger)
    return replace(state, lost=lost, called=state.called + state.owed)


def recover(terms: DealTerms, state: BlendedState, purse: Purse, ledger: Ledger) -> BlendedState:
    """What comes back of earlier defaults: the guarantor's part of it, the rest to the loans, senior first."""
    due = [state.recovering[lag - 1].of_those(terms.recovers_after == lag) for lag in terms.recovery_lags]
    deal, path, amount = (
        np.concatenate([np.empty(0, dtype=kind), *parts])
        for kind, parts in (
            (np.intp, [one.cells.row for one in due]),
            (np.intp, [one.cells.path for one in due]),
            (np.float64, [one.amounts for one in due]),
        )
    )
    if len(amount) == 0:
        return state
    width = state.lost.shape[1]
    lost, reimbursed = state.lost.copy(), state.reimbursed
    ledger.enter("recoveries", "deal", deal, entries(deal, path, amount, width))
    guarantee = terms.promise_of[deal]
    has = guarantee != NOBODY
    flat = guarantee[has] * width + path[has]
    to_guarantor = np.zeros(len(amount))
    if has.any():
        called = state.called.ravel()[flat]
        share = called / state.losses.ravel()[deal[has] * width + path[has]]
        to_guarantor[has] = np.minimum(np.rint(amount[has] * share), called - reimbursed.ravel()[flat])
    to_loans = np.minimum(amount - to_guarantor, terms.over_loans(lost, deal, path))
    to_guarantor = amount - to_loans
    ledger.gap += np.bincount(path[~has], np.abs(to_guarantor[~has]), minlength=width)  # nobody else may have it
    restore(terms, deal, path, to_loans, lost, purse, ledger)
    if has.any():
        reimbursed = reimbursed.copy()
        reimbursed.reshape(-1)[flat] += to_guarantor[has]
        back = entries(guarantee[has], path[has], to_guarantor[has], width)
        of_facility = back.of_those(terms.promises.by_facility)
        purse.come_back_singly(terms.facility[terms.promises.deals], of_facility)
        ledger.enter("guarantee_reimbursed", "guarantee", guarantee, of_facility)
        ledger.enter("outside_reimbursed", "guarantee", guarantee, back.of_those(~terms.promises.by_facility))
    return replace(state, lost=lost, reimbursed=reimbursed)


def restore(terms: DealTerms, deal: Rows, path: Rows, amount: Array, lost: Array, purse: Purse, ledger: Ledger) -> None:
    """Make losses good, those of the most senior loan first: changes `lost` in place, and pays the lenders."""
    width, left, flat_lost = lost.shape[1], amount.copy(), lost.reshape(-1)
    restored: list[tuple[Rows, Rows, Array]] = []
    for place, begins in enumerate(terms.place_begins):
        some = np.flatnonzero((terms.loan_count[deal] > place) & (left > 0))
        row = begins + deal[some]
        flat = row * width + path[some]
        back = np.minimum(flat_lost[flat], left[some])
        flat_lost[flat] -= back
        left[some] -= back
        restored.append((row, path[some], back))
    rows, paths, amounts = (np.concatenate(parts) for parts in zip(*restored, strict=True))
    pay_lenders(terms, "restored", entries(rows, paths, amounts, width), purse, ledger)
    ledger.gap += np.bincount(path, left, minlength=width)


def pay_lenders(terms: DealTerms, what: str, amounts: Entries, purse: Purse, ledger: Ledger) -> None:
    """Pay single loans: their lenders, or the facility that provided them."""
    of_facility = amounts.of_those(terms.loan_of_facility)
    purse.come_back_singly(terms.facility[terms.loan_deal], of_facility)
    nowhere = np.empty(0, dtype=np.intp)
    ledger.enter(f"facility_{what}", "loan", nowhere, of_facility)
    ledger.enter(f"lenders_{what}", "loan", nowhere, amounts.of_those(~terms.loan_of_facility))
