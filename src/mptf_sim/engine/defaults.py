"""Defaults of a period: who defaults, what is lost, which loans bear it, what guarantors are asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from mptf_sim.engine.blended_state import BlendedState
from mptf_sim.engine.cells import Cells, Rows
from mptf_sim.engine.deal_draws import DealDraws
from mptf_sim.engine.deal_flows import Borne, Ledger, entries
from mptf_sim.engine.deal_terms import NOBODY, DealTerms
from mptf_sim.quantities import Array


class Losses(NamedTuple):
    """What defaults of a period cost, one for each deal and path where there were any."""

    deal: Rows
    path: Rows
    loss: Array
    recovers: Array  # of it, some time later


def default(terms: DealTerms, t: int, state: BlendedState, draws: DealDraws, ledger: Ledger) -> BlendedState:
    """Borrowers default; losses fall on the most junior loan first; the guarantor is asked for its part."""
    state, counted = _of_obligors(terms, t, state, draws)
    state, granular = _of_granular_pools(terms, t, state, draws)
    width = state.out.shape[1]
    losses = Losses(*(np.concatenate(parts) for parts in zip(counted, granular, strict=True)))
    coming = entries(losses.deal, losses.path, losses.recovers, width)
    recovering = (coming, *state.recovering[:-1]) if state.recovering else ()
    if len(losses.loss) == 0:
        return replace(state, recovering=recovering, owed=np.zeros_like(state.owed) if state.owed.any() else state.owed)
    out, lost = state.out.copy(), state.lost.copy()
    taken = bear(terms, losses, out, lost, ledger)
    total = state.losses.copy()
    total.reshape(-1)[losses.deal * width + losses.path] += losses.loss
    owed, promised = claim(terms, state, losses, taken, ledger)
    return replace(
        state, out=out, lost=lost, losses=total, owed=owed, promised=promised, recovering=recovering
    )  # fmt: skip


def _z(terms: DealTerms, t: int, state: BlendedState, deals: Rows) -> Array:
    """What an obligor's value must not exceed for it to have defaulted by t: (deal, path); never before the last draw."""
    began = state.closed_at[deals] + terms.last_draw[deals, None]
    at = np.minimum(began, len(terms.quarters) - 1)
    periods = len(terms.quarters)
    z: Array = terms.threshold[:, :, t].ravel()[deals[:, None] * periods + at]
    return z


def _of_obligors(terms: DealTerms, t: int, state: BlendedState, draws: DealDraws) -> tuple[BlendedState, Losses]:
    """Pools whose obligors can be counted, and States: default after default, each of an equal part of what is owed."""
    deals = terms.serving_counted[t]
    z = _z(terms, t, state, deals)
    cells = Cells.where(state.next_value[deals] <= z)
    deal, path, width = deals[cells.row], cells.path, state.out.shape[1]
    flat = deal * width + path
    loss, recovers = np.zeros(len(flat)), np.zeros(len(flat))
    if len(flat) == 0:
        return state, Losses(deal, path, loss, recovers)
    owed = terms.over_loans(state.out, deal, path)
    reached = z.ravel()[cells.flat]
    number = state.defaults.reshape(-1)[flat].astype(np.intp)
    following = np.empty(len(flat))
    obligors, first = terms.obligors[deal], draws.first[deal]
    now = np.arange(len(flat))
    while len(now):
        each = np.rint(owed[now] / (obligors[now] - number[now]))
        owed[now] -= each
        loss[now] += each
        row = first[now] + number[now]
        share = np.where(draws.high[row, path[now]], terms.recovery_high[deal[now]], terms.recovery_low[deal[now]])
        recovers[now] += np.rint(each * share)
        number[now] += 1
        following[now] = draws.values[row + 1, path[now]]
        now = now[following[now] <= reached[now]]
    defaults, next_value = state.defaults.copy(), state.next_value.copy()
    defaults.reshape(-1)[flat] = number
    next_value.reshape(-1)[flat] = following
    return replace(state, defaults=defaults, next_value=next_value), Losses(deal, path, loss, recovers)


