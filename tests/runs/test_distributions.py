"""Quantiles are real paths' values, or those of a histogram whose width is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mptf_sim.runs import distributions
from mptf_sim.runs.distributions import BINS_PER_DOUBLING, Distributions, rank_of

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
TABLES = hnp.arrays(
    np.int64,
    st.tuples(st.integers(1, 4), st.integers(1, 60)),
    elements=st.one_of(st.integers(-(10**13), 10**13), st.sampled_from([0, 1, -1, 100])),
)


def filled(values: np.ndarray, cuts: list[int], paths: int | None = None) -> Distributions:
    found = Distributions(len(values), paths or values.shape[1])
    for part in np.split(values, cuts, axis=1):
        found.add([table for table in np.array_split(part, 2) if len(table)])
    return found


@given(TABLES)
def test_quantiles_of_few_paths_are_those_of_the_inverted_distribution_function(values):
    found = filled(values, []).quantiles(LEVELS)

    for level, row in zip(LEVELS, found, strict=True):
        expected = np.quantile(values, level, axis=1, method="inverted_cdf")
        assert (row == expected).all()


@given(TABLES)
def test_each_quantile_is_the_value_of_the_path_it_names(values):
    found = filled(values, [])

    for quantiles, paths in zip(found.quantiles(LEVELS), found.paths_of(LEVELS), strict=True):
        assert (np.take_along_axis(values, paths[:, None], axis=1)[:, 0] == quantiles).all()


@given(TABLES, st.data())
def test_chunks_may_be_cut_anywhere(values, data):
    cut = data.draw(st.integers(0, values.shape[1]))

    whole, parts = filled(values, []), filled(values, [cut])

    assert (whole.quantiles(LEVELS) == parts.quantiles(LEVELS)).all()
    assert (whole.means() == parts.means()).all()


@given(TABLES, st.data())
def test_a_histogram_is_within_one_bin_of_the_true_quantile(values, data):
    cut = data.draw(st.integers(0, values.shape[1]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distributions, "MOST_EXACT_PATHS", 0)
        rough = filled(values, [cut])
    exact = filled(values, [])

    assert not rough.exact
    found, true = rough.quantiles(LEVELS), exact.quantiles(LEVELS)

    assert (np.abs(found - true) <= np.maximum(np.abs(true) / BINS_PER_DOUBLING, 0.5)).all()
    assert (rough.means() == exact.means()).all()


def test_means_come_from_exact_integer_sums():
    huge = np.full((1, 3), 10**13, dtype=np.int64)
    huge[0, 0] += 1

    assert filled(huge, []).means()[0] == (3 * 10**13 + 1) / 3


@given(st.integers(1, 5000), st.sampled_from(LEVELS))
def test_the_rank_of_a_quantile_is_the_first_with_at_least_its_level_at_or_below(paths, level):
    rank = rank_of(level, paths)

    assert 0 <= rank < paths
    assert (rank + 1) * 100 >= round(level * 100) * paths
    assert rank == 0 or rank * 100 < round(level * 100) * paths
