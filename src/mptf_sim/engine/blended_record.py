"""The clerk of facilities and deals: their accounts by period, and what is kept of each deal, layer and facility."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from mptf_sim.books import DEAL_FIGURES, FACILITY_FIGURES, FINANCE_ACCOUNTS, FINANCE_ROW, LAYER_FIGURES, LEDGER
from mptf_sim.engine.blended_state import CLOSED, BlendedState
from mptf_sim.engine.cells import Entries, Groups
from mptf_sim.engine.deal_flows import Borne
from mptf_sim.engine.deal_terms import NOBODY, DealTerms
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.foreign_loans import OwnFlows
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.money import running_total
from mptf_sim.quantities import Array, Whole

KEPT = {
    "facility": ("facility_grants", "facility_fees", "facility_refunds"),
    "deal": (
        "deal_investment", "deal_finance", "deal_delivery", "technical_assistance", "matching_grants",
        "results_payments", "recoveries",
    ),
    "loan": (
        "private_draws", "public_draws", "facility_draws", "interest_buy_downs", "lenders_interest", "facility_interest",
        "lenders_principal", "facility_principal", "lenders_restored", "facility_restored", "loan_losses",
        "loan_exchange_difference",
    ),
    "grant": ("private_draws", "public_draws", "facility_draws"),
    "guarantee": (
        "guarantee_calls", "outside_calls", "guarantee_premiums", "outside_premiums", "guarantee_reimbursed",
        "outside_reimbursed",
    ),
}  # fmt: skip
"""Which accounts are added up over the calendar row by row, by axis."""

DRAWS = ("private_draws", "public_draws", "facility_draws")


def blended_axes(terms: Terms) -> dict[str, Any]:
    """The names of the rows of what is kept of deals."""
    deals = terms.deals
    if deals is None:
        return {"facilities": (), "deals": (), "layers": ()}
    return {
        "facilities": tuple(one.id for one in deals.facilities),
        "deals": tuple(deals.deals[row].id for row in deals.by_id),
        "layers": deals.layers,
    }


def nothing_of_deals(width: int) -> dict[str, Whole]:
    """What a fund without facilities and deals keeps of them."""
    none = np.zeros((0, 0, width), dtype=np.int64)
    return {"finance": none, "facilities": none, "deals": none, "layers": none}


class Gap(NamedTuple):
    """What must be zero: number and sentence of the catalogue, account, what its rows are, the gap itself."""

    number: str
    sentence: str
    account: str
    rows: str  # "period", "facility", "deal", "loan" or "guarantee"
    gap: Array  # (row, path)


class BlendedRecord:
    """The books of facilities and deals while a block is played: float64 whole cents."""

    def __init__(self, terms: Terms, width: int) -> None:
        assert terms.deals is not None
        self.terms: DealTerms = terms.deals
        self.width = width
        deals, plans = self.terms, len(terms.plans)
        self.accounts = np.zeros((len(FINANCE_ACCOUNTS), terms.periods, width))
        size = {
            "facility": len(deals.facilities),
            "deal": len(deals.deals),
            "loan": len(deals.loans),
            "grant": len(deals.grants),
            "guarantee": len(deals.promises.deals),
        }
        self.sums = {(axis, name): np.zeros((size[axis], width)) for axis, names in KEPT.items() for name in names}
        place = {plan.id: row for row, plan in enumerate(terms.plans)}
        self.by_plan = Groups(np.array([place[deal.plan] for deal in deals.deals], dtype=np.intp), plans)
        self.plan_row = np.array([place[deal.plan] for deal in deals.deals], dtype=np.intp)
        self.waterfall_gap = np.zeros((terms.periods, width))
        self.books_gap = np.zeros((terms.periods, width))
        self.promise_gap = np.zeros((terms.periods, width))
        foreign = len(deals.foreign.loans)
        self.own_left = np.zeros((foreign, width))  # outstanding, by what moved in the loans' own currencies
        self.own_gap, self.worth_gap = (np.zeros((terms.periods if foreign else 0, width)) for _ in range(2))

    def enter(self, t: int, state: FundState, flows: Flows) -> tuple[Array, Array]:
        """Enter period t.

        Returns
        -------
        finance, delivery : (plan, path), what deals approve and deliver of plans' needs
        """
        blended, stands, terms = flows.blended, state.blended, self.terms
        assert blended is not None and stands is not None
        plans = np.zeros((2, self.by_plan.count, self.width))
        for moved in blended.moved:
            self.accounts[FINANCE_ROW[moved.account], t] += moved.total()
            if (moved.axis, moved.account) in self.sums:
                moved.add_to(self.sums[moved.axis, moved.account])
            if moved.account in ("deal_finance", "deal_delivery") and not isinstance(moved.amounts, Entries):
                for row, amounts in zip(moved.rows, moved.amounts, strict=True):
                    plans[int(moved.account == "deal_delivery"), self.plan_row[row]] += amounts
        refunds = flows.receipts.facility_refunds
        if refunds is not None:
            self.accounts[FINANCE_ROW["facility_refunds"], t] = refunds.sum(axis=0)
            self.sums["facility", "facility_refunds"] += refunds
        for name, stock in (
            ("facility_cash", stands.cash),
            ("facility_held", stands.held),
            ("loans_outstanding", stands.out),
            ("losses_borne", stands.lost),
            ("calls_owed", stands.owed),
            ("guaranteed", stands.promised),
        ):
            self.accounts[FINANCE_ROW[name], t] = stock.sum(axis=0)
        self.books_gap[t] = blended.gap
        for borne in blended.borne:
            self.waterfall_gap[t] += waterfall_gap(borne, self.width)
        if blended.own is not None:
            self._enter_own(t, stands, blended.own)
        mine = terms.promises.by_facility
        promised = (stands.promised[mine] + stands.owed[mine]).sum(axis=0) + stands.kept.sum(axis=0)
        self.promise_gap[t] = stands.held.sum(axis=0) - promised
        return plans[0], plans[1]

    def _enter_own(self, t: int, stands: BlendedState, moved: OwnFlows) -> None:
        """Foreign loans must add up in their own currencies, and be booked at the rate of the period."""
        assert stands.own is not None
        for flow, sign in (("begun", 1), ("principal", -1), ("losses", -1)):
            if flow in moved.moved:
                self.own_left += sign * moved.moved[flow]
        own = stands.own
        paid_or_lost = np.abs(self.own_left - own.out) + np.maximum(-own.out, 0.0) + np.maximum(-own.lost, 0.0)
        self.own_gap[t] = paid_or_lost.sum(axis=0)
        worth = np.rint(own.out * moved.rate)
        self.worth_gap[t] = np.abs(stands.out[self.terms.foreign.loans] - worth).sum(axis=0)

    def gaps(self, stands: BlendedState) -> Iterator[Gap]:
        """What must be zero."""
        terms, promises, sums = self.terms, self.terms.promises, self.sums
        yield Gap("A2", "in every period a deal pays out what came in", "deal_cash", "period", self.books_gap)
        yield Gap(
            "A2", "what a facility holds is what its deals may ask of it", "facility_held", "period", self.promise_gap
        )
        ledger = self.facilities(stands)
        raised, lowered = LEDGER["facility_cash"]
        sign = np.array([(name in raised) - (name in lowered) - (name == "cash") for name in FACILITY_FIGURES], float)
        left = np.einsum("fap,a->fp", ledger, sign)
        yield Gap("A3", "a facility's cash is what came in less what went out", "facility_cash", "facility", left)
        free = stands.cash - stands.held - stands.aside - stands.returning
        overspent = np.minimum(free, 0.0)
        yield Gap("B1", "a facility spends no more than its free money", "facility_cash", "facility", overspent)
        drawn = np.zeros((len(terms.deals), self.width))
        for axis, deal in (("loan", terms.loan_deal), ("grant", terms.grant_deal)):
            for name in DRAWS:
                np.add.at(drawn, deal, sums[axis, name])
        invested = sums["deal", "deal_investment"] - sums["deal", "matching_grants"]
        yield Gap("A2", "a deal invests what its layers bring", "deal_investment", "deal", drawn - invested)
        covered = np.array(
            [
                stands.face[loan] if loan != NOBODY else stands.face[terms.loans_of(deal)].sum(axis=0)
                for deal, loan in zip(promises.deals, promises.loan, strict=True)
            ]
        ).reshape(len(promises.deals), self.width)
        claimed = stands.called + stands.owed
        for sentence, most in (
            ("no guarantee pays more than its limit", np.rint(covered * promises.cap[0] / promises.cap[1])),
            ("a guarantee pays for losses alone", stands.losses[promises.deals]),
        ):
            yield Gap("B9", sentence, "guarantee_calls", "guarantee", np.minimum(most - claimed, 0.0))
        for sentence, gap in (
            ("a loan adds up in its own currency", self.own_gap),
            ("a loan in another currency is booked at the rate of the quarter", self.worth_gap),
        ):
            if len(gap):
                yield Gap("A14", sentence, "loans_outstanding", "period", gap)
        yield Gap("B10", "each loan bears what is left by those below it", "loan_losses", "period", self.waterfall_gap)
        back = sums["loan", "lenders_restored"] + sums["loan", "facility_restored"]
        unrestored = sums["loan", "loan_losses"] - back - stands.lost
        yield Gap("B12", "no more is made good than was lost", "losses_borne", "loan", unrestored)
        paid_back = np.minimum(stands.called - stands.reimbursed, 0.0)
        yield Gap("B12", "no guarantor gets back more than it paid", "guarantee_reimbursed", "guarantee", paid_back)

    # -------------------------------------------------------------------------------------- what is left of a block

    def of_deals(self, axis: str, name: str) -> Array:
        """An account kept by another axis, added up by deal: (deal, path)."""
        terms = self.terms
        deal = {"loan": terms.loan_deal, "grant": terms.grant_deal, "guarantee": terms.promises.deals}[axis]
        total = np.zeros((len(terms.deals), self.width))
        np.add.at(total, deal, self.sums[axis, name])
        return total

    def facilities(self, stands: BlendedState) -> Array:
        """The ledger of each facility: (facility, figure, path)."""
        terms = self.terms
        axes = {name: axis for axis in ("deal", "loan", "guarantee") for name in KEPT[axis]}
        ledger = np.zeros((len(terms.facilities), len(FACILITY_FIGURES), self.width))
        for row, name in enumerate(FACILITY_FIGURES):
            if name in ("cash", "held"):
                ledger[:, row] = stands.cash if name == "cash" else stands.held
            elif name in KEPT["facility"]:
                ledger[:, row] = self.sums["facility", name]
            else:
                by_deal = self.sums["deal", name] if axes[name] == "deal" else self.of_deals(axes[name], name)
                if name == "facility_draws":
                    by_deal = by_deal + self.of_deals("grant", name)
                ledger[:, row] = terms.deals_of_facility.add_up(by_deal)
        return ledger

    def close(self, state: FundState) -> dict[str, Whole]:
        """The books of the block, as whole numbers, deals in the order of ids."""
        stands, terms = state.blended, self.terms
        assert stands is not None
        calls, premiums, reimbursed = (
            self.of_deals("guarantee", f"guarantee_{name}") + self.of_deals("guarantee", f"outside_{name}")
            for name in ("calls", "premiums", "reimbursed")
        )
        promised = np.zeros((len(terms.deals), self.width))
        promised[terms.promises.deals] = stands.promised
        figures = {
            "closed": (stands.stage == CLOSED).astype(np.float64),
            "investment": self.sums["deal", "deal_investment"],
            "finance": self.sums["deal", "deal_finance"],
            "delivery": self.sums["deal", "deal_delivery"],
            "losses": stands.losses,
            "recoveries": self.sums["deal", "recoveries"],
            "calls": calls,
            "reimbursed": reimbursed,
            "premiums": premiums,
            "technical_assistance": self.sums["deal", "technical_assistance"],
            "matching_grants": self.sums["deal", "matching_grants"],
            "interest_buy_downs": self.of_deals("loan", "interest_buy_downs"),
            "results_payments": self.sums["deal", "results_payments"],
            "promised": promised,
        }
        deals = np.stack([figures[name][terms.by_id] for name in DEAL_FIGURES], axis=1)
        return {
            "finance": _whole(self.accounts),
            "facilities": _whole(self.facilities(stands)),
            "deals": _whole(deals.reshape(len(terms.deals), len(DEAL_FIGURES), self.width)),
            "layers": self._layers(stands),
        }

    def _layers(self, stands: BlendedState) -> Whole:
        """Each layer of each stack: (layer, figure, path)."""
        terms, sums = self.terms, self.sums
        losses = sums["loan", "loan_losses"]
        drawn = np.sum([sums["loan", name] for name in DRAWS], axis=0)
        restored = sums["loan", "lenders_restored"] + sums["loan", "facility_restored"]
        interest = sums["loan", "lenders_interest"] + sums["loan", "facility_interest"]
        principal = sums["loan", "lenders_principal"] + sums["loan", "facility_principal"]
        moved = sums["loan", "loan_exchange_difference"]
        figures = (drawn, interest, principal, restored, losses, stands.out, moved)  # as in LAYER_FIGURES
        of_grants = np.sum([sums["grant", name] for name in DRAWS], axis=0)
        layers = np.zeros((len(terms.layers), len(LAYER_FIGURES), self.width), dtype=np.int64)
        place = 0
        for row in terms.by_id:
            for loan in terms.loans_of(row):
                for column, amounts in enumerate(figures):
                    layers[place, column] = amounts[loan]
                place += 1
            for grant in np.flatnonzero(terms.grant_deal == row):
                layers[place, 0] = of_grants[grant]
                place += 1
        return layers


def waterfall_gap(borne: Borne, width: int) -> Array:
    """How far losses were shared otherwise than by the closed form, over the deals of each path: (path,)."""
    attach = running_total(borne.stood) - borne.stood
    closed_form = np.minimum(np.maximum(borne.loss - attach, 0.0), borne.stood)
    gap = np.abs(closed_form - borne.taken).sum(axis=0) + np.abs(borne.taken.sum(axis=0) - borne.loss)
    return np.bincount(borne.path, gap, minlength=width).astype(np.float64, copy=False)


def _whole(amounts: Array) -> Whole:
    return amounts.astype(np.int64)
