"""The grant element of a loan, by its payments one by one, by formula, and at the edges of its terms."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.concessionality import (
    PROFILES,
    closed_form_grant_element,
    grant_element,
    grant_element_schedule,
    grant_element_stepped,
)

RATES = st.one_of(st.sampled_from([0.0, 0.0075, 0.02, 1e-9, 1e-6, -0.005]), st.floats(-0.05, 0.3))
FREQUENCIES = st.sampled_from([1, 2, 4, 12])


@st.composite
def terms(draw):
    """Freq, maturity and grace: whole periods, first repayment anywhere up to maturity."""
    freq = draw(FREQUENCIES)
    count = draw(st.integers(1, 60))
    return {"freq": freq, "maturity": count / freq, "grace": draw(st.integers(1, count)) / freq}


def told_by_payments(maturity, grace, freq, rate, discount, profile, rate_repay=None):
    """The same, as a lender's clerk would, in exact fractions: a balance, and a payment at the end of each period."""
    count, first = round(maturity * freq), round(grace * freq)
    rate, rate_repay = Fraction(rate), None if rate_repay is None else Fraction(rate_repay)
    balance, interest_due, paid = Fraction(1), Fraction(0), []
    for period in range(1, count + 1):
        repaying = period >= first
        yearly = rate if rate_repay is None or not repaying else rate_repay
        interest = balance * yearly / freq
        left = count - period + 1
        if profile == "equal_principal":
            principal = Fraction(1, count - first + 1) if repaying else Fraction(0)
        elif profile == "annuity":
            i = yearly / freq
            level = balance / left if i == 0 else balance * i / (1 - (1 + i) ** -left)
            principal = level - interest if repaying else Fraction(0)
        else:
            principal = balance if period == count else Fraction(0)
        if profile == "bullet_simple":
            interest_due, interest = interest_due + interest, Fraction(0)
            interest += interest_due if period == count else 0
        elif profile == "bullet_compound":
            balance, interest = balance + interest, Fraction(0)
            principal = balance if period == count else Fraction(0)
        paid.append((period / freq, float(principal + interest)))
        balance -= principal
    assert balance == 0
    return 100.0 * (1.0 - sum(amount / (1.0 + discount) ** years for years, amount in paid))


