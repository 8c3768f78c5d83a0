"""The annexes of the statement add up to it: by contributor, organisation, programme and cost category."""

from __future__ import annotations

import pytest

import mptf_sim as ms
from mptf_sim.analysis.answers import tables_of
from mptf_sim.books import account
from mptf_sim.engine.replay import replay
from mptf_sim.measures import annexes
from mptf_sim.measures.annexes import ASSUMED, UNSDG_CATEGORIES
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import agreement, cash, donor, fund, programme
from tests.report.worlds import world

PATHS = 70


@pytest.fixture(scope="module")
def run():
    return ms.simulate(world(periods=12), PATHS, 4)


@pytest.fixture(scope="module")
def median(run):
    return replay(run.scenario, run.seed, run.median_path).books


@pytest.fixture(scope="module")
def tables(run):
    return tables_of(run, with_frontier=False)


def of_statement(tables, line: str, column: str) -> float:
    rows = tables.statement[(tables.statement["line"] == line) & (tables.statement["column"] == "total")]
    return float(rows.iloc[-1][column])


def test_contributors_add_up_to_the_contributions_of_the_statement(tables):
    whole = tables.annex_contributors[tables.annex_contributors["year"] == "all"]

    assert whole["deposits_median_path"].sum() == of_statement(tables, "Contributions from donors", "median_path")
    assert whole["deposits_mean"].sum() == pytest.approx(
        of_statement(tables, "Contributions from donors", "mean"), rel=1e-12
    )


def test_the_years_of_a_contributor_add_up_in_the_mean_and_on_the_median_path(run, tables):
    table = tables.annex_contributors
    columns = ["signed_mean", "deposits_mean", "deposits_median_path"]
    single = table[table["year"] != "all"].groupby("contributor")[columns].sum()
    whole = table[table["year"] == "all"].set_index("contributor")[columns]

    assert (single - whole).abs().max(axis=None) < 1e-3
    assert (single["deposits_median_path"] == whole["deposits_median_path"]).all()
    books = replay(run.scenario, run.seed, run.median_path).books
    assert whole["deposits_median_path"].tolist() == books.deposits_by_donor[:, 0].tolist()


def test_each_year_of_contributors_is_the_statements_contributions_of_it_on_the_median_path(tables):
    contributions = tables.statement[
        (tables.statement["line"] == "Contributions from donors") & (tables.statement["column"] == "current")
    ]
    by_year = tables.annex_contributors.groupby("year")["deposits_median_path"].sum()

    for row in contributions.itertuples():
        assert by_year[str(row.year)] == row.median_path


@pytest.mark.parametrize("by", ["programmes", "organisations"])
def test_spenders_add_up_to_the_statement(tables, by):
    table = getattr(tables, f"annex_{by}")

    assert table["net_funded_median_path"].sum() == of_statement(tables, "Net funded amount", "median_path")
    assert table["expenditure_median_path"].sum() == of_statement(tables, "Expenditure of organisations", "median_path")
    for line, column in (
        ("Net funded amount", "net_funded_mean"),
        ("Expenditure of organisations", "expenditure_mean"),
    ):
        assert table[column].sum() == pytest.approx(of_statement(tables, line, "mean"), rel=1e-12)


def test_the_delivery_rate_as_known_lags_the_final_one(run, tables):
    table = tables.annex_programmes
    known = (table["reported_mean"] / table["net_funded_mean"]).dropna()

    assert (table["reported_mean"] <= table["expenditure_mean"]).all()
    assert known.tolist() == pytest.approx(table["delivery_rate_known"].dropna().tolist(), rel=1e-12)
    assert table["reported_mean"].sum() == pytest.approx(run.columns["reported_expenditure"].mean(), rel=1e-12)


