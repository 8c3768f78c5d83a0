"""`mptf-sim journal` plays one path of a run again and writes its postings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mptf_sim.engine.replay import replay
from mptf_sim.journals.as_beancount import as_beancount
from mptf_sim.journals.as_csv import as_csv
from mptf_sim.journals.as_iati import as_iati
from mptf_sim.runs.folder import MANIFEST
from mptf_sim.scenario.read import read_scenario
from tests.cli.calling import SMALL, asked, called, contents, without_drawing


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory) -> Path:
    """A run of nine paths whose report was not drawn."""
    place = tmp_path_factory.mktemp("journal")
    with pytest.MonkeyPatch.context() as patched:
        without_drawing(patched)
        from mptf_sim.cli import main

        assert main(["run", str(SMALL), "--paths", "9", "--seed", "7", "--out", str(place / "run"), "-q"]) == 0
    return place / "run"


def expected(format: str, path: int) -> str:
    scenario = read_scenario(SMALL)
    again = replay(scenario, 7, path)
    if format == "csv":
        return as_csv(scenario, again)
    return as_iati(scenario, 7, again) if format == "iati" else as_beancount(scenario, 7, again)


@pytest.mark.parametrize("format", ["beancount", "csv", "iati"])
def test_a_format_is_printed_and_nothing_else(capsys, run_folder, format):
    answer = asked(capsys, "journal", run_folder, "--path", 4, "--format", format)

    assert answer == (0, expected(format, 4), "")


def test_without_words_it_is_the_ledger_of_the_median_path(capsys, run_folder):
    median = json.loads((run_folder / MANIFEST).read_text())["median_path"]

    assert asked(capsys, "journal", run_folder) == (0, expected("beancount", median), "")


def test_out_writes_one_file_and_leaves_the_folder_alone(capsys, run_folder, tmp_path):
    before, target = contents(run_folder), tmp_path / "journal.xml"

    answer = asked(capsys, "journal", run_folder, "--path", 0, "--format", "iati", "--out", target)

    assert answer == (0, f"{target}\n", "")
    assert target.read_text(encoding="utf-8") == expected("iati", 0)
    assert contents(run_folder) == before


def test_two_calls_write_the_same_bytes(run_folder):
    words = ("journal", run_folder, "--path", 2, "--format", "iati")
    assert called(*words) == called(*words)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--path", 9), "has the paths 0 to 8, found 9"),
        (("--path", -1), "has the paths 0 to 8, found -1"),
        (("--path", "x"), "expected a whole number, found 'x'"),
        (("--format", "ledger"), "invalid choice: 'ledger'"),
    ],
)
def test_what_cannot_be_meant_is_the_inputs_fault(capsys, run_folder, words, told):
    answer = asked(capsys, "journal", run_folder, *words)

    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err


def test_a_folder_that_is_no_run_is_the_inputs_fault(capsys, tmp_path):
    answer = asked(capsys, "journal", tmp_path)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"{tmp_path} is not a whole run folder: ")


def changed(run_folder: Path, tmp_path: Path, name: str, old: str, new: str) -> Path:
    """A copy of the run in which one file is not what the run wrote."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for file, content in contents(run_folder).items():
        if "/" not in file:
            (copy / file).write_bytes(content)
    text = (copy / name).read_text(encoding="utf-8")
    assert old in text
    (copy / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def test_a_scenario_changed_after_the_run_is_refused(capsys, run_folder, tmp_path):
    copy = changed(run_folder, tmp_path, "scenario.yaml", "amount: 3000000", "amount: 3000000.01")

    answer = asked(capsys, "journal", copy)

    assert (answer.code, answer.out) == (2, "")
    assert "scenario.yaml is no longer the scenario of the run" in answer.err


def test_a_run_that_this_version_does_not_repeat_is_refused(capsys, run_folder, tmp_path):
    copy = changed(run_folder, tmp_path, MANIFEST, '"seed": 7', '"seed": 8')

    answer = asked(capsys, "journal", copy)

    assert (answer.code, answer.out) == (2, "")
    assert "played again does not give what" in answer.err
    assert "Play the run again" in answer.err


def test_a_place_where_no_file_can_be_is_the_machines_fault(capsys, run_folder):
    answer = asked(capsys, "journal", run_folder, "--out", run_folder / "kpis.csv" / "j.csv")

    assert answer.code == 3
    assert "Not a directory" in answer.err


def test_in_python_it_is_one_call(run_folder):
    import mptf_sim as ms

    assert ms.journal(run_folder, path=4, format="csv") == expected("csv", 4)
    with pytest.raises(ms.UsageError, match="expected beancount, csv, iati, found 'ledger'"):
        ms.journal(run_folder, format="ledger")
