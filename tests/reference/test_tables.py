"""What a run tells of reviews and of instalments that fall due is what the second engine counts on the same path."""

from __future__ import annotations

from functools import cache

import pytest

from mptf_sim.books import GIFT_EVENTS, OBLIGATION_KINDS, REVIEW_PACK
from mptf_sim.engine.run import simulate
from mptf_sim.errors import UsageError
from mptf_sim.runs.run import Run
from tests.reference.chance import chance_of_variates
from tests.reference.generated import generated
from tests.reference.giving import Line
from tests.reference.play import play
from tests.reference.played import Played
from tests.reference.tables import funnel, obligations, review_pack

FUNDS, BATCH = 160, 40

of_each_batch = pytest.mark.parametrize(
    "first",
    [pytest.param(first, marks=pytest.mark.xdist_group(f"tables {first}")) for first in range(0, FUNDS, BATCH)],
)
"""Whoever is given one test of a batch is given all three, and plays its funds once."""


@cache
def played_both_ways(first: int) -> tuple[tuple[int, Run, Played], ...]:
    """Small funds on their first path; those whose amounts are too large for a run are left out."""
    found = []
    for number in range(first, first + BATCH):
        scenario = generated(number)
        try:
            run = simulate(scenario, 1, number)
        except UsageError:
            continue
        found.append((number, run, play(scenario, chance_of_variates(scenario, number, 0))))
    return tuple(found)


@of_each_batch
def test_a_review_sees_what_was_approved_transferred_reported_and_delivered(first: int) -> None:
    approved = 0
    for number, run, played in played_both_ways(first):
        slow = review_pack(played)
        for row, review in enumerate(run.axes.reviews):
            for place, programme in enumerate(run.axes.programmes):
                fast = dict(zip(REVIEW_PACK, run.review_pack[row, place].tolist(), strict=True))
                assert fast == slow.get((review, programme), dict.fromkeys(REVIEW_PACK, 0)), (number, review, programme)
                approved += fast["paths"]
    assert approved > BATCH / 10


@of_each_batch
def test_an_instalment_is_paid_waits_or_is_not_released_in_the_quarter_it_falls_due(first: int) -> None:
    for number, run, played in played_both_ways(first):
        fast = {}
        for line, instalment, t in zip(*run.obligations.any(axis=3).nonzero(), strict=True):
            counts = dict(zip(OBLIGATION_KINDS, run.obligations[line, instalment, t].tolist(), strict=True))
            fast[int(line), int(instalment), int(t)] = counts
        assert fast == obligations(played), number


@of_each_batch
def test_the_funnel_tells_what_becomes_of_each_pledge_quarter_by_quarter(first: int) -> None:
    for number, run, played in played_both_ways(first):
        fast = {}
        for row, t in zip(*run.gifts.any(axis=2).nonzero(), strict=True):
            gift = run.axes.gifts[row]
            line = Line(gift.donor, gift.pledge, gift.kind, gift.earmark)
            fast[line, int(t)] = dict(zip(GIFT_EVENTS, run.gifts[row, t].tolist(), strict=True))
        assert fast == funnel(chance_of_variates(played.fund.scenario, number, 0).giving), number
