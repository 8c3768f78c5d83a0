"""Hostile and wrong inputs: each is refused with its place, or read exactly as meant."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mptf_sim.errors import Problem, ScenarioError
from mptf_sim.scenario.read import read_scenario
from mptf_sim.scenario.scenario import Scenario
from tests.scenario.bad_inputs import (
    BASE,
    BY_DESIGN,
    CASES,
    NOTHING_TO_APPLY_TO,
    WORDS,
    built,
    table_of_needs,
)

MEASURED = [id for id, case in CASES.items() if "generator" in case and case["generator"] not in ("pickle_exec",)]
"""Cases that attack by size: they are read in a process of their own, against its time and memory."""


def applies(id: str) -> bool:
    return not any(id.startswith(beginning) for beginning in NOTHING_TO_APPLY_TO)


APPLIED = [id for id in CASES if applies(id)]
REFUSED = [id for id in APPLIED if CASES[id]["expect"]["outcome"] == "reject" and id not in BY_DESIGN]
ACCEPTED = [id for id in APPLIED if CASES[id]["expect"]["outcome"] == "accept_as"]
NAMES = [id for id in APPLIED if CASES[id]["expect"]["outcome"] == "neutralise_or_reject"]


def found(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    assert "Traceback" not in str(caught.value)
    return caught.value.problems


def read_or_refused(path: Path) -> tuple[Scenario | None, tuple[Problem, ...]]:
    try:
        return read_scenario(path), ()
    except ScenarioError as error:
        return None, error.problems


def names_it(problem: Problem, words: list[str]) -> bool:
    """Whether a problem says one of the words; its line is said by its place."""
    text = f"{problem.file} {problem.field} {problem.message}".casefold()
    said = {"line", f"line {problem.line}"} if problem.line else set()
    return any(word in said or WORDS.get(word, word).casefold() in text for word in words)


def test_the_fund_that_is_mutated_is_right_itself(tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_text(yaml.safe_dump(BASE | {"needs": {"table": "d.csv"}}), encoding="utf-8")
    (tmp_path / "d.csv").write_text(table_of_needs("plan,period,planned,delivered\nhk1,1,5,4\n"), encoding="utf-8")

    assert read_scenario(path).needs[0].amount == 400


def test_every_case_is_applied_or_has_a_reason_not_to_be():
    left_out = [id for id in CASES if not applies(id)]

    assert len(CASES) == 192
    assert sorted([*REFUSED, *ACCEPTED, *NAMES, *BY_DESIGN, *left_out]) == sorted(CASES)
    assert (len(REFUSED), len(ACCEPTED), len(NAMES), len(BY_DESIGN), len(left_out)) == (96, 2, 20, 5, 69)
    assert all(any(id.startswith(beginning) for id in CASES) for beginning in NOTHING_TO_APPLY_TO)


@pytest.mark.parametrize("id", [id for id in REFUSED if id not in MEASURED])
def test_a_wrong_input_is_refused_with_its_place(tmp_path, monkeypatch, id):
    monkeypatch.chdir(tmp_path)
    case = CASES[id]
    expected = case["expect"]

    problems = found(built(case, tmp_path))

    assert all(problem.line and problem.column and problem.file for problem in problems)
    fitting = [problem for problem in problems if names_it(problem, expected["message_any"])]
    assert fitting
    if "hint" in expected:
        assert any(f"did you mean '{WORDS.get(expected['hint'], expected['hint'])}'?" in p.message for p in fitting)
    assert not (tmp_path / "pwned").exists()


MEASURE = """
import json, sys, time
from mptf_sim.errors import ScenarioError
from mptf_sim.scenario.read import read_scenario
begun = time.process_time()
try:
    read_scenario(sys.argv[1])
except ScenarioError as error:
    told = str(error)
seconds = time.process_time() - begun
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([told, seconds, peak / 1024]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
@pytest.mark.parametrize("id", [id for id in REFUSED if id in MEASURED])
def test_an_attack_by_size_is_refused_within_time_and_memory(tmp_path, id):
    case = CASES[id]
    path = built(case, tmp_path)

    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
    command = [sys.executable, "-c", MEASURE, path.name]

    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=60)

    assert not done.stderr
    told, seconds, mebibytes = json.loads(done.stdout)
    assert "scenario.yaml" in told
    assert names_it(Problem("", 1, 1, "", told), case["expect"]["message_any"])
    assert seconds < case["expect"].get("max_seconds", 5)
    assert mebibytes < 512
    assert len(told) < 50_000


@pytest.mark.parametrize("id", ACCEPTED)
def test_a_value_that_other_readers_misread_is_read_as_it_is_written(tmp_path, id):
    scenario = read_scenario(built(CASES[id], tmp_path))
    expected = CASES[id]["expect"]

    if "equals_cents" in expected:
        assert scenario.donors[2].outlook.instalments[0].amount == expected["equals_cents"]
    else:
        assert scenario.plans[0].country == expected["equals"]


@pytest.mark.parametrize("id", NAMES)
def test_a_name_that_means_something_elsewhere_is_kept_letter_by_letter_or_refused(tmp_path, id):
    case = CASES[id]
    path = built(case, tmp_path)

    scenario, problems = read_or_refused(path)

    assert all(problem.line for problem in problems)
    assert all(problem.field.endswith(".name") or "U+" in problem.message for problem in problems)
    if scenario is None:
        return
    values = [op["value"] for op in case.get("ops", [case])]
    names = {scenario.name, *(programme.name for programme in scenario.programmes), *(w.name for w in scenario.windows)}
    assert set(values) <= names


@pytest.mark.parametrize("id", BY_DESIGN)
def test_what_is_right_here_is_read(tmp_path, id):
    assert read_scenario(built(CASES[id], tmp_path)).calendar.periods == 20
