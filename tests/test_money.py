"""Whole cents: rounded once, shared out without losing one."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.money import apportion, apportion_whole, cents
from mptf_sim.quantities import ContractRate

AMOUNTS = st.one_of(st.integers(0, 200), st.integers(0, 10**13))
WEIGHTS = st.lists(st.one_of(st.integers(0, 3), st.integers(0, 10**11)), min_size=1, max_size=8)


@given(AMOUNTS, WEIGHTS)
def test_shares_of_an_amount_add_up_to_it_and_stand_within_a_cent_of_their_quota(total, weights):
    parts = apportion(np.array([float(total)]), np.array(weights, dtype=np.float64)[:, None])[:, 0]

    if sum(weights) == 0:
        assert (parts == 0).all()
        return
    assert parts.sum() == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1 + Fraction(1, 100)


@given(WEIGHTS, st.data())
def test_no_share_is_above_its_weight_if_the_total_is_not_above_the_weights(weights, data):
    total = data.draw(st.integers(0, sum(weights)))

    parts = apportion(np.array([float(total)]), np.array(weights, dtype=np.float64)[:, None])[:, 0]

    assert (parts >= 0).all()
    assert (parts <= weights).all()


@given(AMOUNTS, WEIGHTS)
def test_largest_remainder_adds_up_and_no_part_is_a_whole_cent_off(total, weights):
    parts = apportion_whole(total, weights)

    assert sum(parts) == total
    if sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - Fraction(total * weight, sum(weights))) < 1


def test_ten_cents_in_three_equal_parts_are_four_three_three():
    assert apportion_whole(10, [1, 1, 1]) == [4, 3, 3]


@given(st.integers(0, 9 * 10**13 // 100), st.integers(0, 100))
def test_a_contract_rate_of_whole_per_cents_is_exact_half_to_even(amount, percent):
    rate = ContractRate(percent, 100)

    exact = round(Fraction(amount * percent, 100))

    assert rate.of(np.array([float(amount)]))[0] == exact
    assert rate.of_cents(amount) == exact


def test_a_naive_float_product_would_be_a_cent_off_where_the_contract_rate_is_not():
    amount = next(n for n in range(50, 10**6, 100) if round(n * 0.07) != round(Fraction(7 * n, 100)))

    assert ContractRate(7, 100).of(np.array([float(amount)]))[0] == round(Fraction(7 * amount, 100))


def test_cents_are_rounded_half_to_even_and_never_a_negative_zero():
    rounded = cents(np.array([0.5, 1.5, 2.5, -0.2]))

    assert rounded.tolist() == [0.0, 2.0, 2.0, 0.0]
    assert not np.signbit(rounded).any()
