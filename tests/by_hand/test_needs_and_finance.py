"""Plans, on paper: needs that carry over, finance from others, what counts as funded and as delivered.

Amounts in the comments are cents, unless they stand in a scenario.
"""

from __future__ import annotations

from typing import Any

import pytest

from mptf_sim.engine.run import simulate
from mptf_sim.errors import UsageError
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import Result, cash, fund, of_plan, plan_with, programme

PLAN = {"id": "KEN-plan", "name": "Plan", "region": "africa", "country": "KEN"}


def needs(amounts: dict[str, Any], year: int = 2026) -> list[dict[str, Any]]:
    return [{"plan": "KEN-plan", "window": window, "year": year, "amount": cents} for window, cents in amounts.items()]


def source(id: str, amount: Any, **terms: Any) -> dict[str, Any]:
    """A State budget that is secured for 2026, over all needs of the year unless a window is said."""
    given = {"provider": "state budget", "status": "secured", "year": 2026, "amount": amount}
    return {"id": id, "plan": "KEN-plan"} | given | terms


# --------------------------------------------------------------------------------------------------------------- needs


def test_what_is_unmet_carries_over_in_part_and_the_rest_lapses() -> None:
    # 33.33 % of 10 001 is 3333.33 -> 3333; 6668 lapse. With the 5000 of 2027: 8333. A year later 33.33 % of it is
    # 2777.39 -> 2777; 5556 lapse.
    scenario = fund(
        calendar={"start": "2026-Q1", "periods": 9}, **plan_with((2026, "100.01"), (2027, 50), carry_over="33.33%")
    )
    result = Result(scenario)
    assert result.account("needs_due") == [10001, 0, 0, 0, 5000, 0, 0, 0, 0]
    assert result.of("lapsed_needs", "KEN-plan data") == {"2027-Q1": 6668, "2028-Q1": 5556}
    assert result.account("unmet_needs") == [10001] * 4 + [8333] * 4 + [2777]


def test_lapsed_needs_stay_in_both_gaps() -> None:
    # As above: 15 001 have come due by 2027, and nobody has paid for any of them.
    scenario = fund(
        calendar={"start": "2026-Q1", "periods": 9}, **plan_with((2026, "100.01"), (2027, 50), carry_over="33.33%")
    )
    result = Result(scenario)
    assert result.account("funding_gap") == result.account("delivery_gap") == [10001] * 4 + [15001] * 5


def test_needs_of_a_year_come_due_in_its_first_played_quarter() -> None:
    result = Result(fund(calendar={"start": "2026-Q3", "periods": 3}, **plan_with((2026, 100), (2027, 50))))
    assert result.account("needs_due") == [10000, 0, 5000]


@pytest.mark.parametrize(("status", "asked"), [("none", 0), ("drafting", 0), ("costed", 100), ("reviewed", 100)])
def test_only_costed_adopted_and_reviewed_plans_raise_needs_and_requests(status: str, asked: int) -> None:
    scenario = fund(
        fund={"opening": {"cash": [cash(500)]}},
        plans=[PLAN | {"status": status}],
        needs=needs({"data": 100}),
        programmes=[of_plan("JP1", 100)],
    )
    result = Result(scenario)
    assert result.account("needs_due")[0] == asked * 100
    assert result.by_entity("approvals") == ({"JP1": 10000} if asked else {})


# ------------------------------------------------------------------------------------------------- finance from others


def fund_beside_a_source(shares: dict[str, Any], secured: Any) -> Scenario:
    """One source for all windows of a plan; in each of them a document asks for what is left of the need."""
    return fund(
        fund={"opening": {"cash": [cash(1000)]}},
        plans=[PLAN],
        needs=needs(shares),
        finance=[source("budget", secured)],
        programmes=[of_plan(f"JP-{window}", 1000, window) for window in shares],
    )


def unmet_by_window(shares: dict[str, Any], secured: Any) -> dict[str, int]:
    """What is left of each need, seen by what the documents with large budgets are awarded."""
    awarded = Result(fund_beside_a_source(shares, secured)).by_entity("approvals")
    return {window: awarded.get(f"JP-{window}", 0) for window in shares}


def test_a_source_for_all_windows_is_shared_by_largest_remainder() -> None:
    # Needs 10, 20, 40; 10 secured: quotas 1.43, 2.86, 5.71: 1, 2, 5 and a cent each to the remainders .86 and .71:
    # 1, 3, 6. Unmet: 9, 17, 34.
    needs_of_year = {"borders": "0.10", "data": "0.20", "protection": "0.40"}
    assert unmet_by_window(needs_of_year, "0.10") == {"borders": 9, "data": 17, "protection": 34}


def test_of_equal_remainders_the_first_window_by_id_gets_the_cent() -> None:
    # 1000 over three equal needs of 1000: 333.33 each; the odd cent to borders. Of 1001 to borders and data.
    needs_of_year = {"protection": 10, "data": 10, "borders": 10}
    assert unmet_by_window(needs_of_year, 10) == {"protection": 667, "data": 667, "borders": 666}
    assert unmet_by_window(needs_of_year, "10.01") == {"protection": 667, "data": 666, "borders": 666}


def test_a_source_for_one_window_is_taken_off_that_need() -> None:
    scenario = fund(
        fund={"opening": {"cash": [cash(1000)]}},
        plans=[PLAN],
        needs=needs({"borders": 10, "data": 10}),
        finance=[source("budget", 4, window="data"), source("bank", 5, window="data")],
        programmes=[of_plan("JP1", 100, "borders"), of_plan("JP2", 100, "data")],
    )
    assert Result(scenario).by_entity("approvals") == {"JP1": 1000, "JP2": 100}


