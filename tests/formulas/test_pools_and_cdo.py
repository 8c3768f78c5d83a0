"""Finite pools with a common factor, and what protection of their tranches costs."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm, t

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas import copula
from mptf_sim.formulas.cdo import binomial, cdo_spreads
from mptf_sim.formulas.credit import lhp_tranche_el
from mptf_sim.formulas.pools import default_counts, pool_default_distribution

HULL_WHITE = {
    "tranches": [[0, 0.03], [0.03, 0.06], [0.06, 0.1], [0.1, 1.0]],
    "n": 100, "hazard": 0.01, "years": 5, "recovery": 0.4, "r": 0.05, "freq": 4,
}  # fmt: skip
TAILS = [(None, None), (5, None), (None, 5), (5, 5), (2.5, 3), (40, 1000)]


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6))
def test_the_recursion_counts_what_all_outcomes_one_by_one_count(chances):
    expected = np.zeros(len(chances) + 1)
    for outcome in product((0, 1), repeat=len(chances)):
        expected[sum(outcome)] += np.prod([c if d else 1 - c for c, d in zip(chances, outcome, strict=True)])

    assert default_counts(chances) == pytest.approx(expected, abs=1e-14)


@given(st.floats(0.0, 1.0), st.integers(1, 60))
def test_the_recursion_over_names_alike_ends_in_the_binomial(chance, names):
    expected = [comb(names, k) * chance**k * (1 - chance) ** (names - k) for k in range(names + 1)]

    assert default_counts([chance] * names) == pytest.approx(expected, abs=1e-12)
    assert binomial(names, np.array(chance)) == pytest.approx(expected, abs=1e-12)


def test_the_order_of_names_does_not_matter():
    pds = np.array([0.01, 0.2, 0.05, 0.5])

    assert pool_default_distribution(pds, 0.3) == pytest.approx(pool_default_distribution(pds[::-1], 0.3), abs=1e-14)


@pytest.mark.parametrize(("nu_m", "nu_z"), TAILS)
@pytest.mark.parametrize("rho", [0.0, 0.1, 0.6, 0.95, 1.0])
def test_a_pool_expects_as_many_defaults_as_its_names_whatever_ties_them(rho, nu_m, nu_z):
    pds = [0.0, 0.001, 0.02, 0.3, 0.9, 1.0]

    counts = pool_default_distribution(pds, rho, nu_m, nu_z)

    assert (counts >= -1e-15).all()
    assert counts.sum() == pytest.approx(1.0, abs=1e-12)
    assert counts @ np.arange(7) == pytest.approx(sum(pds), abs=1e-10)


def test_two_names_default_together_as_two_normals_do():
    both = pool_default_distribution([0.02, 0.05], 0.3)[2]

    expected, _ = quad(
        lambda m: norm.pdf(m)
        * norm.cdf((norm.ppf(0.02) - np.sqrt(0.3) * m) / np.sqrt(0.7))
        * norm.cdf((norm.ppf(0.05) - np.sqrt(0.3) * m) / np.sqrt(0.7)),
        -9, 9, epsabs=1e-13,
    )  # fmt: skip
    assert both == pytest.approx(expected, abs=1e-12)


def test_names_that_share_all_risk_default_in_the_order_of_their_chances():
    assert pool_default_distribution([0.1, 0.5, 0.2], 1.0) == pytest.approx([0.5, 0.3, 0.1, 0.1])


def test_without_common_risk_names_are_independent():
    pds = [0.1, 0.5, 0.2]

    for nu_m, nu_z in TAILS:
        assert pool_default_distribution(pds, 0.0, nu_m, nu_z) == pytest.approx(default_counts(pds), abs=1e-10)


@pytest.mark.parametrize(("nu_m", "nu_z"), TAILS)
def test_the_factor_has_unit_mass_mean_zero_and_unit_variance(nu_m, nu_z):
    nodes, weights = copula.factor(nu_m)

    assert weights.sum() == pytest.approx(1.0, abs=1e-14)
    assert weights @ nodes == pytest.approx(0.0, abs=1e-9)
    assert weights @ nodes**2 == pytest.approx(1.0, abs=1e-9 if nu_m is None or nu_m > 4 else 1e-3)


def test_simulated_fat_tails_default_as_often_as_the_integral_says():
    rho, nu_m, nu_z, pd, names, pools = 0.3, 5, 4, 0.05, 10, 200_000
    random = np.random.default_rng(20260102)
    common = random.standard_t(nu_m, (pools, 1)) * np.sqrt((nu_m - 2) / nu_m)
    own = random.standard_t(nu_z, (pools, names)) * np.sqrt((nu_z - 2) / nu_z)
    values = np.sqrt(rho) * common + np.sqrt(1 - rho) * own
    at = float(copula._thresholds(np.array([pd]), rho, copula.factor(nu_m), nu_m, nu_z)[0])
    counts = np.bincount((values <= at).sum(axis=1), minlength=names + 1) / pools

    expected = pool_default_distribution([pd] * names, rho, nu_m, nu_z)

    errors = np.sqrt(expected * (1 - expected) / pools)
    assert (np.abs(counts - expected) <= 5 * errors + 1e-9).all()


@pytest.mark.parametrize(
    ("rho", "nu_m", "nu_z", "published"),
    [
        (0.1, None, None, [2279, 450, 89, 1]),
        (0.3, None, None, [1487, 472, 203, 7]),
        (0.3, None, 5, [1766, 420, 161, 6]),
        (0.3, 5, None, [1444, 408, 171, 10]),
        (0.3, 5, 5, [1713, 359, 136, 9]),
    ],
)
def test_spreads_are_those_that_hull_and_white_published(rho, nu_m, nu_z, published):
    # Table 7 of the article, as tabulated in QuantLib's test-suite/cdo.cpp, with the tolerance used there.
    found = cdo_spreads(rho, **HULL_WHITE, nu_m=nu_m, nu_z=nu_z)

    for spread, told in zip(found, published, strict=True):
        assert spread == pytest.approx(told, abs=1.0, rel=0.04)


@pytest.mark.parametrize(("rho", "nu_m", "nu_z"), [(0.1, None, None), (0.9, None, None), (0.3, 5, 5), (0.7, 2.5, 3)])
def test_spreads_do_not_depend_on_how_finely_the_factor_is_cut(monkeypatch, rho, nu_m, nu_z):
    few = cdo_spreads(rho, **HULL_WHITE, nu_m=nu_m, nu_z=nu_z)
    monkeypatch.setattr(copula, "_NODES", 5001)

    assert cdo_spreads(rho, **HULL_WHITE, nu_m=nu_m, nu_z=nu_z) == pytest.approx(few, rel=1e-7)


def test_very_many_degrees_of_freedom_are_a_normal():
    assert cdo_spreads(0.3, **HULL_WHITE, nu_m=1e7, nu_z=1e7) == pytest.approx(cdo_spreads(0.3, **HULL_WHITE), rel=1e-5)


@pytest.mark.parametrize(("nu_m", "nu_z"), [(None, None), (5, 4)])
@pytest.mark.parametrize("rho", [0.0, 0.2, 0.8, 1.0])
def test_protection_of_the_whole_pool_costs_the_same_whatever_ties_its_names(rho, nu_m, nu_z):
    terms = HULL_WHITE | {"tranches": [[0, 1]]}
    times = np.arange(21) / 4
    lost = 0.6 * (1 - np.exp(-0.01 * times))
    end, middle = 1.05 ** -times[1:], 1.05 ** -(times[1:] - 0.125)
    expected = 1e4 * np.diff(lost) @ middle / (((1 - lost[1:]) @ end + np.diff(lost) @ middle / 2) / 4)

    assert cdo_spreads(rho, **terms, nu_m=nu_m, nu_z=nu_z) == pytest.approx([expected], rel=1e-9)


def test_a_pool_lost_in_its_first_period_owes_half_of_it_in_premium():
    # Four payments a year, no discount: 1 lost against 1/2 x 1/4.
    found = cdo_spreads(0.3, **HULL_WHITE | {"hazard": 1e6, "recovery": 0.0, "r": 0.0})

    assert found == pytest.approx([80_000.0] * 4)


def test_by_hand_one_name_for_one_year():
    # P(default) = 1/2, nothing recovered, no discount, paid once: loss 1/2; premium 1/2 + half of 1/2.
    found = cdo_spreads(0.4, [[0, 1], [0.5, 1]], 1, np.log(2), 1, 0.0, 0.0, 1)

    assert found == pytest.approx([1e4 * 0.5 / 0.75] * 2)


def test_a_pool_of_very_many_names_is_a_granular_one():
    pd = 1 - np.exp(-0.03)
    found = cdo_spreads(0.25, [[0, 0.03], [0.03, 0.1]], 2000, 0.03, 1, 0.4, 0.0, 1)

    loss = lhp_tranche_el(pd, 0.6, 0.25, [0, 0.03], [0.03, 0.1])
    assert found == pytest.approx(1e4 * loss / (1 - loss / 2), rel=1e-2)


@settings(max_examples=20)
@given(st.floats(0.0, 1.0), st.sampled_from(TAILS), st.floats(0.0, 0.2), st.floats(0.0, 1.0))
def test_senior_tranches_cost_less_than_junior_ones(rho, tails, hazard, recovery):
    cut = np.linspace(0, 1, 6)
    found = cdo_spreads(rho, np.stack([cut[:-1], cut[1:]], axis=1), 25, hazard, 2, recovery, 0.03, 2, *tails)

    assert (found >= 0).all()
    assert (np.diff(found) <= 1e-9 * found[:-1] + 1e-9).all()


def test_what_never_defaults_or_is_wholly_recovered_costs_nothing():
    assert cdo_spreads(0.3, **HULL_WHITE | {"hazard": 0.0}).tolist() == [0.0] * 4
    assert cdo_spreads(0.3, **HULL_WHITE | {"recovery": 1.0}).tolist() == [0.0] * 4


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"tranches": [[0.03, 0.03]]}, r"tranches \(item 1\) detach: expected a point above"),
        ({"tranches": [[0, 0.1], [0.2, 0.1]]}, r"tranches \(item 2\) detach: expected a point above"),
        ({"tranches": []}, r"tranches: expected a list of \[attach, detach\]"),
        ({"tranches": [0, 0.1]}, r"tranches \(item 1\): expected \[attach, detach\]"),
        ({"n": 0}, "n: expected a whole number from 1"),
        ({"n": 10**6}, "n: expected a whole number from 1 to 2000"),
        ({"years": 0.1}, "years: expected whole periods of 1/4 year"),
        ({"years": 1000}, "premium payments: expected a whole number from 1 to 1200"),
        ({"hazard": -0.1}, "hazard: expected a number of at least 0"),
        ({"recovery": 1.1}, "recovery: expected a number from 0 to 1"),
        ({"r": -1}, "r: expected a number above -1"),
        ({"nu_m": 2}, "nu_m: expected a number above 2"),
        ({"nu_z": -5}, "nu_z: expected a number above 2"),
    ],
)
def test_terms_that_no_contract_has_are_refused(wrong, told):
    with pytest.raises(ArgumentError, match=f"^{told}"):
        cdo_spreads(**{"rho": 0.3} | HULL_WHITE | wrong)


def test_thresholds_are_quantiles_of_the_sum_of_factor_and_own_part():
    nu, rho = 4.0, 0.5
    pd = np.array([1e-6, 0.01, 0.5, 0.999])
    found = copula._thresholds(pd, rho, copula.factor(nu), nu, nu)
    unit = np.sqrt((nu - 2) / nu)

    for at, chance in zip(found, pd, strict=True):
        below, _ = quad(
            lambda m, at=at: t.pdf(m, nu) * t.cdf((at - np.sqrt(rho) * m * unit) / np.sqrt(1 - rho) / unit, nu),
            -np.inf, np.inf, epsabs=1e-12,
        )  # fmt: skip
        assert below == pytest.approx(chance, rel=1e-5, abs=1e-9)
