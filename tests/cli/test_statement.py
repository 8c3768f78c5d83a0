"""`mptf-sim statement` prints source and use of funds of a run folder: the mean, any percentile, the median path."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

import mptf_sim as ms
from mptf_sim.runs.folder import cents
from tests.cli.calling import SMALL, asked, contents, without_drawing


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A run of nine paths whose report was not drawn."""
    place = tmp_path_factory.mktemp("statement")
    with pytest.MonkeyPatch.context() as patched:
        without_drawing(patched)
        from mptf_sim.cli import main

        assert main(["run", str(SMALL), "--paths", "9", "--seed", "7", "--out", str(place / "small"), "-q"]) == 0
    return place / "small"


def printed(capsys, *words) -> list[dict[str, str]]:
    answer = asked(capsys, "statement", *words, "--csv")
    assert (answer.code, answer.err) == (0, "")
    return list(csv.DictReader(io.StringIO(answer.out)))


@pytest.mark.parametrize(
    ("words", "column"), [((), "mean"), (("--median-path",), "median_path"), (("--percentile", 5), "p05")]
)
def test_what_the_folder_holds_is_printed_to_the_cent(capsys, folder, words, column):
    with (folder / "statement.csv").open(encoding="utf-8", newline="") as file:
        kept = list(csv.DictReader(file))

    rows = printed(capsys, folder, *words)
    assert [list(row.values())[:4] for row in rows] == [list(row.values())[:4] for row in kept]
    assert [cents(row["amount"]) for row in rows] == [cents(row[column]) for row in kept]


def test_any_other_percentile_is_that_of_the_run_played_again(capsys, folder):
    before = contents(folder)
    run = ms.simulate(ms.read_scenario(SMALL), 9, 7)

    found = [cents(row["amount"]) for row in printed(capsys, folder, "--percentile", 20)]
    assert found == ms.statement(run, percentile=20)["p20"].tolist()
    assert contents(folder) == before


def test_people_get_thousands_with_the_rule_and_the_note_on_rounding(capsys, folder):
    answer = asked(capsys, "statement", folder, "--percentile", 20)

    assert answer.code == 0
    assert "source and use of funds, percentile 20 of 9 futures, thousands of USD" in answer.out
    assert "need not add up" in answer.out
    assert "rounded lines may differ from a rounded total" in answer.out
    assert "One real future: it adds up to the cent." in asked(capsys, "statement", folder, "--median-path").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--percentile", 120), "percentile: expected a number from 0 to 100, found 120"),
        (("--percentile", 20, "--median-path"), "not allowed with argument"),
    ],
)
def test_what_cannot_be_told_is_the_inputs_fault(capsys, folder, words, told):
    answer = asked(capsys, "statement", folder, *words)

    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err


def test_a_run_of_other_terms_is_not_played_in_its_place(capsys, folder, tmp_path):
    import shutil

    shutil.copytree(folder, tmp_path / "changed")
    file = tmp_path / "changed" / "scenario.yaml"
    file.write_text(
        file.read_text(encoding="utf-8")
        .replace("amount: 3,000,000", "amount: 4M")
        .replace("amount: 3000000", "amount: 4M"),
        encoding="utf-8",
    )

    answer = asked(capsys, "statement", tmp_path / "changed", "--percentile", 20)
    assert (answer.code, answer.out) == (2, "")
    assert "played again gives another result" in answer.err
