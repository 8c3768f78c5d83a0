"""Interest buy-down: a grant to a lender that makes its loan cheaper for the borrower."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.fund.part import Part
from mptf_sim.quantities import ContractRate, Fraction, Id


class InterestBuyDown(Part):
    """The facility pays the lender, once, what the loan becomes softer by: grant = difference of grant elements x face.

    What so comes about is public finance unlocked, never private finance mobilised.
    """

    kind: Literal["interest_buy_down"] = "interest_buy_down"
    layer: Id
    """The loan of the stack whose rate it buys down."""
    to: ContractRate
    """The rate that the borrower pays instead."""
    discount: Annotated[Fraction, Field(gt=0)] = 0.05
    """Yearly rate at which debt service is discounted."""
