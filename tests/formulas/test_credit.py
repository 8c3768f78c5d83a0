"""Granular pools: Vasicek's distribution, its moments, tranches of it, against integrals and simulated loans."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import multivariate_normal, norm

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.credit import (
    lhp_tranche_el,
    portfolio_credit_loss,
    vasicek_quantile,
    vasicek_standardised_quantile,
    vasicek_tail_prob,
    vasicek_variance,
)
from mptf_sim.formulas.normal import both_at_most

PROBABILITIES = st.floats(0.001, 0.999)
RHOS = st.floats(0.01, 0.99)


@given(PROBABILITIES, RHOS, PROBABILITIES)
def test_quantile_and_tail_are_each_others_inverse(pd, rho, q):
    share = vasicek_quantile(pd, rho, q)
    assume(1e-12 < share < 1 - 1e-12)

    assert vasicek_tail_prob(pd, rho, share) == pytest.approx(1.0 - q, abs=1e-6)


@given(PROBABILITIES, RHOS, PROBABILITIES)
def test_the_defaulting_pool_seen_from_its_survivors_is_the_same_pool(pd, rho, q):
    survives = 1.0 - vasicek_quantile(1.0 - pd, rho, 1.0 - q)

    assert vasicek_quantile(pd, rho, q) == pytest.approx(survives, abs=1e-12)


@pytest.mark.parametrize(("pd", "rho"), [(0.02, 0.1), (0.3, 0.5), (0.0354, 0.2), (0.5, 0.9)])
def test_mean_and_variance_of_the_tail_are_those_of_the_pool(pd, rho):
    mean, _ = quad(lambda x: vasicek_tail_prob(pd, rho, x), 0, 1, limit=500, points=[pd])
    square, _ = quad(lambda x: 2 * x * vasicek_tail_prob(pd, rho, x), 0, 1, limit=500, points=[pd])

    assert mean == pytest.approx(pd, abs=1e-8)
    assert square - mean**2 == pytest.approx(vasicek_variance(pd, rho), abs=1e-8)


@given(PROBABILITIES, RHOS)
def test_the_variance_is_the_chance_of_two_defaults_less_that_of_independent_ones(pd, rho):
    both = multivariate_normal.cdf(norm.ppf([pd, pd]), cov=[[1, rho], [rho, 1]], abseps=1e-13, releps=1e-13)

    assert vasicek_variance(pd, rho) == pytest.approx(both - pd**2, abs=1e-11)


def test_the_variance_has_its_limits():
    assert vasicek_variance(0.03, 0.0) == 0.0
    assert vasicek_variance(0.03, 1.0) == pytest.approx(0.03 * 0.97, rel=1e-10)
    assert vasicek_variance([0.0, 1.0], 0.3).tolist() == [0.0, 0.0]


def test_simulated_loans_default_as_often_as_the_quantile_says():
    pd, rho, q, pools, loans = 0.05, 0.25, 0.95, 4000, 2000
    random = np.random.default_rng(20260101)
    factor = random.standard_normal((pools, 1))
    values = np.sqrt(rho) * factor + np.sqrt(1 - rho) * random.standard_normal((pools, loans))
    shares = (values < norm.ppf(pd)).mean(axis=1)

    above = (shares > vasicek_quantile(pd, rho, q)).mean()

    assert above == pytest.approx(1 - q, abs=5 * np.sqrt(q * (1 - q) / pools))
    assert shares.mean() == pytest.approx(pd, abs=5 * shares.std() / np.sqrt(pools))


@given(PROBABILITIES, PROBABILITIES)
def test_without_common_risk_all_shares_are_the_probability(pd, q):
    assert vasicek_quantile(pd, 0.0, q) == pd
    assert vasicek_tail_prob(pd, 0.0, pd) == 1.0
    assert vasicek_tail_prob(pd, 0.0, np.nextafter(pd, 1)) == 0.0


@given(PROBABILITIES, PROBABILITIES)
def test_with_nothing_but_common_risk_all_default_or_none(pd, q):
    assert vasicek_quantile(pd, 1.0, q) == (1.0 if q > 1.0 - pd else 0.0)
    assert vasicek_tail_prob(pd, 1.0, [0.0, 1e-9, 0.5, 1.0]).tolist() == [1.0, pd, pd, pd]


@pytest.mark.parametrize("rho", [0.0, 0.3, 1.0])
def test_what_never_or_always_defaults_does_so_at_any_correlation(rho):
    assert vasicek_quantile([0.0, 1.0], rho, 0.99).tolist() == [0.0, 1.0]
    assert vasicek_tail_prob(0.0, rho, [0.0, 0.5, 1.0]).tolist() == [1.0, 0.0, 0.0]
    assert vasicek_tail_prob(1.0, rho, [0.0, 0.5, 1.0]).tolist() == [1.0, 1.0, 1.0]
    assert lhp_tranche_el([0.0, 1.0], 0.5, rho, 0.1, 0.4).tolist() == [0.0, 1.0]


def test_the_limits_are_reached_without_a_jump():
    assert vasicek_quantile(0.03, 1e-12, 0.9) == pytest.approx(0.03, abs=1e-6)
    assert vasicek_quantile(0.03, 1 - 1e-12, [0.96, 0.98]) == pytest.approx([0.0, 1.0])
    assert lhp_tranche_el(0.03, 0.5, 1e-8, 0.01, 0.02) == pytest.approx(0.5, abs=1e-4)
    assert lhp_tranche_el(0.03, 0.5, 1 - 1e-10, 0.01, 0.02) == pytest.approx(0.03, abs=1e-4)


def test_nobody_defaults_more_than_wholly_and_less_than_not():
    assert vasicek_tail_prob(0.3, 0.4, [0.0, 1.0]).tolist() == [1.0, 0.0]


@given(PROBABILITIES, RHOS, PROBABILITIES, st.floats(0.0, 1e9), st.floats(0.0, 1.0))
def test_the_loss_is_the_share_of_what_is_lent_and_not_recovered(pd, rho, q, exposure, lgd):
    assert portfolio_credit_loss(exposure, pd, lgd, rho, q) == pytest.approx(
        exposure * lgd * vasicek_quantile(pd, rho, q)
    )


@given(PROBABILITIES, RHOS, PROBABILITIES)
def test_the_standardised_quantile_counts_deviations_from_the_mean(pd, rho, q):
    deviations = vasicek_standardised_quantile(pd, rho, q)

    assert pd + deviations * np.sqrt(vasicek_variance(pd, rho)) == pytest.approx(
        vasicek_quantile(pd, rho, q), abs=1e-12
    )


@pytest.mark.parametrize("wrong", [{"rho": 0.0}, {"pd": 0.0}, {"pd": 1.0}, {"q": 0.0}, {"q": 1.0}])
def test_a_pool_that_does_not_vary_has_no_standardised_quantile(wrong):
    with pytest.raises(ArgumentError, match=f"^{next(iter(wrong))}: expected a number"):
        vasicek_standardised_quantile(**{"pd": 0.1, "rho": 0.2, "q": 0.9} | wrong)


POINTS = st.one_of(st.floats(0.0, 1.0), st.sampled_from([0.0, 0.25, 0.5, 1.0]))


@st.composite
def tranches(draw):
    low, high = sorted(draw(st.lists(POINTS, min_size=2, max_size=2, unique=True)))
    assume(high - low > 1e-3)
    return low, high


@given(
    st.floats(0.01, 0.5) | st.just(0.5),
    st.floats(0.05, 1.0) | st.sampled_from([0.5, 1.0]),
    st.floats(0.05, 0.9),
    tranches(),
)
def test_a_tranche_loses_the_integral_of_the_tail_between_its_points(pd, lgd, rho, points):
    attach, detach = points
    begins, ends = attach / lgd, min(detach / lgd, 1.0)
    tail = 0.0
    if begins < ends:
        tail, _ = quad(lambda x: vasicek_tail_prob(pd, rho, x), begins, ends, epsabs=1e-11, limit=500)

    assert lhp_tranche_el(pd, lgd, rho, attach, detach) == pytest.approx(lgd * tail / (detach - attach), abs=1e-7)


@given(
    st.floats(0.0, 1.0),
    st.floats(0.0, 1.0),
    st.floats(0.0, 1.0),
    st.lists(st.floats(0.01, 0.99), max_size=4, unique=True),
)
def test_tranches_of_the_whole_pool_lose_together_what_the_pool_loses(pd, lgd, rho, cuts):
    points = np.array([0.0, *sorted(cuts), 1.0])
    assume((np.diff(points) > 1e-6).all())

    losses = lhp_tranche_el(pd, lgd, rho, points[:-1], points[1:])

    assert (losses >= -1e-9).all()
    assert (np.diff(losses) <= 1e-9).all()  # junior before senior
    assert (losses * np.diff(points)).sum() == pytest.approx(pd * lgd, abs=1e-12)


@pytest.mark.parametrize(
    ("attach", "detach", "told"),
    [
        (0.1, 0.1, r"detach: expected a point above attach \(0.1\), found 0.1"),
        (0.2, 0.1, r"detach: expected a point above attach \(0.2\), found 0.1"),
        (-0.1, 0.1, "attach: expected a number from 0 to 1, found -0.1"),
        (0.0, 1.1, "detach: expected a number from 0 to 1, found 1.1"),
        ([0.0, 0.3], [0.1, 0.2], r"detach: expected a point above attach \(0.3\), found 0.2"),
    ],
)
def test_a_tranche_without_width_or_outside_the_pool_is_refused(attach, detach, told):
    with pytest.raises(ArgumentError, match=told):
        lhp_tranche_el(0.02, 0.4, 0.2, attach, detach)


ZEROS = st.sampled_from([0.0, -0.0])


@given(st.floats(-4, 4) | ZEROS, st.floats(-4, 4) | ZEROS, st.floats(-0.99, 0.99))
def test_two_normals_are_both_below_as_often_as_an_integral_says(x, y, correlation):
    expected = multivariate_normal.cdf([x, y], cov=[[1, correlation], [correlation, 1]], abseps=1e-13, releps=1e-13)

    assert both_at_most(*map(np.array, (x, y, correlation))) == pytest.approx(expected, abs=1e-11)
