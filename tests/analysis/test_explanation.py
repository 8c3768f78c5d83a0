"""Every figure ends in postings whose sum is the figure, and the paths behind it are the right ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.analysis.explanation.behind import CHANCES
from mptf_sim.analysis.explanation.explain import explain, explain_tables
from mptf_sim.analysis.explanation.figure import Window, figure_of
from mptf_sim.analysis.explanation.metrics import METRICS
from mptf_sim.books import ACCOUNTS, LEDGER, account
from mptf_sim.engine.replay import Replay, replay
from mptf_sim.engine.run import simulate
from mptf_sim.errors import UsageError
from mptf_sim.measures.concentration import INSTEAD
from mptf_sim.runs.folder import read_tables
from mptf_sim.scenario.read import read_scenario
from mptf_sim.scenario.scenario import Scenario
from tests.cli.calling import SMALL, asked, without_drawing
from tests.strategies import scenarios, seeds

STOCKS = (*LEDGER, "approvable", "waiting_for_cash", "not_released", "delivery_gap")
FLOWS = tuple(one.name for one in ACCOUNTS if one.kind == "flow")


@given(scenario=scenarios(), seed=seeds, path=st.integers(0, 2000), data=st.data())
def test_what_a_figure_adds_up_is_what_the_books_say(
    scenario: Scenario, seed: int, path: int, data: st.DataObject
) -> None:
    retold = replay(scenario, seed, path)
    t = data.draw(st.integers(0, scenario.calendar.periods - 1))

    for name in STOCKS:
        if name == "approvable" and scenario.calendar.quarters[t].quarter not in scenario.governance.meetings:
            continue
        found = figure_of(scenario, retold, name, None, Window(0, t))
        assert found.amount == int(account(retold.books, name)[t, 0]), name
    for name in FLOWS:
        found = figure_of(scenario, retold, name, None, Window(t, t))
        assert found.amount == int(account(retold.books, name)[t, 0]), name
    assert_plans_add_up(scenario, retold)


def assert_plans_add_up(scenario: Scenario, retold: Replay) -> None:
    """At every year's end, what each plan is covered and funded by is what the books of plans say."""
    year_ends = [t for t, quarter in enumerate(scenario.calendar.quarters) if quarter.quarter == 4]
    for row, plan in enumerate(sorted(one.id for one in scenario.plans)):
        for place, t in enumerate(year_ends):
            covered = figure_of(scenario, retold, "coverage", plan, Window(0, t))
            funded = figure_of(scenario, retold, "funded_share", plan, Window(0, t))
            gap = figure_of(scenario, retold, "delivery_gap", plan, Window(0, t))
            assert covered.amount == int(retold.books.plan_delivered[place, row, 0])
            assert funded.amount == int(retold.books.plan_funded[place, row, 0])
            assert covered.whole is not None
            assert gap.amount == covered.whole - covered.amount


@given(scenario=scenarios(), seed=seeds)
def test_what_plans_have_adds_up_to_what_the_fund_reports_of_them(scenario: Scenario, seed: int) -> None:
    retold = replay(scenario, seed, 5)
    whole = Window(0, scenario.calendar.periods - 1)
    for name in ("coverage", "funded_share", "delivery_gap", "funding_gap"):
        by_plan = sum(figure_of(scenario, retold, name, plan.id, whole).amount for plan in scenario.plans)
        assert figure_of(scenario, retold, name, None, whole).amount == by_plan


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the small fund, 200 paths, without figures."""
    folder = tmp_path_factory.mktemp("explained")
    with pytest.MonkeyPatch.context() as patch:
        without_drawing(patch)
        patch.setattr("mptf_sim.analysis.answers.FRONTIER_PATHS", 2)
        patch.chdir(folder)
        from mptf_sim.cli import main

        assert main(["run", str(SMALL), "--paths", "200", "--seed", "7", "--out", "run", "-q"]) == 0
    return folder / "run"


def test_every_quantile_of_every_metric_is_explained_to_the_cent(run_folder: Path) -> None:
    tables, scenario = read_tables(run_folder), read_scenario(run_folder / "scenario.yaml")
    kpis, explained = tables.kpis, 0
    for _, row in kpis[kpis["p50"].notna() & ~kpis["metric"].isin(INSTEAD)].iterrows():
        plan = row["scope"] or None
        for level in (5, 50, 95):
            found = explain_tables(tables, scenario, row["metric"], plan, row["period"], percentile=level)
            assert found.figure.value == pytest.approx(row[f"p{level:02}"], rel=1e-15), (row["metric"], plan, level)
            explained += 1
    assert explained > 80


@pytest.mark.parametrize("name", INSTEAD)
def test_an_index_is_no_sum_of_postings_and_says_what_to_ask_for(run_folder: Path, name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} is an index, no sum of postings; ask for {INSTEAD[name]}"):
        explain(run_folder, name)


def test_a_chance_names_the_paths_on_which_it_came_true(run_folder: Path) -> None:
    tables = read_tables(run_folder)
    for name in CHANCES:
        rows = tables.kpis[tables.kpis["metric"] == name]
        for _, row in rows.iterrows():
            found = explain(run_folder, name, plan=row["scope"] or None)
            assert found.behind is not None
            assert len(found.behind.paths) == round(row["mean"] * 200)
            if found.behind.paths:
                assert found.path == found.behind.paths[0]
                assert found.figure.value >= 1


def test_quantiles_inside_the_calendar_are_those_of_the_timeline(run_folder: Path) -> None:
    tables, scenario = read_tables(run_folder), read_scenario(run_folder / "scenario.yaml")
    table = tables.timeline
    quarters: pd.DataFrame = table[(table["scope_kind"] == "fund") & (table["period"] == "2027-Q3")]
    checked = 0
    for _, row in quarters.iterrows():
        if row["account"] in METRICS and row["account"] != "approvable":
            found = explain_tables(tables, scenario, row["account"], period="2027-Q3", percentile=95)
            assert found.figure.amount == row["p95"], row["account"]
            checked += 1
    assert checked > 20


def test_the_result_of_a_run_is_not_needed_only_its_folder(run_folder: Path) -> None:
    found = explain(run_folder, "transfers", path=17)
    scenario = found.scenario
    books = simulate(scenario, 18, seed=7)
    assert found.figure.amount == int(books.columns["transfers"][17])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--metric", "covrage"), "unknown metric 'covrage'; did you mean 'coverage'?"),
        (("--metric", "cash", "--plan", "XYZ"), "plan: no plan 'XYZ' in this scenario"),
        (("--metric", "deposits", "--plan", "KEN"), "metric: deposits is the fund's and is not kept by plan"),
        (("--metric", "cash", "--period", "2099-Q1"), "period: expected a quarter such as"),
        (("--metric", "cash", "--path", "200"), "path: expected a number from 0 to 199 (the run has 200 paths)"),
        (("--metric", "cash", "--path", "1", "--percentile", "5"), "either --path or --percentile"),
        (("--metric", "cash", "--percentile", "0"), "percentile: expected a number above 0"),
        (("--metric", "cash", "--period", "2027-Q1", "--percentile", "7"), "has not kept which path is percentile 7"),
        (("--metric", "chance_fully_funded"), "plan: chance_fully_funded is kept by plan"),
    ],
)
def test_what_cannot_be_explained_is_said_with_what_can(run_folder, capsys, words, told) -> None:
    answer = asked(capsys, "explain", run_folder, *words)

    assert (answer.code, answer.out) == (2, "")
    assert told in answer.err
