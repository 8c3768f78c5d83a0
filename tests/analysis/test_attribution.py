"""What changed between two scenarios, in words and in order, and the steps add up to the whole difference."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

import mptf_sim as ms
from mptf_sim.analysis.comparison.attribution import attribution, steps_between
from mptf_sim.analysis.comparison.changes import MOST_STEPS, changes
from mptf_sim.analysis.comparison.compare import compare_in_full
from mptf_sim.analysis.comparison.subjects import of_run
from mptf_sim.fund.funding_policy import FullCash
from mptf_sim.scenario.scenario import Scenario
from tests.report.worlds import world

BEFORE = world(periods=12)


def altered(**parts) -> Scenario:
    return BEFORE.replace(**parts)


def richer(scenario: Scenario) -> Scenario:
    """A cut, another policy, another gift: three changes."""
    donors = [one.model_dump(mode="json") for one in scenario.donors]
    donors[0]["outlook"]["gift"] = "3000000"
    changed = scenario.replace(donors=donors, fund=scenario.fund.model_copy(update={"funding_policy": FullCash()}))
    return changed.with_shock(ms.DonorCut(start="2027-Q1", share="20%"))


def test_every_change_is_named_in_the_order_of_the_file():
    words = [one.words for one in changes(BEFORE, richer(BEFORE))]

    assert words == [
        "fund funding_policy: left at its default, was (kind signed, share 50%)",
        "donors D0 outlook.gift: 3,000,000, was 1,000,000",
        "shocks: added (kind donor_cut, start 2027-Q1, share 20%)",
    ]


def test_words_and_sources_change_nothing():
    renamed = altered(name="Another name", description="in other words", expect=())

    assert changes(BEFORE, renamed) == []
    assert changes(BEFORE, BEFORE) == []


def test_the_steps_of_every_amount_add_up_exactly():
    base, other = (of_run(name, ms.simulate(one, 90, 5)) for name, one in (("a", BEFORE), ("b", richer(BEFORE))))

    table = attribution(base, other)

    assert table["step"].nunique() == 3
    summed = table.groupby("metric")["difference_over_paths"].sum(min_count=1).dropna()
    for metric, total in summed.items():
        whole = int((other.columns[metric] - base.columns[metric]).sum())
        assert total == whole, metric
    assert "transfers" in summed.index
    assert summed["transfers"] != 0


def test_the_steps_of_a_share_lead_from_one_run_to_the_other():
    found = compare_in_full({"a": ms.simulate(BEFORE, 90, 5), "b": ms.simulate(richer(BEFORE), 90, 5)}, attribute=True)
    rows = found.attribution[found.attribution["metric"] == "coverage"]
    whole = found.differences.set_index(["metric", "scope"]).loc[("coverage", "")]

    assert rows["before"].iloc[0] == whole["mean_against"]
    assert rows["after"].iloc[-1] == whole["mean"]
    assert (rows["before"].to_numpy()[1:] == rows["after"].to_numpy()[:-1]).all()


def test_changes_that_make_sense_only_together_are_one_step():
    """A plan that goes takes all that names it along; one that comes may come before them, one by one."""
    wider = world(periods=12, plans=3)

    away, back = (list(steps_between(*pair)) for pair in ((wider, BEFORE), (BEFORE, wider)))

    assert len(changes(wider, BEFORE)) == len(changes(BEFORE, wider)) == 6  # plan, needs, three sources, document
    assert len(away) == 1
    assert [step.words.partition(":")[0] for step in back] == [
        "plans P2", "needs P2", "finance F2-indicative", "finance F2-requested", "finance F2-secured", "programmes JP2",
    ]  # fmt: skip


def test_the_last_step_is_the_second_scenario():
    steps = list(steps_between(BEFORE, richer(BEFORE)))

    assert steps[-1].scenario.digest == richer(BEFORE).digest


def test_many_changes_are_gathered_by_part_of_the_file():
    many = world(periods=12, plans=MOST_STEPS + 4)

    found = changes(BEFORE, many)

    assert [one.part for one in found] == ["plans", "needs", "finance", "programmes"]
    assert list(steps_between(BEFORE, many))[-1].scenario.digest == many.digest


def test_attribution_needs_two_scenarios():
    runs = {name: ms.simulate(BEFORE, 2, 5) for name in "abc"}

    with pytest.raises(ms.UsageError, match="expected two scenarios, since changes lead from one to another, found 3"):
        compare_in_full(runs, attribute=True)


def test_progress_is_told_of_the_runs_and_of_every_change_that_is_played():
    told: list[list[object]] = []

    @contextmanager
    def bar(total: int, unit: str):
        told.append([total, unit, 0])

        def step(done: int) -> None:
            told[-1][2] += done

        yield step

    runs = {"a": ms.simulate(BEFORE, 90, 5), "b": ms.simulate(richer(BEFORE), 90, 5)}
    found = compare_in_full(runs, attribute=True, bar=bar)

    steps = found.attribution["step"].max()
    assert steps > 1
    assert told == [[(steps - 1) * 90, "paths of changes", (steps - 1) * 90]]
