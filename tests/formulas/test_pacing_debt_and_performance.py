"""Funds that call and pay back, thresholds of debt, ratings of countries and shares by them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.debt import LIC_DSF, lic_dsf_thresholds
from mptf_sim.formulas.pacing import takahashi_alexander
from mptf_sim.formulas.performance import adf_cpa, ida_cpr, pba_shares

FUNDS = {
    "commitment": st.floats(0.0, 1e9),
    "rc": st.lists(st.floats(0.0, 1.0), min_size=1, max_size=15),
    "life": st.integers(1, 20),
    "growth": st.floats(-0.9, 0.5),
    "yld": st.floats(0.0, 1.0),
    "bow": st.floats(0.0, 5.0),
}
RATINGS = st.floats(1.0, 6.0)


@given(**FUNDS)
def test_a_fund_is_worth_what_it_was_grown_less_paid_out_and_called(**fund):
    calls, distributions, nav = (takahashi_alexander(**fund, output=one) for one in ("calls", "distributions", "nav"))

    assert calls.shape == distributions.shape == nav.shape == (fund["life"],)
    uncalled, before = fund["commitment"], 0.0
    for age in range(fund["life"]):
        rate = fund["rc"][min(age, len(fund["rc"]) - 1)]
        assert calls[age] == pytest.approx(rate * uncalled)
        grown = before * (1 + fund["growth"])
        paid = max(fund["yld"], ((age + 1) / fund["life"]) ** fund["bow"])
        assert distributions[age] == pytest.approx(paid * grown)
        assert nav[age] == pytest.approx(grown - distributions[age] + calls[age])
        uncalled, before = uncalled - calls[age], nav[age]
    assert calls.sum() <= fund["commitment"] * (1 + 1e-12)


@given(**FUNDS)
def test_nothing_is_paid_out_in_the_first_year_and_all_of_old_in_the_last(**fund):
    distributions, nav, calls = (takahashi_alexander(**fund, output=one) for one in ("distributions", "nav", "calls"))

    assert distributions[0] == 0.0
    assert nav[-1] == pytest.approx(calls[-1])


def test_without_growth_what_was_called_comes_back_or_is_still_there():
    fund = {"commitment": 100.0, "rc": [0.25, 0.5], "life": 8, "growth": 0.0, "yld": 0.1, "bow": 2.0}
    calls, distributions, nav = (takahashi_alexander(**fund, output=one) for one in ("calls", "distributions", "nav"))

    assert distributions.sum() + nav[-1] == pytest.approx(calls.sum())


def test_by_hand_three_years():
    # Calls 50, 25, 12.5. Year 2: 50 grows to 55, (2/3)^1 of it paid: 36.667; 18.333 + 25. Year 3: all of 47.667.
    fund = {"commitment": 100, "rc": [0.5], "life": 3, "growth": 0.1, "yld": 0.0, "bow": 1.0}

    assert takahashi_alexander(**fund).tolist() == [50.0, 25.0, 12.5]
    assert takahashi_alexander(**fund, output="distributions") == pytest.approx([0, 55 * 2 / 3, (55 / 3 + 25) * 1.1])
    assert takahashi_alexander(**fund, output="nav") == pytest.approx([50, 55 / 3 + 25, 12.5])


def test_the_yield_is_a_floor_of_what_is_paid_out():
    fund = {"commitment": 100, "rc": [1.0], "life": 10, "growth": 0.0, "bow": 3.0, "output": "distributions"}

    assert takahashi_alexander(**fund, yld=0.2)[1] == pytest.approx(20.0)  # (2/10)^3 is less
    assert takahashi_alexander(**fund, yld=0.0)[1] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"rc": []}, "rc: expected a list of at least one number"),
        ({"rc": [0.5, 1.1]}, r"rc: expected a number from 0 to 1, found 1.1 \(item 2\)"),
        ({"rc": [[0.5]]}, "rc: expected a plain list"),
        ({"life": 0}, "life: expected a whole number from 1"),
        ({"life": 2.5}, "life: expected a whole number from 1"),
        ({"commitment": -1}, "commitment: expected a number of at least 0"),
        ({"growth": -1.1}, "growth: expected a number of at least -1"),
        ({"yld": 1.1}, "yld: expected a number from 0 to 1"),
        ({"bow": -1}, "bow: expected a number of at least 0"),
        ({"output": "call"}, "output: expected one of calls, distributions, nav, found 'call': did you mean 'calls'?"),
    ],
)
def test_funds_that_are_none_are_refused(wrong, told):
    fund = {"commitment": 100, "rc": [0.5], "life": 3, "growth": 0.1, "yld": 0.0, "bow": 1.0}
    with pytest.raises(ArgumentError, match=f"^{told}"):
        takahashi_alexander(**fund | wrong)


def test_thresholds_rise_with_the_capacity_to_carry_debt():
    weak, medium, strong = (lic_dsf_thresholds(capacity) for capacity in LIC_DSF)

    assert (weak < medium).all()
    assert (medium < strong).all()
    assert strong.tolist() == [50, 240, 21, 23, 70]


@given(RATINGS, RATINGS, RATINGS, RATINGS)
def test_ratings_are_weighted_means(policies, governance, infrastructure, portfolio):
    assert ida_cpr(policies, governance, portfolio) == pytest.approx(
        (6 * policies + 17 * governance + 2 * portfolio) / 25
    )
    assert adf_cpa(policies, governance, infrastructure, portfolio) == pytest.approx(
        (10 * policies + 29 * governance + 3 * infrastructure + 8 * portfolio) / 50
    )
    assert ida_cpr(policies, policies, policies) == pytest.approx(policies)
    assert adf_cpa(policies, policies, policies, policies) == pytest.approx(policies)


@pytest.mark.parametrize("wrong", [0.9, 6.1, 35])
def test_a_rating_outside_one_to_six_is_refused(wrong):
    with pytest.raises(ArgumentError, match="cpia_d: expected a number from 1 to 6"):
        ida_cpr(3, wrong, 3)
    with pytest.raises(ArgumentError, match="cpia_e: expected a number from 1 to 6"):
        adf_cpa(3, 3, wrong, 3)


COUNTRIES = st.integers(1, 6).flatmap(
    lambda count: st.tuples(
        *(
            st.lists(st.floats(*bounds), min_size=count, max_size=count)
            for bounds in ((1.0, 6.0), (1e4, 1e9), (100.0, 5000.0))
        )
    )
)


@given(COUNTRIES, st.floats(-5, 5), st.floats(-2, 2), st.floats(-1, 2))
def test_shares_are_merit_over_all_merit(countries, a, b, p):
    cpr, pop, gnipc = map(np.array, countries)
    merit = cpr**a * pop**p * gnipc**b

    assert pba_shares(cpr, pop, gnipc, a, b, p) == pytest.approx(merit / merit.sum(), rel=1e-9)


def test_by_hand_a_country_rated_twice_as_high_with_half_the_people():
    # 4^2 x 5 : 2^2 x 10 = 80 : 40
    assert pba_shares([4, 2], [5, 10], [500, 500], 2, -0.125, 1) == pytest.approx([2 / 3, 1 / 3])


def test_exponents_that_would_overflow_leave_shares():
    assert pba_shares([4, 2], [5, 5], [500, 500], 5000, 0, 0) == pytest.approx([1.0, 0.0])


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"gnipc": [0, 1]}, r"gnipc: expected a number above 0, found 0 \(item 1\)"),
        ({"pop": [1]}, r"pop: expected as many items as cpr has \(2\), found 1"),
        ({"cpr": []}, "cpr: expected a list of at least one number"),
        ({"a": "2"}, "a: expected a number, found '2'"),
    ],
)
def test_countries_that_are_none_are_refused(wrong, told):
    given_ = {"cpr": [3, 4], "pop": [1, 2], "gnipc": [500, 600], "a": 3, "b": -0.125, "p": 1}
    with pytest.raises(ArgumentError, match=told):
        pba_shares(**given_ | wrong)
