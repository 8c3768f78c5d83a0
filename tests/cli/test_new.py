"""`mptf-sim new` writes a scenario that checks and runs, in YAML or as a workbook, and never over a file."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.calling import SCENARIOS, asked, contents, without_drawing
from tests.scenario.books import book


def test_what_new_writes_checks_and_runs(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    without_drawing(monkeypatch)

    written = asked(capsys, "new", "my_fund.yaml")

    assert (written.code, written.err) == (0, "")
    assert "mptf-sim check my_fund.yaml && mptf-sim run my_fund.yaml" in written.out
    checked = asked(capsys, "check", "my_fund.yaml")
    assert checked.code == 0, checked.err
    assert checked.out.startswith("my_fund.yaml is fine: A small fund")
    run = asked(capsys, "run", "my_fund.yaml", "--paths", 50)
    assert run.code == 0, run.err
    assert Path("runs/my_fund/manifest.json").is_file()


def test_what_new_comments_out_can_be_used_as_it_stands(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    asked(capsys, "new", "my_fund.yaml")
    lines = Path("my_fund.yaml").read_text(encoding="utf-8").splitlines()
    used = [
        line.removeprefix("# ") if line.startswith(("# shocks:", "# expect:", "#   - ")) else line for line in lines
    ]
    assert len([1 for old, new in zip(lines, used, strict=True) if old != new]) == 5
    Path("my_fund.yaml").write_text("\n".join(used) + "\n", encoding="utf-8")

    assert asked(capsys, "check", "my_fund.yaml").code == 0


def test_new_never_writes_over_a_file(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("my own words")
    Path("folder").mkdir()
    Path("link.yaml").symlink_to("nowhere.yaml")

    for name in ("mine.yaml", "folder", "link.yaml"):
        answer = asked(capsys, "new", name)

        assert (answer.code, answer.out) == (3, "")
        assert answer.err == f"the machine would not do it: {name} exists already: choose another name\n"
    assert Path("mine.yaml").read_text() == "my own words"
    assert not Path("nowhere.yaml").exists()


@pytest.mark.parametrize("name", ["no/such/folder/fund.yaml", "mine.yaml/fund.yaml", "x" * 300, ""])
def test_a_place_where_no_file_can_be_is_the_machines_fault(capsys, monkeypatch, tmp_path, name):
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("my own words")

    answer = asked(capsys, "new", name)

    assert answer.code == 3
    assert answer.err.startswith("the machine would not do it: ")
    assert contents(tmp_path) == {"mine.yaml": b"my own words"}
    assert os.listdir() == ["mine.yaml"]


def test_a_workbook_that_new_writes_checks_and_runs(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    without_drawing(monkeypatch)

    written = asked(capsys, "new", "--xlsx", "my_fund.xlsx")

    assert (written.code, written.err) == (0, "")
    assert "mptf-sim check my_fund.xlsx && mptf-sim run my_fund.xlsx" in written.out
    checked = asked(capsys, "check", "my_fund.xlsx")
    assert checked.code == 0, checked.err
    assert checked.out.startswith("my_fund.xlsx is fine: A small fund")
    run = asked(capsys, "run", "my_fund.xlsx", "--paths", 50)
    assert run.code == 0, run.err
    assert Path("runs/my_fund/manifest.json").is_file()


def test_a_scenario_goes_to_a_workbook_and_back_with_one_digest(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    scenario = SCENARIOS / "oda_cut.yaml"
    digest = json.loads(asked(capsys, "check", "--json", scenario).out)["scenario_digest"]

    for name, source in (("cut.xlsx", scenario), ("back.yaml", "cut.xlsx"), ("again.XLSX", "back.yaml")):
        written = asked(capsys, "new", "--from", source, name)

        assert (written.code, written.err) == (0, "")
        assert json.loads(asked(capsys, "check", "--json", name).out)["scenario_digest"] == digest
    assert Path("cut.xlsx").read_bytes() == Path("again.XLSX").read_bytes()


def test_a_wrong_cell_is_told_with_its_sheet_in_words_and_as_json(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    book(tmp_path, {"donors!C3": "renewed"})
    message = "unknown 'renewed'; did you mean 'renewing'?"

    assert asked(capsys, "check", "fund.xlsx") == (
        2, "", f"fund.xlsx has 1 problem:\n  fund.xlsx:donors!C3  donors[0].outlook.kind  {message}\n",
    )  # fmt: skip
    assert json.loads(asked(capsys, "check", "--json", "fund.xlsx").out) == {
        "problems": [
            {
                "file": "fund.xlsx", "sheet": "donors", "line": 3, "column": 3, "place": "fund.xlsx:donors!C3",
                "field": "donors[0].outlook.kind", "message": message,
            }
        ]
    }  # fmt: skip


def test_new_writes_no_workbook_under_another_name_nor_what_cannot_be_read(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    answer = asked(capsys, "new", "--xlsx", "fund.yaml")
    assert answer == (2, "", "expected the name of a workbook, such as fund.xlsx, found 'fund.yaml'\n")

    answer = asked(capsys, "new", "--from", "none.yaml", "fund.xlsx")
    assert (answer.code, answer.out) == (2, "")
    assert "none.yaml" in answer.err
    assert os.listdir() == []
