"""The books: which accounts there are, how they balance, and what a run leaves of every path.

What the engine writes here, the measures read. Amounts are int64 cents once a period is closed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mptf_sim.quantities import Quarter, Whole


class Account(NamedTuple):
    """One line of the fund's books, kept for every period and path."""

    name: str
    kind: str  # "flow": of the period; "stock": at its close
    unit: str  # "cents", "instalments", "programmes", "pledges", "concept notes" or "documents"
    meaning: str


ACCOUNTS = (
    Account("announced", "flow", "cents", "financial pledges announced by donors"),
    Account("lapsed_pledges", "flow", "cents", "announced and never to be signed"),
    Account("pledge_exchange_difference", "flow", "cents", "pledges worth more when signed than when announced"),
    Account("signed", "flow", "cents", "signed by donors"),
    Account("deposits", "flow", "cents", "received from donors, before the agent's fee"),
    Account("exchange_difference", "flow", "cents", "commitments worth more when deposited than when signed"),
    Account("cancelled_commitments", "flow", "cents", "signed and never to be deposited"),
    Account("in_kind_announced", "flow", "cents", "value of pledges in kind, announced"),
    Account("in_kind_signed", "flow", "cents", "value of pledges in kind, signed"),
    Account("in_kind_provided", "flow", "cents", "value of pledges in kind, provided"),
    Account("in_kind_lapsed", "flow", "cents", "value of pledges in kind, never to be provided"),
    Account("policy_pledges_announced", "flow", "pledges", "steps that States announce to take"),
    Account("policy_pledges_adopted", "flow", "pledges", "of those, taken"),
    Account("policy_pledges_lapsed", "flow", "pledges", "of those, never to be taken"),
    Account("agent_fees", "flow", "cents", "withheld by the administrative agent"),
    Account("interest", "flow", "cents", "credited to the fund"),
    Account("refunds", "flow", "cents", "unspent balances returned by organisations"),
    Account("direct_cost", "flow", "cents", "transferred to the secretariat's host"),
    Account("concept_notes_received", "flow", "concept notes", "concept notes that arrived on slots of the pipeline"),
    Account("concept_notes_selected", "flow", "concept notes", "of these, selected to become documents"),
    Account("documents_ready", "flow", "documents", "documents of the pipeline that became ready for the Committee"),
    Account("approvals", "flow", "cents", "awarded by the Steering Committee"),
    Account("cancelled_awards", "flow", "cents", "parts of awards that will not be paid"),
    Account("transfers", "flow", "cents", "paid to participating organisations"),
    Account("direct_delivery", "flow", "cents", "direct cost spent by organisations"),
    Account("indirect_cost", "flow", "cents", "earned by organisations on direct cost spent"),
    Account("reported_expenditure", "flow", "cents", "expenditure of organisations that became known to the fund"),
    Account("needs_due", "flow", "cents", "direct cost of plans that came due"),
    Account("secured_finance", "flow", "cents", "of those needs, met by other secured sources"),
    Account("awarded_to_needs", "flow", "cents", "direct cost of awards that serve a plan"),
    Account("freed_needs", "flow", "cents", "direct cost of such awards that will not be spent"),
    Account("lapsed_needs", "flow", "cents", "unmet needs that did not carry over"),
    Account("executed_finance", "flow", "cents", "spent by other secured sources"),
    Account("unmet_floors", "flow", "cents", "missing at meetings to the floors of groups and regions"),
    Account("waiting_for_cash", "stock", "cents", "instalments due and released that a payment bound refused"),
    Account("not_released", "stock", "cents", "instalments due whose condition fails"),
    Account("held_up_by_reports", "stock", "cents", "of these, what an overdue report alone holds up"),
    Account("approvable", "stock", "cents", "what the Committee could approve at this meeting; zero without one"),
    Account("cash", "stock", "cents", "held by the administrative agent"),
    Account("held_by_organisations", "stock", "cents", "transferred and neither spent nor refunded"),
    Account("unreported_expenditure", "stock", "cents", "spent by organisations and not yet known to the fund"),
    Account("owed_to_programmes", "stock", "cents", "approved and not yet transferred"),
    Account("pledged_not_signed", "stock", "cents", "announced, and neither signed nor lapsed"),
    Account("pledged_up_to_a_year", "stock", "cents", "of that, announced less than four quarters ago"),
    Account("pledged_up_to_two_years", "stock", "cents", "of that, announced four to seven quarters ago"),
    Account("pledged_longer", "stock", "cents", "of that, announced eight quarters ago or more"),
    Account("signed_not_deposited", "stock", "cents", "signed by donors and still due"),
    Account("overdue_deposits", "stock", "cents", "of that, due and not come"),
    Account("in_kind_outstanding", "stock", "cents", "value announced in kind, and neither provided nor lapsed"),
    Account("policy_pledges_open", "stock", "pledges", "policy pledges neither adopted nor lapsed"),
    Account("unmet_needs", "stock", "cents", "open needs that no approved finance meets"),
    Account("funding_gap", "stock", "cents", "needs to date less approved finance, lapsed needs included"),
    Account("delivery_gap", "stock", "cents", "needs to date less what was delivered"),
    Account("instalments_waiting", "stock", "instalments", "instalments that wait for cash"),
    Account("instalments_not_released", "stock", "instalments", "instalments that are due and not released"),
    Account(
        "programmes_running",
        "stock",
        "programmes",
        "programmes between first transfer and operational closure",
    ),
)
ACCOUNT_ROW = {account.name: row for row, account in enumerate(ACCOUNTS)}

