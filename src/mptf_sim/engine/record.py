"""The clerk: enters each period into the books of a block of paths, and derives nothing that a step decided."""

from __future__ import annotations

import numpy as np

from mptf_sim.books import (
    ACCOUNT_ROW,
    ACCOUNTS,
    GIFT_EVENTS,
    OBLIGATION_KINDS,
    OBLIGATION_QUARTERS,
    PART_SUMS,
    Axes,
    Books,
)
from mptf_sim.engine import pledging
from mptf_sim.engine.blended_record import BlendedRecord, blended_axes, nothing_of_deals
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.review_pack import ReviewPack
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import NEVER, Terms
from mptf_sim.quantities import Array, Whole


def axes(terms: Terms) -> Axes:
    """The names of the rows of every table this scenario fills."""
    years = tuple(quarter.year for quarter in terms.quarters)
    year_ends = tuple(
        t for t, quarter in enumerate(terms.quarters) if quarter.quarter == 4 or t == terms.periods - 1
    )  # fmt: skip
    return Axes(
        periods=tuple(str(quarter) for quarter in terms.quarters),
        years=years,
        donors=tuple(donor.id for donor in terms.donors),
        programmes=tuple(programme.id for programme in terms.programmes),
        organisations=terms.layout.organisations,
        parts=terms.layout.parts,
        lines=tuple(terms.layout.line_names()),
        plans=tuple(plan.id for plan in terms.plans),
        reviews=tuple(review.id for review in terms.reviews),
        year_ends=year_ends,
        first_meeting=next((t for t, meets in enumerate(terms.meets) if meets), None),
        gifts=pledging.gift_rows(terms),
        **blended_axes(terms),
    )


