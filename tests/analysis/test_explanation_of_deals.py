"""What moves in facilities and deals ends in postings whose sum is the figure, on every path."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.analysis.explanation.explain import explain, explain_tables
from mptf_sim.analysis.explanation.figure import Window, figure_of
from mptf_sim.analysis.explanation.metrics import DRAWN_INSTEAD, METRICS, OF_DEALS
from mptf_sim.books import FINANCE_ACCOUNTS, LEDGER, account
from mptf_sim.engine.record import axes
from mptf_sim.engine.replay import replay
from mptf_sim.engine.terms import Terms
from mptf_sim.errors import UsageError
from mptf_sim.measures.blended_metrics import budget_cost
from mptf_sim.runs.folder import read_tables
from mptf_sim.runs.run import path_columns
from mptf_sim.scenario.read import read_scenario
from mptf_sim.scenario.scenario import Scenario
from tests.analysis.test_explanation import assert_plans_add_up
from tests.cli.calling import SMALL, asked, without_drawing
from tests.engine.deal_worlds import foreign_worlds, worlds
from tests.scenario.small_fund import saved
from tests.scenario.test_blending import WHOLE
from tests.strategies import seeds

FLOWS = tuple(one.name for one in FINANCE_ACCOUNTS if one.kind == "flow")


@given(scenario=worlds() | foreign_worlds(), seed=seeds, path=st.integers(0, 2000), data=st.data())
def test_what_a_figure_of_deals_adds_up_is_what_the_books_say(
    scenario: Scenario, seed: int, path: int, data: st.DataObject
) -> None:
    retold = replay(scenario, seed, path)
    t = data.draw(st.integers(0, scenario.calendar.periods - 1))

    for name in FLOWS:
        assert figure_of(scenario, retold, name, None, Window(t, t)).amount == account(retold.books, name)[t, 0], name
        if name in OF_DEALS:  # there is one plan
            of_plan = figure_of(scenario, retold, name, "KEN-plan", Window(t, t))
            assert of_plan.amount == account(retold.books, name)[t, 0], name
    for name in (*LEDGER, "approvable"):
        found = figure_of(scenario, retold, name, None, Window(0, t))
        assert found.amount == account(retold.books, name)[t, 0], name
        if name == "approvable":
            assert all(part.adds >= 0 for part in found.parts if part.posting.event == "never_below_zero")
    assert_plans_add_up(scenario, retold)
    totals, whole = path_columns(axes(Terms(scenario)), retold.books), Window(0, scenario.calendar.periods - 1)
    for name, stated in (
        ("net_funded", totals["net_funded"]), ("closing_facility_cash", totals["closing_facility_cash"]),
        ("budget_cost", budget_cost(totals)),
    ):  # fmt: skip
        assert figure_of(scenario, retold, name, None, whole).amount == stated[0], name


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a small fund with a facility and a guaranteed deal, 200 paths, without figures."""
    folder = tmp_path_factory.mktemp("explained")
    played(saved(folder, WHOLE.replace("default: 3.54%", "default: 60%")), folder / "run")
    return folder / "run"


def played(scenario: Path, out: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        without_drawing(patch)
        patch.setattr("mptf_sim.analysis.answers.FRONTIER_PATHS", 2)
        from mptf_sim.cli import main

        assert main(["run", str(scenario), "--paths", "200", "--seed", "7", "--out", str(out), "-q"]) == 0


def test_every_quantile_of_every_sum_is_explained_to_the_cent_where_there_are_deals(run_folder: Path) -> None:
    tables, scenario = read_tables(run_folder), read_scenario(run_folder / "scenario.yaml")
    kpis = tables.kpis
    sums = kpis[kpis["p50"].notna() & kpis["metric"].isin(METRICS)]
    assert {"loan_losses", "facility_refunds", "net_funded", "coverage", "budget_cost"} <= set(sums["metric"])
    for _, row in sums.iterrows():
        for level in (5, 95):
            found = explain_tables(
                tables, scenario, row["metric"], row["scope"] or None, row["period"], percentile=level
            )
            assert found.figure.value == pytest.approx(row[f"p{level:02}"], rel=1e-15), (row["metric"], level)


def test_what_led_to_a_call_is_told_before_it_deal_by_deal(run_folder: Path) -> None:
    found = explain(run_folder, "guarantee_calls", percentile=95)
    kinds = [event.kind for event in found.events]

    assert found.figure.amount > 0
    assert kinds[0] == "deals_closed"
    assert kinds.index("loan_losses") < kinds.index("calls_made") < kinds.index("guarantee_calls")
    assert sum(event.cents for event in found.events if event.kind == "guarantee_calls") == found.figure.amount
    assert {event.who for event in found.events if event.kind == "loan_losses"} <= {"SME junior", "SME senior"}
    assert len({event.line for event in found.events}) == 1
    assert found.events[0].line > 0


def test_on_a_path_where_no_deal_closes_nothing_is_drawn_and_that_is_told_why(run_folder: Path, capsys) -> None:
    tables = read_tables(run_folder)
    path = int(tables.paths["deals_lapsed"].to_numpy().argmax())
    said = asked(capsys, "explain", run_folder, "--metric", "private_draws", "--path", path).out

    assert "private_draws, 2026-Q1 to 2028-Q4, on path" in said
    assert ": USD 0.00" in said
    assert "SME (Loans to enterprises) lapsed: it never closes" in said


def test_what_lenders_received_is_said_of_the_layer_in_plain_words(run_folder: Path, capsys) -> None:
    path = int(read_tables(run_folder).paths["lenders_interest"].to_numpy().argmax())
    said = asked(capsys, "explain", run_folder, "--metric", "lenders_interest", "--path", path).out

    assert "lenders of SME senior (Loans to enterprises) received interest: USD" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--metric", "privat_draws"), "unknown metric 'privat_draws'; did you mean 'private_draws'?"),
        (("--metric", "leverage_private"), "leverage_private is no sum of postings; ask for private_draws"),
        (("--metric", "coverage_by_private", "--plan", "MAR"), "coverage_by_private is no sum of postings; ask for coverage"),
        (("--metric", "facility_grants", "--plan", "MAR"), "facility_grants is a facility's and is not kept by plan"),
        (("--metric", "facility_cash", "--plan", "MAR"), "is a facility's and is not kept by plan"),
    ],
)  # fmt: skip
def test_what_of_deals_cannot_be_explained_is_said_with_what_can(run_folder, capsys, words, told) -> None:
    answer = asked(capsys, "explain", run_folder, *words)

    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err


def test_every_figure_of_deals_that_is_no_sum_names_one_that_is(run_folder: Path) -> None:
    for name, instead in DRAWN_INSTEAD.items():
        assert all(one in METRICS for one in instead.split(" or "))
        with pytest.raises(UsageError, match=f"{name} is no sum of postings; ask for {instead}"):
            explain(run_folder, name)


def test_a_fund_without_deals_has_nothing_of_them_to_explain(tmp_path: Path) -> None:
    played(SMALL, tmp_path / "run")
    with pytest.raises(UsageError, match="private_draws is of facilities and deals, and this scenario has none"):
        explain(tmp_path / "run", "private_draws")
