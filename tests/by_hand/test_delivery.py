"""Delivery, on paper: the S-curve to the cent, extension, closure, what a closure gives back, refunds.

F(x) = 3x^2 - 2x^3 is the share that should be delivered at a share x of the duration. Of four quarters: 0.15625, 0.5,
0.84375, 1. Amounts in the comments are cents, unless they stand in a scenario.
"""

from __future__ import annotations

from typing import Any

import pytest

from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import Result, agreement, cash, fund, of_plan, plan_with, programme

SEVEN = {"administrative_agent": "0%", "indirect_cost": "7%"}


def delivering(budget: Any, *, periods: int = 8, fees: dict[str, str] | None = None, **terms: Any) -> Scenario:
    """One programme of four quarters, paid in the first one; ready once."""
    trust = {"opening": {"cash": [cash(1000)]}} | ({"fees": fees} if fees else {})
    return fund(
        calendar={"start": "2026-Q1", "periods": periods},
        fund=trust,
        agreements=[agreement(**terms)],
        programmes=[programme("JP1", budget, duration=4)],
    )


# --------------------------------------------------------------------------------------------------------- expenditure


def test_at_full_pace_a_programme_delivers_what_the_s_curve_plans() -> None:
    # Of 10 000:  planned 1562.5, 5000, 8437.5, 10 000.
    #   Q1  1562.5            -> 1562 (half to the even cent)
    #   Q2  5000 - 1562       =  3438
    #   Q3  8437.5 - 5000     =  3437.5 -> 3438; so far 8438
    #   Q4  10 000 - 8438     =  1562; all of it is spent and the programme closes
    result = Result(delivering(100))
    assert result.account("direct_delivery") == [1562, 3438, 3438, 1562, 0, 0, 0, 0]
    assert result.account("programmes_running") == [1, 1, 1, 0, 0, 0, 0, 0]


def test_at_half_pace_it_delivers_half_of_what_is_behind_the_plan() -> None:
    #   Q1  1562.5 x 0.5            =  781.25 ->  781
    #   Q2  (5000 - 781) x 0.5      = 2109.5  -> 2110; so far 2891
    #   Q3  (8437.5 - 2891) x 0.5   = 2773.25 -> 2773; so far 5664
    #   Q4  (10 000 - 5664) x 0.5   = 2168;            so far 7832
    # Nothing is extended: it closes, 2168 unspent, which come back a quarter later.
    result = Result(delivering(100, delivery={"pace": "50%"}))
    assert result.account("direct_delivery") == [781, 2110, 2773, 2168, 0, 0, 0, 0]
    assert result.of("refunds", "JP1") == {"2027-Q1": 2168}


def test_indirect_cost_is_earned_on_what_is_spent_by_running_total() -> None:
    # A budget of 10 700 carries 10 000. Spent in all 1562, 5000, 8438, 10 000; 7 % of it:
    # 109.34 -> 109; 350; 590.66 -> 591; 700. The differences are earned.
    result = Result(delivering(107, fees=SEVEN))
    assert result.account("direct_delivery")[:4] == [1562, 3438, 3438, 1562]
    assert result.account("indirect_cost")[:4] == [109, 241, 241, 109]
    assert result.account("held_by_organisations") == [10700 - 1671, 10700 - 5350, 10700 - 9029, 0, 0, 0, 0, 0]


def test_no_organisation_spends_what_it_has_not_received() -> None:
    # Two halves, the second four quarters later: 5000 are received and no more. By Q3 the plan is 8437.5.
    terms = agreement({"share": "50%"}, {"share": "50%", "after": 4}, extension=0)
    scenario = fund(
        fund={"opening": {"cash": [cash(100)]}}, agreements=[terms], programmes=[programme("JP1", 100, duration=4)]
    )
    assert Result(scenario).account("direct_delivery") == [1562, 3438, 0, 0]


