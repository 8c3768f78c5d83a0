"""A loan on the market's terms, of an amount that is known or that follows public money by leverage."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from mptf_sim.arrays import np
from mptf_sim.fund.currencies import CurrencyCode
from mptf_sim.fund.finance.concessional_loan import Seniority
from mptf_sim.fund.finance.loan_terms import LoanTerms
from mptf_sim.fund.finance.provider import CommercialLender
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, Cents, Factor, Fraction, Id, Spread, wrong


class Leverage(Part):
    """How much private money follows the public money of a deal: often none, else a lognormal amount.

    Its mean over paths is `ratio` times the public money, whatever the share that brings none and the spread.
    """

    ratio: Factor
    """Private over public money, as a ratio of sums: 75% is 0.75 dollars for each dollar."""
    none: Fraction = 0.0
    """Chance that no private money comes at all."""
    spread: Spread = 0.0
    """Of what comes, if some does: standard deviation of its logarithm."""

    def factors(self, uniforms: Array, normals: Array) -> Array:
        """Private over public money on each path: (path,)."""
        if self.none >= 1.0 or self.ratio == 0.0:
            return np.zeros_like(normals)
        some = self.ratio / (1.0 - self.none) * np.exp(self.spread * normals - self.spread**2 / 2.0)
        return np.where(uniforms < self.none, 0.0, some)


class CommercialLoan(Part):
    """Lent on the market's terms, by private lenders, the diaspora, or a development bank for its own account."""

    kind: Literal["commercial_loan"] = "commercial_loan"
    id: Id
    provider: CommercialLender = "private"
    amount: Annotated[Cents, Field(gt=0)] | None = None
    """If it is known when the deal closes; otherwise see `leverage`. In the fund's currency, also if the loan is in another."""
    leverage: Leverage | None = None
    """If it follows the public money of the stack."""
    seniority: Seniority
    terms: LoanTerms
    currency: CurrencyCode | None = None
    """In which it is owed, drawn and repaid; the fund's if not said."""

    @model_validator(mode="after")
    def _one_size(self) -> CommercialLoan:
        if (self.amount is None) == (self.leverage is None):
            raise wrong("either `amount` or `leverage`", "neither" if self.amount is None else "both")
        if self.leverage is not None and self.provider != "private":
            raise wrong("`leverage` of provider private alone", self.provider)
        return self
