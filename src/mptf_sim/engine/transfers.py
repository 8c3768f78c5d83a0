"""Transfers: instalments that are due and released are paid whole, or wait for cash."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from mptf_sim.engine.cells import Cells, Entries, Rows
from mptf_sim.engine.draws import Draws
from mptf_sim.engine.flows import Payments
from mptf_sim.engine.reports import become_known, known, overdue
from mptf_sim.engine.state import ACTIVE, APPROVED, FundState
from mptf_sim.engine.terms import NEVER, Terms, Times
from mptf_sim.quantities import Array, Mask


def transfer(terms: Terms, t: int, state: FundState, draws: Draws) -> tuple[FundState, Payments]:
    """Step 8: oldest approval first, then id, within the payment bounds.

    An instalment that a bound refuses waits for cash; one whose condition fails is not released.
    """
    state = replace(state, known=known(terms, t, state))
    portfolio, layout = state.portfolio, terms.layout
    due = Cells.where(portfolio.next_due <= t)
    instalments = portfolio.at(due, "instalments").astype(np.intp)
    steps = instalment_steps(terms, state, due, instalments)
    amounts = layout.split_line(steps.next, due.row)
    parts = layout.parts_of_lines(due)
    late = overdue(terms, t, state, draws, parts)
    in_time = layout.sum_for_lines(due, late.astype(np.float64)) == 0
    reached = still_to_report(terms, state, due, instalments, steps) == 0
    released = (instalments == 0) | (reached & in_time)

    ready, wanted = due.those(released), amounts[released]
    slack = terms.bounds.money(state.money) - terms.bounds.claims(state.paid)
    approved_at = portfolio.at(layout.programmes_of_lines(ready), "approved_at")
    pays = pay_in_turn(terms, Entries(ready, wanted), approved_at, slack)
    paid = ready.those(pays)
    receiving = layout.parts_of_lines(paid)
    whole = layout.repeat_for_parts_of_lines(paid, steps.next[released][pays])
    transfers = Entries(receiving, layout.split(whole, receiving.row))
    held_up = reached & ~released  # by nothing but overdue reports
    whose = layout.repeat_for_parts_of_lines(due, np.where(held_up, amounts, 0.0))
    payments = Payments(
        paid=Entries(paid, wanted[pays]),
        transfers=transfers,
        waiting=Entries(ready.those(~pays), wanted[~pays]),
        unreleased=Entries(due.those(~released), amounts[~released]),
        reported=become_known(terms, t, state, draws),
        held_up=Entries(due.those(held_up), amounts[held_up]),
        held_up_by=Entries(parts.those(late), whose[late]),
    )
    return enter(terms, t, state, paid, transfers), payments


class Steps(NamedTuple):
    """The award of each due instalment's programme, taken apart by instalment: (cell,), cents."""

    before: Array  # received before the previous instalment
    previous: Array  # the last instalment paid
    next: Array  # the one that is due


def instalment_steps(terms: Terms, state: FundState, due: Cells, instalments: Rows) -> Steps:
    """What the programme as a whole has received, and is to receive next."""
    programmes = terms.layout.programmes_of_lines(due)
    award = state.portfolio.at(programmes, "award")
    before, now, then = (
        terms.received_after(np.maximum(instalments + more, 0), award, programmes.row) for more in (-1, 0, 1)
    )
    return Steps(before, now - before, then - now)


def still_to_report(terms: Terms, state: FundState, due: Cells, instalments: Rows, steps: Steps) -> Array:
    """Expenditure that must still become known before each next instalment is released: (cell,), cents.

    It needs all that was received before the previous instalment, and the threshold's share of that one: of the
    programme as a whole, or of each organisation's part (then what the parts lack is added up).
    """
    layout = terms.layout
    programmes = layout.programmes_of_lines(due)
    parts = layout.parts_of_lines(due)
    counted = terms.fund.fees.budget(state.known.spent.ravel()[parts.flat])
    if terms.counts_committed:
        unspent = state.known.received.ravel()[parts.flat] - counted
        counted = counted + terms.committed.of(unspent, 0, layout.part_programme[parts.row])
    needed = steps.before + terms.threshold.of(steps.previous, instalments, programmes.row)
    lacking = np.maximum(needed - layout.sum_for_lines(due, counted), 0.0)
    if not terms.released_by_parts.any():
        return lacking
    previous = layout.split(layout.repeat_for_parts_of_lines(due, steps.previous), parts.row)
    earlier = state.portfolio.at(parts, "received") - previous
    number = layout.repeat_for_parts_of_lines(due, instalments)
    needed = earlier + terms.threshold.of(previous, number, layout.part_programme[parts.row])
    of_parts = layout.sum_for_lines(due, np.maximum(needed - counted, 0.0))
    return np.where(terms.released_by_parts[programmes.row], of_parts, lacking)


def pay_in_turn(terms: Terms, wanted: Entries, approved_at: Times, slack: Array) -> Mask:
    """Which instalments can be paid: (cell,).

    On paths where all fit together, all are paid; on the others they take their turn, each whole or not at all.
    """
    short: Mask = np.any(terms.bounds.claims(wanted.by(terms.lines_of_eligible)) > slack, axis=0)
    pays = ~short[wanted.cells.path]
    if pays.all():
        return pays
    queue = np.flatnonzero(~pays)
    line, path = wanted.cells.row[queue], wanted.cells.path[queue]
    order = np.lexsort((line, approved_at[queue], path))
    queue, path = queue[order], path[order]
    eligible = terms.eligible[terms.layout.line_programme[line[order]]]
    left = slack.T.copy()  # path by path: a turn takes a few of them
    within = terms.bounds.within.astype(np.float64)
    first = np.flatnonzero(np.diff(path, prepend=-1))  # of each queueing path in the queue
    length = np.diff(first, append=len(path))
    for turn in range(int(length.max())):
        now = first[length > turn] + turn  # the next in the queue of each path that still has one
        amount, where = wanted.amounts[queue[now]], path[now]
        bounding = within.take(eligible[now], axis=0)  # (queueing path, set)
        room = left.take(where, axis=0)
        room -= bounding * amount[:, None]
        fits = ~((room < 0) & (bounding > 0)).any(axis=1)
        left[where[fits]] = room[fits]
        pays[queue[now[fits]]] = True
    return pays


def enter(terms: Terms, t: int, state: FundState, lines: Cells, transfers: Entries) -> FundState:
    """The state with these instalments in the books, and the next one of each line looked up.

    The first transfer starts the programme; where parts are paid on their own, the first of any of them.
    """
    old, layout = state.portfolio, terms.layout
    programmes = layout.programmes_of_lines(lines)
    starts = old.at(programmes, "stage") == APPROVED
    started = np.where(starts, np.int16(t), old.at(programmes, "started_at"))
    paid = old.at(lines, "instalments") + np.int8(1)
    more = terms.instalment_count[programmes.row] > paid
    after = terms.instalment_after[np.minimum(paid, len(terms.instalment_after) - 1), programmes.row]
    begun = programmes.those(starts)
    portfolio = (
        old.after(begun, stage=np.int8(ACTIVE), started_at=np.int16(t), ends_at=t + terms.duration[begun.row])
        .after(lines, instalments=paid, next_due=np.where(more, started + after, NEVER))
        .after(transfers.cells, received=old.at(transfers.cells, "received") + transfers.amounts)
    )
    return replace(state, paid=state.paid + transfers.by(terms.parts_of_eligible), portfolio=portfolio)
