"""What the Committee could approve at a meeting, as a sum: money that came in, less what is promised and set aside."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mptf_sim.books import account
from mptf_sim.engine.replay import Posting, Replay
from mptf_sim.engine.terms import Terms
from mptf_sim.fund.funding_policy import Rolling, Signed
from mptf_sim.scenario.scenario import Scenario

BACKING = {"deposits": 1, "interest": 1, "agent_fees": -1, "direct_cost": -1}
"""What raises and lowers the money that backs awards; refunds raise it by lowering what is promised."""

PROMISED = {"approvals": -1, "cancelled_awards": 1, "refunds": 1, "facility_refunds": 1}

RETURNED = ("refunds", "facility_refunds")
"""Of these, what comes before the Committee meets."""


def before_approvals(scenario: Scenario, replayed: Replay, t: int) -> Iterator[tuple[Posting, int]]:
    """Postings up to the meeting of period t, and what each adds to what could be approved there."""
    number = {str(quarter): place for place, quarter in enumerate(scenario.calendar.quarters)}
    for one in replayed.postings:
        when = number[one.period]
        if one.event in BACKING and when <= t:
            yield one, BACKING[one.event] * one.cents
        elif one.event in PROMISED and (when < t or (when == t and one.event in RETURNED)):
            yield one, PROMISED[one.event] * one.cents


def set_aside(scenario: Scenario, replayed: Replay, t: int, backed: int) -> Iterator[tuple[Posting, int]]:
    """What the funding policy adds and what is kept back, as it stood at the meeting; named, since no money moves.

    Parameters
    ----------
    backed : money that came in less what is promised, cents
    """
    terms, fund = Terms(scenario), scenario.fund
    period = str(scenario.calendar.quarters[t])

    def said(what: str, cents: int) -> tuple[Posting, int]:
        return Posting(period, what, "", "", "", abs(cents)), cents

    total = backed
    if isinstance(fund.funding_policy, Signed):
        signed = np.array([float(_to_date(replayed, "signed_not_deposited", t))])
        counted = int(fund.funding_policy.share.of(signed)[0])
        yield said("share_of_what_is_signed_and_not_deposited", counted)
        total += counted
    held = _cash_before_transfers(replayed, t)
    reserve = -int(fund.reserve.held(np.array([float(held)]))[0])
    ahead = -int(terms.ring_fenced[t])
    owed = -int(terms.direct_cost_due[: t + 1].sum()) + int(account(replayed.books, "direct_cost")[: t + 1, 0].sum())
    for what, cents in (("reserve", reserve), ("direct_cost_ahead", ahead), ("direct_cost_owed", owed)):
        total += cents
        yield said(what, cents)
    stated = int(account(replayed.books, "approvable")[t, 0])
    if isinstance(fund.funding_policy, Rolling):
        yield said("awards_that_a_rolling_policy_does_not_count_yet", stated - total)
    elif stated != total:
        yield said("never_below_zero", stated - total)


def _to_date(replayed: Replay, stock: str, t: int) -> int:
    """A stock that the meeting itself does not change: its close."""
    return int(account(replayed.books, stock)[t, 0])


def _cash_before_transfers(replayed: Replay, t: int) -> int:
    return _to_date(replayed, "cash", t) + int(account(replayed.books, "transfers")[t, 0])
