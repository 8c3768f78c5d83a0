"""All chance: a draw is a function of seed, entity, variable, period and path, and of nothing else."""

from __future__ import annotations

import hashlib
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mptf_sim.engine.draws import CHUNK, ChanceOf, Draws, Streams, draw
from mptf_sim.engine.terms import Terms
from mptf_sim.scenario.scenario import Scenario
from tests.engine.busy_fund import busy_fund
from tests.strategies import scenarios, seeds

VARIATES = ("normals", "uniforms", "exponentials")
keys = st.tuples(st.integers(0, 2**128 - 1), st.text(max_size=8), st.text(max_size=8), st.integers(0, 9999))


@given(seed=seeds, entity=st.text(max_size=70), variable=st.text(max_size=20), chunk=st.integers(0, 9999))
def test_a_longer_horizon_leaves_the_first_periods_as_they_were(
    seed: int, entity: str, variable: str, chunk: int
) -> None:
    for kind in VARIATES:
        short = getattr(Streams(seed, 3, chunk), kind)(entity, variable)
        long = getattr(Streams(seed, 8, chunk), kind)(entity, variable)

        assert short.shape == (3, CHUNK)
        assert (long[:3] == short).all()
    once = Streams(seed, 3, chunk).normal_once(entity, variable)
    assert (Streams(seed, 8, chunk).normal_once(entity, variable) == once).all()


@given(one=keys, other=keys)
def test_different_names_are_different_draws(one: tuple, other: tuple) -> None:
    def first(seed: int, entity: str, variable: str, chunk: int) -> list[float]:
        return Streams(seed, 1, chunk).uniforms(entity, variable)[0, :4].tolist()

    assert (first(*one) == first(*other)) == (one == other)


def test_a_name_is_not_read_across_its_border() -> None:
    names = (
        ("a", "bc"),
        ("ab", "c"),
        ("abc", ""),
        ("", "abc"),
        ("a\0", "bc"),
        ("donor/A", "gift"),
        ("donor/Agift", ""),
    )
    streams = [Streams(1, 1, 0).uniforms(*name) for name in names]

    for one, other in combinations(streams, 2):
        assert (one != other).mean() > 0.999


def test_what_an_entity_draws_does_not_depend_on_what_was_drawn_before() -> None:
    streams = Streams(5, 4, 0)
    fresh = streams.normals("donor/A", "gift")
    streams.uniforms("donor/B", "gift")
    streams.normals("donor/A", "renewal")

    assert (streams.normals("donor/A", "gift") == fresh).all()
    assert (ChanceOf(streams, "donor/A").normals("gift") == fresh).all()


def test_streams_are_not_correlated_with_one_another() -> None:
    """Entities, variables, seeds and chunks that lie side by side: every pair within 5 standard errors."""
    names = [(seed, f"donor/{entity}", variable, chunk) for seed in (0, 1) for entity in ("A", "B", "C")
             for variable in ("gift", "renewal") for chunk in (0, 1, 2)]  # fmt: skip
    drawn = np.stack([Streams(s, 8, chunk).normals(who, what).ravel() for s, who, what, chunk in names])

    correlations = np.corrcoef(drawn)[np.triu_indices(len(names), 1)]

    assert np.abs(correlations).max() < 5 / np.sqrt(drawn.shape[1])


@pytest.mark.parametrize(
    ("kind", "mean", "variance", "fourth"),
    [("normals", 0, 1, 3), ("uniforms", 0.5, 1 / 12, 1 / 80), ("exponentials", 1, 1, 9)],
)
def test_variates_are_standard(kind: str, mean: float, variance: float, fourth: float) -> None:
    """Mean and variance within 5 standard errors; `fourth` is the fourth central moment."""
    drawn = getattr(Streams(1, 100, 0), kind)("entity", "variable").ravel()

    assert abs(drawn.mean() - mean) < 5 * np.sqrt(variance / drawn.size)
    assert abs(drawn.var() - variance) < 5 * np.sqrt((fourth - variance**2) / drawn.size)


@given(scenario=scenarios(), seed=seeds)
def test_donors_and_pace_are_drawn_within_their_bounds(scenario: Scenario, seed: int) -> None:
    """B14: shares are shares; nothing a donor does is negative or a part of a cent."""
    draws = draw(Terms(scenario), seed, 0)

    for amounts in (draws.gifts.lines.signed, draws.gifts.lines.deposited, draws.gifts.lines.cancelled):
        assert (amounts >= 0).all()
        assert (amounts == np.rint(amounts)).all()
    assert ((draws.pace >= 0) & (draws.pace <= 1)).all()
    assert ((draws.slowdown >= 0) & (draws.slowdown <= 1)).all()


@given(first=st.integers(0, CHUNK - 1), width=st.integers(1, 100))
def test_some_paths_of_a_chunk_are_columns_of_it(first: int, width: int) -> None:
    last = min(first + width, CHUNK)

    some = BUSY.paths(first, last)

    for name in ("pace", "slowdown"):
        assert (getattr(some, name) == getattr(BUSY, name)[..., first:last]).all()
    for name in ("announced", "lapsed", "signed", "deposited", "cancelled", "difference"):
        assert (getattr(some.gifts.lines, name) == getattr(BUSY.gifts.lines, name)[..., first:last]).all()
    for name, stock in some.gifts.standing.items():
        assert (stock == BUSY.gifts.standing[name][:, first:last]).all()


BUSY: Draws = draw(Terms(busy_fund()), 7, 0)

# A new numpy may move a stream. That is allowed, but it is a new version of the product: every result changes, and
# the changelog says so. These digests are of the raw bits, so that nothing else can move them.
GOLDEN = {
    "normals": "03ee369cf0e18df7defe51308642c017c040dc7f6c77e408242ff09c456e5870",
    "uniforms": "6fbcaa28333008a36ef174f24f81e414c5f6b758dd22e395bf2f050ce97e3e23",
    "exponentials": "3f44203e787725f6f486c2979222bff4e5837ed4ae39160a66af2046fa047979",
    "normal_once": "5f4906d4a804c61797759585782ecfbb2cc2b6ed9426f45fc6cdd552b905c814",
}


@pytest.mark.parametrize("kind", GOLDEN)
def test_raw_streams_are_those_of_the_contract(kind: str) -> None:
    whole = hashlib.sha256()
    for seed, entity, variable, chunk in (
        (0, "donors", "common", 0),
        (7, "donor/DEU", "gift", 3),
        (2**128 - 1, "é", "", 9765),
    ):
        drawn = getattr(Streams(seed, 5, chunk), kind)(entity, variable)
        whole.update(np.ascontiguousarray(drawn, dtype="<f8").tobytes())

    assert whole.hexdigest() == GOLDEN[kind]
