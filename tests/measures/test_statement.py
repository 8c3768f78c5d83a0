"""The statement adds up, and any path played again gives the figures of the run."""

from dataclasses import replace

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from benchmarks.standard_fund import standard_fund
from mptf_sim.books import Books
from mptf_sim.engine.replay import replay
from mptf_sim.engine.run import simulate
from mptf_sim.errors import UsageError
from mptf_sim.measures.statement import LINES, NOT_PLAYED, percentile_column, statement
from mptf_sim.runs.distributions import Distributions, Row
from mptf_sim.runs.run import distribution_values, path_columns
from mptf_sim.scenario.scenario import Calendar, Scenario
from tests.by_hand.blended import JUNIOR, blended, deal
from tests.by_hand.small import cash, donor, fund, programme

PATHS = 130


@pytest.fixture(scope="module")
def run():
    scenario = standard_fund()
    calendar = Calendar(start="2026-Q3", periods=14)  # a calendar that begins and ends within a year
    programmes = [one for one in scenario.programmes if one.ready.year <= 2029]
    return simulate(scenario.replace(calendar=calendar, programmes=programmes), PATHS, seed=3)


@pytest.fixture(scope="module")
def table(run):
    return statement(run, replay(run.scenario, run.seed, run.median_path).books)


def column(table, name, value="median_path"):
    return table[table["column"] == name].pivot(index="year", columns="line", values=value)


@pytest.mark.parametrize("name", ["prior", "current", "total"])
def test_the_median_path_adds_up_to_the_cent(table, name):
    lines = column(table, name)

    sources = lines["Contributions from donors"] + lines["Fund interest"]
    net = lines["Transfers to participating organisations"] + lines["Refunds from participating organisations"]
    uses = lines["Net funded amount"] + lines["Administrative agent fee"] + lines["Direct cost (secretariat)"]
    spent = lines["Direct cost delivered"] + lines["Indirect cost"]

    assert (sources == lines["Total: sources of funds"]).all()
    assert (net == lines["Net funded amount"]).all()
    assert (uses == lines["Total: uses of funds"]).all()
    assert (lines["Total: sources of funds"] - lines["Total: uses of funds"] == lines["Change in fund cash"]).all()
    assert (lines["Opening fund cash"] + lines["Change in fund cash"] == lines["Closing fund cash"]).all()
    assert (spent == lines["Expenditure of organisations"]).all()


@pytest.mark.parametrize("percentile", [0, 7.5, 20, 50, 99, 100])
def test_a_percentile_of_a_line_is_the_amount_of_a_real_path_by_the_rule_that_is_stated(run, percentile):
    table = statement(run, replay(run.scenario, run.seed, run.median_path).books, percentile)
    name = percentile_column(percentile)
    rows = {row: place for place, row in enumerate(run.rows)}
    years = sorted(set(run.axes.years))

    assert table[name].dtype == ("float64" if name == "p50" else "int64")
    for line, account, sign in (
        ("Contributions from donors", "deposits", 1),
        ("Refunds from participating organisations", "refunds", -1),
    ):
        for year in years:
            paths = run.distributions.every_path(rows[Row(account, "fund", "", str(year))])
            level = (percentile if sign > 0 else 100 - percentile) / 100
            expected = sign * int(np.quantile(paths, level, method="inverted_cdf"))
            found = table[(table["year"] == year) & (table["line"] == line) & (table["column"] == "current")][
                name
            ].item()
            assert found == expected


def test_percentiles_rise_and_meet_the_columns_there_are(run, table):
    books = replay(run.scenario, run.seed, run.median_path).books
    low, high = (statement(run, books, percentile) for percentile in (20, 80))

    assert (
        (table["p05"] <= low["p20"])
        & (low["p20"] <= table["p50"])
        & (table["p50"] <= high["p80"])
        & (high["p80"] <= table["p95"])
    ).all()
    assert_frame_equal(low.drop(columns="p20"), table)
    assert_frame_equal(statement(run, books, 5), table)


@pytest.mark.parametrize("percentile", [-1, 101, float("nan")])
def test_what_is_no_percentile_is_refused(run, percentile):
    with pytest.raises(UsageError, match="expected a number from 0 to 100"):
        statement(run, replay(run.scenario, run.seed, 0).books, percentile)


def test_no_percentile_is_read_from_a_histogram(run):
    many = replace(run, distributions=Distributions(len(run.rows), 20_000), paths=20_000)

    with pytest.raises(UsageError, match="expected at most 16,384 paths"):
        statement(many, replay(run.scenario, run.seed, 0).books, 20)


def test_prior_years_and_the_year_are_the_total(table):
    flows = [line for line in table["line"].unique() if "cash" not in line.lower() and "Balance" not in line]
    prior, current, total = (column(table, name)[flows] for name in ("prior", "current", "total"))

    assert (prior + current == total).all(axis=None)
    assert (prior.iloc[1:].to_numpy() == total.iloc[:-1].to_numpy()).all()


