"""Results-based payment: money that follows what was achieved."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.arrays import np
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, Cents, Fraction, Lag, Spread


class ResultsBasedPayment(Part):
    """The facility holds the cap from the close on, and pays the share of it that was achieved."""

    kind: Literal["results_based_payment"] = "results_based_payment"
    cap: Annotated[Cents, Field(gt=0)]
    after: Annotated[Lag, Field(ge=1)]
    """Quarters from the last draw to the payment."""
    achieved: Fraction = 1.0
    """Expected share of the results agreed on."""
    spread: Spread = 0.0
    """Its standard deviation, before it is kept between none and all."""

    def shares(self, normals: Array) -> Array:
        """What was achieved on each path, between 0 and 1: (path,)."""
        return np.minimum(np.maximum(self.achieved + self.spread * normals, 0.0), 1.0)
