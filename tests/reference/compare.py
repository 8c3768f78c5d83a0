"""The fast engine against this one: every flow by entity, every account, every plan, to the cent."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from mptf_sim.books import ACCOUNTS, FINANCE_ACCOUNTS, account
from mptf_sim.engine.replay import Replay, replay
from mptf_sim.quantities import Quarter
from mptf_sim.scenario.scenario import Scenario
from tests.reference.chance import chance_of_variates
from tests.reference.compare_deals import FLOWS, differences_of_deals
from tests.reference.difference import Difference
from tests.reference.giving import DONORS_FLOWS, Giving
from tests.reference.play import play
from tests.reference.played import Played


class Told(NamedTuple):
    """What the second engine says of one path."""

    giving: Giving
    played: Played


def told(scenario: Scenario, seed: int, path: int) -> Told:
    """One path played by the second engine."""
    chance = chance_of_variates(scenario, seed, path)
    return Told(chance.giving, play(scenario, chance))


def differences(scenario: Scenario, seed: int, path: int) -> tuple[list[Difference], Played]:
    """Everything the two engines say differently about one path, in the order of periods."""
    second = told(scenario, seed, path)
    return differences_from(second, scenario, replay(scenario, seed, path)), second.played


def differences_from(second: Told, scenario: Scenario, replayed: Replay) -> list[Difference]:
    """The same of a path that both have played."""
    giving, played = second
    refuse_events_without_a_name(replayed, played)
    found = differences_of_giving(scenario, replayed, giving)
    found += differences_of_postings(scenario, replayed, played)
    found += differences_of_parts(scenario, replayed, played)
    found += differences_of_accounts(replayed, played)
    found += differences_of_plans(scenario, replayed, played)
    found += differences_of_entities(replayed, played)
    found += differences_of_deals(scenario, replayed, played)
    return sorted(found, key=lambda one: one[:3])


POSTED = (
    *DONORS_FLOWS, "agent_fees", "interest", "refunds", "direct_cost", "lapsed_needs",
    "approvals", "unmet_floors", "transfers", "waiting_for_cash", "not_released", "direct_delivery", "indirect_cost",
    "concept_notes_received", "concept_notes_selected", "documents_ready", "reported_expenditure", "cancelled_awards", "needs_due", "secured_finance", "awarded_to_needs", "freed_needs", "executed_finance",
)  # fmt: skip
"""Events that the fast engine posts by entity."""


STEPS = ("plan becomes ", "coordination reaches level ")
"""How events of plans begin: what follows is the status or the level."""


def refuse_events_without_a_name(replayed: Replay, played: Played) -> None:
    """Whatever either engine tells of is compared, or nobody would know that it is not.

    Raises
    ------
    LookupError : naming every event that nothing here compares
    """
    accounts = {one.name for one in (*ACCOUNTS, *FINANCE_ACCOUNTS)}
    posted = {one.event for one in replayed.postings if not one.event.startswith(STEPS)}
    nameless = posted - {*POSTED, *OF_PARTS, *FLOWS}
    nameless |= {event for _, event, _ in played.flows} - {*POSTED, *FLOWS, *accounts}
    nameless |= {event for _, event, *_ in played.parts} - {*POSTED, *OF_PARTS, *FLOWS, *accounts}
    if nameless:
        raise LookupError(f"nothing in tests/reference compares {', '.join(sorted(nameless))}: name it in `POSTED`")


def differences_of_giving(scenario: Scenario, replayed: Replay, giving: Giving) -> list[Difference]:
    """Event by event, line by line: what is booked, and what it is in the donor's currency."""
    fast: dict[tuple[int, str, str], tuple[int, int]] = {}
    for posting in replayed.postings:
        if posting.event in DONORS_FLOWS:
            period = Quarter.read(posting.period).ordinal - scenario.calendar.start.ordinal
            line = f"{posting.who} {posting.pledge} {posting.earmark}"
            before = fast.get((period, posting.event, line), (0, 0))
            fast[period, posting.event, line] = (before[0] + posting.cents, before[1] + posting.in_currency)
    slow = {
        (t, event, f"{line.donor} {line.pledge} {line.earmark}"): (cents, giving.in_currency[t, event, line])
        for (t, event, line), cents in giving.flows.items()
    }
    nothing = (0, 0)
    return [
        Difference(*key, fast.get(key, nothing), slow.get(key, nothing))
        for key in fast.keys() | slow.keys()
        if fast.get(key, nothing) != slow.get(key, nothing)
    ]


def differences_of_postings(scenario: Scenario, replayed: Replay, played: Played) -> list[Difference]:
    """Event by event, entity by entity."""
    fast: dict[tuple[int, str, str], int] = defaultdict(int)
    for posting in replayed.postings:
        period = Quarter.read(posting.period).ordinal - scenario.calendar.start.ordinal
        if posting.event in POSTED:
            fast[period, posting.event, posting.who] += posting.cents
    slow = {key: cents for key, cents in played.flows.items() if cents and key[1] in POSTED}
    return [
        Difference(*key, fast.get(key, 0), slow.get(key, 0))
        for key in fast.keys() | slow.keys()
        if fast.get(key, 0) != slow.get(key, 0)
    ]


