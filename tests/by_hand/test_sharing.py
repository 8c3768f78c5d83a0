"""Sharing (pro_rata), on paper: one level for all, earmarks that stop some of it, needs asked for once, small parts.

Amounts in the comments are cents, unless they stand in a scenario.
"""

from __future__ import annotations

from typing import Any

import pytest

from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import Result, agreement, cash, fund, of_plan, plan_with, programme


def shared(*programmes: dict[str, Any], opening: list[dict[str, Any]], minimum: str = "0", **parts: Any) -> Scenario:
    """One meeting that shares this opening cash."""
    terms = {"opening": {"cash": opening}} | parts.pop("fund", {})
    governance = {"meetings": ["Q1"], "allocation": {"kind": "pro_rata"}, "limits": {"minimum_grant": minimum}}
    return fund(fund=terms, programmes=list(programmes), governance=governance, **parts)


def awards(scenario: Scenario) -> dict[str, int]:
    return Result(scenario).by_entity("approvals")


def test_every_document_gets_the_same_share_of_what_it_asks_for() -> None:
    # 9000 of 30 000: 30 %.
    scenario = shared(programme("JP1", 100), programme("JP2", 200), opening=[cash(90)])
    assert awards(scenario) == {"JP1": 3000, "JP2": 6000}


def test_all_get_what_they_ask_for_if_there_is_enough() -> None:
    scenario = shared(programme("JP1", 10), programme("JP2", "20.01"), opening=[cash(90)])
    assert awards(scenario) == {"JP1": 1000, "JP2": 2001}


def test_a_cent_that_does_not_divide_stays_in_the_fund() -> None:
    # 100 cents for three equal asks: 33.3 -> 33 each.
    scenario = shared(*(programme(f"JP{n}", 10) for n in range(3)), opening=[cash(1)])
    assert awards(scenario) == {"JP0": 33, "JP1": 33, "JP2": 33}
    assert Result(scenario).account("cash")[0] == 1


def test_when_one_earmark_is_used_up_the_others_go_on() -> None:
    # Money: {u} 600; {u, data} 1600. Asks: JP1 (borders) 2000, JP2 (data) 2000.
    # Level: {u} is tight at 600 / 2000 = 30 %, before all the money at 1600 / 4000 = 40 %: JP1 stops at 600.
    # JP2 goes on: (1600 - 600) / 2000 = 50 %: 1000.
    scenario = shared(
        programme("JP1", 20, "borders"), programme("JP2", 20, "data"), opening=[cash(6), cash(10, windows=["data"])]
    )
    assert awards(scenario) == {"JP1": 600, "JP2": 1000}


def test_money_that_all_depend_on_stops_all_at_one_level() -> None:
    # Money: {u} 900; {u, data} 1000. All the money is tight first, at 1000 / 4000 = 25 %, {u} at 45 %.
    scenario = shared(
        programme("JP1", 20, "borders"), programme("JP2", 20, "data"), opening=[cash(9), cash(1, windows=["data"])]
    )
    assert awards(scenario) == {"JP1": 500, "JP2": 500}


def test_documents_of_one_need_ask_for_it_once_in_proportion() -> None:
    # Need 10 000; alone they would ask for 8000 and 6000. The need is shared: 10 000 x 8000/14 000 = 5714.3 -> 5714,
    # and 4286. Cash for half of it: 5000 x 5714/10 000 = 2857; 5000 - 2857 = 2143.
    scenario = shared(of_plan("JP1", 80), of_plan("JP2", 60), opening=[cash(50)], **plan_with((2026, 100)))
    assert awards(scenario) == {"JP1": 2857, "JP2": 2143}


def fund_beside_a_shared_need() -> Scenario:
    """Two documents of one need of 10 000 and one of a region, and money for half of what they ask for."""
    documents = of_plan("JP1", 80), of_plan("JP2", 200), programme("JP3", 100)
    return shared(*documents, opening=[cash(100)], **plan_with((2026, 100)))


def test_a_need_weighs_once_beside_what_others_ask_for() -> None:
    # JP1 would ask for 8000 and JP2 for 10 000 of the need; of its 10 000 they ask for 10 000 x 8/18 = 4444.4 -> 4444,
    # and 5556. With JP3's 10 000 that is 20 000, of which 10 000 are there: half of each.
    assert awards(fund_beside_a_shared_need()) == {"JP1": 2222, "JP2": 2778, "JP3": 5000}


def fund_of_a_need_in_three() -> Scenario:
    """Three documents of one need of 100 cents, and money for all of it."""
    return shared(*(of_plan(f"JP{n}", 1) for n in range(3)), opening=[cash(50)], **plan_with((2026, 1)))


def test_a_need_is_shared_by_a_rounded_running_total_so_that_all_of_it_is_asked_for() -> None:
    # Three times 100 cents would be asked for, and 100 are needed: 33.3 -> 33, 66.7 -> 67, 100: parts 33, 34, 33.
    assert awards(fund_of_a_need_in_three()) == {"JP0": 33, "JP1": 34, "JP2": 33}


