"""Transfers, on paper: whose turn it is, what releases an instalment, what the payment bounds refuse.

Amounts in the comments are cents, unless they stand in a scenario. Where approvals must go beyond cash, a donor (NOT)
has signed and never deposits, and the policy counts all that is signed.
"""

from __future__ import annotations

from typing import Any

import pytest

from mptf_sim.engine.run import simulate
from mptf_sim.measures.obligations import obligations
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import Result, agreement, cash, donor, fund, programme

ON_SIGNATURES = {"kind": "signed", "share": "100%"}
NEVER = donor("NOT", ("2026-Q4", 10_000), default="100%")
SPENT_AT_ONCE = {"duration": 1}
"""A programme planned for one quarter and extended: all of its award is planned, so it spends what it receives."""
IN_HALVES = ({"share": "50%"}, {"share": "50%", "after": 2, "threshold": "70%"})


def promised(opening: list[dict[str, Any]], *programmes: dict[str, Any], **parts: Any) -> Scenario:
    """A fund that approves against a signature and pays from this cash."""
    terms = {"opening": {"cash": opening}, "funding_policy": ON_SIGNATURES} | parts.pop("fund", {})
    donors = [*parts.pop("donors", []), NEVER]
    return fund(fund=terms, donors=donors, programmes=list(programmes), **parts)


# --------------------------------------------------------------------------------------------------- whose turn it is


def fund_of_an_older_approval() -> Scenario:
    """JP2 is approved a quarter before JP1; both fall due in Q3, and there is cash for one of them."""
    return promised(
        [cash(100)],
        programme("JP1", 100, ready="2026-Q2", agreement="fast"),
        programme("JP2", 100, ready="2026-Q1", agreement="slow"),
        agreements=[agreement(id="fast", preparation=1), agreement(id="slow", preparation=2)],
    )


def test_the_oldest_approval_is_paid_first() -> None:
    result = Result(fund_of_an_older_approval())
    assert result.of("transfers", "JP2") == {"2026-Q3": 10000}
    assert result.of("waiting_for_cash", "JP1") == {"2026-Q3": 10000, "2026-Q4": 10000}


def fund_with_cash_for_one_of_two() -> Scenario:
    """Two documents are approved together on a signature; the better one has the higher id."""
    return promised([cash(100)], programme("JP2", 100, score=90), programme("JP1", 100, score=50))


def test_of_one_meeting_the_first_by_id_is_paid_first_whatever_its_score() -> None:
    assert Result(fund_with_cash_for_one_of_two()).by_entity("transfers") == {"JP1": 10000}


def test_what_waits_does_not_hold_up_a_later_instalment_that_fits() -> None:
    # Cash 10 000. JP1 takes 6000; JP2's 5000 do not fit in 4000; JP3's 4000 do, to the last cent.
    result = Result(promised([cash(100)], programme("JP1", 60), programme("JP2", 50), programme("JP3", 40)))
    assert result.by_entity("transfers") == {"JP1": 6000, "JP3": 4000}
    assert result.account("cash") == [0, 0, 0, 0]
    assert result.account("instalments_waiting") == [1, 1, 1, 1]


def test_an_instalment_is_paid_whole_or_not_at_all() -> None:
    # 9999 against 10 000, until a cent comes in Q3.
    scenario = promised([cash("99.99")], programme("JP1", 100), donors=[donor("DEU", ("2026-Q3", "0.01"))])
    result = Result(scenario)
    assert result.of("waiting_for_cash", "JP1") == {"2026-Q1": 10000, "2026-Q2": 10000}
    assert result.of("transfers", "JP1") == {"2026-Q3": 10000}


def fund_that_pays_from_its_reserve() -> Scenario:
    """All the cash is approved, on a signature for as much as the reserve."""
    return fund(
        fund={"opening": {"cash": [cash(100)]}, "funding_policy": ON_SIGNATURES, "reserve": {"minimum": 20}},
        donors=[donor("NOT", ("2026-Q4", 20), default="100%")],
        programmes=[programme("JP1", 100)],
    )