OF_PARTS = (
    "transfers", "refunds", "direct_delivery", "indirect_cost", "reported_expenditure", "waiting_for_cash", "not_released",
    "held_up_by_report",
)  # fmt: skip
"""Events that the fast engine posts by organisation, where they are of one alone."""


def differences_of_parts(scenario: Scenario, replayed: Replay, played: Played) -> list[Difference]:
    """The same, organisation by organisation; and what its late reports hold up over the whole calendar."""
    fast: dict[tuple[int, str, str, str], int] = defaultdict(int)
    for posting in replayed.postings:
        if posting.event in OF_PARTS:
            period = Quarter.read(posting.period).ordinal - scenario.calendar.start.ordinal
            fast[period, posting.event, posting.who, posting.organisation] += posting.cents
    slow = {key: cents for key, cents in played.parts.items() if cents and key[1] in OF_PARTS}
    found = [
        Difference(key[0], key[1], f"{key[2]} {key[3]}", fast.get(key, 0), slow.get(key, 0))
        for key in fast.keys() | slow.keys()
        if fast.get(key, 0) != slow.get(key, 0)
    ]
    for row, organisation in enumerate(sorted(one.id for one in scenario.organisations)):
        told = sum(cents for key, cents in slow.items() if key[1] == "held_up_by_report" and key[3] == organisation)
        if (held_up := int(replayed.books.held_up[row, 0])) != told:
            found.append(Difference(played.fund.periods - 1, "all held up by", organisation, held_up, told))
    return found


def differences_of_accounts(replayed: Replay, played: Played) -> list[Difference]:
    """Every account of the books at every period."""
    found, totals = [], played.totals()
    for one in ACCOUNTS:
        column = account(replayed.books, one.name)[:, 0]
        for t, fast in enumerate(column.tolist()):
            slow = played.stocks.get((t, one.name))
            if slow is None:
                slow = totals.get((t, one.name), 0)
            if fast != slow:
                found.append(Difference(t, one.name, "account", fast, slow))
    return found


def differences_of_plans(scenario: Scenario, replayed: Replay, played: Played) -> list[Difference]:
    """What each plan needs, what is funded and delivered, and how far it is at the end of each year and of the calendar."""
    found = []
    periods = range(scenario.calendar.periods)
    year_ends = [t for t in periods if played.fund.quarter(t) == 4 or t == periods[-1]]
    for what in ("needs", "funded", "delivered", "status", "level"):
        table = getattr(replayed.books, f"plan_{what}")
        assert table.shape[:2] == (len(year_ends), len(scenario.plans))
        for row, t in enumerate(year_ends):
            for place, plan in enumerate(sorted(plan.id for plan in scenario.plans)):
                fast, slow = int(table[row, place, 0]), played.plans[t, plan, what]
                if fast != slow:
                    found.append(Difference(t, f"plan {what}", plan, fast, slow))
    found += differences_of_lives(scenario, replayed, played)
    return found


def differences_of_lives(scenario: Scenario, replayed: Replay, played: Played) -> list[Difference]:
    """In which quarter each plan becomes what and reaches which level; and what others have spent on it in all."""
    start = scenario.calendar.start.ordinal
    fast = {
        (Quarter.read(one.period).ordinal - start, one.who, one.event)
        for one in replayed.postings
        if one.event.startswith(STEPS)
    }
    found = [
        Difference(t, step, plan, (t, plan, step) in fast, (t, plan, step) in played.steps)
        for t, plan, step in fast ^ played.steps
    ]
    for place, plan in enumerate(sorted(plan.id for plan in scenario.plans)):
        pair = int(replayed.books.plan_executed[place, 0]), sum(played.fund.executed[plan])
        if pair[0] != pair[1]:
            found.append(Difference(played.fund.periods - 1, "all executed", plan, *pair))
    return found


def differences_of_entities(replayed: Replay, played: Played) -> list[Difference]:
    """Totals of the whole calendar by donor, by programme and by part."""
    last = played.fund.periods - 1
    found = []
    flows: dict[tuple[str, str], int] = defaultdict(int)
    for (_, event, who), cents in played.flows.items():
        flows[event, who] += cents
    for row, donor in enumerate(sorted(donor.id for donor in played.fund.scenario.donors)):
        fast, slow = int(replayed.books.deposits_by_donor[row, 0]), flows["deposits", donor]
        if fast != slow:
            found.append(Difference(last, "all deposits", donor, fast, slow))
    part_row = 0
    for row, (id, programme) in enumerate(sorted(played.fund.programmes.items())):
        of_programme = {
            "awards": flows["approvals", id] - flows["cancelled_awards", id],
            "approved_at": -1 if programme.approved is None else max(programme.approved, -1),
        }
        for what, slow in of_programme.items():
            fast = int(getattr(replayed.books, what)[row, 0])
            if fast != slow:
                found.append(Difference(last, f"all {what}", id, fast, slow))
        for part in programme.parts:
            of_part = {"transfers": part.received - part.opening, "refunds": part.refunded, "delivery": part.delivered}
            for what, slow in of_part.items():
                fast = int(getattr(replayed.books, what)[part_row, 0])
                if fast != slow:
                    found.append(Difference(last, f"all {what}", f"{id} {part.organisation}", fast, slow))
            part_row += 1
    return found
