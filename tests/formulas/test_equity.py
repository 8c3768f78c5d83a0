"""Inequality: against all pairs of people, and at its ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.equity import gini, theil_l, theil_t

AMOUNTS = st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any)
POSITIVE = st.lists(st.integers(1, 1000), min_size=1, max_size=12)


@given(AMOUNTS, st.data())
def test_gini_is_half_the_mean_difference_between_people_over_the_mean(x, data):
    w = data.draw(st.lists(st.integers(0, 5), min_size=len(x), max_size=len(x)).filter(lambda w: np.dot(x, w) > 0))
    people = np.repeat(np.array(x, dtype=float), w)
    differences = np.abs(people[:, None] - people[None, :]).mean()

    expected = differences / 2 / people.mean()
    assert gini(x, w) == pytest.approx(expected, abs=1e-12)
    assert gini(people) == pytest.approx(expected, abs=1e-12)


@given(POSITIVE)
def test_theil_indices_are_their_sums(x):
    relative = np.array(x) / np.mean(x)

    assert theil_t(x) == pytest.approx(np.mean(relative * np.log(relative)), abs=1e-12)
    assert theil_l(x) == pytest.approx(np.mean(-np.log(relative)), abs=1e-12)


@pytest.mark.parametrize("index", [gini, theil_t, theil_l])
@given(POSITIVE, st.floats(0.01, 1e6), st.randoms(use_true_random=False))
def test_neither_the_unit_nor_the_order_nor_a_second_such_country_matters(index, x, unit, random):
    expected = pytest.approx(index(x), abs=1e-9)

    assert index(np.array(x) * unit) == expected
    assert index(random.sample(x, len(x))) == expected
    assert index(x + x) == expected


@pytest.mark.parametrize("index", [gini, theil_t, theil_l])
def test_equal_shares_are_no_inequality(index):
    assert index([7.0] * 5) == pytest.approx(0.0, abs=1e-15)
    assert index([7.0]) == pytest.approx(0.0, abs=1e-15)


def test_one_who_has_all_is_as_unequal_as_it_gets():
    assert gini([0, 0, 0, 5]) == pytest.approx(3 / 4)
    assert theil_t([0, 0, 0, 5]) == pytest.approx(np.log(4))


@pytest.mark.parametrize("index", [gini, theil_t, theil_l])
@given(st.lists(st.integers(1, 100), min_size=2, max_size=8), st.data())
def test_a_gift_from_a_richer_to_a_poorer_never_raises_inequality(index, x, data):
    poor, rich = np.argmin(x), np.argmax(x)
    gift = data.draw(st.floats(0.0, (x[rich] - x[poor]) / 2))
    after = np.array(x, dtype=float)
    after[poor] += gift
    after[rich] -= gift

    assert index(after) <= index(x) + 1e-12


@pytest.mark.parametrize(
    ("index", "arguments", "told"),
    [
        (gini, ([0, 0],), "x: expected someone who has more than 0"),
        (gini, ([1, -1],), r"x: expected a number of at least 0, found -1 \(item 2\)"),
        (gini, ([1, 2], [1]), r"w: expected as many items as x has \(2\), found 1"),
        (gini, ([1, 2], [0, 0]), "w: expected some weight above 0"),
        (gini, ([0, 2], [1, 0]), "x: expected someone with a weight who has more than 0"),
        (theil_t, ([0.0],), "x: expected someone who has more than 0"),
        (theil_l, ([1, 0],), r"x: expected a number above 0, found 0 \(item 2\)"),
    ],
)
def test_what_has_no_inequality_is_refused(index, arguments, told):
    with pytest.raises(ArgumentError, match=told):
        index(*arguments)
