"""A list of the scenario may be a CSV table: the same fields as columns, each cell with its place."""

from __future__ import annotations

import os
import time
from itertools import pairwise
from pathlib import Path

import pytest

from mptf_sim.scenario.read import read_scenario
from tests.scenario.small_fund import SMALL, changed, problems, saved, told

DONORS = (
    """\
# Who gives.
"# Commas, as a spreadsheet quotes them, do no harm",,

id,name,outlook.kind,outlook.gift,outlook.spread,outlook.retention,outlook.instalments,earmark,earmark.windows
DEU,Germany,renewing,3M,40%,83%,,,
NO,"Norway",scheduled,,,,"[{due: 2026-Q4, amount: 1_500_000}, {due: 2027-Q4, amount: 1.6M}]",,"[protection, data]"
""".replace(",earmark,earmark.windows", ",earmark.windows")
    .replace(",,,\n", ",,\n")
    .replace(']",,"', ']","')
)


def with_table(part: str, file: str) -> str:
    """The small fund with one of its lists in a table."""
    lines = SMALL.splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if line[0] not in " -"] + [len(lines)]
    first, last = next((first, last) for first, last in pairwise(starts) if lines[first].startswith(f"{part}:"))
    return "".join([*lines[:first], f"{part}: {{table: {file}}}\n", *lines[last:]])


def donors_in(folder: Path, table: str | bytes) -> Path:
    """The small fund with that text as its table of donors."""
    saved(folder, table, "data/donors.csv")
    return saved(folder, with_table("donors", "data/donors.csv"))


def test_a_table_says_what_a_list_says(tmp_path):
    listed = read_scenario(saved(tmp_path, SMALL, "listed.yaml"))

    assert read_scenario(donors_in(tmp_path, DONORS)) == listed


@pytest.mark.parametrize("change", ["windows", "marked", "padded", "blank", "unfinished"])
def test_what_spreadsheets_do_to_a_table_does_no_harm(tmp_path, change):
    plain = read_scenario(donors_in(tmp_path, DONORS))
    lines = DONORS.splitlines()

    table = {
        "windows": "\r\n".join(lines).encode(),
        "marked": b"\xef\xbb\xbf" + DONORS.encode(),
        "padded": "\n".join(f"{line},," if line else ",,," for line in lines).encode(),
        "blank": (DONORS + ",,,\n\n").encode(),
        "unfinished": DONORS.rstrip("\n").encode(),
    }[change]

    assert read_scenario(donors_in(tmp_path, table)) == plain


def test_every_list_of_a_scenario_may_be_a_table(tmp_path):
    saved(tmp_path, "plan,window,year,amount\nMAR,data,2026,1M\nMAR,protection,2027,2M\n", "needs.csv")

    assert read_scenario(saved(tmp_path, with_table("needs", "needs.csv"))) == read_scenario(
        saved(tmp_path, SMALL, "x.yaml")
    )


