"""Paired differences: each metric of two runs on the same futures, path by path."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mptf_sim.analysis.comparison.subjects import Subject
from mptf_sim.measures.metrics import Metric, metrics
from mptf_sim.measures.statistics import standard_error
from mptf_sim.quantities import Whole

COLUMNS = (
    "run", "against", "metric", "scope_kind", "scope", "period", "unit", "mean_against", "mean", "difference", "se", "low",
    "high", "unpaired_se", "share_higher", "share_lower", "verdict", "bad_tail",
)  # fmt: skip
NOT_SHARED = ("run", "against", "scope_kind", "scope", "only_in")
TORNADO = (
    "run", "rank", "metric", "unit", "mean_against", "difference", "low", "high", "relative", "relative_low",
    "relative_high", "verdict",
)  # fmt: skip

WITHIN_95 = 1.959963984540054
"""Standard errors on either side of a mean that hold it with 95 %: the normal quantile of 97.5 %."""

FEWEST_PATHS = 10
"""Paths that must differ before their mean may be taken as normal."""

SAME, WITHIN, BEYOND, FEW, UNKNOWN = (
    "same on every path", "within the noise", "beyond the noise", "on too few paths", "unknown: one path",
)  # fmt: skip
"""Verdicts. Beyond the noise: zero lies outside the 95 % interval, and at least ten paths differ."""


def differences(subjects: Sequence[Subject], against: Subject) -> pd.DataFrame:
    """Each metric that two runs share: the other run less `against`, on the same paths.

    Returns
    -------
    DataFrame with COLUMNS; money in cents. se is that of the paired difference, low and high its 95 % interval;
    unpaired_se is what the error would be had the runs not shared their futures. share_higher and share_lower are shares
    of paths. A ratio's difference is that of the ratios of sums, its error to first order.
    """
    ours = {_key(one): one for one in measured(against)}
    rows = []
    for subject in subjects:
        for one in measured(subject):
            if (base := ours.get(_key(one))) is not None:
                rows.append(
                    (
                        subject.name, against.name, one.name, one.scope_kind, one.scope, one.period, one.unit,
                        *difference(base, one), one.bad_tail,
                    )
                )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def measured(subject: Subject) -> list[Metric]:
    """Every metric of a run, path by path."""
    return metrics(subject.columns, subject.plans, subject.quarters)


def difference(base: Metric, other: Metric) -> tuple[float | str, ...]:
    """Means, paired difference with its error and interval, unpaired error, shares of paths, verdict."""
    paths = len(base.above)
    mean_base, mean_other = mean(base), mean(other)
    influence = [around_mean(one, value) for one, value in ((base, mean_base), (other, mean_other))]
    error = standard_error(influence[1] - influence[0])
    apart = mean_other - mean_base
    if base.below is None and other.below is None:  # from the exact sum of differences
        apart = int((other.above - base.above).sum()) / paths
    values = values_of(other), values_of(base)
    higher, lower = int((values[0] > values[1]).sum()), int((values[0] < values[1]).sum())
    unpaired = math.hypot(*(standard_error(one) for one in influence))
    low, high = apart - WITHIN_95 * error, apart + WITHIN_95 * error
    changed = paths - int(same_paths(base, other).sum())
    verdict = _verdict(apart, error, changed)
    return mean_base, mean_other, apart, error, low, high, unpaired, higher / paths, lower / paths, verdict


def _verdict(apart: float, error: float, changed: int) -> str:
    if changed == 0:
        return SAME
    if math.isnan(error):
        return UNKNOWN
    if changed < FEWEST_PATHS:
        return FEW
    return BEYOND if abs(apart) > WITHIN_95 * error else WITHIN


def mean(one: Metric) -> float:
    """Over paths: of a ratio the ratio of sums; not a number if nothing is below."""
    below = len(one.above) if one.below is None else int(one.below.sum())
    return int(one.above.sum()) / below if below else float("nan")


def around_mean(one: Metric, value: float) -> NDArray[np.float64]:
    """What each path adds to the mean's deviation: (path,); of a ratio to first order."""
    if one.below is None:
        return np.asarray(one.above - value, dtype=np.float64)
    below = int(one.below.sum())
    if below == 0:
        return np.full(len(one.above), np.nan)
    around: NDArray[np.float64] = (one.above - value * one.below) / (below / len(one.below))
    return around


def values_of(one: Metric) -> NDArray[np.float64] | Whole:
    """The metric of each path; not a number where nothing is below."""
    if one.below is None:
        return one.above
    shares: NDArray[np.float64] = np.divide(
        one.above, one.below, out=np.full(len(one.above), np.nan), where=one.below > 0
    )
    return shares


def same_paths(base: Metric, other: Metric) -> NDArray[np.bool_]:
    """The paths on which nothing of a metric differs: (path,)."""
    same: NDArray[np.bool_] = base.above == other.above
    if base.below is not None and other.below is not None:
        same = same & (base.below == other.below)
    return same


def _key(one: Metric) -> tuple[str, ...]:
    return one.name, one.scope_kind, one.scope, one.period, one.unit


def not_shared(subjects: Sequence[Subject], against: Subject) -> pd.DataFrame:
    """Plans and programmes that one of two runs has and the other has not: their figures are not compared."""
    rows = []
    for subject in subjects:
        for kind in ("plan", "programme"):
            ours, theirs = scopes(against, kind), scopes(subject, kind)
            rows += [(subject.name, against.name, kind, id, against.name) for id in sorted(ours - theirs)]
            rows += [(subject.name, against.name, kind, id, subject.name) for id in sorted(theirs - ours)]
    return pd.DataFrame(rows, columns=list(NOT_SHARED))


def scopes(subject: Subject, kind: str) -> set[str]:
    """Plans whose figures a run has, or the programmes it can fund."""
    if kind == "programme":
        return {one.id for one in subject.scenario.all_programmes}
    return {one.scope for one in measured(subject) if one.scope_kind == "plan"}


def tornado(table: pd.DataFrame) -> pd.DataFrame:
    """What of the fund moves most, relative to the run compared with: the largest first, each with its interval.

    Returns
    -------
    DataFrame with TORNADO: `relative` is the difference over the mean of `against`; of shares and chances, which are
    relative already, the difference itself. What is the same on every path, or zero before, is left out.
    """
    rows = table[(table["scope_kind"] == "fund") & (table["verdict"] != SAME) & table["difference"].notna()].copy()
    scale = rows["mean_against"].abs().where(~rows["unit"].isin(["share", "probability"]), 1.0)
    for name, column in (("relative", "difference"), ("relative_low", "low"), ("relative_high", "high")):
        rows[name] = rows[column] / scale.where(scale > 0)
    rows = rows[rows["relative"].notna()]
    rows["size"] = rows["relative"].abs()
    rows = rows.sort_values(["run", "size", "metric"], ascending=[True, False, True], kind="stable")
    rows["rank"] = rows.groupby("run").cumcount() + 1
    return rows[list(TORNADO)].reset_index(drop=True)
