"""What happened in one period: every movement of money, entity by entity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mptf_sim.engine.giving import Gifts
from mptf_sim.engine.state import Cells, FundState
from mptf_sim.engine.terms import Groups, Rows
from mptf_sim.quantities import Array, Mask


@dataclass(frozen=True, slots=True)
class Entries:
    """Single amounts, each of one programme on one path; all others have none."""

    cells: Cells
    amounts: Array  # (cell,), cents
    width: int  # paths in all

    def total(self) -> Array:
        """Over programmes: (path,)."""
        return _per_path(self.cells.path, self.amounts, self.width)

    def how_many(self) -> Array:
        """Programmes with an amount above zero: (path,)."""
        return _per_path(self.cells.path, (self.amounts > 0).astype(np.float64), self.width)

    def by(self, groups: Groups) -> Array:
        """Over the programmes of each group: (group, path)."""
        return groups.add_up_some(self.cells.programme, self.cells.path, self.amounts, self.width)

    def of_those(self, programmes: Mask) -> Entries:
        """Only the entries of some programmes: (programme,)."""
        chosen = programmes[self.cells.programme]
        return Entries(self.cells.those(chosen), self.amounts[chosen], self.width)

    def add_to(self, sums: Array, rows: Rows | None = None) -> None:
        """Add to running sums of every programme, or of the row each programme belongs to, in place: (row, path)."""
        if rows is None:
            sums.ravel()[self.cells.flat] += self.amounts
        elif len(self.amounts):
            np.add.at(sums.ravel(), rows[self.cells.programme] * self.width + self.cells.path, self.amounts)

    @classmethod
    def none(cls, width: int) -> Entries:
        nowhere = np.empty(0, dtype=np.intp)
        return cls(Cells(nowhere, nowhere, nowhere), np.empty(0), width)


def _per_path(path: Rows, amounts: Array, width: int) -> Array:
    return np.bincount(path, weights=amounts, minlength=width).astype(np.float64, copy=False)


@dataclass(frozen=True, slots=True)
class Receipts:
    """Money that came to the fund, and what the fund itself costs; cents."""

    gifts: Gifts  # of the period: (line, path)
    fees: Array  # (line, path), withheld by the agent
    interest: Array  # (path,), credited
    refunds: Entries  # from organisations
    direct_cost: Array  # (path,), to the secretariat's host


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the Committee approved; cents."""

    awards: Entries
    awards_direct: Entries
    approvable: Array  # (path,), what it could have approved in all; zero without a meeting
    unmet_floors: Array  # (path,), what is missing to the floors of groups and regions, at this meeting
    shortfall: Array  # (path,), how far approvals overstepped a bound: must be zero
    seen: FundState  # what stood where when the Committee met


@dataclass(frozen=True, slots=True)
class Payments:
    """What was transferred to organisations, and what fell due and was not; cents."""

    transfers: Entries
    waiting: Entries  # due and released, but the payment bound refused it
    unreleased: Entries  # due, but its condition fails


@dataclass(frozen=True, slots=True)
class Delivered:
    """What organisations spent, and what was closed; cents."""

    direct: Entries
    indirect: Entries
    cancelled: Entries  # part of the award that will not be paid
    freed: Entries  # direct cost of the award that will not be spent


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
    decisions: Decisions
    payments: Payments
    delivered: Delivered
