"""What may be approved, on paper: each funding policy, the reserve, the ring-fence, and earmarks as bounds.

Amounts in the comments are cents, unless they stand in a scenario. {u, data} is the money of two earmark classes:
unearmarked, and earmarked for data.
"""

from __future__ import annotations

from typing import Any

import pytest

from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import Result, agreement, approved, cash, donor, fund, programme

TWO_HALVES = ({"share": "50%"}, {"share": "50%", "after": 2})

# ---------------------------------------------------------------------------------- policy, reserve and ring-fence


def test_full_cash_counts_what_is_owed_keeps_the_reserve_and_a_year_of_direct_cost() -> None:
    # Opening 10 000; reserve the larger of 1000 and 5 % of cash; direct cost 1200 a year, in Q3; JP1 of 2000 is paid
    # two quarters after its approval.
    #   Q1: reserve 1000, direct cost of Q3 1200: room 10 000 - 2200 = 7800; JP1 takes 2000 of it
    #   Q2: 10 000 - 2000 (owed to JP1) - 1000 - 1200 (still to come in Q3) = 5800
    #   Q3: 1200 is paid first: 8800 - 2000 - 1000 - 1200 (2027-Q3) = 4600; then JP1 is paid: cash 6800
    #   Q4: 8800 - 2000 - 1000 - 1200 = 4600: what was paid counts as it did when it was owed
    scenario = fund(
        fund={
            "opening": {"cash": [cash(100)]},
            "reserve": {"share_of_cash": "5%", "minimum": 10},
            "direct_cost": {"per_year": 12, "quarter": "Q3"},
        },
        agreements=[agreement(preparation=2)],
        programmes=[programme("JP1", 20)],
    )
    result = Result(scenario)
    assert result.account("approvable") == [7800, 5800, 4600, 4600]
    assert result.account("cash") == [10000, 10000, 6800, 6800]


@pytest.mark.parametrize(("opening", "reserve"), [("40", 1000), ("200", 1000), ("200.10", 1000), ("300.50", 1502)])
def test_the_reserve_is_the_larger_of_the_minimum_and_the_share_of_cash(opening: str, reserve: int) -> None:
    # 5 % of 4000 = 200 and of 20 000 = 1000: the minimum of 1000. Of 20 010: 1000.5 -> 1000. Of 30 050: 1502.5 -> 1502.
    scenario = fund(
        fund={"opening": {"cash": [cash(opening)]}, "reserve": {"share_of_cash": "5%", "minimum": 10}},
    )
    result = Result(scenario)
    assert result.account("approvable")[0] == result.account("cash")[0] - reserve


def test_a_cent_of_the_reserve_is_a_cent_too_much() -> None:
    terms = {"opening": {"cash": [cash(100)]}, "reserve": {"minimum": 10}}
    assert approved(fund(fund=terms, programmes=[programme("JP1", 90)])) == [("2026-Q1", "JP1", 9000)]
    assert approved(fund(fund=terms, programmes=[programme("JP1", "90.01")])) == []


def test_the_last_meeting_keeps_the_direct_cost_of_the_year_after_the_calendar() -> None:
    # Q1 falls due in the quarter it is met: 1200 paid in 2026-Q1, and 1200 of 2027-Q1 are kept at every meeting.
    scenario = fund(fund={"opening": {"cash": [cash(100)]}, "direct_cost": {"per_year": 12, "quarter": "Q1"}})
    assert Result(scenario).account("approvable") == [7600, 7600, 7600, 7600]


def test_signed_adds_its_share_of_what_is_signed_and_not_deposited_before_fees() -> None:
    # Fee 1 %. Signed 1005 cents, due in Q3; half of it 502.5 -> 502 counts. In Q3 the deposit brings 1005 - 10 = 995.
    scenario = fund(
        fund={
            "fees": {"administrative_agent": "1%", "indirect_cost": "0%"},
            "opening": {"cash": [cash(10)]},
            "funding_policy": {"kind": "signed", "share": "50%"},
        },
        donors=[donor("DEU", ("2026-Q3", "10.05"))],
    )
    assert Result(scenario).account("approvable") == [1502, 1502, 1995, 1995]


def test_signed_money_counts_under_its_earmark_and_is_rounded_once_for_each_set() -> None:
    # Signed: 101 for data, 101 without earmark. Half of a set's money counts:
    #     {u} 50.5 -> 50; {u, data} 101.
    # JP1 (borders) may have 50, one cent more does not fit; JP2 (data) 101 together with it.
    def scenario(borders: str, data: str) -> Scenario:
        return fund(
            fund={"funding_policy": {"kind": "signed", "share": "50%"}},
            donors=[
                donor("DEU", ("2026-Q4", "1.01"), earmark={"windows": ["data"]}),
                donor("NOR", ("2026-Q4", "1.01")),
            ],
            programmes=[programme("JP1", borders, "borders", score=90), programme("JP2", data, "data")],
            governance={"meetings": ["Q1"]},
        )

    assert approved(scenario("0.50", "0.51")) == [("2026-Q1", "JP1", 50), ("2026-Q1", "JP2", 51)]
    assert approved(scenario("0.51", "0.52")) == [("2026-Q1", "JP2", 52)]
    assert approved(scenario("0.50", "0.52")) == [("2026-Q1", "JP1", 50)]


