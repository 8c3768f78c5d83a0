"""Approvals, on paper: the list by score, and what is asked for. Amounts in the comments are cents."""

from __future__ import annotations

import pytest

from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import Result, agreement, approved, cash, fund, of_plan, plan_with, programme

# ---------------------------------------------------------------------------------------------- the list by score


def test_down_the_list_what_fits_is_awarded_whole_and_what_does_not_is_passed_over() -> None:
    # Room 10 000. JP2 (90) takes 6000, leaves 4000; JP3 (80) asks 4001: passed over; JP1 (70) takes 4000, all of it.
    scenario = fund(
        fund={"opening": {"cash": [cash(100)]}},
        programmes=[
            programme("JP1", 40, score=70),
            programme("JP2", 60, score=90),
            programme("JP3", "40.01", score=80),
        ],
    )
    assert approved(scenario) == [("2026-Q1", "JP1", 4000), ("2026-Q1", "JP2", 6000)]


def fund_of_equal_scores() -> Scenario:
    """Two documents of one score, and money for one; a third is not ready yet."""
    return fund(
        fund={"opening": {"cash": [cash(100)]}},
        programmes=[programme("JP2", 60), programme("JP1", 60), programme("JP0", 60, ready="2026-Q2")],
    )


def test_of_equal_scores_the_first_by_id_comes_first() -> None:
    assert approved(fund_of_equal_scores()) == [("2026-Q1", "JP1", 6000)]


def test_a_document_waits_for_its_quarter_and_for_the_next_meeting() -> None:
    # Ready in Q2, but the Committee meets in Q1 and Q3.
    scenario = fund(
        fund={"opening": {"cash": [cash(100)]}},
        programmes=[programme("JP1", 60, ready="2026-Q2")],
        governance={"meetings": ["Q1", "Q3"]},
    )
    assert approved(scenario) == [("2026-Q3", "JP1", 6000)]
    assert Result(scenario).account("approvable") == [10000, 0, 10000, 0]


def fund_of_two_windows(thematic_balance: int) -> Scenario:
    """Data has been awarded 10 000 and paid half of it, borders 6000 and paid in full; room for one more document."""
    running = {"approved": "2025-Q2", "started": "2025-Q3", "instalments_paid": 1}
    return fund(
        fund={"opening": {"cash": [cash(100)]}},
        agreements=[agreement(), agreement({"share": "50%"}, {"share": "50%", "after": 20}, id="halves")],
        programmes=[
            programme("RUN1", 100, "data", agreement="halves", running=running, ready=None, duration=40),
            programme("RUN2", 60, "borders", running=running, ready=None, duration=40),
            programme("JP1", 50, "data", score=52),
            programme("JP2", 50, "borders", score=50),
        ],
        governance={
            "meetings": ["Q1"],
            "allocation": {"kind": "priority_score", "thematic_balance": thematic_balance},
        },
    )


@pytest.mark.parametrize(("balance", "first"), [(0, "JP1"), (7, "JP1"), (8, "JP1"), (9, "JP2"), (100, "JP2")])
def test_balance_favours_the_window_that_was_awarded_less_by_points_per_hundred_per_cent(
    balance: int, first: str
) -> None:
    # Awards so far: data 10 000 of 16 000 (62.5 %), borders 37.5 %; an equal share is 50 %. What was paid says the
    # opposite (5000 against 6000) and does not count. With balance b
    #     JP1 (data)     52 + b x (0.5 - 0.625) = 52 - b/8
    #     JP2 (borders)  50 + b x (0.5 - 0.375) = 50 + b/8
    # are equal at b = 8, where the lower id wins. Room: 10 000 less the 5000 that RUN1 is still owed: one of them.
    assert approved(fund_of_two_windows(balance)) == [("2026-Q1", first, 5000)]


def test_before_any_award_there_is_no_balance_to_restore() -> None:
    # JP1's window and JP2's have both had nothing: the scores decide, whatever the weight.
    scenario = fund(
        fund={"opening": {"cash": [cash(50)]}},
        programmes=[programme("JP1", 50, "data", score=51), programme("JP2", 50, "borders", score=50)],
        governance={"meetings": ["Q1"], "allocation": {"kind": "priority_score", "thematic_balance": 1000}},
    )
    assert approved(scenario) == [("2026-Q1", "JP1", 5000)]


def fund_of_two_regions() -> Scenario:
    """Africa has been awarded everything so far; the better document is for Africa."""
    running = {"approved": "2025-Q2", "started": "2025-Q3", "instalments_paid": 1}
    return fund(
        fund={"opening": {"cash": [cash(50)]}},
        programmes=[
            programme("RUN1", 100, running=running, ready=None, duration=40),
            programme("JP1", 50, score=60),
            programme("JP2", 50, score=50, region="europe"),
        ],
        governance={"meetings": ["Q1"], "allocation": {"kind": "priority_score", "geographic_balance": 20}},
    )


