"""The pledging dashboard in the books: what donors did in a period by account, and by donor, pledge and earmark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from mptf_sim.books import GIFT_EVENTS, GiftRow
from mptf_sim.engine.flows import Receipts
from mptf_sim.engine.giving import Gifts
from mptf_sim.engine.terms import Terms
from mptf_sim.quantities import Array

ASIDE = {
    "in kind": {
        "announced": "in_kind_announced",
        "signed": "in_kind_signed",
        "provided": "in_kind_provided",
        "lapsed": "in_kind_lapsed",
        "cancelled": "in_kind_lapsed",
    },
    "policy": {
        "announced": "policy_pledges_announced",
        "provided": "policy_pledges_adopted",
        "lapsed": "policy_pledges_lapsed",
    },
}
"""Accounts of what touches no cash, by kind of pledge and what happens to it."""


IN_OWN = {
    "announced": "announced",
    "lapsed_pledges": "lapsed",
    "signed": "signed",
    "deposits": "deposited",
    "cancelled_commitments": "cancelled",
}
"""Events that are kept in the donor's currency as well, and what flow of a line they are."""


ON_DASHBOARD = {"announced": "announced", "lapsed": "lapsed", "signed": "signed", "provided": "deposited",
                "cancelled": "cancelled"}  # fmt: skip
"""Of what touches no cash: which event of the dashboard each flow is."""


class Gift(NamedTuple):
    """What one line, or one pledge aside, did in a period."""

    event: str
    donor: str
    pledge: str
    earmark: str  # label; empty where no money moves
    amounts: Array  # (path,)
    currency: str = ""  # of the donor, if it is not the fund's
    own: Array | None = None  # (path,), the same in that currency


def of_lines(receipts: Receipts) -> dict[str, Array]:
    """What each line did, by account: (line, path)."""
    lines = receipts.gifts.lines
    return {
        "announced": lines.announced,
        "lapsed_pledges": lines.lapsed,
        "pledge_exchange_difference": lines.pledge_difference,
        "signed": lines.signed,
        "deposits": lines.deposited,
        "agent_fees": receipts.fees,
        "exchange_difference": lines.difference,
        "cancelled_commitments": lines.cancelled,
    }


def accounts(terms: Terms, receipts: Receipts) -> dict[str, Array]:
    """What donors did in the period, and how the dashboard stands at its close, by account: (path,)."""
    found = {name: amounts.sum(axis=0) for name, amounts in of_lines(receipts).items()}
    width = receipts.fees.shape[1]
    for named in ASIDE.values():
        found |= {account: np.zeros(width) for account in named.values()}
    for pledge, aside in zip(terms.set_aside, receipts.gifts.aside, strict=True):
        for happened, account in ASIDE[pledge.kind].items():
            found[account] = found[account] + getattr(aside, happened)
    standing = receipts.gifts.standing
    pledged = standing["pledged_up_to_a_year"] + standing["pledged_up_to_two_years"] + standing["pledged_longer"]
    return found | dict(standing) | {"pledged_not_signed": pledged}


def gifts(terms: Terms, receipts: Receipts) -> Iterator[Gift]:
    """The same one by one."""
    labels = [earmark.label for earmark in terms.classes]
    for event, amounts in of_lines(receipts).items():
        for row, (line, amount) in enumerate(zip(terms.lines, amounts, strict=True)):
            own = (
                getattr(receipts.gifts.own[row], IN_OWN[event])
                if row in receipts.gifts.own and event in IN_OWN
                else None
            )
            currency = terms.currency_of(line.donor)
            yield Gift(event, line.donor, line.pledge, labels[line.earmark], amount, currency, own)
    for pledge, aside in zip(terms.set_aside, receipts.gifts.aside, strict=True):
        for happened, account in ASIDE[pledge.kind].items():
            yield Gift(account, pledge.donor, pledge.id, "", getattr(aside, happened))


def gift_rows(terms: Terms) -> tuple[GiftRow, ...]:
    """What the dashboard keeps apart: lines, then pledges that touch no cash."""
    announced = {pledge.id: pledge.announced for pledge in terms.scenario.pledges}
    lines = (
        GiftRow(line.donor, line.pledge, "financial", terms.classes[line.earmark].label, announced.get(line.pledge))
        for line in terms.lines
    )
    aside = (GiftRow(one.donor, one.id, one.kind, "", one.announced) for one in terms.set_aside)
    return (*lines, *aside)


def over_paths(gifts: Gifts) -> Array:
    """What happened to each row of the dashboard in a period, added over paths: (row, event)."""
    of_lines = np.stack([getattr(gifts.lines, event).sum(axis=-1) for event in GIFT_EVENTS], axis=1)
    aside = np.zeros((len(gifts.aside), len(GIFT_EVENTS)))
    for row, one in enumerate(gifts.aside):
        for flow, event in ON_DASHBOARD.items():
            aside[row, GIFT_EVENTS.index(event)] = getattr(one, flow).sum()
    return np.concatenate([of_lines, aside])
