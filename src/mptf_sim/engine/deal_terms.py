"""Facilities and deals as arrays: what of them does not differ between paths.

Deals stand in the order of (number of loans, most first; id), loans in the order of (place from the senior end, deal): so
the loans at one place are consecutive rows, and theirs are the first of the deals. What happens senior first is then one
addition a place, without looking anything up; it holds for any choice of deals, as long as it keeps their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from mptf_sim.books import LayerRow
from mptf_sim.engine.cells import Groups, Rows
from mptf_sim.engine.debt_terms import DebtTerms
from mptf_sim.engine.foreign_loans import NOT_ONE, ForeignTerms
from mptf_sim.fund.finance import CreditFactors, Deal
from mptf_sim.fund.finance.borrowers import GranularPool, Pool
from mptf_sim.fund.finance.commercial_loan import CommercialLoan, Leverage
from mptf_sim.fund.finance.deal import AnyLayer, AnyLoan
from mptf_sim.fund.finance.default_cluster import DefaultCluster
from mptf_sim.fund.finance.guarantees import PariPassuGuarantee
from mptf_sim.fund.finance.interest_buy_down import InterestBuyDown
from mptf_sim.fund.finance.loan_terms import PAYMENTS, LoanTerms
from mptf_sim.fund.finance.matching import MatchingGrant
from mptf_sim.fund.finance.provider import PRIVATE
from mptf_sim.fund.finance.results_based_payment import ResultsBasedPayment
from mptf_sim.fund.finance.technical_assistance import TechnicalAssistance
from mptf_sim.fund.finance.weights import WEIGHTS, weights
from mptf_sim.quantities import Array, Mask, Quarter
from mptf_sim.scenario.scenario import Scenario

NOBODY = -1
"""Of a row that has none: no facility, no layer."""


SURELY = 1e9
"""No obligor's value is above it."""


TOGETHER = 6
"""Deals that are served at once: so few that their loans stay in the processor's cache. It changes no result."""


class Place(NamedTuple):
    """The loans at one place from the senior end: rows first to last, of the first so many deals."""

    rows: slice
    deals: slice


class Serving(NamedTuple):
    """Deals whose loans may be running in a period, and their loans, in the order of all."""

    deals: Rows
    loans: Rows
    of_deal: Rows  # (loan,), place of its deal among these
    places: tuple[Place, ...]  # senior first, in the rows of these
    facility: Rows  # places of loans that facilities provided
    lenders: Rows  # and of the others
    by_facility: Groups | None  # of the loans that facilities provided


class Promise(NamedTuple):
    """Guarantees, one row each."""

    deals: Rows
    loan: Rows  # that it covers; NOBODY for the whole portfolio
    by_facility: Mask  # else by somebody outside
    coverage: tuple[Array, Array]  # (guarantee, 1), numerators and denominators
    cap: tuple[Array, Array]
    premium: tuple[Array, Array]  # of what it is charged on, a quarter's


