"""How programmes divide: into parts, one for each organisation, and into what is released and paid at once.

Three axes, each in the order of (programme, organisation). *Programmes* are approved, start and close. A *part* is
what one organisation receives, spends, reports and refunds of a programme. An *instalment line* is what is released
and paid whole: a programme, or each of its parts where the agreement releases by own share. In a fund in which every
programme has one organisation the three are one and the same, and looking from one to another costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as Ratio
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mptf_sim.engine.cells import Cells, Groups, Rows
from mptf_sim.fund.programmes import Agreement, Programme
from mptf_sim.quantities import Array, Mask


class Layout:
    """Which parts and instalment lines each programme has."""

    def __init__(
        self, programmes: Sequence[Programme], agreements: Sequence[Agreement], organisations: Sequence[str]
    ) -> None:
        """Programmes with their agreements, and organisations: in the order of ids."""
        by_own_share = [agreement.release.level == "own share" for agreement in agreements]
        self.organisations = tuple(organisations)
        self.parts: tuple[tuple[str, str], ...] = tuple(
            (programme.id, organisation) for programme in programmes for organisation in programme.parts
        )
        self.is_single = len(self.parts) == len(programmes)
        counts = [len(programme.parts) for programme in programmes]
        lines = [count if own else 1 for count, own in zip(counts, by_own_share, strict=True)]
        rows = np.arange(len(programmes), dtype=np.intp)
        self.part_count = np.array(counts, dtype=np.intp)
        self.first_part = np.cumsum(self.part_count) - self.part_count
        self.part_programme = np.repeat(rows, counts)
        self.part_organisation = np.array([self.organisations.index(name) for _, name in self.parts], dtype=np.intp)
        self.line_count = np.array(lines, dtype=np.intp)
        self.first_line = np.cumsum(self.line_count) - self.line_count
        self.line_programme = np.repeat(rows, lines)
        per_line = np.concatenate(
            [np.ones(n, dtype=np.intp) if own else np.array([n]) for n, own in zip(counts, by_own_share, strict=True)]
            or [np.empty(0, dtype=np.intp)]
        )
        self.line_part_count = per_line
        self.line_first_part = np.cumsum(per_line) - per_line
        self.part_line = np.repeat(np.arange(len(per_line), dtype=np.intp), per_line)
        self._by_programme = Groups(self.part_programme, len(programmes))
        self._by_line = Groups(self.part_line, len(per_line))

        bounds = [bound for programme in programmes for bound in programme.parts.running()]
        self._begins = _Fractions([begin for begin, _ in bounds])
        self._ends = _Fractions([end for _, end in bounds])

    def line_names(self) -> list[tuple[str, str]]:
        """Programme and organisation of each instalment line; no organisation where it pays several."""
        return [
            (self.parts[part][0], self.parts[part][1] if count == 1 else "")
            for part, count in zip(self.line_first_part, self.line_part_count, strict=True)
        ]

    # ------------------------------------------------------------------------------------ from one axis to another

    def parts_of(self, programmes: Cells) -> Cells:
        """The parts of some programmes on some paths, those of one programme side by side."""
        return programmes if self.is_single else _down(programmes, self.first_part, self.part_count)

    def lines_of(self, programmes: Cells) -> Cells:
        """The instalment lines of some programmes."""
        return programmes if self.is_single else _down(programmes, self.first_line, self.line_count)

    def parts_of_lines(self, lines: Cells) -> Cells:
        """The parts that some instalment lines pay, those of one line side by side."""
        return lines if self.is_single else _down(lines, self.line_first_part, self.line_part_count)

    def repeat_for_parts(self, programmes: Cells, values: NDArray[Any]) -> NDArray[Any]:
        """A value of each programme, for each of its parts: as `parts_of` lists them."""
        repeated: NDArray[Any] = values if self.is_single else np.repeat(values, self.part_count[programmes.row])
        return repeated

    def repeat_for_parts_of_lines(self, lines: Cells, values: NDArray[Any]) -> NDArray[Any]:
        """A value of each instalment line, for each of its parts: as `parts_of_lines` lists them."""
        repeated: NDArray[Any] = values if self.is_single else np.repeat(values, self.line_part_count[lines.row])
        return repeated

    def sum_for_lines(self, lines: Cells, amounts: Array) -> Array:
        """Amounts of parts, as `parts_of_lines` lists them, added up for each line."""
        return amounts if self.is_single else _add_up(amounts, self.line_part_count[lines.row])

    def sum_for_programmes(self, programmes: Cells, amounts: Array) -> Array:
        """Amounts of parts, as `parts_of` lists them, added up for each programme."""
        return amounts if self.is_single else _add_up(amounts, self.part_count[programmes.row])

    def programmes_of_parts(self, parts: Cells) -> Cells:
        """The programme of each part, as often as there are parts."""
        return parts if self.is_single else parts.of_row(self.part_programme[parts.row])

    def programmes_of_lines(self, lines: Cells) -> Cells:
        """The programme of each instalment line."""
        return lines if self.is_single else lines.of_row(self.line_programme[lines.row])

    def for_all_parts(self, values: Mask) -> Mask:
        """What is true of each programme, for each of its parts: (programme, path) to (part, path)."""
        repeated: Mask = values if self.is_single else values[self.part_programme]
        return repeated

    def all_programmes(self, amounts: Array) -> Array:
        """Amounts of all parts, added up by programme: (part, path) to (programme, path)."""
        return amounts if self.is_single else self._by_programme.add_up(amounts)

    def all_lines(self, amounts: Array) -> Array:
        """Amounts of all parts, added up by instalment line: (part, path) to (line, path)."""
        return amounts if self.is_single else self._by_line.add_up(amounts)

    # ------------------------------------------------------------------------------------------------- shares

    def split(self, amounts: Array, part: Rows) -> Array:
        """Each part's share of an amount of its programme, cents.

        The amount times the running total of shares, in the order of organisations, is rounded; a part is the
        difference of two of these: never negative, and all parts together are the amount.
        """
        if self.is_single:
            return amounts
        shares: Array = self._ends.of(amounts, part) - self._begins.of(amounts, part)
        return shares

    def split_line(self, amounts: Array, line: Rows) -> Array:
        """What an instalment line is of an amount of its programme: all of it, or its one part's share."""
        if self.is_single:
            return amounts
        shares: Array = self._ends.of(amounts, self.line_first_part[line] + self.line_part_count[line] - 1)
        shares -= self._begins.of(amounts, self.line_first_part[line])
        return shares

    @property
    def most_parts_in_a_share(self) -> int:
        """The largest factor an amount is multiplied with when it is split."""
        return int(self._ends.num.max(initial=1.0))


class _Fractions:
    """Exact fractions by row, as integers: products are rounded once."""

    def __init__(self, ratios: Sequence[Ratio]) -> None:
        self.num = np.array([float(ratio.numerator) for ratio in ratios])
        self.den = np.array([float(ratio.denominator) for ratio in ratios])

    def of(self, amounts: Array, row: Rows) -> Array:
        product: Array = np.rint(amounts * self.num[row] / self.den[row])
        return product


def _down(cells: Cells, first: Rows, count: Rows) -> Cells:
    """From cells of one axis to the finer rows each of them holds."""
    counts = count[cells.row]
    ends = np.cumsum(counts)
    place = np.arange(int(ends[-1]) if len(ends) else 0, dtype=np.intp) - np.repeat(ends - counts, counts)
    path = np.repeat(cells.path, counts)
    row = np.repeat(first[cells.row], counts) + place
    return Cells(row, path, row * cells.width + path, cells.width)


def _add_up(amounts: Array, counts: Rows) -> Array:
    """Sums of consecutive amounts, so many each."""
    if len(counts) == 0:
        return np.empty(0)
    total: Array = np.add.reduceat(amounts, np.cumsum(counts) - counts)
    return total