def test_text_that_begins_with_a_bracket_stays_text_where_text_is_wanted(tmp_path):
    scenario = read_scenario(donors_in(tmp_path, DONORS.replace("Germany", "[draft] Germany")))

    assert scenario.donors[0].name == "[draft] Germany"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("3M", "3;5M", "5:22 donors[0].outlook.gift expected an amount of money such as 12.5M or 900_000, found '3;5M'"),
        ("3M", '"3,5M"', "5:22 donors[0].outlook.gift expected an amount of money such as 12.5M or 900_000, found '3,5M': write a point"),
        ("83%", "  0.83", "5:31 donors[0].outlook.retention expected a share from 0% to 100%, found 0.83: write 83%"),
        ("3M", "", "5:13 donors[0].outlook.gift required field is missing"),
        ("DEU,", ",", "5:1 donors[0].id required field is missing"),
        ("NO,", "DEU,", "6:1 donors[1].id duplicate id 'DEU': it is already used in donors[0]"),
        ("renewing", "renewng", "5:13 donors[0].outlook.kind unknown 'renewng'; did you mean 'renewing'?"),
        ("[protection, data]", "[protecton, data]", '6:94 donors[1].earmark.windows unknown \'protecton\': it is not among windows'),
        ('"[protection, data]"', "protection", "6:94 donors[1].earmark.windows expected a list, found 'protection': write [protection]"),
        ("amount: 1.6M", "amount: 1.6X", "6:26 donors[1].outlook.instalments[1].amount expected an amount of money"),
        ("amount: 1.6M}]", "amount: 1.6M]", "6:26 donors[1].outlook.instalments unexpected end of the mapping that starts in this cell"),
        ("[protection, data]", "[*w]", "6:94 donors[1].earmark.windows[0] aliases such as *w are not read"),
        ("name,outlook.kind", "nmae,outlook.kind", "4:4 donors unknown column 'nmae'; did you mean 'name'?"),
        ("name,outlook.kind", "colour,outlook.kind", "4:4 donors unknown column 'colour'; there are id, name, kind,"),
        ("outlook.spread", "outlook.gift", "4:35 donors duplicate column 'outlook.gift'"),
        ("outlook.spread", "", "4:35 donors column 5 has no name"),
        ("outlook.spread", "outlook", "4:35 donors column 'outlook' says again what column 'outlook.kind' says"),
        ("Germany,renewing", "renewing", "5:1 donors expected 8 cells, as there are columns, found 7: leave a cell empty, but keep its comma"),
        ("Germany,renewing", "Germany,Federal Republic,renewing", "5:1 donors expected 8 cells, as there are columns, found 9: put text that holds a comma in quotes"),
        ('data]"', "data]", "6:1 donors a quote in this row is never closed"),
        ('"Norway"', '"Nor"way"', "6:1 donors text after a closing quote"),
        ("Germany", "Ger\0many", "5:8 donors expected text, found the control character U+0000 (NUL)"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_table_is_told_with_the_place_of_its_cell(tmp_path, old, new, problem):
    assert DONORS.count(old) == 1

    found = told(donors_in(tmp_path, DONORS.replace(old, new)))

    assert len(found) == 1
    assert found[0].startswith(f"donors.csv:{problem}")


def test_a_required_column_that_is_not_there_is_told_once(tmp_path):
    found = told(donors_in(tmp_path, "id,outlook.kind,outlook.gift\nDEU,renewing,1M\nNOR,renewing,1M\n"))

    assert (
        found
        == [
            "donors.csv:1:1 donors required column 'name' is missing",
            "43:24 shocks[0].donors[0]",
        ][:1]
    )


def test_a_value_beyond_the_named_columns_is_not_passed_over(tmp_path):
    found = told(donors_in(tmp_path, "id,name,outlook.kind,outlook.gift,\nDEU,Germany,renewing,1M,see note\n"))

    assert found == ["donors.csv:2:1 donors expected nothing beyond the 4 columns that have a name, found a value"]


def test_a_cell_is_placed_by_its_own_line_when_the_row_spans_several(tmp_path):
    table = 'id,name,outlook.kind,outlook.gift\nDEU,"a\nb",renewing,much\n'

    assert [problem[:40] for problem in told(donors_in(tmp_path, table))] == [
        "donors.csv:2:5 donors[0].name expected a",
        "donors.csv:3:13 donors[0].outlook.gift e",
    ]


@pytest.mark.parametrize(
    ("table", "place", "words"),
    [
        ("", (1, 1), "the table is empty"),
        ("# nothing yet\n\n", (1, 1), "the table is empty"),
        ("id,name,outlook.kind\n", (1, 1), "the table has no rows"),
        ("id;name;outlook.kind\n", (1, 1), "expected commas between columns, found semicolons"),
        ("id\tname\toutlook.kind\n", (1, 1), "expected commas between columns, found tabs"),
        (b"id,name\nDEU,\xfc\n", (2, 5), "0xFC: save the file in the encoding UTF-8"),
        ("id,name,outlook.kind,outlook.gift\n" + "DEU,x,renewing,1M\n" * 501, (502, 1), "at most 500 rows"),
        ("id,name,outlook.kind\nDEU," + "x" * 200_000, (2, 1), "field larger than field limit"),
    ],
    ids=["empty", "comments", "no-rows", "semicolons", "tabs", "latin-1", "rows", "cell"],
)
def test_a_table_that_cannot_be_read_is_told_and_what_refers_to_it_is_not(tmp_path, table, place, words):
    (problem,) = problems(donors_in(tmp_path, table))

    assert problem.file.endswith("data/donors.csv")
    assert (problem.line, problem.column) == place
    assert words in problem.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("data/donor.csv", "did you mean 'donors.csv'?"),
        ("/etc/passwd", "an absolute path is not allowed"),
        ("~/donors.csv", "an absolute path is not allowed"),
        ("../donors.csv", "'..' leads outside"),
        ("data/../donors.csv", "'..' leads outside"),
        ("file:///etc/passwd", "a URL or drive is not allowed"),
        ("https://example.org/donors.csv", "a URL or drive is not allowed"),
        ("C:/donors.csv", "a URL or drive is not allowed"),
        ("data\\donors.csv", "write / between folders"),
        ("'-x.csv'", "a leading '-' is not allowed"),
        ("''", "an empty path"),
        ('"a\\0b.csv"', "unprintable"),
        ("a" * 300 + ".csv", "too long"),
        ("data", "expected a .csv file, or a sheet of a workbook such as data.xlsx#donors, found 'data'"),
        ("data/donors.xlsx", "no such file"),
        ("data/donors.xls", "expected a .csv file, or a sheet of a workbook"),
        ("data/folder.csv", "expected a regular file, found a directory"),
        ("data/pipe.csv", "expected a regular file, found a pipe, device or socket"),
        ("data/away.csv", "a symlink leads outside"),
        ("data/round.csv", "a symlink that leads back to itself"),
        ("data/away/passwd.csv", "a symlink leads outside"),
        ("[data/donors.csv]", "expected the path of one file, found a list"),
        ("", "expected the path of one file, found nothing"),
    ],
)  # fmt: skip
def test_a_table_lies_in_the_folder_of_the_file_that_names_it(tmp_path, name, words):
    home = tmp_path / "home"
    path = saved(home, with_table("donors", name))
    saved(home, DONORS, "data/donors.csv")
    saved(tmp_path, DONORS, "donors.csv")
    (home / "data/folder.csv").mkdir()
    os.mkfifo(home / "data/pipe.csv")
    (home / "data/away.csv").symlink_to(tmp_path / "donors.csv")
    (home / "data/round.csv").symlink_to("round.csv")
    (home / "data/away").symlink_to(tmp_path)

    (problem,) = problems(path)

    assert (problem.line, problem.field) == (16, "donors.table")
    assert words in problem.message


