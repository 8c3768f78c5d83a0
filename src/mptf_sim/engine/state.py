"""What stands where at the close of a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mptf_sim.engine.blended_state import BlendedState, opening_of_deals
from mptf_sim.engine.cells import Cells, Entries
from mptf_sim.engine.deal_draws import DealDraws
from mptf_sim.engine.terms import NEVER, Terms, Times
from mptf_sim.quantities import Array, Mask

Stage = NDArray[np.int8]

CONCEPT, DOCUMENT, APPROVED, ACTIVE, EXTENDED, CLOSED, SETTLED = range(-1, 6)
"""Of a programme: a slot of the pipeline, its document not ready; before the Committee; approved, not yet paid; running; running on its one extension; operationally,
financially closed."""


class Reports(NamedTuple):
    """What organisations had spent and received at the close of a period: (part, path), cents."""

    spent: Array
    received: Array


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Where each programme stands; money in whole cents, times in periods.

    (programme, path): stage, award, approved_at, started_at, ends_at, closed_at
    (line, path): instalments, next_due
    (part, path): award_direct, received, spent
    """

    stage: Stage
    award: Array  # approved, direct and indirect cost
    approved_at: Times
    started_at: Times  # period of the first transfer
    ends_at: Times  # first period after the planned (or extended) end
    closed_at: Times  # period of operational closure
    instalments: Stage  # instalments paid
    next_due: Times  # when the next instalment falls due; NEVER if there is none
    award_direct: Array  # direct cost of the award
    received: Array  # transferred to organisations so far
    spent: Array  # direct cost delivered

    @property
    def running(self) -> Mask:
        """Between first transfer and operational closure: (programme, path)."""
        running: Mask = (self.stage == ACTIVE) | (self.stage == EXTENDED)
        return running

    def at(self, cells: Cells, name: str) -> NDArray[Any]:
        """One field of some cells, which must be of the field's axis."""
        values: NDArray[Any] = getattr(self, name).ravel()[cells.flat]
        return values

    def after(self, cells: Cells, **changed: NDArray[Any] | np.generic) -> Portfolio:
        """The portfolio once something has happened to some cells: new values, by field of their axis."""
        if len(cells.flat) == 0:
            return self
        fields = {}
        for name, values in changed.items():
            fields[name] = getattr(self, name).copy()
            fields[name].ravel()[cells.flat] = values
        return replace(self, **fields)


@dataclass(frozen=True, slots=True)
class FundState:
    """What stands where at the close of a period, one column per path; whole cents.

    Claims and payments are cumulative and net of cancellations and refunds: together with the money of each
    earmark class they are all that the bounds need.
    """

    money: Array  # (class, path) opening cash + deposits - fees + interest - direct cost
    signed: Array  # (class, path) signed and not deposited
    claims: Array  # (eligible, path) awards, net of cancellations and refunds
    paid: Array  # (eligible, path) transfers, net of refunds
    accrued: Array  # (path,) interest earned and not yet credited
    direct_cost_owed: Array  # (path,) direct cost that waits for unearmarked money
    unmet: Array  # (need + 1, path) direct cost that no approved finance meets; infinite without a plan
    status: Stage  # (plan, path), place in STATUSES
    level: Stage  # (plan, path), of coordination
    raising: Mask  # (plan, path), whether the plan raises needs this year
    portfolio: Portfolio
    prepared: Array  # (slot, path) hazard of preparation so far
    ready_at: Array  # (slot, path) period in which its document became ready; NEVER before
    slot_score: Array  # (slot, path) of its document
    spent_in_year: Array  # (limit, path) direct cost of the calendar year under each limit of capacity
    reported: tuple[Reports, ...]  # at the close of the last periods, latest first
    known: Reports  # as the last reports due say
    blended: BlendedState | None  # facilities and deals, if there are any
    unreported: tuple[Entries, ...]  # expenditure of the last periods, of parts, latest first

    @property
    def cash(self) -> Array:
        """Held by the administrative agent: (path,), cents."""
        cash: Array = self.money.sum(axis=0) - self.paid.sum(axis=0)
        return cash


