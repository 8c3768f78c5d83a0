"""How much may be approved, and what it risks: one run for each funding policy, on the same futures."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from mptf_sim.engine.run import simulate
from mptf_sim.fund.funding_policy import FullCash, FundingPolicy, Rolling, Signed
from mptf_sim.measures.statistics import chance, standard_error
from mptf_sim.quantities import ContractRate
from mptf_sim.scenario.scenario import Scenario

FRONTIER_PATHS = 2048
"""Enough to tell policies apart on common futures: a chance of 10 % has a standard error of 0.7 points."""

COLUMNS = (
    "policy", "own", "approvals_mean_cents", "approvals_se_cents", "first_approvable_mean_cents",
    "chance_waits_for_cash", "chance_se", "most_waiting_mean_cents", "coverage",
)  # fmt: skip


def policies(own: FundingPolicy) -> list[FundingPolicy]:
    """Cash only, signed commitments by quarters of a share, rolling backing; and the scenario's own."""
    listed: list[FundingPolicy] = [FullCash()]
    listed += [Signed(share=ContractRate(share, 100)) for share in (25, 50, 75, 100)]
    listed += [Rolling(quarters=quarters) for quarters in (2, 4)]
    return listed if own in listed else [*listed, own]


def label(policy: FundingPolicy) -> str:
    """A policy in a few words."""
    if isinstance(policy, Signed):
        return f"signed, {policy.share}"
    return f"rolling, {policy.quarters} quarters" if isinstance(policy, Rolling) else "full cash"


def frontier(
    scenario: Scenario, paths: int, seed: int, workers: int = 1, progress: Callable[[int], None] | None = None
) -> pd.DataFrame:
    """Approvals against the chance that an approved instalment waits for cash, over the funding policy.

    Returns
    -------
    DataFrame, a row per policy: approvals over the calendar and approvable at the first meeting (cents), the
    chance that at least one instalment waits for cash with its standard error, the mean over paths of the most
    that ever waits (cents), and coverage of all plans at the end.
    """
    own = scenario.fund.funding_policy
    rows = []
    for policy in policies(own):
        fund = scenario.fund.model_copy(update={"funding_policy": policy})
        run = simulate(scenario.replace(fund=fund), paths, seed, workers, progress=progress)
        waits, error = chance(int((run.columns["instalment_quarters_waiting"] > 0).sum()), paths)
        need = int(run.columns["needs_due"].sum())
        rows.append(
            (
                label(policy),
                policy == own,
                float(run.columns["approvals"].mean()),
                standard_error(run.columns["approvals"]),
                float(run.columns["first_approvable"].mean()),
                waits,
                error,
                float(run.columns["most_waiting_for_cash"].mean()),
                1.0 - int(run.columns["delivery_gap"].sum()) / need if need else float("nan"),
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))
