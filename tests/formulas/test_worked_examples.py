"""A file of worked examples is checked case by case; a mistake in one is its own failure and nobody else's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.errors import UsageError
from mptf_sim.formulas import catalogue
from mptf_sim.formulas.catalogue import QUANTITIES
from mptf_sim.formulas.worked_examples import check, check_file
from tests.formulas.examples import EXAMPLES

HEADER = "case,topic,inputs,expected,tolerance,rel_tolerance,basis,source"
NPV = {"quantity": "npv", "rate": 0.0, "cf": [-1.0, 3.0]}  # 2
TALMUD = {"quantity": "talmud_rule", "estate": 200, "claims": [100, 200, 300]}  # 50, 75, 75


def row(inputs, expected, tolerance="", rel_tolerance="", case="A"):
    text = inputs if isinstance(inputs, str) else json.dumps(inputs)
    return {
        "case": case, "inputs": text, "expected": expected, "tolerance": tolerance, "rel_tolerance": rel_tolerance,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "expected", "tolerance", "rel_tolerance", "passes"),
    [
        (NPV, "2", "", "", True),
        (NPV, "2.0000001", "", "", False),  # without a tolerance it must be equal
        (NPV, "2", "0", "", True),
        (NPV, "2.1", "0.2", "", True),
        (NPV, "2.1", "0.05", "", False),
        (NPV, "2.1", "", "0.1", True),
        (NPV, "2.1", "", "0.01", False),
        (NPV, "2.1", "0.05", "0.1", True),  # either will do
        (NPV, "2.1", "0.2", "0.01", True),
        (NPV, "2.1", "0.05", "0.01", False),
        (NPV, "-2", "", "1.9", False),  # relative to the size of what is expected
        (NPV, "-2", "", "2", True),
        (NPV, "20e-1", "1e-9", "", True),
        (NPV, "[2]", "1", "", False),
        (TALMUD, "[50, 75, 75]", "1e-9", "", True),
        (TALMUD, "[50, 75.5, 75]", "1e-9", "0.01", True),
        (TALMUD, "[50, 75, 76]", "0.5", "", False),  # every element by itself
        (TALMUD, "[50, 75]", "1", "", False),
        (TALMUD, "[]", "1", "", False),
        (TALMUD, "50", "1", "", False),
    ],
)
def test_a_case_passes_if_either_tolerance_holds_for_every_element(inputs, expected, tolerance, rel_tolerance, passes):
    checked = check(row(inputs, expected, tolerance, rel_tolerance), 2)

    assert checked.passed == passes
    assert bool(checked.message) != passes
    assert checked.computed is not None


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (row(NPV, "2.1", "0.05"), "off by -0.1, allowed 0.05"),
        (row(TALMUD, "[50, 75, 80]", "1"), "item 3: off by -5, allowed 1"),
        (row(TALMUD, "[1, 2]", "1"), "expected a list of 2, computed a list of 3"),
        (row(TALMUD, "1", "1"), "expected one number, computed a list of 3"),
        (row(NPV, "2,1", "1"), "expected: expected a number or a JSON list, found '2,1'"),
        (row(NPV, "", "1"), "expected: expected a number or a JSON list, found nothing"),
        (row(NPV, "nan", "1"), "expected: expected a number or a JSON list, found 'nan'"),
        (row(NPV, "true", "1"), "expected: expected a number or a JSON list, found 'true'"),
        (row(NPV, "[2", "1"), "expected: not JSON: Expecting ',' delimiter, found '[2'"),
        (row(NPV, "[true]", "1"), "expected: a list may hold numbers only"),
        (row(NPV, '["2"]', "1"), "expected: a list may hold numbers only"),
        (row(NPV, "2", "small"), "tolerance: expected a number, found 'small'"),
        (row(NPV, "2", "-1"), "tolerance: expected a number of at least 0, found -1"),
        (row(NPV, "2", "", "inf"), "rel_tolerance: expected a number, found 'inf'"),
        (row("", "2", "1"), "inputs: not JSON: Expecting value, found ''"),
        (row("{'quantity': 'npv'}", "2", "1"), "inputs: not JSON: Expecting property name enclosed in double quotes"),
        (row("[1]", "2", "1"), "inputs: expected a JSON object with the quantity and its arguments"),
        (row({"quantiy": "npv"}, "2", "1"), "inputs: 'quantity' is missing; did you mean it by 'quantiy'?"),
        (row({}, "2", "1"), "inputs: 'quantity' is missing"),
        (row('{"quantity": "npv", "rate": 0, "rate": 1}', "2", "1"), "inputs: 'rate' is given twice"),
        (row('{"quantity": "npv", "rate": NaN, "cf": [1]}', "2", "1"), "inputs: NaN is no number"),
        (row('{"quantity": "npv", "rate": Infinity, "cf": [1]}', "2", "1"), "inputs: Infinity is no number"),
        (row('{"quantity": "npv", "rate": 1e999, "cf": [1]}', "2", "1"), "rate: expected a finite number, found inf"),
        (row("[" * 100_000, "2", "1"), "inputs: not JSON: too long or too deep"),
        (row("1" * 10_000, "2", "1"), "inputs: not JSON: too long or too deep"),
        (row({"quantity": "nvp"}, "2", "1"), "unknown quantity 'nvp'; did you mean 'npv'?"),
        (row({"quantity": None}, "2", "1"), "quantity: expected its name, found nothing"),
        (row({"quantity": ["npv"]}, "2", "1"), "quantity: expected its name, found no text"),
        (row({"quantity": "npv", "rate": 0}, "2", "1"), "npv: missing argument cf"),
        (row(NPV | {"cff": 1}, "2", "1"), "npv: unknown argument 'cff'; did you mean 'cf'?"),
        (row(NPV | {"rate": "5%"}, "2", "1"), "rate: expected a number, found '5%'"),
        (row(NPV | {"rate": True}, "2", "1"), "rate: expected a number, found true"),
        (row(NPV | {"rate": None}, "2", "1"), "rate: expected a number, found nothing"),
        (row(NPV | {"cf": [[1], [1, 2]]}, "2", "1"), "cf: expected lists of one length"),
        (row(NPV | {"cf": "[1, 2]"}, "2", "1"), "cf: expected a number, found '[1, 2]'"),
        (row(NPV | {"cf": []}, "2", "1"), "cf: expected a list of at least one number, found an empty list"),
        (row(NPV, "2", "1") | {"": "3"}, "the row has 3 cells, which is not what the header has"),
    ],
)
def test_a_mistake_is_a_failed_case_with_its_message(wrong, message):
    checked = check(wrong, 7)

    assert not checked.passed
    assert checked.message.startswith(message)
    assert (checked.case, checked.line) == ("A", 7)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(EXAMPLES)), st.data())
def test_whatever_stands_in_an_argument_the_case_has_a_verdict_and_no_bug(quantity, data):
    given_ = EXAMPLES[quantity] | {data.draw(st.sampled_from(sorted(EXAMPLES[quantity]))): data.draw(JSON)}

    checked = check(row(json.dumps({"quantity": quantity} | given_), "1", "1"), 2)

    assert checked.passed or checked.message
    assert "bug" not in checked.message


@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=5), st.text(max_size=5))
def test_whatever_stands_in_its_cells_a_case_has_a_verdict(inputs, expected, tolerance, rel_tolerance):
    checked = check(row(inputs, expected, tolerance, rel_tolerance), 2)

    assert not checked.passed
    assert checked.message


def test_a_bug_in_one_formula_hides_no_other_case(monkeypatch):
    def broken(x):
        return [1][x]

    monkeypatch.setitem(catalogue.QUANTITIES, "broken", broken)

    checked = check(row({"quantity": "broken", "x": 5}, "1"), 2)

    assert not checked.passed
    assert checked.message == ("could not be computed, which is a bug in mptf-sim: IndexError: list index out of range")


def test_a_case_without_a_name_goes_by_its_line():
    assert check(row(NPV, "2", case=""), 12).case == "line 12"


def written(tmp_path: Path, *lines: str, encoding: str = "utf-8", newline: str = "\n") -> Path:
    path = tmp_path / "cases.csv"
    path.write_bytes(newline.join([*lines, ""]).encode(encoding))
    return path


LINE = 'A,value,"{""quantity"":""npv"",""rate"":0,""cf"":[-1,3]}",2,0.1,,basis,"source, with a comma"'


@pytest.mark.parametrize(("encoding", "newline"), [("utf-8", "\n"), ("utf-8-sig", "\r\n")])
def test_a_file_is_read_as_spreadsheets_write_it(tmp_path, encoding, newline):
    path = written(tmp_path, HEADER, LINE, ",,,,,,,", "", LINE.replace("A,", "B,"), encoding=encoding, newline=newline)

    found = check_file(path)

    assert [(one.case, one.line, one.passed) for one in found] == [("A", 2, True), ("B", 5, True)]


def test_columns_may_stand_in_any_order_with_others_among_them(tmp_path):
    path = written(
        tmp_path, "rel_tolerance, expected ,mine,inputs,case", ',2,x,"{""quantity"":""npv"",""rate"":0,""cf"":[2]}",C'
    )

    assert [(one.case, one.passed) for one in check_file(path)] == [("C", True)]


def test_a_row_too_short_or_too_long_is_a_failed_case(tmp_path):
    found = check_file(written(tmp_path, HEADER, "short", LINE + ",more", LINE))

    assert [one.passed for one in found] == [False, False, True]
    assert [one.message for one in found[:2]] == [
        f"the row has {cells} cells, which is not what the header has" for cells in (1, 9)
    ]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "lacks the columns case, inputs, expected, tolerance or rel_tolerance"),
        ([HEADER], "holds no case: there is nothing below its header"),
        ([HEADER, ",,,,,,,"], "holds no case: there is nothing below its header"),
        (["case,inputs,expected"], "lacks the column tolerance or rel_tolerance"),
        (["case,input,expected,tolerance"], "lacks the column inputs; did you mean 'inputs' for 'input'?"),
        ([HEADER.replace(",", ";")], "its columns are to be separated by commas"),
        ([HEADER + ",case"], "has the column 'case' twice"),
        ([HEADER, 'A,value,"{""quantity""'], "is not a CSV table: unexpected end of data"),
        ([HEADER, 'A,"x"y'], "is not a CSV table: ',' expected after '\"'"),
        ([HEADER, "A," + "x" * 1_100_000], "is not a CSV table: field larger than field limit"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(tmp_path, lines, told):
    with pytest.raises(UsageError, match="cases") as refused:
        check_file(written(tmp_path, *lines))

    assert told in str(refused.value)


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = written(tmp_path, HEADER, LINE.replace("source", "sourcé"), encoding="latin-1")

    with pytest.raises(UsageError, match="is not text in UTF-8"):
        check_file(path)


def test_every_quantity_can_be_asked_for_in_a_file():
    for quantity in QUANTITIES:
        checked = check(row({"quantity": quantity} | EXAMPLES[quantity], "0", "1e12"), 2)

        assert "unknown" not in checked.message
        assert checked.computed is not None