def test_a_years_closing_balance_opens_the_next(table):
    current = column(table, "current")

    assert (current["Closing fund cash"].to_numpy()[:-1] == current["Opening fund cash"].to_numpy()[1:]).all()


def test_quantiles_stand_in_order_and_every_cell_is_a_number(table):
    assert not table.isna().any(axis=None)
    assert (table["p05"] <= table["p50"]).all()
    assert (table["p50"] <= table["p95"]).all()


def test_the_median_path_has_the_middle_rank_of_total_transfers(run):
    transfers = run.columns["transfers"]
    median = run.median_path

    below = (transfers < transfers[median]).sum() + (transfers[:median] == transfers[median]).sum()

    assert below + 1 == -(-run.paths // 2)


@pytest.mark.parametrize("path", [0, 1, 63, 64, 129])
def test_replaying_any_path_gives_the_figures_of_the_run(run, path):
    again: Books = replay(run.scenario, run.seed, path).books

    for name, values in path_columns(run.axes, again).items():
        assert values[0] == run.columns[name][path], name


def test_the_mean_of_every_row_is_the_mean_over_replayed_paths():
    scenario = standard_fund()
    scenario = scenario.replace(calendar=Calendar(start="2026-Q1", periods=6))
    run = simulate(scenario, 3, seed=5)

    rows = np.stack(
        [np.concatenate(distribution_values(run.axes, replay(scenario, 5, path).books))[:, 0] for path in range(3)]
    )

    assert (run.distributions.means() == [int(total) / 3 for total in rows.sum(axis=0)]).all()


# ------------------------------------------------------------------------------------------------- a certified history


def with_history() -> Scenario:
    """One year before the calendar: 10.00 came in and 4.00 went to a programme that has spent 1.00 of it."""
    lines = [
        ("opening_balance", 5), ("contributions", 10), ("other_sources", 2), ("agent_fee", "0.10"), ("bank_charges", "0.03"),
        ("closing_balance", "12.87"), ("transfers", 4), ("direct_delivery", 1),
    ]  # fmt: skip
    table = [
        {"year": 2025, "line": line, "amount": amount}
        | ({"programme": "JP"} if line in ("transfers", "direct_delivery") else {})
        for line, amount in lines
    ]
    running = {"approved": "2025-Q1", "started": "2025-Q1", "instalments_paid": 1, "delivered": 1}
    return fund(
        fund={"opening": {"cash": [cash("12.87")], "certified": {"year": 2025, "table": table}}},
        donors=[donor("DEU", ("2026-Q2", 3))],
        programmes=[programme("JP", 4, ready=None, running=running, duration=8)],
    )


def test_prior_columns_start_from_the_certified_history():
    scenario = with_history()
    table = statement(simulate(scenario, 1), replay(scenario, 1, 0).books)
    prior, current, total = (column(table, name).loc[2026] for name in ("prior", "current", "total"))

    assert prior["Contributions from donors"] == 1000
    assert prior["Total: sources of funds"] == 1200
    assert prior["Bank charges"] == 3
    assert prior["Other income"] == 200
    assert current["Other income"] == current["Bank charges"] == 0
    assert prior["Total: uses of funds"] == 400 + 10 + 3
    assert prior["Opening fund cash"] == total["Opening fund cash"] == 500
    assert prior["Closing fund cash"] == current["Opening fund cash"] == 1287
    assert prior["Balance with organisations"] == 300
    assert total["Contributions from donors"] == 1300
    for lines in (prior, current, total):
        assert lines["Opening fund cash"] + lines["Change in fund cash"] == lines["Closing fund cash"]


def test_lines_that_the_model_does_not_play_are_zero_without_a_certified_statement(table):
    names = [line for _, line, shows, _ in LINES if shows in NOT_PLAYED]

    assert len(names) == len(NOT_PLAYED)
    assert (table[table["line"].isin(names)][["mean", "p95", "median_path"]] == 0).all(axis=None)


def test_what_facilities_return_stands_among_the_uses_and_balances():
    first, second = (deal(JUNIOR | {"amount": 3000}, id=id) for id in "AB")
    scenario = blended(first, second, facility={"reflows": "refund", "closes": "2027-Q3"})
    found = simulate(scenario, 3, seed=2)
    table = statement(found, replay(scenario, 2, found.median_path).books)
    lines = column(table, "current")

    assert (lines["Refunds from facilities"] != 0).any()
    assert (lines["Opening fund cash"] + lines["Change in fund cash"] == lines["Closing fund cash"]).all()
    assert (lines["Total: sources of funds"] - lines["Total: uses of funds"] == lines["Change in fund cash"]).all()
