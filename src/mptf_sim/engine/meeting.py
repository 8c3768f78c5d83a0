"""What lies before the Committee at a meeting: documents, asks, rooms, floors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mptf_sim.engine.cells import Groups, Rows
from mptf_sim.engine.state import APPROVED, CLOSED, DOCUMENT, FundState
from mptf_sim.engine.terms import NEVER, Terms
from mptf_sim.fund.allocation import AllocationRule, Floor, RegionalFloors, Requests, Room, served_first
from mptf_sim.quantities import Array, Mask


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting on every path, before anything is decided."""

    rows: Rows  # programmes on the table
    room: Room
    requests: Requests
    floors: dict[str, Floor]  # of limits, by the id of their share, in the order in which they are served
    rule: AllocationRule  # in force

    def decide(self, terms: Terms, without: str | None = None) -> Array:
        """Awards by the rule and within the limits: (candidate, path), cents.

        Parameters
        ----------
        without : the name of a floor that is left out: what the Committee would have done without it
        """
        rule = self.rule
        if isinstance(rule, RegionalFloors) and without is not None:
            rule = rule.without(without)
        floors = [floor for name, floor in self.floors.items() if name != without]
        return served_first(rule.share, self.room, self.requests, floors)

    def all_floors(self, terms: Terms) -> dict[str, Floor]:
        """The floors of limits and of the rule, by name."""
        rule = self.rule
        return self.floors | (rule.floors_in(self.requests) if isinstance(rule, RegionalFloors) else {})

    def missing(self, terms: Terms, awards: Array) -> dict[str, Array]:
        """What awards leave unmet of each floor: by name, (path,), cents."""
        claims = self.room.claim_of(awards)
        return {
            name: np.maximum(floor.amount - claims[floor.members].sum(axis=0), 0.0)
            for name, floor in self.all_floors(terms).items()
        }


def convene(terms: Terms, t: int, state: FundState, slack: Array) -> Meeting | None:
    """Lay the table of period t; None if no document is ready on any path.

    Parameters
    ----------
    slack : (set, path), what each set of earmarks can still back, cents
    """
    waiting = state.portfolio.stage == DOCUMENT
    rows = np.flatnonzero((terms.ready <= t) & waiting.any(axis=1))
    if len(rows) == 0:
        return None
    approvable = np.maximum(slack[-1], 0.0)  # the last set holds every class: no approvals together can exceed it
    room = Room(
        terms.bounds, slack, terms.eligible[rows], terms.counted.num[0, rows], terms.counted.den[0, rows]
    )  # fmt: skip
    for share, members in zip(terms.shares, terms.share_members, strict=True):
        if share.ceiling.num < share.ceiling.den:
            room = room.bounded(members[rows], share.ceiling.of(approvable))
    promised = promised_shares(terms, t, approvable)
    floors = {
        share.id: Floor(members[rows], promised[share.id])
        for share, members in zip(terms.shares, terms.share_members, strict=True)
        if share.id in promised
    }
    requests = _requests(terms, t, state, rows, waiting[rows], approvable)
    return Meeting(rows, room, requests, floors, terms.allocation[t])


def promised_shares(terms: Terms, t: int, approvable: Array) -> dict[str, Array]:
    """Every floor of limits and of the rule, by name: (path,), cents."""
    floors = {share.id: share.floor for share in terms.shares if share.floor.num}
    rule = terms.allocation[t]
    if isinstance(rule, RegionalFloors):
        floors |= {rule.name_of(region): floor for region, floor in sorted(rule.floors.items())}
    return {name: floor.of(approvable) for name, floor in floors.items()}


def _requests(terms: Terms, t: int, state: FundState, rows: Rows, waiting: Mask, approvable: Array) -> Requests:
    """The documents before the Committee, with what past awards say about balance."""
    need = terms.programme_need[rows]
    open_documents = waiting & (state.unmet[need] > 0)
    score, ready = of_documents(terms, t, state, rows)
    for bar in passed(terms, rows, score):
        open_documents &= bar
    conflicts = None
    if terms.countries is not None:
        open_documents &= ~taken_countries(terms, state, rows)
        conflicts = (terms.countries[rows] @ terms.countries[rows].T).toarray() > 0
        np.fill_diagonal(conflicts, False)
    award = state.portfolio.award
    return Requests(
        fees=terms.fund.fees,
        budget=terms.most[rows],
        direct=terms.most_direct[rows],
        need=need,
        unmet=state.unmet,
        given=np.zeros(waiting.shape),
        open=open_documents,
        score=score,
        ready=ready,
        window=terms.window_row[rows],
        region=terms.region_row[rows],
        window_shortfall=_shortfall(terms.programmes_of_window, award),
        region_shortfall=_shortfall(terms.programmes_of_region, award),
        regions=terms.regions,
        performance=terms.performance[rows],
        capacity=terms.capacity[rows],
        income=terms.income[rows],
        approvable=approvable,
        minimum=float(terms.scenario.governance.limits.minimum_grant),
        one_per_country=conflicts,
    )


