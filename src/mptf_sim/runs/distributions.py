"""How a number is distributed over paths: every value, or a histogram that merges exactly.

Up to 16,384 paths all values are kept and quantiles are real paths' values. Above that each row is a histogram
whose bins are 1/128 wide relative to the value; counts are integers, so the order of merging means nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mptf_sim.quantities import Whole

MOST_EXACT_PATHS = 16_384
BINS_PER_DOUBLING = 128
_BITS = 7
_DOUBLINGS = 54
_BINS = 1 + _DOUBLINGS * BINS_PER_DOUBLING


class Row(NamedTuple):
    """What one row of the distributions is about."""

    account: str
    scope_kind: str  # "fund", "plan", "programme", "donor", "organisation", "deal", "layer"
    scope: str
    period: str  # a quarter, a year, or "to date" of a year: "2026", "to 2026"


class Distributions:
    """Rows of whole numbers over the paths of a run, filled chunk by chunk, in order."""

    def __init__(self, rows: int, paths: int) -> None:
        self.rows, self.paths = rows, paths
        self.exact = paths <= MOST_EXACT_PATHS
        self.seen = 0
        self.totals = np.zeros(rows, dtype=np.int64)
        self._values: list[list[Whole]] = []  # of each chunk as it came: one large table would take long to fill
        self._counts: NDArray[np.int32] = np.zeros((rows, 0 if self.exact else _BINS), dtype=np.int32)
        self._below_zero: dict[int, NDArray[np.int32]] = {}  # few rows ever are: kept by size, apart

    @property
    def basis(self) -> str:
        """What the quantiles are read from."""
        return "every path" if self.exact else f"histogram, bins 1/{BINS_PER_DOUBLING} of the value"

    def add(self, tables: list[Whole]) -> None:
        """Add some paths: tables one below the other, (row, path) each."""
        self.totals += np.concatenate([table.sum(axis=1) for table in tables])
        if self.exact:
            self._values.append(tables)
        else:
            for row, values in enumerate(row for table in tables for row in table):
                self._count(row, values)
        self.seen += tables[0].shape[1]

    def _count(self, row: int, values: Whole) -> None:
        """Enter the values of one row into its histogram: (path,)."""
        negative = values < 0
        if negative.any():
            below = self._below_zero.setdefault(row, np.zeros(_BINS, dtype=np.int32))
            below += np.bincount(_bin(-values[negative]), minlength=_BINS).astype(np.int32)
            values = values[~negative]
        self._counts[row] += np.bincount(_bin(values), minlength=_BINS).astype(np.int32)

    def means(self) -> NDArray[np.float64]:
        """Mean of each row, from its exact integer sum."""
        return np.array([int(total) / self.paths for total in self.totals])

    def quantiles(self, levels: tuple[float, ...]) -> NDArray[np.float64]:
        """Quantiles by the inverted distribution function: (level, row)."""
        ranks = [rank_of(level, self.paths) for level in levels]
        if self.exact:
            out = np.empty((len(levels), self.rows))
            for row in range(self.rows):
                out[:, row] = np.sort(self.every_path(row))[ranks]
            return out
        return np.array([[self._ranked(row, rank) for row in range(self.rows)] for rank in ranks])

    def paths_of(self, levels: tuple[float, ...]) -> Whole:
        """The path whose value each quantile is, of equal ones in the order of paths: (level, row).

        -1 where only a histogram is kept: no single path is known any more.
        """
        out = np.full((len(levels), self.rows), -1, dtype=np.int64)
        if self.exact:
            ranks = [rank_of(level, self.paths) for level in levels]
            for row in range(self.rows):
                out[:, row] = np.argsort(self.every_path(row), kind="stable")[ranks]
        return out

    def every_path(self, row: int) -> Whole:
        """All values of a row, in the order of paths; where only a histogram is kept there are none to give."""
        first = np.cumsum([0, *(len(table) for table in self._values[0])])
        place = int(np.searchsorted(first, row, side="right")) - 1
        return np.concatenate([tables[place][row - int(first[place])] for tables in self._values])

    def _ranked(self, row: int, rank: int) -> float:
        """The value of one rank of a row, from its histogram."""
        below = self._below_zero.get(row)
        negative = 0 if below is None else int(below.sum())
        if below is not None and rank < negative:
            return -_value(int(np.searchsorted(np.cumsum(below), negative - rank)))
        return _value(int(np.searchsorted(np.cumsum(self._counts[row]), rank - negative + 1)))


def rank_of(level: float, paths: int) -> int:
    """Rank, from 0, of the path whose value is the quantile: the smallest with at least `level` at or below it."""
    return max(int(np.ceil(round(level * paths, 9))) - 1, 0)


def _bin(values: Whole) -> NDArray[np.int64]:
    """Bin of each value: 0 for 0, then 128 to every doubling."""
    bits = np.maximum(values, 1).astype(np.float64).view(np.int64) >> (52 - _BITS)
    return np.where(values > 0, bits - (1023 << _BITS) + 1, 0)


def _value(number: int) -> float:
    """Middle of a bin, in whole numbers."""
    if number == 0:
        return 0.0
    doubling, part = divmod(number - 1, BINS_PER_DOUBLING)
    return float(np.rint(2.0**doubling * (1 + (part + 0.5) / BINS_PER_DOUBLING)))
