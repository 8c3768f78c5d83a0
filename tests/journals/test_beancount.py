"""The ledger of a path balances, ties to the books, and passes the real bean-check."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.core import data
from beancount.scripts import check
from click.testing import CliRunner
from hypothesis import given, settings

from mptf_sim.analysis.answers import tables_of
from mptf_sim.books import FINANCE_ROW, POSTINGS
from mptf_sim.engine.replay import Posting, Replay, replay
from mptf_sim.engine.run import simulate
from mptf_sim.journals.as_beancount import as_beancount
from mptf_sim.journals.chart import Chart, memo_changes
from mptf_sim.journals.writing import PARTICULARS, last_day
from mptf_sim.quantities import Quarter
from mptf_sim.scenario.read import read_scenario
from mptf_sim.scenario.scenario import Scenario
from tests.engine.busy_fund import busy_fund
from tests.journals.worlds import SCENARIOS, SEED, blending_path, busy_path, hostile_path
from tests.strategies import scenarios

OF_DONORS = ("Income:Donors:", "Equity:Memo:PledgedNot", "Equity:Memo:SignedNot", "Equity:Memo:InKind")


def bean_check(text: str, folder: Path) -> tuple[int, str]:
    """Exit code and complaints of bean-check: its main() in this process, without the start of a Python."""
    file = folder / "journal.beancount"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(check.main, ["--no-cache", str(file)])
    return done.exit_code, done.output


def bean_check_itself(text: str, folder: Path) -> tuple[int, str]:
    """The same of the program that an accountant starts."""
    file = folder / "journal.beancount"
    file.write_text(text, encoding="utf-8")
    program = Path(sys.executable).with_name("bean-check")
    done = subprocess.run([program, "--no-cache", file], capture_output=True, encoding="utf-8", timeout=120)
    return done.returncode, done.stderr + done.stdout


def loaded(text: str) -> list[Any]:
    """The entries of a ledger that beancount finds nothing wrong with."""
    entries, errors, _ = loader.load_string(text)
    assert [error.message for error in errors] == []
    return entries


def ledger(world: tuple[Scenario, Replay]) -> str:
    return as_beancount(world[0], SEED, world[1])


def cents(amount: Decimal) -> int:
    assert amount * 100 == int(amount * 100)
    return int(amount * 100)


def told(entries: list[Any]) -> list[Posting]:
    """Postings as they are told by entries, in their order, but for whom money moves between."""
    found = []
    for entry in entries:
        quarter = str(Quarter(entry.date.year, (entry.date.month + 2) // 3))
        particulars: dict[str, Any] = {name: entry.meta.get(name, "") for name in PARTICULARS}
        particulars["in_currency"] = cents(Decimal(particulars["in_currency"] or 0))
        if isinstance(entry, data.Transaction) and entry.narration != "opening balances":
            amount = cents(entry.postings[0].units.number)
            if entry.narration not in POSTINGS:  # its first line is that of the first promise or need it changes
                amount *= next(memo_changes(entry.narration))[1]
            found.append(Posting(quarter, entry.narration, entry.payee or "", "", "", amount, **particulars))
        elif isinstance(entry, data.Custom):
            who, amount, *_ = (value.value for value in entry.values)
            counted = int(amount) if isinstance(amount, Decimal) else cents(amount.number)
            found.append(Posting(quarter, entry.type, who, "", "", counted, **particulars))
    return found


@given(scenario=scenarios())
@settings(max_examples=25)
def test_every_journal_balances_and_tells_every_posting(scenario: Scenario):
    path = replay(scenario, SEED, path=3)

    entries = loaded(as_beancount(scenario, SEED, path))

    assert Counter(told(entries)) == Counter(one._replace(debit="", credit="") for one in path.postings)


def test_what_moves_money_or_promises_is_an_entry_and_only_the_rest_is_custom():
    entries = loaded(ledger(busy_path()))
    booked = {entry.narration for entry in entries if isinstance(entry, data.Transaction)} - {"opening balances"}
    noted = {entry.type for entry in entries if isinstance(entry, data.Custom)}

    assert set(POSTINGS) - set(FINANCE_ROW) <= booked, "the busy fund has every movement of money but those of deals"
    assert all(list(memo_changes(event)) or event in POSTINGS for event in booked)
    assert not any(list(memo_changes(event)) or event in POSTINGS for event in noted)


def test_balances_at_each_years_end_are_those_of_the_statement():
    scenario = busy_fund()
    tables = tables_of(simulate(scenario, paths=7, seed=SEED), with_frontier=False)
    path = replay(scenario, SEED, int(tables.manifest["median_path"]))
    entries = loaded(as_beancount(scenario, SEED, path))
    accounts = Chart(scenario)
    lines = {
        "Closing fund cash": accounts.of("fund cash"),
        "Balance with organisations": accounts.of("organisations"),
        "Contributions from donors": accounts.of("donors"),
        "Fund interest": accounts.of("bank"),
        "Administrative agent fee": accounts.of("administrative agent"),
        "Direct cost (secretariat)": accounts.of("secretariat"),
        "Direct cost delivered": accounts.of("delivered to people"),
        "Indirect cost": accounts.of("organisations' support"),
    }
    statement = tables.statement[tables.statement["column"] == "total"].set_index(["year", "line"])["median_path"]
    for year in sorted(set(tables.statement["year"])):
        for line, name in lines.items():
            sign = -1 if name.startswith("Income") else 1
            assert standing(entries, name, date(year, 12, 31)) == sign * int(statement[year, line]), (year, line)


def standing(entries: list[Any], name: str, day: date) -> int:
    """What stands in an account and those below it when a day ends, cents."""
    return sum(
        cents(posting.units.number)
        for entry in entries
        if isinstance(entry, data.Transaction) and entry.date <= day
        for posting in entry.postings
        if posting.account == name or posting.account.startswith(name + ":")
    )


def test_every_years_end_asserts_every_account_and_the_last_day_each_programme():
    scenario, path = busy_path()
    entries = loaded(ledger((scenario, path)))
    asserted = {(entry.date, entry.account) for entry in entries if isinstance(entry, data.Balance)}
    posted = {posting.account for e in entries if isinstance(e, data.Transaction) for posting in e.postings}
    whole = {name for name in Chart(scenario).totals() if any(f"{one}:".startswith(f"{name}:") for one in posted)}

    assert {name.split(":")[0] for name in whole} == {"Assets", "Income", "Expenses", "Equity"}
    for year in (2026, 2027, 2028, 2029):
        assert {(date(year + 1, 1, 1), name) for name in whole} <= asserted
    kept = {name for name in posted if name.startswith(("Assets:", "Equity:Memo:OwedToProgrammes:"))}
    assert {(date(2030, 1, 1), name) for name in kept} <= asserted


class TestOneCent:
    """A ledger that is a single cent off does not pass."""

    def test_a_sound_ledger_passes(self, tmp_path):
        assert bean_check(ledger(busy_path()), tmp_path) == (0, "")

    def test_the_program_itself_says_the_same(self, tmp_path):
        sound = ledger(busy_path())
        for text in (sound, one_cent_more(sound, r"  Assets:FundCash  \d+\.\d\d")):
            assert bean_check_itself(text, tmp_path) == bean_check(text, tmp_path)

    def test_a_sound_ledger_of_facilities_and_deals_passes(self, tmp_path):
        assert bean_check(ledger(blending_path()), tmp_path) == (0, "")

    def test_in_one_line_of_an_entry_it_no_longer_balances(self, tmp_path):
        text = ledger(busy_path())
        code, complaint = bean_check(one_cent_more(text, r"  Assets:FundCash  \d+\.\d\d"), tmp_path)
        assert (code, "does not balance" in complaint) == (1, True)

    @pytest.mark.parametrize("event", sorted({*POSTINGS, "approvals", "signed"}))
    def test_in_a_whole_entry_the_years_end_is_off(self, tmp_path, event):
        text = ledger(blending_path() if event in FINANCE_ROW else busy_path())
        entry = re.search(rf'\d{{4}}-\d\d-\d\d \* (?:"[^"]*" )?"{event}"\n(?:  .*\n)+', text)
        assert entry is not None
        amount = re.search(r" (\d+\.\d\d) USD", entry[0])
        assert amount is not None
        other = f"{Decimal(amount[1]) + Decimal('0.01')}"
        wrong = text.replace(entry[0], entry[0].replace(amount[1], other))
        assert wrong.count(other) > 0
        code, complaint = bean_check(wrong, tmp_path)
        assert code == 1
        assert "Balance failed" in complaint
        assert "does not balance" not in complaint

    def test_in_an_assertion_it_fails(self, tmp_path):
        text = ledger(busy_path())
        code, complaint = bean_check(one_cent_more(text, r" balance Assets:FundCash \d+\.\d\d"), tmp_path)
        assert (code, "Balance failed" in complaint) == (1, True)

    def test_in_the_opening_balance_it_fails(self, tmp_path):
        text = ledger(busy_path())
        assert '"opening balances"\n  Assets:FundCash  1500000.00 USD' in text
        wrong = text.replace("  Assets:FundCash  1500000.00", "  Assets:FundCash  1500000.01", 1)
        wrong = re.sub(r"(  Equity:OpeningBalances  -1500000\.0)0", r"\g<1>1", wrong, count=1)
        assert bean_check(wrong, tmp_path)[0] == 1


def one_cent_more(text: str, pattern: str) -> str:
    found = re.search(pattern, text)
    assert found is not None
    amount = found[0].split(" ")[-1]
    return text.replace(found[0], found[0].replace(amount, f"{Decimal(amount) + Decimal('0.01')}"), 1)


def test_hostile_names_stay_names(tmp_path):
    scenario, path = hostile_path()
    text = ledger((scenario, path))
    donors = {donor.id: donor.name for donor in scenario.donors}
    programmes = {programme.id: programme.name for programme in scenario.programmes}
    assert set(donors) & set(programmes), "an id may stand for a donor and for a programme"

    assert bean_check(text, tmp_path) == (0, "")
    opened = [entry for entry in loaded(text) if isinstance(entry, data.Open) and "id" in entry.meta]
    assert {entry.meta["id"] for entry in opened} >= {one.who for one in path.postings if one.event in POSTINGS} - {""}
    for entry in opened:
        named = donors if entry.account.startswith(OF_DONORS) else programmes
        assert entry.meta["name"] == named[entry.meta["id"]]


@pytest.mark.slow
@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_bean_check_passes_on_ten_random_paths_of_each_shipped_scenario(file, tmp_path):
    scenario = read_scenario(file)
    for path in random.Random(file.stem).sample(range(10_000), 10):
        text = as_beancount(scenario, SEED, replay(scenario, SEED, path))
        assert bean_check(text, tmp_path) == (0, ""), f"path {path}"


def test_entries_carry_the_last_day_of_their_quarter():
    assert [last_day(Quarter(2028, quarter)) for quarter in (1, 2, 3, 4)] == [
        date(2028, 3, 31), date(2028, 6, 30), date(2028, 9, 30), date(2028, 12, 31),
    ]  # fmt: skip