def of_documents(terms: Terms, t: int, state: FundState, rows: Rows) -> tuple[Array, Array]:
    """Score of each document and the period in which it became ready: (candidate, 1); with a pipeline by path."""
    score, ready = terms.score[t][rows], terms.ready[rows, None].astype(np.float64)
    slots = np.flatnonzero(terms.slots.is_slot[rows])
    if len(slots) == 0:
        return score, ready
    shape = (len(rows), state.slot_score.shape[1])
    score, ready = (np.broadcast_to(one, shape).copy() for one in (score, ready))
    place = terms.slots.place[rows[slots]]
    score[slots] = state.slot_score[place]
    ready[slots] = np.maximum(ready[slots], state.ready_at[place])  # ready, and its organisations have signed
    return score, ready


def passed(terms: Terms, rows: Rows, score: Array) -> list[Mask]:
    """Whether documents pass the bar of each constituency, in the order of their ids: shaped like their scores."""
    return [
        (score >= one.bar.minimum_score) & marked[rows, None]
        for one, marked in zip(terms.constituencies, terms.marked_enough, strict=True)
    ]


def taken_countries(terms: Terms, state: FundState, rows: Rows) -> Mask:
    """Whether a programme that is approved and not closed shares a country with a document: (candidate, path)."""
    assert terms.countries is not None
    active = (state.portfolio.stage >= APPROVED) & (state.portfolio.stage < CLOSED)
    by_country = terms.countries.T @ active.astype(np.float64)
    taken: Mask = (terms.countries[rows] @ by_country) > 0
    return taken


def _shortfall(groups: Groups, award: Array) -> Array:
    """How far each group's share of awards stays below an equal share: (group, path), before any award zero."""
    by_group = groups.add_up(award)
    total = by_group.sum(axis=0)
    share = np.divide(by_group, total, out=np.full_like(by_group, 1.0 / groups.count), where=total > 0)
    shortfall: Array = 1.0 / groups.count - share
    return shortfall


def approval_slack(terms: Terms, t: int, state: FundState) -> Array:
    """What each set of earmarks can still back: (set, path), cents, negative where it is overcommitted.

    Net deposits and signed commitments as the policy counts them, less claims, the reserve, and direct cost
    ring-fenced twelve months ahead.
    """

    def claims(within: int | None) -> Array:
        if within is None:
            return terms.bounds.claims(state.claims)
        return terms.bounds.claims(state.paid + terms.lines_of_eligible.add_up(_falling_due(terms, t + within, state)))

    left = terms.fund.funding_policy.left(terms.bounds.money(state.money), terms.bounds.money(state.signed), claims)
    room: Array = left - terms.fund.reserve.held(state.cash) - terms.ring_fenced[t] - state.direct_cost_owed
    return room


def _falling_due(terms: Terms, until: int, state: FundState) -> Array:
    """Unpaid instalments of each instalment line that fall due by a period: (line, path), cents."""
    portfolio, layout = state.portfolio, terms.layout
    whose, lines = layout.line_programme, np.arange(len(layout.line_programme))[:, None]
    begun = portfolio.instalments > 0
    base = np.where(begun, portfolio.started_at[whose], portfolio.next_due).astype(np.int32)
    live = portfolio.next_due < NEVER
    received = layout.all_lines(portfolio.received)
    due, running_total = received, np.zeros_like(portfolio.award)
    line_total = np.zeros_like(received)
    for number, after in enumerate(terms.instalment_after):
        total = terms.paid_share.of_all(portfolio.award, number + 1)
        line_total = line_total + layout.split_line((total - running_total)[whose], lines)
        running_total = total
        reached = live & (base + after[whose][:, None] <= until)
        due = np.where(reached, np.maximum(due, line_total), due)
    return due - received
