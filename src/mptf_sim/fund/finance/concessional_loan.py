"""A loan on softer terms than the market's."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.fund.currencies import CurrencyCode
from mptf_sim.fund.finance.loan_terms import LoanTerms
from mptf_sim.fund.finance.provider import ConcessionalLender
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Cents, Count, Id

Seniority = Annotated[Count, Field(ge=1, le=20)]
"""Place in the order of losses: 1 bears them first and is repaid last."""


class ConcessionalLoan(Part):
    """Lent by a public lender; at any place in the order of losses: mezzanine, senior."""

    kind: Literal["concessional_loan"] = "concessional_loan"
    id: Id
    provider: ConcessionalLender
    amount: Annotated[Cents, Field(gt=0)]
    """In the fund's currency, also if the loan is in another: what it is worth when the deal closes."""
    seniority: Seniority
    terms: LoanTerms
    currency: CurrencyCode | None = None
    """In which it is owed, drawn and repaid; the fund's if not said. A facility lends the fund's alone."""
