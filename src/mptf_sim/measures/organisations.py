"""Organisations: what they are to the network, what they received and spent, whose reports hold up how much."""

from __future__ import annotations

import pandas as pd

from mptf_sim.books import Books
from mptf_sim.runs.run import Run, added_up

COLUMNS = (
    "organisation", "name", "executive_committee", "member", "signed_agreement", "capacity", "transfers_mean",
    "refunds_mean", "delivery_mean", "held_up_mean", "transfers_median_path", "delivery_median_path",
)  # fmt: skip


def organisations(run: Run, median: Books) -> pd.DataFrame:
    """One row per organisation, in the order of ids.

    Returns
    -------
    DataFrame with COLUMNS; money in cents, within the calendar; delivery is direct cost. `held_up` is cash times
    quarters for which its overdue reports helped to hold up instalments; one that two hold up stands with both.
    `signed_agreement` is empty if it lies before the calendar, `capacity` not a number if there is none.
    """
    totals = {
        (row.account, row.scope): int(total)
        for row, total in zip(run.rows, run.distributions.totals, strict=True)
        if row.scope_kind == "organisation"
    }
    whose = [run.axes.organisations.index(name) for _, name in run.axes.parts]
    of_median = {
        name: added_up(getattr(median, name), whose, run.axes.organisations)[:, 0] for name in ("transfers", "delivery")
    }
    rows = []
    for place, one in enumerate(sorted(run.scenario.organisations, key=lambda organisation: organisation.id)):
        means = [totals[name, one.id] / run.paths for name in ("transfers", "refunds", "delivery", "held_up")]
        rows.append(
            (
                one.id, one.name, one.executive_committee, one.member,
                "" if one.signed_agreement is None else str(one.signed_agreement),
                float("nan") if one.capacity is None else float(one.capacity), *means,
                int(of_median["transfers"][place]), int(of_median["delivery"][place]),
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