def test_payments_may_use_the_reserve() -> None:
    # Approved in Q1: 10 000 + 2000 signed - 2000 reserve. In Q1 the promise is the reserve's; the payment is all cash.
    assert Result(fund_that_pays_from_its_reserve()).account("cash") == [0, 0, 0, 0]


# -------------------------------------------------------------------------------------------------------- instalments


@pytest.mark.parametrize(("budget", "paid"), [("1", [33, 33, 34]), ("0.50", [16, 17, 17]), ("0.01", [0, 1, 0])])
def test_instalments_are_differences_of_rounded_running_totals(budget: str, paid: list[int]) -> None:
    # 33 %, 66 %, 100 %:  of 100: 33, 66, 100.  of 50: 16.5 -> 16, 33, 50.  of 1: 0.33 -> 0, 0.66 -> 1, 1.
    # What is received is spent in the same quarter (SPENT_AT_ONCE), so that nothing holds the next one back.
    thirds = ({"share": "33%"}, {"share": "33%", "after": 1}, {"share": "34%", "after": 2})
    scenario = fund(
        fund={"opening": {"cash": [cash(1)]}},
        agreements=[agreement(*thirds, extension=4)],
        programmes=[programme("JP1", budget, **SPENT_AT_ONCE)],
    )
    assert Result(scenario).account("transfers") == [*paid, 0]


def test_later_instalments_are_dated_from_the_first_transfer_and_there_is_one_a_quarter() -> None:
    # The first falls due in Q1, waits for cash and is paid in Q2; the second follows two quarters after that, in Q4,
    # and the third, three quarters after it, in 2027-Q1.
    terms = agreement({"share": "50%"}, {"share": "25%", "after": 2}, {"share": "25%", "after": 3}, extension=4)
    scenario = promised(
        [cash("49.99")],
        programme("JP1", 100, **SPENT_AT_ONCE),
        donors=[donor("DEU", ("2026-Q2", 500))],
        agreements=[terms],
        calendar={"start": "2026-Q1", "periods": 6},
    )
    paid = Result(scenario).of("transfers", "JP1")
    assert paid == {"2026-Q2": 5000, "2026-Q4": 2500, "2027-Q1": 2500}


def test_instalments_that_are_all_overdue_are_paid_one_a_quarter() -> None:
    # JP1 started in 2025-Q1: its second and third instalments were due in 2025-Q2 and 2025-Q3. The third needs that
    # all of the first (5000) is spent; it is.
    terms = agreement({"share": "50%"}, {"share": "25%", "after": 1}, {"share": "25%", "after": 2})
    running = {"approved": "2025-Q1", "started": "2025-Q1", "instalments_paid": 1, "delivered": 50}
    scenario = fund(
        fund={"opening": {"cash": [cash(100)]}},
        agreements=[terms],
        programmes=[programme("JP1", 100, running=running, ready=None, duration=20)],
    )
    assert Result(scenario).account("transfers") == [2500, 2500, 0, 0]


def test_even_without_a_threshold_an_instalment_needs_all_but_the_previous_one_to_be_spent() -> None:
    # The third instalment, with a threshold of 0 %: expenditure must reach the first instalment, 5000. 4999 does not.
    terms = agreement(
        {"share": "50%"}, {"share": "25%", "after": 1}, {"share": "25%", "after": 2}, delivery={"pace": "0%"}
    )
    running = {"approved": "2025-Q1", "started": "2025-Q1", "instalments_paid": 2, "delivered": "49.99"}
    scenario = fund(
        fund={"opening": {"cash": [cash(100)]}},
        agreements=[terms],
        programmes=[programme("JP1", 100, running=running, ready=None, duration=20)],
    )
    assert Result(scenario).account("not_released") == [2500] * 4


# ------------------------------------------------------------------------------------------------------------- release


