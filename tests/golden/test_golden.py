"""Every shipped scenario gives what is recorded of it, to the cent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.golden.record import ACCEPT, as_text, changes, complaint, record_of

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_a_shipped_scenario_gives_what_is_recorded_of_it(
    scenario: Path, accept_golden: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded = HERE / f"{scenario.stem}.json"
    today = record_of(scenario)
    before = json.loads(recorded.read_text()) if recorded.exists() else {}
    differences = changes(before, today)
    if accept_golden:
        recorded.write_text(as_text(today))
        with capsys.disabled():
            print("\n  ".join([f"\n{scenario.name}: {len(differences)} differences accepted", *differences]))
        return
    if not recorded.exists():
        pytest.fail(f"nothing is recorded of {scenario.name} yet: `{ACCEPT}` does it", pytrace=False)
    if differences:
        pytest.fail(complaint(scenario.name, differences), pytrace=False)
    assert recorded.read_text() == as_text(today), f"{recorded.name} was edited by hand: `{ACCEPT}` writes it anew"


def test_nothing_is_recorded_of_a_scenario_that_is_not_shipped(accept_golden: bool) -> None:
    shipped = {scenario.stem for scenario in SCENARIOS}
    orphans = [path for path in sorted(HERE.glob("*.json")) if path.stem not in shipped]
    if accept_golden:
        for path in orphans:
            path.unlink()
        return
    assert not orphans, f"no scenario of these names: {[path.name for path in orphans]}; `{ACCEPT}` removes them"


def test_a_difference_shows_the_old_number_the_new_one_and_the_command_that_accepts_it() -> None:
    recorded = {"result_digest": "aa", "deposits": {"2026": 100_000, "2027": 5}, "transfers": {"2026": 7}}
    today = {"result_digest": "bb", "deposits": {"2026": 100_001, "2027": 5}, "refunds": {"2026": 7}}

    said = complaint("baseline.yaml", changes(recorded, today))

    assert "result_digest: recorded aa, now bb" in said
    assert "deposits of 2026: recorded 100,000, now 100,001" in said
    assert "of 2027" not in said
    assert "transfers: recorded {'2026': 7}, now None" in said
    assert f"`{ACCEPT}`" in said
    assert "no recorded figure" not in said
    assert "no recorded figure has moved" in complaint("baseline.yaml", ["result_digest: recorded aa, now bb"])


def test_the_command_that_accepts_is_a_word_of_the_makefile() -> None:
    word = ACCEPT.removeprefix("make ")
    lines = (ROOT / "Makefile").read_text().splitlines()
    rule = next(number for number, line in enumerate(lines) if line.startswith(f"{word}:"))
    assert "tests/golden --accept-golden" in lines[rule + 1]
