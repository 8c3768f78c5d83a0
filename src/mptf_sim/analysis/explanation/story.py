"""How a figure came about: what was decided, paid, held up and delivered, quarter by quarter, with its place in the file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mptf_sim.analysis.explanation.figure import Figure, Window, owner, programmes_of, told_as
from mptf_sim.analysis.explanation.metrics import METRICS, OF_DEALS, OF_FACILITIES, OF_PLANS, OF_PROGRAMMES, is_of_deals
from mptf_sim.engine.reasons import Reason
from mptf_sim.engine.replay import Posting, Replay
from mptf_sim.scenario.scenario import Scenario


class Event(NamedTuple):
    """One thing that happened on the path, over one quarter or several."""

    first: str
    last: str
    kind: str  # the event of the posting, or "refused"
    who: str  # id of the programme, donor or plan; empty for the fund
    cents: int
    bound: str  # what stood in the way; empty if nothing did
    short: int  # cents missing
    line: int  # of who, in the scenario file of the run folder; 0 if it has none


TOLD = (
    "approvals", "transfers", "direct_delivery", "cancelled_awards", "refunds", "executed_finance", "needs_due",
    "lapsed_needs", "deals_closed", "deals_lapsed", "deal_finance", "deal_delivery",
)  # fmt: skip
"""Events of a plan's programmes and deals that are told one by one; delivery, needs and other finance by calendar year."""

BY_YEAR = {
    "direct_delivery", "executed_finance", "needs_due", "deposits", "lapsed_needs", "deal_delivery", "loan_losses", "calls_made",
    "guarantee_calls", "outside_calls", "recoveries",
}  # fmt: skip

LIFE_OF_DEALS = ("deals_closed", "deals_lapsed", "debt_reduced", "debt_deferred")
"""What is told of every deal behind a figure: why there is a deal at all, and why it is smaller."""

CAUSES = {
    "calls_made": ("loan_losses",),
    "guarantee_calls": ("loan_losses", "calls_made"),
    "outside_calls": ("loan_losses", "calls_made"),
    "recoveries": ("loan_losses",),
    "lenders_restored": ("loan_losses", "recoveries", "guarantee_calls", "outside_calls"),
    "facility_restored": ("loan_losses", "recoveries", "guarantee_calls", "outside_calls"),
    "guarantee_reimbursed": ("guarantee_calls", "recoveries"),
    "outside_reimbursed": ("outside_calls", "recoveries"),
}
"""What of a deal came before a flow and led to it."""


def lines_of(scenario_text: str) -> dict[tuple[str, str], int]:
    """Where each entity stands in the scenario file of a run folder: line by part and id."""
    found: dict[tuple[str, str], int] = {}
    part = ""
    for number, line in enumerate(scenario_text.splitlines(), start=1):
        if top := re.match(r"(\w+):", line):
            part = top[1]
        if item := re.match(r"  - id: \"?([^\"\s]+)\"?$", line):
            found[part, item[1]] = number
    return found


def story(
    scenario: Scenario, replayed: Replay, figure: Figure, lines: Mapping[tuple[str, str], int]
) -> tuple[Event, ...]:
    """What happened behind a figure, in the order of quarters.

    For a plan: deposits of the fund by year, then every decision on its programmes, every transfer, wait and closure.
    For the fund: what moved, by year and by who moved most, and what stood in the way of programmes. For what deals alone
    move: also whether they closed, and what led to it.
    """
    quarters = [str(quarter) for quarter in scenario.calendar.quarters]
    window = Window(0, figure.window.last)
    within = set(quarters[window.first : window.last + 1])
    postings = [one for one in replayed.postings if one.period in within]
    reasons = [one for one in replayed.reasons if one.period in within]
    if is_of_deals(METRICS[figure.metric]):
        deals = {one.id for one in scenario.deals if figure.plan in (None, one.plan)}
        events = [*_moved(figure), *_told(_led_to(figure, postings, deals))]
    elif figure.plan is None:
        told = {event for moved in figure.adds for event in _STOOD_IN_THE_WAY.get(moved, ())}
        events = [*_moved(figure), *_held_up([one for one in reasons if one.event in told], quarters)]
    else:
        programmes = programmes_of(scenario, figure.plan, serving=False)
        deals = {one.id for one in scenario.deals if one.plan == figure.plan}
        plans = {figure.plan}
        concerned = {**dict.fromkeys(OF_PLANS, plans), **dict.fromkeys(OF_DEALS, deals)}
        mine = [one for one in postings if one.event in TOLD and owner(one) in concerned.get(one.event, programmes)]
        deposits = [one._replace(who="") for one in postings if one.event == "deposits"]
        held = [one for one in reasons if one.programme in programmes]
        events = [*_told([*deposits, *mine]), *_held_up(held, quarters)]
    order = {quarter: number for number, quarter in enumerate(quarters)}
    placed = [one._replace(line=lines.get((_part(one.kind), one.who.partition(" ")[0]), 0)) for one in events]
    return tuple(sorted(placed, key=lambda one: (order[one.first], _KINDS.get(one.kind, 50), one.who)))


