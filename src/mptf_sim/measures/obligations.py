"""What falls due in the next eight quarters, and how likely it is to be paid in time."""

from __future__ import annotations

import pandas as pd

from mptf_sim.books import OBLIGATION_KINDS, OBLIGATION_QUARTERS
from mptf_sim.runs.run import Run

COLUMNS = (
    "programme", "organisation", "instalment", "quarter", "condition", "chance_due", "amount_due_mean", "chance_paid_in_time",
    "chance_waits_for_cash", "chance_not_released",
)  # fmt: skip


def obligations(run: Run) -> pd.DataFrame:
    """Instalments by programme and by the quarter they fall due.

    Returns
    -------
    DataFrame with programme, organisation (where its part is paid on its own), instalment (from 1), quarter, condition, chance_due (share of paths on which it falls
    due in that quarter), amount_due_mean (cents, over all paths), and, given that it falls due, the chances that it
    is paid in time, waits for cash, or is not released.
    """
    agreements = {agreement.id: agreement for agreement in run.scenario.agreements}
    agreement_of = {programme.id: agreements[programme.agreement] for programme in run.scenario.all_programmes}
    kind = {name: number for number, name in enumerate(OBLIGATION_KINDS)}
    rows = []
    for row, (programme, organisation) in enumerate(run.axes.lines):
        for number, tranche in enumerate(agreement_of[programme].instalments):
            for t in range(min(OBLIGATION_QUARTERS, len(run.axes.periods))):
                counts = run.obligations[row, number, t]
                due = int(counts[kind["due"]])
                if due == 0:
                    continue
                rows.append(
                    (
                        programme,
                        organisation,
                        number + 1,
                        run.axes.periods[t],
                        f"{tranche.threshold} of the previous instalment reported" if number else "preparation ended",
                        due / run.paths,
                        int(counts[kind["amount_due"]]) / run.paths,
                        int(counts[kind["paid"]]) / due,
                        int(counts[kind["waiting"]]) / due,
                        int(counts[kind["not_released"]]) / due,
                    )
                )
    return pd.DataFrame(rows, columns=list(COLUMNS))
