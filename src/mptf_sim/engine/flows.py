"""What happened in one period: every movement of money, entity by entity."""

from __future__ import annotations

from dataclasses import dataclass

from mptf_sim.engine.cells import Entries
from mptf_sim.engine.deal_flows import BlendedFlows
from mptf_sim.engine.giving import Gifts
from mptf_sim.engine.state import FundState
from mptf_sim.quantities import Array


@dataclass(frozen=True, slots=True)
class Receipts:
    """Money that came to the fund, and what the fund itself costs; cents."""

    gifts: Gifts  # of the period: (line, path)
    fees: Array  # (line, path), withheld by the agent
    interest: Array  # (path,), credited
    refunds: Entries  # of parts: from their organisations
    direct_cost: Array  # (path,), to the secretariat's host
    facility_refunds: Array | None  # (facility, path), what facilities returned; None if there are none


@dataclass(frozen=True, slots=True)
class PipelineFlows:
    """What happened in the pipeline, one for each programme and path where it did."""

    received: Entries  # concept notes
    selected: Entries
    ready: Entries  # documents


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the Committee approved; cents."""

    awards: Entries  # of programmes
    awards_direct: Entries
    approvable: Array  # (path,), what it could have approved in all; zero without a meeting
    unmet_floors: Array  # (path,), what is missing to the floors of groups and regions, at this meeting
    shortfall: Array  # (path,), how far approvals overstepped a bound: must be zero
    seen: FundState  # what stood where when the Committee met


@dataclass(frozen=True, slots=True)
class Payments:
    """What was transferred to organisations, and what fell due and was not; cents."""

    paid: Entries  # of instalment lines
    transfers: Entries  # the same, of parts
    waiting: Entries  # of instalment lines: due and released, but the payment bound refused it
    unreleased: Entries  # of instalment lines: due, but its condition fails or a report is overdue
    reported: Entries  # of parts: expenditure that becomes known
    held_up: Entries  # of instalment lines: of the unreleased, what would be released had reports come in time
    held_up_by: Entries  # of parts whose report is overdue: the whole instalment that it helps to hold up


@dataclass(frozen=True, slots=True)
class Delivered:
    """What organisations spent, and what was closed; cents."""

    direct: Entries  # of parts
    indirect: Entries  # of parts
    cancelled: Entries  # of programmes: what of the award will not be paid
    freed: Entries  # of programmes: direct cost of the award that will not be spent


@dataclass(frozen=True, slots=True)
class PlanFlows:
    """What came due of plans and what others paid; cents. Needs move in a year's first quarter alone."""

    due: Array | None  # (need, path)
    secured: Array | None  # (need, path), of what came due
    lapsed: Array | None  # (need, path), unmet and not carried over
    executed: Array  # (plan, path), spent by other secured sources


@dataclass(frozen=True, slots=True)
class Flows:
    """One period, in the order in which it happened."""

    receipts: Receipts
    plans: PlanFlows
    pipeline: PipelineFlows
    decisions: Decisions
    payments: Payments
    delivered: Delivered
    blended: BlendedFlows | None
