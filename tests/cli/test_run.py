"""`mptf-sim run` plays a scenario, leaves a whole run folder or none, and says by its exit code how it went."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path

import pytest

from mptf_sim.errors import BrokenInvariant
from mptf_sim.report.figures import FIGURES
from mptf_sim.runs.folder import read_tables
from tests.cli.calling import SCENARIOS, SMALL, asked, called, contents, without_drawing

TABLES = {
    "manifest.json", "scenario.yaml", "kpis.csv", "timeline.parquet", "statement.csv", "obligations.csv",
    "paths.parquet", "frontier.csv", "refusals.csv", "floors.csv", "plan_sources.csv", "entities.csv", "evidence.csv", "expectations.csv",
    "plan_measures.csv", "plan_status.csv", "review_pack.csv", "organisations.csv", "breakdown.csv",
    "funnel.csv", "pledges.csv", "documents.csv", "unspent.csv", "plan_windows.csv", "plan_coverage.csv",
    *(f"annexes/{name}.csv" for name in ("contributors", "organisations", "programmes", "cost_categories", "receivables")),
}  # fmt: skip
OF_THE_MACHINE = ("started", "seconds", "machine")
"""What a manifest says of when and where, and not of what."""


@pytest.fixture
def undrawn(monkeypatch, tmp_path):
    """A run without figures and pages, from a folder of its own."""
    without_drawing(monkeypatch)
    monkeypatch.chdir(tmp_path)


def small(tmp_path: Path, *changes: tuple[str, str], more: str = "") -> Path:
    """The scenario that `new` writes, with pieces of its text replaced and lines added."""
    text = SMALL.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {SMALL.name}"
        text = text.replace(old, new)
    path = tmp_path / "small.yaml"
    path.write_text(text + more, encoding="utf-8")
    return path


def test_the_same_run_twice_leaves_the_same_bytes_but_for_when_and_where_it_was_made(tmp_path):
    asking = ("run", small(tmp_path), "--paths", 24, "--seed", 7, "--out")
    first, second = called(*asking, tmp_path / "a"), called(*asking, tmp_path / "b", "--json")

    assert (first.code, second.code) == (0, 0), first.err + second.err
    a, b = contents(tmp_path / "a"), contents(tmp_path / "b")
    names = [one.name for one in FIGURES]
    drawn = {f"figures/{name}.{suffix}" for name in names for suffix in ("svg", "png", "csv")}
    assert set(a) == set(b) == TABLES | drawn | {"report.html", "report.pdf", "results.xlsx"}
    manifests = [json.loads(files.pop("manifest.json")) for files in (a, b)]
    assert [name for name in a if a[name] != b[name]] == []
    for manifest in manifests:
        for name in OF_THE_MACHINE:
            del manifest[name]
    assert manifests[0] == manifests[1]


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_scenario_is_played_and_its_answers_are_told(capsys, undrawn, monkeypatch, path):
    monkeypatch.setattr("mptf_sim.analysis.answers.FRONTIER_PATHS", 2)

    answer = asked(capsys, "run", path, "--paths", 3, "--seed", 7, "--workers", 1)

    assert answer.code == 0, answer.err
    tables = read_tables(Path("runs", path.stem))
    assert f"{tables.manifest['scenario']}: 3 paths, seed 7" in answer.out
    assert f"result {tables.manifest['result_digest'][:16]}" in answer.out
    assert answer.out.endswith(f"Report: {Path('runs', path.stem, 'report.html')}\n")
    assert "Chance that an instalment waits for cash" in answer.out
    assert "Chance that an instalment is not released" in answer.out


def test_json_is_one_document_with_the_digest_and_nothing_else_is_said(capsys, undrawn, tmp_path):
    answer = asked(capsys, "run", small(tmp_path), "--paths", 8, "--seed", 7, "--out", "run", "--json")

    told = json.loads(answer.out)  # one document: anything beside it would not parse
    assert answer == (0, answer.out, "")
    assert re.fullmatch("[0-9a-f]{64}", told["result_digest"])
    assert told.pop("folder") == "run"
    assert told == json.loads(Path("run/manifest.json").read_text(encoding="utf-8"))


def test_json_tells_of_names_as_they_are_written(capsys, undrawn, tmp_path):
    path = small(tmp_path, ("name: A small fund", "name: Fonds für Zürich"))

    answer = asked(capsys, "run", path, "--paths", 1, "--json")

    assert json.loads(answer.out)["scenario"] == "Fonds für Zürich"
    assert json.loads(Path("runs/small/manifest.json").read_bytes())["scenario"] == "Fonds für Zürich"


def test_quiet_says_nothing(capsys, undrawn, tmp_path):
    assert asked(capsys, "run", small(tmp_path), "--paths", 8, "-q") == (0, "", "")
    assert Path("runs/small/report.html").is_file()


def test_the_manifest_says_what_the_result_depends_on(capsys, undrawn, tmp_path):
    answer = asked(
        capsys, "run", small(tmp_path), "--paths", "1_100", "--seed", 2**128 - 1, "--block", 64, "--workers", 1, "-q"
    )

    assert answer.code == 0, answer.err
    manifest = json.loads(Path("runs/small/manifest.json").read_text(encoding="utf-8"))
    assert [manifest[name] for name in ("paths", "seed", "block", "workers")] == [1100, 2**128 - 1, 64, 1]
    assert manifest["status"] == "complete"
    assert list(manifest["data_digests"]) == ["small.yaml"]
    assert set(OF_THE_MACHINE) <= set(manifest)
    assert sum(manifest["checks"].values()) > 0


def test_the_scenario_in_the_folder_is_the_one_that_was_run(capsys, undrawn):
    first = asked(capsys, "run", SCENARIOS / "oda_cut.yaml", "--paths", 4, "--workers", 1, "--out", "a", "--json")
    again = asked(capsys, "run", "a/scenario.yaml", "--paths", 4, "--workers", 1, "--out", "b", "--json")

    assert (first.code, again.code) == (0, 0), again.err
    for name in ("result_digest", "scenario_digest", "scenario"):
        assert json.loads(first.out)[name] == json.loads(again.out)[name]
    assert Path("a/scenario.yaml").read_bytes() == Path("b/scenario.yaml").read_bytes()


def test_a_run_takes_the_place_of_an_earlier_one_as_a_whole(capsys, undrawn, tmp_path):
    asked(capsys, "run", small(tmp_path), "--paths", 2, "--out", "run")
    Path("run/figures").mkdir()
    Path("run/figures/old.svg").write_text("of the first run")

    answer = asked(capsys, "run", small(tmp_path), "--paths", 3, "--out", "run/", "--json")

    assert json.loads(answer.out)["paths"] == 3
    assert set(contents(Path("run"))) == TABLES | {"report.html"}
    assert sorted(os.listdir()) == ["run", "small.yaml"]


# ---------------------------------------------------------------------------------------------- 4: not as expected


def expecting(least: str) -> str:
    return f"expect: [{{metric: deposits, period: 2032-Q4, at_least: {least}, with_probability: 50%}}]\n"


def test_an_expectation_that_does_not_hold_is_exit_code_4_and_the_run_is_written(capsys, undrawn, tmp_path):
    answer = asked(capsys, "run", small(tmp_path, more=expecting("900M")), "--paths", 8)

    assert answer.code == 4
    assert "expected: deposits 2032-Q4 at least 900000000: 0.0%, asked 50%: DOES NOT HOLD" in answer.out
    assert set(contents(Path("runs/small"))) == TABLES | {"report.html"}


@pytest.mark.parametrize("telling", ["--json", "-q"])
def test_the_exit_code_is_4_however_little_is_said(capsys, undrawn, tmp_path, telling):
    assert asked(capsys, "run", small(tmp_path, more=expecting("900M")), "--paths", 8, telling).code == 4


def test_an_expectation_that_holds_is_fine(capsys, undrawn, tmp_path):
    answer = asked(capsys, "run", small(tmp_path, more=expecting("0")), "--paths", 8)

    assert answer.code == 0
    assert "expected: deposits 2032-Q4 at least 0: 100.0%, asked 50%: holds" in answer.out


# ------------------------------------------------------------------------------------------- 2: the input's fault


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--paths", "0", "paths: expected a whole number from 1 to 10000000, found 0"),
        ("--paths", "-3", "paths: expected a whole number from 1 to 10000000, found -3"),
        ("--paths", "1000000000000", "paths: expected a whole number from 1 to 10000000, found 1000000000000"),
        ("--paths", "1e12", "argument --paths: expected a whole number, found '1e12'"),
        ("--paths", "many", "argument --paths: expected a whole number, found 'many'"),
        ("--paths", "", "argument --paths: expected a whole number, found ''"),
        ("--paths", "2.5", "argument --paths: expected a whole number, found '2.5'"),
        ("--seed", "-1", f"seed: expected a whole number from 0 to {2**128 - 1}, found -1"),
        ("--seed", str(2**128), f"seed: expected a whole number from 0 to {2**128 - 1}, found {2**128}"),
        ("--seed", str(2**200), "--seed: expected a whole number"),
        ("--seed", "9" * 5000, "--seed: expected a whole number"),
        ("--seed", "x", "argument --seed: expected a whole number, found 'x'"),
        ("--workers", "0", "workers: expected a whole number from 1 to 64, found 0"),
        ("--workers", "-1", "workers: expected a whole number from 1 to 64, found -1"),
        ("--workers", "1000000000000", "workers: expected a whole number from 1 to 64, found 1000000000000"),
        ("--block", "0", "block: expected a whole number from 1 to 1024, found 0"),
        ("--block", "-64", "block: expected a whole number from 1 to 1024, found -64"),
        ("--block", "1000000000000", "block: expected a whole number from 1 to 1024, found 1000000000000"),
        ("--bogus", "1", "unrecognized arguments: --bogus 1"),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused_by_name_and_range(capsys, undrawn, tmp_path, option, value, told):
    answer = asked(capsys, "run", small(tmp_path), option, value)

    assert answer.code == 2
    assert told in answer.err
    assert len(answer.err) < 1000
    assert "Traceback" not in answer.err
    assert answer.out == ""
    assert os.listdir() == ["small.yaml"]


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_path_that_is_no_scenario_is_the_inputs_fault(capsys, undrawn, tmp_path, command):
    small(tmp_path)
    for path, told in (
        ("smal.yaml", "no such file: 'smal.yaml' not found; did you mean 'small.yaml'?"),
        (".", "expected a regular file, found a directory"),
        ("", "no such file"),
        ("small.yaml/x", "no such file"),
        ("x" * 5000, "File name too long"),
    ):
        answer = asked(capsys, command, path)

        assert answer.code == 2, path
        assert told in answer.err
        assert "Traceback" not in answer.err
    assert os.listdir() == ["small.yaml"]


def test_a_scenario_with_problems_is_not_played(capsys, undrawn, monkeypatch):
    monkeypatch.setattr("mptf_sim.engine.run.simulate", lambda *_: pytest.fail("it was played"))

    answer = asked(capsys, "run", Path(__file__).parents[1] / "data/five_mistakes.yaml")

    assert answer.code == 2
    assert "five_mistakes.yaml has 5 problems:" in answer.err
    assert os.listdir() == []


def test_amounts_that_would_not_stay_exact_are_the_inputs_fault(capsys, undrawn, tmp_path):
    changes = (("gift: 1.5M", "gift: 99_999_999_999"), ("administrative_agent: 1%", "administrative_agent: 33.33%"))

    answer = asked(capsys, "run", small(tmp_path, *changes), "--paths", 8)

    assert answer.code == 2
    assert "cents would no longer be exact" in answer.err
    assert contents(tmp_path).keys() == {"small.yaml"}


# ----------------------------------------------------------------------------------------------- 1: a bug of ours


def test_a_bug_is_exit_code_1_with_its_traceback_and_leaves_nothing(capsys, undrawn, tmp_path, monkeypatch):
    def breaks(*_):
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("mptf_sim.engine.run.simulate", breaks)

    answer = asked(capsys, "run", small(tmp_path))

    assert answer.code == 1
    assert "Traceback" in answer.err
    assert "ZeroDivisionError: planted" in answer.err
    assert "this is a bug in mptf-sim: please report it" in answer.err
    assert contents(tmp_path).keys() == {"small.yaml"}


def test_books_that_do_not_balance_are_a_bug_told_in_a_sentence(capsys, undrawn, tmp_path, monkeypatch):
    def breaks(*_):
        raise BrokenInvariant("no cent is lost", "cash", "2027-Q3", 17, 1.0)

    monkeypatch.setattr("mptf_sim.engine.run.simulate", breaks)

    answer = asked(capsys, "run", small(tmp_path))

    assert answer.code == 1
    assert answer.err.startswith("no cent is lost does not hold: cash in 2027-Q3 on path 17 is off by 1 cents.")
    assert "Traceback" not in answer.err
    assert contents(tmp_path).keys() == {"small.yaml"}


def test_a_bug_while_the_report_is_drawn_leaves_the_earlier_run_as_it_was(capsys, undrawn, tmp_path, monkeypatch):
    asked(capsys, "run", small(tmp_path), "--paths", 2, "--out", "run")
    before = contents(tmp_path)
    monkeypatch.setattr("mptf_sim.report.write_run_report", lambda *_: 1 / 0)

    assert asked(capsys, "run", small(tmp_path), "--paths", 3, "--out", "run").code == 1
    assert contents(tmp_path) == before


# --------------------------------------------------------------------------------------------- 3: the machine's


@pytest.fixture
def unplayed(monkeypatch):
    """Refusals come before hours of work, not after."""
    monkeypatch.setattr("mptf_sim.engine.run.simulate", lambda *_: pytest.fail("it was played first"))


def test_a_folder_of_something_else_is_refused_and_left_untouched(capsys, undrawn, unplayed, tmp_path):
    scenario = small(tmp_path)
    Path("thesis").mkdir()
    Path("thesis/chapter.tex").write_text("years of work")

    for out in ("thesis", "thesis/", "../" + tmp_path.name, "."):
        answer = asked(capsys, "run", scenario, "--out", out)

        assert answer.code == 3
        assert "exists and is not a run folder" in answer.err
    assert set(contents(tmp_path)) == {"small.yaml", "thesis/chapter.tex"}
    assert Path("thesis/chapter.tex").read_text() == "years of work"


def test_a_file_where_the_folder_would_be_is_refused_and_left_untouched(capsys, undrawn, unplayed, tmp_path):
    scenario = small(tmp_path)
    before = contents(tmp_path)

    for out in ("small.yaml", "small.yaml/run"):
        assert asked(capsys, "run", scenario, "--out", out).code == 3
    assert contents(tmp_path) == before


@pytest.mark.parametrize("refusal", [errno.EROFS, errno.EACCES, errno.ENOSPC, errno.ENAMETOOLONG])
def test_a_place_that_cannot_be_written_to_is_the_machines_fault(
    capsys, undrawn, unplayed, tmp_path, monkeypatch, refusal
):
    def refuses(path, *_, **__):
        raise OSError(refusal, os.strerror(refusal), str(path))

    monkeypatch.setattr(Path, "mkdir", refuses)

    answer = asked(capsys, "run", small(tmp_path), "--out", "run")

    assert answer.code == 3
    assert os.strerror(refusal) in answer.err
    assert "Traceback" not in answer.err
    assert os.listdir() == ["small.yaml"]


def test_a_read_only_place_is_the_machines_fault(tmp_path):
    scenario = small(tmp_path)
    out = tmp_path / "locked/run"
    out.parent.mkdir(mode=0o555)
    if os.access(out.parent, os.W_OK):
        out = Path("/dev/null/run")  # nobody, not even the administrator, writes there

    answer = called("run", scenario, "--paths", 1, "--out", out)

    assert answer.code == 3
    assert answer.err.startswith("the machine would not do it: cannot write to")
    assert answer.err.count("\n") == 1


def test_a_disk_that_fills_up_leaves_the_earlier_run_as_it_was(capsys, undrawn, tmp_path, monkeypatch):
    asked(capsys, "run", small(tmp_path), "--paths", 2, "--out", "run")
    before = contents(tmp_path)

    def fills_up(tables, folder):
        (folder / "report.html").write_text("half a rep")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("mptf_sim.report.write_run_report", fills_up)

    answer = asked(capsys, "run", small(tmp_path), "--paths", 3, "--out", "run")

    assert answer.code == 3
    assert "No space left on device" in answer.err
    assert contents(tmp_path) == before


def test_too_little_memory_is_the_machines_fault(capsys, undrawn, tmp_path, monkeypatch):
    def runs_out(*_):
        raise MemoryError

    monkeypatch.setattr("mptf_sim.engine.run.simulate", runs_out)

    answer = asked(capsys, "run", small(tmp_path))

    assert (answer.code, answer.err) == (3, "the machine would not do it: out of memory\n")
    assert contents(tmp_path).keys() == {"small.yaml"}