class DealTerms:
    """Axes: facility and plan by id; deal and loan as above; grant by (deal, id)."""

    def __init__(self, scenario: Scenario, quarters: tuple[Quarter, ...], needs: dict[tuple[str, str], int]) -> None:
        """Quarters of the calendar, and the row of each need (plan, window)."""
        self.quarters = quarters
        self.factors = scenario.credit_factors or CreditFactors()
        self.facilities = tuple(sorted(scenario.facilities, key=lambda one: one.id))
        self.deals: tuple[Deal, ...] = tuple(sorted(scenario.deals, key=lambda deal: (-len(deal.loans), deal.id)))
        self.by_id: Rows = np.array(sorted(range(len(self.deals)), key=lambda row: self.deals[row].id), dtype=np.intp)
        place = {one.id: row for row, one in enumerate(self.facilities)}
        self.facility: Rows = np.array([place.get(deal.facility or "", NOBODY) for deal in self.deals], dtype=np.intp)
        self.need: Rows = np.array([needs[deal.plan, deal.window] for deal in self.deals], dtype=np.intp)
        self._facilities(scenario)
        self._closings(quarters[0])
        self._loans()
        self._foreign(scenario.fund.currency)
        self._grants()
        self.layers = tuple(
            _layer(deal, layer, scenario.fund.currency)
            for deal in map(self.deals.__getitem__, self.by_id)
            for layer in deal.layers
        )
        self._support()
        self._defaults(scenario)
        self.debt = DebtTerms(scenario, self)
        ids = [deal.id for deal in self.deals]
        self.names: dict[str, tuple[str, ...]] = {
            "facility": tuple(one.id for one in self.facilities),
            "deal": tuple(ids),
            "loan": tuple(f"{ids[deal]} {loan.id}" for deal, loan in zip(self.loan_deal, self.loans, strict=True)),
            "grant": tuple(f"{ids[deal]} {one.id}" for deal, one in zip(self.grant_deal, self.grants, strict=True)),
            "guarantee": tuple(ids[deal] for deal in self.promises.deals),
        }
        self.recovery_lags = tuple(sorted({int(lag) for lag in self.recovers_after if lag}))
        served = [self._running(t) for t in range(len(quarters))]
        at_home = [deals[~np.isin(deals, self.foreign.deals)] for deals in served]
        elsewhere = [deals[np.isin(deals, self.foreign.deals)] for deals in served]
        self.serving, self.serving_abroad = (
            tuple(
                tuple(self._serving(deals[first : first + TOGETHER]) for first in range(0, len(deals), TOGETHER))
                for deals in chosen
            )
            for chosen in (at_home, elsewhere)
        )
        self.serving_counted = tuple(np.intersect1d(deals, self.counted) for deals in served)
        self.promises_in = tuple(self._promised(t) for t in range(len(quarters)))
        self.serving_granular = tuple(np.flatnonzero(np.isin(self.granular, deals)) for deals in served)

    # ------------------------------------------------------------------------------------------ facilities, closings

    def _facilities(self, scenario: Scenario) -> None:
        start, periods = self.quarters[0].ordinal, len(self.quarters)
        self.fee = _rates([one.fee.num for one in self.facilities], [one.fee.den * PAYMENTS for one in self.facilities])
        self.closes = np.array([one.closes.ordinal - start if one.closes else periods for one in self.facilities])
        self.revolves = np.array([one.reflows == "revolve" for one in self.facilities], dtype=bool).reshape(-1, 1)
        self.deals_of_facility = Groups(
            np.where(self.facility == NOBODY, len(self.facilities), self.facility), len(self.facilities)
        )

    def _closings(self, start: Quarter) -> None:
        deals = self.deals
        self.expected = np.array([deal.close.expected.ordinal - start.ordinal for deal in deals], dtype=np.int64)
        self.waits = np.array([deal.close.waits for deal in deals], dtype=np.int64)
        self.first_draw = np.array([deal.draws.after for deal in deals], dtype=np.int64)
        self.over = np.array([deal.draws.over for deal in deals], dtype=np.int64)
        self.last_draw = self.first_draw + self.over - 1  # quarters from close to the last draw
        self.assistance: tuple[TechnicalAssistance | None, ...] = tuple(
            deal.supported_by(TechnicalAssistance) for deal in deals
        )

    # ------------------------------------------------------------------------------------------ stacks

    def _loans(self) -> None:
        most = max((len(deal.loans) for deal in self.deals), default=0)
        listed: list[tuple[int, AnyLoan]] = [
            (row, deal.loans[-1 - place])
            for place in range(most)
            for row, deal in enumerate(self.deals)
            if len(deal.loans) > place
        ]
        self.loans = tuple(loan for _, loan in listed)
        self.loan_deal: Rows = np.array([row for row, _ in listed], dtype=np.intp)
        counts = [sum(len(deal.loans) > place for deal in self.deals) for place in range(most)]
        self.place_begins: Rows = np.cumsum([0, *counts[:-1]], dtype=np.intp) if counts else np.empty(0, dtype=np.intp)
        self.junior_place: Rows = np.array(
            [self.deals[row].loans.index(loan) for row, loan in listed], dtype=np.intp
        )  # 0 is the most junior
        self.loan_count: Rows = np.array([len(deal.loans) for deal in self.deals], dtype=np.intp)
        self.loan_of_facility: Mask = np.array([loan.provider == "facility" for loan in self.loans], dtype=bool)
        self.loan_is_private: Mask = np.array([loan.provider in PRIVATE for loan in self.loans], dtype=bool)
        self.amount = np.array([float(loan.amount or 0) for loan in self.loans]).reshape(-1, 1)
        self.public_money = np.array([float(deal.public_money) for deal in self.deals])
        self.leverage: tuple[Leverage | None, ...] = tuple(
            loan.leverage if isinstance(loan, CommercialLoan) else None for loan in self.loans
        )
        self.terms: tuple[LoanTerms, ...] = tuple(self._terms(row, loan) for row, loan in listed)
        ages = len(self.quarters) + 1
        self.repaid_by = np.ones((len(self.loans), ages))
        for row, terms in enumerate(self.terms):
            repaid = terms.repaid()[:ages]
            self.repaid_by[row, : len(repaid)] = repaid
        self.interest = _rates([one.rate.num for one in self.terms], [one.rate.den * PAYMENTS for one in self.terms])
        self.longest = np.array(
            [max((loan.terms.quarters for loan in deal.loans), default=0) for deal in self.deals], dtype=np.int64
        )
        self.softness = np.zeros(len(self.loans))  # share of the face that a buy-down pays
        for row, (deal, loan) in enumerate(listed):
            buy_down: InterestBuyDown | None = self.deals[deal].supported_by(InterestBuyDown)
            if buy_down is not None and buy_down.layer == loan.id:
                harder, softer = loan.terms, loan.terms.at_rate(buy_down.to)
                self.softness[row] = softer.grant_element(buy_down.discount) - harder.grant_element(buy_down.discount)
        self.bought_down = self.softness > 0

    def _foreign(self, home: str) -> None:
        """Which loans are in another currency than the fund's."""
        named = [_currency(loan, home) for loan in self.loans]
        rows: Rows = np.array([row for row, currency in enumerate(named) if currency], dtype=np.intp)
        place = np.full(len(self.loans), NOT_ONE, dtype=np.intp)
        place[rows] = np.arange(len(rows))
        of_deal = self.loan_deal[rows]
        self.foreign = ForeignTerms(rows, tuple(named[row] for row in rows), place, np.unique(of_deal), of_deal)

    def _terms(self, deal: int, loan: AnyLoan) -> LoanTerms:
        """What the borrower pays by: at the lower rate, if a buy-down pays for it."""
        buy_down: InterestBuyDown | None = self.deals[deal].supported_by(InterestBuyDown)
        lowered = buy_down is not None and buy_down.layer == loan.id
        return loan.terms.at_rate(buy_down.to) if lowered and buy_down is not None else loan.terms

    def loan_row(self, deal: int, id: str) -> int:
        return next(row for row, one in enumerate(self.loans) if self.loan_deal[row] == deal and one.id == id)

    def loans_of(self, deal: int) -> Rows:
        """Rows of the loans of a deal, the most junior first."""
        rows: Rows = np.flatnonzero(self.loan_deal == deal)[::-1]
        return rows

    def over_loans(self, amounts: Array, deal: Rows, path: Rows) -> Array:
        """What the loans of single deals, on one path each, come to: (loan, path) to (cell,)."""
        width = amounts.shape[1]
        total, flat = np.zeros(len(deal)), amounts.reshape(-1)
        for place, begins in enumerate(self.place_begins):
            some = self.loan_count[deal] > place
            total[some] += flat[(begins + deal[some]) * width + path[some]]
        return total

    def _grants(self) -> None:
        listed = [(row, grant) for row in self.by_id for grant in self.deals[row].grants]
        self.grants = tuple(grant for _, grant in listed)
        self.grant_deal: Rows = np.array([row for row, _ in listed], dtype=np.intp)
        self.grant_of_facility: Mask = np.array([one.provider == "facility" for one in self.grants], dtype=bool)
        self.grant_is_private: Mask = np.array([one.provider in PRIVATE for one in self.grants], dtype=bool)
        self.grant_amount = np.array([float(grant.amount) for grant in self.grants])

    # ------------------------------------------------------------------------------------------ support

    def _support(self) -> None:
        self.matching: tuple[MatchingGrant | None, ...] = tuple(deal.supported_by(MatchingGrant) for deal in self.deals)
        self.results: tuple[ResultsBasedPayment | None, ...] = tuple(
            deal.supported_by(ResultsBasedPayment) for deal in self.deals
        )
        rows = [row for row, deal in enumerate(self.deals) if deal.guarantee is not None]
        promised = [self.deals[row].guarantee for row in rows]
        guarantees = [one for one in promised if one is not None]
        charged = [
            (one.premium.ratio * one.coverage.ratio if isinstance(one, PariPassuGuarantee) else one.premium.ratio)
            / PAYMENTS
            for one in guarantees
        ]
        self.promises = Promise(
            deals=np.array(rows, dtype=np.intp),
            loan=np.array(
                [
                    self.loan_row(row, one.layer) if isinstance(one, PariPassuGuarantee) else NOBODY
                    for row, one in zip(rows, guarantees, strict=True)
                ],
                dtype=np.intp,
            ),
            by_facility=np.array([one.guarantor == "facility" for one in guarantees], dtype=bool),
            coverage=_rates([one.coverage.num for one in guarantees], [one.coverage.den for one in guarantees]),
            cap=_rates([one.most.num for one in guarantees], [one.most.den for one in guarantees]),
            premium=_rates([one.numerator for one in charged], [one.denominator for one in charged]),
        )
        self.promise_of = np.full(len(self.deals), NOBODY, dtype=np.intp)
        self.promise_of[self.promises.deals] = np.arange(len(rows))

    # ------------------------------------------------------------------------------------------ defaults

    def _defaults(self, scenario: Scenario) -> None:
        """What decides when borrowers default: z by (deal, last draw, period), correlation, recovery."""
        regions = {plan.id: plan.region for plan in scenario.plans}
        clusters = sorted(
            (shock for shock in scenario.shocks if isinstance(shock, DefaultCluster)),
            key=lambda shock: (shock.start, shock.factor),
        )
        periods = len(self.quarters)
        self.threshold = np.full((len(self.deals), periods, periods), -np.inf)  # (deal, last draw, period)
        self.correlation = np.zeros(len(self.deals))
        self.obligors = np.zeros(len(self.deals), dtype=np.int64)  # 0 where they cannot be counted
        self.recovers_after = np.zeros(len(self.deals), dtype=np.int64)
        self.recovery_mean, self.recovery_high, self.recovery_low = (np.zeros(len(self.deals)) for _ in range(3))
        for row, deal in enumerate(self.deals):
            borrower = deal.borrower
            if borrower is None:
                continue
            yearly = []
            for quarter in self.quarters:
                chance = borrower.default
                for shock in clusters:
                    if shock.hits(deal.id, regions[deal.plan], quarter):
                        chance = chance * shock.factor
                yearly.append(min(chance, 1.0))
            self.threshold[row] = _thresholds(np.array(yearly))
            self.correlation[row] = borrower.correlation
            self.recovers_after[row] = borrower.recovery.after
            self.recovery_mean[row] = borrower.recovery.mean
            self.recovery_high[row], self.recovery_low[row] = borrower.recovery.high, borrower.recovery.low
            if not isinstance(borrower, GranularPool):
                self.obligors[row] = borrower.obligors if isinstance(borrower, Pool) else 1
        has_loans = self.loan_count > 0
        self.granular: Rows = np.flatnonzero(has_loans & (self.obligors == 0))
        self.counted: Rows = np.flatnonzero(self.obligors > 0)

    # ------------------------------------------------------------------------------------------ who is served when

    def _running(self, t: int, after: int = 0) -> Rows:
        """Deals whose loans may be served in a period, or so many periods before it."""
        first = self.expected + self.last_draw + 1
        last = self.expected + self.waits + self.last_draw + self.longest
        deals: Rows = np.flatnonzero((first <= t) & (t <= last + after) & (self.loan_count > 0))
        return deals

    def _promised(self, t: int) -> Rows:
        """Guarantees that may be charged for or end: a call of the last quarter of service is paid in the one after."""
        return np.flatnonzero(np.isin(self.promises.deals, self._running(t, after=1)))

    def _serving(self, deals: Rows) -> Serving:
        chosen = np.isin(self.loan_deal, deals)
        loans = np.flatnonzero(chosen)
        counts = self.loan_count[deals]
        places, begins = [], 0
        for place in range(int(counts.max(initial=0))):
            many = int((counts > place).sum())
            places.append(Place(slice(begins, begins + many), slice(0, many)))
            begins += many
        of_facility = self.loan_of_facility[loans]
        mine = np.flatnonzero(of_facility)
        return Serving(
            deals=deals,
            loans=loans,
            of_deal=np.searchsorted(deals, self.loan_deal[loans]),
            places=tuple(places),
            facility=mine,
            lenders=np.flatnonzero(~of_facility),
            by_facility=Groups(self.facility[self.loan_deal[loans[mine]]], len(self.facilities)) if len(mine) else None,
        )


