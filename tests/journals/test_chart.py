"""The chart of accounts follows from the books: nothing that moves money is without its accounts."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product

import pytest
from hypothesis import example, given

from mptf_sim.books import ACCOUNTS, LEDGER, POSTINGS
from mptf_sim.journals import chart
from mptf_sim.journals.chart import (
    OF_DONORS,
    OF_PROGRAMMES,
    Chart,
    component,
    holders,
    id_of,
    memo_changes,
    memo_stocks,
    parties,
    root,
    title,
    unit_of,
)
from tests.journals.worlds import HOSTILE_IDS, busy_path
from tests.strategies import ids

COMPONENT = re.compile(r"[A-Z0-9][A-Za-z0-9-]*")  # of an account's name, as beancount reads it in plain letters


def test_every_posting_that_moves_money_has_its_accounts():
    accounts = Chart(busy_path()[0])
    for event, (giver, receiver) in POSTINGS.items():
        who = "ANN" if event in ("deposits", "agent_fees", "signed") else "JP00"
        legs = Counter(dict(accounts.legs(event, who, 5)))

        assert legs[accounts.of(receiver, who)] == 5, event
        assert legs[accounts.of(giver, who)] == -5, event
        assert sum(legs.values()) == 0, event


def test_every_flow_of_the_ledger_is_money_or_changes_a_promise_or_a_need():
    for stock in (stock for stock in LEDGER if unit_of(stock) == "cents"):
        for event in (*LEDGER[stock][0], *LEDGER[stock][1]):
            moves = event in POSTINGS and stock in holders().values()
            assert moves or stock in dict(memo_changes(event)), f"{event} changes {stock}, and no account shows it"


def test_what_holds_money_equals_a_stock_of_the_books_and_all_other_stocks_are_memo_accounts():
    assert holders()["fund cash"] == "cash"
    assert holders()["organisations"] == "held_by_organisations"
    assert set(holders().values()) | set(memo_stocks()) == {stock for stock in LEDGER if unit_of(stock) == "cents"}
    assert {*OF_DONORS, *OF_PROGRAMMES} <= set(memo_stocks())


def test_those_who_only_give_are_income_and_those_who_only_receive_expenses():
    assert root("donors") == root("bank") == "Income"
    assert root("administrative agent") == root("secretariat") == root("delivered to people") == "Expenses"
    assert root("fund cash") == root("organisations") == "Assets"
    with pytest.raises(LookupError, match="no posting moves money from or to 'ministries'"):
        root("ministries")


def test_a_new_movement_of_money_finds_its_accounts(monkeypatch):
    monkeypatch.setattr(
        chart, "POSTINGS",
        POSTINGS | {"endowments": ("fund cash", "trustees"), "reflows": ("trustees", "fund cash"),
                    "calls": ("trustees", "lenders")},
    )  # fmt: skip
    cash = (LEDGER["cash"][0] + ("reflows",), LEDGER["cash"][1] + ("endowments",))
    monkeypatch.setattr(
        chart, "LEDGER", {**LEDGER, "cash": cash, "held_by_trustees": (("endowments",), ("reflows", "calls"))}
    )

    assert holders()["trustees"] == "held_by_trustees"
    assert Chart(busy_path()[0]).legs("calls", "FAC", 7) == [("Expenses:Lenders:FAC", 7), ("Assets:Trustees:FAC", -7)]


def test_money_that_no_stock_of_the_books_follows_is_refused(monkeypatch):
    monkeypatch.setattr(
        chart, "POSTINGS", POSTINGS | {"lent": ("organisations", "vaults"), "paid_back": ("vaults", "organisations")}
    )

    with pytest.raises(LookupError, match="'organisations' holds money, and no stock"):
        holders()


@given(id=ids)
@example(id="x")
@example(id="pipeline-0001")
@example(id="a.-_b")
def test_an_id_can_be_read_back_from_its_account(id: str):
    assert COMPONENT.fullmatch(component(id))
    assert id_of(component(id)) == id


def test_no_two_ids_share_an_account():
    all_of_four = ["".join(signs) for signs in product("aA", "A-_.du", "A-_.du", "A-_.du")]
    assert len({component(id) for id in (*all_of_four, *HOSTILE_IDS)}) == len({*all_of_four, *HOSTILE_IDS})


def test_no_two_parties_or_stocks_share_an_account():
    names = [*parties(), *(account.name for account in ACCOUNTS)]
    assert len({title(name) for name in names}) == len(names)
    assert all(COMPONENT.fullmatch(title(name)) for name in names)