@pytest.mark.parametrize("profile", PROFILES)
@given(terms=terms(), rate=RATES, discount=RATES, rate_repay=st.none() | RATES)
def test_the_grant_element_is_what_payments_one_by_one_do_not_pay_back(profile, terms, rate, discount, rate_repay):
    found = grant_element(**terms, rate=rate, discount=discount, profile=profile, rate_repay=rate_repay)

    by_payments = told_by_payments(**terms, rate=rate, discount=discount, profile=profile, rate_repay=rate_repay)
    assert found == pytest.approx(by_payments, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("profile", ["equal_principal", "annuity", "bullet", "bullet_compound"])
@given(terms=terms(), rate=RATES)
def test_a_loan_at_the_discount_rate_has_no_grant_element(profile, terms, rate):
    effective = (1.0 + rate / terms["freq"]) ** terms["freq"] - 1.0

    assert grant_element(**terms, rate=rate, discount=effective, profile=profile) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("profile", ["equal_principal", "annuity", "bullet"])
@given(terms=terms(), rate=RATES, discount=RATES)
def test_the_formula_agrees_with_the_payments(profile, terms, rate, discount):
    by_formula = closed_form_grant_element(**terms, rate=rate, discount=discount, profile=profile)

    assert by_formula == pytest.approx(
        grant_element(**terms, rate=rate, discount=discount, profile=profile), rel=1e-6, abs=1e-6
    )


@pytest.mark.parametrize("profile", ["equal_principal", "annuity", "bullet"])
def test_the_formula_takes_many_loans_at_once_each_with_its_own_terms(profile):
    maturity, grace = np.array([10.0, 20.0, 40.0]), np.array([2.5, 5.0, 10.5])
    freq, rate, discount = np.array([2, 4, 2]), np.array([0.0, 0.02, 0.0075]), np.array([0.05, 0.0, 0.09])

    together = closed_form_grant_element(maturity, grace, freq, rate, discount, profile)

    for loan, found in enumerate(together):
        alone = grant_element(maturity[loan], grace[loan], int(freq[loan]), rate[loan], discount[loan], profile)
        assert found == pytest.approx(alone, abs=1e-9)


@given(terms=terms(), rate=RATES, discount=RATES)
def test_with_one_repayment_at_maturity_all_profiles_that_pay_interest_are_a_bullet(terms, rate, discount):
    late = terms | {"grace": terms["maturity"]}

    found = [grant_element(**late, rate=rate, discount=discount, profile=one) for one in PROFILES[:3]]

    assert found == [pytest.approx(found[0], abs=1e-10)] * 3


@pytest.mark.parametrize("profile", PROFILES)
def test_free_money_that_nobody_discounts_has_no_grant_element(profile):
    assert grant_element(10, 2.5, 2, 0.0, 0.0, profile) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_same_rate_after_grace_changes_nothing(profile):
    plain = grant_element(32, 8.5, 2, 0.01, 0.05, profile)

    assert grant_element(32, 8.5, 2, 0.01, 0.05, profile, rate_repay=0.01) == plain
    assert grant_element(32, 8.5, 2, 0.01, 0.05, profile, rate_repay=None) == plain


def test_a_rate_after_grace_begins_with_the_period_that_ends_in_the_first_repayment():
    # Two years, repaid 1/2 after each; 10 % before repayment begins would be paid in no period: grace is one period.
    # Payments: 0.5 + 0.20, then 0.5 + 0.10; nothing discounted: 1 - 1.3.
    assert grant_element(2, 1, 1, 0.10, 0.0, rate_repay=0.20) == pytest.approx(-30.0)
    # Three years, grace two: 0.10, then 0.5 + 0.20, then 0.5 + 0.10: 1 - 1.4.
    assert grant_element(3, 2, 1, 0.10, 0.0, rate_repay=0.20) == pytest.approx(-40.0)


def test_by_hand_two_years_half_and_half():
    # 0.5 + 0.04 after a year, 0.5 + 0.02 after two, at 10 %: 0.54/1.1 + 0.52/1.21 = 0.4909091 + 0.4297521.
    assert grant_element(2, 1, 1, 0.04, 0.10) == pytest.approx(100 * (1 - 0.54 / 1.1 - 0.52 / 1.21))


def test_by_hand_a_bullet_with_simple_and_with_compound_interest():
    # Two years at 10 %, half-yearly: simple 1 + 4 x 0.05 = 1.2, compound 1.05^4 = 1.21550625, at 21 %: / 1.4641.
    assert grant_element(2, 2, 2, 0.10, 0.21, "bullet_simple") == pytest.approx(100 * (1 - 1.2 / 1.4641))
    assert grant_element(2, 2, 2, 0.10, 0.21, "bullet_compound") == pytest.approx(100 * (1 - 1.21550625 / 1.4641))


@pytest.mark.parametrize("profile", ["bullet", "bullet_simple", "bullet_compound"])
@given(terms=terms(), rate=RATES, discount=RATES)
def test_a_bullet_does_not_ask_for_its_grace(profile, terms, rate, discount):
    found = {
        grant_element(**terms | {"grace": grace}, rate=rate, discount=discount, profile=profile)
        for grace in (0, terms["grace"], terms["maturity"])
    }

    assert len(found) == 1


@given(terms=terms(), rate=RATES, discount=RATES)
def test_a_schedule_of_equal_parts_is_a_loan_of_equal_principal(terms, rate, discount):
    count = round((terms["maturity"] - terms["grace"]) * terms["freq"]) + 1

    found = grant_element_schedule([7.0] * count, terms["grace"], terms["freq"], rate, discount)

    assert found == pytest.approx(grant_element(**terms, rate=rate, discount=discount), abs=1e-9)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=20).filter(any), FREQUENCIES, RATES, RATES)
