"""The same plan with and without blending, on the same futures: coverage, cost and risk in one table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mptf_sim.analysis.comparison.differences import difference
from mptf_sim.errors import UsageError
from mptf_sim.measures.metrics import Metric
from mptf_sim.measures.statistics import BadTail
from mptf_sim.quantities import Whole
from mptf_sim.runs.distributions import rank_of
from mptf_sim.runs.run import Run

COLUMNS = ("about", "metric", "unit", "without", "with_blending", "difference", "se", "low", "high", "verdict")

BAD_LUCK = 0.10
"""Share of futures without blending on which a plan's coverage is taken to be bad."""


def with_and_without(without: Run, with_blending: Run, plan: str) -> pd.DataFrame:
    """Coverage of a plan, what it costs the fund and others, and what is at risk: paired differences with their errors.

    Parameters
    ----------
    without, with_blending : runs of one seed and number of paths, the second with facilities and deals
    plan : whose coverage is looked at

    Returns
    -------
    DataFrame with COLUMNS; `about` is coverage, cost or risk, money in cents, low to high the 95 % interval of the
    difference. What only deals bring is zero without them. `chance_of_low_coverage` is that of staying at or below what nine in
    ten futures exceed without blending.

    Raises
    ------
    UsageError : if the runs do not share their futures, or there is no such plan
    """
    if (without.seed, without.paths) != (with_blending.seed, with_blending.paths):
        raise UsageError(
            f"the runs do not share their futures: seed {without.seed} and {without.paths:,} paths, and seed "
            f"{with_blending.seed} and {with_blending.paths:,} paths"
        )
    for run in (without, with_blending):
        if plan not in run.axes.plans:
            raise UsageError(f"plan: expected one of {', '.join(run.axes.plans)}, found {plan}")
    low = _low_coverage(without, plan)
    rows = []
    for about, here, there in zip(
        _ABOUT, _measured(without, plan, low), _measured(with_blending, plan, low), strict=True
    ):
        base, other, apart, error, least, most, *_, verdict = difference(here, there)
        rows.append((about, here.name, here.unit, base, other, apart, error, least, most, verdict))
    return pd.DataFrame(rows, columns=list(COLUMNS))


_ABOUT = ("coverage", "coverage", "coverage", "cost", "cost", "cost", "risk", "risk", "risk")


def _measured(run: Run, plan: str, low: float) -> list[Metric]:
    """What is compared, in the order of _ABOUT."""
    columns, nothing = run.columns, np.zeros(run.paths, dtype=np.int64)

    def of(name: str, unit: str, tail: BadTail, above: Whole, below: Whole | None = None) -> Metric:
        return Metric(name, "plan", plan, "", unit, tail, above, below)

    need, delivered = columns[f"needs:{plan}"], columns[f"delivered:{plan}"]
    ever = np.ones(run.paths, dtype=np.int64)
    is_low = (delivered <= low * need).astype(np.int64)
    return [
        of("coverage", "share", "low", delivered, need),
        of("private_mobilised", "cents", "low", columns.get("private_mobilised", nothing)),
        of("public_draws", "cents", "low", columns.get("public_draws", nothing)),
        of("cost_to_the_fund", "cents", "high", columns["net_funded"]),
        of("debt_service", "cents", "high", columns.get(f"debt_service:{plan}", nothing)),
        of("paid_by_borrowers", "cents", "high", _paid_by_borrowers(run)),
        of("chance_of_low_coverage", "probability", "high", is_low, ever),
        of("loan_losses", "cents", "high", columns.get("loan_losses", nothing)),
        of("guarantee_calls", "cents", "high", columns.get("guarantee_calls", nothing)),
    ]


def _paid_by_borrowers(run: Run) -> Whole:
    names = ("borrowers_interest", "borrowers_principal", "borrowers_premiums")
    paid: Whole = sum((run.columns[one] for one in names if one in run.columns), np.zeros(run.paths, dtype=np.int64))
    return paid


def _low_coverage(run: Run, plan: str) -> float:
    """The share of needs delivered that nine in ten futures exceed."""
    need, delivered = run.columns[f"needs:{plan}"], run.columns[f"delivered:{plan}"]
    shares = np.sort(np.divide(delivered, need, out=np.zeros(run.paths), where=need > 0))
    return float(shares[rank_of(BAD_LUCK, run.paths)])
