"""Deals that closed are drawn: layers come in and are invested in the plan; results are paid for when they are due."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.blended_state import CLOSED, BlendedState
from mptf_sim.engine.cells import Rows
from mptf_sim.engine.deal_draws import DealDraws
from mptf_sim.engine.deal_flows import Axis, Ledger
from mptf_sim.engine.deal_terms import NOBODY, DealTerms
from mptf_sim.engine.foreign_loans import Abroad
from mptf_sim.engine.purse import Purse
from mptf_sim.quantities import Array, Mask


def draw_money(
    terms: DealTerms, t: int, state: BlendedState, purse: Purse, ledger: Ledger, abroad: Abroad | None
) -> BlendedState:
    """Every layer comes in by running totals, in equal parts; with the last draw the loans begin to run."""
    first = terms.expected + terms.first_draw
    last = terms.expected + terms.waits + terms.last_draw
    rows = [int(row) for row in terms.by_id if first[row] <= t <= last[row]]
    if not rows:
        return state
    out, kept = state.out.copy(), state.kept.copy()
    for row in rows:
        number = t - (state.closed_at[row].astype(np.int64) + terms.first_draw[row]) + 1
        draws = (state.stage[row] == CLOSED) & (number >= 1) & (number <= terms.over[row])
        if draws.any():
            its = abroad if abroad is not None and row in terms.foreign.deals else None
            _draw(terms, row, state, np.where(draws, number, 0), draws, out, kept, purse, ledger, its)
    return replace(state, out=out, kept=kept)


def _draw(
    terms: DealTerms, row: int, state: BlendedState, number: Array, draws: Mask, out: Array, kept: Array, purse: Purse,
    ledger: Ledger, abroad: Abroad | None,
) -> None:  # fmt: skip
    """One deal on the paths on which it draws: changes `out`, `kept` and the purse."""
    over, loans, facility = float(terms.over[row]), terms.loans_of(row), int(terms.facility[row])
    grants = np.flatnonzero(terms.grant_deal == row)

    def part(amounts: Array) -> Array:
        """What of an amount comes in now."""
        drawn: Array = (np.rint(amounts * number / over) - np.rint(amounts * (number - draws) / over)) * draws
        return drawn

    lent, given = part(state.face[loans]), part(np.repeat(terms.grant_amount[grants, None], len(draws), axis=1))
    matching, begins = part(state.matching[row]), draws & (number == over)
    begun, counted = state.face[loans] * begins, part(state.counted[row])
    if abroad is not None:
        planned = lent.sum(axis=0) + given.sum(axis=0) + matching
        lent, begun = abroad.draw(loans, part, lent, begun, begins)
        counted = as_far_as_invested(counted, lent.sum(axis=0) + given.sum(axis=0) + matching, planned)
    private, mine = terms.loan_is_private[loans], terms.loan_of_facility[loans]
    gives_privately, gives = terms.grant_is_private[grants], terms.grant_of_facility[grants]
    by_axis: tuple[tuple[Axis, Rows, Array, Mask, Mask], ...] = (
        ("loan", loans, lent, private, mine),
        ("grant", grants, given, gives_privately, gives),
    )
    for axis, rows, amounts, is_private, is_facility in by_axis:
        ledger.enter("private_draws", axis, rows[is_private], amounts[is_private])
        ledger.enter("facility_draws", axis, rows[is_facility], amounts[is_facility])
        others = ~is_private & ~is_facility
        ledger.enter("public_draws", axis, rows[others], amounts[others])
    ledger.enter("matching_grants", "deal", row, matching)
    ledger.enter("deal_investment", "deal", row, lent.sum(axis=0) + given.sum(axis=0) + matching)
    ledger.enter("deal_delivery", "deal", row, counted)
    ledger.enter("loans_begun", "loan", loans, begun)
    out[loans] = np.where(begins, begun, out[loans])
    if facility == NOBODY:
        return
    soft = np.rint(state.face[loans] * terms.softness[loans][:, None]) * begins
    bought = terms.bought_down[loans]
    ledger.enter("interest_buy_downs", "loan", loans[bought], soft[bought])
    pays = lent[mine].sum(axis=0) + given[gives].sum(axis=0) + matching + soft.sum(axis=0)
    purse.pay(facility, pays, pays)
    kept[row] -= pays


def as_far_as_invested(counted: Array, invested: Array, planned: Array) -> Array:
    """What is delivered of what is counted: less where the rate left less to invest, no more where it left more."""
    share = np.divide(invested, planned, out=np.ones_like(invested), where=invested < planned)
    delivered: Array = np.rint(counted * share)
    return delivered


def pay_results(
    terms: DealTerms, t: int, state: BlendedState, draws: DealDraws, purse: Purse, ledger: Ledger
) -> BlendedState:
    """What was achieved is paid for, some time after the last draw; the rest of the cap is no longer held."""
    for row, results in enumerate(terms.results):
        if results is None:
            continue
        closed_at = state.closed_at[row].astype(np.int64)
        due = (state.stage[row] == CLOSED) & (closed_at + terms.last_draw[row] + results.after == t)
        if not due.any():
            continue
        amount = np.rint(float(results.cap) * draws.achieved[row]) * due
        facility = int(terms.facility[row])
        purse.pay(facility, amount, float(results.cap) * due)
        ledger.enter("results_payments", "deal", row, amount)
        kept = state.kept.copy()
        kept[row] -= float(results.cap) * due
        state = replace(state, kept=kept)
    return state
