"""The same plan with and without blending, on the same futures."""

from __future__ import annotations

import pytest

from mptf_sim.analysis.comparison.blending import with_and_without
from mptf_sim.engine.run import simulate
from mptf_sim.errors import UsageError
from mptf_sim.report.blending_figure import WORDS
from mptf_sim.report.blending_figure import with_and_without as drawn
from tests.by_hand.blended import GUARANTEE, JUNIOR, SENIOR, blended, deal
from tests.by_hand.small import cash, fund, of_plan, plan_with

DOCUMENT = of_plan("fill", 5000, duration=1)


def pair(paths: int = 64):
    """5000 dollars given to a plan that needs 10 000, or put into a facility that lends with a bank."""
    given = fund(
        calendar={"start": "2026-Q1", "periods": 10},
        fund={"opening": {"cash": [cash(5000)]}},
        agreements=[{"id": "terms", "preparation": 0, "instalments": [{"share": "100%"}], "extension": 0}],
        programmes=[DOCUMENT],
        **plan_with((2026, 10_000)),
    )
    mixed = blended(deal(JUNIOR, SENIOR, support=[GUARANTEE]), facility={"closes": "2028-Q1"})
    return simulate(given, paths, seed=3), simulate(mixed, paths, seed=3)


def test_coverage_cost_and_risk_stand_in_one_table_with_their_errors():
    # Given: half of the need is delivered, at a cost of 500 000 cents. Mixed: 300 000 of 1 000 000 are invested; nobody
    # defaults, and the facility returns its 500 000 and 2750 of premiums in 2028-Q2 (see the schedule worked by hand).
    table = with_and_without(*pair(), "KEN-plan").set_index("metric")
    assert table.loc["coverage", ["without", "with_blending", "difference", "se"]].tolist() == pytest.approx(
        [0.5, 0.3, -0.2, 0.0]
    )
    assert table.loc["cost_to_the_fund", ["without", "with_blending", "difference", "se"]].tolist() == [
        500_000,
        -2750,
        -502_750,
        0,
    ]
    assert table.loc["private_mobilised", ["without", "with_blending"]].tolist() == [0, 200_000]
    assert table.loc["loan_losses", "difference"] == 0
    assert set(table["about"]) == {"coverage", "cost", "risk"}
    assert (table["low"] <= table["difference"]).all()
    assert (table["difference"] <= table["high"]).all()


def test_runs_of_other_futures_and_unknown_plans_are_refused():
    without, mixed = pair(8)
    with pytest.raises(UsageError, match="do not share their futures"):
        with_and_without(without, pair(16)[1], "KEN-plan")
    with pytest.raises(UsageError, match="expected one of KEN-plan, found KEN"):
        with_and_without(without, mixed, "KEN")


def test_the_figure_shows_every_row_of_the_table():
    table = with_and_without(*pair(8), "KEN-plan")
    figure = drawn(table)
    words = {label.get_text() for axes in figure.axes for label in axes.get_yticklabels()}
    assert words == {WORDS[name] for name in table["metric"]} == set(WORDS.values())
