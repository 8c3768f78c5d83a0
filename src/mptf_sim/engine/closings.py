"""Deals close, if chance, their facility's money and the debt rule allow it; until then they wait, or lapse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.blended_state import CLOSED, LAPSED, WAITING, BlendedState
from mptf_sim.engine.cells import Rows
from mptf_sim.engine.deal_draws import DealDraws
from mptf_sim.engine.deal_flows import Ledger
from mptf_sim.engine.deal_terms import NOBODY, DealTerms
from mptf_sim.engine.purse import Purse
from mptf_sim.quantities import Array, Mask

DECIDED = ("stage", "closed_at", "face", "matching", "counted", "kept", "promised", "contracted", "committed")
"""What the close of a deal decides."""


def assist(terms: DealTerms, t: int, state: BlendedState, opened: Mask, purse: Purse, ledger: Ledger) -> BlendedState:
    """Technical assistance is paid while its deal waits, as soon as the facility has the money.

    Parameters
    ----------
    opened : (facility, path), whether it supports deals
    """
    for row in terms.by_id:
        assistance, facility = terms.assistance[row], int(terms.facility[row])
        if assistance is None or not _in_time(terms, t, row, assistance.before):
            continue
        amount = float(assistance.amount)
        pays = (state.stage[row] == WAITING) & ~state.assisted[row] & opened[facility]
        pays &= purse.free(facility) >= amount
        if pays.any():
            paid = amount * pays
            purse.pay(facility, paid)
            ledger.enter("technical_assistance", "deal", int(row), paid)
            assisted = state.assisted.copy()
            assisted[row] |= pays
            state = replace(state, assisted=assisted)
    return state


def close_deals(
    terms: DealTerms,
    t: int,
    state: BlendedState,
    unmet: Array,
    opened: Mask,
    draws: DealDraws,
    purse: Purse,
    ledger: Ledger,
) -> tuple[BlendedState, Array]:
    """Deals that wait close, in the order of ids, each whole (or as far as its debt rule allows) or not at all.

    Parameters
    ----------
    unmet : (need + 1, path), cents
    opened : (facility, path), whether it supports deals

    Returns
    -------
    state, and unmet without what closed deals serve
    """
    now = [row for row in terms.by_id if _in_time(terms, t, row, 0)]
    if not now:
        return state, unmet
    unmet = unmet.copy()
    state = replace(state, **{name: getattr(state, name).copy() for name in DECIDED})  # once, for all deals
    for row in now:
        _close(terms, t, int(row), state, unmet, opened, draws, purse, ledger)
    return state, unmet


def _in_time(terms: DealTerms, t: int, row: int, before: int) -> bool:
    return bool(terms.expected[row] - before <= t <= terms.expected[row] + terms.waits[row])


def _close(
    terms: DealTerms, t: int, row: int, state: BlendedState, unmet: Array, opened: Mask, draws: DealDraws, purse: Purse,
    ledger: Ledger,
) -> None:  # fmt: skip
    """One deal on all paths: changes what is DECIDED, `unmet` and the purse in place."""
    deal, facility, loans = terms.deals[row], int(terms.facility[row]), terms.loans_of(row)
    chance, assistance = deal.close.chance, terms.assistance[row]
    helped = chance if assistance is None else chance + assistance.raises_chance * (1.0 - chance)
    lucky = draws.close[row] < np.where(state.assisted[row], helped, chance)
    wanting = (state.stage[row] == WAITING) & lucky
    faces = terms.amount[loans] + np.rint(terms.public_money[row] * draws.leverage[loans])
    stated = faces
    faces, allowed = _within_debt_rule(terms, t, row, state, faces, wanting, ledger)
    matching = _matching(terms, row, loans, faces)
    limit, asks = held_for(terms, row, loans, faces, matching)
    closes = wanting & allowed
    if facility != NOBODY:
        closes &= opened[facility] & (purse.free(facility) >= asks)
    lapses = (state.stage[row] == WAITING) & ~closes & (t == terms.expected[row] + terms.waits[row])
    if not (closes.any() or lapses.any()):
        return
    state.stage[row][closes], state.stage[row][lapses] = CLOSED, LAPSED
    ledger.enter("deals_closed", "deal", row, closes.astype(np.float64))
    ledger.enter("deals_lapsed", "deal", row, lapses.astype(np.float64))
    if not closes.any():
        return
    given = terms.grant_amount[terms.grant_deal == row].sum()
    counted = np.minimum(faces.sum(axis=0) + given + matching, unmet[terms.need[row]]) * closes
    unmet[terms.need[row]] -= counted
    ledger.enter("deal_finance", "deal", row, counted)
    guarantee, kept = terms.promise_of[row], asks
    if guarantee != NOBODY:
        np.copyto(state.promised[guarantee], limit, where=closes)
        kept = asks - (limit if terms.promises.by_facility[guarantee] else 0.0)
    if facility != NOBODY:
        purse.held[facility] += asks * closes
    state.closed_at[row][closes] = t
    for loan, face in zip(loans, faces, strict=True):
        np.copyto(state.face[loan], face, where=closes)
    for whole, amounts in ((state.matching, matching), (state.counted, counted), (state.kept, kept)):
        np.copyto(whole[row], amounts, where=closes)
    bound = terms.debt.bound[row]
    if bound is not None:
        lent = faces.sum(axis=0) * closes
        ledger.enter("debt_reduced", "deal", row, stated.sum(axis=0) * closes - lent)
        state.contracted[bound.plan] += lent
        state.committed[bound.plan] += bound.service[t - terms.expected[row]][:, None] * lent


def _within_debt_rule(
    terms: DealTerms, t: int, row: int, state: BlendedState, faces: Array, wanting: Mask, ledger: Ledger
) -> tuple[Array, Mask]:
    """Faces as far as the plan's debt rule allows them, and whether the deal may close: (loan, path), (path,)."""
    bound = terms.debt.bound[row]
    if bound is None:
        return faces, np.ones_like(wanting)
    owed = np.zeros(len(wanting))
    for other in terms.debt.deals_of_plan[bound.plan]:
        its = terms.debt.bound[other]
        assert its is not None
        loans = terms.loans_of(int(other))
        drawn = state.closed_at[other] + terms.last_draw[other] < t
        owed += (1.0 - its.softness) * np.where(drawn, state.out[loans].sum(axis=0), state.face[loans].sum(axis=0))
    room = terms.debt.headroom(
        bound,
        int(t - terms.expected[row]),
        terms.quarters[t].year - terms.quarters[0].year,
        state.contracted[bound.plan],
        owed,
        state.committed[bound.plan],
    )
    whole = room >= bound.face
    least = bound.rule.reduce_to.of_cents(int(bound.face))
    may_shrink = bound.rule.reduce_to.num < bound.rule.reduce_to.den
    reduced = ~whole & (room >= max(least, 1)) & may_shrink
    running = np.rint(room / bound.face * np.cumsum(faces, axis=0))
    shrunk = np.diff(running, axis=0, prepend=0.0)
    ledger.enter("debt_deferred", "deal", row, np.where(wanting & ~whole & ~reduced, bound.face, 0.0))
    return np.where(reduced, shrunk, faces), whole | reduced


