"""Guarantees: a promise to pay a part of losses, a quarter after they arise."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from mptf_sim.fund.part import Part
from mptf_sim.quantities import ContractRate, Fraction, Id, wrong

Guarantor = Literal["facility", "outside"]
"""The deal's facility, which holds the largest payout in cash, or somebody else, who holds what a model says."""


class PariPassuGuarantee(Part):
    """Pays a share of what one layer loses, from the first cent, up to a cap."""

    kind: Literal["pari_passu_guarantee"] = "pari_passu_guarantee"
    guarantor: Guarantor = "facility"
    layer: Id
    """The loan of the stack that it covers."""
    coverage: ContractRate
    """Of each loss of that layer."""
    cap: ContractRate | None = None
    """Most that it pays in all, as a share of the layer's face; `coverage` if not said."""
    premium: ContractRate = ContractRate(0, 1)
    """Yearly, on the covered part of what is outstanding; borrowers pay it."""
    value_at_risk: Fraction | None = None
    """Of an outside guarantor: the level of loss for which it provides."""

    @model_validator(mode="after")
    def _sized(self) -> PariPassuGuarantee:
        _outside_alone_is_sized(self.guarantor, self.value_at_risk)
        return self

    @property
    def most(self) -> ContractRate:
        return self.cap if self.cap is not None else self.coverage


class PortfolioFirstLossGuarantee(Part):
    """Pays a share of all losses of the deal, from the first cent, up to a cap on the whole portfolio."""

    kind: Literal["portfolio_first_loss_guarantee"] = "portfolio_first_loss_guarantee"
    guarantor: Guarantor = "facility"
    coverage: ContractRate = ContractRate(1, 1)
    """Of each loss, until the cap is reached."""
    cap: ContractRate
    """Most that it pays in all, as a share of all loans of the deal."""
    premium: ContractRate = ContractRate(0, 1)
    """Yearly, on what the cap still leaves; borrowers pay it."""
    value_at_risk: Fraction | None = None
    """Of an outside guarantor: the level of loss for which it provides."""

    @model_validator(mode="after")
    def _sized(self) -> PortfolioFirstLossGuarantee:
        _outside_alone_is_sized(self.guarantor, self.value_at_risk)
        return self

    @property
    def most(self) -> ContractRate:
        return self.cap


def _outside_alone_is_sized(guarantor: str, level: float | None) -> None:
    """A facility holds the whole of the largest payout; only an outside guarantor provides by value at risk."""
    if guarantor == "facility" and level is not None:
        raise wrong(
            "`value_at_risk` of guarantor outside alone",
            "guarantor facility",
            "a guarantee of a facility is funded in full",
        )
    if guarantor == "outside" and (level is None or not 0 < level < 1):
        raise wrong("the level of `value_at_risk` that the outside guarantor provides for, such as 99%", level)