FINANCE_ACCOUNTS = (
    Account("facility_grants", "flow", "cents", "delivered by programmes into facilities"),
    Account("facility_fees", "flow", "cents", "taken by the holders of facilities"),
    Account("technical_assistance", "flow", "cents", "paid by facilities to prepare deals"),
    Account("private_draws", "flow", "cents", "drawn from private lenders and the diaspora"),
    Account("public_draws", "flow", "cents", "drawn from public lenders and budgets"),
    Account("facility_draws", "flow", "cents", "grants and loans drawn from facilities"),
    Account("matching_grants", "flow", "cents", "paid by facilities to match private money"),
    Account("interest_buy_downs", "flow", "cents", "paid by facilities to lenders for a lower rate"),
    Account("results_payments", "flow", "cents", "paid by facilities for results"),
    Account("deal_investment", "flow", "cents", "invested in plans by deals"),
    Account("deal_finance", "flow", "cents", "of needs, met by deals that closed"),
    Account("deal_delivery", "flow", "cents", "of that, drawn and invested"),
    Account("loans_begun", "flow", "cents", "faces of loans that begin to run"),
    Account("borrowers_interest", "flow", "cents", "paid by borrowers on loans of deals"),
    Account("borrowers_principal", "flow", "cents", "repaid by borrowers"),
    Account("borrowers_premiums", "flow", "cents", "paid by borrowers for guarantees"),
    Account("lenders_interest", "flow", "cents", "interest that reaches lenders"),
    Account("lenders_principal", "flow", "cents", "principal that reaches lenders"),
    Account("lenders_restored", "flow", "cents", "losses made good to lenders"),
    Account("facility_interest", "flow", "cents", "interest that reaches facilities"),
    Account("facility_principal", "flow", "cents", "principal that reaches facilities"),
    Account("facility_restored", "flow", "cents", "losses made good to facilities"),
    Account("loan_losses", "flow", "cents", "lost by loans to defaults, recovered or not"),
    Account("recoveries", "flow", "cents", "recovered of earlier defaults"),
    Account("calls_made", "flow", "cents", "claimed on guarantees, to be paid a quarter later"),
    Account("guarantee_calls", "flow", "cents", "paid on guarantees by facilities"),
    Account("guarantee_premiums", "flow", "cents", "received by facilities for guarantees"),
    Account("guarantee_reimbursed", "flow", "cents", "recovered by facilities of calls they paid"),
    Account("outside_calls", "flow", "cents", "paid on guarantees by outside guarantors"),
    Account("outside_premiums", "flow", "cents", "received by outside guarantors"),
    Account("outside_reimbursed", "flow", "cents", "recovered by outside guarantors of calls they paid"),
    Account("facility_refunds", "flow", "cents", "returned to the fund by facilities that closed"),
    Account("debt_reduced", "flow", "cents", "not lent, because a debt rule allowed less"),
    Account("debt_deferred", "flow", "cents", "faces of loans that a debt rule held back in the quarter"),
    Account("deals_closed", "flow", "deals", "deals that closed"),
    Account("deals_lapsed", "flow", "deals", "deals that will never close"),
    Account("facility_cash", "stock", "cents", "in the purses of facilities"),
    Account("facility_held", "stock", "cents", "of that, held for deals that closed"),
    Account("deal_cash", "stock", "cents", "in deals: nothing, as what comes in goes out"),
    Account("loans_outstanding", "stock", "cents", "outstanding of loans of deals"),
    Account("losses_borne", "stock", "cents", "lost by loans and not made good"),
    Account("calls_owed", "stock", "cents", "claimed on guarantees and not yet paid"),
    Account("guaranteed", "stock", "cents", "largest payouts that guarantees still promise"),
    Account(
        "loan_exchange_difference", "flow", "cents", "outstanding loans in other currencies worth more than before"
    ),
)
"""Kept only where a scenario has facilities or deals: other funds' books, and digests, know nothing of them."""

