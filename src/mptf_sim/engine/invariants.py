"""What must hold of every run, checked on every block, always: sums of whole cents, compared with ==."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from mptf_sim.books import ACCOUNT_ROW, ACCOUNTS, FINANCE_ACCOUNTS, LEDGER, POSTINGS, Checks
from mptf_sim.engine.giving import Gifts
from mptf_sim.engine.record import Record
from mptf_sim.engine.state import SETTLED, FundState
from mptf_sim.engine.terms import NEVER, Terms
from mptf_sim.errors import BrokenInvariant
from mptf_sim.money import MOST_EXACT, running_total
from mptf_sim.quantities import Array


def uphold(sentence: str, account: str, gap: Array, terms: Terms, first_path: int, rows: str = "period") -> int:
    """Stop the run where a gap is not zero (NaN included), naming period, path and cents.

    Parameters
    ----------
    gap : (row, path), its rows periods, programmes, parts or an axis of deals as `rows` says, or (path,) for the whole
        horizon; must be 0

    Returns
    -------
    count : how many numbers were looked at
    """
    holds = gap == 0
    if not holds.all():
        at = tuple(np.argwhere(~holds)[0])
        period = f"{terms.quarters[0]} to {terms.quarters[-1]}"
        if gap.ndim == 2 and rows == "period":
            period = str(terms.quarters[at[0]])
        elif gap.ndim == 2:
            account = f"{account} of {_names(terms, rows)[at[0]]}"
        raise BrokenInvariant(sentence, account, period, first_path + int(at[-1]), float(gap[at]))
    return gap.size


def _names(terms: Terms, rows: str) -> Sequence[str]:
    """What the rows of a gap are called."""
    if rows == "programme":
        return [programme.id for programme in terms.programmes]
    if rows == "part":
        return [", ".join(part) for part in terms.layout.parts]
    assert terms.deals is not None
    return terms.deals.names[rows]


def check_gifts(terms: Terms, gifts: Gifts, first_path: int) -> Checks:
    """Check what donors do on one chunk, in the currency in which they give: A4, A14, B4, B14."""
    looked_at: dict[str, int] = {}

    def hold(number: str, sentence: str, account: str, gap: Array) -> None:
        count = uphold(f"{number} ({sentence})", account, gap, terms, first_path)
        looked_at[number] = looked_at.get(number, 0) + count

    for currency, rate in gifts.rates.items():
        hold(
            "B14",
            "an exchange rate is finite and above zero",
            currency,
            np.where(np.isfinite(rate) & (rate > 0), 0.0, 1.0),
        )
    for row, flows in gifts.own.items():
        line = terms.lines[row]
        name = f"{line.donor} {line.pledge}".strip()
        booked = gifts.lines.row(row)
        pledged = running_total(flows.announced - flows.lapsed - flows.signed)
        owed = running_total(flows.signed - flows.deposited - flows.cancelled)
        hold("B4", "no donor signs, lapses or deposits more than it promised", name, np.minimum(pledged, 0.0))
        hold("B4", "no donor signs, lapses or deposits more than it promised", name, np.minimum(owed, 0.0))
        for flow in fields(flows):
            values = getattr(flows, flow.name)
            hold("A14", "a donor gives whole cents of its currency", f"{flow.name} of {name}", values - np.rint(values))
        still_pledged = running_total(booked.announced + booked.pledge_difference - booked.lapsed - booked.signed)
        for stands, left, what in (
            (pledged, still_pledged, "pledged_not_signed"),
            (owed, running_total(booked.still_due()), "signed_not_deposited"),
        ):
            sentence = "what is settled in the donor's currency is settled in the fund's"
            hold("A14", sentence, f"{what} of {name}", np.where(stands == 0, left, 0.0))
    return Checks(looked_at)


def check(terms: Terms, record: Record, state: FundState, first_path: int) -> Checks:
    """Check the books of one block against the catalogue: A1 to A3, A5, B1 to B3, B5, B8 to B13, B15."""
    portfolio = state.portfolio
    books = {account.name: record.accounts[ACCOUNT_ROW[account.name]] for account in ACCOUNTS}
    finance = record.blended
    if finance is not None:
        books |= {account.name: finance.accounts[row] for row, account in enumerate(FINANCE_ACCOUNTS)}
    looked_at: dict[str, int] = {}

    def hold(number: str, sentence: str, account: str, gap: Array, rows: str = "period") -> None:
        count = uphold(f"{number} ({sentence})", account, gap, terms, first_path, rows)
        looked_at[number] = looked_at.get(number, 0) + count

    for name, values in books.items():
        exact = np.isfinite(values) & (np.abs(values) < MOST_EXACT) & (values == np.rint(values))
        exact &= ~(np.signbit(values) & (values == 0))
        hold("B15", "every amount is a finite whole number of cents", name, 1.0 - exact)

    balances: dict[str, Array] = defaultdict(lambda: np.zeros_like(books["cash"]))
    for flow, (source, destination) in POSTINGS.items():
        if flow not in books:
            continue
        balances[source] = balances[source] - books[flow]
        balances[destination] = balances[destination] + books[flow]
    hold(
        "A1",
        "every posting leaves one account and reaches another",
        "all accounts",
        sum(balances.values(), np.zeros_like(books["cash"])),
    )
    holders = [("fund cash", "cash"), ("organisations", "held_by_organisations")]
    holders += [("facilities", "facility_cash"), ("deals", "deal_cash")] if finance is not None else []
    for name, stock in holders:
        moved = running_total(balances[name]) + record.opening.get(stock, 0.0)
        hold("A1", "what an account holds is what was posted to it", stock, books[stock] - moved)

    for stock, (raised_by, lowered_by) in LEDGER.items():
        if stock not in books:
            continue
        change = np.zeros_like(books[stock])
        for flow in raised_by:
            change += books.get(flow, 0.0)
        for flow in lowered_by:
            change -= books.get(flow, 0.0)
        opening = record.opening.get(stock, np.zeros_like(change[0]))
        before = np.vstack([opening[None], books[stock][:-1]])
        hold("A2", f"{stock} changes by its flows alone", stock, books[stock] - before - change)
        closing = books[stock][-1]
        hold(
            "A3",
            "what came in is what went out and what is still here",
            stock,
            closing - opening - change.sum(axis=0),
        )
        hold("B4", "no more leaves a stock than is in it", stock, np.minimum(books[stock], 0.0))

    delivered = (portfolio.spent - record.spent_before).sum(axis=0)
    hold(
        "A9",
        "programmes add up to the fund",
        "direct_delivery",
        books["direct_delivery"].sum(axis=0) - delivered,
    )
    for name, sums in (
        ("transfers", record.transfers),
        ("refunds", record.refunds),
        ("approvals", record.awards),
    ):
        hold("A9", "programmes add up to the fund", name, books[name].sum(axis=0) - sums.sum(axis=0))
    hold("B1", "cash is never negative", "cash", np.minimum(books["cash"], 0.0))
    hold("B2", "approvals stay within the approval bounds", "approvals", record.approval_shortfall)
    hold("B5", "payments stay within the payment bounds", "payments", np.minimum(record.payment_room, 0.0))

    if finance is not None and state.blended is not None:
        for one in finance.gaps(state.blended):
            hold(one.number, one.sentence, one.account, one.gap, one.rows)
    fees = terms.fund.fees
    layout = terms.layout
    held = portfolio.received - fees.budget(portfolio.spent)
    settled, never_approved = (
        layout.for_all_parts(mask) for mask in (portfolio.stage == SETTLED, portfolio.approved_at == NEVER)
    )
    unpaid = portfolio.award - layout.all_programmes(portfolio.received)
    for number, sentence, account, gap, rows in (
        (
            "A5",
            "an organisation refunds what it received and did not spend",
            "refunds",
            record.refunds - np.where(settled, held, 0.0),
            "part",
        ),
        ("B3", "no transfer above its award", "transfers", np.minimum(unpaid, 0.0), "programme"),
        ("B3", "no award above its budget", "approvals", np.minimum(terms.budget - portfolio.award, 0.0), "programme"),
        ("B8", "only approved programmes are paid", "transfers", portfolio.received * never_approved, "part"),
        ("B13", "expenditure within receipts", "direct_delivery", np.minimum(held, 0.0), "part"),
    ):
        hold(number, sentence, account, gap, rows)
    return Checks(looked_at)
