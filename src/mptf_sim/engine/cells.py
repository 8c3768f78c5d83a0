"""Some rows on some paths: in a period only a few of all programmes move, on a few of all paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from mptf_sim.quantities import Array, Mask

Rows = NDArray[np.intp]


class Cells(NamedTuple):
    """Some rows (programmes, their parts or their instalment lines) on some paths."""

    row: Rows
    path: Rows
    flat: Rows  # place in the whole (row, path)
    width: int  # paths in all

    @classmethod
    def where(cls, mask: Mask) -> Cells:
        """Those of which it is true: (row, path)."""
        flat = np.flatnonzero(mask)
        width = mask.shape[1]
        row = flat // width
        return cls(row, flat - row * width, flat, width)

    @classmethod
    def none(cls, width: int) -> Cells:
        nowhere = np.empty(0, dtype=np.intp)
        return cls(nowhere, nowhere, nowhere, width)

    def those(self, chosen: Mask) -> Cells:
        """Some of these."""
        places = np.flatnonzero(chosen)
        if len(places) == len(chosen):
            return self
        return Cells(self.row.take(places), self.path.take(places), self.flat.take(places), self.width)

    def of_row(self, row: Rows) -> Cells:
        """Other rows on the same paths, one for each of these."""
        return Cells(row, self.path, row * self.width + self.path, self.width)


class Groups:
    """Entities by group, so that amounts add up by window, plan or earmark: whole cents, exact in any order."""

    def __init__(self, group: Rows, count: int) -> None:
        """Entity i belongs to group[i]; one whose group is `count` belongs nowhere."""
        self.count = count
        self.group = group
        size = len(group)
        ones = (np.ones(size), (group, np.arange(size)))
        self._all = csr_matrix(ones, shape=(count + 1, size))

    def add_up(self, amounts: Array) -> Array:
        """Sum over the entities of each group: (entity, path) to (group, path)."""
        total: Array = (self._all @ amounts)[: self.count]
        return total

    def add_up_some(self, entities: Rows, paths: Rows, amounts: Array, width: int) -> Array:
        """The same for single amounts, each of one entity on one path: to (group, path)."""
        place = self.group[entities] * width + paths
        total: Array = np.bincount(place, weights=amounts, minlength=(self.count + 1) * width).astype(
            np.float64, copy=False
        )
        return total.reshape(self.count + 1, width)[: self.count]


@dataclass(frozen=True, slots=True)
class Entries:
    """Single amounts, each of one row (a programme, a part, an instalment line) on one path; all others have none."""

    cells: Cells
    amounts: Array  # (cell,), cents

    @property
    def width(self) -> int:
        """Paths in all."""
        return self.cells.width

    def total(self) -> Array:
        """Over all rows: (path,)."""
        return _per_path(self.cells.path, self.amounts, self.width)

    def how_many(self) -> Array:
        """Rows with an amount above zero: (path,)."""
        return _per_path(self.cells.path, (self.amounts > 0).astype(np.float64), self.width)

    def by(self, groups: Groups) -> Array:
        """Over the rows of each group: (group, path)."""
        return groups.add_up_some(self.cells.row, self.cells.path, self.amounts, self.width)

    def of_those(self, rows: Mask) -> Entries:
        """Only the entries of some rows: (row,)."""
        chosen = rows[self.cells.row]
        return Entries(self.cells.those(chosen), self.amounts[chosen])

    def add_to(self, sums: Array, rows: Rows | None = None) -> None:
        """Add to running sums of every row, or of the row that each belongs to, in place: (row, path)."""
        if rows is None:
            sums.ravel()[self.cells.flat] += self.amounts
        elif len(self.amounts):
            np.add.at(sums.ravel(), rows[self.cells.row] * self.width + self.cells.path, self.amounts)

    @classmethod
    def none(cls, width: int) -> Entries:
        return cls(Cells.none(width), np.empty(0))


def _per_path(path: Rows, amounts: Array, width: int) -> Array:
    return np.bincount(path, weights=amounts, minlength=width).astype(np.float64, copy=False)
