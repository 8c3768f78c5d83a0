"""What an approval promises: under full_cash no approved instalment waits for cash, as long as nobody else takes it.

Claims on a set of earmarks never exceed its money when an award is made, and money only leaves by what was promised.
Two things may still take it: claims of programmes that ran before the calendar on money that was never there, and
direct cost of later years, which nobody ring-fenced when the last award was made. Without them, nothing ever waits.
"""

from __future__ import annotations

from collections import defaultdict

from hypothesis import event as label
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.engine.replay import replay
from mptf_sim.scenario.scenario import Scenario
from tests.engine.retold import Retold, Standing
from tests.reference.generated import scenario_file
from tests.strategies import File, scenario_files, seeds

Classes = frozenset[int]


FULL_CASH = {"kind": "full_cash"}


def claims(standing: Standing, classes: Classes) -> int:
    return standing.payable_only_from(classes, standing.claims)


def promises_are_covered(path: Retold) -> bool:
    """Whether claims that stood at the opening had their money, and no direct cost was paid from money promised since.

    Ring-fenced for a set is the direct cost of the twelve months after the last award that it bounds, and what was
    owed then.
    """
    opening = path.opening()
    if any(claims(opening, classes) > opening.money_of(classes) for classes in path.sets):
        return False
    terms, quarters = path.scenario.fund.direct_cost, path.scenario.calendar.quarters
    ring_fenced: dict[Classes, int] = defaultdict(int)
    for t, posting, standing in path.walk():
        if posting.event == "approvals":
            ahead = [(quarters[t].quarter - 1 + later) % 4 + 1 for later in range(1, 5)]
            for classes in path.sets:
                if path.eligible[posting.who] <= classes:
                    kept = ahead.count(terms.quarter) * terms.per_year + standing.direct_cost_owed
                    ring_fenced[classes] = kept
        if posting.event == "direct_cost":
            for classes in path.sets:
                ring_fenced[classes] -= posting.cents
                promised = claims(standing, classes) - standing.payable_only_from(classes, standing.paid)
                if ring_fenced[classes] < 0 and promised > 0:
                    return False
                ring_fenced[classes] = max(ring_fenced[classes], 0)
    return True


def waiting(path: Retold) -> list[str]:
    return [f"{one.who} in {one.period}" for one in path.postings if one.event == "waiting_for_cash"]


@given(file=scenario_files(), seed=seeds, number=st.integers(0, 3_000))
def test_under_full_cash_no_approved_instalment_ever_waits_for_cash(file: File, seed: int, number: int) -> None:
    file["fund"]["funding_policy"] = FULL_CASH
    scenario = Scenario.model_validate(file)
    path = Retold(scenario, replay(scenario, seed, number))
    covered = promises_are_covered(path)
    label(f"covered: {covered}, pays: {sum(path.amounts('transfers')) > 0}")

    assert not covered or waiting(path) == []


def test_under_full_cash_nothing_waits_in_hundreds_of_funds_that_pay() -> None:
    paying = exempt = 0
    for number in range(320):
        file = scenario_file(number)
        file["fund"]["funding_policy"] = FULL_CASH
        scenario = Scenario.model_validate(file)
        path = Retold(scenario, replay(scenario, number, number))
        if promises_are_covered(path):
            paying += sum(path.amounts("transfers")) > 0
            assert waiting(path) == [], f"generated fund {number} on full cash"
        else:
            exempt += 1
    assert paying > 80, "of funds that pay"
    assert exempt > 0, "of funds whose promises are not covered"
