"""How plans ripen, what falls due of them, and who else pays: solved on paper, in cents.

The small fund has one plan, KEN-plan, of Kenya in Africa, with needs for data. Quarters 2026-Q1 to Q4 unless said.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mptf_sim.engine.run import simulate
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import Result, agreement, cash, fund, of_plan, plan_with

TWO_YEARS = {"start": "2026-Q1", "periods": 8}
THREE_YEARS = {"start": "2026-Q1", "periods": 12}


def with_plan(*needs: tuple[int, Any], calendar: dict[str, Any] = TWO_YEARS, **plan: Any) -> Scenario:
    """The small fund with one plan of these terms."""
    return fund(calendar=calendar, **changed(plan_with(*needs), **plan))


def changed(parts: dict[str, Any], **plan: Any) -> dict[str, Any]:
    return parts | {"plans": [parts["plans"][0] | plan]}


def due(scenario: Scenario, seed: int = 1, path: int = 0) -> dict[str, int]:
    return Result(scenario, seed, path).of("needs_due", "KEN-plan data")


def steps(scenario: Scenario) -> list[tuple[str, str]]:
    return [(one.period, one.event) for one in Result(scenario).replay.postings if one.event.startswith("plan becomes")]


# ------------------------------------------------------------------------------------------------------------ life


@pytest.mark.parametrize(
    ("status", "raises"),
    [("none", False), ("drafting", False), ("costed", True), ("adopted", True), ("reviewed", True)],
)
def test_only_costed_adopted_and_reviewed_plans_raise_needs(status, raises):
    assert due(with_plan((2026, 10), (2027, 20), status=status)) == (
        {"2026-Q1": 1000, "2027-Q1": 2000} if raises else {}
    )


def test_a_plan_takes_one_step_a_quarter_at_most_and_raises_the_needs_of_the_year_after_it_is_costed():
    # Certain steps: drafting in 2026-Q1, costed in Q2, adopted in Q3, reviewed in Q4; then there is no next step.
    # The needs of 2026 came due in Q1, when the plan was none; those of 2027 come due.
    certain = {"drafting": "100%", "costed": "100%", "adopted": "100%", "reviewed": "100%"}
    scenario = with_plan((2026, 10), (2027, 20), status="none", hazards=certain)
    assert steps(scenario) == [
        ("2026-Q1", "plan becomes drafting"),
        ("2026-Q2", "plan becomes costed"),
        ("2026-Q3", "plan becomes adopted"),
        ("2026-Q4", "plan becomes reviewed"),
    ]
    assert due(scenario) == {"2027-Q1": 2000}


def test_a_plan_costed_in_a_first_quarter_raises_the_needs_of_the_next_year_only():
    # Drafting at the start; costed in 2026-Q1 after the needs of 2026 would have come due.
    scenario = with_plan((2026, 10), (2027, 20), status="drafting", hazards={"costed": "100%"})
    assert steps(scenario) == [("2026-Q1", "plan becomes costed")]
    assert due(scenario) == {"2027-Q1": 2000}


def test_without_hazards_a_plan_stays_what_it_is():
    assert steps(with_plan((2026, 10), status="drafting")) == []


def test_a_yearly_chance_is_spread_over_four_quarters():
    # 36 % a year is 1 - 0.64^(1/4) = 1 - 0.8944 a quarter; after four quarters 36 % of paths have been costed, and
    # raise the 20.00 of 2027. 4,096 paths: standard error 0.75 %.
    scenario = with_plan((2027, 20), status="drafting", hazards={"costed": "36%"})
    needs = simulate(scenario, paths=4096, seed=5).columns["needs:KEN-plan"]
    assert set(needs.tolist()) == {0, 2000}
    assert abs((needs > 0).mean() - 0.36) < 5 * 0.0075


def test_coverage_takes_needs_and_delivery_of_the_same_path():
    # On the paths without needs nothing is asked for; on the others the need of 20.00 is met by an award at once and
    # delivered in the year after, so that coverage is 100 % of needs that differ between paths.
    parts = changed(plan_with((2027, 20)), status="drafting", hazards={"costed": "36%"})
    scenario = fund(
        calendar=TWO_YEARS,
        fund={"opening": {"cash": [cash(50)]}},
        programmes=[of_plan("JP", 20, duration=1)],
        **parts,
    )
    run = simulate(scenario, paths=1024, seed=5)
    assert (run.columns["delivered:KEN-plan"] == run.columns["needs:KEN-plan"]).all()
    assert len(np.unique(run.columns["needs:KEN-plan"])) == 2


# ----------------------------------------------------------------------------------------------------- what falls due


def one_need(amount: Any, year: int = 2026, **terms: Any) -> dict[str, Any]:
    return {"plan": "KEN-plan", "window": "data", "year": year, "amount": amount} | terms


def test_contingency_inflation_and_overlap_are_one_product_rounded_once():
    # 0.05 less half of it that a parent plan holds is 2.5 cents; with 100 % contingency 5 cents. Rounded on the way,
    # half to even, 2.5 would be 2 and then 4.
    # A year later 10 % inflation: 5.5 cents -> 6 (half to even); another year: 5 x 1.21 = 6.05 -> 6.
    parts = changed(plan_with(), contingency="100%", inflation="10%")
    parts["needs"] = [one_need("0.05", year, overlap="50%") for year in (2026, 2027, 2028)]
    assert due(fund(calendar=THREE_YEARS, **parts)) == {"2026-Q1": 5, "2027-Q1": 6, "2028-Q1": 6}


def test_each_measure_of_a_need_is_rounded_by_itself_and_they_add_up():
    # 1.5 -> 2 and 2.5 -> 2 cents, together 4; the sum rounded as a whole would be 4 as well: 3 and 7 halves show it,
    # 3.5 -> 4 and 1.5 -> 2 and 1.5 -> 2: 8, where 6.5 would be 6.
    measures = [("0.07", "a"), ("0.03", "b"), ("0.03", "c")]
    parts = plan_with()
    parts["needs"] = [one_need(amount, id=id, overlap="50%") for amount, id in measures]
    assert due(fund(**parts)) == {"2026-Q1": 8}


def test_what_several_parents_hold_is_left_out_once_each():
    # 10.00 less 30 % and 20 % of it
    parts = plan_with()
    parts["needs"] = [one_need(10, overlap=[{"parent": "Vision 2030", "share": "30%"}, {"share": "20%"}])]
    assert due(fund(**parts)) == {"2026-Q1": 500}


def surge(**terms: Any) -> dict[str, Any]:
    return {"kind": "needs_surge", "start": 2027, "share": "80%"} | terms


@pytest.mark.parametrize(
    ("terms", "in_2027", "in_2028"),
    [
        ({}, 1800, 1800),
        ({"end": 2027}, 1800, 1000),
        ({"regions": ["africa"]}, 1800, 1800),
        ({"regions": ["europe"]}, 1000, 1000),
        ({"plans": ["KEN-plan"], "regions": ["europe"]}, 1800, 1800),
    ],
)
def test_a_surge_raises_the_needs_of_those_it_hits_from_year_to_year(terms, in_2027, in_2028):
    parts = plan_with((2026, 10), (2027, 10), (2028, 10))
    scenario = fund(calendar=THREE_YEARS, shocks=[surge(**terms)], **parts)
    assert due(scenario) == {"2026-Q1": 1000, "2027-Q1": in_2027, "2028-Q1": in_2028}


def test_surges_and_reviews_multiply_before_the_one_rounding():
    # A review in 2026 finds 25 % more, from 2027 on; two surges of 10 %: 0.01 x 1.25 x 1.1 x 1.1 = 1.5125 -> 2 cents.
    # Step by step it would be 1.25 -> 1, and stay 1.
    parts = plan_with((2026, "0.01"), (2027, "0.01"))
    governance = {
        "meetings": ["Q1"],
        "reviews": [{"id": "f", "kind": "forum", "quarter": "2026-Q1", "needs": "25%"}],
    }
    scenario = fund(calendar=TWO_YEARS, governance=governance, shocks=[surge(share="10%"), surge(share="10%")], **parts)
    assert due(scenario) == {"2026-Q1": 1, "2027-Q1": 2}


# ------------------------------------------------------------------------------------------------------- other finance


def source(amount: Any, year: int = 2026, **terms: Any) -> dict[str, Any]:
    return {
        "id": "budget", "plan": "KEN-plan", "provider": "state budget", "status": "secured", "year": year,
        "amount": amount,
    } | terms  # fmt: skip


def test_other_finance_of_a_plan_that_raises_no_needs_neither_counts_nor_is_spent():
    parts = changed(plan_with((2026, 10), (2027, 10)), status="drafting", hazards={"costed": "100%"})
    scenario = fund(calendar=TWO_YEARS, finance=[source(4), source(6, 2027, id="next", execution="50%")], **parts)
    result = Result(scenario)
    assert result.of("secured_finance", "KEN-plan data") == {"2027-Q1": 600}
    assert result.account("executed_finance") == [0, 0, 0, 0, 75, 75, 75, 75]  # half of 600 in four quarters
    assert result.account("unmet_needs")[-1] == 400


@pytest.mark.parametrize(("firming", "secured"), [("0%", {}), ("100%", {"2026-Q1": 600})])
def test_an_indicative_source_counts_only_where_it_firms_up(firming, secured):
    indicative = source(6, status="indicative", firming=firming)
    result = Result(fund(finance=[indicative], **plan_with((2026, 10))))
    assert result.of("secured_finance", "KEN-plan data") == secured
    assert sum(result.account("executed_finance")) == (600 if secured else 0)


def test_a_source_firms_up_on_the_share_of_paths_that_is_said_and_wholly_or_not_at_all():
    indicative = source(6, status="indicative", firming="36%", execution="50%")
    run = simulate(fund(finance=[indicative], **plan_with((2026, 10))), paths=4096, seed=5)
    secured, executed = run.columns["secured_finance"], run.columns["executed_finance"]
    assert set(secured.tolist()) == {0, 600}
    assert (executed == secured // 2).all()
    assert (run.columns["executed:KEN-plan"] == executed).all()
    assert abs((secured > 0).mean() - 0.36) < 5 * 0.0075


# ---------------------------------------------------------------------------------------------- standing, and who joins


def with_standing(vote: str, is_champion: bool, **effects: str) -> Scenario:
    states = [{"id": "KEN", "name": "Kenya", "vote": vote, "champion": is_champion}]
    parts = changed(plan_with((2026, 10), (2027, 20)), status="drafting", hazards={"costed": "40%"})
    return fund(calendar=TWO_YEARS, states=states, participation={"effects": effects}, **parts)


@pytest.mark.parametrize("vote", ["yes", "no", "abstained", "absent"])
def test_the_factor_of_a_vote_reaches_the_plans_of_the_states_that_cast_it(vote):
    # 40 % x 0 never moves; 40 % x 250 % = 100 % moves at once
    assert steps(with_standing(vote, False, **{vote: "0%"})) == []
    assert steps(with_standing(vote, False, **{vote: "250%"})) == [("2026-Q1", "plan becomes costed")]


def test_championing_multiplies_the_factor_of_the_vote():
    # 40 % x 125 % x 200 % = 100 %; without championing 50 %, and this path waits
    assert steps(with_standing("yes", True, yes="125%", champion="200%")) == [("2026-Q1", "plan becomes costed")]
    assert steps(with_standing("yes", False, champion="0%")) == steps(with_standing("yes", False))


def test_standing_gates_nothing_unless_effects_are_given():
    one = simulate(with_standing("no", False), paths=64, seed=3)
    other = simulate(with_standing("yes", True), paths=64, seed=3)
    assert one.result_digest == other.result_digest


def test_a_state_that_joins_raises_its_needs_from_the_next_year_on():
    parts = changed(plan_with((2026, 10), (2027, 20)), status="none")
    joins = {"kind": "state_joins", "states": ["KEN"], "start": "2026-Q3", "status": "adopted"}
    scenario = fund(calendar=TWO_YEARS, shocks=[joins], **parts)
    assert steps(scenario) == [("2026-Q3", "plan becomes adopted")]
    assert due(scenario) == {"2027-Q1": 2000}


def test_a_state_that_joins_takes_no_plan_back():
    parts = changed(plan_with((2026, 10)), status="reviewed")
    joins = {"kind": "state_joins", "states": ["KEN"], "start": "2026-Q3"}
    assert steps(fund(shocks=[joins], **parts)) == []


# --------------------------------------------------------------------------------------------------------- readiness


def test_a_readiness_grant_raises_coordination_when_it_closes_and_never_above_three():
    # Two grants of one quarter: paid in 2026-Q1, closed at its end; a third waits for the cash of Q3, closes then.
    parts = changed(plan_with((2026, 100)), coordination=1)
    grants = [
        of_plan(f"R{n}", 10, duration=1, readiness=True, ready=ready)
        for n, ready in ((1, "2026-Q1"), (2, "2026-Q1"), (3, "2026-Q3"))
    ]
    scenario = fund(fund={"opening": {"cash": [cash(100)]}}, agreements=[agreement()], programmes=grants, **parts)
    levels = [
        (one.period, one.event) for one in Result(scenario).replay.postings if one.event.startswith("coordination")
    ]
    assert levels == [("2026-Q1", "coordination reaches level 3")]
    assert simulate(scenario, 1).columns["programmes_approved"].tolist() == [3]


def test_a_programme_that_is_no_readiness_grant_raises_nothing():
    parts = plan_with((2026, 100))
    scenario = fund(fund={"opening": {"cash": [cash(100)]}}, programmes=[of_plan("JP", 10, duration=1)], **parts)
    assert not [one for one in Result(scenario).replay.postings if one.event.startswith("coordination")]