def test_direct_cost_within_receipts_leaves_room_for_its_indirect_cost() -> None:
    # 7 %. Half of 21 400 is 10 700: 10 000 direct and 700 indirect, though the plan by Q3 is 16 875.
    terms = agreement({"share": "50%"}, {"share": "50%", "after": 4}, extension=0)
    scenario = fund(
        fund={"fees": SEVEN, "opening": {"cash": [cash(214)]}},
        agreements=[terms],
        programmes=[programme("JP1", 214, duration=4)],
    )
    # 3125, 10 000 - 3125 = 6875, then nothing is left.
    result = Result(scenario)
    assert result.account("direct_delivery") == [3125, 6875, 0, 0]
    assert result.account("held_by_organisations") == [10700 - 3125 - 219, 0, 0, 0]  # 7 % of 3125 = 218.75 -> 219


def test_a_part_award_is_delivered_as_if_it_were_the_budget() -> None:
    # Need 10 000, budget 20 000: the award is 10 000, and its S-curve the one above.
    scenario = fund(
        fund={"opening": {"cash": [cash(500)]}}, **plan_with((2026, 100)), programmes=[of_plan("JP1", 200, duration=4)]
    )
    assert Result(scenario).account("direct_delivery") == [1562, 3438, 3438, 1562]


def test_a_programme_delivers_from_the_quarter_of_its_first_transfer_on() -> None:
    # Approved in Q1, paid in Q3 (preparation 2): its first quarter is Q3.
    assert Result(delivering(100, preparation=2)).account("direct_delivery")[:5] == [0, 0, 1562, 3438, 3438]


def test_a_running_programme_goes_on_where_it_stands() -> None:
    # Started in 2025-Q3, two of four quarters ago, with 4000 delivered: at the close of 2026-Q1 its age is 3 quarters:
    # planned 8437.5, behind by 4437.5 -> 4438; then 10 000 - 8438 = 1562.
    running = {"approved": "2025-Q2", "started": "2025-Q3", "instalments_paid": 1, "delivered": 40}
    scenario = fund(programmes=[programme("JP1", 100, running=running, ready=None, duration=4)])
    assert Result(scenario).account("direct_delivery") == [4438, 1562, 0, 0]


# ------------------------------------------------------------------------------------------------ extension and closure


def test_a_programme_that_is_not_complete_is_extended_once_and_closes_as_soon_as_it_is() -> None:
    # At half pace 7832 of 10 000 are spent at the end; complete are 95 %, 9500. It is extended by four quarters:
    #   2027-Q1  2168 x 0.5 = 1084 -> 8916      2027-Q2  1084 x 0.5 = 542 -> 9458
    #   2027-Q3   542 x 0.5 =  271 -> 9729: complete. It closes, a quarter before its extension ends.
    result = Result(delivering(100, extension=4, complete_at="95%", delivery={"pace": "50%"}))
    assert result.account("direct_delivery") == [781, 2110, 2773, 2168, 1084, 542, 271, 0]
    assert result.account("programmes_running") == [1, 1, 1, 1, 1, 1, 0, 0]
    assert result.of("refunds", "JP1") == {"2027-Q4": 271}


def test_there_is_one_extension() -> None:
    # Two quarters: 8916, 9458 < 9500 at the end of 2027-Q2: it closes there.
    result = Result(delivering(100, extension=2, complete_at="95%", delivery={"pace": "50%"}))
    assert result.account("direct_delivery") == [781, 2110, 2773, 2168, 1084, 542, 0, 0]
    assert result.of("refunds", "JP1") == {"2027-Q3": 542}


@pytest.mark.parametrize(
    ("complete_at", "refunds"), [("78.32%", {"2027-Q1": 10000 - 7832}), ("78.33%", {"2027-Q2": 10000 - 8916})]
)
def test_to_spend_just_enough_is_to_be_complete(complete_at: str, refunds: dict[str, int]) -> None:
    # 7832 are spent at the end. 78.32 % of 10 000 is 7832: it closes. 78.33 % is a cent more: it is extended, and
    # closes in 2027-Q1, when 8916 are spent. The rest comes back a quarter after the closure.
    result = Result(delivering(100, extension=4, complete_at=complete_at, delivery={"pace": "50%"}))
    assert result.of("refunds", "JP1") == refunds


