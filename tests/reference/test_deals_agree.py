"""The two engines on funds with facilities and deals: every flow by deal, layer and facility, to the cent."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from mptf_sim.engine.replay import replay
from mptf_sim.quantities import Quarter
from mptf_sim.scenario.scenario import Scenario
from tests.reference import compare
from tests.reference.chance import chance_of_variates
from tests.reference.compare import Difference, differences_of_giving, differences_of_plans, differences_of_postings
from tests.reference.generated import scenario_file
from tests.reference.generated_deals import blended
from tests.reference.pen import Pen
from tests.reference.play import play

SAME_AS = {
    "private_draws": "drawn", "public_draws": "drawn", "facility_draws": "drawn", "lenders_interest": "interest_paid",
    "facility_interest": "interest_paid", "lenders_principal": "principal_paid", "facility_principal": "principal_paid",
    "lenders_restored": "restored", "facility_restored": "restored", "loan_losses": "lost", "recoveries": "recovered",
    "guarantee_reimbursed": "recovered_by_guarantor", "outside_reimbursed": "recovered_by_guarantor",
    "guarantee_premiums": "premium_paid", "outside_premiums": "premium_paid", "guarantee_calls": "calls_paid",
    "outside_calls": "calls_paid", "calls_made": "calls_made", "results_payments": "results_paid",
    "technical_assistance": "assistance_paid", "facility_fees": "facility_fees", "facility_grants": "facility_receipts",
    "deal_finance": "deal_finance", "deal_delivery": "deal_delivery", "debt_reduced": "debt_reduced",
    "debt_deferred": "debt_deferred", "interest_buy_downs": "bought_down", "matching_grants": "drawn",
    "facility_refunds": "facility_refunds",
}  # fmt: skip
"""What the fast engine calls what the second one tells."""


def differences(scenario: Scenario, seed: int, path: int) -> tuple[list[Difference], set[str]]:
    replayed, chance = replay(scenario, seed, path), chance_of_variates(scenario, seed, path)
    played = play(scenario, chance)
    filled = {one.id: one.programme for one in scenario.facilities}
    fast: dict[tuple[int, str, str], int] = defaultdict(int)
    for posting in replayed.postings:
        if (event := SAME_AS.get(posting.event)) is not None:
            who = posting.who
            if posting.event == "interest_buy_downs":
                who = who.split(" ")[0]
            elif posting.event == "matching_grants":
                who = f"{who} match"
            elif posting.event == "facility_refunds":
                who = filled[who]
            period = Quarter.read(posting.period).ordinal - scenario.calendar.start.ordinal
            fast[period, event, who] += posting.cents
    told = set(SAME_AS.values())
    slow = {key: cents for key, cents in played.flows.items() if cents and key[1] in told}
    found = [
        Difference(*key, fast.get(key, 0), slow.get(key, 0))
        for key in fast.keys() | slow.keys()
        if fast.get(key, 0) != slow.get(key, 0)
    ]
    found += differences_of_giving(scenario, replayed, chance.giving)
    found += differences_of_postings(scenario, replayed, played)
    found += compare.differences_of_parts(scenario, replayed, played)
    found += compare.differences_of_accounts(replayed, played)
    found += differences_of_plans(scenario, replayed, played)
    found += compare.differences_of_entities(replayed, played)
    return sorted(found, key=lambda one: one[:3]), {one.event for one in replayed.postings}


FUNDS, BATCH = 300, 20


@pytest.mark.parametrize("first", range(0, FUNDS, BATCH))
def test_both_engines_agree_on_facilities_and_deals(first: int) -> None:
    for number in range(first, first + BATCH):
        scenario = Scenario.model_validate(blended(Pen(number).beside("deals"), scenario_file(number)))
        found, _ = differences(scenario, number, number)
        assert found == [], f"fund {number}: {found[:5]}"


def test_the_funds_compared_do_everything_that_deals_can_do() -> None:
    seen: Counter[str] = Counter()
    for number in range(FUNDS):
        scenario = Scenario.model_validate(blended(Pen(number).beside("deals"), scenario_file(number)))
        seen.update({one.event for one in replay(scenario, number, number).postings})
    assert set(SAME_AS) - set(seen) == set()
