"""What is said of a number that differs between paths: mean, error, quantiles, shortfall in its bad tail."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mptf_sim.quantities import Whole
from mptf_sim.runs.distributions import rank_of

BadTail = Literal["low", "high"]
LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
LEVEL_NAMES = ("p05", "p25", "p50", "p75", "p95")

Values: TypeAlias = "NDArray[np.float64] | Whole"


def summary(values: Values, bad_tail: BadTail) -> dict[str, float]:
    """Mean, Monte Carlo standard error, quantiles (a real path's values) and expected shortfall of the bad 5 %."""
    ordered: NDArray[Any] = np.sort(values)
    mean = int(values.sum()) / len(values) if values.dtype.kind == "i" else float(values.mean())
    quantiles = {
        name: float(ordered[rank_of(level, len(ordered))]) for level, name in zip(LEVELS, LEVEL_NAMES, strict=True)
    }
    return {
        "mean": mean,
        "se": standard_error(values),
        **quantiles,
        "es95": expected_shortfall(ordered, bad_tail),
    }


def standard_error(values: Values) -> float:
    """Of the mean: standard deviation / sqrt(n); not a number for a single path."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")


def expected_shortfall(ordered: NDArray[Any], bad_tail: BadTail, level: float = 0.95) -> float:
    """Mean of the worst 5 % of paths; the path at the edge counts with the part of it that belongs there.

    Parameters
    ----------
    ordered : values in rising order
    bad_tail : which end is bad
    """
    worst = ordered if bad_tail == "low" else ordered[::-1]
    mass = (1.0 - level) * len(worst)
    full = int(mass)
    total = float(worst[:full].sum())
    if full < len(worst):
        total += (mass - full) * float(worst[full])
    return total / mass


def chance(successes: int, paths: int) -> tuple[float, float]:
    """Frequency of an event over paths, and its standard error."""
    share = successes / paths
    return share, float(np.sqrt(share * (1.0 - share) / paths))


def ratio_of_sums(numerator: Whole, denominator: Whole) -> tuple[float, float]:
    """Ratio of sums over paths, and its standard error to first order; not a number if nothing is below."""
    below = int(denominator.sum())
    if below == 0:
        return float("nan"), float("nan")
    ratio = int(numerator.sum()) / below
    residual = numerator - ratio * denominator
    paths = len(numerator)
    error = float(np.std(residual, ddof=1) / np.sqrt(paths) / (below / paths)) if paths > 1 else float("nan")
    return ratio, error