class Record:
    """The books of one block while it is played: float64 whole cents, closed to int64 at the end."""

    def __init__(self, terms: Terms, width: int, state: FundState) -> None:
        self.terms = terms
        self.accounts = np.zeros((len(ACCOUNTS), terms.periods, width))
        self.payment_room = np.zeros((terms.periods, width))
        self.approval_shortfall = np.zeros((terms.periods, width))
        self.opening = {
            "cash": state.cash,
            "held_by_organisations": self._held(state),
            "owed_to_programmes": (state.claims - state.paid).sum(axis=0),
        }
        programmes, plans = len(terms.programmes), len(terms.plans)
        parts, lines = len(terms.layout.parts), len(terms.layout.line_programme)
        self.deposits = np.zeros((len(terms.lines), width))
        self.in_kind, self.policies = np.zeros(width), np.zeros(width)
        self.awards, self.cancelled = np.zeros((programmes, width)), np.zeros((programmes, width))
        self.held_up = np.zeros((len(terms.layout.organisations), width))
        self.unreported = np.zeros(width)
        self.transfers, self.refunds = np.zeros((parts, width)), np.zeros((parts, width))
        self.parts_to_date = np.zeros((parts, len(PART_SUMS)))
        self.spent_before = state.portfolio.spent
        self.held = self._held(state)
        self.delivered_to_date = np.zeros((plans, width))
        self.funded_to_date = np.zeros((plans, width))
        self.needs_to_date, self.executed = np.zeros((plans, width)), np.zeros((plans, width))
        self.year_ends = axes(terms).year_ends
        self.plan_delivered = np.zeros((len(self.year_ends), plans, width))
        self.plan_funded = np.zeros((len(self.year_ends), plans, width))
        self.plan_needs = np.zeros((len(self.year_ends), plans, width))
        self.plan_status, self.plan_level = (
            np.zeros((len(self.year_ends), plans, width), dtype=np.int8) for _ in range(2)
        )
        self.pack = ReviewPack.of(terms, width)
        self.blended = BlendedRecord(terms, width) if terms.deals is not None else None
        self.met = np.zeros((len(terms.scenario.expect), width), dtype=np.int64)
        self.gifts = np.zeros((len(terms.lines) + len(terms.set_aside), terms.periods, len(GIFT_EVENTS)))
        self.obligations = np.zeros((lines, 4, OBLIGATION_QUARTERS, len(OBLIGATION_KINDS)))

    def enter(self, t: int, before: FundState, state: FundState, flows: Flows) -> None:
        """Enter period t: flows as they happened, stocks as they stand at its close."""
        self.pack.enter(t, before, state, flows.payments.reported)
        terms, receipts, payments, delivered = self.terms, flows.receipts, flows.payments, flows.delivered
        awarded, freed, direct = (
            entries.by(groups)
            for entries, groups in (
                (flows.decisions.awards_direct, terms.programmes_of_plan),
                (delivered.freed, terms.programmes_of_plan),
                (delivered.direct, terms.parts_of_plan),
            )
        )
        due, secured, lapsed = (
            np.zeros_like(awarded) if one is None else terms.needs_of_plan.add_up(one)
            for one in (flows.plans.due, flows.plans.secured, flows.plans.lapsed)
        )
        executed = flows.plans.executed
        if self.blended is not None:
            of_deals, delivered_by_deals = self.blended.enter(t, state, flows)
            self.funded_to_date += of_deals
            self.delivered_to_date += delivered_by_deals
        self.needs_to_date += due
        self.executed += executed
        self.funded_to_date += awarded - freed + secured
        self.delivered_to_date += direct + executed
        if t in self.year_ends:
            end = self.year_ends.index(t)
            self.plan_funded[end], self.plan_delivered[end] = self.funded_to_date, self.delivered_to_date
            self.plan_needs[end] = self.needs_to_date
            self.plan_status[end], self.plan_level[end] = state.status, state.level
        need_to_date = self.needs_to_date.sum(axis=0)
        transfers, refunds = payments.transfers.total(), receipts.refunds.total()
        direct_delivery, indirect_cost = delivered.direct.total(), delivered.indirect.total()
        reported = payments.reported.total()
        self.unreported = self.unreported + direct_delivery + indirect_cost - reported
        self.held_up += payments.held_up_by.by(terms.parts_of_organisation)
        self.held = self.held + transfers - refunds - direct_delivery - indirect_cost

        of_donors = pledging.accounts(terms, receipts)
        self.gifts[:, t] = pledging.over_paths(receipts.gifts)
        self.in_kind = self.in_kind + of_donors["in_kind_announced"]
        self.in_kind = self.in_kind - of_donors["in_kind_provided"] - of_donors["in_kind_lapsed"]
        self.policies = self.policies + of_donors["policy_pledges_announced"]
        self.policies = self.policies - of_donors["policy_pledges_adopted"] - of_donors["policy_pledges_lapsed"]

        for name, amount in {
            **of_donors,
            "interest": receipts.interest,
            "refunds": refunds,
            "direct_cost": receipts.direct_cost,
            "concept_notes_received": flows.pipeline.received.total(),
            "concept_notes_selected": flows.pipeline.selected.total(),
            "documents_ready": flows.pipeline.ready.total(),
            "approvals": flows.decisions.awards.total(),
            "cancelled_awards": delivered.cancelled.total(),
            "transfers": transfers,
            "direct_delivery": direct_delivery,
            "indirect_cost": indirect_cost,
            "reported_expenditure": reported,
            "needs_due": due.sum(axis=0),
            "secured_finance": secured.sum(axis=0),
            "awarded_to_needs": awarded.sum(axis=0),
            "freed_needs": freed.sum(axis=0),
            "lapsed_needs": lapsed.sum(axis=0),
            "executed_finance": executed.sum(axis=0),
            "waiting_for_cash": payments.waiting.total(),
            "not_released": payments.unreleased.total(),
            "held_up_by_reports": payments.held_up.total(),
            "approvable": flows.decisions.approvable,
            "unmet_floors": flows.decisions.unmet_floors,
            "cash": state.cash,
            "held_by_organisations": self.held,
            "unreported_expenditure": self.unreported,
            "owed_to_programmes": (state.claims - state.paid).sum(axis=0),
            "signed_not_deposited": state.signed.sum(axis=0),
            "in_kind_outstanding": self.in_kind,
            "policy_pledges_open": self.policies,
            "unmet_needs": state.unmet[:-1].sum(axis=0),
            "funding_gap": need_to_date - self.funded_to_date.sum(axis=0),
            "delivery_gap": need_to_date - self.delivered_to_date.sum(axis=0),
            "instalments_waiting": payments.waiting.how_many(),
            "instalments_not_released": payments.unreleased.how_many(),
            "programmes_running": state.portfolio.running.sum(axis=0, dtype=np.int32),  # int64 takes four times as long
        }.items():
            self.accounts[ACCOUNT_ROW[name], t] = amount

        slack = terms.bounds.money(state.money) - terms.bounds.claims(state.paid)
        self.payment_room[t] = slack.min(axis=0)
        self.approval_shortfall[t] = flows.decisions.shortfall
        self.deposits += receipts.gifts.lines.deposited
        of_parts = (payments.transfers, receipts.refunds, delivered.direct, delivered.indirect, payments.reported)
        for column, moved in enumerate(of_parts):  # in the order of PART_SUMS
            np.add.at(self.parts_to_date[:, column], moved.cells.row, moved.amounts)
        for sums, entries in (
            (self.awards, flows.decisions.awards),
            (self.cancelled, delivered.cancelled),
            (self.transfers, payments.transfers),
            (self.refunds, receipts.refunds),
        ):
            entries.add_to(sums)
        self._expectations(t)
        if t < OBLIGATION_QUARTERS:
            self._obligations(t, before, flows)

    def _held(self, state: FundState) -> Array:
        """With organisations: received and not spent, (path,)."""
        portfolio = state.portfolio
        held: Array = (portfolio.received - self.terms.fund.fees.budget(portfolio.spent)).sum(axis=0)
        return held

    def _obligations(self, t: int, before: FundState, flows: Flows) -> None:
        """Instalments, counted in the quarter they fall due: what is approved in it and due at once has no date before."""
        next_due = before.portfolio.next_due
        falls_due = (next_due == t) | (next_due == NEVER) | ((next_due < 0) & (t == 0))
        payments = flows.payments
        outcomes = (
            (payments.paid, OBLIGATION_KINDS.index("paid")),
            (payments.waiting, OBLIGATION_KINDS.index("waiting")),
            (payments.unreleased, OBLIGATION_KINDS.index("not_released")),
        )
        counts = self.obligations.ravel()
        for entries, outcome in outcomes:
            now = falls_due.ravel()[entries.cells.flat]
            cells, amounts = entries.cells.those(now), entries.amounts[now]
            row = (cells.row * 4 + before.portfolio.at(cells, "instalments")) * OBLIGATION_QUARTERS + t
            place = row * len(OBLIGATION_KINDS)
            np.add.at(counts, place + OBLIGATION_KINDS.index("due"), 1.0)
            np.add.at(counts, place + outcome, 1.0)
            np.add.at(counts, place + OBLIGATION_KINDS.index("amount_due"), amounts)
            if entries is payments.paid:
                np.add.at(counts, place + OBLIGATION_KINDS.index("amount_paid"), amounts)

    def close(self, state: FundState) -> Books:
        """The books of the block, as whole numbers."""
        approved = state.portfolio.approved_at
        running = np.array([p.running is not None for p in self.terms.programmes], dtype=bool)[:, None]
        return Books(
            accounts=whole(self.accounts),
            plan_delivered=whole(self.plan_delivered),
            plan_funded=whole(self.plan_funded),
            plan_needs=whole(self.plan_needs),
            plan_executed=whole(self.executed),
            plan_status=self.plan_status,
            plan_level=self.plan_level,
            deposits_by_donor=whole(self.terms.lines_of_donor.add_up(self.deposits)),
            awards=whole(self.awards - self.cancelled),
            transfers=whole(self.transfers),
            refunds=whole(self.refunds),
            delivery=whole(state.portfolio.spent - self.spent_before),
            held_up=whole(self.held_up),
            approved_at=np.where(running | (approved > self.terms.periods), -1, approved).astype(np.int64),
            obligations=whole(self.obligations),
            parts_to_date=whole(self.parts_to_date),
            gifts=whole(self.gifts),
            review_pack=whole(self.pack.close(state)),
            met=self.met,
            **(self.blended.close(state) if self.blended is not None else nothing_of_deals(self.met.shape[1])),
        )

    def _expectations(self, t: int) -> None:
        """Whether each expectation that is about this period holds, (expectation, path)."""
        terms = self.terms
        for row, expected in enumerate(terms.scenario.expect):
            if expected.period != terms.quarters[t]:
                continue
            bound: float | Array = float(expected.bound)
            if expected.plan is not None:
                plan = [one.id for one in terms.plans].index(expected.plan)
                values = (self.delivered_to_date if expected.metric == "coverage" else self.funded_to_date)[plan]
                bound = bound * self.needs_to_date[plan]
            elif expected.metric == "cash":
                values = self.accounts[ACCOUNT_ROW["cash"], t]
            else:
                values = self.accounts[ACCOUNT_ROW[expected.metric], : t + 1].sum(axis=0)
            self.met[row] = values >= bound if expected.at_least is not None else values <= bound


def whole(amounts: Array) -> Whole:
    """Whole cents as int64; what is not whole or not finite has been refused before."""
    return amounts.astype(np.int64)
