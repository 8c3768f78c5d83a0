"""Loans of a deal: how they are repaid, what is outstanding, lost and restored, in whichever currency.

Each loan is kept in cents of its own currency; what it is worth in the fund's is reckoned anew in every quarter. Only what
was lost and not restored is kept in the fund's currency too, as a default turns the claim into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import expm1, log1p
from typing import Any

from mptf_sim.formulas.concessionality import grant_element
from tests.reference.currencies import Rates
from tests.reference.rounding import rounded


@dataclass
class Loan:
    """One layer that is paid back, and where it stands."""

    id: str
    provider: str
    face: int  # in the fund's currency, as it closes
    stated_face: int  # before a debt rule reduces it
    rate: Fraction  # after any buy-down
    stated_rate: Fraction
    maturity: int  # years
    grace: int
    profile: str
    worth: list[float] | None = None  # one unit of its currency, by period; none where that is the fund's
    own_face: int = 0
    own_out: int = 0
    own_lost: int = 0
    lost: int = 0  # and not restored, in the fund's currency

    @property
    def payments(self) -> int:
        return 4 * self.maturity

    def due_by(self, a: int) -> float:
        """The share of principal that is due by the a-th quarter."""
        if a >= self.payments:
            return 1.0
        if self.profile == "bullet":
            return 0.0
        first = 4 * self.grace + 1
        parts, part = self.payments - first + 1, max(a - first + 1, 0)
        if self.profile == "annuity" and self.rate:
            each = log1p(float(self.rate) / 4)
            return expm1(part * each) / expm1(parts * each)
        return part / parts

    def in_fund(self, own: int, t: int) -> int:
        """What so much of the loan's currency is worth."""
        return own if self.worth is None else round(own * self.worth[t])

    def in_own(self, cents: int, t: int) -> int:
        """How much of the loan's currency so many cents of the fund's buy."""
        return cents if self.worth is None else round(cents / self.worth[t])

    def out(self, t: int) -> int:
        """Outstanding, in the fund's currency at the rate of a period."""
        return self.in_fund(self.own_out, t)

    def begin(self) -> None:
        """The last part is drawn: all of it is owed."""
        self.own_out = self.own_face

    def principal_by(self, a: int) -> int:
        """In its own currency, as all that follows until it is said to be worth something."""
        return round(self.due_by(a) * self.own_face)

    def principal_due(self, a: int) -> int:
        """In the a-th quarter, by schedule."""
        return self.principal_by(a) - self.principal_by(a - 1)

    def may_claim(self, a: int) -> int:
        """What is due by the a-th quarter and was neither paid nor lost, as far as it is outstanding."""
        settled = self.own_face - self.own_out - self.own_lost
        return min(self.own_out, max(self.principal_by(a) - settled, 0))

    @property
    def own_interest(self) -> int:
        """Of one quarter, on what is outstanding."""
        return rounded(self.rate * self.own_out / 4)

    def interest(self, t: int) -> int:
        return self.in_fund(self.own_interest, t)

    def lose(self, cents: int, t: int) -> None:
        """So many cents of the fund's are lost of it at the rate of this period."""
        if not cents:
            return
        own = self.own_out if cents == self.out(t) else min(self.in_own(cents, t), self.own_out)
        self.lost += cents
        self.own_lost += own
        self.own_out -= own

    def repay(self, cents: int, a: int, t: int) -> None:
        """All that it gets in a quarter pays what it may claim, or all of it, or what the cents buy."""
        claim = self.may_claim(a)
        if cents == self.in_fund(claim, t):
            own = claim
        elif cents == self.out(t):
            own = self.own_out
        else:
            own = min(self.in_own(cents, t), self.own_out)
        self.own_out -= own

    def follow_restored(self, before: int) -> None:
        """What was lost in its own currency falls in proportion to what is not restored, in the fund's."""
        if self.lost < before:
            self.own_lost = round(self.own_lost * (self.lost / before))

    def concessionality(self, rate: Fraction, discount: float) -> float:
        """Its grant element at this rate, as a share."""
        of_face = grant_element(self.maturity, self.grace + 0.25, 4, float(rate), discount, self.profile)
        return float(of_face) / 100

    @property
    def is_private(self) -> bool:
        return self.provider in ("private", "diaspora")


def loans_of(deal: Any, private_per_public: float, rates: Rates) -> list[Loan]:
    """Those of the stack, the first to lose first; rates are of every currency beside the fund's."""
    layers = sorted((one for one in deal.stack if one.kind != "grant"), key=lambda layer: layer.seniority)
    public = sum(one.amount for one in deal.stack if one.amount and one.provider not in ("private", "diaspora"))
    lowered = {one.layer: one.to.ratio for one in deal.support if one.kind == "interest_buy_down"}
    loans = []
    for layer in layers:
        face = layer.amount if layer.amount is not None else round(public * private_per_public)
        if layer.kind == "first_loss":
            nothing = Fraction(0)
            loans.append(Loan(layer.id, layer.provider, face, face, nothing, nothing, layer.maturity, 0, "bullet"))
            continue
        terms, rate = layer.terms, layer.terms.rate.ratio
        paid = lowered.get(layer.id, rate)
        loan = Loan(layer.id, layer.provider, face, face, paid, rate, terms.maturity, terms.grace, terms.profile)
        loan.worth = rates.get(layer.currency)
        loans.append(loan)
    return loans


def lose(loans: list[Loan], loss: int, t: int) -> dict[str, int]:
    """A loss falls on the loans, junior first; what each loses."""
    lost, left = {}, loss
    for loan in loans:
        lost[loan.id] = min(left, loan.out(t))
        left -= lost[loan.id]
        loan.lose(lost[loan.id], t)
    assert not left, "no more is lost than is owed"
    return lost


def restore(loans: list[Loan], amount: int) -> dict[str, int]:
    """Money that makes losses good, the last to lose first; what each lender gets."""
    restored, left = {}, amount
    for loan in reversed(loans):
        restored[loan.id] = min(left, loan.lost)
        left -= restored[loan.id]
        loan.lost -= restored[loan.id]
    assert not left, "no more is restored than was lost"
    return restored


def principal_paid(loans: list[Loan], a: int, t: int) -> dict[str, int]:
    """What borrowers in good standing pay in the a-th quarter, and to whom."""
    owed = sum(loan.out(t) for loan in loans)
    falls_due = sum(loan.in_fund(loan.principal_due(a), t) for loan in loans)
    before = sum(loan.in_fund(loan.own_face - loan.principal_by(a - 1), t) for loan in loans)
    if owed == before:
        left = falls_due
    else:
        left = min(round(owed * (falls_due / before)), owed) if before else 0
    paid = dict.fromkeys((loan.id for loan in loans), 0)
    for most in (lambda loan: loan.in_fund(loan.may_claim(a), t), lambda loan: loan.out(t) - paid[loan.id]):
        for loan in reversed(loans):
            part = min(left, most(loan))
            paid[loan.id] += part
            left -= part
    assert not left, "no more is repaid than is owed"
    for loan in loans:
        loan.repay(paid[loan.id], a, t)
    return paid
