"""Every instalment that was due and not paid says what it waited for, and how many cents were missing."""

from __future__ import annotations

from hypothesis import given

from mptf_sim.engine.replay import replay
from mptf_sim.scenario.scenario import Scenario
from tests.strategies import scenarios, seeds


@given(scenario=scenarios(), seed=seeds)
def test_each_unpaid_instalment_has_one_reason_with_its_amount_and_what_was_missing(
    scenario: Scenario, seed: int
) -> None:
    retold = replay(scenario, seed, 3)
    unpaid = sorted(
        (one.period, one.who, one.event, one.cents)
        for one in retold.postings
        if one.event in ("waiting_for_cash", "not_released")
    )
    reasons = [one for one in retold.reasons if one.event in ("waiting_for_cash", "not_released") and one.wanted]

    assert sorted((one.period, one.programme, one.event, one.wanted) for one in reasons) == unpaid
    assert all(one.short > 0 for one in reasons)


@given(scenario=scenarios(), seed=seeds)
def test_no_instalment_that_waits_lacks_more_than_itself(scenario: Scenario, seed: int) -> None:
    for one in replay(scenario, seed, 3).reasons:
        if one.event == "waiting_for_cash":
            assert one.short <= one.wanted, "payments stay within the bounds, so what is left is never negative"
