"""The pipeline: which slot stands where, and when its document is before the Committee. Solved on paper.

Chances of 100 % leave one thing to chance, the time of preparation; it is read from the slot's own draw.
"""

from __future__ import annotations

import math

import pytest

from mptf_sim.engine.draws import Streams, draw
from mptf_sim.engine.run import simulate
from mptf_sim.engine.terms import Terms
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import Result, agreement, cash, fund, plan_with


def template(id: str, budget: int, **terms: object) -> dict:
    return {
        "id": id, "name": f"Template {id}", "window": "data", "region": "africa", "organisation": "IOM",
        "budget": budget, "duration": 4, "agreement": "terms",
    } | terms  # fmt: skip


def pipeline_of(*templates: dict, **terms: object) -> dict:
    return {
        "start": "2026-Q1", "slots_per_year": 2, "selection": {"chance": "100%", "after": 0}, "preparation": 1,
        "score": {"mean": 70}, "templates": list(templates),
    } | terms  # fmt: skip


def with_pipeline(pipeline: dict, **more: object) -> Scenario:
    return fund(
        fund={"opening": {"cash": [cash("1M")]}},
        calendar={"start": "2026-Q1", "periods": 12},
        agreements=[agreement()],
        pipeline=pipeline,
        **more,
    )


def effort(slot: str, seed: int = 1) -> float:
    """The slot's exponential draw on the first path."""
    return float(Streams(seed, 12, 0).exponential_once(f"programme/{slot}", "preparation")[0])


def test_slots_are_spread_evenly_over_the_year_and_take_templates_in_the_order_of_their_ids():
    three = pipeline_of(template("b", 20), template("a", 10), slots_per_year=3, start="2026-Q2")

    slots = with_pipeline(three).slots

    # place 0, 1, 2 of the year: quarters 0, 4 div 3 = 1, 8 div 3 = 2 after Q2; then a year later
    assert [(one.id, str(one.ready), one.budget) for one in slots[:5]] == [
        ("pipeline-0001", "2026-Q2", 10_00), ("pipeline-0002", "2026-Q3", 20_00), ("pipeline-0003", "2026-Q4", 10_00),
        ("pipeline-0004", "2027-Q2", 20_00), ("pipeline-0005", "2027-Q3", 10_00),
    ]  # fmt: skip
    assert len(slots) == 9  # the third of 2028 stands in 2028-Q4, the last quarter


def test_a_document_is_ready_when_its_hazards_add_up_to_its_draw_and_then_it_is_approved():
    scenario = with_pipeline(pipeline_of(template("a", 10), slots_per_year=1, preparation=2))

    approved = Result(scenario).of("approvals", "pipeline-0001")

    # half a hazard each quarter from 2026-Q1 on: ready in the quarter in which n / 2 reaches the draw
    quarters = max(math.ceil(2 * effort("pipeline-0001")), 1) - 1
    assert list(approved) == [f"{2026 + quarters // 4}-Q{quarters % 4 + 1}"]
    assert Result(scenario).of("documents_ready", "pipeline-0001") == dict.fromkeys(approved, 1)


def test_a_concept_note_is_selected_after_its_lag():
    late = {"chance": "100%", "after": 3}
    result = Result(with_pipeline(pipeline_of(template("a", 10), slots_per_year=1, selection=late)))

    assert list(result.of("concept_notes_received", "pipeline-0001")) == ["2026-Q1"]
    assert list(result.of("concept_notes_selected", "pipeline-0001")) == ["2026-Q4"]


@pytest.mark.parametrize("selection", [{"chance": "0%"}, {"chance": "100%", "concept_note": "0%"}])
def test_what_does_not_arrive_or_is_not_selected_never_becomes_a_document(selection):
    columns = simulate(with_pipeline(pipeline_of(template("a", 10), selection=selection)), 64, 1).columns

    assert not columns["documents_ready"].any()
    assert not columns["approvals"].any()


def test_coordination_shortens_preparation():
    def ready(effect: str) -> int:
        plan = plan_with((2026, 1000), (2027, 1000), (2028, 1000))
        plan["plans"][0]["coordination"] = 2
        of_plan = template("a", 10, plan="KEN-plan")
        del of_plan["region"]
        pipeline = pipeline_of(of_plan, slots_per_year=4, preparation=12)
        scenario = with_pipeline(pipeline, **plan, common_factors={"coordination_effect": effect})
        return int(simulate(scenario, 256, 1).columns["documents_ready"].sum())

    assert ready("0%") < ready("50%")


