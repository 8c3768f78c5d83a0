"""Technical assistance: a grant that helps a deal to be prepared."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Cents, Fraction, Lag


class TechnicalAssistance(Part):
    """Paid by the facility before the deal closes; spent, never paid back, and no part of the stack."""

    kind: Literal["technical_assistance"] = "technical_assistance"
    amount: Annotated[Cents, Field(gt=0)]
    before: Lag = 4
    """Quarters before the expected close from which it is paid, as soon as the facility has the money."""
    raises_chance: Fraction = 0.0
    """Share of the chance that the deal fails which it takes away. No evidence says how much: an assumption, shipped at
    zero."""
