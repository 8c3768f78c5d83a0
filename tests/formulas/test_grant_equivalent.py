"""What a soft loan counts for as aid, and who may count the private money it brings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.concessionality import grant_element
from mptf_sim.formulas.grant_equivalent import oda_grant_equivalent, soft_loan_grant_equivalent
from mptf_sim.formulas.mobilisation import mobilised_guarantee

MONEY = st.floats(0.0, 1e9)


@pytest.mark.parametrize(
    ("group", "discount", "threshold"),
    [("LDC", 0.09, 45.0), ("LIC", 0.09, 45.0), ("LMIC", 0.07, 15.0), ("UMIC", 0.06, 10.0)],
)
@given(rate=st.floats(-0.01, 0.12), face=MONEY)
def test_a_loan_is_official_development_assistance_from_its_groups_threshold_on(group, discount, threshold, rate, face):
    element, qualifies, equivalent = oda_grant_equivalent(face, group, 20, 5.5, 2, rate)

    assert element == grant_element(20, 5.5, 2, rate, discount)
    assert qualifies == (element >= threshold)
    assert equivalent == pytest.approx(face * element / 100 if element >= threshold else 0.0)


@pytest.mark.parametrize(("group", "discount", "threshold"), [("LIC", 0.09, 45.0), ("UMIC", 0.06, 10.0)])
def test_a_hair_above_the_threshold_counts_and_a_hair_below_does_not(group, discount, threshold):
    free, at_one = grant_element(20, 5.5, 2, [0.0, 1.0], discount)
    rate = (free - threshold) / (free - at_one)  # the grant element falls with the rate in a straight line

    assert oda_grant_equivalent(100, group, 20, 5.5, 2, rate - 1e-9)[1] == 1.0
    assert oda_grant_equivalent(100, group, 20, 5.5, 2, rate + 1e-9)[1:].tolist() == [0.0, 0.0]


def test_a_loan_below_the_threshold_counts_for_nothing():
    element, qualifies, equivalent = oda_grant_equivalent(100.0, "LDC", 10, 2.5, 2, 0.025)

    assert 0 < element < 45
    assert (qualifies, equivalent) == (0.0, 0.0)


def test_by_hand_the_commissions_example_without_grace():
    by_year = soft_loan_grant_equivalent(500_000, 0.02, 0.08, 10, 0, "by_year")

    published = [9259, 7716, 6351, 5145, 4083, 3151, 2334, 1621, 1000, 463]
    assert np.rint(by_year).tolist() == published
    assert soft_loan_grant_equivalent(500_000, 0.02, 0.08, 10, 0) == pytest.approx(41_123, abs=1.0)


def test_by_hand_grace_keeps_the_whole_balance_for_the_years_it_lasts_and_one_more():
    # 800 over 4 years, 2 of grace: 800, 800, 800, 400; 1 point; reference 0.
    by_year = soft_loan_grant_equivalent(800, 0.01, 0.0, 4, 2, "by_year")

    assert by_year == pytest.approx([8.0, 8.0, 8.0, 4.0])


@given(MONEY, st.floats(0.0, 0.1), st.floats(-0.02, 0.3), st.integers(1, 40), st.data())
def test_the_years_of_a_soft_loan_add_up_and_none_is_worth_more_than_the_undiscounted_subsidy(
    principal, subsidy, reference, years, data
):
    grace = data.draw(st.integers(0, years - 1))

    by_year = soft_loan_grant_equivalent(principal, subsidy, reference, years, grace, "by_year")

    assert by_year.shape == (years,)
    assert soft_loan_grant_equivalent(principal, subsidy, reference, years, grace) == pytest.approx(by_year.sum())
    undiscounted = by_year * (1 + reference) ** np.arange(1, years + 1)
    assert (undiscounted <= principal * subsidy * (1 + 1e-12)).all()
    assert undiscounted[-1] == pytest.approx(principal * subsidy / (years - grace))


@given(st.floats(1e-4, 0.05), st.floats(0.0, 0.3), st.integers(1, 30), st.data())
def test_a_soft_loan_is_the_grant_element_of_a_loan_at_the_subsidised_rate(subsidy, reference, years, data):
    grace = data.draw(st.integers(0, years - 1))  # in which nothing is repaid: the DAC's grace is a year longer

    element = grant_element(years, grace + 1, 1, reference - subsidy, reference)

    assert soft_loan_grant_equivalent(100.0, subsidy, reference, years, grace) == pytest.approx(element, abs=1e-9)


def test_a_soft_loan_that_is_never_repaid_is_refused():
    with pytest.raises(ArgumentError, match="grace_years: expected less than the life of the loan, 4 years, found 4"):
        soft_loan_grant_equivalent(800, 0.01, 0.0, 4, 4)


@given(MONEY, st.lists(st.floats(0.0, 1e9), min_size=1, max_size=6).filter(any))
def test_the_whole_face_is_mobilised_whatever_part_is_covered_and_shared_pro_rata(face, guaranteed):
    shares = mobilised_guarantee(face, guaranteed)

    assert shares.sum() == pytest.approx(face)
    assert shares * sum(guaranteed) == pytest.approx(face * np.array(guaranteed), rel=1e-9, abs=1e-6)


def test_by_hand_three_guarantors():
    assert mobilised_guarantee(12.0, [3, 2, 1]).tolist() == [6.0, 4.0, 2.0]


def test_a_loan_that_nobody_guarantees_is_mobilised_by_nobody():
    with pytest.raises(ArgumentError, match="guaranteed: expected at least one guarantor"):
        mobilised_guarantee(12.0, [0, 0])
