"""Why an instalment was not paid on one path: what it waited for, and by how many cents it was short.

Said from the states of a replay: nothing here decides anything.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mptf_sim.engine.cells import Entries
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.engine.transfers import instalment_steps, still_to_report


class Reason(NamedTuple):
    """What stood in the way of one programme in one quarter of one path."""

    period: str
    programme: str
    event: str  # "waiting_for_cash", "not_released" or "refused"
    bound: str  # the earmarks, limit, bar or report that stood in the way, by name
    wanted: int  # cents: the instalment or the award
    short: int  # cents missing; all of it where only a report is missing
    organisation: str = ""  # of an instalment that is paid to one organisation alone


def unpaid(terms: Terms, t: int, after: FundState, flows: Flows, column: int) -> list[Reason]:
    """Why instalments due on one path were not paid in period t."""
    return [
        *_waiting(terms, t, after, flows, column),
        *_unreleased(terms, t, after, flows, column),
    ]


def _of_path(entries: Entries, column: int) -> dict[int, float]:
    """Amount by instalment line on one path."""
    mine = entries.cells.path == column
    return dict(zip(entries.cells.row[mine].tolist(), entries.amounts[mine].tolist(), strict=True))


def _waiting(terms: Terms, t: int, after: FundState, flows: Flows, column: int) -> list[Reason]:
    """The queue of the quarter once more: what each set of earmarks still held when an instalment's turn came."""
    paid, waits = _of_path(flows.payments.paid, column), _of_path(flows.payments.waiting, column)
    if not waits:
        return []
    programme = terms.layout.line_programme
    spent = np.zeros((len(terms.bounds.within), 1))
    for line, amount in paid.items():
        spent[terms.eligible[programme[line]]] += amount
    held = terms.bounds.money(after.money[:, [column]]) - terms.bounds.claims(after.paid[:, [column]] - spent)
    left = held[:, 0]
    approved = after.portfolio.approved_at[:, column]
    found = []
    for line in sorted({**paid, **waits}, key=lambda one: (approved[programme[one]], one)):
        bounding = terms.bounds.within[terms.eligible[programme[line]]]
        if line in paid:
            left = left - bounding * paid[line]
            continue
        tightest = int(np.where(bounding, left, np.inf).argmin())
        short = waits[line] - left[tightest]
        found.append(_reason(terms, t, line, "waiting_for_cash", terms.set_labels[tightest], waits[line], short))
    return found


def _unreleased(terms: Terms, t: int, after: FundState, flows: Flows, column: int) -> list[Reason]:
    """How much expenditure is still to be reported before each instalment is released, or whose report is overdue."""
    unreleased = flows.payments.unreleased
    mine = unreleased.cells.path == column
    cells, amounts = unreleased.cells.those(mine), unreleased.amounts[mine]
    instalments = after.portfolio.at(cells, "instalments").astype(np.intp)
    lacking = still_to_report(terms, after, cells, instalments, instalment_steps(terms, after, cells, instalments))
    parts = terms.layout.parts
    late: dict[int, list[str]] = {}
    for part, path in zip(flows.payments.held_up_by.cells.row, flows.payments.held_up_by.cells.path, strict=True):
        if path == column:
            late.setdefault(int(terms.layout.part_line[part]), []).append(parts[part][1])
    found = []
    for line, amount, short in zip(cells.row.tolist(), amounts, lacking, strict=True):
        first, count = terms.layout.line_first_part[line], terms.layout.line_part_count[line]
        whose = ", ".join(organisation for _, organisation in parts[first : first + count])
        bound = f"reported expenditure of {whose}"
        if short == 0:
            bound, short = f"overdue report of {', '.join(late[line])}", amount
        found.append(_reason(terms, t, line, "not_released", bound, amount, short))
    return found


def _reason(terms: Terms, t: int, line: int, event: str, bound: str, wanted: float, short: float) -> Reason:
    programme, organisation = terms.layout.line_names()[line]
    return Reason(str(terms.quarters[t]), programme, event, bound, int(wanted), int(short), organisation)