def test_balance_favours_the_region_that_was_awarded_less() -> None:
    # JP1 (Africa, 100 % so far): 60 + 20 x (0.5 - 1) = 50; JP2 (Europe, nothing): 50 + 20 x 0.5 = 60.
    assert approved(fund_of_two_regions()) == [("2026-Q1", "JP2", 5000)]


# ------------------------------------------------------------------------------------------------ what is asked for


def test_a_document_asks_for_the_unmet_need_with_indirect_cost_if_that_is_less_than_its_budget() -> None:
    # Unmet 10 050. The budget of 21 400 carries 20 000 of direct cost (7 % of it 1400), more than the need: it asks
    # for 10 050 + 703.5 -> 704 (half to the even cent) = 10 754.
    scenario = fund(
        fund={"fees": {"administrative_agent": "0%", "indirect_cost": "7%"}, "opening": {"cash": [cash(500)]}},
        **plan_with((2026, "100.50")),
        programmes=[of_plan("JP1", 214)],
    )
    result = Result(scenario)
    assert result.of("approvals", "JP1") == {"2026-Q1": 10754}
    assert result.account("unmet_needs")[0] == 0
    assert result.account("awarded_to_needs") == [10050, 0, 0, 0]


def test_a_document_whose_direct_cost_is_the_need_asks_for_its_budget() -> None:
    # A budget of 10 755 carries 10 051 (7 %: 703.57 -> 704; together 10 755); 10 754 carries 10 050. A need of 10 051
    # is met by the first as it stands.
    scenario = fund(
        fund={"fees": {"administrative_agent": "0%", "indirect_cost": "7%"}, "opening": {"cash": [cash(500)]}},
        **plan_with((2026, "100.51")),
        programmes=[of_plan("JP1", "107.55")],
    )
    result = Result(scenario)
    assert result.of("approvals", "JP1") == {"2026-Q1": 10755}
    assert result.account("unmet_needs")[0] == 0


def test_two_documents_of_one_need_ask_for_it_once() -> None:
    # Need 10 000. JP1 (90) takes 8000; JP2 (80) then asks for 2000 instead of 6000; JP3 (70) has nothing to ask for.
    scenario = fund(
        fund={"opening": {"cash": [cash(500)]}},
        **plan_with((2026, 100)),
        programmes=[of_plan("JP1", 80, score=90), of_plan("JP2", 60, score=80), of_plan("JP3", 60, score=70)],
    )
    assert approved(scenario) == [("2026-Q1", "JP1", 8000), ("2026-Q1", "JP2", 2000)]


@pytest.mark.parametrize(("minimum", "awards"), [("20", {"JP1": 8000, "JP2": 2000}), ("20.01", {"JP1": 8000})])
def test_an_ask_below_the_minimum_grant_is_not_made(minimum: str, awards: dict[str, int]) -> None:
    # As above: JP2 asks for 2000, which is the minimum grant, or a cent below it.
    scenario = fund(
        fund={"opening": {"cash": [cash(500)]}},
        **plan_with((2026, 100)),
        programmes=[of_plan("JP1", 80, score=90), of_plan("JP2", 60, score=80)],
        governance={"meetings": ["Q1"], "limits": {"minimum_grant": minimum}},
    )
    assert Result(scenario).by_entity("approvals") == awards


def fund_of_a_second_look() -> Scenario:
    """Rolling, no quarters ahead: JP1 is paid when it is approved, JP2 two quarters later and counts for nothing yet."""
    return fund(
        fund={"opening": {"cash": [cash(50)]}, "funding_policy": {"kind": "rolling", "quarters": 0}},
        **plan_with((2026, 100)),
        agreements=[agreement(id="now"), agreement(id="later", preparation=2)],
        programmes=[of_plan("JP1", 80, score=90, agreement="now"), of_plan("JP2", 60, score=80, agreement="later")],
    )


def test_a_document_that_was_passed_over_is_not_looked_at_again_at_this_meeting() -> None:
    # Q1: need 10 000, room 5000. JP1 asks for 8000: passed over. JP2 asks for 6000, of which nothing counts yet:
    #     awarded; the need is now 4000. JP1 would ask for 4000, which fits; its turn has passed.
    # Q2: JP1 asks for 4000 of a room of 5000 (JP2 falls due in Q3): awarded and paid. Cash 1000.
    # Q3: JP2's 6000 are due and wait.
    result = Result(fund_of_a_second_look())
    assert result.of("approvals", "JP2") == {"2026-Q1": 6000}
    assert result.of("approvals", "JP1") == {"2026-Q2": 4000}
    assert result.of("transfers", "JP1") == {"2026-Q2": 4000}
    assert result.of("waiting_for_cash", "JP2") == {"2026-Q3": 6000, "2026-Q4": 6000}
