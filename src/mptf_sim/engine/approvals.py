"""The Committee meets: what may be approved, what is asked for, what is awarded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.cells import Cells, Entries
from mptf_sim.engine.flows import Decisions
from mptf_sim.engine.meeting import approval_slack, convene, promised_shares
from mptf_sim.engine.state import APPROVED, FundState
from mptf_sim.engine.terms import Terms


def approve(terms: Terms, t: int, state: FundState) -> tuple[FundState, Decisions]:
    """Step 7: within the approval bounds of the funding policy, by the allocation rule and within its limits."""
    nil = np.zeros(state.unmet.shape[1])
    no_awards = Entries.none(len(nil))
    if not terms.meets[t]:
        return state, Decisions(no_awards, no_awards, nil, nil, nil, state)

    slack = approval_slack(terms, t, state)
    approvable = np.maximum(slack[-1], 0.0)
    meeting = convene(terms, t, state, slack)
    if meeting is None:
        return state, Decisions(
            no_awards, no_awards, approvable, sum(promised_shares(terms, t, approvable).values(), nil), nil, state
        )

    awarded = meeting.decide(terms)
    made = np.zeros(state.portfolio.stage.shape, dtype=bool)
    made[meeting.rows] = awarded > 0
    cells = Cells.where(made)
    awards = Entries(cells, awarded[awarded > 0])
    awards_direct = Entries(cells, terms.fund.fees.direct_within(awards.amounts))
    closing = enter(terms, t, state, awards, awards_direct)
    left = approval_slack(terms, t, closing)
    shortfall = np.maximum(np.minimum(slack, 0.0) - left, 0.0).max(axis=0)
    unmet_floors = sum(meeting.missing(terms, awarded).values(), nil)
    return closing, Decisions(awards, awards_direct, approvable, unmet_floors, shortfall, state)


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
        approved_at=np.int16(t),
    )
    lines, parts = terms.layout.lines_of(cells), terms.layout.parts_of(cells)
    prepared = terms.preparation[terms.layout.line_programme[lines.row]] + t
    portfolio = portfolio.after(lines, next_due=prepared)
    direct = terms.layout.split(terms.layout.repeat_for_parts(cells, awards_direct.amounts), parts.row)
    portfolio = portfolio.after(parts, award_direct=direct)
    claims = state.claims + awards.by(terms.programmes_of_eligible)
    return replace(state, claims=claims, unmet=unmet, portfolio=portfolio)
