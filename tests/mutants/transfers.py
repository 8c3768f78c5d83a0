"""Transfers: when an instalment is due, what releases it, whose turn it is, what the payment bounds refuse."""

from __future__ import annotations

import numpy as np

from mptf_sim.engine import reasons, step, transfers
from mptf_sim.engine.state import Reports
from mptf_sim.engine.terms import Rates
from tests.mutants.mutant import Mutant, given, written

ORDER = "np.lexsort((line, approved_at[queue], path))"
BOUNDS = "slack = terms.bounds.money(state.money) - terms.bounds.claims(state.paid)"

MUTANTS = (
    Mutant(
        "threshold ignored",
        "later instalments are released when they are due",
        transfers,
        "still_to_report",
        given(lambda terms, state, due, instalments, steps: np.zeros(len(instalments))),
        also_in=(reasons,),
    ),
    Mutant(
        "threshold exceeded",
        "expenditure that just reaches the threshold does not release an instalment",
        transfers,
        "still_to_report",
        written(("layout.sum_for_lines(due, counted), 0.0)", "layout.sum_for_lines(due, counted) + 1.0, 0.0)")),
        also_in=(reasons,),
    ),
    Mutant(
        "threshold of all received",
        "the threshold is a share of all instalments so far, not of the previous one",
        transfers,
        "still_to_report",
        written(
            (
                "needed = steps.before + terms.threshold.of(steps.previous,",
                "needed = terms.threshold.of(steps.before + steps.previous,",
            )
        ),
        also_in=(reasons,),
    ),
    Mutant(
        "direct cost releases",
        "expenditure is measured without indirect cost",
        transfers,
        "still_to_report",
        written(("counted = terms.fund.fees.budget(", "counted = (")),
        also_in=(reasons,),
    ),
    Mutant(
        "reporting lag ignored",
        "expenditure is known as soon as it is made",
        transfers,
        "known",
        given(lambda terms, t, state: Reports(state.portfolio.spent, state.portfolio.received)),
    ),
    Mutant(
        "due a quarter early",
        "instalments are paid in the quarter before they fall due",
        step,
        "transfer",
        written(("portfolio.next_due <= t)", "portfolio.next_due <= t + 1)")),
    ),
    Mutant(
        "newest first",
        "the newest approval is paid first",
        transfers,
        "pay_in_turn",
        written((ORDER, "np.lexsort((line, -approved_at[queue], path))")),
    ),
    Mutant(
        "last id first",
        "of programmes approved together the last by id is paid first",
        transfers,
        "pay_in_turn",
        written((ORDER, "np.lexsort((-line, approved_at[queue], path))")),
    ),
    Mutant(
        "smallest first",
        "small instalments are paid before large ones",
        transfers,
        "pay_in_turn",
        written((ORDER, "np.lexsort((line, wanted.amounts[queue], path))")),
    ),
    Mutant(
        "nobody overtakes",
        "an instalment that waits for cash holds up all that come after it",
        transfers,
        "pay_in_turn",
        written(
            (
                "left[where[fits]] = room[fits]",
                "left[where[fits]] = room[fits]; left[where[~fits]] = -1.0",
            )
        ),
    ),
    Mutant(
        "all or none",
        "if not all instalments can be paid, none is",
        transfers,
        "pay_in_turn",
        written(("if pays.all():", "if True:")),
    ),
    Mutant(
        "reserve kept from payments",
        "payments may not use the reserve",
        step,
        "transfer",
        written((BOUNDS, f"{BOUNDS} - terms.fund.reserve.held(state.cash)")),
    ),
    Mutant(
        "earmarks of payments ignored",
        "an instalment is paid if there is cash, whatever its earmark",
        step,
        "transfer",
        written((BOUNDS, f"{BOUNDS}; slack[:] = slack[-1]")),
        stopped_by="B5",
    ),
    Mutant(
        "after the last transfer",
        "a later instalment falls due so long after the last transfer, not after the start",
        transfers,
        "enter",
        written(("np.where(more, started + after, NEVER)", "np.where(more, t + after, NEVER)")),
    ),
    Mutant(
        "last instalment skipped",
        "the last of several instalments never falls due",
        transfers,
        "enter",
        written(("terms.instalment_count[programmes.row] > paid", "terms.instalment_count[programmes.row] > paid + 1")),
    ),
    Mutant(
        "starts at approval",
        "the clock of a programme starts at its approval, not at its first transfer",
        transfers,
        "enter",
        written(("started_at=np.int16(t)", 'started_at=old.at(begun, "approved_at")')),
    ),
    Mutant(
        "half instalments up",
        "instalments, thresholds and completion round half a cent up, not to the even cent",
        Rates,
        "of",
        written(("np.rint(product, out=product)", "np.floor(product + 0.5)")),
    ),
)
