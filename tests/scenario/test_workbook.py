"""A workbook is read as a person means it, or every problem is told with its sheet and cell."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from typing import Any

import pytest

from mptf_sim.errors import column_letters
from mptf_sim.quantities import ContractRate, Quarter
from mptf_sim.scenario.read import read_scenario
from tests.scenario.books import PERCENT, SHEETS, Formula, Shown, book, part_of, told, with_part
from tests.scenario.small_fund import saved


def test_a_workbook_made_by_hand_is_a_scenario(tmp_path):
    scenario = read_scenario(book(tmp_path))

    assert (scenario.name, scenario.calendar.start, scenario.calendar.periods) == ("Small fund", Quarter(2026, 1), 12)
    assert scenario.fund.interest == {2026: ContractRate(3, 100), 2027: ContractRate(25, 1000)}
    assert scenario.fund.fees.administrative_agent == ContractRate(1, 100)
    assert [(cash.amount, cash.earmark.windows) for cash in scenario.fund.opening.cash] == [
        (1_250_000_000, ()), (29, ("protection",)),
    ]  # fmt: skip
    assert scenario.governance.meetings == (2, 4)
    assert [donor.outlook.kind for donor in scenario.donors] == ["renewing", "scheduled"]
    assert scenario.donors[0].outlook.gift == 300_000_000
    assert scenario.donors[0].outlook.spread == 0.4
    assert scenario.donors[1].outlook.instalments[0].amount == 150_000_000
    assert [(need.window, need.year, need.amount) for need in scenario.needs] == [
        ("data", 2026, 100_000_000), ("protection", 2027, 200_000_000),
    ]  # fmt: skip


def test_all_problems_are_told_at_once_each_with_its_sheet_and_cell(tmp_path):
    path = book(
        tmp_path,
        {
            "scenario!A4": "calendar.perods",
            "donors!C3": "renewed",
            "plans!C2": "afrika",
            "needs!A2": "MAC",
            "needs!D4": -5,
            "Donor": [["id"]],
        },
    )

    assert told(path) == [
        "Donor!A1  unknown sheet 'Donor'; did you mean 'donors'?",
        "donors!C3  donors[0].outlook.kind  unknown 'renewed'; did you mean 'renewing'?",
        "needs!A2  needs[0].plan  unknown 'MAC': it is not among plans; did you mean 'MAR'?",
        "needs!D4  needs[1].amount  expected an amount of zero or more, found -5",
        "plans!C2  plans[0].region  unknown 'afrika': it is not among regions; did you mean 'africa'?",
        "scenario!A4  calendar.perods  unknown 'perods'; did you mean 'periods'?",
    ]


def test_a_number_is_a_share_only_where_the_cell_shows_it_as_one(tmp_path):
    field = "scenario!B5"
    for cell, rate in (
        (Shown(0.07, "0%"), ContractRate(7, 100)),
        (Shown(0.0275, '0.00"%"%'), ContractRate(275, 10000)),
        (Shown(1.0, "0%"), ContractRate(1, 1)),
        (Shown(0.33330000000000004, "0.00%"), ContractRate(3333, 10000)),  # as 33.33% may be kept
        (Formula("=1/2", 0.5), None),
        ("7 %", ContractRate(7, 100)),
    ):
        path = book(tmp_path, {field: cell})
        if rate is not None:
            assert read_scenario(path).fund.fees.administrative_agent == rate

    wrong = "scenario!B5  fund.fees.administrative_agent  expected a rate from 0% to 100%, found "
    assert told(path := book(tmp_path, {field: 0.07})) == [f"{wrong}0.07: write 7%"]
    assert told(book(tmp_path, {field: 7})) == [f"{wrong}7: write 7% or 100%"]
    assert told(book(tmp_path, {field: Shown(0.07, '0.00"%"')})) == [f"{wrong}0.07: write 7%"]
    assert told(book(tmp_path, {field: Shown(7, "0%")})) == [f"{wrong}'700%'"]
    assert path


@pytest.mark.parametrize("cents", [1, 10, 29, 100, 99_999_999_999_99, 123_456_789_012, 10**13, 10**13 - 1])
def test_an_amount_is_read_to_the_cent(tmp_path, cents):
    assert read_scenario(book(tmp_path, {"fund.opening.cash!A2": cents / 100})).fund.opening.cash[0].amount == cents


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.285, "expected whole cents (two decimals at most), found 0.285"),
        (1e12, "expected an amount of at most 100bn, found 1000000000000"),
        (1234567.123456789, "expected an amount in whole units of the currency (not thousands), cents as decimals with at most 15 digits, found 1234567.123456789: round it, in a formula with ROUND(..., 2)"),
        (Shown(0.5, PERCENT), "expected an amount of money such as 12.5M or 900_000, found '50%'"),
        ("1,5", "expected an amount of money such as 12.5M or 900_000, found '1,5': write a point for decimals and _ or nothing between thousands"),
        (True, "expected an amount of money such as 12.5M or 900_000, found 'true'"),
        (date(2027, 7, 1), "expected an amount in whole units of the currency (not thousands), cents as decimals, found the date 2027-07-01: format the cell as text or as a number, and write it anew"),
        (Formula("=1/0", "#DIV/0!"), "expected an amount in whole units of the currency (not thousands), cents as decimals, found #DIV/0!: the formula in this cell cannot be calculated"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_in_words(tmp_path, value, words):
    path = book(tmp_path, {"fund.opening.cash!A2": value})
    if isinstance(value, float) and "15 digits" in words:  # what a formula gives, as Excel keeps it
        xml = part_of(path, "xl/worksheets/sheet2.xml")
        assert "<v>1234567.123456789</v>" in xml

    assert told(path) == [f"fund.opening.cash!A2  fund.opening.cash[0].amount  {words}"]


def test_the_noise_of_a_formula_in_cents_is_refused_not_rounded(tmp_path):
    path = book(tmp_path, {"fund.opening.cash!A2": Formula("=0.1+0.2", 0.3)})
    xml = part_of(path, "xl/worksheets/sheet2.xml")
    with_part(path, "xl/worksheets/sheet2.xml", xml.replace("<v>0.3</v>", "<v>0.30000000000000004</v>"))

    (problem,) = told(path)

    assert problem.endswith("found 0.30000000000000004: round it, in a formula with ROUND(..., 2)")


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("scenario!B3", date(2026, 7, 1), "scenario!B3  calendar.start  expected a quarter, found the date 2026-07-01: write 2026-Q3"),
        ("scenario!B3", datetime(2026, 12, 31, 12), "scenario!B3  calendar.start  expected a quarter, found the date 2026-12-31: write 2026-Q4"),
        ("needs!C2", date(2026, 1, 1), "needs!C2  needs[0].year  expected a calendar year, found the date 2026-01-01: write 2026, and format the cell as a number"),
        ("donors!B3", date(2026, 1, 1), "donors!B3  donors[0].name  expected a name, found the date 2026-01-01: format the cell as text or as a number, and write it anew"),
        ("donors!B3", Shown(0.5, "hh:mm"), "donors!B3  donors[0].name  expected a name, found the time 12:00:00: format the cell as text, and write it anew"),
    ],
)  # fmt: skip
def test_dates_are_refused_with_what_to_write(tmp_path, cell, value, words):
    assert told(book(tmp_path, {cell: value})) == [words]


def test_the_calculated_value_of_a_formula_is_read(tmp_path):
    changes = {
        "needs!D2": Formula("=2*3", 6),
        "needs!C4": Formula("=2000+27", 2027),
        "donors!B3": Formula('="Ger"&"many"', "Germany"),
    }

    scenario = read_scenario(book(tmp_path, changes))

    assert scenario.needs[0].amount == 600
    assert scenario.needs[1].year == 2027
    assert scenario.donors[0].name == "Germany"


def test_a_formula_that_was_never_calculated_is_told(tmp_path):
    path = book(tmp_path, {"needs!D2": Formula("=2*3", 0)})
    for empty in ("<v></v>", "<v/>", ""):
        part = "xl/worksheets/sheet7.xml"
        xml = part_of(path, part)
        assert "<f>2*3</f>" in xml
        path = with_part(path, part, xml.replace("<f>2*3</f><v>0</v>", f"<f>2*3</f>{empty}"))

        (problem,) = told(path)

        assert problem.startswith("needs!D2  needs[0].amount  ")
        assert (
            "found a formula that was never calculated: open the workbook in a spreadsheet program and save it"
            in problem
        )


def test_a_cell_that_cannot_be_read_brings_no_problem_that_only_follows_from_it(tmp_path):
    broken = Formula("=#REF!", "#REF!")
    changes = {
        "donors!A3": broken,
        "plans!A2": broken,
        "scenario!B3": broken,
        "donors!C4": broken,
        "windows!B2": broken,
    }

    assert [line.partition("  ")[0] for line in told(book(tmp_path, changes))] == [
        "donors!A3", "donors!C4", "plans!A2", "scenario!B3", "windows!B2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"donors!H3": "x"}, "donors!H3  donors[0]  expected nothing beyond the 7 columns that have a name, found a value"),
        ({"needs!E1": "sorce"}, "needs!E1  needs  unknown column 'sorce'; did you mean 'source'?"),
        ({"needs!C1": "plan"}, "needs!C1  needs  duplicate column 'plan'"),
        ({"needs!C1": ""}, "needs!C1  needs  column 3 has no name"),
        ({"needs!D1": "amount (thousand USD)"}, "needs!D1  needs.amount  expected the unit 'currency units' or none beside 'amount', found 'thousand USD': each cell holds an amount in whole units of the currency (not thousands), cents as decimals: 1250.50"),
        ({"scenario!A11": "name", "scenario!B11": "Again"}, "scenario!A11  duplicate field 'name'"),
        ({"scenario!B11": "alone"}, "scenario!B11  expected the name of a field before it, found a value alone"),
        ({"scenario!A11": "fund.opening.cash", "scenario!B11": "[{amount: 1}]"}, "scenario!A11  fund.opening.cash  field 'fund.opening.cash' says again what sheet 'fund.opening.cash' says: keep one of them"),
        ({"scenario!B1": "what"}, "scenario!A1  expected the columns 'field' and 'value', with a field such as calendar.start in each row"),
        ({"windows": [["id", "name"]]}, "windows!A1  windows  expected at least 1 item, found 0"),
        ({"scenario": None}, "the sheet 'scenario' is missing: it holds the fields that stand alone, such as name and calendar.start"),
        ({"Sheet9": [["x"]]}, "Sheet9!A1  unknown sheet 'Sheet9'; a sheet of your own has a name that begins with #"),
        ({"donors!G4": "[{due: 2026-Q4"}, "donors!G4  donors[1].outlook.instalments  "),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_layout_is_told(tmp_path, changes, words):
    assert any(line.startswith(words) for line in told(book(tmp_path, changes)))


def test_merged_cells_are_told_once(tmp_path):
    path = book(tmp_path)
    part = "xl/worksheets/sheet7.xml"
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="A2:A4"/></mergeCells>'
    with_part(path, part, part_of(path, part).replace("</sheetData>", merged))

    assert told(path) == [
        "needs!A2  needs  expected every value in a cell of its own, found A2:A4 merged: unmerge them"
    ]


def test_notes_of_ones_own_are_passed_over(tmp_path):
    notes = {
        "# notes": [["=anything", 1]],
        "scenario!A11": "# a comment",
        "scenario!B11": "x",
        "scenario!C3": Formula("=1/0", "#DIV/0!"),
    }

    assert read_scenario(book(tmp_path, notes)) == read_scenario(book(tmp_path, name="plain.xlsx"))


def test_a_scenario_file_may_name_a_sheet_as_a_table(tmp_path):
    yaml = (
        "name: Small\ncalendar: {start: 2026-Q1, periods: 8}\nwindows: {table: data/fund.xlsx}\n"
        "regions: {table: 'data/fund.xlsx#regions'}\nplans: {table: 'data/fund.xlsx#plans'}\n"
        "needs: {table: 'data/fund.xlsx#my needs'}\n"
    )
    (tmp_path / "data").mkdir()
    book(tmp_path / "data", {"my needs": SHEETS["needs"]})
    path = saved(tmp_path, yaml)

    assert [need.amount for need in read_scenario(path).needs] == [100_000_000, 200_000_000]

    book(tmp_path / "data", {"my needs": [["plan", "window", "year", "amount"], ["MAR", "data", 2026, 0.001]]})
    assert told(path) == [
        f"{tmp_path}/data/fund.xlsx:my needs!D2  needs[0].amount  expected whole cents (two decimals at most), found 0.001"
    ]
    saved(tmp_path, yaml.replace("#my needs", "#my need"))
    assert told(path)[0].endswith("has no sheet 'my need'; did you mean 'my needs'?")
    book(tmp_path / "data", {"my needs": [["plan", "window", "year", "amount"]]})
    saved(tmp_path, yaml)
    assert told(path)[0].endswith(
        "my needs!A1  needs  the table has no rows: expected at least one below the column names"
    )


def test_a_scenario_file_may_extend_a_workbook_and_a_workbook_a_scenario_file(tmp_path):
    book(tmp_path)
    child = read_scenario(saved(tmp_path, "extends: fund.xlsx\nname: Child\ndonors: {remove: [DEU]}\n", "child.yaml"))
    assert (child.name, [donor.id for donor in child.donors], len(child.needs)) == ("Child", ["NO"], 2)

    changes: dict[str, Any] = dict.fromkeys(SHEETS) | {
        "scenario": [["field", "value"], ["extends", "child.yaml"], ["name", "Grandchild"]],
        "donors": [["id", "name"], ["NO", "Norge"]],
        "needs": [["plan", "window", "year", "amount"]],
    }
    grandchild = read_scenario(book(tmp_path, changes, name="grandchild.xlsx"))
    assert (grandchild.name, [donor.name for donor in grandchild.donors]) == ("Grandchild", ["Norge"])
    assert grandchild.needs == child.needs


def test_columns_have_the_letters_of_a_workbook():
    assert [column_letters(number) for number in (1, 26, 27, 52, 702, 703)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA"]


def test_reading_yaml_loads_nothing_of_workbooks(tmp_path):
    path = saved(tmp_path, "name: x\n")
    code = (
        "import sys\nfrom mptf_sim.errors import ScenarioError\nfrom mptf_sim.scenario.read import read_scenario\n"
        f"try: read_scenario({str(path)!r})\nexcept ScenarioError: print(*sys.modules)"
    )

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert "mptf_sim.scenario.extends" in loaded
    assert not {"python_calamine", "xlsxwriter", "mptf_sim.scenario.workbook"} & set(loaded)