def _currency(layer: AnyLayer, home: str) -> str:
    """That of a layer; empty if it is the fund's."""
    currency: str | None = getattr(layer, "currency", None)
    return "" if currency is None or currency == home else currency


def _layer(deal: Deal, layer: AnyLayer, home: str) -> LayerRow:
    """A layer by name, and what each cent of it counts as."""
    counts = weights(deal, layer)
    return LayerRow(
        deal=deal.id,
        layer=layer.id,
        kind=layer.kind,
        provider=layer.provider,
        seniority=getattr(layer, "seniority", 0),
        plan=deal.plan,
        is_public_debt=deal.borrower is not None and deal.borrower.kind == "sovereign" and layer.kind != "grant",
        currency=_currency(layer, home),
        weights=tuple(counts[name] for name in WEIGHTS),
    )


def _thresholds(yearly: Array) -> Array:
    """What an obligor's value must not exceed for it to default by t, its loan last drawn in s: (s, t)."""
    with np.errstate(divide="ignore"):
        survival = np.log1p(-yearly) / PAYMENTS
    certain = np.isneginf(survival)
    kept = np.cumsum(np.where(certain, 0.0, survival))
    surely = np.cumsum(certain)
    chance = -np.expm1(kept[None, :] - kept[:, None])
    chance = np.where(surely[None, :] > surely[:, None], 1.0, np.clip(chance, 0.0, 1.0))
    later = np.arange(len(yearly))[None, :] > np.arange(len(yearly))[:, None]
    z: Array = np.where(later, np.minimum(ndtri(chance), SURELY), -np.inf)
    return z


def _rates(nums: Sequence[int], dens: Sequence[int]) -> tuple[Array, Array]:
    """Rates as integers by row: (row, 1) each."""
    return np.array(nums, dtype=np.float64).reshape(-1, 1), np.array(dens, dtype=np.float64).reshape(-1, 1)
