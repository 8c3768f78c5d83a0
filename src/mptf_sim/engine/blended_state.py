"""Where facilities and deals stand at the close of a period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mptf_sim.engine.cells import Entries
from mptf_sim.engine.deal_draws import DealDraws
from mptf_sim.engine.deal_terms import DealTerms
from mptf_sim.engine.foreign_loans import OwnAmounts
from mptf_sim.quantities import Array, Mask

WAITING, CLOSED, LAPSED = 0, 1, 2
"""Of a deal: before its close (or still waiting for it); closed, for good; never to close."""

NOT_YET = np.int16(np.iinfo(np.int16).max // 2)
"""A period that has not come: far away, and small enough to be added to."""


@dataclass(frozen=True, slots=True)
class BlendedState:
    """One column per path; money in whole cents."""

    cash: Array  # (facility, path) in its purse
    held: Array  # (facility, path) of that, for deals that closed
    aside: Array  # (facility, path) of that, reflows that do not revolve
    returning: Array  # (facility, path) of that, on its way to the fund
    stage: NDArray[np.int8]  # (deal, path)
    closed_at: NDArray[np.int16]  # (deal, path) period, or NOT_YET
    assisted: Mask  # (deal, path) whether technical assistance was paid
    face: Array  # (loan, path) as closed
    out: Array  # (loan, path) outstanding
    lost: Array  # (loan, path) lost and not restored
    due: Array  # (loan, path) principal that fell due so far; of a foreign loan in its own currency
    matching: Array  # (deal, path) matching grant, as closed
    counted: Array  # (deal, path) of its investment, as finance of its plan
    kept: Array  # (deal, path) held by its facility for draws, buy-down and results
    defaults: NDArray[np.int16]  # (deal, path) so far, where obligors can be counted
    next_value: Array  # (deal, path) of the obligor that defaults next
    in_default: Array  # (granular deal, path) share so far
    losses: Array  # (deal, path) so far, recovered or not
    called: Array  # (guarantee, path) calls paid so far
    reimbursed: Array  # (guarantee, path) of these, what came back
    owed: Array  # (guarantee, path) claimed in the last period, to be paid in the next
    promised: Array  # (guarantee, path) what is left of its limit
    recovering: tuple[Entries, ...]  # what will come back of defaults of the last periods, of deals, latest first
    contracted: Array  # (plan with a debt rule, path) faces of loans closed
    committed: Array  # (plan with a debt rule, year, path) their service
    own: OwnAmounts | None  # foreign loans in their own currencies, if there are any


def opening_of_deals(terms: DealTerms, draws: DealDraws) -> BlendedState:
    """Before the first period: purses are empty, every deal waits."""
    width = draws.close.shape[1]
    deals, loans, guarantees = len(terms.deals), len(terms.loans), len(terms.promises.deals)
    plans = len(terms.debt.plans)

    def none(rows: int) -> Array:
        return np.zeros((rows, width))

    facilities = len(terms.facilities)
    return BlendedState(
        cash=none(facilities),
        held=none(facilities),
        aside=none(facilities),
        returning=none(facilities),
        stage=np.full((deals, width), WAITING, dtype=np.int8),
        closed_at=np.full((deals, width), NOT_YET, dtype=np.int16),
        assisted=np.zeros((deals, width), dtype=bool),
        face=none(loans),
        out=none(loans),
        lost=none(loans),
        due=none(loans),
        matching=none(deals),
        counted=none(deals),
        kept=none(deals),
        defaults=np.zeros((deals, width), dtype=np.int16),
        next_value=draws.values[draws.first],
        in_default=none(len(terms.granular)),
        losses=none(deals),
        called=none(guarantees),
        reimbursed=none(guarantees),
        owed=none(guarantees),
        promised=none(guarantees),
        recovering=(Entries.none(width),) * int(terms.recovers_after.max(initial=0)),
        contracted=none(plans),
        committed=np.zeros((plans, terms.debt.years, width)),
        own=OwnAmounts.none(len(terms.foreign.loans), width) if len(terms.foreign.loans) else None,
    )