_STOOD_IN_THE_WAY = {
    "approvals": ("refused",),
    "transfers": ("waiting_for_cash", "not_released"),
    "waiting_for_cash": ("waiting_for_cash",),
    "not_released": ("not_released",),
}
"""What may have kept a flow of the fund from being larger."""


def _part(event: str) -> str:
    """The part of a scenario that holds who an event is about."""
    if event in OF_PLANS:
        return "plans"
    if event in OF_DEALS or event in OF_FACILITIES:
        return "deals" if event in OF_DEALS else "facilities"
    return "programmes" if event in OF_PROGRAMMES or event == "refused" else "donors"


_KINDS = {
    kind: place
    for place, kind in enumerate(
        ("needs_due", "deposits", "executed_finance", "refunds", "lapsed_needs", "approvals", "refused", "transfers",
         "waiting_for_cash", "not_released", "direct_delivery", "cancelled_awards", "deals_lapsed", "debt_deferred",
         "debt_reduced", "deals_closed", "deal_finance", "deal_delivery", "loan_losses", "calls_made", "guarantee_calls",
         "outside_calls", "recoveries")
    )
}  # fmt: skip


def _led_to(figure: Figure, postings: list[Posting], deals: set[str]) -> list[Posting]:
    """What led to a figure of deals, and is not part of it: of the deals behind it, or of all if none is."""
    behind = {owner(part.posting) for part in figure.parts if part.posting.event in OF_DEALS} or deals
    led = {*LIFE_OF_DEALS, *(cause for event in figure.adds for cause in CAUSES.get(event, ()))} - set(figure.adds)
    return [one for one in postings if one.event in led and owner(one) in behind]


def _told(postings: list[Posting]) -> Iterator[Event]:
    """Postings one by one, or summed over a year where each quarter's alone says little."""
    summed: dict[tuple[str, str, str], list[Posting]] = defaultdict(list)
    for one in postings:
        when = one.period[:4] if one.event in BY_YEAR else one.period
        summed[when, one.event, told_as(one)].append(one)
    for (_, event, who), together in summed.items():
        amount = sum(one.cents for one in together)
        yield Event(together[0].period, together[-1].period, event, who, amount, "", 0, 0)


def _moved(figure: Figure) -> Iterator[Event]:
    """The postings behind a figure of the fund, by year and entity."""
    summed: dict[tuple[str, str, str], list[Posting]] = defaultdict(list)
    for part in figure.parts:
        if part.posting.event in ("waiting_for_cash", "not_released"):
            continue  # told with what stood in the way
        summed[part.posting.period[:4], part.posting.event, told_as(part.posting)].append(part.posting)
    for (_, event, who), together in summed.items():
        amount = sum(one.cents for one in together)
        yield Event(together[0].period, together[-1].period, event, who, amount, "", 0, 0)


def _held_up(reasons: list[Reason], quarters: list[str]) -> Iterator[Event]:
    """What stood in the way, quarters in a row told as one: the cents missing are those of the first of them."""
    number = {quarter: t for t, quarter in enumerate(quarters)}
    open_since: dict[tuple[str, str, str], list[Reason]] = {}
    for one in sorted(reasons, key=lambda one: (one.programme, one.event, number[one.period])):
        key = (one.programme, one.event, one.bound)
        row = open_since.get(key)
        apart = 4 if one.event == "refused" else 1  # the Committee does not meet every quarter
        if row and number[one.period] <= number[row[-1].period] + apart:
            row.append(one)
            continue
        if row:
            yield _as_one(row)
        open_since[key] = [one]
    for row in open_since.values():
        yield _as_one(row)


def _as_one(row: list[Reason]) -> Event:
    first = row[0]
    return Event(first.period, row[-1].period, first.event, first.programme, first.wanted, first.bound, first.short, 0)
