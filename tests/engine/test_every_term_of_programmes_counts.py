"""No term of organisations, reports, release, pipeline or slowdown is idle: another value is another result."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from mptf_sim.engine.replay import replay
from mptf_sim.engine.run import simulate
from mptf_sim.measures.breakdown import breakdown
from mptf_sim.measures.organisations import organisations
from mptf_sim.scenario.scenario import Scenario
from tests.engine.busy_fund import busy_fund

File = dict[str, Any]


def file() -> File:
    """The busy fund with two organisations, late reports, limits of capacity, a pipeline and a slowdown."""
    written = busy_fund().dump()
    written["organisations"] = [
        {"id": "ILO", "name": "ILO", "spread": "40%", "late_reports": "30%", "capacity": 150_000},
        {"id": "IOM", "name": "IOM", "signed_agreement": "2026-Q3"},
    ]
    written["plans"][0]["absorption_per_year"] = 250_000
    written["agreements"][0] |= {
        "release": {"basis": "spent plus committed", "committed": "20%", "level": "every organisation"},
        "reporting": {"every": 2, "late_by": 2},
        "cost_categories": {"staff": "60%", "travel": "40%"},
    }
    for programme in written["programmes"]:
        del programme["organisation"]
        programme["organisations"] = {"ILO": "40%", "IOM": "60%"}
    regional = written["programmes"][0]
    del regional["plan"]
    regional |= {"region": "africa", "countries": {"AAA": "40%", "BBB": "60%"}, "workstreams": ["data"]}
    template = {name: value for name, value in written["programmes"][1].items() if name not in ("ready", "score")}
    written["pipeline"] = {
        "start": "2026-Q3",
        "slots_per_year": 3,
        "selection": {"concept_note": "80%", "chance": "60%", "after": 1},
        "preparation": 2,
        "score": {"mean": 60, "spread": 20},
        "templates": [template, template | {"id": "another", "budget": 300_000}],
    }
    written["plans"][1]["coordination"] = 1
    written["common_factors"]["coordination_effect"] = "50%"
    slowdown = {"kind": "delivery_slowdown", "start": "2027-Q1", "end": "2027-Q4", "share": "60%"}
    written["shocks"].append(slowdown | {"organisations": ["IOM"], "regions": ["europe"]})
    return written


def told(written: File) -> str:
    """Everything a run says of programmes and organisations."""
    scenario = Scenario.model_validate(written)
    run = simulate(scenario, 64, 1)
    median = replay(scenario, 1, 0).books
    return run.result_digest + breakdown(run, median).to_csv() + organisations(run, median).to_csv()


@pytest.fixture(scope="module")
def as_it_is() -> str:
    return told(file())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisations.0.executive_committee", True),
        ("organisations.0.member", False),
        ("organisations.1.signed_agreement", "2026-Q4"),
        ("organisations.0.capacity", 100_000),
        ("organisations.0.spread", "0%"),
        ("organisations.0.late_reports", "0%"),
        ("plans.0.absorption_per_year", 200_000),
        ("agreements.0.release", {"level": "every organisation"}),
        ("agreements.0.release.committed", "60%"),
        ("agreements.0.release.level", "programme"),
        ("agreements.0.release.level", "own share"),
        ("agreements.0.reporting.every", 1),
        ("agreements.0.reporting.late_by", 1),
        ("agreements.0.cost_categories", {"staff": "100%"}),
        ("programmes.1.organisations", {"ILO": "41%", "IOM": "59%"}),
        ("programmes.0.countries", {"AAA": "41%", "BBB": "59%"}),
        ("programmes.0.workstreams", ["returns"]),
        ("pipeline.prefix", "later"),
        ("pipeline.start", "2026-Q4"),
        ("pipeline.slots_per_year", 4),
        ("pipeline.selection.concept_note", "50%"),
        ("pipeline.selection.chance", "30%"),
        ("pipeline.selection.after", 2),
        ("pipeline.preparation", 4),
        ("pipeline.score.mean", 40),
        ("pipeline.score.spread", 0),
        ("pipeline.templates.0.budget", 250_000),
        ("common_factors.coordination_effect", "0%"),
        ("shocks.2.start", "2027-Q3"),
        ("shocks.2.end", "2028-Q4"),
        ("shocks.2.share", "30%"),
        ("shocks.2.organisations", ["ILO"]),
        ("shocks.2.regions", ["africa"]),
    ],
)
def test_another_value_is_another_result(field: str, value: Any, as_it_is: str):
    written = deepcopy(file())
    *way, last = [int(step) if step.isdigit() else step for step in field.split(".")]
    inner: Any = written
    for step in way:
        inner = inner[step]
    assert inner.get(last) != value, "the term changes"
    inner[last] = value

    assert told(written) != as_it_is
