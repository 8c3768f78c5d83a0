"""`mptf-sim compare`: files and folders on the same futures, a table that can be read, and errors that can be acted on."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from python_calamine import load_workbook

from mptf_sim.cli.compare import SHAPE
from tests.cli.calling import SMALL, asked, contents, without_drawing

CUT = "schema: 1\nextends: fund.yaml\nname: Cut\nshocks:\n  - {kind: donor_cut, start: 2026-Q1, share: 30%}\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a fund and the same fund under a cut, and we are in it."""
    shutil.copy(SMALL, tmp_path / "fund.yaml")
    (tmp_path / "cut.yaml").write_text(CUT)
    monkeypatch.chdir(tmp_path)
    without_drawing(monkeypatch)
    return tmp_path


def run(capsys, name: str, *words: object) -> str:
    answer = asked(capsys, "run", f"{name}.yaml", "--paths", 60, "--seed", 4, "--workers", 1, "-q", *words)
    assert answer.code in (0, 4), answer.err
    return f"runs/{name}"


def compared(capsys, *words: object) -> dict:
    answer = asked(capsys, "compare", *words, "--json", "--workers", 1)
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def test_files_and_run_folders_give_the_same_comparison(place, capsys):
    folders = run(capsys, "fund"), run(capsys, "cut")

    of_files = compared(capsys, "fund.yaml", "cut.yaml", "--paths", 60, "--seed", 4)

    assert of_files["shape"] == SHAPE
    assert (of_files["against"], of_files["runs"], of_files["paths"], of_files["seed"]) == (
        "fund",
        ["fund", "cut"],
        60,
        4,
    )
    assert compared(capsys, *folders) == of_files
    assert compared(capsys, "fund.yaml", folders[1]) == of_files  # the folder says on which futures


def test_the_table_reads_aloud(place, capsys):
    answer = asked(
        capsys, "compare", "fund.yaml", "cut.yaml", "--paths", 60, "--seed", 4, "--workers", 1, "--attribute"
    )

    assert answer.code == 0
    assert "cut against fund: 60 futures, the same for both (seed 4)" in answer.out
    (deposits,) = [line for line in answer.out.splitlines() if "Deposits from donors" in line and "yes" in line]
    assert " to " in deposits
    assert "1. shocks: added (kind donor_cut, start 2026-Q1, share 30%)" in answer.out
    assert " nan" not in answer.out


def test_tables_are_written_with_the_same_bytes_each_time(place, capsys):
    words = ("compare", "fund.yaml", "cut.yaml", "--paths", 60, "--attribute", "--out", "out", "-q", "--workers", 1)
    first = (asked(capsys, *words), contents(place / "out"))
    again = (asked(capsys, *words), contents(place / "out"))

    assert first == again
    assert first[0].code == 0
    book = load_workbook(io.BytesIO(first[1]["comparison.xlsx"]))
    (deposits,) = [row for row in book.get_sheet_by_name("Differences").to_python() if row[2] == "Deposits from donors"]
    assert deposits[8] == pytest.approx(deposits[7] - deposits[6])
    assert book.sheet_names == ["Differences", "Programmes", "Against expectation"]
    assert first[0].out == ""
    assert {
        "comparison.json",
        "differences.csv",
        "tornado.csv",
        "programmes.csv",
        "surprises.csv",
        "not_shared.csv",
        "attribution.csv",
    } <= set(first[1])
    rows = list(csv.DictReader(first[1]["differences.csv"].decode().splitlines()))
    (deposits,) = [row for row in rows if row["metric"] == "deposits"]
    assert deposits["unit"] == "USD"
    assert float(deposits["difference"]) < 0


def test_another_folder_is_not_overwritten(place, capsys):
    (place / "mine").mkdir()
    (place / "mine" / "letter.txt").write_text("keep me")

    answer = asked(capsys, "compare", "fund.yaml", "cut.yaml", "--paths", 5, "--out", "mine", "-q")

    assert answer.code == 3
    assert "is not a folder with comparison.json" in answer.err
    assert contents(place / "mine") == {"letter.txt": b"keep me"}


def test_three_runs_are_each_held_against_the_one_named(place, capsys):
    (place / "half.yaml").write_text(CUT.replace("30%", "15%"))

    found = compared(capsys, "fund.yaml", "cut.yaml", "half.yaml", "--paths", 40, "--against", "half")

    assert {row["run"] for row in found["differences"]} == {"fund", "cut"}
    assert {row["against"] for row in found["differences"]} == {"half"}


def test_two_of_one_name_are_called_as_they_are_written(place, capsys):
    (place / "other").mkdir()
    shutil.copy(SMALL, place / "other" / "fund.yaml")

    assert compared(capsys, "fund.yaml", "other/fund.yaml", "--paths", 5)["runs"] == ["fund.yaml", "other/fund.yaml"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fund.yaml"], "expected two or more scenario files or run folders to compare, found one"),
        (["fund.yaml", "./fund.yaml"], "./fund.yaml is named twice"),
        (["fund.yaml", "missing.yaml"], "missing.yaml: no such scenario file or run folder"),
        (["fund.yaml", "."], ". is not a run folder: it holds no manifest.json"),
        (["fund.yaml", "cut.yaml", "--against", "base"], "expected one of fund, cut, found 'base'"),
        (["fund.yaml", "cut.yaml", "--paths", "0"], "paths: expected a whole number from 1"),
    ],
)
def test_a_mistake_says_what_to_do(place, capsys, words, said):
    answer = asked(capsys, "compare", *words)

    assert answer.code == 2
    assert said in answer.err


def test_folders_of_other_futures_versions_or_scenarios_are_refused(place, capsys):
    run(capsys, "fund")
    other = asked(capsys, "run", "cut.yaml", "--paths", 60, "--seed", 5, "--workers", 1, "-q", "--out", "runs/seed5")
    assert other.code in (0, 4)
    answer = asked(capsys, "compare", "runs/fund", "runs/seed5")
    assert answer.code == 2
    assert "seed5: expected seed 4, as fund has, found 5: runs are compared on the same futures" in answer.err

    answer = asked(capsys, "compare", "runs/fund", "cut.yaml", "--paths", 70)
    assert answer.code == 2
    assert "runs/fund has paths 60, found --paths 70" in answer.err

    manifest = place / "runs/fund/manifest.json"
    text = manifest.read_text()
    manifest.write_text(text.replace('"mptf_sim": "', '"mptf_sim": "9.'))
    answer = asked(capsys, "compare", "runs/fund", "cut.yaml")
    assert answer.code == 2
    assert "was made by mptf_sim 9." in answer.err
    manifest.write_text(text)

    scenario = place / "runs/fund/scenario.yaml"
    scenario.write_text(scenario.read_text().replace("budget: ", "budget: 1", 1))
    answer = asked(capsys, "compare", "runs/fund", "cut.yaml")
    assert answer.code == 2
    assert "is no longer the scenario of the run: play it again" in answer.err
