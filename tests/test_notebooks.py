"""Notebooks: plain Python first, each executed from top to bottom as a reader would, in less than a minute."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient

from tests.cli.calling import SCENARIOS, called

HOME = Path(__file__).parents[1] / "notebooks"
SOURCES = sorted(HOME.glob("*.py"))
LONGEST = 60
"""Seconds that one cell may take, on a machine that does other things too."""

NAMED = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


@cache
def executed(source: Path) -> Any:
    """A notebook with what its cells give."""
    notebook = jupytext.read(source)
    NotebookClient(
        notebook, timeout=LONGEST, kernel_name="python3", resources={"metadata": {"path": str(HOME)}}
    ).execute()
    return notebook


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def test_there_is_one_for_each_question():
    assert [path.stem for path in SOURCES] == [
        "closing_one_plans_gap", "how_sure_are_we", "largest_donor_leaves", "next_committee_meeting", "which_allocation_rule",
    ]  # fmt: skip


@NAMED
def test_the_paired_notebook_holds_the_same_cells_and_no_results(source):
    paired = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    plain = jupytext.read(source)

    assert [(cell.cell_type, cell.source) for cell in paired.cells] == [
        (cell.cell_type, cell.source) for cell in plain.cells
    ]
    assert outputs(paired) == []


@NAMED
def test_a_notebook_asks_a_question_and_holds_no_model(source):
    text = source.read_text(encoding="utf-8")

    assert re.search(r"^# # .*\?$", text, re.MULTILINE)
    assert set(re.findall(r"^(?:import|from) (mptf_sim[\w.]*)", text, re.MULTILINE)) == {"mptf_sim"}


@pytest.mark.slow
@pytest.mark.xdist_group("notebooks")  # executed once
@NAMED
def test_a_notebook_runs_through_and_shows_figures(source):
    found = outputs(executed(source))

    assert sum("image/png" in output.get("data", {}) for output in found) >= 1
    assert [output for output in found if output.output_type == "error" or output.get("name") == "stderr"] == []


@pytest.mark.slow
@pytest.mark.xdist_group("notebooks")
def test_a_notebook_and_the_command_line_give_one_result(tmp_path):
    said = "".join(output.get("text", "") for output in outputs(executed(HOME / "how_sure_are_we.py")))
    answer = called("run", SCENARIOS / "baseline.yaml", "--paths", 64, "--seed", 7, "--out", tmp_path / "run", "--json")

    assert f"result_digest {json.loads(answer.out)['result_digest']}\n" in said
