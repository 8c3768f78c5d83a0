"""Funding policies: what the Committee may approve against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, ContractRate, Lag

ClaimsWithin = Callable[[int | None], Array]
"""Claims of each set of earmarks that fall due within so many quarters (None: all of them), (set, path), cents."""


class FullCash(Part):
    """Awards are backed by cash in hand, all of them."""

    kind: Literal["full_cash"] = "full_cash"

    @property
    def counts_within(self) -> int | None:
        return None

    def left(self, money: Array, signed: Array, claims: ClaimsWithin) -> Array:
        """What may still be approved from each set of earmarks: (set, path), cents."""
        return money - claims(None)


class Signed(Part):
    """Awards are backed by cash and a share of what donors have signed and not yet deposited."""

    kind: Literal["signed"] = "signed"
    share: ContractRate

    @property
    def counts_within(self) -> int | None:
        return None

    def left(self, money: Array, signed: Array, claims: ClaimsWithin) -> Array:
        """What may still be approved from each set of earmarks: (set, path), cents."""
        return money + self.share.of(signed) - claims(None)


class Rolling(Part):
    """Only instalments that fall due within the next quarters are backed, by cash."""

    kind: Literal["rolling"] = "rolling"
    quarters: Lag

    @property
    def counts_within(self) -> int | None:
        return self.quarters

    def left(self, money: Array, signed: Array, claims: ClaimsWithin) -> Array:
        """What may still be approved from each set of earmarks: (set, path), cents."""
        return money - claims(self.quarters)


FundingPolicy = Annotated[FullCash | Signed | Rolling, Field(discriminator="kind")]
