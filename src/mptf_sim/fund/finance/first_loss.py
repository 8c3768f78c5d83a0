"""First loss: the layer that stands below all others, so that they come in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.fund.finance.concessional_loan import Seniority
from mptf_sim.fund.finance.funds_own import InTheFundsCurrency
from mptf_sim.fund.finance.loan_terms import LoanTerms
from mptf_sim.fund.finance.provider import ConcessionalLender
from mptf_sim.quantities import Cents, ContractRate, Count, Id


class FirstLoss(InTheFundsCurrency):
    """Junior money without interest, repaid at the end: the first to lose, the last to be repaid."""

    kind: Literal["first_loss"] = "first_loss"
    id: Id
    provider: ConcessionalLender = "facility"
    amount: Annotated[Cents, Field(gt=0)]
    maturity: Annotated[Count, Field(ge=1, le=50)]
    """Years from the last draw until what is left of it is repaid, at once."""
    seniority: Annotated[Seniority, Field(le=1)] = 1

    @property
    def terms(self) -> LoanTerms:
        return LoanTerms(rate=ContractRate(0, 1), maturity=self.maturity, profile="bullet")
