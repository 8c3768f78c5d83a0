"""What must hold of plans in every fund, whatever else is in it."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given

from mptf_sim.engine.replay import replay
from mptf_sim.engine.run import simulate
from mptf_sim.scenario.scenario import Scenario
from tests.strategies import File, scenario_files, seeds

PATHS = 3


def digest(file: File, seed: int) -> str:
    return simulate(Scenario.model_validate(file), PATHS, seed).result_digest


@given(file=scenario_files(), seed=seeds)
def test_a_need_told_measure_by_measure_is_the_same_need(file: File, seed: int) -> None:
    def halves(need: dict[str, Any], number: int) -> list[dict[str, Any]]:
        cents = round(float(need["amount"]) * 100)
        parts = (cents // 2, cents - cents // 2)
        return [
            need
            | {"id": f"M{number}-{half}", "amount": f"{part // 100}.{part % 100:02d}", "ministry": f"Ministry {half}"}
            for half, part in enumerate(parts)
        ]

    apart = [half for number, need in enumerate(file["needs"]) for half in halves(need, number)]
    assert digest(file | {"needs": apart}, seed) == digest(file, seed)


@given(file=scenario_files(), seed=seeds)
def test_effects_of_none_change_nothing(file: File, seed: int) -> None:
    neutral = {name: "100%" for name in ("yes", "no", "abstained", "absent", "champion")}
    still = {name: "0%" for name in ("drafting", "costed", "adopted", "reviewed")}
    same = file | {
        "states": [state | {"vote": "abstained", "champion": True} for state in file["states"]],
        "participation": {"effects": neutral},
        "plans": [plan | {"hazards": still, "inflation": "0%", "contingency": "0%"} for plan in file["plans"]],
        "needs": [need | {"overlap": "0%"} for need in file["needs"]],
        "shocks": [*file["shocks"], {"kind": "needs_surge", "start": 2026, "share": "0%"}],
    }
    assert digest(same, seed) == digest(file, seed)


@given(file=scenario_files(), seed=seeds)
def test_a_measure_that_parent_plans_hold_altogether_is_no_need(file: File, seed: int) -> None:
    def without_finance(needs: list[dict[str, Any]]) -> File:
        return file | {"needs": needs, "finance": []}

    held = without_finance([need | {"overlap": "100%"} for need in file["needs"]])
    nothing = without_finance([need | {"amount": 0} for need in file["needs"]])
    assert digest(held, seed) == digest(nothing, seed)


@given(file=scenario_files(), seed=seeds)
def test_certain_steps_are_the_same_on_every_path(file: File, seed: int) -> None:
    certain = {"drafting": "100%", "costed": "100%", "adopted": "0%", "reviewed": "0%"}
    plans = [plan | {"status": "none", "hazards": certain} for plan in file["plans"]]
    run = simulate(Scenario.model_validate(file | {"plans": plans, "finance": []}), PATHS, seed)
    for plan in run.axes.plans:
        needs = run.columns[f"needs:{plan}"]
        assert (needs == needs[0]).all()


@given(file=scenario_files(), seed=seeds)
def test_a_plan_never_goes_back(file: File, seed: int) -> None:
    likely = {"drafting": "90%", "costed": "90%", "adopted": "90%", "reviewed": "90%"}
    plans = [plan | {"status": "none", "hazards": likely} for plan in file["plans"]]
    books = replay(Scenario.model_validate(file | {"plans": plans, "finance": []}), seed, 0).books
    assert (np.diff(books.plan_status, axis=0) >= 0).all()
    assert (np.diff(books.plan_needs, axis=0) >= 0).all()
