"""From what is announced to what reaches people: the funnel, and the pledging dashboard line by line."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mptf_sim.books import GIFT_EVENTS
from mptf_sim.measures.timeline import distribution_table
from mptf_sim.quantities import Quarter
from mptf_sim.runs.run import Run

STAGES = (
    ("announced", "pledged"),
    ("signed", "signed"),
    ("deposits", "deposited"),
    ("transfers", "transferred"),
    ("direct_delivery", "delivered directly"),
)
"""Accounts in the order of the money, and what they are called."""

STATUSES = ("pledged, not signed", "lapsed", "signed, not deposited", "cancelled", "deposited")


def funnel(run: Run) -> pd.DataFrame:
    """How much of what is announced is signed, deposited, transferred and delivered, to the end of each year.

    Returns
    -------
    DataFrame with year, stage, account, mean, p05, p50, p95 (cents), share_of_announced (of the means; empty
    where nothing is announced). Transfers and delivery also spend opening cash and interest.
    """
    table = distribution_table(run)
    fund = table[table["scope_kind"] == "fund"].set_index(["account", "period"])
    rows = []
    for year in sorted(set(run.axes.years)):
        announced = float(fund.loc[("announced", f"to {year}"), "mean"])
        for account, stage in STAGES:
            cell = fund.loc[(account, f"to {year}")]
            share = float(cell["mean"]) / announced if announced else float("nan")
            rows.append((year, stage, account, *(float(cell[name]) for name in ("mean", "p05", "p50", "p95")), share))
    return pd.DataFrame(rows, columns=["year", "stage", "account", "mean", "p05", "p50", "p95", "share_of_announced"])


def dashboard(run: Run) -> pd.DataFrame:
    """Where what each donor has announced stands at the end of each year, mean over paths.

    Returns
    -------
    DataFrame with year, donor, pledge (empty for what its outlook brings), kind (financial, in kind, policy), earmark,
    age (of a pledge, in years since its announcement: up to 1, up to 2, more), status, amount (cents of the fund;
    0 of policy pledges) and pledges (number of policy pledges). In kind, deposited is provided.
    """
    to_date = np.cumsum(run.gifts, axis=1)  # (row, period, event)
    start = Quarter.read(run.axes.periods[0]).ordinal
    rows = []
    for end in run.axes.year_ends:
        for gift, counted in zip(run.axes.gifts, to_date[:, end], strict=True):
            event = dict(zip(GIFT_EVENTS, (counted / run.paths).tolist(), strict=True))
            pledged = event["announced"] + event["pledge_difference"] - event["lapsed"] - event["signed"]
            owed = event["signed"] + event["difference"] - event["cancelled"] - event["deposited"]
            standing = (pledged, event["lapsed"], owed, event["cancelled"], event["deposited"])
            about = (gift.donor, gift.pledge, gift.kind, gift.earmark, _age(gift.announced, start + end))
            for status, amount in zip(STATUSES, standing, strict=True):
                if amount:
                    values = (0.0, amount) if gift.kind == "policy" else (amount, 0.0)
                    rows.append((run.axes.years[end], *about, status, *values))
    columns = ["year", "donor", "pledge", "kind", "earmark", "age", "status", "amount", "pledges"]
    return pd.DataFrame(rows, columns=columns).astype({"year": "int64", "amount": "float64", "pledges": "float64"})


def _age(announced: Quarter | None, now: int) -> str:
    if announced is None:
        return ""
    quarters = now - announced.ordinal
    return "up to 1" if quarters < 4 else "up to 2" if quarters < 8 else "more"