def test_a_shared_need_is_direct_cost_and_each_part_is_asked_for_with_its_indirect_cost() -> None:
    # 7 %. Need 10 000 of direct cost; the budgets of 10 700 carry 10 000 each, so 5000 + 350 is asked for by each.
    scenario = shared(
        of_plan("JP1", 107),
        of_plan("JP2", 107),
        opening=[cash(500)],
        fund={"fees": {"administrative_agent": "0%", "indirect_cost": "7%"}},
        **plan_with((2026, 100)),
    )
    assert awards(scenario) == {"JP1": 5350, "JP2": 5350}
    assert Result(scenario).account("unmet_needs")[0] == 0


def fund_that_shares_again() -> Scenario:
    """One part is below the minimum grant: what it would have had goes to the other."""
    return shared(programme("JP1", 10), programme("JP2", 90), opening=[cash(50)], minimum="10")


def test_a_part_below_the_minimum_grant_becomes_zero_and_the_others_share_again() -> None:
    # 5000 of 10 000: 500 and 4500. 500 is below 1000: JP2 alone asks for 9000 and gets all 5000.
    assert awards(fund_that_shares_again()) == {"JP2": 5000}


@pytest.mark.parametrize(("minimum", "given"), [("5", {"JP3": 900}), ("9.01", {})])
def test_sharing_goes_on_until_no_part_is_below_the_minimum_grant(minimum: str, given: dict[str, int]) -> None:
    # Asks 600 for data and 4000, 5000 for borders. Money: {u} 900; {u, data} 1000.
    #   First: {u} is tight at 900 / 9000 = 10 %, all of it at 1000 / 9600 = 10.4 %: JP2 400, JP3 500; JP1 goes on: 100.
    # With a minimum of 500, JP1 and JP2 are below it; the smaller half of the two is JP1.
    #   Again: JP2 400, JP3 500. JP2 is below.      Again: JP3 alone, 900 of 5000.
    # With a minimum of 901 all three are below it; the smaller half, rounded up, is JP1 and JP2.
    #   Again: JP3 alone: 900, below. Nothing is left.
    scenario = shared(
        programme("JP1", 6, "data"),
        programme("JP2", 40, "borders"),
        programme("JP3", 50, "borders"),
        opening=[cash(9), cash(1, windows=["data"])],
        minimum=minimum,
    )
    assert awards(scenario) == given


def fund_of_equal_small_parts() -> Scenario:
    """Two documents of borders share 900, data has 540 of its own; the minimum grant is 500."""
    return shared(
        programme("JP1", 30, "borders"),
        programme("JP2", 30, "borders"),
        programme("JP3", 6, "data"),
        opening=[cash(9), cash("5.40", windows=["data"])],
        minimum="5",
    )


def test_of_equal_parts_below_the_minimum_grant_those_of_later_ids_give_way() -> None:
    # First: {u} 900 / 6000 = 15 %: 450, 450; data: (1440 - 900) / 600 = 90 %: 540. The two of borders are below 500;
    # half of the two, equal as they are, is JP2. Again: JP1 has {u} to itself: 900; data as before.
    assert awards(fund_of_equal_small_parts()) == {"JP1": 900, "JP3": 540}


@pytest.mark.parametrize(("minimum", "given"), [("10", {"JP1": 1000, "JP2": 4000}), ("10.01", {"JP2": 5000})])
def test_a_part_of_the_minimum_grant_itself_is_made(minimum: str, given: dict[str, int]) -> None:
    # 5000 of 10 000 asked for: 1000 and 4000.
    scenario = shared(programme("JP1", 20), programme("JP2", 80), opening=[cash(50)], minimum=minimum)
    assert awards(scenario) == given


def test_under_rolling_the_claims_are_shared_and_an_award_is_the_largest_within_its_part() -> None:
    # Only the first instalment, a third (33 %), falls due within the quarters. Asks of 1000: claims 330 each.
    # Room 100: level 100/660; parts 50 and 50. The largest award whose third is 50: 33 % of 153 = 50.49 -> 50, of 154
    # = 50.82 -> 51: so 153.
    terms = agreement({"share": "33%"}, {"share": "67%", "after": 2}, delivery={"pace": "0%"})
    scenario = shared(
        programme("JP1", 10),
        programme("JP2", 10),
        opening=[cash(1)],
        fund={"funding_policy": {"kind": "rolling", "quarters": 0}},
        agreements=[terms],
    )
    assert awards(scenario) == {"JP1": 153, "JP2": 153}


def test_what_counts_for_nothing_yet_is_awarded_whole() -> None:
    # No quarter ahead, and the first instalment falls due in the next one.
    scenario = shared(
        programme("JP1", 1000),
        opening=[cash(1)],
        fund={"funding_policy": {"kind": "rolling", "quarters": 0}},
        agreements=[agreement(preparation=1)],
    )
    assert awards(scenario) == {"JP1": 100000}
