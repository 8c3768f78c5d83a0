"""Whole cents: rounding half to even, and splitting without losing one. Integers and fractions, but for one float."""

from collections.abc import Sequence
from fractions import Fraction


def rounded(amount: Fraction) -> int:
    """The nearest whole cent; a half goes to the even one."""
    below = amount.numerator // amount.denominator
    rest = amount - below
    half = Fraction(1, 2)
    return below + (rest > half or (rest == half and below % 2 == 1))


def by_running_total(amount: int, weights: Sequence[int]) -> list[int]:
    """Split in proportion: each part is the difference of two rounded running totals.

    The share of each running total is a factor, a float64: its product with the amount is rounded once.
    """
    total = sum(weights)
    parts, weight_so_far, given = [], 0, 0
    for weight in weights:
        weight_so_far += weight
        running = round(amount * (weight_so_far / total)) if total else 0
        parts.append(running - given)
        given = running
    return parts


def in_proportion(amount: int, weights: Sequence[int]) -> list[int]:
    """The same, but no part is more than its own weight."""
    return [min(part, weight) for part, weight in zip(by_running_total(amount, weights), weights, strict=True)]


def by_largest_remainder(amount: int, weights: Sequence[int]) -> list[int]:
    """Split in proportion: everyone gets whole cents of the quota; what is left goes to the largest remainders."""
    total = sum(weights)
    if not total:
        return [0 for _ in weights]
    parts = [amount * weight // total for weight in weights]
    remainders = [amount * weight % total for weight in weights]
    in_turn = sorted(range(len(parts)), key=lambda place: (-remainders[place], place))
    for place in in_turn[: amount - sum(parts)]:
        parts[place] += 1
    return parts
