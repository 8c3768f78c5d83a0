"""The funds that mutants are shown: generated ones, and some worked on paper for what chance seldom brings together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from mptf_sim.scenario.scenario import Scenario
from tests.by_hand import committee
from tests.by_hand.blended import fund_in_arrears, fund_of_reflows_set_aside, fund_that_matches
from tests.by_hand.committee import document
from tests.by_hand.test_approval_bounds import fund_of_a_third_document
from tests.by_hand.test_approvals import (
    fund_of_a_second_look,
    fund_of_equal_scores,
    fund_of_two_regions,
    fund_of_two_windows,
)
from tests.by_hand.test_needs_and_finance import fund_beside_a_source
from tests.by_hand.test_organisations import fund_of_a_part_that_starts_later, fund_of_an_idle_organisation
from tests.by_hand.test_pipeline import fund_of_scores_at_the_end_of_the_scale, seed_of_scores_beyond_the_scale
from tests.by_hand.test_sharing import (
    fund_beside_a_shared_need,
    fund_of_a_need_in_three,
    fund_of_equal_small_parts,
    fund_that_shares_again,
)
from tests.by_hand.test_transfers import (
    fund_of_an_older_approval,
    fund_that_pays_from_its_reserve,
    fund_with_cash_for_one_of_two,
)
from tests.reference.generated import generated


class Fund(NamedTuple):
    """A small fund and the future of it that both engines play."""

    name: str
    scenario: Callable[[], Scenario]
    seed: int
    path: int


def by_number(numbers: range) -> tuple[Fund, ...]:
    return tuple(Fund(f"generated({number})", partial(generated, number), number, number) for number in numbers)


def fund_by_income() -> Scenario:
    """Two plans that differ in income alone: 256 times as much, and an exponent of -1/8 halves the award."""
    incomes = {"AAA": 1, "BBB": 256}
    plans = {
        "plans": [
            {"id": id, "name": id, "region": "africa", "country": id, "performance": "50%", "income_per_person": income}
            for id, income in incomes.items()
        ],
        "needs": [{"plan": id, "window": "data", "year": 2026, "amount": 100} for id in incomes],
    }
    documents = [document("A", 107, plan="AAA"), document("B", 107, plan="BBB")]
    return committee.fund(60, documents, {"allocation": {"kind": "performance_based"}}, **plans)


def fund_of_equal_awards() -> Scenario:
    """Each document gets 30 % of its ask first; then the smallest awards are raised."""
    documents = [document("A", 200), document("B", 50), document("C", 10)]
    return committee.fund(90, documents, {"allocation": {"kind": "equal_awards", "floor": "30%"}})


def fund_of_regions() -> Scenario:
    """Europe's floor is served before the better document of Africa."""
    documents = [document("A", 70, score=90), document("B", 40, score=50, region="europe"), document("C", 60, score=40)]
    rule = {"kind": "regional_floors", "rule": {"kind": "priority_score"}, "floors": {"europe": "40%"}}
    return committee.fund(100, documents, {"allocation": rule})


def fund_of_a_floor() -> Scenario:
    """The limits keep 40 % for Europe, whose document is the worse one: it is served first."""
    documents = [document("A", 70, score=90), document("B", 40, score=50, region="europe")]
    limits = {"shares": [{"id": "europe", "of": {"regions": ["europe"]}, "floor": "40%"}]}
    return committee.fund(100, documents, {"allocation": {"kind": "priority_score"}, "limits": limits})


def fund_of_two_floors_under_a_ceiling() -> Scenario:
    """Each region is kept 40 %, but one window gets no more than a half: nothing is left of it for the second floor."""
    documents = [document("A", 40), document("B", 40, region="europe"), document("C", 20, window="borders")]
    shares = [
        {"id": "a", "of": {"regions": ["africa"]}, "floor": "40%"},
        {"id": "b", "of": {"regions": ["europe"]}, "floor": "40%"},
        {"id": "c", "of": {"windows": ["data"]}, "ceiling": "50%"},
    ]
    rule = {"kind": "priority_score"}
    return committee.fund(100, documents, {"allocation": rule, "limits": {"shares": shares}})