def test_zeros_at_the_beginning_of_a_schedule_are_a_later_first_repayment(principal, freq, rate, discount):
    later = grant_element_schedule(principal, 3 / freq, freq, rate, discount)

    assert later == pytest.approx(grant_element_schedule([0, 0, *principal], 1 / freq, freq, rate, discount), abs=1e-9)


@given(st.integers(1, 10), st.integers(0, 30), FREQUENCIES, RATES, RATES)
def test_one_step_is_a_loan_of_equal_principal(begins, longer, freq, charge, discount):
    steps = [[begins, begins + longer, 0.123]]

    found = grant_element_stepped(steps, charge, discount, freq)

    first = begins - 1 + 1 / freq  # the first period of its first year
    assert found == pytest.approx(grant_element(begins + longer, first, freq, charge, discount), abs=1e-9)


@given(st.floats(1e-3, 1e3), RATES, RATES)
def test_shares_of_steps_count_only_beside_one_another(scale, charge, discount):
    steps = np.array([[6, 25, 0.033], [26, 30, 0.068]])

    scaled = steps * [1, 1, scale]

    assert grant_element_stepped(scaled, charge, discount, 2) == pytest.approx(
        grant_element_stepped(steps, charge, discount, 2), abs=1e-9
    )


def test_by_hand_two_steps_paid_yearly():
    # Year 1: 1/4; years 2 and 3: 3/8 each, at no charge, discounted at 100 %: 1/8 + 3/32 + 3/64 = 0.265625.
    assert grant_element_stepped([[1, 1, 2], [2, 3, 3]], 0.0, 1.0, 1) == pytest.approx(73.4375)


@pytest.mark.parametrize(
    ("wrong", "argument", "told"),
    [
        ({"grace": 0}, "grace", "at least one period, 1/2 year"),
        ({"grace": 10.5}, "grace", "at most the maturity, 10 years"),
        ({"grace": 2.25}, "grace", "whole periods of 1/2 year"),
        ({"maturity": 9.9}, "maturity", "whole periods of 1/2 year"),
        ({"maturity": 0}, "maturity", "above 0"),
        ({"maturity": 1e9}, "maturity in periods", "whole number"),
        ({"freq": 0}, "freq", "whole number from 1 to 366"),
        ({"freq": 1.5}, "freq", "whole number from 1 to 366"),
        ({"rate": -1}, "rate", "above -1"),
        ({"discount": -1}, "discount", "above -1"),
        ({"rate_repay": -1}, "rate_repay", "above -1"),
    ],
)
def test_terms_that_no_loan_has_are_refused(wrong, argument, told):
    with pytest.raises(ArgumentError) as refused:
        grant_element(**{"maturity": 10, "grace": 2.5, "freq": 2, "rate": 0.02, "discount": 0.05} | wrong)

    assert refused.value.argument == argument
    assert told in refused.value.expected


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([[5, 4, 0.1]], "steps (item 1): expected a whole number from 5"),
        ([[0, 4, 0.1]], "steps (item 1): expected a whole number from 1"),
        ([[1, 4, 0]], "steps (item 1): expected a number above 0"),
        ([[1, 4]], "steps (item 1): expected [first year, last year"),
        ([[1, 4, 0.1], [4, 5, 0.1]], "steps (item 2): expected years that no other step holds"),
        ([[1.5, 4, 0.1]], "steps (item 1): expected a whole number"),
        ([], "steps: expected a list of [first year"),
    ],
)
def test_steps_that_make_no_schedule_are_refused(steps, told):
    with pytest.raises(ArgumentError) as refused:
        grant_element_stepped(steps, 0.02, 0.05, 2)

    assert str(refused.value).startswith(told)


def test_a_schedule_that_repays_nothing_is_refused():
    with pytest.raises(ArgumentError, match="principal: expected some repayment above 0"):
        grant_element_schedule([0, 0], 1, 1, 0.02, 0.05)
