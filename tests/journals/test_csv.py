"""The table of a path has a row for each posting, and adds up to the books."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal

from hypothesis import given, settings

from mptf_sim.books import ACCOUNTS, POSTINGS, account
from mptf_sim.engine.replay import Posting, Replay, replay
from mptf_sim.journals.as_csv import COLUMNS, as_csv
from mptf_sim.journals.chart import holders
from mptf_sim.scenario.scenario import Scenario
from tests.journals.worlds import SEED, busy_path, hostile_path
from tests.strategies import scenarios


def rows(scenario: Scenario, path: Replay) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(scenario, path), newline="")))


def cents(row: dict[str, str]) -> int:
    return int(Decimal(row["amount"]).scaleb(2 if row["unit"] == "USD" else 0))


def posting(row: dict[str, str]) -> Posting:
    """The posting that a row tells."""
    texts = {name: row[name] for name in Posting._fields if name in row and name != "in_currency"}
    own = int(Decimal(row["in_currency"] or 0).scaleb(2))
    return Posting(cents=cents(row), in_currency=own, **texts)


@given(scenario=scenarios())
@settings(max_examples=25)
def test_every_posting_is_a_row_and_sums_by_event_are_the_accounts_of_the_books(scenario: Scenario):
    path = replay(scenario, SEED, path=3)
    table = [row for row in rows(scenario, path) if not row["event"].startswith("opening ")]

    assert [posting(row) for row in table] == [*path.postings]
    by_event = Counter()
    for row in table:
        by_event[row["event"]] += cents(row)
    for one in ACCOUNTS:
        if one.kind == "flow":
            assert by_event[one.name] == int(account(path.books, one.name).sum()), one.name


@given(scenario=scenarios())
@settings(max_examples=25)
def test_what_is_debited_less_what_is_credited_is_what_each_holder_holds(scenario: Scenario):
    path = replay(scenario, SEED, path=3)
    standing = Counter()
    for row in (row for row in rows(scenario, path) if row["unit"] == "USD"):
        standing[row["debit"]] += cents(row)
        standing[row["credit"]] -= cents(row)

    assert standing.total() == 0
    for party, stock in holders().items():
        assert standing[party] == int(account(path.books, stock)[-1, 0]), party


def test_money_goes_where_the_books_say_and_amounts_have_both_decimals():
    table = rows(*busy_path())

    assert tuple(table[0]) == COLUMNS
    assert table[0] == {
        "period": "2026-Q1", "event": "opening cash", "who": "", "debit": "fund cash", "credit": "opening balances",
        "amount": "1500000.00", "unit": "USD", "pledge": "", "earmark": "", "organisation": "",
        "currency": "", "in_currency": "",
    }  # fmt: skip
    for row in table[1:]:
        giver, receiver = POSTINGS.get(row["event"], ("", ""))
        assert (row["credit"], row["debit"]) == (giver, receiver)
        assert row["unit"] != "USD" or row["amount"][-3] == "."


def test_no_cell_is_a_formula():
    signs = ("=", "+", "-", "@", "\t")
    assert not [row for row in rows(*hostile_path()) for cell in row.values() if cell.startswith(signs)]
