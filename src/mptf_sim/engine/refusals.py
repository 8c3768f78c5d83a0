"""Why the Committee did not approve a document: the bar, the limit, the money that stood in its way.

Said afterwards from what the Committee saw and what it decided: nothing here decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mptf_sim.engine.cells import Rows
from mptf_sim.engine.flows import Decisions
from mptf_sim.engine.meeting import Meeting, approval_slack, convene, passed, taken_countries
from mptf_sim.engine.reasons import Reason
from mptf_sim.engine.state import DOCUMENT
from mptf_sim.engine.terms import Terms
from mptf_sim.fund.allocation import AllocationRule, PriorityQueue, PriorityScore, RegionalFloors, Requests
from mptf_sim.quantities import Array, Mask

NO_NEED, ONE_PER_COUNTRY, MINIMUM, PASSED_OVER = (
    "no unmet need", "one active programme per country", "minimum grant", "passed over",
)  # fmt: skip
"""Reasons that need no name of their own. Passed over: it did not fit in its turn, and would fit now."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """The documents that were ready and were not approved at one meeting, each with the first thing in its way."""

    rows: Rows  # programmes
    reason: NDArray[np.intp]  # (programme, path), place in `reasons_of`; -1 if approved, or not a document any more
    wanted: Array  # (programme, path), the award it would have been content with, cents
    short: Array  # (programme, path), cents missing; zero where money would not have helped


def reasons_of(terms: Terms) -> tuple[str, ...]:
    """Every reason for which a document may be refused in this scenario, by name."""
    bars = [f"bar of {one.id}" for one in terms.constituencies]
    ceilings = [f"ceiling of {share.id}" for share in terms.shares if share.ceiling.num < share.ceiling.den]
    return (NO_NEED, ONE_PER_COUNTRY, MINIMUM, PASSED_OVER, *bars, *terms.set_labels, *ceilings)


def seen_again(terms: Terms, t: int, decisions: Decisions) -> tuple[Meeting, Array] | None:
    """The meeting of period t as it lay before the Committee, and its awards; None if there was nothing to decide."""
    if not terms.meets[t]:
        return None
    meeting = convene(terms, t, decisions.seen, approval_slack(terms, t, decisions.seen))
    if meeting is None:
        return None
    awarded = np.zeros(decisions.seen.portfolio.award.shape)
    decisions.awards.add_to(awarded)
    return meeting, awarded[meeting.rows]


def refusals(terms: Terms, meeting: Meeting, decisions: Decisions, awards: Array) -> Refusals:
    """Find for each document the first thing that stood in its way, in the order in which they are looked at.

    A need that is met; bars, by the id of the constituency; a country that is served; the minimum grant; then, with
    all awards made, the tightest of the bounds it is in, if that is too tight for what it would have been content with.
    """
    rows, requests, seen = meeting.rows, meeting.requests, decisions.seen
    names = reasons_of(terms)
    waiting = (seen.portfolio.stage[rows] == DOCUMENT) & (awards == 0)
    reason = np.full(waiting.shape, -1)
    wanted, short = np.zeros(waiting.shape), np.zeros(waiting.shape)

    def say(where: Mask, why: NDArray[np.intp] | int) -> Mask:
        fresh: Mask = waiting & (reason < 0) & where
        np.copyto(reason, why, where=fresh)
        return fresh

    def code(name: str) -> int:
        return names.index(name)

    after = requests.after(awards)
    say(after.unmet[after.need] <= 0, code(NO_NEED))
    for one, through in zip(terms.constituencies, passed(terms, rows, requests.score), strict=True):
        say(~through & waiting, code(f"bar of {one.id}"))
    if requests.one_per_country is not None:
        beside = requests.one_per_country.astype(np.float64) @ (awards > 0) > 0
        say(taken_countries(terms, seen, rows) | beside, code(ONE_PER_COUNTRY))
    ask = after.alone()
    small = say(ask == 0, code(MINIMUM))
    asked = np.where(small, after.fees.budget(np.minimum(after.direct, after.unmet[after.need])), ask)
    least = np.where(small, requests.minimum, content_with(meeting.rule, after, ask))
    np.copyto(wanted, least, where=reason < 0)
    np.copyto(wanted, least, where=small)
    np.copyto(short, requests.minimum - asked, where=small)

    room = meeting.room.after(meeting.room.claim_of(awards))
    within = room.bounds.within[room.eligible]
    claim = room.claim_of(least)
    least_left, tightest = np.full(claim.shape, np.inf), np.zeros(claim.shape, dtype=np.intp)
    for bound, slack in enumerate(room.slack):
        tighter = within[:, [bound]] & (slack < least_left)
        np.copyto(least_left, slack, where=tighter)
        np.copyto(tightest, bound, where=tighter)
    missing = claim - least_left
    tight = say((missing > 0) & (claim > 0), tightest + code(terms.set_labels[0]))
    np.copyto(short, missing, where=tight)
    say(np.ones_like(waiting), code(PASSED_OVER if _down_a_list(meeting.rule) else MINIMUM))
    return Refusals(rows, reason, np.where(reason >= 0, wanted, 0.0), short)


def content_with(rule: AllocationRule, requests: Requests, ask: Array) -> Array:
    """The smallest awards that would not have been a refusal: (candidate, path), cents."""
    rule = _inner_rule(rule)
    if isinstance(rule, (PriorityQueue, PriorityScore)):
        return requests.least(ask, rule.scale_down_to)
    return np.minimum(max(requests.minimum, 1.0), ask)


def _inner_rule(rule: AllocationRule) -> AllocationRule:
    return rule.rule if isinstance(rule, RegionalFloors) else rule


def _down_a_list(rule: AllocationRule) -> bool:
    return isinstance(_inner_rule(rule), (PriorityQueue, PriorityScore))


def refused(terms: Terms, t: int, decisions: Decisions, column: int) -> list[Reason]:
    """Why documents were not approved at the meeting of period t, on one path."""
    seen = seen_again(terms, t, decisions)
    if seen is None:
        return []
    names = reasons_of(terms)
    found = refusals(terms, seen[0], decisions, seen[1])
    return [
        Reason(
            str(terms.quarters[t]), terms.programmes[programme].id, "refused", names[why], int(wanted), int(short)
        )
        for programme, why, wanted, short in zip(
            found.rows, found.reason[:, column], found.wanted[:, column], found.short[:, column], strict=True
        )
        if why >= 0
    ]  # fmt: skip
