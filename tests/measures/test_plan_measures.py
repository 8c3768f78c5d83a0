"""Plans measure by measure, the review pack, and how far plans are: by hand, and adding up in every fund."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from mptf_sim.engine.replay import replay
from mptf_sim.engine.run import simulate
from mptf_sim.measures.plan_measures import BY, PARENT, plan_measures, plan_status
from mptf_sim.measures.review_pack import review_pack
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import agreement, cash, fund, of_plan, plan_with, programme
from tests.strategies import scenarios, seeds


def measures_of(scenario: Scenario) -> dict[tuple[str, str], tuple[int, int, int]]:
    run = simulate(scenario, 1)
    table = plan_measures(run, replay(scenario, 1, 0).books)
    return {
        (row.by, row.value): (row.need_cents, row.approved_cents, row.delivered_cents)
        for row in table.itertuples(index=False)
    }


def test_what_a_plan_gets_is_shared_over_its_measures_by_largest_remainder():
    # Measures of 2.00 and 1.00 (half of 2.00, the other half in a sector plan); an award of 1.00, spent at once.
    # 100 x 2/3 = 66.67 and 33.33: 67 and 33. The need of 2027 has not come due.
    labour = {"ministry": "Labour", "cost_type": "staff", "objective": "O1"}
    needs = [
        {"plan": "KEN-plan", "window": "data", "year": 2026, "amount": 2} | labour,
        {"plan": "KEN-plan", "window": "data", "year": 2026, "amount": 2, "ministry": "Health"}
        | {"overlap": [{"parent": "Vision 2030", "share": "50%"}]},
        {"plan": "KEN-plan", "window": "data", "year": 2027, "amount": 9, "ministry": "Justice"},
    ]
    scenario = fund(
        fund={"opening": {"cash": [cash(1)]}},
        objectives=[{"id": "O1", "name": "Data", "window": "data"}],
        programmes=[of_plan("JP", 1, duration=1)],
        **(plan_with() | {"needs": needs}),
    )
    assert measures_of(scenario) == {
        ("window", "data"): (300, 100, 100),
        ("objective", "O1"): (200, 67, 67),
        ("objective", ""): (100, 33, 33),
        ("cost_type", "staff"): (200, 67, 67),
        ("cost_type", ""): (100, 33, 33),
        ("ministry", "Labour"): (200, 67, 67),
        ("ministry", "Health"): (100, 33, 33),
        (PARENT, "Vision 2030"): (100, 0, 0),
    }


@given(scenario=scenarios(), seed=seeds)
def test_every_cut_of_a_plan_adds_up_to_the_plan(scenario: Scenario, seed: int) -> None:
    run = simulate(scenario, 1, seed)
    books = replay(scenario, seed, 0).books
    table = plan_measures(run, books)
    for row, plan in enumerate(run.axes.plans):
        of_plan = table[table["plan"] == plan]
        for by in BY if len(of_plan) else ():
            cut = of_plan[of_plan["by"] == by]
            assert cut["need_cents"].sum() == books.plan_needs[-1, row, 0]
            assert cut["approved_cents"].sum() == books.plan_funded[-1, row, 0]
            assert cut["delivered_cents"].sum() == books.plan_delivered[-1, row, 0]
        assert len(of_plan) or books.plan_needs[-1, row, 0] == 0


@given(scenario=scenarios(), seed=seeds)
def test_the_chances_of_a_plans_statuses_add_up_to_one(scenario: Scenario, seed: int) -> None:
    table = plan_status(simulate(scenario, 4, seed))
    assert len(table) == len(scenario.plans) * len({quarter.year for quarter in scenario.calendar.quarters})
    assert (table.filter(like="chance_").sum(axis=1) == 1.0).all()


# ----------------------------------------------------------------------------------------------------- the review pack


def packed(**terms: Any) -> list[tuple[Any, ...]]:
    """One programme of 100.00, paid in 2026-Q1 and spent in three quarters; a Forum in Q2."""
    reviews = [{"id": "forum", "kind": "forum", "quarter": "2026-Q2"}]
    scenario = fund(
        **{
            "fund": {"opening": {"cash": [cash(100)]}},
            "agreements": [agreement(delivery={"pace": "100%"})],
            "programmes": [programme("JP", 100, duration=2)],
            "governance": {"meetings": ["Q1"], "reviews": reviews},
        }
        | terms
    )
    return list(review_pack(simulate(scenario, 3)).itertuples(index=False, name=None))


def test_the_pack_sets_what_is_known_beside_what_is_true_and_what_becomes_of_it():
    # The S-curve of two quarters: half of it in Q1, the rest in Q2. In Q2 the Forum knows what was spent by the close
    # of Q1 (reporting lag 1): 50.00; true by its close is 100.00, and that is final.
    assert packed() == [("forum", "2026-Q2", "JP", 1.0, 10000.0, 10000.0, 5000.0, 10000.0, 0.5, 1.0, 1.0)]


def test_with_a_longer_lag_less_is_known():
    late = {"fund": {"opening": {"cash": [cash(100)]}, "fees": {"indirect_cost": "0%"}, "reporting_lag": 2}}
    (row,) = packed(**late)
    assert row[6:9] == (0.0, 10000.0, 0.0)


def test_a_regional_review_sees_the_programmes_of_its_region_alone():
    regional = {"id": "r", "kind": "regional", "quarter": "2026-Q2"}
    for region, seen in (("africa", ["JP"]), ("europe", [])):
        governance = {"meetings": ["Q1"], "reviews": [regional | {"region": region}]}
        assert [row[2] for row in packed(governance=governance)] == seen


def test_a_programme_approved_after_the_review_is_not_in_its_pack():
    assert packed(programmes=[programme("JP", 100, ready="2026-Q3")], governance={
        "meetings": ["Q1", "Q3"], "reviews": [{"id": "forum", "kind": "forum", "quarter": "2026-Q2"}]
    }) == []  # fmt: skip
