"""`mptf-sim query` prints the answer to one SELECT: for people, as CSV, as JSON."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from mptf_sim.cli.query import listing
from mptf_sim.runs.views import TABLES, views
from tests.cli.calling import SMALL, asked, contents, without_drawing

DOCUMENT = Path(__file__).parents[2] / "docs/queries.md"


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory) -> Path:
    """A run of nine paths whose report was not drawn."""
    place = tmp_path_factory.mktemp("query")
    with pytest.MonkeyPatch.context() as patched:
        without_drawing(patched)
        from mptf_sim.cli import main

        assert main(["run", str(SMALL), "--paths", "9", "--seed", "7", "--out", str(place / "small"), "-q"]) == 0
    return place / "small"


def test_people_get_columns_numbers_to_the_right_and_the_count_of_rows(capsys, run_folder):
    sql = "select id, budget, score, running_started from programmes order by id limit 2"

    assert asked(capsys, "query", sql, run_folder) == (
        0,
        "id        budget  score  running_started\n"
        "----  ----------  -----  ---------------\n"
        "JP-1  2000000.00     80\n"
        "JP-2  1800000.00     70\n"
        "(2 rows)\n",
        "",
    )


def test_an_answer_without_rows_still_says_its_columns(capsys, run_folder):
    answer = asked(capsys, "query", "select id from donors where id = 'NOBODY'", run_folder)

    assert answer == (0, "id\n--\n(0 rows)\n", "")


def test_csv_gives_back_the_file_of_the_run(capsys, run_folder):
    answer = asked(capsys, "query", "select * exclude (run) from statement", run_folder, "--csv")

    assert (answer.code, answer.err) == (0, "")
    printed = list(csv.reader(io.StringIO(answer.out)))
    with (run_folder / "statement.csv").open(encoding="utf-8", newline="") as file:
        kept = list(csv.reader(file))
    assert printed[0] == kept[0]
    assert len(printed) == len(kept) > 100
    for line, row in zip(printed[1:], kept[1:], strict=True):
        assert line[:4] == row[:4]
        assert [float(one) for one in line[4:]] == [float(one) for one in row[4:]]
        assert line[-1][-3] == ".", "an exact amount has both decimals"


def test_csv_quotes_what_would_break_a_line(capsys, run_folder):
    answer = asked(capsys, "query", """select 'a"b' || chr(10) as x, null as y, true as z""", run_folder, "--csv")

    assert list(csv.reader(io.StringIO(answer.out))) == [["x", "y", "z"], ['a"b\n', "", "true"]]


def test_json_names_columns_and_types_and_keeps_amounts_exact(capsys, run_folder):
    sql = "select id, budget, 0.5::double as half, null as none, 'inf'::double as endless from programmes order by id limit 1"
    answer = asked(capsys, "query", sql, run_folder, "--json")

    assert (answer.code, answer.err) == (0, "")
    told = json.loads(answer.out)
    assert told["shape"] == 1
    assert told["columns"][1] == {"name": "budget", "type": "DECIMAL(18,2)"}
    assert told["rows"] == [["JP-1", "2000000.00", 0.5, None, None]]


def test_signs_that_move_the_cursor_are_shown_not_sent(capsys, run_folder):
    answer = asked(capsys, "query", "select 'a' || chr(27) || '[2J' as x", run_folder)

    assert "\x1b" not in answer.out
    assert "a\\x1b[2J" in answer.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("select * from kpi", "RUN"), 'Did you mean "kpis"?'),
        (("select * from kpis",), "name at least one run folder"),
        (("select * from kpis", "nowhere"), "nowhere is not a whole run folder"),
        ((), "a query is missing"),
        (("select 1", "RUN", "--views"), "--views lists the views of every run"),
        (("select 1", "RUN", "--csv", "--json"), "not allowed with argument"),
        (("drop view runs", "RUN"), "expected one query, such as SELECT * FROM runs, found DROP"),
    ],
)
def test_what_cannot_be_answered_is_the_inputs_fault(capsys, run_folder, words, told):
    answer = asked(capsys, "query", *(run_folder if word == "RUN" else word for word in words))

    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err


def test_a_query_leaves_the_run_alone(capsys, run_folder):
    before = contents(run_folder)
    assert asked(capsys, "query", "select * from kpis, paths, donors", run_folder).code == 0
    assert contents(run_folder) == before


def test_views_are_listed_with_every_column_and_its_meaning(capsys):
    answer = asked(capsys, "query", "--views")

    assert (answer.code, answer.err) == (0, "")
    for view in views():
        assert f"{view.name}: {view.meaning}\n" in answer.out
        for column in view.columns:
            assert f" {column.name} " in answer.out.replace('"', " ")
    assert '    "window" ' in answer.out, "what SQL keeps for itself is shown in quotes"


def test_the_document_names_every_view_and_every_column_of_a_runs_tables():
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}

    for view in views():
        if view.name in TABLES:
            assert rows[view.name].startswith(f"| `{view.name}` | {view.meaning} | ")
            assert rows[view.name].split(" | ")[-1] == f"{', '.join(f'`{one.name}`' for one in view.columns[1:])} |"


def test_what_the_document_says_sql_keeps_is_what_it_keeps():
    quoted = {line.split('"')[1] for line in listing() if line.startswith('    "')}
    (told,) = (line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if "keeps for itself" in line)

    assert {f'`"{name}"`' for name in quoted} <= set(told.split(": ")[1].rstrip(".").split(", "))
