"""The fund itself: opening cash, fees, interest, direct cost, reserve."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mptf_sim.arrays import np
from mptf_sim.fund.certified import Certified
from mptf_sim.fund.earmarks import Earmark
from mptf_sim.fund.fees import Fees
from mptf_sim.fund.funding_policy import FullCash, FundingPolicy
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, Cents, ContractRate, Lag, QuarterOfYear, Year


class OpeningCash(Part):
    """Cash that the administrative agent holds at the start, under one earmark."""

    earmark: Earmark = Earmark()
    amount: Cents


class Opening(Part):
    """What stands in the books when the calendar starts."""

    cash: tuple[OpeningCash, ...] = ()
    certified: Certified | None = None
    """The last certified statement and the years before it; the opening must tie to it."""


class DirectCost(Part):
    """The secretariat's yearly allocation, transferred to its host and ring-fenced twelve months ahead."""

    per_year: Cents = 0
    quarter: QuarterOfYear = 1
    """When the year's allocation is transferred."""


class Reserve(Part):
    """Cash that approvals may not use; payments may."""

    share_of_cash: ContractRate = ContractRate(0, 1)
    minimum: Cents = 0

    def held(self, cash: Array) -> Array:
        """The larger of the stated minimum and the share of cash: (path,), cents."""
        return np.maximum(self.share_of_cash.of(cash), float(self.minimum))


class TrustFund(Part):
    """Terms of the fund as its agent administers it."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    opening: Opening = Opening()
    fees: Fees = Fees()
    direct_cost: DirectCost = DirectCost()
    interest: dict[Year, ContractRate] = {}
    """Yearly rate on opening cash; a year that is not listed keeps the rate of the last listed year before it."""
    reserve: Reserve = Reserve()
    funding_policy: FundingPolicy = FullCash()
    reporting_lag: Annotated[Lag, Field(ge=1)] = 1
    """Quarters until organisations' expenditure is known to the fund."""

    def interest_rate(self, year: int) -> ContractRate:
        """The yearly rate in force; zero before the first listed year."""
        listed = [known for known in self.interest if known <= year]
        return self.interest[max(listed)] if listed else ContractRate(0, 1)

    def interest_of_quarter(self, cash: Array, year: int) -> Array:
        """A quarter's interest on opening cash, rounded once: (path,), cents."""
        rate = self.interest_rate(year)
        return np.rint(cash * rate.num / (rate.den * 4))
