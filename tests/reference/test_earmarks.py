"""The second engine's own ground: assignments of claims to money say what bounds over sets say."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import chain, combinations

import pytest

from tests.reference.earmarks import UNEARMARKED, BackingOfClasses, BackingOfSets, Classes
from tests.reference.programme import direct, indirect
from tests.reference.rounding import by_largest_remainder, by_running_total, rounded

NAMES = ("A", "B", "C")


def random_fund(number: int) -> tuple[dict[str, int], dict[Classes, int], Classes]:
    """Money by class, claims by eligible classes (some negative: money that came back), and a programme's classes."""
    dice = random.Random(number)
    groups = [
        frozenset({UNEARMARKED, *chosen})
        for chosen in chain.from_iterable(combinations(NAMES, count) for count in range(4))
    ]
    money = {name: dice.randint(0, 6) for name in (UNEARMARKED, *NAMES)}
    claims = {group: dice.randint(-2, 5) for group in groups if dice.random() < 0.5}
    return money, claims, dice.choice(groups)


@pytest.mark.parametrize("first", range(0, 3000, 1000))
def test_the_room_found_by_assigning_claims_is_the_smallest_room_over_the_sets(first: int) -> None:
    for number in range(first, first + 1000):
        money, claims, eligible = random_fund(number)
        by_assignment = BackingOfClasses(money)
        by_sets = BackingOfSets(money, dict.fromkeys(money, 0), Fraction(0))
        assert by_assignment.room(eligible, claims) == by_sets.room(eligible, claims), number
        assert (by_assignment.overflow(eligible, claims) is None) == (by_sets.overflow(eligible, claims) is None)


def test_an_overflow_names_classes_that_hold_less_than_is_claimed_from_them_alone() -> None:
    overflows = 0
    for number in range(1000):
        money, claims, eligible = random_fund(number)
        classes = BackingOfClasses(money).overflow(eligible, claims)
        if classes is not None:
            overflows += 1
            assert eligible <= classes
            assert sum(money[name] for name in classes) < sum(claims[group] for group in claims if group <= classes)
    assert overflows > 100


def test_halves_go_to_the_even_cent() -> None:
    halves = [Fraction(2 * n + 1, 2) for n in range(-3, 4)]
    assert [rounded(half) for half in halves] == [-2, -2, 0, 0, 2, 2, 4]


def test_parts_add_up_to_the_whole() -> None:
    assert by_running_total(10, [1, 1, 1]) == [3, 4, 3]  # 3.33 -> 3; 6.67 -> 7; 10
    assert by_largest_remainder(10, [1, 1, 1]) == [4, 3, 3]
    assert by_largest_remainder(5, [0, 0]) == [0, 0]


@pytest.mark.parametrize("rate", [Fraction(7, 100), Fraction(0), Fraction(1), Fraction(11, 400)])
def test_no_more_direct_cost_fits_into_an_amount(rate: Fraction) -> None:
    for money in (*range(300), 10**13):
        carried = direct(money, rate)
        assert carried + indirect(carried, rate) <= money < carried + 1 + indirect(carried + 1, rate)
