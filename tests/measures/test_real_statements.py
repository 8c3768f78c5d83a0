"""Statements of real pooled funds, rebuilt from their published lines; and indirect cost as organisations were granted it.

Five statements that the MPTF Office published: two of the Peacebuilding Fund, cumulative, in dollars; three of the Albania
One UN Coherence Fund (2012, 2013, and to date), in thousands. Each line is rounded by itself, so that a total may differ
from the sum of its parts by half a unit for each part and half a unit of its own; more would be a wrong sign or line.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from mptf_sim.fund.certified import SOURCES, USES, Certified
from mptf_sim.fund.fees import Fees
from mptf_sim.quantities import ContractRate

DATA = Path(__file__).parents[1] / "data"

LINES = {
    "Contributions from Donors": "contributions",
    "Gross Contributions": "contributions",
    "Interest and Investment Income (from Fund)": "interest",
    "Fund Earned Interest and Investment Income": "interest",
    "Interest (from Participating Organizations)": "interest_from_organisations",
    "Interest Income received from Participating Organizations": "interest_from_organisations",
    "Transferred to Participating Organizations": "transfers",
    "Transfers to Participating Organizations": "transfers",
    "Transfers to MDTFs": "other_uses",
    "Refunds from Participating Organizations": "refunds",
    "Refunds received from Participating Organizations": "refunds",
    "Administrative Agent Fee": "agent_fee",
    "Administrative Agent Fees": "agent_fee",
    "Direct Cost": "direct_cost",
    "Bank Charges": "bank_charges",
    "Opening Fund balance (1 January)": "opening_balance",
    "Closing Fund balance (31 December)": "closing_balance",
    "Balance with Administrative Agent": "closing_balance",
}
"""What our statement calls each published line. Published refunds are negative uses; ours are a source."""


def statements() -> dict[tuple[str, str], dict[str, int]]:
    """The lines of each published statement, in dollars."""
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    with (DATA / "fund_statements.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["fund"], row["period"]][row["line_item"]] = int(row["amount"])
    return found


STATEMENTS = statements()


def unit(statement: dict[str, int]) -> int:
    """What it is rounded to: dollars, or thousands."""
    return 1 if any(amount % 1000 for amount in statement.values()) else 1000


def certified(statement: dict[str, int]) -> Certified:
    """The statement as a scenario would state it."""
    table = [
        {"year": 2013, "line": LINES[name], "amount": abs(amount)}
        for name, amount in statement.items()
        if name in LINES
    ]
    return Certified.model_validate({"year": 2013, "table": table})


def parts(statement: dict[str, int], lines: tuple[str, ...]) -> list[int]:
    return [one.amount // 100 for one in certified(statement).table if one.line in lines]


def close(total: int, found: int, count: int, unit: int) -> bool:
    """Within half a unit for each part and half a unit of the total itself."""
    return abs(total - found) <= (count + 1) * unit / 2


def test_there_are_five_statements():
    assert len(STATEMENTS) == 5
    assert sorted(unit(statement) for statement in STATEMENTS.values()) == [1, 1, 1000, 1000, 1000]


@pytest.mark.parametrize("name", STATEMENTS, ids=" ".join)
def test_a_published_statement_is_rebuilt_from_its_lines(name):
    statement, step = STATEMENTS[name], unit(STATEMENTS[name])
    sources = parts(statement, tuple(line for line in SOURCES if line != "refunds"))
    uses = parts(statement, USES)
    refunds = parts(statement, ("refunds",))
    opening = parts(statement, ("opening_balance",))
    closing = parts(statement, ("closing_balance",))

    total_sources = statement.get("Total source of funds", statement.get("Total: Sources of Funds"))
    total_uses = statement.get("Total use of funds", statement.get("Total: Uses of Funds"))
    assert close(total_sources, sum(sources), len(sources), step)
    assert close(total_uses, sum(uses) - sum(refunds), len(uses) + 1, step)
    every = (*opening, *sources, *uses, *refunds)
    assert close(closing[0], sum(opening) + sum(sources) + sum(refunds) - sum(uses), len(every), step)


@pytest.mark.parametrize("name", STATEMENTS, ids=" ".join)
def test_the_balance_with_organisations_is_what_they_received_and_neither_spent_nor_returned(name):
    statement, step = STATEMENTS[name], unit(STATEMENTS[name])
    if "PO: Balance" in statement:
        received, spent = (
            statement["PO: Transfers to Participating Organizations (resources)"],
            statement["PO: Expenditures"],
        )
        held = received + statement["PO: Refunds"] - spent
        assert close(statement["PO: Balance"], held, 3, step)
        both = statement["PO: Balance"] + statement["Balance with Administrative Agent"]
        assert close(statement["Total Balance of Funds"], both, 2, step)
    elif "Balance of Funds with Participating Organizations" in statement:
        net, spent = (
            statement["Net Funded Amount to Participating Organizations"],
            statement["Participating Organizations' Expenditure"],
        )
        assert close(statement["Balance of Funds with Participating Organizations"], net - spent, 2, step)


def test_one_years_closing_balance_opens_the_next():
    albania = "Albania One UN Coherence Fund"
    closing = STATEMENTS[albania, "2012"]["Closing Fund balance (31 December)"]

    assert STATEMENTS[albania, "2013"]["Opening Fund balance (1 January)"] == closing


@pytest.mark.parametrize("name", [name for name in STATEMENTS if name[0].startswith("Albania")], ids=" ".join)
def test_the_agents_fee_is_one_per_cent_of_contributions(name):
    statement = STATEMENTS[name]
    fee = ContractRate(1, 100).of_cents(statement["Gross Contributions"] * 100) / 100

    assert close(statement["Administrative Agent Fees"], fee, 1, 1000)


# ------------------------------------------------------------------------------------- indirect cost, project by project


def projects() -> list[tuple[str, Fraction, Fraction, Fraction]]:
    """Code, direct cost, budget (cents), and by how many cents the published rounding lets the budget be off."""
    found = []
    with (DATA / "cbpf_indirect_cost.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            direct, budget = (Fraction(Decimal(row[name])) * 100 for name in ("direct_cost_usd", "budget_usd"))
            slack = half_a_step(row["budget_usd"]) + Fraction(107, 100) * half_a_step(row["direct_cost_usd"])
            found.append((row["project_code"], direct, budget, slack + Fraction(1, 2)))
    return found


def half_a_step(written: str) -> Fraction:
    """Half of the last place a figure is written to, in cents: 50 for dollars, 5 for tenths, 0 for whole cents."""
    decimals = len(written.rstrip("0").partition(".")[2])
    return Fraction(10 ** (2 - decimals), 2) if decimals < 2 else Fraction(0)


def test_indirect_cost_of_seven_per_cent_is_reproduced_for_real_projects():
    # 1,726 of the 1,999 projects of UN organisations carry 7 %; the others carry another rate (most of them 6.5 %) and are
    # left out. Of the 1,726, 1,678 follow to the last published place. The other 48 are off by cents more than their
    # rounding allows, 2.74 dollars at most, less than one in a million of their budget. The record does not say why: most
    # likely their indirect cost was added up from parts (organisations' budget lines) that were rounded one by one.
    fees = Fees()
    listed = projects()
    direct = np.array([float(one[1]) for one in listed])
    budget = fees.budget(np.rint(direct))
    off = [abs(Fraction(int(found)) - one[2]) for found, one in zip(budget, listed, strict=True)]
    beyond = [miss for miss, one in zip(off, listed, strict=True) if miss > one[3]]

    assert len(listed) == 1726
    assert len(beyond) == 48
    assert max(off) == 274


def test_a_budget_carries_the_direct_cost_it_was_granted_for():
    # The way back: all but 32 of them (some of the 48 above), which are off by 2.56 dollars at most.
    listed = projects()
    budget = np.array([float(one[2]) for one in listed])
    off = np.abs(Fees().direct_within(np.rint(budget)) - np.array([float(one[1]) for one in listed]))
    allowed = np.array([float(one[3]) for one in listed]) / 1.07 + 1

    assert (off > allowed).sum() == 32
    assert off.max() == 256
