"""How far needs are met, by window, objective, plan and year, each with its Monte Carlo standard error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mptf_sim.measures.statistics import ratio_of_sums, standard_error
from mptf_sim.quantities import Array

COVERAGE = (
    "by", "value", "plan", "need_mean_cents", "coverage", "coverage_se", "funded_share", "funded_share_se",
    "funding_gap_mean_cents", "funding_gap_se_cents", "delivery_gap_mean_cents", "delivery_gap_se_cents", "of_paths",
)  # fmt: skip

DEBT_SERVICE = (
    "plan", "year", "service", "service_se", "by_state", "coverage", "coverage_se", "waiting", "waiting_se", "gained", "gained_se",
    "of_paths",
)  # fmt: skip


class Met(NamedTuple):
    """What falls due of some needs, what finance is approved for it, what is delivered of it: (row, path), cents."""

    need: Array
    approved: Array
    delivered: Array

    def add_up(self, groups: Sequence[int], count: int) -> Met:
        """Rows added up by the group each belongs to: (group, path)."""
        summed = [np.zeros((count, one.shape[1])) for one in self]
        for total, one in zip(summed, self, strict=True):
            np.add.at(total, np.asarray(groups, dtype=np.intp), one)
        return Met(*summed)


def coverage_by(by: str, rows: Sequence[tuple[str, str]], met: Met) -> pd.DataFrame:
    """Coverage, funded share and both gaps of some needs, means over paths with their standard errors.

    Coverage is what is delivered over needs, funded share what finance is approved for over needs, both ratios of sums over
    paths; the funding gap is needs less approved finance, the delivery gap needs less what is delivered. Where more is
    approved than is needed, a gap is below zero.

    Parameters
    ----------
    by : what rows are: "window", "objective", "plan", "plan and window", "plan and year"
    rows : value and plan of each; the plan is empty where it is of all
    met : of each, amounts of direct cost

    Returns
    -------
    DataFrame with COVERAGE; shares are not a number where nothing falls due; rows of which nothing is told are left out
    """
    return pd.DataFrame(_rows(by, rows, met), columns=list(COVERAGE))


def _rows(by: str, rows: Sequence[tuple[str, str]], met: Met) -> Iterator[tuple[object, ...]]:
    for (value, plan), need, approved, delivered in zip(rows, *met, strict=True):
        if not (need.any() or approved.any() or delivered.any()):
            continue
        due, given, spent = (np.rint(one).astype(np.int64) for one in (need, approved, delivered))
        gaps = []
        for reached in (given, spent):
            gap = due - reached
            gaps += [int(gap.sum()) / len(gap), standard_error(gap)]
        ratios = (*ratio_of_sums(spent, due), *ratio_of_sums(given, due))
        yield (by, value, plan, int(due.sum()) / len(due), *ratios, *gaps, len(due))


def debt_service(
    rows: Sequence[tuple[str, int]], paid: Array, by_state: Array, with_deals: Met, waiting: Met
) -> pd.DataFrame:
    """What borrowers of a plan's deals pay each year, beside the plan's coverage with deals and waiting for grants.

    Service is interest, principal and premiums that borrowers pay in the year, means over paths with their error, and what of
    it the State pays. Coverage is what is delivered of needs to the end of the year, over them: with the deals (`coverage`), and
    on the same futures without them, their facilities and the programmes that fill these (`waiting`). What is gained is the
    difference, its error that of paired paths, to first order.

    Parameters
    ----------
    rows : plan and year of each
    paid, by_state : (row, path), cents of the year
    with_deals, waiting : to date, (row, path), cents

    Returns
    -------
    DataFrame with DEBT_SERVICE
    """
    found = []
    for number, (plan, year) in enumerate(rows):
        pairs = [(one.delivered[number], one.need[number]) for one in (with_deals, waiting)]
        (here, error), (there, other) = (
            ratio_of_sums(*(np.rint(one).astype(np.int64) for one in pair)) for pair in pairs
        )
        around = [
            (above - ratio * below) / below.mean() if below.any() else below
            for (above, below), ratio in zip(pairs, (here, there), strict=True)
        ]
        service = paid[number]
        found.append(
            (
                plan, year, float(service.mean()), standard_error(service), float(by_state[number].mean()), here, error, there, other,
                here - there, standard_error(around[0] - around[1]), len(service),
            )
        )  # fmt: skip
    return pd.DataFrame(found, columns=list(DEBT_SERVICE))
