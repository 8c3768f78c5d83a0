"""One path again, with every posting: any figure of a run can be traced to movements of money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mptf_sim.books import POSTINGS, Books
from mptf_sim.engine.cells import Entries
from mptf_sim.engine.draws import CHUNK, draw
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.foreign_loans import IN_OWN
from mptf_sim.engine.pledging import Gift, gifts
from mptf_sim.engine.reasons import Reason, unpaid
from mptf_sim.engine.refusals import refused
from mptf_sim.engine.run import MOST_PATHS, play, stays_exact
from mptf_sim.engine.standing import Balance, Life, balances, lives
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.errors import UsageError
from mptf_sim.fund.plans import STATUSES
from mptf_sim.quantities import Array
from mptf_sim.scenario.scenario import Scenario

WIDTH = 64
"""Paths played beside the one that is kept: wide enough that sums add in the order they did in the run."""


class Posting(NamedTuple):
    """One movement of money, or one event without money, on one path."""

    period: str
    event: str
    who: str  # donor, programme, plan or need; empty for the fund itself
    debit: str  # account that receives, as accountants have it; empty for events that move no money
    credit: str  # account that gives
    cents: int  # of a policy pledge: how many
    pledge: str = ""  # of a donor's money: the pledge it comes from, if it is not its outlook's
    earmark: str = ""  # of a donor's money: what it may pay for
    organisation: str = ""  # of what belongs to one organisation's part of a programme
    currency: str = ""  # of a donor or loan in another than the fund's
    in_currency: int = 0  # cents of it


@dataclass(frozen=True, slots=True)
class Replay:
    """A path with its postings, in the order in which they happened, its books, and what they open and close with."""

    path: int
    postings: tuple[Posting, ...]
    reasons: tuple[Reason, ...]  # why documents were not approved, and instalments that were due not paid
    books: Books  # one path wide
    opening: tuple[Balance, ...]
    closing: tuple[Balance, ...]
    lives: tuple[Life, ...]  # of every programme, as they stand when the calendar ends


def replay(scenario: Scenario, seed: int, path: int) -> Replay:
    """Play one path of a run again: the same cents, and every posting behind them.

    Raises
    ------
    UsageError : if the path is not a path number, or money is so large that a run would refuse it
    """
    if not 0 <= path < MOST_PATHS:
        raise UsageError(f"path: expected a number from 0 to {MOST_PATHS - 1}, found {path}")
    terms = Terms(scenario)
    chunk, column = divmod(path, CHUNK)
    first = column // WIDTH * WIDTH
    kept = column - first
    postings: list[Posting] = []
    reasons: list[Reason] = []
    standing: list[FundState] = []

    def watch(t: int, before: FundState, after: FundState, flows: Flows) -> None:
        postings.extend(_postings(terms, t, flows, kept))
        postings.extend(_steps_of_plans(terms, t, before, after, kept))
        reasons.extend(refused(terms, t, flows.decisions, kept))
        reasons.extend(unpaid(terms, t, after, flows, kept))
        if t == 0:
            standing.append(before)
        standing[1:] = [after]

    draws = draw(terms, seed, chunk)
    stays_exact(terms, draws)
    books, _ = play(terms, draws.paths(first, first + WIDTH), chunk * CHUNK + first, watch)
    first_morning, last_evening = standing
    return Replay(
        path=path,
        postings=tuple(postings),
        reasons=tuple(reasons),
        books=_one_path(books, kept),
        opening=balances(terms, first_morning, kept),
        closing=balances(terms, last_evening, kept),
        lives=lives(terms, last_evening, kept),
    )


def _postings(terms: Terms, t: int, flows: Flows, column: int) -> list[Posting]:
    programmes = [(programme.id, "") for programme in terms.programmes]
    parts, lines = list(terms.layout.parts), terms.layout.line_names()
    receipts, decisions, payments, delivered = (
        flows.receipts,
        flows.decisions,
        flows.payments,
        flows.delivered,
    )
    fund, plans = [("", "")], [(plan.id, "") for plan in terms.plans]
    needs = [(f"{plan} {window}", "") for plan, window in terms.needs]

    entries: list[tuple[str, list[tuple[str, str]], Array | Entries]] = [
        ("interest", fund, receipts.interest[None]),
        ("refunds", parts, receipts.refunds),
        ("direct_cost", fund, receipts.direct_cost[None]),
        *_of_needs(needs, flows),
        ("concept_notes_received", programmes, flows.pipeline.received),
        ("concept_notes_selected", programmes, flows.pipeline.selected),
        ("documents_ready", programmes, flows.pipeline.ready),
        ("approvals", programmes, decisions.awards),
        ("unmet_floors", fund, decisions.unmet_floors[None]),
        ("awarded_to_needs", programmes, decisions.awards_direct.of_those(terms.serves_need)),
        ("transfers", parts, payments.transfers),
        ("waiting_for_cash", lines, payments.waiting),
        ("not_released", lines, payments.unreleased),
        ("held_up_by_report", parts, payments.held_up_by),
        ("reported_expenditure", parts, payments.reported),
        ("direct_delivery", parts, delivered.direct),
        ("indirect_cost", parts, delivered.indirect),
        ("cancelled_awards", programmes, delivered.cancelled),
        ("freed_needs", programmes, delivered.freed.of_those(terms.serves_need)),
        ("executed_finance", plans, flows.plans.executed),
        *_of_deals(terms, flows),
    ]
    period = str(terms.quarters[t])
    postings = [_of_gift(period, gift, column) for gift in gifts(terms, receipts) if _happened(gift, column)]
    for event, who, happened in entries:
        if isinstance(happened, Entries):
            mine = happened.cells.path == column
            rows, amounts = happened.cells.row[mine], happened.amounts[mine]
        else:
            rows, amounts = np.arange(len(happened)), happened[:, column]
        for row, amount in zip(rows, amounts, strict=True):
            if amount:
                name, organisation = who[row]
                postings.append(Posting(period, event, name, *moves(event), int(amount), organisation=organisation))
    return list(_in_their_currency(terms, flows, postings, column))


def _in_their_currency(terms: Terms, flows: Flows, postings: list[Posting], column: int) -> Iterator[Posting]:
    """The same postings; those of loans in other currencies say what they are there."""
    own = flows.blended.own if flows.blended is not None else None
    if own is None or terms.deals is None:
        yield from postings
        return
    foreign, named = terms.deals.foreign, terms.deals.names["loan"]
    place = {named[loan]: row for row, loan in enumerate(foreign.loans)}
    for one in postings:
        moved, row = own.moved.get(IN_OWN.get(one.event, "")), place.get(one.who)
        if moved is None or row is None:
            yield one
        else:
            yield one._replace(currency=foreign.currency[row], in_currency=int(moved[row, column]))


def _of_deals(terms: Terms, flows: Flows) -> Iterator[tuple[str, list[tuple[str, str]], Array | Entries]]:
    """What moved in facilities and deals, each named by its facility, its deal, or its deal and layer."""
    deals, returned = terms.deals, flows.receipts.facility_refunds
    if deals is None or flows.blended is None:
        return
    names = {axis: [(name, "") for name in named] for axis, named in deals.names.items()}
    if returned is not None:
        yield "facility_refunds", names["facility"], returned
    for moved in flows.blended.moved:
        who = names[moved.axis]
        if isinstance(moved.amounts, Entries):
            yield moved.account, who, moved.amounts
        else:
            yield moved.account, [who[row] for row in moved.rows], moved.amounts


def _happened(gift: Gift, column: int) -> bool:
    return bool(gift.amounts[column]) or (gift.own is not None and bool(gift.own[column]))


def _of_gift(period: str, gift: Gift, column: int) -> Posting:
    own = 0 if gift.own is None else int(gift.own[column])
    return Posting(
        period, gift.event, gift.donor, *moves(gift.event), int(gift.amounts[column]), gift.pledge, gift.earmark,
        currency=gift.currency, in_currency=own,
    )  # fmt: skip


def moves(event: str) -> tuple[str, str]:
    """The accounts to debit and to credit: where an event brings money and where it takes it; empty if it moves none."""
    giver, receiver = POSTINGS.get(event, ("", ""))
    return receiver, giver


def _of_needs(needs: list[tuple[str, str]], flows: Flows) -> list[tuple[str, list[tuple[str, str]], Array | Entries]]:
    """What happened to needs in the first quarter of a year, each named by its plan and window."""
    moved = (
        ("lapsed_needs", flows.plans.lapsed),
        ("needs_due", flows.plans.due),
        ("secured_finance", flows.plans.secured),
    )
    return [(event, needs, amounts) for event, amounts in moved if amounts is not None]


def _steps_of_plans(terms: Terms, t: int, before: FundState, after: FundState, column: int) -> list[Posting]:
    """Events without money: a plan becomes something else, or its coordination reaches a level."""
    period, postings = str(terms.quarters[t]), []
    for row, plan in enumerate(terms.plans):
        if before.status[row, column] != after.status[row, column]:
            event = f"plan becomes {STATUSES[after.status[row, column]]}"
            postings.append(Posting(period, event, plan.id, "", "", 0))
        if before.level[row, column] != after.level[row, column]:
            event = f"coordination reaches level {after.level[row, column]}"
            postings.append(Posting(period, event, plan.id, "", "", 0))
    return postings


def _one_path(books: Books, column: int) -> Books:
    kept = {name: getattr(books, name)[..., column : column + 1] for name in Books.PER_PATH}
    return Books(**{name: np.zeros_like(getattr(books, name)) for name in Books.SUMS}, **kept)
