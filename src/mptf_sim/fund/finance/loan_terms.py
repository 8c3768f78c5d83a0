"""What lenders and borrowers agree on: interest, life, grace and profile of repayment."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from mptf_sim.arrays import np
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, ContractRate, Count, wrong

Profile = Literal["equal_principal", "annuity", "bullet"]

PAYMENTS = 4
"""A year: interest and principal are paid each quarter, in arrears."""


class LoanTerms(Part):
    """Quarterly service in arrears, from the quarter after the last draw."""

    rate: ContractRate
    """Yearly interest on what is outstanding."""
    maturity: Annotated[Count, Field(ge=1, le=50)]
    """Years from the last draw to the last payment."""
    grace: Annotated[Count, Field(le=49)] = 0
    """Years in which interest alone is paid; principal begins in the quarter after."""
    profile: Profile = "equal_principal"
    """Equal parts of principal, equal payments, or all at the end."""

    @model_validator(mode="after")
    def _repays(self) -> LoanTerms:
        if self.grace >= self.maturity:
            raise wrong(f"a grace below the maturity of {self.maturity} years", self.grace)
        return self

    @property
    def quarters(self) -> int:
        return self.maturity * PAYMENTS

    def repaid(self) -> Array:
        """Share of principal due by each quarter after the last draw, from none at 0 to all: (age,)."""
        ages, first = np.arange(self.quarters + 1), self.grace * PAYMENTS + 1
        if self.profile == "bullet":
            return np.where(ages == self.quarters, 1.0, 0.0)
        paid = np.maximum(ages - first + 1, 0)
        count = self.quarters - first + 1
        growth = self.rate.num / (self.rate.den * PAYMENTS)
        if self.profile == "equal_principal" or growth == 0.0:
            return paid / count
        repaid: Array = np.expm1(paid * np.log1p(growth)) / np.expm1(count * np.log1p(growth))
        return repaid

    def grant_element(self, discount: float) -> float:
        """Share of the face that its debt service does not pay back, at a yearly discount rate."""
        from mptf_sim.formulas.concessionality import grant_element

        rate = self.rate.num / self.rate.den
        grace = self.grace + 1 / PAYMENTS  # the DAC's: time to the first repayment of principal
        return float(grant_element(self.maturity, grace, PAYMENTS, rate, discount, self.profile)) / 100.0

    def at_rate(self, rate: ContractRate) -> LoanTerms:
        """The same loan at another rate of interest."""
        return LoanTerms(rate=rate, maturity=self.maturity, grace=self.grace, profile=self.profile)
