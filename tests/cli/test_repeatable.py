"""A result depends on scenario, data, seed, paths and version alone: not on how the work is shared out."""

from __future__ import annotations

import pytest
from pandas.testing import assert_frame_equal

from mptf_sim.engine.run import simulate
from mptf_sim.measures.kpis import paths_table
from mptf_sim.runs.run import Run
from mptf_sim.scenario.read import read_scenario
from tests.cli.calling import SCENARIOS

PATHS, SEED = 4096, 7

pytestmark = pytest.mark.xdist_group("repeatable")  # they hold against the same run


@pytest.fixture(scope="module")
def whole() -> Run:
    """The baseline on four chunks, in one process and blocks of a chunk."""
    return simulate(read_scenario(SCENARIOS / "baseline.yaml"), PATHS, SEED)


@pytest.mark.slow
def test_workers_and_blocks_change_no_result(whole):
    digests = {
        (workers, block): simulate(whole.scenario, PATHS, SEED, workers, block).result_digest
        for workers, block in ((2, 1024), (1, 64), (2, 256), (1, 1000))
    }

    assert digests == dict.fromkeys(digests, whole.result_digest)


@pytest.mark.slow
def test_more_paths_keep_the_earlier_ones_row_by_row(whole):
    fewer = simulate(whole.scenario, 1000, SEED)

    assert_frame_equal(paths_table(whole).head(1000), paths_table(fewer), check_exact=True)


@pytest.mark.slow
def test_another_seed_or_one_more_path_is_another_result(whole):
    digests = {
        simulate(whole.scenario, paths, seed).result_digest for paths, seed in ((100, 7), (100, 8), (101, 7), (99, 7))
    }

    assert len(digests) == 4
