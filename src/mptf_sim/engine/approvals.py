"""The Committee meets: what may be approved, what is asked for, what is awarded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.flows import Decisions, Entries
from mptf_sim.engine.state import APPROVED, DOCUMENT, Cells, FundState
from mptf_sim.engine.terms import NEVER, Groups, Rows, Terms
from mptf_sim.fund.allocation import Requests, Room
from mptf_sim.quantities import Array, Mask


def approve(terms: Terms, t: int, state: FundState) -> tuple[FundState, Decisions]:
    """Step 7: within the approval bounds of the funding policy, by the allocation rule."""
    nil = np.zeros(state.unmet.shape[1])
    no_awards = Entries.none(len(nil))
    if not terms.meets[t]:
        return state, Decisions(no_awards, no_awards, nil, nil)

    slack = approval_slack(terms, t, state)
    approvable = np.maximum(slack[-1], 0.0)  # the last set holds every class: no approvals together can exceed it
    waiting = state.portfolio.stage == DOCUMENT
    rows = np.flatnonzero((terms.ready <= t) & waiting.any(axis=1))
    if len(rows) == 0:
        return state, Decisions(no_awards, no_awards, approvable, nil)

    room = Room(
        terms.bounds, slack, terms.eligible[rows], terms.counted.num[0, rows], terms.counted.den[0, rows]
    )  # fmt: skip
    candidates = requests(terms, state, rows, waiting[rows])
    awarded = terms.scenario.governance.allocation.share(room, candidates)
    made = np.zeros(state.portfolio.stage.shape, dtype=bool)
    made[rows] = awarded > 0
    cells = Cells.where(made)
    awards = Entries(cells, awarded[awarded > 0], len(nil))
    awards_direct = Entries(cells, terms.fund.fees.direct_within(awards.amounts), len(nil))
    closing = enter(terms, t, state, awards, awards_direct)
    left = approval_slack(terms, t, closing)
    shortfall = np.maximum(np.minimum(slack, 0.0) - left, 0.0).max(axis=0)
    return closing, Decisions(awards, awards_direct, approvable, shortfall)


def approval_slack(terms: Terms, t: int, state: FundState) -> Array:
    """What each set of earmarks can still back: (set, path), cents, negative where it is overcommitted.

    Net deposits and signed commitments as the policy counts them, less claims, the reserve, and direct cost
    ring-fenced twelve months ahead.
    """

    def claims(within: int | None) -> Array:
        if within is None:
            return terms.bounds.claims(state.claims)
        return terms.bounds.claims(
            state.paid + terms.programmes_of_eligible.add_up(_falling_due(terms, t + within, state))
        )

    left = terms.fund.funding_policy.left(terms.bounds.money(state.money), terms.bounds.money(state.signed), claims)
    room: Array = left - terms.fund.reserve.held(state.cash) - terms.ring_fenced[t] - state.direct_cost_owed
    return room


def _falling_due(terms: Terms, until: int, state: FundState) -> Array:
    """Unpaid instalments of each programme that fall due by a period: (programme, path), cents."""
    portfolio = state.portfolio
    begun = portfolio.instalments > 0
    base = np.where(begun, portfolio.started_at, portfolio.next_due).astype(np.int32)
    live = portfolio.next_due < NEVER
    due = portfolio.received
    for number, after in enumerate(terms.instalment_after):
        reached = live & (base + after[:, None] <= until)
        due = np.where(reached, np.maximum(due, terms.paid_share.of_all(portfolio.award, number + 1)), due)
    return due - portfolio.received


def requests(terms: Terms, state: FundState, rows: Rows, waiting: Mask) -> Requests:
    """The documents before the Committee, with what past awards say about balance."""
    need = terms.programme_need[rows]
    open_documents = waiting & (state.unmet[need] > 0)
    award = state.portfolio.award
    return Requests(
        fees=terms.fund.fees,
        budget=terms.budget[rows],
        direct=terms.direct[rows],
        need=need,
        unmet=state.unmet,
        open=open_documents,
        score=terms.score[rows],
        window=terms.window_row[rows],
        region=terms.region_row[rows],
        window_shortfall=_shortfall(terms.programmes_of_window, award),
        region_shortfall=_shortfall(terms.programmes_of_region, award),
        minimum=float(terms.scenario.governance.limits.minimum_grant),
    )


def _shortfall(groups: Groups, award: Array) -> Array:
    """How far each group's share of awards stays below an equal share: (group, path), before any award zero."""
    by_group = groups.add_up(award)
    total = by_group.sum(axis=0)
    share = np.divide(by_group, total, out=np.full_like(by_group, 1.0 / groups.count), where=total > 0)
    shortfall: Array = 1.0 / groups.count - share
    return shortfall


def enter(terms: Terms, t: int, state: FundState, awards: Entries, awards_direct: Entries) -> FundState:
    """The state with these awards in the books: claims rise, needs are met, first instalments fall due."""
    cells = awards.cells
    met = awards_direct.of_those(terms.serves_need)
    unmet = state.unmet.copy()
    replace(met, amounts=-met.amounts).add_to(unmet, terms.programme_need)
    portfolio = state.portfolio.after(
        cells,
        stage=np.int8(APPROVED),
        award=awards.amounts,
        award_direct=awards_direct.amounts,
        approved_at=np.int16(t),
        next_due=terms.preparation[cells.programme] + t,
    )
    claims = state.claims + awards.by(terms.programmes_of_eligible)
    return replace(state, claims=claims, unmet=unmet, portfolio=portfolio)
