"""Delivery: how much is spent, when a programme is extended or closed, and what a closure gives back."""

from __future__ import annotations

import numpy as np

from mptf_sim.engine import delivery, step
from tests.mutants.mutant import Mutant, given, written

FREED = "Entries(closes, terms.fund.fees.direct_within(award) - delivered)"
CANCELLED = "Entries(closes, award - received)"

MUTANTS = (
    Mutant(
        "delivery a quarter late",
        "a programme begins to spend a quarter after its first transfer",
        delivery,
        "spending",
        written(("np.int16(t + 1)", "np.int16(t)")),
    ),
    Mutant(
        "straight line",
        "delivery is planned in equal parts, not along the S-curve",
        delivery,
        "s_curve",
        given(lambda age, duration: np.minimum(np.maximum(age / duration, 0.0), 1.0)),
    ),
    Mutant(
        "part award not scaled",
        "a programme that got part of its budget plans to spend all of it",
        delivery,
        "spending",
        written(
            (
                'portfolio.at(active, "award_direct") * s_curve',
                "terms.layout.split(terms.direct[programmes.row, 0], active.row) * s_curve",
            )
        ),
    ),
    Mutant(
        "no backlog",
        "what is not delivered in its quarter is not made up for",
        delivery,
        "spending",
        written(("planned - spent, 0.0", "planned - spent, 0.0) * (spent == 0")),
    ),
    Mutant(
        "pace of the whole",
        "a programme spends its pace of all that is left, whatever its age",
        delivery,
        "s_curve",
        given(lambda age, duration: np.ones_like(age)),
    ),
    Mutant(
        "slowdown of the next quarter",
        "the common slowdown comes a quarter early",
        delivery,
        "spending",
        written(("draws.slowdown[t]", "draws.slowdown[min(t + 1, terms.periods - 1)]")),
    ),
    Mutant(
        "spends beyond receipts",
        "organisations spend on direct cost what they received for indirect cost",
        delivery,
        "spending",
        written(
            ('terms.fund.fees.direct_within(portfolio.at(active, "received"))', 'portfolio.at(active, "received")')
        ),
        stopped_by="B4",
    ),
    Mutant(
        "indirect cost quarter by quarter",
        "indirect cost is rounded each quarter, not as a running total",
        step,
        "deliver",
        written(("charged.of(now_spent) - charged.of(spent)", "charged.of(now_spent - spent)")),
    ),
    Mutant(
        "extension twice",
        "a programme that is not complete is extended again and again",
        delivery,
        "close",
        written(("at_end & ~done & ~extended & (extension > 0)", "at_end & ~done & (extension > 0)")),
    ),
    Mutant(
        "extension ignored",
        "no programme is extended",
        delivery,
        "close",
        written(("at_end & ~done & ~extended & (extension > 0)", "at_end & ~at_end")),
    ),
    Mutant(
        "complete ones extended",
        "a programme that is complete at its end is extended all the same",
        delivery,
        "close",
        written(("at_end & ~done & ~extended & (extension > 0)", "at_end & ~extended & (extension > 0)")),
    ),
    Mutant(
        "extension to the end",
        "an extended programme that is complete waits for the end of its extension",
        delivery,
        "close",
        written(("~extends & (at_end | done)", "~extends & at_end")),
    ),
    Mutant(
        "closure a quarter late",
        "programmes close a quarter after their end",
        delivery,
        "close",
        written(("old.ends_at <= t + 1", "old.ends_at <= t")),
    ),
    Mutant(
        "complete is above",
        "a programme that has just spent enough is not complete",
        delivery,
        "close",
        written(("done = spent >= terms", "done = spent > terms")),
    ),
    Mutant(
        "need not freed",
        "what a closed programme did not spend is not needed any more",
        step,
        "deliver",
        written((FREED, "Entries.none(closes.width)")),
    ),
    Mutant(
        "award not cancelled",
        "the unpaid part of a closed award stays owed",
        step,
        "deliver",
        written((CANCELLED, "Entries(closes, 0.0 * award)")),
    ),
    Mutant(
        "cancelled in the wrong earmark",
        "a cancelled award frees unearmarked money, whatever backed it",
        step,
        "deliver",
        written(
            (
                "claims = state.claims - cancelled.by(terms.programmes_of_eligible)",
                "claims = state.claims.copy(); claims[terms.unearmarked_only] -= cancelled.total()",
            )
        ),
    ),
)
