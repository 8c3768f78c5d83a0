"""Concentration, equity and liquidity, by hand: two paths, three donors, two plans."""

from __future__ import annotations

import numpy as np
import pytest

import mptf_sim as ms
from mptf_sim.measures.concentration import of_fund
from mptf_sim.measures.kpis import ratio
from tests.report.worlds import world

COLUMNS = {
    name: np.array(values, dtype=np.int64)
    for name, values in {
        "net_funded": [900, 500], "agent_fees": [50, 50], "direct_cost": [50, 50], "closing_cash": [100, 300],
        "deposits": [1000, 400], "deposits:A": [500, 100], "deposits:B": [300, 100], "deposits:C": [200, 200],
        "needs:P": [100, 100], "needs:Q": [300, 300], "delivered:P": [60, 0], "executed:P": [10, 0],
        "delivered:Q": [150, 60], "executed:Q": [0, 0],
    }.items()
}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return {one.name: one for one in of_fund(COLUMNS, ["P", "Q"], quarters=4)}


def values(one):
    return (one.above / one.below).tolist()


def test_cash_lasts_as_many_months_as_mean_use_goes_into_it(found):
    """Uses of 1,000 in twelve months are 83.33 a month: 100 last 1.2 months; 600 are 50: 300 last six."""
    assert values(found["months_of_liquidity"]) == [1.2, 6.0]


def test_the_largest_donor_differs_from_path_to_path(found):
    assert values(found["largest_donor_share"]) == [0.5, 0.5]
    assert found["largest_donor_share"].above.tolist() == [500, 200]  # A, then C


def test_concentration_is_the_sum_of_squared_shares(found):
    assert values(found["donor_concentration"]) == pytest.approx(
        [0.25 + 0.09 + 0.04, 0.0625 + 0.0625 + 0.25], rel=1e-12
    )


def test_plans_that_are_served_alike_are_equal_and_others_not(found):
    """First path: 50 of 100 and 150 of 300, half of each. Second: nothing of 100, 60 of 300: a quarter of need has nothing."""
    assert values(found["inequality_gini"]) == [0.0, 0.25]
    assert values(found["inequality_theil"]) == [0.0, pytest.approx(np.log(2), abs=1e-6)]


def test_the_shortfall_of_a_share_lies_in_its_own_bad_tail():
    """Twenty paths, shares of 5 % to 100 %: the worst 5 % are one path, the highest where high is bad, else the lowest."""
    above, below = np.arange(5, 105, 5), np.full(20, 100)
    assert ratio(above, below, "high")["es95"] == pytest.approx(1.0, rel=1e-12)
    assert ratio(above, below, "low")["es95"] == pytest.approx(0.05, rel=1e-12)


def test_without_plans_or_money_nothing_is_said_of_them():
    none = {name: np.zeros(2, dtype=np.int64) for name in COLUMNS}

    assert list(of_fund(none, ["P", "Q"], 4)) == []


def test_every_run_tells_them_with_their_error():
    table = ms.kpis(ms.simulate(world(periods=12), 80, 3)).set_index("metric")

    for name in found_names():
        assert table.loc[name, "se"] > 0, name
        assert table.loc[name, "p05"] <= table.loc[name, "p95"], name
    assert (table.loc["largest_donor_share", ["mean", "p95"]] <= 1).all()


def found_names():
    return ["months_of_liquidity", "largest_donor_share", "donor_concentration", "inequality_gini", "inequality_theil"]
