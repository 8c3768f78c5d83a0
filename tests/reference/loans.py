"""Loans of a deal: how they are repaid, what is outstanding, lost and restored."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import expm1, log1p
from typing import Any

from mptf_sim.formulas.concessionality import grant_element
from tests.reference.rounding import rounded


@dataclass
class Loan:
    """One layer that is paid back, and where it stands."""

    id: str
    provider: str
    face: int
    stated_face: int  # before a debt rule reduces it
    rate: Fraction  # after any buy-down
    stated_rate: Fraction
    maturity: int  # years
    grace: int
    profile: str
    out: int = 0
    lost: int = 0  # and not restored

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

    def principal_by(self, a: int) -> int:
        return round(self.due_by(a) * self.face)

    def concessionality(self, rate: Fraction, discount: float) -> float:
        """Its grant element at this rate, as a share."""
        of_face = grant_element(self.maturity, self.grace + 0.25, 4, float(rate), discount, self.profile)
        return float(of_face) / 100

    @property
    def is_private(self) -> bool:
        return self.provider in ("private", "diaspora")


def loans_of(deal: Any, private_per_public: float) -> list[Loan]:
    """Those of the stack, the first to lose first."""
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
        loans.append(Loan(layer.id, layer.provider, face, face, paid, rate, terms.maturity, terms.grace, terms.profile))
    return loans


def lose(loans: list[Loan], loss: int) -> dict[str, int]:
    """A loss falls on the loans, junior first; what each loses."""
    lost, left = {}, loss
    for loan in loans:
        lost[loan.id] = min(left, loan.out)
        left -= lost[loan.id]
        loan.out -= lost[loan.id]
        loan.lost += lost[loan.id]
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


def principal_paid(loans: list[Loan], a: int) -> dict[str, int]:
    """What borrowers in good standing pay in the a-th quarter, and to whom."""
    owed = sum(loan.out for loan in loans)
    falls_due = sum(loan.principal_by(a) - loan.principal_by(a - 1) for loan in loans)
    before = sum(loan.face - loan.principal_by(a - 1) for loan in loans)
    if owed == before:
        left = falls_due
    else:
        left = min(round(owed * (falls_due / before)), owed) if before else 0
    paid = dict.fromkeys((loan.id for loan in loans), 0)
    for most in (
        lambda loan: min(loan.out, max(loan.principal_by(a) - (loan.face - loan.out - loan.lost), 0)),
        lambda loan: loan.out,
    ):
        for loan in reversed(loans):
            part = min(left, most(loan))
            paid[loan.id] += part
            loan.out -= part
            left -= part
    assert not left, "no more is repaid than is owed"
    return paid


def interest(loan: Loan) -> int:
    return rounded(loan.rate * loan.out / 4)
