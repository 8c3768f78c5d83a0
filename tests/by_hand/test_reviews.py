"""What a review changes: solved on paper, in cents.

Cash 10.00; two documents of 10.00, so that each meeting can award one of them at most. Four quarters, a meeting in each.
"""

from __future__ import annotations

from typing import Any

from mptf_sim.engine.run import simulate
from mptf_sim.measures.review_pack import review_pack
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import Result, agreement, cash, donor, fund, plan_with, programme

FORUM = {"id": "forum", "kind": "forum", "quarter": "2026-Q2"}


def two_documents(*reviews: dict[str, Any], **governance: Any) -> Scenario:
    """A is the better document; both are ready in Q2, when the cash has come."""
    return fund(
        donors=[donor("DEU", ("2026-Q2", 10))],
        programmes=[programme("A", 10, score=60, ready="2026-Q2"), programme("B", 10, score=50, ready="2026-Q2")],
        governance={"meetings": ["Q1", "Q2", "Q3", "Q4"], "reviews": list(reviews)} | governance,
    )


def test_a_review_changes_what_a_document_scores_from_its_quarter_on():
    assert Result(two_documents()).by_entity("approvals") == {"A": 1000}
    assert Result(two_documents(FORUM | {"scores": {"B": 61}})).by_entity("approvals") == {"B": 1000}
    late = FORUM | {"quarter": "2026-Q3", "scores": {"B": 61}}
    assert Result(two_documents(late)).by_entity("approvals") == {"A": 1000}


def test_a_later_review_replaces_the_scores_of_an_earlier_one_and_leaves_the_others():
    # Q1: B 61; Q2: B 59 again below A
    reviews = [FORUM | {"id": "first", "quarter": "2026-Q1", "scores": {"B": 61}}, FORUM | {"scores": {"B": 59}}]
    assert Result(two_documents(*reviews)).by_entity("approvals") == {"A": 1000}
    reviews[1] = FORUM | {"scores": {"A": 55}}
    assert Result(two_documents(*reviews)).by_entity("approvals") == {"B": 1000}


def test_a_review_replaces_the_rule_from_its_quarter_on():
    # Pro rata: 5.00 each.
    rule = {"allocation": {"kind": "pro_rata"}}
    assert Result(two_documents(FORUM | rule)).by_entity("approvals") == {"A": 500, "B": 500}
    assert Result(two_documents(FORUM | rule | {"quarter": "2026-Q3"})).by_entity("approvals") == {"A": 1000}


def plans_of_two_regions(review: dict[str, Any]) -> Scenario:
    parts = plan_with((2026, 10), (2027, 10))
    other = parts["plans"][0] | {"id": "ESP-plan", "region": "europe", "status": "costed"}
    needs = [*parts["needs"], {"plan": "ESP-plan", "window": "data", "year": 2027, "amount": 10}]
    return fund(
        calendar={"start": "2026-Q1", "periods": 8},
        plans=[*parts["plans"], other],
        needs=needs,
        governance={"reviews": [review]},
    )


def test_adopted_plans_that_a_review_concerns_become_reviewed():
    def reviewed(review: dict[str, Any]) -> list[tuple[str, str, str]]:
        postings = Result(plans_of_two_regions(review)).replay.postings
        return [(one.period, one.event, one.who) for one in postings if one.event.startswith("plan becomes")]

    assert reviewed(FORUM) == [("2026-Q2", "plan becomes reviewed", "KEN-plan")]  # the other is costed, not adopted
    regional = {"id": "r", "kind": "regional", "quarter": "2026-Q3"}
    assert reviewed(regional | {"region": "africa"}) == [("2026-Q3", "plan becomes reviewed", "KEN-plan")]
    assert reviewed(regional | {"region": "europe"}) == []


def test_growth_of_needs_counts_from_the_year_after_the_review_for_the_plans_it_concerns():
    def due(review: dict[str, Any]) -> dict[str, int]:
        return Result(plans_of_two_regions(review)).by_entity("needs_due")

    assert due(FORUM | {"needs": "20%"}) == {"KEN-plan data": 1000 + 1200, "ESP-plan data": 1200}
    africa = {"id": "r", "kind": "regional", "quarter": "2026-Q3", "region": "africa", "needs": "-10%"}
    assert due(africa) == {"KEN-plan data": 1000 + 900, "ESP-plan data": 1000}


def test_a_review_that_sets_nothing_moves_no_money():
    quiet = fund(fund={"opening": {"cash": [cash(10)]}}, programmes=[programme("A", 5)])
    watched = quiet.replace(
        governance=quiet.governance.model_copy(update={"reviews": two_documents(FORUM).governance.reviews})
    )
    assert Result(quiet).replay.postings == Result(watched).replay.postings


def test_a_review_does_not_know_what_a_late_report_has_yet_to_tell():
    # Before the calendar 2.00 of 10.00 was spent; in Q1 the rest is. Its report is due in Q2, one quarter after it, and
    # comes two quarters late, in Q4: till then 2.00 of 10.00 is known.
    running = {"approved": "2025-Q1", "started": "2025-Q2", "instalments_paid": 1, "delivered": 2}
    scenario = fund(
        organisations=[{"id": "IOM", "name": "IOM", "late_reports": "100%"}],
        agreements=[agreement(reporting={"late_by": 2})],
        programmes=[programme("A", 10, running=running, ready=None, duration=4)],
        governance={
            "reviews": [
                {"id": quarter, "kind": "forum", "quarter": f"2026-{quarter}"} for quarter in ("Q2", "Q3", "Q4")
            ]
        },
    )

    pack = review_pack(simulate(scenario, 1, 1))

    assert pack["reported_mean"].tolist() == [200, 200, 1000]
    assert pack["delivered_mean"].tolist() == [1000, 1000, 1000]
