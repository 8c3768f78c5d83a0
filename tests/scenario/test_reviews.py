"""Reviews in a scenario file: which ones there may be, and what is said of the others."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import fund

FORUM = {"id": "forum-2026", "kind": "forum", "quarter": "2026-Q2"}
AFRICA = {"id": "africa-2026", "kind": "regional", "quarter": "2026-Q4", "region": "africa"}


def with_reviews(*reviews: dict[str, Any]) -> Scenario:
    return fund(governance={"reviews": list(reviews)})


def test_forums_and_regional_reviews_are_part_of_governance():
    assert [review.kind for review in with_reviews(FORUM, AFRICA).governance.reviews] == ["forum", "regional"]


@pytest.mark.parametrize(
    ("review", "said"),
    [
        (AFRICA | {"region": "asia"}, "unknown 'asia': it is not among regions"),
        (AFRICA | {"id": "Forum-2026"}, "duplicate id 'Forum-2026': another review has it"),
        (AFRICA | {"quarter": "2027-Q1"}, "expected a quarter from 2026-Q1 to 2026-Q4, found 2027-Q1"),
        (FORUM | {"id": "two", "region": "africa"}, "expected no region: a Forum is of all regions, found 'africa'"),
        ({**AFRICA, "region": None}, "expected the region of a regional review, found 'none'"),
    ],
)
def test_a_review_that_cannot_be_meant_is_refused_with_the_reason(review, said):
    with pytest.raises(ValidationError, match=said):
        with_reviews(FORUM, review)
