"""Numbers in words."""

import math

import pytest

from mptf_sim.report.printed import millions, share_cell, to_the_cent
from mptf_sim.report.wording import chance, count, money, money_with_error, share, share_with_error, shortened


def plain(text: str) -> str:
    """With ordinary spaces."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "USD 0"),
        (-1, "USD 0"),
        (12_345, "USD 123"),
        (4_916_123, "USD 49,200"),
        (9_980_000, "USD 99,800"),
        (9_999_999, "USD 0.10 M"),
        (78_000_000, "USD 0.78 M"),
        (1_240_000_000, "USD 12.4 M"),
        (-1_240_000_000, "USD -12.4 M"),
        (99_996_000_000, "USD 1,000 M"),
        (123_456_700_000, "USD 1,235 M"),
        (math.nan, "unknown"),
    ],
)
def test_money_is_said_in_three_digits_and_never_in_powers_of_ten(cents, words):
    assert plain(money(cents)) == words


def test_an_amount_shows_as_many_decimals_as_its_error_allows():
    assert plain(money_with_error(6_625_087_345, 23_814_000)) == "USD 66.25 ± 0.48 M"
    assert plain(money_with_error(6_625_087_345, 63_000_000)) == "USD 66.3 ± 1.3 M"
    assert plain(money_with_error(6_625_087_345, 630_000_000)) == "USD 66 ± 13 M"


def test_an_amount_that_is_the_same_on_every_path_or_known_from_one_path_shows_no_error():
    assert plain(money_with_error(900_000_000, 0.0)) == "USD 9.00 M"
    assert plain(money_with_error(900_000_000, math.nan)) == "USD 9.00 M"


def test_an_error_too_small_for_the_unit_is_said_in_whole_currency():
    assert plain(money_with_error(900_000_000, 100_000)) == "USD 9.00 M ± 2,000"


def test_shares_are_said_in_per_cent():
    assert plain(share(0.18)) == "18 %"
    assert plain(share(0.0461)) == "4.6 %"
    assert plain(share(0.0)) == "0 %"
    assert plain(share(0.0001)) == "less than 0.1 %"
    assert plain(share_cell(0.0001)) == "<0.1 %"
    assert plain(share_with_error(0.182, 0.0004)) == "18.2 ± 0.1 %"


def test_what_never_or_always_happens_still_has_a_chance_by_the_rule_of_three():
    assert plain(chance(0.0, 0.0, 1_000)) == "none of 1,000 paths (a chance below 0.3 %)"
    assert plain(chance(1.0, 0.0, 1_000)) == "all 1,000 paths (a chance above 99.7 %)"
    assert plain(chance(0.035, 0.006, 1_000)) == "3.5 ± 1.2 % of paths"
    assert plain(chance(1.0, 0.0, 1)) == "1 of 1 path"


def test_counts_and_names_stay_short():
    assert (count(9.84), count(117.6), count(3.0)) == ("9.8", "118", "3")
    assert shortened("x" * 50) == "x" * 33 + "…"


def test_printed_amounts_have_no_negative_zero_and_lose_no_cent():
    assert (millions(-0.0), millions(-1), millions(123_456_789)) == ("0.00", "0.00", "1.23")
    assert (to_the_cent(-5), to_the_cent(123_456_789), to_the_cent(0)) == ("-0.05", "1,234,567.89", "0.00")


def test_a_chance_is_never_said_to_be_below_nothing_or_above_everything():
    assert plain(chance(0.0, 0.0, 10_000)) == "none of 10,000 paths (a chance below 0.03 %)"
    assert plain(chance(1.0, 0.0, 10_000)) == "all 10,000 paths (a chance above 99.97 %)"
    assert plain(chance(1.0, 0.0, 1_000_000)).endswith("above 99.9997 %)")
