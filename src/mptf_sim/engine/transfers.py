"""Transfers: instalments that are due and released are paid whole, or wait for cash."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.flows import Entries, Payments
from mptf_sim.engine.state import ACTIVE, Cells, FundState
from mptf_sim.engine.terms import NEVER, Terms, Times
from mptf_sim.quantities import Array, Mask


def transfer(terms: Terms, t: int, state: FundState) -> tuple[FundState, Payments]:
    """Step 8: oldest approval first, then id, within the payment bounds.

    An instalment that a bound refuses waits for cash; one whose condition fails is not released.
    """
    portfolio = state.portfolio
    width = portfolio.stage.shape[1]
    due = Cells.where(portfolio.next_due <= t)
    award, instalments = portfolio.at(due, "award"), portfolio.at(due, "instalments").astype(np.intp)
    known = terms.fund.fees.budget(state.reported[-1].ravel()[due.flat])  # expenditure as reported, a lag ago
    amounts = terms.received_after(instalments + 1, award, due.programme) - portfolio.at(due, "received")
    first = instalments == 0
    released = first | (known >= terms.expenditure_that_releases(instalments, award, due.programme))

    ready, wanted = due.those(released), amounts[released]
    slack = terms.bounds.money(state.money) - terms.bounds.claims(state.paid)
    pays = pay_in_turn(terms, Entries(ready, wanted, width), portfolio.at(ready, "approved_at"), slack)
    transfers = Entries(ready.those(pays), wanted[pays], width)
    waiting = Entries(ready.those(~pays), wanted[~pays], width)
    unreleased = Entries(due.those(~released), amounts[~released], width)
    return enter(terms, t, state, transfers), Payments(transfers, waiting, unreleased)


def pay_in_turn(terms: Terms, wanted: Entries, approved_at: Times, slack: Array) -> Mask:
    """Which instalments can be paid: (cell,).

    On paths where all fit together, all are paid; on the others they take their turn, each whole or not at all.
    """
    short: Mask = np.any(terms.bounds.claims(wanted.by(terms.programmes_of_eligible)) > slack, axis=0)
    pays = ~short[wanted.cells.path]
    if pays.all():
        return pays
    queue = np.flatnonzero(~pays)
    programme, path = wanted.cells.programme[queue], wanted.cells.path[queue]
    order = np.lexsort((programme, approved_at[queue], path))
    queue, programme, path = queue[order], programme[order], path[order]
    left = slack.copy()
    _, first, length = np.unique(path, return_index=True, return_counts=True)
    for turn in range(int(length.max())):
        now = first[length > turn] + turn  # the next in the queue of each path that still has one
        amount, where = wanted.amounts[queue[now]], path[now]
        bounding = terms.bounds.within[terms.eligible[programme[now]]].T  # (set, queueing path)
        fits = (~bounding | (left[:, where] >= amount)).all(axis=0)
        left[:, where] -= bounding * (amount * fits)
        pays[queue[now[fits]]] = True
    return pays


def enter(terms: Terms, t: int, state: FundState, transfers: Entries) -> FundState:
    """The state with these transfers in the books, and each programme's next instalment looked up."""
    old, cells = state.portfolio, transfers.cells
    paid = old.at(cells, "instalments") + np.int8(1)
    first = paid == 1
    started = np.where(first, np.int16(t), old.at(cells, "started_at"))
    more = terms.instalment_count[cells.programme] > paid
    after = terms.instalment_after[np.minimum(paid, len(terms.instalment_after) - 1), cells.programme]
    portfolio = old.after(
        cells,
        stage=np.where(first, np.int8(ACTIVE), old.at(cells, "stage")),
        received=old.at(cells, "received") + transfers.amounts,
        started_at=started,
        ends_at=np.where(first, t + terms.duration[cells.programme], old.at(cells, "ends_at")),
        instalments=paid,
        next_due=np.where(more, started + after, NEVER),
    )
    return replace(state, paid=state.paid + transfers.by(terms.programmes_of_eligible), portfolio=portfolio)
