"""Gifts with the tails of Student's t keep their mean and their spread, and are rarer and larger in the tails."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr, stdtrit

from mptf_sim.engine.draws import CHUNK, Streams
from mptf_sim.fund.donors.tails import fat_factor, mean_factor, stretch
from tests.by_hand.small import Result, fund


@pytest.mark.parametrize("degrees_of_freedom", [3, 4, 10, 100])
@pytest.mark.parametrize("spread", [0.0, 0.2, 0.5, 1.0])
def test_the_mean_is_that_of_the_exact_stretch_clipped_at_four(degrees_of_freedom: int, spread: float) -> None:
    def weighted(z: float) -> float:
        scale = np.sqrt((degrees_of_freedom - 2) / degrees_of_freedom)
        return np.exp(spread * scale * stdtrit(degrees_of_freedom, ndtr(z)) - z * z / 2) / np.sqrt(2 * np.pi)

    inner = quad(weighted, -4, 4, epsabs=1e-12)[0]
    edges = ndtr(-4.0) * sum(weighted(z) * np.exp(8) * np.sqrt(2 * np.pi) for z in (-4.0, 4.0))

    assert mean_factor(degrees_of_freedom, spread) == pytest.approx(inner + edges, rel=1e-4)


def test_e1_the_mean_of_the_factor_is_one_within_five_standard_errors() -> None:
    """E1"""
    factor = fat_factor(Streams(3, 400, 0).normals("donor/DEU", "gift"), 4, 0.5)

    assert abs(factor.mean() - 1.0) < 5 * factor.std() / np.sqrt(factor.size)


def test_the_middle_is_narrower_and_the_tails_are_wider_than_normal_ones() -> None:
    z, stretched = stretch(3)
    outer, inner = np.abs(z) > 3, (np.abs(z) < 1) & (z != 0)

    assert (np.abs(stretched[outer]) > np.abs(z[outer])).all()
    assert (np.abs(stretched[inner]) < np.abs(z[inner])).all()


def test_with_many_degrees_of_freedom_the_tails_are_normal() -> None:
    z, stretched = stretch(1000)

    assert np.abs(stretched - z).max() < 0.05


def test_degrees_of_freedom_change_the_gift_and_not_the_years_without_one() -> None:
    def gifts(**tails: int) -> list[dict[str, int]]:
        outlook = {"kind": "renewing", "gift": "1M", "spread": "50%", "retention": "60%", "comeback": "50%", **tails}
        donors = [{"id": "DEU", "name": "Germany", "outlook": outlook}]
        scenario = fund(calendar={"start": "2026-Q1", "periods": 24}, donors=donors)
        return [Result(scenario, path=path).of("deposits", "DEU") for path in range(0, CHUNK, 200)]

    normal, fat, fatter = gifts(), gifts(degrees_of_freedom=5), gifts(degrees_of_freedom=3)

    assert [list(path) for path in normal] == [list(path) for path in fat] == [list(path) for path in fatter]
    assert normal != fat != fatter