FINANCE_ROW = {account.name: row for row, account in enumerate(FINANCE_ACCOUNTS)}

DEAL_FIGURES = (
    "closed", "investment", "finance", "delivery", "losses", "recoveries", "calls", "reimbursed", "premiums",
    "technical_assistance", "matching_grants", "interest_buy_downs", "results_payments", "promised",
)  # fmt: skip
"""What is kept of each deal and path over the calendar: cents, but for `closed`, 1 where it closed."""

LAYER_FIGURES = ("drawn", "interest", "principal", "restored", "losses", "outstanding", "exchange_difference")
"""What is kept of each layer of a stack and path over the calendar, cents; outstanding at its end."""

FACILITY_FIGURES = (
    "facility_grants", "facility_fees", "technical_assistance", "facility_draws", "matching_grants", "interest_buy_downs",
    "results_payments", "guarantee_calls", "guarantee_premiums", "guarantee_reimbursed", "facility_interest",
    "facility_principal", "facility_restored", "facility_refunds", "cash", "held",
)  # fmt: skip
"""The ledger of each facility and path over the calendar, cents; cash and what is held of it at its end."""

LEDGER: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "cash": (("deposits", "interest", "refunds", "facility_refunds"), ("agent_fees", "direct_cost", "transfers")),
    "held_by_organisations": (("transfers",), ("direct_delivery", "indirect_cost", "refunds")),
    "unreported_expenditure": (("direct_delivery", "indirect_cost"), ("reported_expenditure",)),
    "owed_to_programmes": (("approvals",), ("cancelled_awards", "transfers")),
    "pledged_not_signed": (("announced", "pledge_exchange_difference"), ("lapsed_pledges", "signed")),
    "signed_not_deposited": (("signed", "exchange_difference"), ("deposits", "cancelled_commitments")),
    "in_kind_outstanding": (("in_kind_announced",), ("in_kind_provided", "in_kind_lapsed")),
    "policy_pledges_open": (("policy_pledges_announced",), ("policy_pledges_adopted", "policy_pledges_lapsed")),
    "unmet_needs": (
        ("needs_due", "freed_needs"),
        ("secured_finance", "awarded_to_needs", "lapsed_needs", "deal_finance"),
    ),
    "funding_gap": (("needs_due", "freed_needs"), ("secured_finance", "awarded_to_needs", "deal_finance")),
    "facility_cash": (
        (
            "facility_grants", "guarantee_premiums", "guarantee_reimbursed", "facility_interest", "facility_principal",
            "facility_restored",
        ),
        (
            "facility_fees", "technical_assistance", "facility_draws", "matching_grants", "interest_buy_downs",
            "results_payments", "guarantee_calls", "facility_refunds",
        ),
    ),
    "deal_cash": (
        (
            "private_draws", "public_draws", "facility_draws", "matching_grants", "borrowers_interest",
            "borrowers_principal", "borrowers_premiums", "recoveries", "guarantee_calls", "outside_calls",
        ),
        (
            "deal_investment", "lenders_interest", "lenders_principal", "lenders_restored", "facility_interest",
            "facility_principal", "facility_restored", "guarantee_premiums", "guarantee_reimbursed", "outside_premiums",
            "outside_reimbursed",
        ),
    ),
    "loans_outstanding": (("loans_begun", "loan_exchange_difference"), ("lenders_principal", "facility_principal", "loan_losses")),
    "losses_borne": (("loan_losses",), ("lenders_restored", "facility_restored")),
    "calls_owed": (("calls_made",), ("guarantee_calls", "outside_calls")),
}  # fmt: skip
"""Each stock changes by these flows and by nothing else: (what raises it, what lowers it)."""