def test_scores_are_rounded_normals_within_nought_and_a_hundred():
    scenario = with_pipeline(pipeline_of(template("a", 10), score={"mean": 90, "spread": 20}))

    drawn = draw(Terms(scenario), 1, 0)

    normal = Streams(1, 12, 0).normal_once("programme/pipeline-0001", "score")
    expected = [min(max(round(90 + 20 * one), 0), 100) for one in normal.tolist()]
    assert drawn.slots.score[0].tolist() == expected
    assert max(expected) == 100


def test_a_slot_keeps_its_number_and_its_draws_when_the_calendar_is_longer():
    short = with_pipeline(pipeline_of(template("a", 10)))
    long = short.replace(calendar={"start": "2026-Q1", "periods": 20})

    assert long.slots[: len(short.slots)] == short.slots
    assert Result(long).of("approvals", "pipeline-0003") == Result(short).of("approvals", "pipeline-0003")


def test_a_prefix_that_meets_a_programme_is_refused():
    with pytest.raises(ValueError, match="'pipeline-0001' is a programme already"):
        with_pipeline(
            pipeline_of(template("a", 10)),
            programmes=[template("pipeline-0001", 10, ready="2026-Q1")],
        )


def fund_of_scores_at_the_end_of_the_scale() -> Scenario:
    """Two slots of one quarter in a year of eight, a mean of 100 and cash for one: both score 100, if both are drawn above it."""
    return fund(
        fund={"opening": {"cash": [cash(10)]}},
        calendar={"start": "2026-Q1", "periods": 1},
        agreements=[agreement()],
        pipeline=pipeline_of(template("a", 10), slots_per_year=8, score={"mean": 100, "spread": 50}),
    )


def seed_of_scores_beyond_the_scale() -> int:
    """The first seed with which both are ready at once, both are drawn above 100, and the second by more."""

    def drawn(slot: str, seed: int) -> tuple[float, float]:
        streams = Streams(seed, 1, 0)
        score = float(streams.normals(f"programme/{slot}", "score")[0, 0])
        return score, float(streams.exponentials(f"programme/{slot}", "preparation")[0, 0])

    for seed in range(1, 1000):
        (first, one), (second, other) = drawn("pipeline-0001", seed), drawn("pipeline-0002", seed)
        if max(one, other) <= 1 and second > first + 0.1 > 0.1:
            return seed
    raise AssertionError("no such seed")


def test_no_document_scores_above_100_so_the_first_of_two_such_is_awarded():
    result = Result(fund_of_scores_at_the_end_of_the_scale(), seed_of_scores_beyond_the_scale())

    assert result.by_entity("documents_ready") == {"pipeline-0001": 1, "pipeline-0002": 1}
    assert result.by_entity("approvals") == {"pipeline-0001": 1000}


@pytest.mark.parametrize(
    ("shock", "spent"),
    [
        ({}, 500_00),
        ({"organisations": ["IOM"]}, 500_00),
        ({"organisations": ["ILO"]}, 1000_00),
        ({"regions": ["africa"]}, 500_00),
        ({"regions": ["europe"]}, 1000_00),
        ({"end": "2026-Q1"}, 500_00),
        ({"start": "2026-Q2"}, 1000_00),
    ],
)
def test_delivery_slows_for_whom_and_when_the_shock_says(shock, spent):
    # Budget 1,000, all of it due for delivery in the first quarter; the shock halves the pace.
    slowdown = {"kind": "delivery_slowdown", "start": "2026-Q1", "share": "50%"} | shock
    scenario = fund(
        fund={"opening": {"cash": [cash("1M")]}},
        organisations=[{"id": "IOM", "name": "IOM"}, {"id": "ILO", "name": "ILO"}],
        agreements=[agreement(extension=4)],
        programmes=[template("JP", 1000, ready="2026-Q1", duration=1)],
        shocks=[slowdown],
    )

    assert Result(scenario).of("direct_delivery", "JP")["2026-Q1"] == spent
