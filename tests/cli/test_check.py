"""`mptf-sim check` reads a scenario and lists every problem in it, each at its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mptf_sim.scenario.read import read_scenario
from tests.cli.calling import SCENARIOS, asked, called

ROOT = Path(__file__).parents[2]
FIVE = "tests/data/five_mistakes.yaml"


def planted() -> list[tuple[int, int, str]]:
    """Line, column and field of each of the five mistakes, found where they stand in the text."""
    lines = (ROOT / FIVE).read_text(encoding="utf-8").splitlines()
    found = []
    for piece, field, number in (
        ("3 millions", "fund.opening.cash[0].amount", 0),
        ("1}", "fund.fees.administrative_agent", 0),
        ("convertion", "donors[0].convertion", 0),
        ("NOR", "donors[1].id", 1),
        ("priority_scores", "governance.allocation.kind", 0),
    ):
        at = [number for number, line in enumerate(lines) if piece in line and not line.startswith("#")][number]
        found.append((at + 1, lines[at].index(piece) + 1, field))
    return found


def test_five_planted_mistakes_are_five_problems_each_at_its_file_line_and_column():
    answer = called("check", FIVE, cwd=ROOT)

    heading, *problems = answer.err.splitlines()
    assert (answer.code, answer.out) == (2, "")
    assert heading == f"{FIVE} has 5 problems:"
    assert [problem.split()[:2] for problem in problems] == [
        [f"{FIVE}:{line}:{column}", field] for line, column, field in planted()
    ]


def test_json_lists_the_same_problems(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)

    answer = asked(capsys, "check", FIVE, "--json")

    problems = json.loads(answer.out)["problems"]
    assert (answer.code, answer.err) == (2, "")
    assert [(one["file"], one["line"], one["column"], one["field"]) for one in problems] == [
        (FIVE, *place) for place in planted()
    ]
    assert all(one["message"] for one in problems)


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_scenario_is_fine(capsys, path):
    scenario = read_scenario(path)

    answer = asked(capsys, "check", path)

    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"{path} is fine: {scenario.name}, 2026-Q1 to 2035-Q4, {len(scenario.donors)} donors")
    assert answer.out.count("\n") == 1


def test_json_of_a_fine_scenario_has_its_digest_and_no_problems(capsys):
    path = SCENARIOS / "oda_cut.yaml"

    answer = asked(capsys, "check", path, "--json")

    assert (answer.code, answer.err) == (0, "")
    assert json.loads(answer.out) == {"problems": [], "scenario_digest": read_scenario(path).digest}


def test_quiet_says_nothing_if_all_is_well_and_everything_if_not(capsys):
    assert asked(capsys, "check", SCENARIOS / "baseline.yaml", "-q") == (0, "", "")
    assert asked(capsys, "check", ROOT / FIVE, "-q").err.count("\n") == 6