POSTINGS: Mapping[str, tuple[str, str]] = {
    "deposits": ("donors", "fund cash"),
    "agent_fees": ("fund cash", "administrative agent"),
    "interest": ("bank", "fund cash"),
    "direct_cost": ("fund cash", "secretariat"),
    "transfers": ("fund cash", "organisations"),
    "direct_delivery": ("organisations", "delivered to people"),
    "indirect_cost": ("organisations", "organisations' support"),
    "refunds": ("organisations", "fund cash"),
    "facility_grants": ("programmes of facilities", "facilities"),
    "facility_fees": ("facilities", "holders of facilities"),
    "technical_assistance": ("facilities", "technical assistance"),
    "private_draws": ("private lenders", "deals"),
    "public_draws": ("public lenders", "deals"),
    "facility_draws": ("facilities", "deals"),
    "matching_grants": ("facilities", "deals"),
    "interest_buy_downs": ("facilities", "paid to lenders"),
    "results_payments": ("facilities", "paid for results"),
    "deal_investment": ("deals", "invested in plans"),
    "borrowers_interest": ("borrowers", "deals"),
    "borrowers_principal": ("borrowers", "deals"),
    "borrowers_premiums": ("borrowers", "deals"),
    "recoveries": ("borrowers", "deals"),
    "lenders_interest": ("deals", "paid to lenders"),
    "lenders_principal": ("deals", "paid to lenders"),
    "lenders_restored": ("deals", "paid to lenders"),
    "facility_interest": ("deals", "facilities"),
    "facility_principal": ("deals", "facilities"),
    "facility_restored": ("deals", "facilities"),
    "guarantee_calls": ("facilities", "deals"),
    "guarantee_premiums": ("deals", "facilities"),
    "guarantee_reimbursed": ("deals", "facilities"),
    "outside_calls": ("outside guarantors", "deals"),
    "outside_premiums": ("deals", "paid to outside guarantors"),
    "outside_reimbursed": ("deals", "paid to outside guarantors"),
    "facility_refunds": ("facilities", "fund cash"),
}
"""Money moves from one account to another: (from, to). Nothing else moves money."""

OBLIGATION_QUARTERS = 8
"""How far ahead the table of obligations looks."""


class GiftRow(NamedTuple):
    """One row of the pledging dashboard: a donor's outlook or one of its pledges, under one earmark."""

    donor: str
    pledge: str  # empty for what its outlook brings
    kind: str  # "financial", "in kind" or "policy"
    earmark: str  # label; empty for what touches no cash
    announced: Quarter | None  # of a pledge


class LayerRow(NamedTuple):
    """One layer of a deal's stack."""

    deal: str
    layer: str
    kind: str
    provider: str
    seniority: int  # 0 of a grant
    plan: str
    is_public_debt: bool  # lent to a State
    currency: str  # empty if it is the fund's
    weights: tuple[float, ...]  # cents for each cent drawn, by what is measured


@dataclass(frozen=True, slots=True)
class Axes:
    """Names of rows: who and what the arrays are about."""

    periods: tuple[str, ...]
    years: tuple[int, ...]  # of each period
    donors: tuple[str, ...]
    programmes: tuple[str, ...]
    organisations: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]  # (programme, organisation)
    lines: tuple[tuple[str, str], ...]  # instalment lines: (programme, organisation if paid on its own)
    plans: tuple[str, ...]
    reviews: tuple[str, ...]  # in the order of their quarters, then ids
    year_ends: tuple[int, ...]  # periods at which plans are looked at: each Q4 and the last
    first_meeting: int | None  # period of the Committee's first meeting
    gifts: tuple[GiftRow, ...]  # what is kept apart of what donors give
    facilities: tuple[str, ...]
    deals: tuple[str, ...]
    layers: tuple[LayerRow, ...]  # deal by deal, loans from the most junior on, then grants