def fund_that_cancels() -> Scenario:
    """JP1 gets its first half, spends nothing of it and closes at its end; JP2 serves the same need."""
    halves = agreement(
        {"share": "50%"},
        {"share": "50%", "after": 2, "threshold": "70%"},
        id="halves",
        delivery={"pace": "0%"},
        financial_closure=2,
    )
    return fund(
        calendar={"start": "2026-Q1", "periods": 8},
        fund={"fees": SEVEN, "opening": {"cash": [cash(107), cash(50, windows=["borders"])]}},
        **plan_with((2026, 100)),
        agreements=[halves, agreement()],
        programmes=[
            of_plan("JP1", 107, agreement="halves", duration=4, score=90),
            of_plan("JP2", 107, duration=4),
            programme("JP3", 5, "borders", ready="2027-Q1"),
        ],
    )


def test_a_closure_cancels_what_was_not_paid_and_frees_the_need_that_was_not_served() -> None:
    # Q1: JP1 is awarded 10 700, all of the money for data, and the need of 10 000 is met; 5350 are paid.
    # Q3: the second half is due and not released (nothing is spent); Q4: JP1 closes: 5350 are cancelled, and its
    #     direct cost of 10 000 is needed again.
    # 2027-Q1: JP2 asks for 10 700, but 5350 + 5000 earmarked for borders are there: 5350 for data. Passed over.
    # 2027-Q2: JP1 returns 5350: all 10 700 are there again, and JP2 gets them.
    result = Result(fund_that_cancels())
    assert result.of("approvals", "JP1") == {"2026-Q1": 10700}
    assert result.of("not_released", "JP1") == {"2026-Q3": 5350, "2026-Q4": 5350}
    assert result.of("cancelled_awards", "JP1") == {"2026-Q4": 5350}
    assert result.account("freed_needs") == [0, 0, 0, 10000, 0, 0, 0, 0]
    assert result.account("unmet_needs") == [0, 0, 0, 10000, 10000, 0, 0, 0]
    assert result.of("refunds", "JP1") == {"2027-Q2": 5350}
    assert result.of("approvals", "JP2") == {"2027-Q2": 10700}
    assert result.account("funding_gap") == [0, 0, 0, 10000, 10000, 0, 0, 0]


def test_money_that_comes_back_is_money_of_the_earmark_that_paid() -> None:
    # JP3 (borders) takes 500 of its own 5000 in 2027-Q1; JP1's refund does not make it 5000 + 5350.
    result = Result(fund_that_cancels())
    assert result.of("approvals", "JP3") == {"2027-Q1": 500}
    # All money: 10 700 + 5000. 2026-Q4 still owes JP1 5350, cancelled at its close. 2027-Q1: 15 700 - 5350 (paid);
    # 2027-Q2: 15 700 - 500 (JP3); then JP2 has taken 10 700.
    assert result.account("approvable") == [15700, 5000, 5000, 5000, 10350, 15200, 4500, 4500]


def test_a_refund_is_what_was_received_less_what_was_spent_and_its_indirect_cost() -> None:
    # 10 700 received. At half pace 7832 are spent, and 7 % of it, 548.24 -> 548: 10 700 - 8380 = 2320 come back, two
    # quarters after the closure at the end of 2026.
    result = Result(delivering(107, fees=SEVEN, financial_closure=2, delivery={"pace": "50%"}))
    assert result.of("refunds", "JP1") == {"2027-Q2": 2320}
    assert result.account("held_by_organisations")[3:] == [2320, 2320, 0, 0, 0]
    assert result.account("cash")[-1] == 100000 - 10700 + 2320


def test_no_fee_is_taken_of_a_refund() -> None:
    scenario = delivering(100, fees={"administrative_agent": "50%", "indirect_cost": "0%"}, delivery={"pace": "50%"})
    result = Result(scenario)
    assert result.account("agent_fees") == [0] * 8
    assert result.account("cash")[-1] == 100000 - 10000 + 2168
