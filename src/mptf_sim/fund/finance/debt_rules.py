"""Debt rules: how much a State may borrow for its plan."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Aggregate, Cents, ContractRate, Fraction, Growth

DISCOUNT = 0.05
"""At which the present value of debt is taken: the unified rate of IMF and World Bank."""


class OnBreach(Part):
    """What happens to a loan that a debt rule does not allow in full."""

    reduce_to: ContractRate = ContractRate(1, 1)
    """Smallest share of the loan that is still worth signing; at 100% it is never reduced, only deferred."""


class GrantsOnly(Part):
    """The State borrows nothing for its plan."""

    kind: Literal["grants_only"] = "grants_only"

    @property
    def reduce_to(self) -> ContractRate:
        return ContractRate(1, 1)


class MinGrantElement(Part):
    """Loans must be soft enough: the grant element of a deal's loans together, at 5 %."""

    kind: Literal["min_grant_element"] = "min_grant_element"
    share: Fraction

    @property
    def reduce_to(self) -> ContractRate:
        return ContractRate(1, 1)


class Envelope(OnBreach):
    """Loans for the plan stay within an envelope, by face value, repaid or not."""

    kind: Literal["envelope"] = "envelope"
    amount: Cents


class Course(Part):
    """A yearly figure that grows from the calendar's first year on."""

    amount: Aggregate
    growth: Growth = 0.0

    def in_year(self, years: int) -> float:
        """Cents, so many years after the first."""
        return self.amount * (1.0 + self.growth) ** years


class DebtThresholds(OnBreach):
    """The thresholds of the debt sustainability framework of IMF and World Bank, by capacity to carry debt."""

    kind: Literal["debt_thresholds"] = "debt_thresholds"
    capacity: Literal["weak", "medium", "strong"]
    gdp: Course
    exports: Course
    revenue: Course
    debt: Course
    """Present value of external debt, without that of the scenario's deals."""
    service: Course
    """Yearly service of that debt."""


AnyDebtRule = GrantsOnly | MinGrantElement | Envelope | DebtThresholds
DebtRule = Annotated[AnyDebtRule, Field(discriminator="kind")]
