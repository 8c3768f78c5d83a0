"""A scenario written out and read again is the same scenario."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.fund.plans import Region
from mptf_sim.fund.shocks import DonorExit
from mptf_sim.quantities import Quarter
from mptf_sim.scenario.read import read_scenario
from mptf_sim.scenario.scenario import Scenario
from mptf_sim.scenario.write import to_yaml
from tests.scenario.small_fund import SMALL, saved
from tests.strategies import scenarios

SHIPPED = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


def again(folder: Path, scenario: Scenario) -> Scenario:
    return read_scenario(saved(folder, to_yaml(scenario), "written.yaml"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("written")


@pytest.fixture(scope="module")
def small(folder: Path) -> Scenario:
    return read_scenario(saved(folder, SMALL, "small.yaml"))


@given(scenario=scenarios())
def test_writing_and_reading_gives_the_same_scenario(folder, scenario):
    read = again(folder, scenario)

    assert read == scenario
    assert read.digest == scenario.digest
    assert to_yaml(read) == to_yaml(scenario)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scenario_is_flattened_into_one_file(tmp_path, path):
    scenario = read_scenario(path)

    text = to_yaml(scenario)

    assert again(tmp_path, scenario) == scenario
    assert ".csv" not in text
    assert "extends:" not in text


@given(name=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40), words=st.text(max_size=40))
def test_any_name_and_any_text_survive(folder, small, name, words):
    try:
        region = Region(id="x", name=name)
    except ValueError:
        region = Region(id="x", name="no such name")
    scenario = Scenario.model_validate({**small.dump(), "description": words}).replace(regions=(region, *small.regions))

    assert again(folder, scenario) == scenario


@pytest.mark.parametrize("name", ["NO", "no", "on", "y", "Null", "~", "1e5", "2030", "0x14", "1:30", ".inf", "2026-12-31", "a: b", "a #b", "- a", "[a]", "'a", "%a", "@a", "a:", "Côte d'Ivoire", "=1+1"])  # fmt: skip
def test_every_yaml_reader_takes_a_name_for_text(small, name):
    written = to_yaml(small.replace(regions=(Region(id="x", name=name), *small.regions)))

    assert yaml.safe_load(written)["regions"][0]["name"] == name


def test_money_is_written_in_currency_units_and_rates_with_their_percent_sign(small):
    lines = to_yaml(small).splitlines()

    assert "      - amount: 12500000" in lines
    assert "        amount: 0.29" in lines
    assert "    2027: 2.5%" in lines
    assert "    share: 50%" in lines


def test_every_kind_is_written_though_its_field_has_a_default(small):
    written = yaml.safe_load(to_yaml(small.with_shock(DonorExit(donors=("DEU",), start=Quarter(2028, 1)))))

    assert written["governance"]["allocation"] == {"kind": "pro_rata"}
    assert written["fund"]["funding_policy"]["kind"] == "signed"
    assert [shock["kind"] for shock in written["shocks"]] == ["donor_cut", "donor_exit"]
    assert [donor["outlook"]["kind"] for donor in written["donors"]] == ["renewing", "scheduled"]


@pytest.mark.parametrize(("metric", "bound", "written"), [("cash", "5M", "5000000"), ("coverage", "40%", "40%")])
def test_what_is_expected_is_written_in_its_own_unit(tmp_path, metric, bound, written):
    plan = ", plan: MAR" if metric == "coverage" else ""
    expect = f"expect: [{{metric: {metric}{plan}, period: 2027-Q4, at_least: {bound}, with_probability: 80%}}]\n"
    scenario = read_scenario(saved(tmp_path, SMALL + expect))

    assert f"    at_least: {written}" in to_yaml(scenario).splitlines()
    assert again(tmp_path, scenario) == scenario


def test_two_rules_that_differ_by_their_kind_alone_have_two_digests(tmp_path, small):
    other = read_scenario(saved(tmp_path, SMALL.replace("kind: pro_rata", "kind: priority_score, thematic_balance: 1")))
    same = read_scenario(saved(tmp_path, SMALL))

    assert same.digest == small.digest
    assert other.digest != small.digest
