"""Tables by country, workstream, cost category and organisation: each adds up to the fund, to the cent."""

from __future__ import annotations

import pandas as pd
import pytest

from mptf_sim.books import account
from mptf_sim.engine.replay import replay
from mptf_sim.engine.run import simulate
from mptf_sim.measures.breakdown import NOWHERE, UNSTATED, UNTAGGED, breakdown
from mptf_sim.measures.organisations import organisations
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import agreement, cash, fund, programme

CATEGORIES = {"staff": "50%", "travel": "25%", "transfers_and_grants": "25%"}


def three_programmes(**terms: object) -> Scenario:
    return fund(
        fund={"opening": {"cash": [cash("1M")]}, "fees": {"indirect_cost": "7%"}},
        states=[{"id": id, "name": id} for id in ("ETH", "KEN", "UGA")],
        organisations=[
            {"id": "ILO", "name": "ILO", "late_reports": "100%", "executive_committee": True},
            {"id": "IOM", "name": "IOM", "member": False, "capacity": "1M"},
        ],
        agreements=[agreement(cost_categories=CATEGORIES) | terms],
        programmes=[
            programme("A", "1.07", countries={"ETH": "40%", "KEN": "60%"}, workstreams=["data", "returns"], duration=1),
            programme("B", "107.07", countries=["ETH", "KEN", "UGA"], workstreams=["data"], duration=1),
            programme("C", "10.70", duration=1, organisation="ILO"),
        ],
    )


def rows(table: pd.DataFrame, dimension: str, column: str) -> dict[str, int]:
    some = table[table["dimension"] == dimension]
    return dict(zip(some["id"], some[column].tolist(), strict=True))


@pytest.fixture
def table() -> pd.DataFrame:
    scenario = three_programmes()
    return breakdown(simulate(scenario, 3, 1), replay(scenario, 1, 0).books)


def test_countries_share_each_programme_by_largest_remainder(table):
    # A: 107 cents, 40 % and 60 %: 42.8 and 64.2, so 43 and 64. B: 10,707 cents, a third each: 3,569. C: 1,070.
    transfers = rows(table, "country", "transfers_median_path")
    assert transfers == {"ETH": 43 + 3569, "KEN": 64 + 3569, "UGA": 3569, NOWHERE: 1070}


def test_a_programme_of_two_workstreams_stands_in_both(table):
    assert rows(table, "workstream", "transfers_median_path") == {"data": 10814, "returns": 107, UNTAGGED: 1070}
    # direct cost of A is 1.00, of B 100.07 (107.07 = 100.07 + 7.00), all of it delivered
    assert rows(table, "workstream", "requested") == {"data": 10107, "returns": 100, UNTAGGED: 1000}
    assert rows(table, "workstream", "coverage")["data"] == 1.0


def test_cost_categories_and_indirect_cost_are_all_expenditure(table):
    # A 100: 50, 25, 25. B 10,007: 5,003.5, 2,501.75, 2,501.75: the two that lack least get a cent: 5,003, 2,502, 2,502
    assert rows(table, "cost category", "delivery_median_path") == {
        "staff": 50 + 5003 + 500, "travel": 25 + 2502 + 250, "transfers and grants": 25 + 2502 + 250,
        "indirect": 7 + 700 + 70,
    }  # fmt: skip


@pytest.mark.parametrize("dimension", ["country", "cost category"])
def test_a_dimension_adds_up_to_the_fund(table, dimension):
    scenario = three_programmes()
    books = replay(scenario, 1, 0).books
    delivered = int(account(books, "direct_delivery").sum())
    indirect = int(account(books, "indirect_cost").sum()) if dimension == "cost category" else 0

    assert sum(rows(table, dimension, "delivery_median_path").values()) == delivered + indirect


def test_an_agreement_without_categories_says_so():
    scenario = three_programmes(cost_categories=None)
    found = breakdown(simulate(scenario, 1, 1), replay(scenario, 1, 0).books)

    assert set(rows(found, "cost category", "delivery_mean")) == {UNSTATED, "indirect"}


def test_categories_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match=r"cost categories that add up to 100%, found '75%'"):
        three_programmes(cost_categories={"staff": "75%"})


def test_organisations_are_listed_with_what_they_received_and_hold_up():
    scenario = three_programmes()
    found = organisations(simulate(scenario, 3, 1), replay(scenario, 1, 0).books).set_index("organisation")

    assert found["executive_committee"].tolist() == [True, False]
    assert found["member"].tolist() == [True, False]
    assert found.loc["IOM", "capacity"] == 1_000_000_00
    assert found["transfers_median_path"].to_dict() == {"ILO": 1070, "IOM": 107 + 10707}
    assert found["transfers_mean"].sum() == 1070 + 107 + 10707
