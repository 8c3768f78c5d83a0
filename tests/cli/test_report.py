"""`mptf-sim report` draws a run folder again from its tables alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from python_calamine import load_workbook

from mptf_sim.runs.folder import MANIFEST
from tests.cli.calling import SMALL, asked, called, contents, run_undrawn, without_drawing


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder whose report was not drawn: made once, and left as it is."""
    return run_undrawn(tmp_path_factory.mktemp("made") / "run", SMALL, "--paths", 6)


@pytest.fixture
def run_folder(made, monkeypatch, tmp_path) -> Path:
    """A copy of it for one test, which works where it lies."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(made, "run"))


def test_a_report_made_again_from_the_folder_is_the_one_of_the_run_byte_for_byte(tmp_path):
    first = called("run", SMALL, "--paths", 12, "--seed", 7, "--out", tmp_path / "run")
    assert first.code == 0, first.err
    drawn = contents(tmp_path / "run")
    shutil.rmtree(tmp_path / "run/figures")
    for name in ("report.html", "report.pdf"):
        (tmp_path / "run" / name).unlink()

    again = called("report", "run", cwd=tmp_path)

    assert again == (0, "run/report.html\n", "")
    remade = contents(tmp_path / "run")
    assert [name for name in drawn if drawn[name] != remade.get(name)] == []
    assert set(remade) == set(drawn)


@pytest.mark.parametrize(("name", "begins"), [("one.html", b"<!doctype html"), ("one.pdf", b"%PDF-")])
def test_out_writes_one_file_and_leaves_the_folder_alone(capsys, run_folder, name, begins):
    before = contents(run_folder)

    answer = asked(capsys, "report", run_folder, "--out", name)

    assert answer == (0, f"{name}\n", "")
    assert Path(name).read_bytes()[:200].lstrip().lower().startswith(begins.lower())
    assert contents(run_folder) == before


def test_a_report_that_is_neither_a_page_nor_a_document_is_the_inputs_fault(capsys, run_folder, tmp_path):
    before = contents(tmp_path)

    answer = asked(capsys, "report", run_folder, "--out", "one.docx")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "one.docx: a report ends in .html or .pdf\n"
    assert contents(tmp_path) == before


@pytest.mark.parametrize("place", ["nowhere", ".", "run/kpis.csv"])
def test_what_is_no_run_folder_is_the_inputs_fault(capsys, run_folder, tmp_path, place):
    before = contents(tmp_path)

    answer = asked(capsys, "report", place)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"{place} is not a whole run folder: ")
    assert MANIFEST in answer.err
    assert contents(tmp_path) == before


def test_a_place_where_no_report_can_be_is_the_machines_fault(capsys, run_folder, monkeypatch):
    monkeypatch.setattr("mptf_sim.report.page.html", lambda *_: "<html>")

    answer = asked(capsys, "report", run_folder, "--out", "run/kpis.csv/one.html")

    assert answer.code == 3
    assert "Not a directory" in answer.err


@pytest.mark.parametrize(
    ("name", "begins"), [("one.png", b"\x89PNG"), ("one.svg", b"<?xml"), ("one.csv", b"plan,year,")]
)
def test_one_figure_can_be_written_alone_of_the_plan_that_is_named(capsys, run_folder, name, begins):
    before = contents(run_folder)

    answer = asked(capsys, "report", run_folder, "--figure", "plan_sources", "--plan", "KEN", "--out", name)

    assert answer == (0, f"{name}\n", "")
    assert Path(name).read_bytes().startswith(begins)
    assert contents(run_folder) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--figure", "pie"], "unknown figure 'pie'; the figures are frontier"),
        (["--figure", "fan", "--plan", "KEN"], "--plan: only plan_sources and debt_service show one plan"),
        (["--figure", "plan_sources", "--plan", "XXX"], "unknown plan 'XXX'; plans with needs are KEN"),
        (["--figure", "fan", "--out", "fan.jpg"], "fan.jpg: a figure ends in .png, .svg or .csv"),
    ],
)
def test_a_figure_that_cannot_be_drawn_is_the_inputs_fault(capsys, run_folder, words, said):
    answer = asked(capsys, "report", run_folder, *words)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(said)


def test_a_report_since_an_earlier_run_tells_what_changed_and_what_it_moved(capsys, run_folder, monkeypatch):
    text = SMALL.read_text(encoding="utf-8")
    Path("more.yaml").write_text(text.replace("amount: 3M", "amount: 4M"), encoding="utf-8")
    with monkeypatch.context() as patched:
        without_drawing(patched)
        assert asked(capsys, "run", "more.yaml", "--paths", 6, "--out", "more").code == 0

    answer = asked(capsys, "report", "more", "--since", run_folder, "--out", "since.html")

    assert answer == (0, "since.html\n", "")
    page = Path("since.html").read_text(encoding="utf-8")
    assert "What differs from run" in page
    assert "amount: 4,000,000" in page.replace("&#39;", "") or "4,000,000" in page
    assert "on the same 6 futures" in page
    assert asked(capsys, "report", "more", "--since", run_folder).code == 0
    book = load_workbook("more/results.xlsx")
    rows = book.get_sheet_by_name("Differences").to_python()
    assert rows[0][0] == "6 futures, the same for both (seed 1): this run, more, against run"
    assert len(rows) > 20


def test_runs_of_other_futures_are_not_told_apart(capsys, run_folder, monkeypatch):
    with monkeypatch.context() as patched:
        without_drawing(patched)
        assert asked(capsys, "run", SMALL, "--paths", 6, "--seed", 9, "--out", "other").code == 0

    answer = asked(capsys, "report", "other", "--since", run_folder, "--out", "since.html")

    assert (answer.code, answer.out) == (2, "")
    assert "seed" in answer.err