def test_a_symlink_within_the_folder_is_followed(tmp_path):
    saved(tmp_path, DONORS, "kept/donors.csv")
    (tmp_path / "now.csv").symlink_to("kept/donors.csv")

    assert len(read_scenario(saved(tmp_path, with_table("donors", "now.csv"))).donors) == 2


def test_a_folder_reached_through_a_symlink_is_the_folder(tmp_path):
    donors_in(tmp_path / "real", DONORS)
    (tmp_path / "linked").symlink_to("real")

    assert len(read_scenario(tmp_path / "linked/fund.yaml").donors) == 2


def test_a_row_left_out_of_a_table_makes_no_other_name_unknown(tmp_path):
    found = told(donors_in(tmp_path, DONORS.replace("DEU,Germany", "DEU")))

    assert [problem.split(" ", 2)[:2] for problem in found] == [["donors.csv:5:1", "donors"]]


def test_a_table_of_fifty_thousand_rows_is_read_in_seconds(tmp_path):
    plans, years = 400, 125
    rows = "".join(f"P{n % plans},data,{2026 + n // plans},1000.50\n" for n in range(plans * years))
    saved(tmp_path, "plan,window,year,amount\n" + rows, "needs.csv")
    some = "".join(f"  - {{id: P{n}, name: Plan, region: africa, country: MAR}}\n" for n in range(plans))
    text = with_table("needs", "needs.csv").replace("plans:\n", f"plans:\n{some}").replace("plan: MAR", "plan: P1")
    path = saved(tmp_path, text)
    begun = time.process_time()

    scenario = read_scenario(path)

    assert len(scenario.needs) == 50_000
    assert time.process_time() - begun < 5


def test_changed_text_stands_once_in_the_small_fund():
    with pytest.raises(AssertionError, match="stands 2 times"):
        changed(("MAR, window: data", "x"))
