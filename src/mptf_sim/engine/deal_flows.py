"""What moves in facilities and deals in one period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from mptf_sim.engine.cells import Cells, Entries, Rows
from mptf_sim.engine.foreign_loans import OwnFlows
from mptf_sim.quantities import Array

Axis = Literal["facility", "deal", "loan", "grant", "guarantee"]


class Moved(NamedTuple):
    """Money (or an event with an amount) under the name of an account, for some rows of an axis."""

    account: str
    axis: Axis
    rows: Rows  # of a dense array
    amounts: Array | Entries  # (row, path), cents; or single amounts of any rows

    def total(self) -> Array:
        """Over all rows: (path,)."""
        if isinstance(self.amounts, Entries):
            return self.amounts.total()
        total: Array = self.amounts.sum(axis=0)
        return total

    def add_to(self, sums: Array) -> None:
        """Add to running sums of every row of the axis, in place: (row, path)."""
        if isinstance(self.amounts, Entries):
            np.add.at(sums.reshape(-1), self.amounts.cells.flat, self.amounts.amounts)
        else:
            sums[self.rows] += self.amounts


class Borne(NamedTuple):
    """A loss shared over the loans of a deal, on one path each; loans from the most junior on."""

    path: Rows  # (cell,)
    loss: Array  # (cell,)
    stood: Array  # (place, cell), outstanding before; zero where a deal has no loan more
    taken: Array  # (place, cell)


@dataclass(frozen=True, slots=True)
class BlendedFlows:
    """One period, in the order in which it happened."""

    moved: tuple[Moved, ...]
    borne: tuple[Borne, ...]
    gap: Array  # (path,) what came into deals and did not leave them, in absolute cents: must be zero
    own: OwnFlows | None  # of foreign loans, in their own currencies


class Ledger:
    """Collects what moves while a period is played."""

    def __init__(self, width: int) -> None:
        self.moved: list[Moved] = []
        self.borne: list[Borne] = []
        self.gap = np.zeros(width)

    def enter(self, account: str, axis: Axis, rows: Rows | int, amounts: Array | Entries) -> None:
        """A movement; an amount of one row is (path,)."""
        if isinstance(amounts, Entries):
            self.moved.append(Moved(account, axis, np.empty(0, dtype=np.intp), amounts))
        elif isinstance(rows, (int, np.integer)):
            self.moved.append(Moved(account, axis, np.array([rows], dtype=np.intp), amounts[None]))
        elif len(rows):
            self.moved.append(Moved(account, axis, rows, amounts))

    def close(self, own: OwnFlows | None) -> BlendedFlows:
        return BlendedFlows(tuple(self.moved), tuple(self.borne), self.gap, own)


def entries(row: Rows, path: Rows, amounts: Array, width: int) -> Entries:
    """Single amounts above zero."""
    some = amounts > 0
    row, path = row[some], path[some]
    return Entries(Cells(row, path, row * width + path, width), amounts[some])
