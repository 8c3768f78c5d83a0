"""A scenario written as a workbook is the same scenario when it is read again."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from mptf_sim.errors import UsageError
from mptf_sim.fund.plans import Region
from mptf_sim.fund.shocks import DonorExit
from mptf_sim.quantities import Id, Quarter
from mptf_sim.scenario.consistency import _REFERENCES
from mptf_sim.scenario.provenance import Source
from mptf_sim.scenario.read import read_scenario
from mptf_sim.scenario.scenario import Scenario
from mptf_sim.scenario.shapes import Scalar, Terms, shape_of
from mptf_sim.scenario.workbook.layout import notation, number_text, tables
from mptf_sim.scenario.workbook.leaves import leaves
from mptf_sim.scenario.workbook.rules import Rules
from mptf_sim.scenario.workbook.writing import cell_number, to_workbook
from mptf_sim.scenario.write import to_yaml
from tests.scenario.books import part_of
from tests.scenario.small_fund import SMALL, saved
from tests.strategies import QUANTITIES, scenarios

SHIPPED = [
    *sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml")),
    Path(__file__).parents[2] / "src/mptf_sim/cli/new_scenario.yaml",
]


def again(folder: Path, scenario: Scenario) -> Scenario:
    return read_scenario(saved(folder, to_workbook(scenario), "written.xlsx"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("written")


@pytest.fixture(scope="module")
def small(folder: Path) -> Scenario:
    return read_scenario(saved(folder, SMALL, "small.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scenario_goes_to_a_workbook_and_back_with_one_digest(tmp_path, path):
    scenario = read_scenario(path)

    back = again(tmp_path, scenario)
    yaml = read_scenario(saved(tmp_path, to_yaml(back), "back.yaml"))

    assert back == scenario
    assert {back.digest, yaml.digest} == {scenario.digest}


@given(scenario=scenarios())
def test_any_scenario_goes_to_a_workbook_and_back_with_one_digest(folder, scenario):
    back = again(folder, scenario)

    assert back == scenario
    assert back.digest == scenario.digest
    assert read_scenario(saved(folder, to_yaml(back), "back.yaml")).digest == scenario.digest


HOSTILE = (
    "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "https://example.org/x?a=b", "mailto:a@b.c", "internal:donors!A1",
    "{=1+1}", "007", "1e5", "2027-07-01", "7%", "TRUE", "#REF!", "_x0041_", "'quoted", '"', "# not a note", "Côte d'Ivoire 🎉",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_means_something_elsewhere_stays_text(tmp_path, small, name):
    scenario = small.replace(name=name, regions=(Region(id="x", name=name), *small.regions))

    assert again(tmp_path, scenario) == scenario

    with zipfile.ZipFile(tmp_path / "written.xlsx") as packed:
        parts = {part: packed.read(part).decode() for part in packed.namelist()}
    sheets = {part: xml for part, xml in parts.items() if "/worksheets/" in part}
    assert not any(re.search(r"<f[ >]", xml) for xml in sheets.values())
    assert [part for part, xml in sheets.items() if "<hyperlink " in xml] == ["xl/worksheets/sheet1.xml"]  # the guide
    assert not any("External" in xml for xml in parts.values())


@pytest.mark.parametrize(
    "words", ["\ttabbed", " blanks around ", "\n", "a\r\nb\rc", "=1+1", "null", "~", "x" * 32_767, "\x07\x00"]
)
def test_free_text_is_kept_letter_by_letter(tmp_path, small, words):
    source = Source(id="s", kind="assumed", owner=words, reference=words)
    scenario = small.replace(description=words, sources=(source,))

    assert again(tmp_path, scenario) == scenario


@given(
    words=st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\ufffe\uffff"), min_size=1, max_size=40)
)
def test_any_text_survives(folder, small, words):
    scenario = small.replace(description=words)

    assert again(folder, scenario) == scenario


def test_what_a_cell_cannot_hold_is_refused_with_its_field(small):
    with pytest.raises(UsageError, match=r"^description cannot be written into a workbook: it has 40000 characters"):
        to_workbook(small.replace(description="x" * 40_000))
    with pytest.raises(
        UsageError, match=r"^description cannot be written into a workbook: it has the character U\+FFFE"
    ):
        to_workbook(small.replace(description="\ufffe"))
    empty = Source(id="s", kind="assumed", owner="", reference="x")
    with pytest.raises(UsageError, match=r"^sources\[0\]\.owner cannot be written into a workbook: it is empty"):
        to_workbook(small.replace(sources=(empty,)))


def test_the_same_scenario_gives_the_same_bytes(small):
    assert to_workbook(small) == to_workbook(small)


@given(percent=st.decimals(-50, 300, places=6).map(lambda d: d.normalize()), cents=st.integers(0, 10**13))
def test_numbers_are_kept_to_the_last_digit(percent, cents):
    assert float(number_text(float(percent / 100), percentage=True).removesuffix("%")) == float(percent)
    whole, rest = divmod(cents, 100)
    assert number_text(cents / 100) == (f"{whole}.{rest:02}".rstrip("0") if rest else str(whole))


def test_a_share_of_more_digits_than_a_workbook_keeps_is_written_as_text(tmp_path, small):
    renewing = small.donors[0].outlook.model_copy(update={"persistence": 0.1 + 0.2})
    scenario = small.replace(donors=(small.donors[0].model_copy(update={"outlook": renewing}), *small.donors[1:]))

    assert again(tmp_path, scenario).donors[0].outlook.persistence == 0.1 + 0.2
    assert "30.000000000000004%" in part_of(tmp_path / "written.xlsx", "xl/sharedStrings.xml")


def test_what_may_be_a_share_or_an_amount_is_written_as_the_one_it_is(tmp_path, small):
    share = {"metric": "coverage", "plan": "MAR", "period": "2027-Q4", "at_least": "0.4%", "with_probability": "80%"}
    amount = {"metric": "cash", "period": "2027-Q4", "at_least": "0.4", "with_probability": "80%"}
    scenario = small.replace(expect=[share, amount])

    assert [expected.bound for expected in again(tmp_path, scenario).expect] == [0.004, 40]


def test_every_list_of_mappings_is_a_sheet_and_every_field_has_a_column(small):
    names = set(tables(Terms(Scenario)))

    assert {"fund.opening.cash", "donors", "needs", "shocks"} <= names
    assert all(len(name) <= 31 for name in names)
    donors = {leaf.name for leaf in leaves(tables(Terms(Scenario))["donors"].rows.row, small.dump()["donors"])}
    assert {
        "id",
        "earmark.not_windows",
        "outlook.kind",
        "outlook.gift",
        "outlook.instalments",
        "delay.chance",
    } <= donors


def test_every_reference_that_is_checked_can_be_chosen_from_a_list(small):
    lists = tables(Terms(Scenario))
    rules = Rules(None, {name: (0, 9) for name, table in lists.items() if table.rows.have_ids}, 2)
    found = {
        (part, leaf.name, rules.target(leaf))
        for part in _REFERENCES
        for leaf in leaves(lists[part].rows.row, [])
        if isinstance(leaf.shape, Scalar) and leaf.shape.quantities == (Id,)
    }

    for part, references in _REFERENCES.items():
        for field, target in references:
            assert (part, field, target) in found


def test_what_may_be_chosen_and_what_it_means_stands_in_the_workbook(tmp_path, small):
    scenario = small.with_shock(DonorExit(donors=("DEU",), start=Quarter(2028, 1)))
    path = saved(tmp_path, to_workbook(scenario), "written.xlsx")
    sheets = re.findall(r'<sheet name="([^"]+)"', part_of(path, "xl/workbook.xml"))
    donors = part_of(path, f"xl/worksheets/sheet{sheets.index('donors') + 1}.xml")
    notes = part_of(path, f"xl/comments{sheets.index('donors') - 1}.xml")

    assert sheets[:2] == ["# guide", "scenario"]
    assert sheets[-1] == "# words"
    assert "<formula1>'# words'!$" in donors  # a list of kinds
    assert "<formula1>'sources'!$A$3:$A$" in donors.replace("&apos;", "'")
    assert re.search(r'<pane [^>]*state="frozen"', donors)
    assert "Mean yearly gift in the first year, if given." in notes
    assert "Only if outlook.kind is renewing." in notes


@pytest.mark.parametrize("quantity", [quantity for quantity, _ in QUANTITIES], ids=lambda quantity: quantity.__name__)
@given(data=st.data())
def test_every_quantity_is_read_from_a_number_in_a_cell_as_it_was_written(quantity, data):
    adapter = TypeAdapter(quantity)
    value = adapter.validate_python(data.draw(st.from_type(quantity)))
    shape = shape_of(quantity)
    text = str(adapter.dump_python(value, mode="json"))

    number = cell_number(text, shape)

    if number is not None:
        assert adapter.validate_python(number_text(number, percentage=text.endswith("%"))) == value
    assert notation(shape).unit
