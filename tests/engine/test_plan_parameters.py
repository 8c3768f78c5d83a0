"""No parameter of plans, reviews, participation or their shocks is idle: changing any of them changes what a run leaves."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from mptf_sim.engine.replay import replay
from mptf_sim.engine.run import simulate
from mptf_sim.measures.plan_measures import plan_measures
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import cash, fund, of_plan, programme

PATHS = 64


def everything() -> dict[str, Any]:
    """A fund in which all of it is at work: three years, a plan that ripens, one that is adopted, documents of both."""
    plan = {"id": "KEN-plan", "name": "Kenya", "region": "africa", "country": "KEN", "status": "drafting"}
    other = {"id": "ESP-plan", "name": "Spain", "region": "europe", "country": "ESP", "status": "costed"}
    hazards = {"drafting": "10%", "costed": "60%", "adopted": "50%", "reviewed": "50%"}
    measure = {"plan": "KEN-plan", "window": "data", "year": 2027, "amount": 10, "id": "M1", "objective": "O1"}
    return {
        "calendar": {"start": "2026-Q1", "periods": 12},
        "fund": {"opening": {"cash": [cash(30)]}},
        "states": [
            {"id": "KEN", "name": "Kenya", "vote": "abstained", "champion": True},
            {"id": "ESP", "name": "Spain", "vote": "yes"},
            {"id": "HUN", "name": "Hungary", "vote": "no"},
            {"id": "SOM", "name": "Somalia", "vote": "absent"},
        ],
        "objectives": [{"id": "O1", "name": "One", "window": "data"}, {"id": "O2", "name": "Two", "window": "data"}],
        "plans": [
            plan | {"hazards": hazards, "inflation": "3%", "contingency": "5%", "coordination": 1},
            other | {"hazards": {"adopted": "30%"}},
            plan | {"id": "HUN-plan", "country": "HUN", "status": "none", "hazards": {"drafting": "30%"}},
            plan | {"id": "SOM-plan", "country": "SOM", "hazards": {"costed": "30%"}},
        ],
        "needs": [
            measure | {"cost_type": "staff", "ministry": "Labour", "overlap": [{"parent": "Vision", "share": "20%"}]},
            measure | {"id": "M2", "objective": "O2", "ministry": "Health", "amount": 5},
            {"plan": "ESP-plan", "window": "data", "year": 2026, "amount": 20},
            {"plan": "ESP-plan", "window": "data", "year": 2028, "amount": 20},
        ],
        "finance": [
            {"id": "s", "plan": "ESP-plan", "provider": "bilateral", "status": "indicative", "year": 2026, "amount": 3}
            | {"firming": "40%", "execution": "50%"}
        ],
        "programmes": [
            of_plan("R", 4, duration=2, readiness=True, ready="2027-Q1"),
            of_plan("E", 9, score=60, ready="2026-Q2") | {"plan": "ESP-plan"},
            programme("P", 25, score=55, ready="2026-Q2"),
        ],
        "participation": {
            "effects": {"yes": "90%", "no": "80%", "abstained": "70%", "absent": "60%", "champion": "120%"}
        },
        "governance": {
            "meetings": ["Q1", "Q2", "Q3", "Q4"],
            "reviews": [
                {"id": "f", "kind": "forum", "quarter": "2026-Q2", "scores": {"P": 70}, "needs": "10%"},
                {"id": "r", "kind": "regional", "region": "europe", "quarter": "2027-Q2", "needs": "20%"},
            ],
        },
        "shocks": [
            {"kind": "needs_surge", "start": 2026, "end": 2027, "share": "50%", "plans": ["ESP-plan"]},
            {"kind": "needs_surge", "start": 2027, "share": "10%", "regions": ["africa"]},
            {"kind": "state_joins", "states": ["HUN"], "start": "2027-Q3", "status": "costed"},
        ],
    }


CHANGES: list[tuple[tuple[Any, ...], Any]] = [
    (("plans", 0, "status"), "costed"),
    *((("plans", 0, "hazards", name), "90%") for name in ("costed", "adopted", "reviewed")),
    (("plans", 2, "hazards", "drafting"), "90%"),
    (("plans", 0, "inflation"), "9%"),
    (("plans", 0, "contingency"), "9%"),
    (("plans", 0, "coordination"), 2),
    (("plans", 0, "country"), "ESP"),
    (("needs", 0, "objective"), "O2"),
    (("needs", 0, "cost_type"), "works"),
    (("needs", 0, "ministry"), "Health"),
    (("needs", 0, "overlap", 0, "share"), "30%"),
    (("needs", 0, "overlap", 0, "parent"), "Another plan"),
    (("finance", 0, "firming"), "60%"),
    (("finance", 0, "execution"), "60%"),
    (("programmes", 0, "readiness"), False),
    (("participation", "effects", "yes"), "200%"),
    (("participation", "effects", "no"), "200%"),
    (("participation", "effects", "abstained"), "200%"),
    (("participation", "effects", "absent"), "200%"),
    (("participation", "effects", "champion"), "200%"),
    (("states", 0, "vote"), "absent"),
    (("states", 0, "champion"), False),
    (("governance", "reviews", 0, "quarter"), "2027-Q1"),
    (("governance", "reviews", 0, "scores"), {"P": 50}),
    (("governance", "reviews", 0, "allocation"), {"kind": "pro_rata"}),
    (("governance", "reviews", 0, "needs"), "12%"),
    (("governance", "reviews", 1, "region"), "africa"),
    (("governance", "reviews", 1, "kind"), "forum"),
    (("shocks", 0, "start"), 2027),
    (("shocks", 0, "end"), 2028),
    (("shocks", 0, "share"), "60%"),
    (("shocks", 0, "plans"), ["KEN-plan"]),
    (("shocks", 1, "regions"), ["europe"]),
    (("shocks", 2, "states"), ["SOM"]),
    (("shocks", 2, "start"), "2028-Q3"),
    (("shocks", 2, "status"), "adopted"),
]
"""Each field with another value. Not here: ids and names, which are labels; `coordination_effect` (see the pipeline)."""


def left_by(parts: dict[str, Any]) -> tuple[str, str]:
    """What a run leaves: its digest, and the tables of measures on a path on which all needs come due."""
    scenario: Scenario = fund(**parts)
    run = simulate(scenario, PATHS, seed=2)
    path = int(run.columns["needs_due"].argmax())
    return run.result_digest, plan_measures(run, replay(scenario, 2, path).books).to_csv()


@pytest.fixture(scope="module")
def base() -> tuple[str, str]:
    return left_by(everything())


@pytest.mark.parametrize(
    ("field", "value"), CHANGES, ids=lambda part: ".".join(map(str, part)) if isinstance(part, tuple) else ""
)
def test_another_value_is_another_result(base, field, value):
    parts = copy.deepcopy(everything())
    place: Any = parts
    for step in field[:-1]:
        place = place[step]
    assert place.get(field[-1]) != value
    place[field[-1]] = value
    if field == ("governance", "reviews", 1, "kind"):
        del place["region"]

    assert left_by(parts) != base