def running_fund(**terms: object) -> Scenario:
    """A programme that has received 60.00 of 107.00 and spent 30.00 direct, 2.10 indirect, before the calendar."""
    two = (
        agreement({"share": "60%"}, {"share": "40%", "after": 1, "threshold": "0%"}) | {"cost_categories": None} | terms
    )
    two = {name: value for name, value in two.items() if value is not None}
    running = {"approved": "2025-Q1", "started": "2025-Q1", "instalments_paid": 1, "delivered": 30}
    return fund(
        fund={"opening": {"cash": [cash("100")]}, "fees": {"indirect_cost": "7%"}},
        agreements=[two],
        donors=[donor("DEU", ("2026-Q2", 3), ("2027-Q1", 5))],
        programmes=[programme("A", 107, ready=None, running=running, duration=8)],
    )


def test_what_was_before_the_calendar_is_part_of_a_delivery_rate():
    scenario = running_fund()
    run = ms.simulate(scenario, 1, 1)

    (row,) = annexes.programmes(run, replay(scenario, 1, 0).books).to_dict("records")

    assert (row["net_funded_before"], row["expenditure_before"]) == (64_20, 32_10)
    assert row["net_funded_mean"] == row["net_funded_median_path"] == 107_00
    assert row["expenditure_mean"] == row["expenditure_median_path"]
    assert row["delivery_rate_final"] == row["expenditure_mean"] / 107_00
    assert row["expenditure_mean"] == 32_10 + int(account(replay(scenario, 1, 0).books, "direct_delivery").sum()) + int(
        account(replay(scenario, 1, 0).books, "indirect_cost").sum()
    )


def test_cost_categories_add_up_and_say_what_is_assumed(tables):
    table = tables.annex_cost_categories.set_index("category")

    assert list(table.index)[:7] == list(UNSDG_CATEGORIES.values())
    assert set(table["basis"]) == {"assumed", "computed"}
    exact = table["median_path"]
    assert exact.iloc[:7].sum() == exact["Total direct cost"]
    assert exact["Total direct cost"] + exact["Indirect support costs"] == exact["Total expenditure"]
    assert table["share"].iloc[:7].tolist() == pytest.approx([float(one) for one in ASSUMED.ratios().values()])
    assert table.loc["Indirect support costs", "share"] == pytest.approx(0.07, rel=1e-6)


def test_categories_that_an_agreement_states_are_not_assumed():
    scenario = running_fund(cost_categories={"staff": "50%", "travel": "50%"})
    tables = tables_of(ms.simulate(scenario, 1, 1), with_frontier=False)
    table = tables.annex_cost_categories.set_index("category")

    assert set(table["basis"]) == {"stated", "computed"}
    assert table.loc["Travel", "share"] == 0.5
    assert table.loc["Travel", "median_path"] == table.loc["Staff and other personnel cost", "median_path"]


def test_receivables_at_the_opening_are_what_was_signed_before_by_due_quarter():
    scenario = running_fund()
    run = ms.simulate(scenario, 1, 1)

    rows = annexes.receivables(run, replay(scenario, 1, 0).books)

    opening = rows[rows["as_at"] == "opening"][["contributor", "due", "median_path"]].to_numpy().tolist()
    assert opening == [["DEU", "2026-Q2", 300], ["DEU", "2027-Q1", 500]]
    end = rows[(rows["as_at"] == "2026-Q4") & (rows["due"] == "all")]
    assert end["median_path"].tolist() == [500]  # due after the calendar: still to come
    assert rows[rows["due"] == "overdue"]["median_path"].tolist() == [0]


def test_annexes_read_back_as_they_were_written(tables, tmp_path):
    from mptf_sim.runs.folder import read_tables, write_tables

    write_tables(tmp_path, tables)
    again = read_tables(tmp_path)

    for name in ("contributors", "organisations", "programmes", "cost_categories", "receivables"):
        was, now = getattr(tables, f"annex_{name}"), getattr(again, f"annex_{name}")
        assert (tmp_path / "annexes" / f"{name}.csv").is_file()
        assert (
            now.astype(object).where(now.notna(), None).to_numpy().tolist()
            == was.astype(object).where(was.notna(), None).to_numpy().tolist()
        ), name
