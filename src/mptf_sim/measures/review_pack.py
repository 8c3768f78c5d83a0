"""The review pack: what a review sees of each programme, beside what is true and what becomes of it."""

from __future__ import annotations

import pandas as pd

from mptf_sim.books import REVIEW_PACK
from mptf_sim.runs.run import Run

COLUMNS = (
    "review", "quarter", "programme", "chance_approved", "approved_mean", "transferred_mean", "reported_mean",
    "delivered_mean", "delivery_rate_known", "delivery_rate_true", "delivery_rate_final",
)  # fmt: skip


def review_pack(run: Run) -> pd.DataFrame:
    """One row per review and programme that it concerns and that is approved by then on some path.

    Returns
    -------
    DataFrame with COLUMNS. Means are over the paths on which the programme is approved by then, in cents, with
    indirect cost; `transferred` is before refunds. Rates are of sums over those paths: expenditure over transfers, as
    reported, as true at the close of the quarter, and at the end of the calendar.
    """
    kind = {name: number for number, name in enumerate(REVIEW_PACK)}
    quarters = {review.id: str(review.quarter) for review in run.scenario.governance.reviews}
    rows = []
    for row, review in enumerate(run.axes.reviews):
        for place, programme in enumerate(run.axes.programmes):
            sums = {name: int(run.review_pack[row, place, number]) for name, number in kind.items()}
            paths = sums["paths"]
            if paths == 0:
                continue
            rows.append(
                (
                    review, quarters[review], programme, paths / run.paths,
                    *(sums[name] / paths for name in ("approved", "transferred", "reported", "delivered")),
                    _rate(sums["reported"], sums["transferred"]), _rate(sums["delivered"], sums["transferred"]),
                    _rate(sums["final_delivered"], sums["final_transferred"]),
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rate(above: int, below: int) -> float:
    return above / below if below else float("nan")
