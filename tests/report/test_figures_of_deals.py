"""A run with deals has tables and figures of them; realised and claimed are never mixed; other runs know nothing of it."""

from __future__ import annotations

import inspect
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

from mptf_sim.analysis.answers import tables_of
from mptf_sim.engine.run import simulate
from mptf_sim.errors import UsageError
from mptf_sim.report import plot
from mptf_sim.report.capital_stack_figure import capital_stack_data, capital_stack_finding, capital_stack_table
from mptf_sim.report.debt_service_figure import debt_service_data, debt_service_finding, debt_service_table
from mptf_sim.report.figures import FIGURES, OF_DEALS, figures_of, write_figures, write_one
from mptf_sim.report.leverage_figure import leverage_data, leverage_finding, leverage_table
from mptf_sim.runs.folder import csv_file, read_tables, write_tables
from mptf_sim.runs.tables import RunTables
from mptf_sim.scenario.read import read_scenario
from tests.report.worlds import played

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@cache
def blended(name: str = "mixed_stack") -> RunTables:
    """Few paths of a shipped scenario with deals."""
    return tables_of(simulate(read_scenario(SCENARIOS / f"{name}.yaml"), paths=64, seed=7))


@pytest.mark.parametrize("scenario", ["mixed_stack", "guarantee_facility", "buy_down"])
def test_tables_of_deals_stand_in_the_folder_and_read_back_the_same(scenario, tmp_path):
    tables = blended(scenario)
    write_tables(tmp_path, tables)
    read = read_tables(tmp_path)

    assert tuple(read.blending) == tuple(tables.blending) == RunTables.BLENDING
    for name, frame in tables.blending.items():
        pd.testing.assert_frame_equal(read.blending[name], frame, check_dtype=False, check_exact=True)


def test_a_run_without_deals_has_neither_tables_nor_figures_of_them(tmp_path):
    write_tables(tmp_path, played())

    assert read_tables(tmp_path).blending == {}
    assert not any(csv_file(tmp_path, name).exists() for name in RunTables.BLENDING)
    assert figures_of(played()) == FIGURES
    with pytest.raises(UsageError, match="figure 'leverage' is of deals, and this run has none"):
        write_one(played(), "leverage", tmp_path / "leverage.png")


def test_a_run_with_deals_writes_their_figures_with_their_numbers(tmp_path):
    names = {path.name for path in write_figures(blended(), tmp_path)}

    assert {f"{one.name}.{suffix}" for one in OF_DEALS for suffix in ("svg", "png", "csv")} <= names
    for one in OF_DEALS:
        stored = pd.read_csv(tmp_path / f"{one.name}.csv")
        pd.testing.assert_frame_equal(stored, one.data(blended()), check_dtype=False, rtol=1e-11)


@pytest.mark.parametrize("scenario", ["mixed_stack", "guarantee_facility", "buy_down"])
@pytest.mark.parametrize("one", OF_DEALS, ids=lambda one: one.name)
def test_a_figure_of_deals_is_drawn_on_the_axes_it_is_given_and_asks_a_question(one, scenario):
    axes = Figure().add_subplot()

    assert one.draw(blended(scenario), ax=axes) is axes
    assert axes.has_data()
    assert inspect.getdoc(getattr(plot, one.name)).splitlines()[0].endswith("?")


def test_a_stack_is_told_from_its_most_senior_layer_to_its_first_loss_and_every_layer_is_in_the_table():
    data = capital_stack_data(blended())

    assert list(data["layer"]) == ["senior", "mezzanine", "first-loss", "grant"]
    assert [row[1] for row in capital_stack_table(blended()).rows] == list(data["layer"])
    assert data.set_index("layer")["face"].to_dict() == {
        "senior": 0.75 * 370_000_000, "mezzanine": 150_000_000, "first-loss": 120_000_000, "grant": 100_000_000,
    }  # fmt: skip


def test_the_title_of_the_stack_names_the_layer_that_loses_most():
    stack = blended().blending["capital_stack"].copy()
    stack["expected_loss"] = [float(name == "mezzanine") * 4e8 for name in stack["layer"]]
    changed = replace(blended(), blending={**blended().blending, "capital_stack": stack})

    assert "most is lost by KEN-mix mezzanine (development bank): USD\xa04.00" in capital_stack_finding(changed)
    assert capital_stack_finding(changed).endswith("layers of facilities bear 0\xa0% of all losses")
    stack["expected_loss"] = 0.0
    assert capital_stack_finding(changed).endswith("no layer loses anything")


def test_claimed_leverage_stands_apart_and_has_no_error():
    data = leverage_data(blended()).set_index(["basis", "metric"])

    assert data.loc[("claimed", "leverage_private"), "value"] == 1.44  # 7.2 million claimed over 5 million granted
    assert pd.isna(data.loc[("claimed", "leverage_private"), "se"])
    assert data.loc["realised", "se"].notna().all()
    assert leverage_table(blended()).rows[0] == ("Private, as promoters claim", "claimed", "1.44")
    assert "(promoters claim 1.44)" in leverage_finding(blended())


def test_attributed_leverage_is_part_of_what_is_mobilised():
    realised = leverage_data(blended()).set_index(["basis", "metric"]).loc["realised", "value"]

    for method in ("oecd", "mdb"):
        assert 0 < realised[f"leverage_{method}"] <= realised["leverage_private"]


def test_public_loans_are_never_told_as_private_finance():
    finding = leverage_finding(blended("buy_down"))

    assert finding.startswith("No private finance is mobilised")
    assert "of interest paid unlocks" in finding


def test_what_loans_cost_stands_beside_what_is_gained_against_waiting():
    tables = blended("buy_down")
    years = debt_service_data(tables)
    assert set(years["plan"]) == {"COL", "ECU"}
    loan = years[years["plan"] == "COL"].reset_index(drop=True)

    sentence = debt_service_finding(tables, "COL").replace("\u00a0", " ")
    best = loan.loc[loan["gained"].idxmax()]
    assert f"deals bring coverage {100 * best['gained']:.1f} ± " in sentence
    assert f"points above waiting for grants in {best['year']}" in sentence
    assert sentence.endswith(f"a year, in {loan.loc[loan['service'].idxmax(), 'year']}")
    assert len(debt_service_table(tables).rows) == len(years)

    never = tables.blending["debt_service"].assign(gained=-0.01, service=0.0)
    nothing = replace(tables, blending={**tables.blending, "debt_service": never})
    assert debt_service_finding(nothing, "ECU").endswith(
        "deals bring no more coverage than waiting for grants; borrowers pay nothing by then"
    )


def test_the_loan_of_one_plan_may_be_drawn_and_another_plan_is_refused_with_those_that_are(tmp_path):
    write_one(blended("buy_down"), "debt_service", tmp_path / "one.csv", "ECU")
    assert set(pd.read_csv(tmp_path / "one.csv")["plan"]) == {"ECU"}

    with pytest.raises(UsageError, match="unknown plan 'MAR'; plans with deals are COL, ECU"):
        plot.debt_service(blended("buy_down"), "MAR")