def opening(terms: Terms, slot_score: Array, deals: DealDraws | None) -> FundState:
    """The books on the first morning: opening cash, and programmes that already run.

    Parameters
    ----------
    slot_score : (slot, path), scores of the documents that the pipeline may bring
    deals : what chance decides of deals, if there are any
    """
    width = slot_score.shape[1]

    def column(values: Sequence[float] | Array) -> Array:
        return np.repeat(np.array(values, dtype=np.float64).reshape(-1, 1), width, axis=1)

    def times(values: list[int]) -> Times:
        return np.repeat(np.array(values, dtype=np.int16).reshape(-1, 1), width, axis=1)

    running = [programme.running for programme in terms.programmes]
    paid = [one.instalments_paid if one else 0 for one in running]
    approved = [one.approved.ordinal - terms.start.ordinal if one else NEVER for one in running]
    started = [one.started.ordinal - terms.start.ordinal if one and one.started else NEVER for one in running]
    ends = [s if s == NEVER else s + programme.duration for s, programme in zip(started, terms.programmes, strict=True)]
    next_due = []
    for one, agreement, k, first, decided in zip(running, terms.agreements, paid, started, approved, strict=True):
        if one is None or k == len(agreement.instalments):
            next_due.append(NEVER)
        else:
            next_due.append((first if k else decided + agreement.preparation) + agreement.instalments[k].after)

    award = np.array([float(p.budget) if p.running else 0.0 for p in terms.programmes])
    layout = terms.layout
    whose, whole = layout.part_programme, np.arange(len(paid))
    received, before = np.zeros(len(layout.parts)), np.zeros(len(paid))
    for number in range(1, max(paid, default=0) + 1):  # instalment by instalment, as they were split when paid
        after = terms.received_after(np.minimum(number, paid), award, whole)
        received += layout.split((after - before)[whose], np.arange(len(whose)))
        before = after
    delivered = np.array([float(one.delivered) if one else 0.0 for one in running])
    direct = terms.fund.fees.direct_within(award)
    stage = [
        CONCEPT if is_slot else DOCUMENT if one is None else ACTIVE if one.started else APPROVED
        for one, is_slot in zip(running, terms.slots.is_slot, strict=True)
    ]
    portfolio = Portfolio(
        stage=times(stage).astype(np.int8),
        award=column(award),
        approved_at=times(approved),
        started_at=times(started),
        ends_at=times(ends),
        closed_at=times([NEVER] * len(running)),
        instalments=times(paid)[layout.line_programme].astype(np.int8),
        next_due=times(next_due)[layout.line_programme],
        award_direct=column(layout.split(direct[whose], np.arange(len(whose)))),
        received=column(received),
        spent=column(layout.split(delivered[whose], np.arange(len(whose)))),
    )
    unmet = np.zeros((len(terms.needs) + 1, width))
    unmet[-1] = np.inf
    return FundState(
        money=np.repeat(terms.opening_cash, width, axis=1),
        signed=np.zeros((len(terms.classes), width)),  # agreements in force are signed in the first period
        claims=terms.programmes_of_eligible.add_up(portfolio.award - layout.all_programmes(portfolio.received)),
        paid=np.zeros((len(terms.bounds.within), width)),
        accrued=np.zeros(width),
        direct_cost_owed=np.zeros(width),
        unmet=unmet,
        status=np.repeat(terms.planning.opening_status[:, None], width, axis=1),
        level=np.repeat(terms.planning.opening_level[:, None], width, axis=1),
        raising=np.zeros((len(terms.plans), width), dtype=bool),
        portfolio=portfolio,
        prepared=np.zeros((len(terms.slots.rows), width)),
        ready_at=np.full((len(terms.slots.rows), width), float(NEVER)),
        slot_score=slot_score,
        spent_in_year=np.zeros((len(terms.capacities), width)),
        reported=(Reports(portfolio.spent, portfolio.received),) * terms.reporting_lag,
        known=Reports(portfolio.spent, portfolio.received),
        blended=opening_of_deals(terms.deals, deals) if terms.deals is not None and deals is not None else None,
        unreported=(Entries.none(width),) * terms.reporting.longest(terms.reporting_lag, any(terms.late_chance)),
    )
