"""Runs on the same futures: the paired difference is exact, its error small, and who stops or slips is named."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import mptf_sim as ms
from mptf_sim.analysis.comparison.compare import compare_in_full
from mptf_sim.analysis.comparison.differences import BEYOND, FEW, SAME, UNKNOWN, WITHIN, difference, tornado
from mptf_sim.analysis.comparison.programmes import programme_changes
from mptf_sim.analysis.comparison.surprises import surprises
from mptf_sim.analysis.comparison.timing import timing
from mptf_sim.measures.metrics import Metric
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import agreement, cash, donor, fund, programme
from tests.report.worlds import world

SCENARIOS = Path(__file__).parents[2] / "scenarios"
DATA = Path(__file__).parents[1] / "data" / "counterexamples.json"


def amount(*values: int) -> Metric:
    return Metric("transfers", "fund", "", "2026", "cents", "low", np.array(values, dtype=np.int64))


def share(above: list[int], below: list[int]) -> Metric:
    sides = (np.array(side, dtype=np.int64) for side in (above, below))
    return Metric("coverage", "fund", "", "2026", "share", "low", *sides)


# --------------------------------------------------------------------------------------------------- paired differences


def test_a_paired_difference_by_hand():
    """Differences 1, 2, 3: mean 2, standard deviation 1, error 1 / sqrt(3). Unpaired: of (10, 20, 60), of (11, 22, 63)."""
    before, after, apart, error, low, high, unpaired, higher, lower, verdict = difference(
        amount(10, 20, 60), amount(11, 22, 63)
    )

    assert (before, after, apart) == (30.0, 32.0, 2.0)
    assert error == pytest.approx(1 / np.sqrt(3), rel=1e-12)
    assert (low, high) == pytest.approx((2 - 1.959964 / np.sqrt(3), 2 + 1.959964 / np.sqrt(3)), rel=1e-6)
    deviations = [np.std(values, ddof=1) for values in ((10, 20, 60), (11, 22, 63))]
    assert unpaired == pytest.approx(np.hypot(*deviations) / np.sqrt(3), rel=1e-12)
    assert (higher, lower, verdict) == (1.0, 0.0, FEW)


def test_the_difference_of_a_share_is_that_of_the_ratios_of_sums():
    """(1 + 3) / (2 + 6) = 50 % against (2 + 3) / (4 + 6) = 50 %: nothing between them, though one path differs."""
    before, after, apart, *_, higher, lower, verdict = difference(share([1, 3], [2, 6]), share([2, 3], [4, 6]))

    assert (before, after, apart, higher, lower, verdict) == (0.5, 0.5, 0.0, 0.0, 0.0, FEW)


@pytest.mark.parametrize(
    ("moved", "verdict"), [([0] * 40, SAME), ([1, -1] * 20, WITHIN), ([1, 2] * 20, BEYOND), ([5] * 9 + [0] * 31, FEW)]
)
def test_a_verdict_says_whether_zero_is_outside_the_interval(moved, verdict):
    ground = list(range(100, 140))

    assert difference(amount(*ground), amount(*np.add(ground, moved).tolist()))[-1] == verdict


def test_one_path_has_no_error():
    assert difference(amount(1), amount(2))[-1] == UNKNOWN


@pytest.mark.slow
def test_common_futures_make_the_error_of_an_oda_cut_at_least_three_times_smaller():
    runs = {
        name: ms.simulate(ms.read_scenario(SCENARIOS / f"{name}.yaml"), 2000, 7) for name in ("baseline", "oda_cut")
    }

    row = ms.compare(runs, against="baseline").set_index(["metric", "scope"]).loc[("transfers", "")]

    assert row["unpaired_se"] >= 3 * row["se"] > 0
    assert row["difference"] < 0
    assert row["verdict"] == BEYOND


@pytest.fixture(scope="module")
def pair():
    """A small fund, and the same with a larger first donor and a shorter list of plans."""
    scenario = world(periods=12, plans=3)
    cut = scenario.with_shock(ms.DonorCut(start="2026-Q1", share="40%"))
    return {"before": ms.simulate(scenario, 120, 3), "after": ms.simulate(cut, 120, 3)}


def test_the_difference_of_every_metric_is_that_of_the_key_figures(pair):
    table = ms.compare(pair, against="before").set_index(["metric", "scope_kind", "scope", "period"])
    figures = [
        ms.kpis(pair[name]).set_index(["metric", "scope_kind", "scope", "period"])["mean"]
        for name in ("before", "after")
    ]

    assert set(table.index) == set(figures[0].index)
    for key, row in table.iterrows():
        before, after = (one[key] for one in figures)
        assert (row["mean_against"], row["mean"]) == (before, after), key
        assert row["difference"] == pytest.approx(after - before, rel=1e-9, abs=1e-9 * abs(before) + 1e-12), key


def test_a_run_held_against_itself_is_the_same_on_every_path(pair):
    table = ms.compare({"one": pair["before"], "other": pair["before"]})

    assert (table["verdict"] == SAME).all()
    assert (table["difference"] == 0).all()


def test_the_one_compared_with_may_be_any(pair):
    there, back = (ms.compare(pair, against=name) for name in ("before", "after"))

    assert (there["difference"] == -back["difference"]).all()
    assert set(there["run"]) == {"after"}


def test_the_tornado_puts_the_largest_relative_move_first(pair):
    table = tornado(ms.compare(pair, against="before"))

    assert list(table["rank"]) == list(range(1, len(table) + 1))
    assert (table["relative"].abs().diff().dropna() <= 0).all()
    assert SAME not in set(table["verdict"])


def test_plans_and_programmes_that_one_run_lacks_are_named(pair):
    scenario = pair["before"].scenario
    fewer = scenario.replace(
        plans=scenario.plans[:2],
        needs=[one for one in scenario.needs if one.plan != "P2"],
        finance=[one for one in scenario.finance if one.plan != "P2"],
        programmes=[one for one in scenario.programmes if one.plan != "P2"],
    )
    found = compare_in_full({"whole": pair["before"], "fewer": ms.simulate(fewer, 120, 3)})

    assert found.not_shared[["scope_kind", "scope", "only_in"]].to_numpy().tolist() == [
        ["plan", "P2", "whole"], ["programme", "JP2", "whole"],
    ]  # fmt: skip
    assert "P2" not in set(found.differences["scope"])


@pytest.mark.parametrize(
    ("paths", "seed", "what"), [(121, 3, "expected paths 120"), (120, 4, "expected seed 3, as before has, found 4")]
)
def test_runs_on_other_futures_are_refused(pair, paths, seed, what):
    with pytest.raises(ms.UsageError, match=what):
        ms.compare({"before": pair["before"], "other": ms.simulate(pair["before"].scenario, paths, seed)})


def test_runs_over_other_quarters_are_refused(pair):
    with pytest.raises(
        ms.UsageError, match="expected the calendar of before, 2026-Q1 to 2028-Q4, found 2026-Q1 to 2027-Q4"
    ):
        ms.compare({"before": pair["before"], "short": ms.simulate(world(periods=8, plans=3), 120, 3)})


def test_one_run_is_not_compared_and_an_unknown_one_not_compared_with(pair):
    with pytest.raises(ms.UsageError, match="expected two or more"):
        ms.compare({"before": pair["before"]})
    with pytest.raises(ms.UsageError, match="expected one of before, after, found 'cut'"):
        ms.compare(pair, against="cut")


# ------------------------------------------------------------------------------------------------ programmes, by hand

TWO = agreement({"share": "60%"}, {"share": "40%", "after": 1, "threshold": "0%"})


def changes(there: Scenario, here: Scenario) -> dict[str, tuple[str, str, str]]:
    """What becomes of each programme on one path: event, quarter there, quarter here."""
    table = programme_changes("here", timing(here, 1, 1), "there", timing(there, 1, 1))
    assert (table["chance"] == 1.0).all()
    return {row.programme: (row.event, row.quarter_against, row.quarter) for row in table.itertuples()}


def funded(*gifts: tuple[str, int], opening: int = 0, ready: str = "2026-Q1") -> Scenario:
    """A fund that pays two documents of 10, first come, first served, from gifts alone."""
    return fund(
        fund={"opening": {"cash": [cash(opening)]}} if opening else {},
        donors=[donor("DEU", *gifts)],
        agreements=[TWO],
        programmes=[programme("A", 10), programme("B", 10, ready=ready)],
        governance={"meetings": ["Q1", "Q2", "Q3", "Q4"], "allocation": {"kind": "priority_queue"}},
    )


def test_without_the_gift_that_paid_it_a_programme_is_never_approved():
    there, here = funded(("2026-Q1", 20)), funded(("2026-Q1", 10))

    assert changes(there, here) == {"B": ("never approved", "2026-Q1", "")}


def test_when_its_gift_comes_later_a_programme_slips():
    there, here = funded(("2026-Q1", 20)), funded(("2026-Q1", 10), ("2026-Q3", 10))

    assert changes(there, here) == {"B": ("slips", "2026-Q1", "2026-Q3")}


def test_a_second_instalment_beyond_the_calendar_is_a_stop_at_the_quarter_in_which_it_was_paid():
    there, here = funded(("2026-Q1", 10), ("2026-Q3", 10)), funded(("2026-Q1", 10), ("2026-Q4", 10))

    assert changes(there, here) == {"B": ("stops", "2026-Q4", "")}


def test_approved_and_not_yet_paid_is_not_the_same_as_never_approved():
    there = funded(("2026-Q1", 20))
    late = here = funded(("2026-Q1", 20))
    terms = TWO | {"preparation": 4}
    here = late.replace(agreements=[type(late.agreements[0]).model_validate(terms)])

    assert changes(there, here) == {id: ("never paid", "2026-Q1", "") for id in ("A", "B")}


def test_what_is_gained_is_named_too():
    there, here = funded(("2026-Q1", 10), ("2026-Q3", 10)), funded(("2026-Q1", 20))

    assert changes(there, here) == {"B": ("more or earlier", "2026-Q3", "2026-Q1")}
    assert changes(funded(("2026-Q1", 10)), here) == {"B": ("newly approved", "", "2026-Q1")}


def test_on_every_path_a_programme_is_counted_once_and_all_transfers_are_accounted_for(pair):
    here, there = (timing(run.scenario, 120, 3) for run in (pair["after"], pair["before"]))
    table = programme_changes("after", here, "before", there)

    assert (table.groupby("programme")["chance"].sum() <= 1.0).all()
    moved = here.transfers.sum() - there.transfers.sum()
    assert table["transfers_difference_mean_cents"].sum() == pytest.approx(moved / 120, rel=1e-9)
    assert here.transfers.sum(axis=0).tolist() == pair["after"].columns["transfers"][:120].tolist()


# ------------------------------------------------------------------------------------------------------------ surprises

FOUND = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    "kept", [one for one in FOUND if one["failed"]], ids=lambda one: f"{one['rule']} {one['line']}"
)
def test_a_comparison_tells_of_every_line_that_fails_between_its_scenarios(kept):
    before, after = (timing(Scenario.model_validate(kept[which]), 1, 0) for which in ("before", "after"))

    found = surprises("after", after, "before", before)

    assert kept["line"] in set(found["line"])
    assert (found["chance"] == 1.0).all()


def test_a_scenario_is_no_surprise_beside_itself(pair):
    same = timing(pair["before"].scenario, 120, 3)

    assert surprises("one", same, "other", same).empty
