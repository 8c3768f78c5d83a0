"""Sharing by a formula: need, performance, capacity and income, each with its exponent."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Interval

from mptf_sim.arrays import np
from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Room
from mptf_sim.fund.allocation.sharing import SCALE, shared
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, Exponent


class PerformanceBased(Part):
    """Awards rise in proportion to need^a x performance^b x capacity^c x income^d.

    Need is the unmet need a document serves (what it asks for, without a plan); the others are those of its plan.
    A document without a plan counts with their means over all plans.
    """

    kind: Literal["performance_based"] = "performance_based"
    need: Annotated[Exponent, Interval(ge=0)] = 1.0
    performance: Annotated[Exponent, Interval(ge=0)] = 1.0
    capacity: Annotated[Exponent, Interval(ge=0)] = 0.0
    income: Exponent = -0.125
    """Below zero: the poorer a country, the more."""

    def share(self, room: Room, requests: Requests) -> Array:
        """Raise the awards of all by their weights until money or asks are used up.

        Returns
        -------
        awards : (candidate, path), cents; none above its request, all of them together within the room
        """
        asks = requests.together()
        unmet = requests.unmet[requests.need]
        raw = power(np.where(np.isfinite(unmet), unmet, asks), self.need)
        raw = raw * power(requests.performance, self.performance)
        raw = raw * power(requests.capacity, self.capacity)
        raw = raw * power(requests.income, self.income)
        raw = np.where(asks > 0, raw, 0.0)
        largest = raw.max(axis=0)
        share = np.divide(raw, largest, out=np.zeros_like(raw), where=largest > 0)
        weights = np.maximum(np.rint(SCALE * share), (raw > 0).astype(np.float64))
        return shared(room, requests, weights)


def power(base: Array, exponent: float) -> Array:
    """A power with an exponent of whole eighths, by products and square roots alone: the same bits everywhere."""
    whole, eighths = divmod(round(abs(exponent) * 8), 8)
    root = np.sqrt(np.sqrt(np.sqrt(base)))
    product = np.ones_like(base)
    for factor, times in ((base, whole), (root, eighths)):
        for _ in range(times):
            product = product * factor
    return 1.0 / product if exponent < 0 else product
