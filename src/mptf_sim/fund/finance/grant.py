"""A grant: money of a deal that nobody pays back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.fund.finance.funds_own import InTheFundsCurrency
from mptf_sim.fund.finance.provider import GrantProvider
from mptf_sim.quantities import Cents, Id


class Grant(InTheFundsCurrency):
    """Given, never paid back: it bears no loss and has no place in the order of losses."""

    kind: Literal["grant"] = "grant"
    id: Id
    provider: GrantProvider
    amount: Annotated[Cents, Field(gt=0)]
