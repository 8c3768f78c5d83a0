"""Delivery: organisations spend what they have received, report it, are extended once, and close."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.capacity import within_capacity
from mptf_sim.engine.cells import Cells, Entries
from mptf_sim.engine.draws import Draws
from mptf_sim.engine.flows import Delivered
from mptf_sim.engine.state import ACTIVE, CLOSED, EXTENDED, FundState, Portfolio, Reports
from mptf_sim.engine.terms import NEVER, Terms
from mptf_sim.fund.programmes import s_curve
from mptf_sim.money import cents
from mptf_sim.quantities import Array


def deliver(terms: Terms, t: int, state: FundState, draws: Draws) -> tuple[FundState, Delivered]:
    """Step 9: expenditure within receipts and capacity; reports; one extension, else closure that cancels the rest."""
    layout = terms.layout
    active = Cells.where(layout.for_all_parts(state.portfolio.running))
    spent = state.portfolio.at(active, "spent")
    now_spent = spending(terms, t, state.portfolio, draws, active, spent)
    if terms.capacities:
        used = np.zeros_like(state.spent_in_year) if terms.quarters[t].quarter == 1 else state.spent_in_year
        amounts, used = within_capacity(terms.capacities, used, active, now_spent - spent)
        state, now_spent = replace(state, spent_in_year=used), spent + amounts
    charged = terms.fund.fees.indirect_cost
    direct = Entries(active, now_spent - spent)
    indirect = Entries(active, charged.of(now_spent) - charged.of(spent))  # by running total
    portfolio = state.portfolio.after(active, spent=now_spent)

    portfolio, closes = close(terms, t, portfolio)
    parts = layout.parts_of(closes)
    received, delivered = (
        layout.sum_for_programmes(closes, portfolio.at(parts, name)) for name in ("received", "spent")
    )
    award = portfolio.at(closes, "award")
    cancelled = Entries(closes, award - received)
    freed = Entries(closes, terms.fund.fees.direct_within(award) - delivered)
    reports = Reports(portfolio.spent, portfolio.received)
    closing = replace(
        state,
        portfolio=portfolio,
        reported=(reports, *state.reported[:-1]),
        unreported=(Entries(active, direct.amounts + indirect.amounts), *state.unreported[:-1]),
    )
    if len(closes.flat):
        unmet = state.unmet.copy()
        freed.of_those(terms.serves_need).add_to(unmet, terms.programme_need)
        claims = state.claims - cancelled.by(terms.programmes_of_eligible)
        closing = replace(closing, claims=claims, unmet=unmet)
    return closing, Delivered(direct, indirect, cancelled, freed)


def spending(terms: Terms, t: int, portfolio: Portfolio, draws: Draws, active: Cells, spent: Array) -> Array:
    """Direct cost of each part delivered by the close of the period: a share of the backlog, within receipts, (cell,)."""
    programmes = terms.layout.programmes_of_parts(active)
    age = (np.int16(t + 1) - portfolio.at(programmes, "started_at")).astype(np.float64)
    planned = portfolio.at(active, "award_direct") * s_curve(age, terms.duration[programmes.row].astype(np.float64))
    backlog = np.maximum(planned - spent, 0.0)
    pace = draws.pace.ravel()[active.flat]
    effort = terms.effort[t]
    if effort is not None:
        pace = pace * effort[active.row]
    pace = pace * draws.slowdown[t][active.path]
    within_receipts = terms.fund.fees.direct_within(portfolio.at(active, "received"))
    return np.minimum(spent + cents(backlog * pace), within_receipts)


def close(terms: Terms, t: int, old: Portfolio) -> tuple[Portfolio, Cells]:
    """Programmes at their end are extended once or closed; an extended one closes as soon as it is complete.

    Returns
    -------
    portfolio : with extensions and closures
    closes : the programmes that close
    """
    layout = terms.layout
    ended = old.ends_at <= t + 1
    extended = old.stage == EXTENDED
    cells = Cells.where(((old.stage == ACTIVE) & ended) | extended)
    at_end, extended = ended.ravel()[cells.flat], extended.ravel()[cells.flat]

    parts = layout.parts_of(cells)
    spent, direct = (layout.sum_for_programmes(cells, old.at(parts, name)) for name in ("spent", "award_direct"))
    done = spent >= terms.complete.of(direct, 0, cells.row)
    extension = terms.extension[cells.row]
    extends = at_end & ~done & ~extended & (extension > 0)
    longer, closes = cells.those(extends), cells.those(~extends & (at_end | done))
    portfolio = (
        old.after(longer, stage=np.int8(EXTENDED), ends_at=old.at(longer, "ends_at") + extension[extends])
        .after(closes, stage=np.int8(CLOSED), closed_at=np.int16(t))
        .after(layout.lines_of(closes), next_due=np.int16(NEVER))
    )
    return portfolio, closes
