"""A donor whose agreements are known."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import model_validator

from mptf_sim.fund.donors.promises import Chance, Pledge
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, Cents, Quarter, wrong


class Instalment(Part):
    """One dated amount of a signed contribution agreement."""

    due: Quarter
    amount: Cents
    signed: Quarter | None = None
    """When the agreement is signed; if not said, before the calendar starts."""


class Scheduled(Part):
    """A donor whose agreements are known, instalment by instalment."""

    kind: Literal["scheduled"] = "scheduled"
    instalments: tuple[Instalment, ...]

    @model_validator(mode="after")
    def _signed_before_due(self) -> Scheduled:
        for instalment in self.instalments:
            if instalment.signed is not None and instalment.signed > instalment.due:
                raise wrong(f"a signature no later than the due quarter {instalment.due}", str(instalment.signed))
        return self

    def pledges(
        self, start: Quarter, periods: int, deposit_quarter: int | None, chance: Chance, common: Array
    ) -> list[Pledge]:
        """Each instalment due within the calendar, as the agreement says."""
        width = common.shape[1]
        known = []
        for instalment in self.instalments:
            due = instalment.due.ordinal - start.ordinal
            signed = instalment.signed.ordinal - start.ordinal if instalment.signed else -1
            if due >= 0:
                known.append(Pledge(signed, max(0, signed), due, np.full(width, float(instalment.amount))))
        return known
