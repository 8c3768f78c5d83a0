"""What is said of plans, measures, sources, reviews and shocks that cannot be meant."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import fund, plan_with, programme
from tests.scenario.small_fund import changed, saved, told

MEASURE = {"plan": "KEN-plan", "window": "data", "year": 2026, "amount": 10}
SOURCE = {"id": "s", "plan": "KEN-plan", "provider": "bilateral", "year": 2026, "amount": 6}
OBJECTIVES = [
    {"id": "O1", "name": "Data", "window": "data"},
    {"id": "O11", "name": "Borders", "window": "borders"},
]


def measures(*needs: dict[str, Any], **parts: Any) -> Scenario:
    return fund(**{**plan_with(), "needs": [MEASURE | need for need in needs], "objectives": OBJECTIVES, **parts})


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        ([{"overlap": "101%"}], "expected a rate from 0% to 100%"),
        (
            [{"overlap": [{"parent": "A", "share": "60%"}, {"parent": "B", "share": "40.01%"}]}],
            "expected overlaps that add up to at most 100%, found '100.01%'",
        ),
        (
            [{"overlap": [{"parent": "A", "share": "6%"}, {"parent": "A", "share": "4%"}]}],
            "expected each parent plan once, found 'A': an overlap is never counted twice",
        ),
        ([{}, {}], "duplicate need of KEN-plan, data, 2026"),
        ([{"id": "m"}, {"id": "M", "year": 2027}], "duplicate id 'M': it is already used in needs"),
        ([{"objective": "O2"}], "unknown 'O2': it is not among objectives"),
        ([{"objective": "O11"}], "expected an objective of window data, found O11 of borders"),
    ],
)
def test_a_measure_that_cannot_be_meant_is_refused_with_the_reason(needs, said):
    with pytest.raises(ValidationError, match=said):
        measures(*needs)


def test_overlaps_of_exactly_all_of_a_measure_leave_nothing_and_are_allowed():
    whole = measures({"overlap": [{"parent": "A", "share": "33.33%"}, {"parent": "B", "share": "66.67%"}]})
    assert [float(one.share.ratio) for one in whole.needs[0].overlap] == [0.3333, 0.6667]


def test_measures_of_one_need_differ_by_objective_ministry_cost_type_or_id():
    apart = [{}, {"objective": "O1"}, {"ministry": "Labour"}, {"cost_type": "staff"}, {"id": "m"}]
    assert len(measures(*apart).needs) == 5


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"status": "secured", "firming": "10%"}, "`firming` of an indicative source alone, found 'a secured one'"),
        (
            {"status": "indicative", "firming": "10%", "amount": 11},
            "with what may firm, .* reaches 11, above the need of 10",
        ),
    ],
)
def test_a_source_that_cannot_be_meant_is_refused_with_the_reason(source, said):
    with pytest.raises(ValidationError, match=said):
        measures({}, finance=[SOURCE | source])


def test_what_is_secured_and_what_may_firm_stay_together_within_the_need():
    sources = [
        SOURCE | {"status": "secured"},
        SOURCE | {"id": "t", "status": "indicative", "firming": "10%", "amount": 4},
    ]
    assert len(measures({}, finance=sources).finance) == 2
    with pytest.raises(ValidationError, match=r"reaches 10, above the need of 9\.99"):
        measures({"amount": "9.99"}, finance=sources)


def test_finance_is_held_against_what_falls_due_with_overlap_and_growth():
    secured = SOURCE | {"status": "secured", "year": 2027}
    parts = {"finance": [secured], "calendar": {"start": "2026-Q1", "periods": 8}}
    surge = {"kind": "needs_surge", "start": 2027, "share": "20%"}
    with pytest.raises(ValidationError, match="reaches 6, above the need of 5"):
        measures({"year": 2027, "overlap": "50%"}, **parts)
    assert measures({"year": 2027, "overlap": "50%"}, shocks=[surge], **parts).shocks  # 5.00 x 1.2


@pytest.mark.parametrize(
    ("shock", "said"),
    [
        ({"kind": "needs_surge", "start": 2027, "share": "1%", "plans": ["KENplan"]}, "unknown 'KENplan'.*did you mean 'KEN-plan'"),
        ({"kind": "needs_surge", "start": 2027, "share": "1%", "regions": ["asia"]}, "unknown 'asia': it is not among regions"),
        ({"kind": "needs_surge", "start": 2027, "end": 2026, "share": "1%"}, "an end no earlier than the start 2027, found 2026"),
        ({"kind": "state_joins", "start": "2026-Q1", "states": ["HUN"]}, "unknown 'HUN': no plan has it as its country"),
    ],
)  # fmt: skip
def test_a_shock_to_nobody_is_refused_with_the_reason(shock, said):
    with pytest.raises(ValidationError, match=said):
        measures({}, shocks=[shock])


FORUM = {"id": "f", "kind": "forum", "quarter": "2026-Q2"}


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"scores": {"JP": 70}}, "the score of JP is decided by review f of the same quarter already"),
        ({"allocation": {"kind": "pro_rata"}}, "the rule is decided by review f of the same quarter already"),
        ({"scores": {"JPP": 70}}, "unknown 'JPP': it is not among programmes; did you mean 'JP'?"),
    ],
)
def test_reviews_that_contradict_each_other_are_refused(second, said):
    first = FORUM | {"scores": {"JP": 60}, "allocation": {"kind": "priority_score"}}
    with pytest.raises(ValidationError, match=said.replace("?", r"\?")):
        fund(programmes=[programme("JP", 10)], governance={"reviews": [first, FORUM | {"id": "g"} | second]})


def test_a_readiness_grant_prepares_a_plan():
    with pytest.raises(ValidationError, match="the plan that a readiness grant prepares, found 'a regional programme'"):
        fund(programmes=[programme("JP", 10, readiness=True)])


def test_a_problem_with_a_measure_is_said_where_it_stands(tmp_path):
    too_much = changed(("year: 2026, amount: 1M}", "year: 2026, amount: 1M, overlap: 120%}"))
    assert told(saved(tmp_path, too_much)) == [
        "32:64 needs[0].overlap[0] expected a rate from 0% to 100%, found '120%'"
    ]
    aimless = changed(("year: 2027, amount: 2M}", "year: 2027, amount: 2M, objective: O1}"))
    assert told(saved(tmp_path, aimless)) == ["33:72 needs[1].objective unknown 'O1': it is not among objectives"]