@pytest.mark.parametrize("status", ["indicative", "requested"])
def test_finance_that_is_not_secured_counts_for_nothing(status: str) -> None:
    scenario = fund(plans=[PLAN], needs=needs({"data": 10}), finance=[source("hope", 4, status=status)])
    result = Result(scenario)
    assert result.account("unmet_needs")[0] == result.account("delivery_gap")[3] == 1000
    assert result.account("secured_finance") == result.account("executed_finance") == [0] * 4


def test_secured_finance_is_spent_in_equal_parts_over_the_played_quarters_of_its_year() -> None:
    # 1001 secured, 70 % of it executed: 700.7 -> 701. The calendar starts in Q2: three quarters, 233.67 each; the two
    # odd cents to the first two: 234, 234, 233.
    scenario = fund(
        calendar={"start": "2026-Q2", "periods": 4},
        plans=[PLAN],
        needs=needs({"data": 50}),
        finance=[source("budget", "10.01", execution="70%")],
    )
    result = Result(scenario)
    assert result.account("secured_finance") == [1001, 0, 0, 0]
    assert result.account("executed_finance") == [234, 234, 233, 0]
    assert result.account("funding_gap") == [5000 - 1001] * 4
    assert result.account("delivery_gap") == [4766, 4532, 4299, 4299]


# ---------------------------------------------------------------------------------------- funded, delivered, and coverage


def fund_that_covers_a_plan() -> Scenario:
    """A plan of 20 000 with 4000 secured from others, and two programmes: one for a part of it, one that ran before."""
    running = {"approved": "2025-Q2", "started": "2025-Q4", "instalments_paid": 1}
    return fund(
        fund={"opening": {"cash": [cash(500)]}},
        plans=[PLAN],
        needs=needs({"data": 200}),
        finance=[source("budget", 40, execution="50%")],
        programmes=[
            of_plan("JP1", 100, duration=4),
            of_plan("JP2", 100, running=running, ready=None, duration=4),
            programme("JP3", 100, duration=4),
        ],
    )


def test_funded_is_what_others_secure_and_what_the_fund_awards_delivered_is_what_both_spend() -> None:
    # Funded: 4000 + 10 000 awarded to JP1 = 14 000; 6000 stay open. JP2 ran before and JP3 serves no plan: neither
    # counts. Delivered: JP1 1562, 5000, 8438, 10 000; others 500 a quarter, half of 4000.
    result = Result(fund_that_covers_a_plan())
    books = result.replay.books
    assert result.account("funding_gap") == [6000] * 4
    assert result.account("delivery_gap") == [20000 - 2062, 20000 - 6000, 20000 - 9938, 20000 - 12000]
    assert books.plan_funded[:, 0, 0].tolist() == [14000]
    assert books.plan_delivered[:, 0, 0].tolist() == [12000]


def test_coverage_of_a_plan_is_what_was_delivered_over_what_came_due() -> None:
    # 12 000 of 20 000 are 60 %, so at least 60 % holds on every path and at least 60.01 % on none.
    def met(bound: str) -> list[int]:
        expected = {
            "metric": "coverage", "plan": "KEN-plan", "period": "2026-Q4", "at_least": bound, "with_probability": "50%",
        }  # fmt: skip
        return Result(fund_that_covers_a_plan().replace(expect=[expected])).replay.books.met[:, 0].tolist()

    assert met("60%") == [1]
    assert met("60.01%") == [0]


@pytest.mark.parametrize("rule", ["priority_score", "priority_queue", "regional_floors"])
def test_a_document_without_direct_cost_asks_for_nothing_once_its_need_is_met(rule: str) -> None:
    # Indirect cost of 100 %: one cent holds no direct cost (0 + 0 <= 1 < 1 + 1). JP1 asks for the need's 5 cents of direct
    # cost and 5 of indirect cost; nothing is left of the need, and min(1, budget(0)) = 0 is what JP2 asks for.
    allocation = {"kind": rule}
    if rule == "regional_floors":
        allocation |= {"rule": {"kind": "priority_score"}, "floors": {"africa": "10%"}}
    scenario = fund(
        fund={"opening": {"cash": [cash(1)]}, "fees": {"administrative_agent": "0%", "indirect_cost": "100%"}},
        programmes=[of_plan("JP1", 1, score=60), of_plan("JP2", "0.01", score=50)],
        governance={"meetings": ["Q1"], "allocation": allocation},
        **plan_with((2026, "0.05")),
    )
    assert Result(scenario).by_entity("approvals") == {"JP1": 10}


def test_a_need_is_refused_as_too_large_only_for_rates_that_it_is_multiplied_with() -> None:
    # 10^13 cents x 901 parts of 9.01 % would pass 2^53, but interest is paid on cash, and there is none.
    terms = {"interest": {2026: "9.01%"}, "fees": {"administrative_agent": "0%", "indirect_cost": "7%"}}
    scenario = fund(fund=terms, **plan_with((2026, "99999999999.99")))
    assert Result(scenario).account("funding_gap")[0] == 10**13 - 1
    assert simulate(scenario, paths=1).columns["interest"].tolist() == [0]
    with pytest.raises(UsageError, match=r"needs: amounts reach 100,000,000,000 and the rate has 10000 parts"):
        simulate(
            fund(fund=terms | {"fees": {"indirect_cost": "9.01%"}}, **plan_with((2026, "99999999999.99"))), paths=1
        )
