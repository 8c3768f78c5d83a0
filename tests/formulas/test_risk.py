"""Expected shortfall and the errors of its estimates, against optimisation, integrals and exact counts."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import lognorm, norm

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.risk import (
    es_discrete,
    es_lognormal,
    es_normal,
    quantile_ci_ranks,
    se_es_normal,
    se_quantile_normal,
)

LEVELS = st.floats(0.001, 0.999)


@st.composite
def discrete(draw):
    """Outcomes with ties among them, and probabilities that add up to 1."""
    weights = draw(st.lists(st.integers(0, 20), min_size=1, max_size=8).filter(any))
    outcomes = draw(st.lists(st.integers(-5, 5), min_size=len(weights), max_size=len(weights)))
    return np.array(outcomes, dtype=float), np.array(weights) / sum(weights)


@given(discrete(), st.one_of(st.floats(0.001, 1.0), st.sampled_from([0.25, 0.5, 1.0])))
def test_expected_shortfall_is_the_least_cost_of_holding_capital(case, tail):
    # Rockafellar and Uryasev: the minimum over z of z + E[(loss - z)+] / tail, reached at an outcome.
    outcomes, probs = case
    costs = [z + np.maximum(-outcomes - z, 0.0) @ probs / tail for z in -outcomes]

    assert es_discrete(outcomes, probs, tail) == pytest.approx(min(costs), abs=1e-9)


@given(discrete())
def test_the_shortfall_of_all_cases_is_the_mean_loss(case):
    outcomes, probs = case

    assert es_discrete(outcomes, probs, 1.0) == pytest.approx(-outcomes @ probs, abs=1e-12)


def test_by_hand_an_outcome_at_the_edge_counts_in_part():
    # The worst fifth of -100 (0.1), 0 (0.5), 50 (0.4): 0.1 of -100 and 0.1 of 0.
    assert es_discrete([0, 50, -100], [0.5, 0.4, 0.1], 0.2) == pytest.approx(50.0)


@pytest.mark.parametrize(
    ("probs", "told"),
    [
        ([0.5, 0.4], "probs: expected probabilities that add up to 1, found a sum of 0.9"),
        ([1.5, -0.5], "probs: expected a number from 0 to 1, found 1.5"),
        ([1.0], r"probs: expected as many items as outcomes has \(2\), found 1"),
    ],
)
def test_probabilities_that_are_none_are_refused(probs, told):
    with pytest.raises(ArgumentError, match=told):
        es_discrete([1, 2], probs, 0.1)


@pytest.mark.parametrize("tail", [0.0, -0.1, 1.1])
def test_a_tail_without_cases_is_refused(tail):
    with pytest.raises(ArgumentError, match="tail: expected a number"):
        es_discrete([1, 2], [0.5, 0.5], tail)


@given(LEVELS, st.floats(-5, 5), st.floats(0.01, 3))
def test_a_normal_shortfall_is_the_mean_of_quantiles_beyond_the_level(alpha, mu, sigma):
    beyond, _ = quad(lambda x: x * norm.pdf(x, mu, sigma), norm.ppf(alpha, mu, sigma), mu + 40 * sigma, limit=200)

    assert es_normal(alpha, mu, sigma) == pytest.approx(beyond / (1 - alpha), rel=1e-6, abs=1e-6)


@given(LEVELS, st.floats(-2, 2), st.floats(0.05, 1.0))
def test_a_lognormal_shortfall_is_the_mean_beyond_the_level(alpha, mu, sigma):
    loss = lognorm(s=sigma, scale=np.exp(mu))
    below, _ = quad(lambda p: loss.ppf(p), 0.0, alpha, limit=200)  # the mean less what is below, for accuracy

    assert es_lognormal(alpha, mu, sigma) * (1 - alpha) == pytest.approx(loss.mean() - below, rel=1e-6, abs=1e-7)


def test_absent_mean_and_spread_are_zero_and_one():
    assert es_normal(0.9) == es_normal(0.9, 0.0, 1.0)
    assert es_lognormal(0.9) == es_lognormal(0.9, 0.0, 1.0)


def test_a_loss_that_does_not_vary_is_its_own_shortfall():
    assert es_normal(0.99, 3.0, 0.0) == 3.0
    assert es_lognormal(0.99, 0.5, 0.0) == pytest.approx(np.exp(0.5))


def test_at_level_zero_the_shortfall_is_the_mean_and_its_error_that_of_the_mean():
    assert es_normal(0.0, 3.0, 2.0) == 3.0
    assert es_lognormal(0.0, 0.1, 0.3) == pytest.approx(np.exp(0.1 + 0.045))
    assert se_es_normal(0.0, 25) == pytest.approx(0.2)


@pytest.mark.parametrize("shortfall", [es_normal, es_lognormal])
@pytest.mark.parametrize(("wrong", "argument"), [((1.0,), "alpha"), ((-0.1,), "alpha"), ((0.9, 0.0, -1.0), "sigma")])
def test_levels_and_spreads_that_are_none_are_refused(shortfall, wrong, argument):
    with pytest.raises(ArgumentError, match=f"^{argument}: expected a number"):
        shortfall(*wrong)


@given(LEVELS, st.integers(1, 10**6))
def test_the_error_of_a_shortfall_is_that_of_its_influence(alpha, n):
    # An estimate of it is, in large samples, the mean of z + (x - z)+ / (1 - alpha), with z the quantile.
    z = norm.ppf(alpha)
    first, _ = quad(lambda x: (x - z) * norm.pdf(x), z, 40, limit=200)
    second, _ = quad(lambda x: (x - z) ** 2 * norm.pdf(x), z, 40, limit=200)
    expected = np.sqrt(second - first**2) / (1 - alpha) / np.sqrt(n)

    assert se_es_normal(alpha, n) == pytest.approx(expected, rel=1e-5)


def test_errors_are_those_of_simulated_samples():
    alpha, n, samples = 0.95, 4000, 1500
    ordered = np.sort(np.random.default_rng(20260103).standard_normal((samples, n)), axis=1)
    within = 5 / np.sqrt(2 * samples)  # of a standard deviation, relative

    assert ordered[:, int(alpha * n)].std() == pytest.approx(se_quantile_normal(alpha, n), rel=within)
    assert ordered[:, int(alpha * n) :].mean(axis=1).std() == pytest.approx(se_es_normal(alpha, n), rel=within)


def binomial_at_most(k: int, n: int, p: Fraction) -> Fraction:
    return sum((comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k + 1)), Fraction(0))


@given(st.integers(1, 60), st.integers(1, 99), st.sampled_from([50, 80, 90, 95, 99]))
def test_ranks_hold_the_quantile_with_the_confidence_and_none_nearer_does_on_either_side(n, percent, conf):
    level, missed = Fraction(percent, 100), Fraction(100 - conf, 200)
    if (1 - level) ** n > missed or level**n > missed:  # the smallest or the largest value misses it too often
        with pytest.raises(ArgumentError, match="n: expected a sample large enough"):
            quantile_ci_ranks(percent / 100, n, conf / 100)
        return

    lower, upper = map(int, quantile_ci_ranks(percent / 100, n, conf / 100))

    assert 1 <= lower < upper <= n
    assert binomial_at_most(lower - 1, n, level) <= missed < binomial_at_most(lower, n, level)
    assert 1 - binomial_at_most(upper - 1, n, level) <= missed < 1 - binomial_at_most(upper - 2, n, level)


def test_by_hand_the_median_of_ten():
    # P(B <= 1) = 11/1024 = 1.1 %, P(B <= 2) = 56/1024 = 5.5 %: the second and the ninth.
    assert quantile_ci_ranks(0.5, 10, 0.95).tolist() == [2.0, 9.0]


def test_a_sample_of_millions_has_its_ranks_too():
    lower, upper = quantile_ci_ranks(0.99, 10**8, 0.95)

    half = 1.959964 * np.sqrt(10**8 * 0.99 * 0.01)
    assert (lower, upper) == (pytest.approx(0.99e8 - half, abs=2), pytest.approx(0.99e8 + half, abs=2))


@pytest.mark.parametrize(
    ("wrong", "argument"), [({"n": 1.5}, "n"), ({"n": 0}, "n"), ({"conf": 1}, "conf"), ({"alpha": 0}, "alpha")]
)
def test_samples_and_confidences_that_are_none_are_refused(wrong, argument):
    with pytest.raises(ArgumentError, match=f"^{argument}: expected"):
        quantile_ci_ranks(**{"alpha": 0.5, "n": 100, "conf": 0.95} | wrong)