def _matching(terms: DealTerms, row: int, loans: Rows, faces: Array) -> Array:
    """The matching grant: (path,)."""
    matching = terms.matching[row]
    if matching is None:
        return np.zeros(faces.shape[1])
    private = faces[terms.loan_is_private[loans]].sum(axis=0)
    return np.minimum(matching.ratio.of(private), float(matching.cap))


def held_for(terms: DealTerms, row: int, loans: Rows, faces: Array, matching: Array) -> tuple[Array, Array]:
    """The limit of a deal's guarantee, and all that its facility is to hold for it: (path,) each."""
    guarantee, promises = terms.promise_of[row], terms.promises
    limit = np.zeros(faces.shape[1])
    if guarantee != NOBODY:
        covers = promises.loan[guarantee]
        covered = faces[loans == covers][0] if covers != NOBODY else faces.sum(axis=0)
        limit = np.rint(covered * promises.cap[0][guarantee] / promises.cap[1][guarantee])
    of_facility = terms.grant_of_facility[terms.grant_deal == row]
    asks = faces[terms.loan_of_facility[loans]].sum(axis=0) + matching
    asks = asks + terms.grant_amount[terms.grant_deal == row][of_facility].sum()
    asks = asks + np.rint(faces * terms.softness[loans][:, None]).sum(axis=0)
    results = terms.results[row]
    asks = asks + (float(results.cap) if results is not None else 0.0)
    if guarantee != NOBODY and promises.by_facility[guarantee]:
        asks = asks + limit
    return limit, asks