def fund_of_a_queue() -> Scenario:
    """There is cash for one, and the second by name was ready first."""
    documents = [document("A", 60, ready="2026-Q2"), document("B", 60, ready="2026-Q1")]
    return committee.fund(100, documents, {"allocation": {"kind": "priority_queue"}})


def fund_of_two_cuts() -> Scenario:
    """A half of what is promised is cut, and of what is left of it 40 %: 30 of 100 come."""
    given = {"signed": "2026-Q2", "due": "2026-Q3", "amount": 100}
    donor = {"id": "D", "name": "D", "outlook": {"kind": "scheduled", "instalments": [given]}}
    cuts = [{"kind": "donor_cut", "start": "2026-Q1", "share": share} for share in ("50%", "40%")]
    return committee.fund(10, [], {}, donors=[donor], shocks=cuts)


def fund_too_small_for_a_grant() -> Scenario:
    """What a document might be scaled down to is below the smallest award that is made."""
    rule = {"kind": "priority_queue", "scale_down_to": "10%"}
    return committee.fund(40, [document("A", 100)], {"allocation": rule, "limits": {"minimum_grant": 50}})


ON_PAPER = (
    Fund("by income", fund_by_income, 1, 0),
    Fund("equal awards", fund_of_equal_awards, 1, 0),
    Fund("regions first", fund_of_regions, 1, 0),
    Fund("a floor of the limits", fund_of_a_floor, 1, 0),
    Fund("two floors under a ceiling", fund_of_two_floors_under_a_ceiling, 1, 0),
    Fund("a queue", fund_of_a_queue, 1, 0),
    Fund("two cuts", fund_of_two_cuts, 1, 0),
    Fund("too small for a grant", fund_too_small_for_a_grant, 1, 0),
    Fund("a second look", fund_of_a_second_look, 1, 0),
    Fund("two windows", partial(fund_of_two_windows, 9), 1, 0),
    Fund("two regions", fund_of_two_regions, 1, 0),
    Fund("equal scores", fund_of_equal_scores, 1, 0),
    Fund("a third document", partial(fund_of_a_third_document, "1.01"), 1, 0),
    Fund("shared again", fund_that_shares_again, 1, 0),
    Fund("beside a shared need", fund_beside_a_shared_need, 1, 0),
    Fund("a need in three", fund_of_a_need_in_three, 1, 0),
    Fund("equal small parts", fund_of_equal_small_parts, 1, 0),
    Fund("an older approval", fund_of_an_older_approval, 1, 0),
    Fund("cash for one of two", fund_with_cash_for_one_of_two, 1, 0),
    Fund("an idle organisation", partial(fund_of_an_idle_organisation, "every organisation"), 1, 0),
    Fund("a part that starts later", fund_of_a_part_that_starts_later, 1, 0),
    Fund("scores beyond the scale", fund_of_scores_at_the_end_of_the_scale, seed_of_scores_beyond_the_scale(), 0),
    Fund("a payment from the reserve", fund_that_pays_from_its_reserve, 1, 0),
    Fund(
        "a source for all windows",
        partial(fund_beside_a_source, {"borders": 10, "data": 10, "protection": 10}, 10),
        1,
        0,
    ),
)
DEALS_ON_PAPER = tuple(
    Fund(made.__name__, made, 1, path)
    for made in (fund_that_matches, fund_of_reflows_set_aside, fund_in_arrears)
    for path in range(3)
)

FUNDS = (*by_number(range(30)), *ON_PAPER, *DEALS_ON_PAPER, *by_number(range(30, 300)))
"""A mutant is caught by the first of these that it fails: most of them by one of the first five."""
