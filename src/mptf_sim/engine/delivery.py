"""Delivery: organisations spend what they have received, report it, are extended once, and close."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.draws import Draws
from mptf_sim.engine.flows import Delivered, Entries
from mptf_sim.engine.state import ACTIVE, CLOSED, EXTENDED, Cells, FundState, Portfolio
from mptf_sim.engine.terms import NEVER, Terms
from mptf_sim.fund.programmes import s_curve
from mptf_sim.money import cents
from mptf_sim.quantities import Array


def deliver(terms: Terms, t: int, state: FundState, draws: Draws) -> tuple[FundState, Delivered]:
    """Step 9: expenditure within receipts; reports; one extension, else closure that cancels the rest."""
    width = state.unmet.shape[1]
    active = Cells.where(state.portfolio.running)
    spent = state.portfolio.at(active, "spent")
    now_spent = spending(terms, t, state.portfolio, draws, active, spent)
    charged = terms.fund.fees.indirect_cost
    direct = Entries(active, now_spent - spent, width)
    indirect = Entries(active, charged.of(now_spent) - charged.of(spent), width)  # by running total
    portfolio = state.portfolio.after(active, spent=now_spent)

    portfolio, closes = close(terms, t, portfolio)
    cancelled = Entries(closes, portfolio.at(closes, "award") - portfolio.at(closes, "received"), width)
    freed = Entries(closes, portfolio.at(closes, "award_direct") - portfolio.at(closes, "spent"), width)
    closing = replace(state, portfolio=portfolio, reported=(portfolio.spent, *state.reported[:-1]))
    if len(closes.flat):
        unmet = state.unmet.copy()
        freed.of_those(terms.serves_need).add_to(unmet, terms.programme_need)
        claims = state.claims - cancelled.by(terms.programmes_of_eligible)
        closing = replace(closing, claims=claims, unmet=unmet)
    return closing, Delivered(direct, indirect, cancelled, freed)


def spending(terms: Terms, t: int, portfolio: Portfolio, draws: Draws, active: Cells, spent: Array) -> Array:
    """Direct cost delivered by the close of the period: a share of the backlog, within receipts, (cell,)."""
    age = (np.int16(t + 1) - portfolio.at(active, "started_at")).astype(np.float64)
    planned = portfolio.at(active, "award_direct") * s_curve(age, terms.duration[active.programme].astype(np.float64))
    backlog = np.maximum(planned - spent, 0.0)
    pace = draws.pace.ravel()[active.flat] * draws.slowdown[t][active.path]
    within_receipts = terms.fund.fees.direct_within(portfolio.at(active, "received"))
    return np.minimum(spent + cents(backlog * pace), within_receipts)


def close(terms: Terms, t: int, old: Portfolio) -> tuple[Portfolio, Cells]:
    """Programmes at their end are extended once or closed; an extended one closes as soon as it is complete.

    Returns
    -------
    portfolio : with extensions and closures
    closes : the programmes that close
    """
    ended = old.ends_at <= t + 1
    extended = old.stage == EXTENDED
    cells = Cells.where(((old.stage == ACTIVE) & ended) | extended)
    at_end, extended = ended.ravel()[cells.flat], extended.ravel()[cells.flat]

    done = old.at(cells, "spent") >= terms.complete.of(old.at(cells, "award_direct"), 0, cells.programme)
    extension = terms.extension[cells.programme]
    extends = at_end & ~done & ~extended & (extension > 0)
    longer, closes = cells.those(extends), cells.those(~extends & (at_end | done))
    portfolio = old.after(
        longer, stage=np.int8(EXTENDED), ends_at=old.at(longer, "ends_at") + extension[extends]
    ).after(closes, stage=np.int8(CLOSED), closed_at=np.int16(t), next_due=np.int16(NEVER))
    return portfolio, closes
