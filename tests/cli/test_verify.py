"""`mptf-sim verify` checks a file of worked examples and says of every case whether it passes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.calling import asked, called

EXAMPLES = Path(__file__).parents[1] / "data/worked_examples.csv"
HEADER = "case,topic,inputs,expected,tolerance,rel_tolerance,basis,source"
RIGHT = 'right,x,"{""quantity"":""npv"",""rate"":0,""cf"":[-1,3]}",2,0.1,,,'
WRONG = 'wrong,x,"{""quantity"":""npv"",""rate"":0,""cf"":[-1,3]}",3,0.1,,,'
UNKNOWN = 'unknown,x,"{""quantity"":""nvp"",""rate"":0,""cf"":[-1,3]}",2,0.1,,,'


@pytest.fixture
def mixed(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text("\n".join([HEADER, RIGHT, WRONG, UNKNOWN]), encoding="utf-8")
    return path


def test_every_published_example_passes():
    answer = called("verify", EXAMPLES, "--json")

    report = json.loads(answer.out)
    with EXAMPLES.open(encoding="utf-8", newline="") as text:
        names = [row["case"] for row in csv.DictReader(text)]
    assert (answer.code, answer.err) == (0, "")
    assert (report["passed"], report["failed"]) == (len(names), 0)
    assert [case["case"] for case in report["cases"]] == names
    assert all(case["passed"] for case in report["cases"])


def test_the_table_has_a_row_for_every_case_and_ends_with_the_counts(capsys):
    answer = asked(capsys, "verify", EXAMPLES)

    lines = answer.out.splitlines()
    assert (answer.code, answer.err) == (0, "")
    assert lines[0].split() == ["case", "quantity", "expected", "computed"]
    assert sum(line.startswith("pass  ") for line in lines) == 49
    assert lines[-1] == "49 passed, 0 failed"
    assert max(map(len, lines)) <= 150


def test_a_failed_case_is_exit_code_4_and_says_beneath_it_what_is_wrong(capsys, mixed):
    answer = asked(capsys, "verify", mixed)

    assert answer.code == 4
    assert answer.err == ""
    assert answer.out.splitlines() == [
        "      case     quantity  expected  computed",
        "pass  right    npv       2         2",
        "FAIL  wrong    npv       3         2",
        "      line 3: off by -1, allowed 0.1",
        "FAIL  unknown  nvp       2         -",
        "      line 4: unknown quantity 'nvp'; did you mean 'npv'?",
        "",
        "1 passed, 2 failed",
    ]


def test_json_is_one_document_with_the_counts_and_every_case(capsys, mixed):
    answer = asked(capsys, "verify", mixed, "--json")

    assert (answer.code, answer.err) == (4, "")
    assert json.loads(answer.out) == {
        "passed": 1,
        "failed": 2,
        "cases": [
            {
                "case": "right", "line": 2, "quantity": "npv", "passed": True, "expected": 2.0, "computed": 2.0,
                "message": "",
            },
            {
                "case": "wrong", "line": 3, "quantity": "npv", "passed": False, "expected": 3.0, "computed": 2.0,
                "message": "off by -1, allowed 0.1",
            },
            {
                "case": "unknown", "line": 4, "quantity": "nvp", "passed": False, "expected": 2.0, "computed": None,
                "message": "unknown quantity 'nvp'; did you mean 'npv'?",
            },
        ],
    }  # fmt: skip


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_file_that_is_no_table_of_cases_is_the_inputs_fault(capsys, tmp_path, option):
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")

    for path, told in (
        (other, f"{other} is no table of worked examples: lacks the columns case, inputs, expected, "),
        (binary, f"{binary} is not text in UTF-8"),
        (tmp_path / "none.csv", f"{tmp_path / 'none.csv'} cannot be read: No such file or directory"),
        (tmp_path, f"{tmp_path}: expected a CSV file of worked examples, found a folder"),
    ):
        answer = asked(capsys, "verify", path, *option)

        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith(told)
        assert answer.err.count("\n") == 1


def test_a_cell_cannot_break_the_table(capsys, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(f'{HEADER}\n"two\nlines \x1b[31m {"long " * 20}",x,{{}},2,1,,,\n', encoding="utf-8")

    lines = asked(capsys, "verify", path).out.splitlines()

    assert lines[1].startswith("FAIL  two?lines ?[31m long")
    assert lines[2] == "      line 3: inputs: 'quantity' is missing"
    assert len(lines) == 5
