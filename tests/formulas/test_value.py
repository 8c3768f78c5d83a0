"""Present values and rates of return, against an independent implementation and roots that are known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
import pyxirr
from hypothesis import assume, given
from hypothesis import strategies as st

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.roots import crossing
from mptf_sim.formulas.value import (
    discount_factors,
    irr,
    irr_of_paths,
    irr_roots,
    level_payment,
    mirr,
    npv,
    xirr,
    xirr_roots,
)

AMOUNTS = st.one_of(st.integers(-1000, 1000).map(float), st.sampled_from([0.0, 1.0, -1.0]))
FLOWS = st.lists(AMOUNTS, min_size=2, max_size=12)
RATES = st.floats(-0.6, 2.0)


def both_signs(flows):
    return any(flow > 0 for flow in flows) and any(flow < 0 for flow in flows)


@given(RATES, FLOWS)
def test_present_value_is_that_of_another_implementation(rate, flows):
    assert npv(rate, flows) == pytest.approx(pyxirr.npv(rate, flows), rel=1e-9, abs=1e-6)


@given(st.lists(st.floats(-0.4, 1.5), min_size=1, max_size=5))
def test_every_root_of_flows_made_from_known_roots_is_found(rates):
    rates = np.sort(rates)
    assume((np.diff(rates) > 0.02).all())
    flows = np.array([1.0])
    for rate in rates:  # a factor (1 - (1 + rate) v) of the present value
        flows = np.convolve(flows, [1.0, -(1.0 + rate)])

    assert irr_roots(flows) == pytest.approx(rates, abs=1e-7)
    assert irr(flows) == pytest.approx(rates[np.argmin(np.abs(rates))], abs=1e-7)


@given(FLOWS.filter(both_signs))
def test_every_positive_root_of_the_polynomial_is_a_rate_and_there_are_no_others(flows):
    roots = np.roots(flows[::-1])  # of the present value as a polynomial in v = 1 / (1 + rate)
    scale = np.abs(roots[:, None] - roots[None, :]) + np.eye(len(roots))
    assume((scale > 1e-3).all())  # near a double root the eigenvalues tell little
    real = roots[(np.abs(roots.imag) < 1e-9) & (roots.real > 1e-9)].real

    assert irr_roots(flows) == pytest.approx(np.sort(1.0 / real - 1.0), rel=1e-6, abs=1e-6)


@given(st.lists(st.floats(1.0, 1e6), min_size=1, max_size=40), st.floats(1.0, 1e7))
def test_a_loan_out_and_repayments_back_have_one_rate_that_of_another_implementation(repaid, lent):
    flows = [-lent, *repaid]

    found = irr_roots(flows)

    assert len(found) == 1
    assert npv(found[0], flows) == pytest.approx(0.0, abs=1e-9 * sum(map(abs, flows)) * max(1.0, 1.0 + found[0]) ** -1)
    theirs = pyxirr.irr(flows)
    if theirs is not None:  # it gives up at times
        assert found[0] == pytest.approx(theirs, rel=1e-6, abs=1e-9)


def test_two_rates_are_both_told_and_the_one_nearest_zero_is_the_answer():
    # -1 + 2.3 v - 1.32 v^2 = -(1 - 1.1 v)(1 - 1.2 v)
    assert irr_roots([-1, 2.3, -1.32]) == pytest.approx([0.1, 0.2])
    assert irr([-1, 2.3, -1.32]) == pytest.approx(0.1)


def test_a_root_where_the_value_only_touches_zero_is_found_once():
    assert irr_roots([-1, 2.2, -1.21]) == pytest.approx([0.1], abs=1e-7)  # -(1 - 1.1 v)^2


def test_a_threefold_root_is_found():
    found = irr_roots([-1, 3.3, -3.63, 1.331])  # -(1 - 1.1 v)^3

    assert found == pytest.approx([0.1] * len(found), abs=1e-4)
    assert irr([-1, 3.3, -3.63, 1.331]) == pytest.approx(0.1, abs=1e-4)


@pytest.mark.parametrize("flows", [[1, 2], [-1, -2], [0, 0], [5], [0, 0, -3]])
def test_flows_of_one_sign_have_no_rate_and_that_is_said(flows):
    for rate in (irr, irr_roots):
        with pytest.raises(ArgumentError, match=r"cf: expected flows paid \(negative\) and received \(positive\)"):
            rate(flows)


def test_flows_of_both_signs_that_no_rate_balances_are_said_so():
    assert len(irr_roots([1, -1, 1])) == 0
    with pytest.raises(ArgumentError, match="cf: expected flows that some rate makes worth nothing"):
        irr([1, -1, 1])


def test_money_back_as_it_was_has_the_rate_zero():
    assert irr([-100, 100]) == 0.0
    assert irr([0, -100, 0, 0, 100, 0]) == pytest.approx(0.0, abs=1e-15)


def test_very_high_and_very_low_rates_are_rates():
    assert irr([-1, 1e9]) == pytest.approx(1e9 - 1)
    assert irr([-1e9, 1]) == pytest.approx(1e-9 - 1)
    assert irr([-1e-12, 0, 1e12]) == pytest.approx(1e12, rel=1e-9)


def test_thirty_years_of_months_that_change_sign_each_time_are_mastered():
    flows = np.tile([-1.0, 1.001], 180) * np.linspace(1.0, 3.0, 360)

    for rate in irr_roots(flows):
        assert npv(rate, flows) == pytest.approx(0.0, abs=1e-8)


@given(st.lists(FLOWS.map(lambda flows: (flows + [0.0] * 12)[:12]), min_size=1, max_size=8))
def test_each_path_has_the_rate_it_has_alone(paths):
    flows = np.array(paths).T

    found = irr_of_paths(flows)

    for path, rate in zip(paths, found, strict=True):
        try:
            alone = irr(path)
        except ArgumentError:
            assert np.isnan(rate)
        else:
            assert rate == pytest.approx(alone, rel=1e-9, abs=1e-11)


def test_rates_of_paths_want_paths():
    with pytest.raises(ArgumentError, match="cf: expected flows by period and path"):
        irr_of_paths([-1, 2])


@given(FLOWS.filter(both_signs), st.floats(-0.5, 1.0), st.floats(-0.5, 1.0))
def test_the_modified_rate_is_that_of_another_implementation(flows, finance, reinvest):
    assert mirr(flows, finance, reinvest) == pytest.approx(pyxirr.mirr(flows, finance, reinvest), rel=1e-9, abs=1e-9)


def test_by_hand_the_modified_rate():
    # 100 paid now, 60 after one and 60 after two years, reinvested at 10 %: 126 after two years.
    assert mirr([-100, 60, 60], 0.5, 0.1) == pytest.approx(1.26**0.5 - 1)


DATED = st.lists(st.tuples(st.integers(0, 8000), AMOUNTS), min_size=2, max_size=10).map(
    lambda flows: [[(date(2020, 2, 29) + timedelta(days=days)).isoformat(), amount] for days, amount in flows]
)


@given(DATED)
def test_a_dated_rate_makes_the_flows_worth_nothing_by_the_day(flows):
    try:
        roots = xirr_roots(flows)
    except ArgumentError:
        return
    first = min(day for day, _ in flows)
    for rate in roots[roots > -0.99]:  # nearer to -1 a float64 holds too few digits of 1 + rate
        years = [(date.fromisoformat(day) - date.fromisoformat(first)).days / 365 for day, _ in flows]
        with np.errstate(over="ignore", under="ignore"):
            parts = np.array([amount for _, amount in flows]) * discount_factors(rate, years)
        if np.isfinite(parts).all():
            assert parts.sum() == pytest.approx(0.0, abs=1e-6 * np.abs(parts).sum())


def test_a_dated_rate_is_that_of_another_implementation():
    flows = [["2020-01-01", -1000], ["2021-03-15", 400], ["2022-12-31", 500], ["2023-06-30", 300]]

    theirs = pyxirr.xirr([date.fromisoformat(day) for day, _ in flows], [amount for _, amount in flows])

    assert xirr(flows) == pytest.approx(theirs, abs=1e-10)


def test_by_hand_a_year_is_365_days_even_if_it_has_366():
    assert xirr([["2024-01-01", -100], ["2024-12-31", 110]]) == pytest.approx(0.1)
    assert xirr([["2024-01-01", -100], ["2025-01-01", 110]]) == pytest.approx(1.1 ** (365 / 366) - 1)


@given(DATED, st.randoms(use_true_random=False))
def test_dates_may_stand_in_any_order(flows, random):
    shuffled = random.sample(flows, len(flows))
    try:
        ordered = xirr_roots(sorted(flows))
    except ArgumentError as refused:
        with pytest.raises(ArgumentError, match=refused.argument):
            xirr_roots(shuffled)
        return

    assert xirr_roots(shuffled).tolist() == pytest.approx(ordered.tolist(), rel=1e-9)


def test_flows_on_one_day_are_one_flow():
    split = [["2026-01-01", -60], ["2027-01-01", 110], ["2026-01-01", -40]]

    assert xirr(split) == pytest.approx(0.1)
    assert xirr([[date(2026, 1, 1), -100], [date(2027, 1, 1), 110]]) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("flows", "told"),
    [
        ([["2026-01-01", -1], ["2026-01-01", 2]], "flows: expected flows on at least two days, found all on one day"),
        ([["2026-01-01", -1], ["2026-02-30", 2]], r"flows \(item 2\): expected an ISO date"),
        ([["2026-01-01", -1], [20260230, 2]], r"flows \(item 2\): expected an ISO date"),
        ([["2026-01-01", -1], ["2027-01-01"]], r"flows \(item 2\): expected \[ISO date, amount\]"),
        ([["2026-01-01", -1], ["2027-01-01", "2"]], r"flows \(item 2\): expected a number"),
        ([["2026-01-01", 1], ["2027-01-01", 2]], "flows: expected flows paid"),
    ],
)
def test_dated_flows_that_make_no_sense_are_refused(flows, told):
    with pytest.raises(ArgumentError, match=told):
        xirr(flows)


def test_a_rate_too_high_to_hold_is_none():
    with pytest.raises(ArgumentError, match="flows: expected flows that some rate makes worth nothing"):
        xirr([["2026-01-01", -1], ["2026-01-02", 1e6]])  # (1 + rate)^(1/365) = 1e6


@given(st.floats(-0.5, 1.0), st.integers(1, 400), st.floats(-1e6, 1e6))
def test_level_payments_repay_the_loan(rate, n, pv):
    payment = level_payment(rate, n, pv)

    flows = np.concatenate([[pv], np.full(n, payment)])
    size = np.abs(flows * discount_factors(rate, np.arange(n + 1))).sum()
    assert npv(rate, flows) == pytest.approx(0.0, abs=1e-11 * size + 1e-9)


@pytest.mark.parametrize("rate", [0.0, 1e-14, 1e-10, -1e-10])
def test_level_payments_at_hardly_any_rate_are_equal_parts(rate):
    assert level_payment(rate, 12, 1200) == pytest.approx(-100.0, rel=1e-8)


@given(st.floats(0.0001, 0.5), st.integers(1, 400), st.floats(1.0, 1e6))
def test_level_payments_are_those_of_another_implementation(rate, n, pv):
    assert level_payment(rate, n, pv) == pytest.approx(pyxirr.pmt(rate, n, pv), rel=1e-9)


@given(st.lists(st.floats(-3.0, 3.0), min_size=1, max_size=5))
def test_a_crossing_is_found_to_the_last_bits(places):
    at = np.array(places)

    found = crossing(lambda x: np.expm1(x - at) ** 3, np.full_like(at, -50.0), np.full_like(at, 50.0))

    assert found == pytest.approx(at, abs=1e-5)  # flat: the cube is zero to the last bit nearby
    found = crossing(lambda x: np.expm1(x - at), np.full_like(at, -50.0), np.full_like(at, 50.0))
    assert found == pytest.approx(at, rel=1e-14, abs=1e-14)
