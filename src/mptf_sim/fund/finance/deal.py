"""Deals: transactions of a national plan, with a capital stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, model_validator

from mptf_sim.fund.finance.borrowers import Borrower
from mptf_sim.fund.finance.commercial_loan import CommercialLoan
from mptf_sim.fund.finance.concessional_loan import ConcessionalLoan
from mptf_sim.fund.finance.first_loss import FirstLoss
from mptf_sim.fund.finance.grant import Grant
from mptf_sim.fund.finance.guarantees import PariPassuGuarantee, PortfolioFirstLossGuarantee
from mptf_sim.fund.finance.interest_buy_down import InterestBuyDown
from mptf_sim.fund.finance.matching import MatchingGrant
from mptf_sim.fund.finance.provider import PRIVATE
from mptf_sim.fund.finance.results_based_payment import ResultsBasedPayment
from mptf_sim.fund.finance.technical_assistance import TechnicalAssistance
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Cents, Count, Fraction, Id, Lag, Name, Quarter, wrong

AnyLoan = FirstLoss | ConcessionalLoan | CommercialLoan
AnyLayer = Grant | AnyLoan
Layer = Annotated[AnyLayer, Field(discriminator="kind")]

AnyGuarantee = PariPassuGuarantee | PortfolioFirstLossGuarantee
AnySupport = TechnicalAssistance | InterestBuyDown | AnyGuarantee | ResultsBasedPayment | MatchingGrant
Support = Annotated[AnySupport, Field(discriminator="kind")]


class Close(Part):
    """When a deal is expected to be signed, and whether it will be."""

    expected: Quarter
    chance: Fraction = 1.0
    """That it closes at all, if money and debt rule allow it."""
    waits: Lag = 0
    """Quarters it can wait for money or headroom before it lapses."""


class Draws(Part):
    """How the money of a deal comes in once it has closed."""

    after: Lag = 1
    """Quarters from the close to the first draw."""
    over: Annotated[Count, Field(ge=1, le=40)] = 1
    """Quarters over which it is drawn, in equal parts."""


class Deal(Part):
    """A transaction of a plan. It has books of its own: what comes in is what goes out, in every quarter."""

    id: Id
    name: Name
    plan: Id
    window: Id
    facility: Id | None = None
    """The facility that supports it."""
    close: Close
    draws: Draws = Draws()
    stack: Annotated[tuple[Layer, ...], Field(min_length=1, max_length=12)]
    """Who puts in what. The order in the file means nothing: `seniority` says who loses first."""
    support: Annotated[tuple[Support, ...], Field(max_length=6)] = ()
    """What the facility (or an outside guarantor) does for it beside the stack."""
    borrower: Borrower | None = None
    """Who owes the loans of the stack."""
    claimed_private: Cents = 0
    """Private finance that its promoters claim: reported beside what is realised, never added to it."""
    additionality: Fraction = 1.0
    """Share of its private finance that would not have come anyway: reported with and without."""
    source: Id | None = None

    @model_validator(mode="after")
    def _whole(self) -> Deal:
        ids = [layer.id for layer in self.stack]
        if twice := next((id for id in ids if ids.count(id) > 1), None):
            raise wrong("each layer of the stack with an id of its own", twice)
        places = [loan.seniority for loan in self.loans]
        if shared := next((place for place in places if places.count(place) > 1), None):
            raise wrong("each loan at a place of its own in the order of losses", f"seniority {shared} twice")
        if bool(self.loans) != (self.borrower is not None):
            raise wrong("a `borrower` if the stack holds loans, and only then", "none" if self.loans else "one")
        kinds = [support.kind for support in self.support]
        if twice := next((kind for kind in kinds if kinds.count(kind) > 1), None):
            raise wrong("each kind of support once", twice)
        if len([one for one in self.support if isinstance(one, AnyGuarantee)]) > 1:
            raise wrong("one guarantee at most", "two", "two would pay for the same loss")
        self._layers_are_there(ids)
        self._leverage_has_public_money()
        self._facility_is_named()
        return self

    def _layers_are_there(self, ids: Sequence[str]) -> None:
        loans = [loan.id for loan in self.loans]
        for support in self.support:
            layer = getattr(support, "layer", None)
            if layer is not None and layer not in loans:
                found = f"'{layer}'" + (", a grant" if layer in ids else "")
                raise wrong(f"a loan of the stack for {support.kind} ({', '.join(loans) or 'there are none'})", found)
            if isinstance(support, InterestBuyDown):
                loan = next(loan for loan in self.loans if loan.id == layer)
                if isinstance(loan, FirstLoss) or support.to.ratio >= loan.terms.rate.ratio:
                    raise wrong(f"a rate `to` below the {loan.terms.rate} of layer {layer}", str(support.to))

    def _leverage_has_public_money(self) -> None:
        leveraged = [loan for loan in self.loans if isinstance(loan, CommercialLoan) and loan.leverage is not None]
        if len(leveraged) > 1:
            raise wrong("one layer with `leverage` at most", f"{len(leveraged)}")
        if leveraged and self.borrower is not None and self.borrower.kind == "sovereign":
            raise wrong("an `amount` for every loan to a State", f"`leverage` of layer {leveraged[0].id}")
        if leveraged and not self.public_money:
            raise wrong("public money in the stack that `leverage` multiplies", "none")

    def _facility_is_named(self) -> None:
        for part in (*self.stack, *self.support):
            who = getattr(part, "provider", getattr(part, "guarantor", "facility"))
            if who == "facility" and self.facility is None:
                raise wrong("the deal's `facility`", "none", f"it is to pay for {getattr(part, 'id', part.kind)}")

    @property
    def loans(self) -> tuple[AnyLoan, ...]:
        """The layers that are paid back, the most junior first."""
        loans: list[Any] = [layer for layer in self.stack if not isinstance(layer, Grant)]
        return tuple(sorted(loans, key=lambda loan: loan.seniority))

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The layers that are not, in the order of ids."""
        return tuple(sorted((one for one in self.stack if isinstance(one, Grant)), key=lambda grant: grant.id))

    @property
    def layers(self) -> tuple[AnyLayer, ...]:
        """Loans from the most junior to the most senior, then grants by id."""
        return (*self.loans, *self.grants)

    @property
    def public_money(self) -> int:
        """What leverage multiplies: the stack without its private layers, cents."""
        return sum(one.amount for one in self.stack if one.provider not in PRIVATE and one.amount is not None)

    @property
    def guarantee(self) -> AnyGuarantee | None:
        return next((one for one in self.support if isinstance(one, AnyGuarantee)), None)

    def supported_by(self, kind: type[Any]) -> Any:
        """The support of a kind, if there is one."""
        return next((one for one in self.support if isinstance(one, kind)), None)
