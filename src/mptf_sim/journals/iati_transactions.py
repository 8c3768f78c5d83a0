"""What IATI calls each movement of money and each promise, from the view of the fund and of the programme.

It follows from the postings: money that reaches the fund from outside is incoming; what the fund passes on to an
activity of its own is disbursed there and incoming here; what leaves for good is spent. What comes back is taken off
again, so that disbursements add up to what is net funded. Facilities and deals have books of their own: of their money only
what a facility returns to the fund is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from mptf_sim.books import LEDGER, POSTINGS
from mptf_sim.journals.chart import holders

FUND, PROGRAMMES, FACILITIES = "fund cash", "organisations", "facilities"

PROMISES: Mapping[str, tuple[str, str]] = {
    "pledged_not_signed": ("donors", FUND),
    "signed_not_deposited": ("donors", FUND),
    "owed_to_programmes": (FUND, PROGRAMMES),
}
"""Stocks of the ledger that are promises of money: (who promises, to whom). Only the first is not yet signed."""


class Transaction(NamedTuple):
    """How an event is reported in one activity."""

    activity: Literal["fund", "programme"]
    kind: str  # a name of the code list TransactionType
    sign: int  # -1 where it takes back what was reported before
    giver: str
    receiver: str


def transactions(event: str) -> Iterator[Transaction]:
    """The transactions of an event: none if it moves no money and promises none.

    A promise that is kept is not taken back: signing a pledge and depositing a commitment leave them as they were.
    """
    if event in POSTINGS:
        yield from _of_money(*POSTINGS[event], sign=1)
        return
    raised = [stock for stock in PROMISES if event in LEDGER[stock][0]]
    lowered = [stock for stock in PROMISES if event in LEDGER[stock][1]]
    for stock in raised or lowered:
        yield from _of_promise(stock, sign=1 if raised else -1)


def opening_transactions(stock: str) -> Iterator[Transaction]:
    """What is brought forward when the calendar starts: money at hand, awards not yet paid."""
    if stock in PROMISES:
        yield from _of_promise(stock, sign=1)
    elif stock == holders()[FUND]:
        yield Transaction("fund", "Incoming Funds", 1, "", FUND)
    else:
        yield Transaction("programme", "Incoming Funds", 1, FUND, PROGRAMMES)


def _of_money(giver: str, receiver: str, sign: int) -> Iterator[Transaction]:
    holding = set(holders())
    if receiver == FUND and giver in holding:
        yield from _of_money(receiver, giver, -sign)
    elif receiver == FUND:
        yield Transaction("fund", "Incoming Funds", sign, giver, receiver)
    elif giver == FUND and receiver in holding:
        yield Transaction("fund", "Disbursement", sign, giver, receiver)
        if receiver == PROGRAMMES:
            yield Transaction("programme", "Incoming Funds", sign, giver, receiver)
    elif giver in (FUND, PROGRAMMES):
        yield Transaction("fund" if giver == FUND else "programme", "Expenditure", sign, giver, receiver)


def _of_promise(stock: str, sign: int) -> Iterator[Transaction]:
    giver, receiver = PROMISES[stock]
    if receiver == FUND:
        kind = "Incoming Pledge" if stock == "pledged_not_signed" else "Incoming Commitment"
        yield Transaction("fund", kind, sign, giver, receiver)
    else:
        yield Transaction("fund", "Outgoing Commitment", sign, giver, receiver)
        yield Transaction("programme", "Incoming Commitment", sign, giver, receiver)