@dataclass(frozen=True, slots=True)
class Books:
    """What some consecutive paths leave: int64 but for small numbers, path axis last."""

    accounts: Whole  # (account, period, path)
    plan_delivered: Whole  # (year end, plan, path), to date: direct delivery and executed secured finance
    plan_funded: Whole  # (year end, plan, path), to date: secured finance and awards, net of what was freed
    plan_needs: Whole  # (year end, plan, path), needs that came due, to date
    plan_executed: Whole  # (plan, path), of what is delivered, by other secured finance; whole horizon
    plan_status: NDArray[np.int8]  # (year end, plan, path), 0 none, 1 drafting, 2 costed, 3 adopted, 4 reviewed
    plan_level: NDArray[np.int8]  # (year end, plan, path), of coordination, 0 to 3
    deposits_by_donor: Whole  # (donor, path), whole horizon
    awards: Whole  # (programme, path), net of what was cancelled
    transfers: Whole  # (part, path), within the calendar
    refunds: Whole  # (part, path)
    delivery: Whole  # (part, path), direct cost within the calendar
    held_up: Whole  # (organisation, path), cents x quarters that its overdue reports hold up instalments
    approved_at: Whole  # (programme, path), period, or -1
    obligations: Whole  # (line, instalment, quarter, 6), sums over paths; see OBLIGATION_KINDS
    parts_to_date: Whole  # (part, 5), sums over paths, within the calendar; see PART_SUMS
    review_pack: Whole  # (review, programme, 7), sums over paths; see REVIEW_PACK
    gifts: Whole  # (gift, period, 7), sums over paths; see GIFT_EVENTS
    met: Whole  # (expectation, path), 1 where it holds
    finance: Whole  # (finance account, period, path)
    facilities: Whole  # (facility, figure, path), see FACILITY_FIGURES
    deals: Whole  # (deal, figure, path), see DEAL_FIGURES
    layers: Whole  # (layer, figure, path), see LAYER_FIGURES

    PER_PATH: ClassVar[tuple[str, ...]] = (
        "accounts", "plan_delivered", "plan_funded", "plan_needs", "plan_executed", "plan_status", "plan_level", "deposits_by_donor", "awards", "transfers", "refunds",
        "delivery", "held_up", "approved_at", "met", "finance", "facilities", "deals", "layers",
    )  # fmt: skip

    OF_DEALS: ClassVar[tuple[str, ...]] = ("finance", "facilities", "deals", "layers")

    OF_CURRENCIES: ClassVar[tuple[tuple[str, int], ...]] = (("finance", 0), ("layers", 1))
    """Where exchange differences of loans stand: last on this axis."""

    SUMS: ClassVar[tuple[str, ...]] = ("obligations", "parts_to_date", "review_pack", "gifts")

    @property
    def width(self) -> int:
        return int(self.accounts.shape[-1])

    def digest(self) -> str:
        """SHA-256 of everything per path, by name, as little-endian int64."""
        whole = hashlib.sha256()
        for name in self.PER_PATH:
            if name in self.OF_DEALS and not len(self.finance):
                continue  # a fund without deals is the same as ever
            values = np.ascontiguousarray(self._moved(name), dtype="<i8")
            whole.update(f"{name}:{values.shape}:".encode())
            whole.update(values.data)
        return whole.hexdigest()

    def _moved(self, name: str) -> Whole:
        """An array without the exchange differences of loans, if there are none: a rate that never moves changes nothing."""
        values: Whole = getattr(self, name)
        for other, axis in self.OF_CURRENCIES:
            if name == other and not values.take(-1, axis).any():
                return values[:-1] if axis == 0 else values[:, :-1]
        return values

    @classmethod
    def side_by_side(cls, parts: Iterable[Books]) -> Books:
        """Consecutive paths as one: counts added, columns joined."""
        listed = list(parts)
        if len(listed) == 1:
            return listed[0]
        joined = {name: np.concatenate([getattr(part, name) for part in listed], axis=-1) for name in cls.PER_PATH}
        added = {name: sum(getattr(part, name) for part in listed) for name in cls.SUMS}
        return cls(**added, **joined)


OBLIGATION_KINDS = ("due", "paid", "waiting", "not_released", "amount_due", "amount_paid")
"""What is counted of instalments in the quarter they fall due: numbers of paths, then cents."""


PART_SUMS = ("transfers", "refunds", "direct", "indirect", "reported")
"""What is added up of each organisation's part of a programme: cents."""


GIFT_EVENTS = ("announced", "lapsed", "pledge_difference", "signed", "deposited", "cancelled", "difference")
"""What happens to gifts: cents, and of policy pledges their number. In kind, deposited is provided."""


REVIEW_PACK = ("paths", "approved", "transferred", "reported", "delivered", "final_transferred", "final_delivered")
"""What is counted of programmes at a review, on paths on which they are approved: number of paths, then cents."""


def account(books: Books, name: str) -> Whole:
    """One account: (period, path)."""
    if name in FINANCE_ROW and not len(books.finance):
        return np.zeros_like(books.accounts[0])  # a fund without facilities and deals
    row: Whole = books.finance[FINANCE_ROW[name]] if name in FINANCE_ROW else books.accounts[ACCOUNT_ROW[name]]
    return row


@dataclass(frozen=True, slots=True)
class Checks:
    """Which invariants a run has upheld, and how many numbers were looked at."""

    looked_at: Mapping[str, int] = field(default_factory=dict)

    def plus(self, other: Checks) -> Checks:
        names = dict.fromkeys([*self.looked_at, *other.looked_at])
        return Checks({name: self.looked_at.get(name, 0) + other.looked_at.get(name, 0) for name in names})
