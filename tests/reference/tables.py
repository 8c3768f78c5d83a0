"""Tables that count over paths, as they are of one path: what reviews see, and what falls due in the next quarters."""

from __future__ import annotations

from mptf_sim.books import GIFT_EVENTS, OBLIGATION_QUARTERS, REVIEW_PACK
from tests.reference.giving import Giving, Line
from tests.reference.needs import concerns
from tests.reference.played import Played
from tests.reference.programme import Programme


def review_pack(played: Played) -> dict[tuple[str, str], dict[str, int]]:
    """By review and programme it concerns: what was approved, transferred, reported and delivered by then, and in the end."""
    fund = played.fund
    rows: dict[tuple[str, str], dict[str, int]] = {}
    for review in fund.scenario.governance.reviews:
        t = review.quarter.ordinal - fund.start
        for programme in fund.programmes.values():
            if concerns(review, programme):
                seen = seen_at_a_review(played, programme, t) if approved_by(programme, t) else (0,) * len(REVIEW_PACK)
                rows[review.id, programme.id] = dict(zip(REVIEW_PACK, seen, strict=True))
    return rows


def approved_by(programme: Programme, t: int) -> bool:
    """Whether it is approved by the close of a quarter."""
    return programme.approved is not None and programme.approved <= t


def seen_at_a_review(played: Played, programme: Programme, t: int) -> tuple[int, ...]:
    """In the order of REVIEW_PACK; reported is what reports have told by then."""
    last = played.fund.periods - 1
    reported = sum(part.expenditure[-1] for part in programme.parts) + sum(
        cents
        for (when, event, who), cents in played.flows.items()
        if when <= t and event == "reported_expenditure" and who == programme.id
    )

    def by(period: int) -> tuple[int, int]:
        transferred = sum(part.had[period] for part in programme.parts)
        return transferred, sum(part.expenditure[period] for part in programme.parts)

    transferred, delivered = by(t)
    return 1, programme.award, transferred, reported, delivered, *by(last)


def obligations(played: Played) -> dict[tuple[int, int, int], dict[str, int]]:
    """By line, instalment and the quarter in which it falls due: whether it is paid then, or why not."""
    rows = [
        (programme.id, place) for programme in played.fund.programmes.values() for place in range(len(programme.lines))
    ]
    counted = {}
    for (programme, place, number), (t, fate, amount) in played.fell_due.items():
        if t < OBLIGATION_QUARTERS:
            counts = {"due": 1, "amount_due": amount, "amount_paid": amount if fate == "paid" else 0}
            fates = {name: int(fate == name) for name in ("paid", "waiting", "not_released")}
            counted[rows.index((programme, place)), number - 1, t] = counts | fates
    return counted


FUNNEL = {
    "financial": (
        "announced", "lapsed_pledges", "pledge_exchange_difference", "signed", "deposits", "cancelled_commitments",
        "exchange_difference",
    ),
    "in kind": ("in_kind_announced", "in_kind_lapsed", "", "in_kind_signed", "in_kind_provided", "", ""),
    "policy": ("policy_pledges_announced", "policy_pledges_lapsed", "", "policy_pledges_adopted", "policy_pledges_adopted", "", ""),
}  # fmt: skip
"""What happens to pledges of each kind, in the order of GIFT_EVENTS: a step that is taken is a promise kept."""


def funnel(giving: Giving) -> dict[tuple[Line, int], dict[str, int]]:
    """By line and period: what was announced, lapsed, signed, deposited and cancelled; of steps how many."""
    rows = {}
    for line, t in {(line, t) for t, _, line in giving.flows}:
        told = [giving.flows.get((t, event, line), 0) for event in FUNNEL[line.kind]]
        if any(told):
            rows[line, t] = dict(zip(GIFT_EVENTS, told, strict=True))
    return rows