def _of_granular_pools(terms: DealTerms, t: int, state: BlendedState, draws: DealDraws) -> tuple[BlendedState, Losses]:
    """Pools of very many: the share that defaults follows from the common factor alone."""
    place = terms.serving_granular[t]
    deals = terms.granular[place]
    if len(deals) == 0:
        nothing = np.empty(0)
        return state, Losses(np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), nothing, nothing)
    correlation = terms.correlation[deals, None]
    z, before = _z(terms, t, state, deals), state.in_default[place]
    share: Array = ndtr((z - np.sqrt(correlation) * draws.factor[deals]) / np.sqrt(1.0 - correlation))
    new = np.where(before < 1.0, (share - before) / np.where(before < 1.0, 1.0 - before, 1.0), 0.0)
    in_default = state.in_default.copy()
    in_default[place] = np.maximum(share, before)
    state = replace(state, in_default=in_default)
    cells = Cells.where(new > 0)
    deal, path = deals[cells.row], cells.path
    loss = np.rint(terms.over_loans(state.out, deal, path) * new.ravel()[cells.flat])
    some = loss > 0
    deal, path, loss = deal[some], path[some], loss[some]
    return state, Losses(deal, path, loss, np.rint(loss * terms.recovery_mean[deal]))


def bear(terms: DealTerms, losses: Losses, out: Array, lost: Array, ledger: Ledger) -> Array:
    """Losses fall on the loans of their deal, the most junior first: changes `out` and `lost` in place.

    Returns
    -------
    taken : (place, cell), from the most junior on
    """
    width, left = out.shape[1], losses.loss.copy()
    most = len(terms.place_begins)
    stood, taken = np.zeros((most, len(left))), np.zeros((most, len(left)))
    outstanding, written_off = out.reshape(-1), lost.reshape(-1)
    for junior in range(most):
        place = terms.loan_count[losses.deal] - 1 - junior
        some = np.flatnonzero(place >= 0)
        flat = (terms.place_begins[place[some]] + losses.deal[some]) * width + losses.path[some]
        stood[junior, some] = outstanding[flat]
        bears = np.minimum(outstanding[flat], left[some])
        outstanding[flat] -= bears
        written_off[flat] += bears
        left[some] -= bears
        taken[junior, some] = bears
        row = terms.place_begins[place[some]] + losses.deal[some]
        ledger.enter("loan_losses", "loan", row, entries(row, losses.path[some], bears, width))
    ledger.borne.append(Borne(losses.path, losses.loss, stood, taken))
    return taken


def claim(terms: DealTerms, state: BlendedState, losses: Losses, taken: Array, ledger: Ledger) -> tuple[Array, Array]:
    """What guarantors owe for the losses of the period, to be paid in the next, and what is left of their limits."""
    promises, width = terms.promises, state.out.shape[1]
    owed, promised = np.zeros_like(state.owed), state.promised.copy()
    row = terms.promise_of[losses.deal]
    mine = np.flatnonzero(row != NOBODY)
    if len(mine) == 0:
        return owed, promised
    row, path = row[mine], losses.path[mine]
    covered = losses.loss[mine].copy()
    of_loan = np.flatnonzero(promises.loan[row] != NOBODY)
    covered[of_loan] = taken[terms.junior_place[promises.loan[row[of_loan]]], mine[of_loan]]
    num, den = (side[:, 0][row] for side in promises.coverage)
    flat = row * width + path
    asked = np.minimum(np.rint(covered * num / den), promised.reshape(-1)[flat])
    owed.reshape(-1)[flat] = asked
    promised.reshape(-1)[flat] -= asked
    ledger.enter("calls_made", "guarantee", row, entries(row, path, asked, width))
    return owed, promised