def fund_on_a_rolling_policy(quarters: int) -> Scenario:
    """Two documents of 10 000, each in halves: the first one quarter after approval, the second two quarters later."""
    return fund(
        fund={"opening": {"cash": [cash(100)]}, "funding_policy": {"kind": "rolling", "quarters": quarters}},
        agreements=[agreement(*TWO_HALVES, preparation=1, delivery={"pace": "0%"})],
        programmes=[programme("JP1", 100), programme("JP2", 100)],
    )


def test_rolling_backs_only_the_instalments_that_fall_due_within_its_quarters() -> None:
    # One quarter ahead. Q1: of each award half falls due in Q2: 5000 + 5000 = 10 000, all of the cash.
    #   Q2: falls due by Q3: the first halves, 10 000: room 0. They are paid.
    #   Q3: paid 10 000; the second halves are due in Q4 (start Q2 + 2), which is within one quarter: 10 000 - 20 000
    #   Q4: the same; both second halves wait (their threshold is zero)
    result = Result(fund_on_a_rolling_policy(1))
    assert result.by_entity("approvals") == {"JP1": 10000, "JP2": 10000}
    assert result.account("approvable") == [10000, 0, 0, 0]
    assert result.account("transfers") == [0, 10000, 0, 0]
    assert result.account("waiting_for_cash") == [0, 0, 0, 10000]


def test_rolling_three_quarters_counts_the_second_half_too() -> None:
    # Preparation 1 + 2 = 3 quarters: within three of them all of an award counts, within two only the first half.
    assert Result(fund_on_a_rolling_policy(3)).by_entity("approvals") == {"JP1": 10000}
    assert Result(fund_on_a_rolling_policy(2)).by_entity("approvals") == {"JP1": 10000, "JP2": 10000}


# ------------------------------------------------------------------------------------------------- earmarks as bounds


def fund_of_two_earmarks(*programmes: dict[str, Any]) -> Scenario:
    """500 unearmarked, 1000 for data, 1000 for protection."""
    marked = [cash(5), cash(10, windows=["data"]), cash(10, windows=["protection"])]
    return fund(fund={"opening": {"cash": marked}}, programmes=list(programmes), governance={"meetings": ["Q1"]})


def fund_of_a_third_document(budget: Any) -> Scenario:
    """Two documents that take all but 100 of the money, and a third one, which only unearmarked money may pay."""
    return fund_of_two_earmarks(
        programme("JP1", 12, "data", score=90),
        programme("JP2", 12, "protection", score=80),
        programme("JP3", budget, "borders"),
    )


def test_each_programme_may_use_unearmarked_money_but_not_all_of_them_the_same() -> None:
    # Money: {u} 500; {u, data} 1500; {u, protection} 1500; all 2500. JP1 and JP2 ask for 1200 each.
    #   JP1 (data):        within {u, data} 1500 and all 2500: awarded. Left: {u, data} 300; all 1300
    #   JP2 (protection):  within {u, protection} 1500 and all 1300: awarded. Left: {u, protection} 300; all 100
    #   JP3 (borders):     {u} 500, {u, data} 300, {u, protection} 300, all 100: 101 does not fit, 100 does
    assert Result(fund_of_a_third_document("1.01")).by_entity("approvals") == {"JP1": 1200, "JP2": 1200}
    assert Result(fund_of_a_third_document(1)).by_entity("approvals") == {"JP1": 1200, "JP2": 1200, "JP3": 100}


def test_who_comes_first_decides_who_may_use_unearmarked_money() -> None:
    # JP3 (borders) takes the 500: {u} 0; {u, data} 1000; {u, protection} 1000; all 2000. Now 1200 fits nowhere.
    scenario = fund_of_two_earmarks(
        programme("JP1", 12, "data"), programme("JP2", 12, "protection"), programme("JP3", 5, "borders", score=90)
    )
    assert Result(scenario).by_entity("approvals") == {"JP3": 500}


def test_an_earmark_counts_for_the_programmes_it_admits_and_for_no_other() -> None:
    # 1000 for everything but data. JP1 (data) has no money; JP2 (protection) has 1000.
    scenario = fund(
        fund={"opening": {"cash": [cash(10, not_windows=["data"])]}},
        programmes=[programme("JP1", "0.01", "data", score=90), programme("JP2", 10, "protection")],
    )
    assert Result(scenario).by_entity("approvals") == {"JP2": 1000}
