"""YAML text is kept as it is written, with places; what is broken or hides its meaning is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.errors import ScenarioError
from mptf_sim.scenario.read import read_scenario
from tests.scenario.small_fund import SMALL, changed, problems, saved


def test_a_country_called_no_needs_no_quotes(tmp_path):
    scenario = read_scenario(saved(tmp_path, changed(('id: "NO"', "id: NO"))))

    assert scenario.donors[1].id == "NO"


@pytest.mark.parametrize("nothing", ["", " ", " ~", " null", " # not known yet"])
def test_a_value_left_out_is_nothing(tmp_path, nothing):
    scenario = read_scenario(
        saved(tmp_path, changed(("    earmark: {windows: [protection, data], countries: []}", f"    source:{nothing}")))
    )

    assert scenario.donors[1].source is None


def test_text_in_quotes_stays_text(tmp_path):
    scenario = read_scenario(saved(tmp_path, changed(("name: Germany", "name: 'null'"), ("name: Norway", 'name: "~"'))))

    assert [donor.name for donor in scenario.donors] == ["null", "~"]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path):
    plain = read_scenario(saved(tmp_path, SMALL))

    marked = read_scenario(saved(tmp_path, b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode(), "windows.yaml"))

    assert marked == plain


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", (1, 1), "empty"),
        ("# to do\n", (1, 1), "empty"),
        ("- a\n- b\n", (1, 1), "expected fields such as `name:`, found a list"),
        ("just words\n", (1, 1), "found text"),
        ("fund:\n  name: x\n currency: USD\n", (3, 2), "check the indentation"),
        ("fund:\n\tname: x\n", (2, 1), "unexpected a tab"),
        ("fund:\n  name: a: b\n", (2, 10), "put text that holds ': ' in quotes"),
        ("fund: {name: x\ndonors: [", (2, 7), "expected ',' or '}'"),
        ("donors: [a, b\n", (2, 1), "the list that starts in line 1"),
        ("name: 'x\nfund: y\n", (1, 7), "the quote that opens here is not closed"),
        ("name: x\nfund\n", (2, 1), "expected ':' after a field name"),
        ("name: @x\n", (1, 7), "unexpected '@'"),
        ("name: x\n---\nname: y\n", (2, 1), "second document"),
        ("name: {{ fund }}\n", (1, 8), "put text with [ or { in quotes"),
        ("? [a, b]\n: c\n", (1, 3), "expected a field name, found a list"),
        (b"name: \xff\n", (1, 7), "0xFF: save the file in the encoding UTF-8"),
        ("name: x".encode("utf-16"), (1, 1), "UTF-8, not UTF-16"),
        ("name: a\0b\n", (1, 8), "U+0000 (NUL)"),
        ("name: x\ntitle: a\u2028b\n", (2, 9), "U+2028"),
        ("a: " + "[" * 41, (1, 43), "nested more than 40 deep"),
        ("a: [" + "b, " * 50_000 + "b]", (1, 4), "at most 50000 items"),
        ("a:\n" + "".join(f" k{n}: 0\n" for n in range(1001)), (2, 2), "at most 1000 keys"),
    ],
)  # fmt: skip
def test_broken_text_is_told_with_line_and_column(tmp_path, text, place, words):
    (problem,) = problems(saved(tmp_path, text))

    assert (problem.line, problem.column) == place
    assert words in problem.message


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("name: Germany", "name: &n Germany", (18, 11), "anchors such as &n are not read"),
        ("name: Germany", "name: *n", (18, 11), "aliases such as *n are not read"),
        ("name: Germany", "<<: {name: Germany}", (18, 5), "merge keys (<<) are not read"),
        ("name: Germany", "name: !!str Germany", (18, 11), "tags such as !!str are not read"),
        ("name: Germany", "name: ! Germany", (18, 11), "tags such as ! are not read"),
        ("name: Germany", "name: Germany\n    name: Deutschland", (19, 5), "duplicate 'name': it already stands in line 18"),
        ("name: Germany", "name: Germany\n    ~: x", (19, 5), "expected a field name before ':'"),
        ("[DEU]", "[*d, DEU]", (43, 32), "aliases such as *d are not read"),
    ],
)  # fmt: skip
def test_what_hides_the_meaning_of_a_file_is_refused_and_the_rest_is_read(tmp_path, old, new, place, words):
    path = saved(tmp_path, changed((old, new)) + "colour: blue\n")

    first, last = problems(path)

    assert (first.line, first.column) == place
    assert words in first.message
    assert last.message == "unknown 'colour'"


def test_signs_that_cannot_be_seen_are_written_out_in_messages(tmp_path):
    (problem,) = problems(saved(tmp_path, SMALL + '"per\\u200biods\\e[31m": x\n'))

    assert problem.field == r"per\u200biods\x1b[31m"
    assert problem.message == r"unknown 'per\u200biods\x1b[31m'"


PIECES = [
    "{",
    "}",
    "[",
    "]",
    ": ",
    "- ",
    "\n",
    "  ",
    "'",
    '"',
    "#",
    "&a ",
    "*a",
    "!t ",
    "~",
    "-1",
    "x",
    "DEU",
    "kind",
    "<<: ",
    "?",
]


@given(
    st.lists(
        st.tuples(st.integers(0, len(SMALL)), st.integers(0, 12), st.sampled_from(["", *PIECES])),
        min_size=1,
        max_size=4,
    )
)
def test_no_edit_of_a_file_is_beyond_words(folder, edits):
    text = SMALL
    for place, gone, piece in edits:
        text = text[:place] + piece + text[place + gone :]
    path = saved(folder, text)

    try:
        read_scenario(path)
    except ScenarioError as error:
        found = error.problems
    else:
        return

    assert found
    assert all(0 < problem.line <= text.count("\n") + 2 and problem.column > 0 for problem in found)
    assert all(str(problem).isprintable() for problem in found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("edited")
