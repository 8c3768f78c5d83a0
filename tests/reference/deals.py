"""Deals and the facilities that support them: where each stands, and what is held for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from mptf_sim.scenario.scenario import Scenario
from tests.reference.chance_of_deals import ChanceOfDeal, obligors
from tests.reference.currencies import Rates
from tests.reference.loans import Loan, loans_of
from tests.reference.rounding import rounded

Cents = dict[str, int]


@dataclass
class Guarantee:
    """What is left of a promise to pay for losses, and what was paid."""

    terms: Any
    limit: int = 0
    claimed: int = 0
    paid: int = 0
    got_back: int = 0
    ended: bool = False

    @property
    def left(self) -> int:
        return self.limit - self.claimed

    @property
    def owed(self) -> int:
        """Claimed, and paid in the next quarter."""
        return self.claimed - self.paid

    @property
    def by_facility(self) -> bool:
        return bool(self.terms.guarantor == "facility")

    @property
    def covers_one_layer(self) -> bool:
        return bool(self.terms.kind == "pari_passu_guarantee")


@dataclass
class Deal:
    """A transaction of a plan: its terms, what chance has for it, and where it stands."""

    id: str
    terms: Any
    chance: ChanceOfDeal
    expected: int
    loans: list[Loan]  # the first to lose first
    grants: list[Any]  # layers, in the order of ids
    guarantee: Guarantee | None
    closed: int | None = None
    lapsed: bool = False
    assisted: bool = False  # technical assistance is paid
    counted: int = 0  # of its investment, towards the need it serves
    drawn: int = 0  # of `over` parts
    bought_down: bool = False
    paid_for_results: bool = False
    alive: int = 0  # obligors
    defaults: int = 0
    losses: int = 0
    recoveries: dict[int, int] = field(default_factory=dict)  # by the period in which they come in

    def support(self, kind: str) -> Any:
        return next((one for one in self.terms.support if one.kind == kind), None)

    @property
    def face(self) -> int:
        return sum(loan.face for loan in self.loans)

    def outstanding(self, t: int) -> int:
        """At the rates of a period."""
        return sum(loan.out(t) for loan in self.loans)

    @property
    def waits(self) -> bool:
        return self.closed is None and not self.lapsed

    @property
    def last_draw(self) -> int | None:
        """The period of its last draw, once it has closed."""
        if self.closed is None:
            return None
        return int(self.closed + self.terms.draws.after + self.terms.draws.over - 1)

    @property
    def match(self) -> int:
        """A grant in proportion to its private money."""
        terms = self.support("matching_grant")
        private = sum(loan.face for loan in self.loans if loan.is_private)
        return min(rounded(terms.ratio.ratio * private), terms.cap) if terms else 0

    @property
    def investment(self) -> int:
        return self.face + sum(grant.amount for grant in self.grants) + self.match

    @property
    def buy_down(self) -> int:
        """What the softer rate of a layer is worth to its lender, once."""
        terms = self.support("interest_buy_down")
        if terms is None:
            return 0
        loan = next(loan for loan in self.loans if loan.id == terms.layer)
        softer = loan.concessionality(loan.rate, terms.discount) - loan.concessionality(
            loan.stated_rate, terms.discount
        )
        return round(loan.face * softer)

    @property
    def limit(self) -> int:
        """Of its guarantee."""
        if self.guarantee is None:
            return 0
        terms = self.guarantee.terms
        if self.guarantee.covers_one_layer:
            face = next(loan.face for loan in self.loans if loan.id == terms.layer)
            return rounded((terms.cap or terms.coverage).ratio * face)
        return rounded(terms.cap.ratio * self.face)

    def part(self, amount: int, parts: int) -> int:
        """What has come in of an amount after so many parts of it."""
        return rounded(Fraction(parts, self.terms.draws.over) * amount)

    def layers(self) -> list[tuple[str, str, int]]:
        """Its stack: id, provider and amount."""
        loans = [(loan.id, loan.provider, loan.face) for loan in self.loans]
        return loans + [(grant.id, grant.provider, grant.amount) for grant in self.grants]

    def of_facility(self) -> list[int]:
        """Grants and loans that its facility puts into the stack, and the match."""
        return [amount for _, provider, amount in self.layers() if provider == "facility"] + [self.match]

    def held(self) -> int:
        """What its facility holds for it."""
        if self.closed is None:
            return 0
        held = sum(amount - self.part(amount, self.drawn) for amount in self.of_facility())
        if not self.bought_down:
            held += self.buy_down
        results = self.support("results_based_payment")
        if results and not self.paid_for_results:
            held += results.cap
        if self.guarantee and self.guarantee.by_facility and not self.guarantee.ended:
            held += self.guarantee.limit - self.guarantee.paid
        return held

    def asks_to_hold(self) -> int:
        """What its facility must hold for it from its closing on."""
        results = self.support("results_based_payment")
        limit = self.limit if self.guarantee and self.guarantee.by_facility else 0
        return sum(self.of_facility()) + self.buy_down + limit + (results.cap if results else 0)


@dataclass
class Facility:
    """A purse outside the fund."""

    id: str
    terms: Any
    cash: int = 0
    aside: int = 0  # reflows that do not revolve
    returning: int = 0  # to the fund, in the next quarter

    def receive_reflow(self, amount: int) -> None:
        self.cash += amount
        if self.terms.reflows == "refund":
            self.aside += amount


@dataclass
class Blending:
    """All facilities and deals of one path, in the order of ids."""

    facilities: dict[str, Facility]
    deals: dict[str, Deal]

    def held(self, facility: Facility) -> int:
        """For deals that closed."""
        return sum(deal.held() for deal in self.deals.values() if deal.terms.facility == facility.id)

    def free(self, facility: Facility) -> int:
        """What no deal has a claim on."""
        return facility.cash - self.held(facility) - facility.aside - facility.returning

    def facility_of(self, deal: Deal) -> Facility | None:
        return self.facilities[deal.terms.facility] if deal.terms.facility else None


def open_blending(scenario: Scenario, chance: dict[str, ChanceOfDeal], rates: Rates) -> Blending:
    """Nothing has closed and facilities are empty when the calendar starts."""
    deals = {}
    for terms in sorted(scenario.deals, key=lambda deal: deal.id):
        guarantee = next((one for one in terms.support if one.kind.endswith("guarantee")), None)
        deals[terms.id] = Deal(
            id=terms.id,
            terms=terms,
            chance=chance[terms.id],
            expected=terms.close.expected.ordinal - scenario.calendar.start.ordinal,
            loans=loans_of(terms, chance[terms.id].private_per_public, rates),
            grants=sorted((one for one in terms.stack if one.kind == "grant"), key=lambda grant: grant.id),
            guarantee=Guarantee(guarantee) if guarantee else None,
            alive=obligors(terms),
        )
    facilities = {one.id: Facility(one.id, one) for one in sorted(scenario.facilities, key=lambda one: one.id)}
    return Blending(facilities, deals)
