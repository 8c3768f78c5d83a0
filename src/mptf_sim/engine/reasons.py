"""Why an instalment was not paid on one path: what it waited for, and by how many cents it was short.

Said from the states of a replay: nothing here decides anything.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mptf_sim.engine.flows import Entries, Flows
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Terms


class Reason(NamedTuple):
    """What stood in the way of one programme in one quarter of one path."""

    period: str
    programme: str
    event: str  # "waiting_for_cash", "not_released" or "refused"
    bound: str  # the earmarks, limit, bar or report that stood in the way, by name
    wanted: int  # cents: the instalment or the award
    short: int  # cents missing


def unpaid(terms: Terms, t: int, before: FundState, after: FundState, flows: Flows, column: int) -> list[Reason]:
    """Why instalments due on one path were not paid in period t."""
    return [
        *_waiting(terms, t, after, flows, column),
        *_unreleased(terms, t, before, after, flows, column),
    ]


def _of_path(entries: Entries, column: int) -> dict[int, float]:
    """Amount by programme on one path."""
    mine = entries.cells.path == column
    return dict(zip(entries.cells.programme[mine].tolist(), entries.amounts[mine].tolist(), strict=True))


def _waiting(terms: Terms, t: int, after: FundState, flows: Flows, column: int) -> list[Reason]:
    """The queue of the quarter once more: what each set of earmarks still held when an instalment's turn came."""
    paid, waits = _of_path(flows.payments.transfers, column), _of_path(flows.payments.waiting, column)
    if not waits:
        return []
    spent = np.zeros((len(terms.bounds.within), 1))
    for programme, amount in paid.items():
        spent[terms.eligible[programme]] += amount
    held = terms.bounds.money(after.money[:, [column]]) - terms.bounds.claims(after.paid[:, [column]] - spent)
    left = held[:, 0]
    approved = after.portfolio.approved_at[:, column]
    found = []
    for programme in sorted({**paid, **waits}, key=lambda one: (approved[one], one)):
        bounding = terms.bounds.within[terms.eligible[programme]]
        if programme in paid:
            left = left - bounding * paid[programme]
            continue
        tightest = int(np.where(bounding, left, np.inf).argmin())
        short = waits[programme] - left[tightest]
        found.append(
            _reason(terms, t, programme, "waiting_for_cash", terms.set_labels[tightest], waits[programme], short)
        )
    return found


def _unreleased(terms: Terms, t: int, before: FundState, after: FundState, flows: Flows, column: int) -> list[Reason]:
    """How much expenditure is still to be reported before each instalment is released."""
    found = []
    for programme, amount in _of_path(flows.payments.unreleased, column).items():
        row = np.array([programme])
        known = terms.fund.fees.budget(before.reported[-1][row, column])
        needed = terms.expenditure_that_releases(
            after.portfolio.instalments[row, column].astype(np.intp), after.portfolio.award[row, column], row
        )
        bound = f"reported expenditure of {terms.programmes[programme].organisation}"
        found.append(_reason(terms, t, programme, "not_released", bound, amount, float((needed - known)[0])))
    return found


def _reason(terms: Terms, t: int, programme: int, event: str, bound: str, wanted: float, short: float) -> Reason:
    return Reason(str(terms.quarters[t]), terms.programmes[programme].id, event, bound, int(wanted), int(short))
