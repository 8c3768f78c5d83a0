"""Sharing what is not enough: one level for all, and the two rules of old for debts that cannot be paid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.sharing import constrained_equal_losses, talmud_rule, water_fill

MONEY = st.one_of(st.integers(0, 20), st.floats(0.0, 1e6))


@st.composite
def claims(draw):
    """Demands, weights, floors and a capacity between the floors and beyond the demands, ties and zeros among them."""
    count = draw(st.integers(1, 7))
    demands = np.array(draw(st.lists(MONEY, min_size=count, max_size=count)), dtype=float)
    weights = np.array(draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.0, 3.0, 1e-3]), min_size=count, max_size=count)))
    weights[0] = weights[0] or 1.0
    floors = demands * draw(st.lists(st.sampled_from([0.0, 0.0, 0.5, 1.0]), min_size=count, max_size=count))
    capacity = floors.sum() + draw(st.floats(0.0, 1.3)) * (demands - floors).sum()
    return capacity, demands, weights, floors


@given(claims())
def test_one_level_lies_behind_all_shares_and_uses_what_there_is(case):
    capacity, demands, weights, floors = case

    shares = water_fill(capacity, demands, weights, floors)

    size = 1e-9 * (1.0 + demands.sum())
    assert (floors <= shares).all()
    assert (shares <= demands).all()
    most = np.where(weights > 0, demands, floors).sum()
    assert shares.sum() == pytest.approx(min(capacity, most), abs=size)
    raised = np.flatnonzero((weights > 0) & (shares > floors + size))  # they stand at the level or at their demand
    free = np.flatnonzero((weights > 0) & (shares < demands - size))  # they stand at the level or at their floor
    for high in raised:
        for low in free:
            assert shares[high] / weights[high] <= shares[low] / weights[low] * (1 + 1e-9) + size / weights.min(
                initial=1.0, where=weights > 0
            )


@given(claims())
def test_the_level_is_the_one_that_bisection_finds(case):
    capacity, demands, weights, floors = case
    low, high = 0.0, 1e12
    for _ in range(200):
        level = (low + high) / 2
        low, high = (level, high) if np.clip(level * weights, floors, demands).sum() < capacity else (low, level)

    expected = np.clip(low * weights, floors, demands)
    assert water_fill(capacity, demands, weights, floors) == pytest.approx(expected, abs=1e-9 * (1 + demands.sum()))


def test_by_hand_weights_and_floors():
    # Level 1: 1, 2, and the third at its floor of 4: together 7.
    assert water_fill(7, [9, 9, 9], [1, 2, 3], [0, 0, 4]).tolist() == [1.0, 2.0, 4.0]
    # Level 2: 2, 4, 6.
    assert water_fill(12, [9, 9, 9], [1, 2, 3], [0, 0, 4]).tolist() == [2.0, 4.0, 6.0]


def test_absent_weights_are_one_and_absent_floors_zero():
    assert water_fill(5, [2, 9], None, None).tolist() == water_fill(5, [2, 9], [1, 1], [0, 0]).tolist() == [2.0, 3.0]


def test_more_than_is_asked_for_is_given_to_nobody():
    assert water_fill(100, [2, 3]).tolist() == [2.0, 3.0]
    assert water_fill(0, [2, 3]).tolist() == [0.0, 0.0]
    assert water_fill(5, [0, 0]).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"capacity": 2}, "capacity: expected at least the sum of floors, 3, found 2"),
        ({"capacity": -1}, "capacity: expected a number of at least 0"),
        ({"floors": [1, 6]}, r"floors: expected at most the demand, 5 \(item 2\), found 6"),
        ({"weights": [0, 0]}, "weights: expected some weight above 0"),
        ({"weights": [1, -1]}, "weights: expected a number of at least 0"),
        ({"weights": [1]}, r"weights: expected as many items as demands has \(2\), found 1"),
        ({"floors": [1, 2, 3]}, r"floors: expected as many items as demands has \(2\), found 3"),
        ({"demands": [1, -5]}, r"demands: expected a number of at least 0, found -5 \(item 2\)"),
    ],
)
def test_what_cannot_be_shared_is_refused(wrong, told):
    with pytest.raises(ArgumentError, match=told):
        water_fill(**{"capacity": 6, "demands": [4, 5], "floors": [1, 2]} | wrong)


@st.composite
def bankruptcies(draw):
    owed = draw(st.lists(MONEY, min_size=1, max_size=7))
    return draw(st.floats(0.0, 1.0)) * sum(owed), np.array(owed, dtype=float)


@pytest.mark.parametrize("rule", [talmud_rule, constrained_equal_losses])
@given(bankruptcies())
def test_awards_use_up_the_estate_and_stand_between_nothing_and_the_claim(rule, case):
    estate, owed = case

    awards = rule(estate, owed)

    size = 1e-9 * (1 + owed.sum())
    assert awards.sum() == pytest.approx(estate, abs=size)
    assert (awards >= -size).all()
    assert (awards <= owed + size).all()


@given(bankruptcies())
def test_any_two_creditors_divide_what_they_get_as_the_contested_garment(case):
    # Each concedes what is beyond its own claim; the contested rest is halved (Aumann and Maschler's consistency).
    estate, owed = case
    awards = talmud_rule(estate, owed)

    for one in range(len(owed)):
        for other in range(one):
            both = awards[one] + awards[other]
            conceded = max(both - owed[other], 0.0), max(both - owed[one], 0.0)
            expected = conceded[0] + (both - sum(conceded)) / 2
            assert awards[one] == pytest.approx(expected, abs=1e-8 * (1 + owed.sum()))


@given(bankruptcies())
def test_the_talmud_shares_losses_as_it_shares_gains(case):
    estate, owed = case

    losses = owed - talmud_rule(owed.sum() - estate, owed)

    assert talmud_rule(estate, owed) == pytest.approx(losses, abs=1e-9 * (1 + owed.sum()))


@given(bankruptcies())
def test_equal_losses_are_equal_but_for_those_who_lose_all(case):
    estate, owed = case
    losses = owed - constrained_equal_losses(estate, owed)

    size = 1e-9 * (1 + owed.sum())
    highest = losses.max()
    for loss, claim in zip(losses, owed, strict=True):
        assert loss == pytest.approx(min(highest, claim), abs=size)


@pytest.mark.parametrize(
    ("estate", "awards"), [(100, [100 / 3] * 3), (200, [50, 75, 75]), (300, [50, 100, 150]), (600, [100, 200, 300])]
)
def test_by_hand_the_marriage_contracts(estate, awards):
    assert talmud_rule(estate, [100, 200, 300]) == pytest.approx(awards)


@pytest.mark.parametrize("rule", [talmud_rule, constrained_equal_losses])
def test_an_estate_that_is_enough_pays_every_claim_in_full(rule):
    assert rule(700, [100, 200, 300]).tolist() == [100.0, 200.0, 300.0]
    assert rule(0, [0.0, 0.0]).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("rule", [talmud_rule, constrained_equal_losses])
@pytest.mark.parametrize(
    ("estate", "owed", "told"), [(-1, [1], "estate: "), (1, [-1], "claims: "), (1, [], "claims: ")]
)
def test_estates_and_claims_that_are_none_are_refused(rule, estate, owed, told):
    with pytest.raises(ArgumentError, match=f"^{told}expected"):
        rule(estate, owed)
