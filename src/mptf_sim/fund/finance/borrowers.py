"""Who owes what a deal lends: many enterprises, very many, or one State. They default together or apart."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Count, Fraction, Lag


class Recovery(Part):
    """What comes back of a default: much or little, seldom the mean."""

    high: Fraction = 1.0
    """Share that comes back in the good case."""
    low: Fraction = 0.0
    """Share that comes back in the other."""
    chance: Fraction = 0.5
    """Of the good case."""
    after: Annotated[Lag, Field(ge=1)] = 12
    """Quarters from default to recovery."""

    @property
    def mean(self) -> float:
        return self.low + (self.high - self.low) * self.chance


class Pool(Part):
    """Enterprises that each owe an equal part of every loan."""

    kind: Literal["pool"] = "pool"
    obligors: Annotated[Count, Field(ge=2)]
    default: Fraction
    """Yearly chance that one defaults."""
    correlation: Annotated[Fraction, Field(lt=1)] = 0.0
    """Of the obligors' values: the share of the common factor."""
    recovery: Recovery = Recovery()


class GranularPool(Part):
    """So many small borrowers that chance is left to the common factor alone; recoveries come at their mean."""

    kind: Literal["granular_pool"] = "granular_pool"
    default: Fraction
    """Yearly chance that one defaults."""
    correlation: Annotated[Fraction, Field(lt=1)] = 0.0
    """Of the borrowers' values: the share of the common factor."""
    recovery: Recovery = Recovery()


class Sovereign(Part):
    """The State whose plan it is. What it borrows is bound by the plan's debt rule."""

    kind: Literal["sovereign"] = "sovereign"
    default: Fraction
    """Yearly chance that it defaults."""
    correlation: Annotated[Fraction, Field(lt=1)] = 0.0
    """With what moves all deals: the share of the common factor."""
    recovery: Recovery = Recovery()


AnyBorrower = Pool | GranularPool | Sovereign
Borrower = Annotated[AnyBorrower, Field(discriminator="kind")]


class CreditFactors(Part):
    """What makes deals go bad together, and with donors. Off by default."""

    common_share: Fraction = 0.0
    """Of each deal's factor: share of the variance that all deals have in common."""
    donors_share: Fraction = 0.0
    """Of what deals have in common: share that it has in common with what donors give."""