@pytest.mark.parametrize(("delivered", "released"), [("70", True), ("69.99", False)])
def test_the_threshold_met_exactly_releases_and_a_cent_short_does_not(delivered: str, released: bool) -> None:
    # 7 %. Half of 21 400 was paid: 10 700; 70 % of it is 7490. Direct cost of 7000 is expenditure of 7000 + 490 =
    # 7490; of 6999 it is 6999 + 489.93 -> 490 = 7489. Nothing more is spent.
    running = {"approved": "2025-Q2", "started": "2025-Q3", "instalments_paid": 1, "delivered": delivered}
    scenario = fund(
        fund={"fees": {"administrative_agent": "0%", "indirect_cost": "7%"}, "opening": {"cash": [cash(500)]}},
        agreements=[agreement(*IN_HALVES, delivery={"pace": "0%"})],
        programmes=[programme("JP1", 214, running=running, ready=None, duration=20)],
    )
    result = Result(scenario)
    assert result.of("transfers", "JP1") == ({"2026-Q1": 10700} if released else {})
    assert result.account("not_released") == ([0, 0, 0, 0] if released else [10700] * 4)
    assert result.account("instalments_not_released") == ([0] * 4 if released else [1] * 4)


def test_a_third_instalment_needs_all_before_the_second_and_its_threshold_of_the_second() -> None:
    # 5000, 3000, 2000 of 10 000; two are paid. 5000 + 50 % of 3000 = 6500: 6499 does not release the third.
    terms = agreement(
        {"share": "50%"},
        {"share": "30%", "after": 1, "threshold": "100%"},
        {"share": "20%", "after": 2, "threshold": "50%"},
        delivery={"pace": "0%"},
    )

    def scenario(delivered: str) -> Scenario:
        running = {"approved": "2025-Q1", "started": "2025-Q1", "instalments_paid": 2, "delivered": delivered}
        return fund(
            fund={"opening": {"cash": [cash(100)]}},
            agreements=[terms],
            programmes=[programme("JP1", 100, running=running, ready=None, duration=20)],
        )

    assert Result(scenario("65")).of("transfers", "JP1") == {"2026-Q1": 2000}
    assert Result(scenario("64.99")).of("not_released", "JP1")["2026-Q1"] == 2000


@pytest.mark.parametrize(("lag", "quarter"), [(1, "2026-Q2"), (2, "2026-Q3"), (3, "2026-Q4")])
def test_expenditure_releases_once_it_is_reported(lag: int, quarter: str) -> None:
    # Everything received is spent in the first quarter (duration 1). Known at the close of Q1, a lag later.
    terms = agreement({"share": "50%"}, {"share": "50%", "after": 1, "threshold": "100%"}, extension=4)
    scenario = fund(
        fund={"opening": {"cash": [cash(100)]}, "reporting_lag": lag},
        agreements=[terms],
        programmes=[programme("JP1", 100, duration=1)],
    )
    assert Result(scenario).of("transfers", "JP1") == {"2026-Q1": 5000, quarter: 5000}


def test_not_released_and_waiting_for_cash_are_never_one_number() -> None:
    # JP1's second half is due and not released, though there is cash for it; JP2 is released and waits.
    running = {"approved": "2025-Q2", "started": "2025-Q3", "instalments_paid": 1}
    scenario = promised(
        [cash(60)],
        programme("JP1", 100, running=running, ready=None, duration=20, agreement="halves"),
        programme("JP2", 70),
        agreements=[agreement(*IN_HALVES, id="halves", delivery={"pace": "0%"}), agreement()],
    )
    result = Result(scenario)
    assert result.account("not_released") == [5000] * 4
    assert result.account("waiting_for_cash") == [7000] * 4


# ------------------------------------------------------------------------------------------------ payments and earmarks


def test_an_instalment_waits_though_there_is_cash_if_its_earmarks_do_not_allow_it() -> None:
    # 500 unearmarked, 1000 for data. JP1 (borders) asks for 800, approved on what NOT has signed: only {u} 500 can
    # pay it. JP2 (data) takes 1000, and then 500 are left, again not enough.
    opening = [cash(5), cash(10, windows=["data"])]
    result = Result(promised(opening, programme("JP1", 8, "borders"), programme("JP2", 10, "data")))
    assert result.by_entity("transfers") == {"JP2": 1000}
    assert result.account("waiting_for_cash") == [800] * 4
    assert result.account("cash") == [500] * 4


