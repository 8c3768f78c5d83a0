"""The terms of reporting and release, laid out by part and programme."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mptf_sim.engine.layout import Layout
from mptf_sim.fund.programmes import Agreement
from mptf_sim.quantities import Mask


class Reporting:
    """Which parts report at the close of which quarter, and how late a late report is."""

    def __init__(self, agreements: Sequence[Agreement], layout: Layout, first_ordinal: int) -> None:
        """The agreement of each programme; the ordinal of the calendar's first quarter."""
        every = np.array([one.reporting.every for one in agreements], dtype=np.int64)
        late_by = np.array([one.reporting.late_by for one in agreements], dtype=np.int64)
        self._first_ordinal = first_ordinal
        self.every: NDArray[np.int64] = every[layout.part_programme]
        self.late_by: NDArray[np.int64] = late_by[layout.part_programme]
        self.always = bool((self.every == 1).all())

    def at(self, period: int) -> Mask:
        """Whether each part reports at the close of a period: (part,)."""
        reports: Mask = (self._first_ordinal + period + 1) % self.every == 0
        return reports

    def wait(self, period: int) -> NDArray[np.int64]:
        """Quarters from a period to the next at whose close each part reports: (part,)."""
        wait: NDArray[np.int64] = -(self._first_ordinal + period + 1) % self.every
        return wait

    def longest(self, lag: int, ever_late: bool) -> int:
        """The most periods until expenditure is known."""
        late = int(self.late_by.max(initial=0)) if ever_late else 0
        return lag + int(self.every.max(initial=1)) - 1 + late