def test_narrow_money_that_comes_later_takes_over_what_wide_money_has_paid() -> None:
    # Q1: 1000 unearmarked. JP1 (data) is paid 1000 of it. Q2: 1000 for data come in: JP1 counts on these now, and
    # JP2 (borders), which waits since Q1, is paid the 1000 that were unearmarked.
    scenario = promised(
        [cash(10)],
        programme("JP1", 10, "data"),
        programme("JP2", 10, "borders"),
        donors=[donor("DEU", ("2026-Q2", 10), earmark={"windows": ["data"]})],
    )
    result = Result(scenario)
    assert result.of("transfers", "JP1") == {"2026-Q1": 1000}
    assert result.of("transfers", "JP2") == {"2026-Q2": 1000}
    assert result.of("waiting_for_cash", "JP2") == {"2026-Q1": 1000}


# ---------------------------------------------------------------------------------------------------------- direct cost


def fund_whose_secretariat_waits() -> Scenario:
    """2000 unearmarked and plenty for data; direct cost of 5000 a year, due in Q1."""
    return fund(
        calendar={"start": "2026-Q1", "periods": 8},
        fund={
            "opening": {"cash": [cash(20), cash(500, windows=["data"])]},
            "direct_cost": {"per_year": 50, "quarter": "Q1"},
        },
        donors=[donor("DEU", ("2026-Q3", "29.99"), ("2026-Q4", "0.01"), ("2027-Q2", 200))],
    )


def test_direct_cost_is_paid_whole_from_unearmarked_money_or_waits() -> None:
    # Owed 5000 from 2026-Q1. {u} 2000; 2026-Q3 4999: a cent short; 2026-Q4 5000: paid.
    # 2027-Q1: owed 5000, {u} 0: waits; 2027-Q2: {u} 20 000: paid.
    result = Result(fund_whose_secretariat_waits())
    assert result.of("direct_cost") == {"2026-Q4": 5000, "2027-Q2": 5000}
    # What can be approved: all money less 5000 of the next twelve months less 5000 owed, as long as they are.
    # Money 52 000, 52 000, 54 999, then 55 000 - 5000 = 50 000; the same; 70 000 - 5000 = 65 000.
    assert result.account("approvable") == [42000, 42000, 44999, 45000, 40000, 60000, 60000, 60000]


def test_two_years_of_direct_cost_that_were_owed_are_paid_together() -> None:
    # 5000 + 5000 owed in 2027-Q1; {u} holds 9999 and, from Q2 on, 10 000.
    scenario = fund(
        calendar={"start": "2026-Q1", "periods": 6},
        fund={"direct_cost": {"per_year": 50, "quarter": "Q1"}, "opening": {"cash": [cash(49)]}},
        donors=[donor("DEU", ("2027-Q1", "50.99"), ("2027-Q2", "0.01"))],
    )
    assert Result(scenario).of("direct_cost") == {"2027-Q2": 10000}


def test_direct_cost_comes_before_instalments_of_the_same_quarter() -> None:
    # 10 000, direct cost 4000 due in Q2. JP1 of 7000, approved in Q1 on a signature, falls due in Q2: 6000 are left.
    scenario = promised(
        [cash(100)],
        programme("JP1", 70),
        agreements=[agreement(preparation=1)],
        fund={"direct_cost": {"per_year": 40, "quarter": "Q2"}},
    )
    result = Result(scenario)
    assert result.of("direct_cost") == {"2026-Q2": 4000}
    assert result.of("waiting_for_cash", "JP1") == {"2026-Q2": 7000, "2026-Q3": 7000, "2026-Q4": 7000}


def test_an_instalment_that_is_approved_and_due_in_one_quarter_is_an_obligation_of_that_quarter():
    # Approved and half paid in Q1; the other half is due in Q3 and not released, since nothing is spent: a pace of 0 %.
    halves = agreement({"share": "50%"}, {"share": "50%", "after": 2, "threshold": "50%"}, delivery={"pace": "0%"})
    scenario = fund(fund={"opening": {"cash": [cash(10)]}}, agreements=[halves], programmes=[programme("A", 10)])

    table = obligations(simulate(scenario, 1, 1))

    assert table[["instalment", "quarter", "amount_due_mean", "chance_paid_in_time", "chance_not_released"]].values.tolist() == [
        [1, "2026-Q1", 500, 1, 0],
        [2, "2026-Q3", 500, 0, 1],
    ]  # fmt: skip
