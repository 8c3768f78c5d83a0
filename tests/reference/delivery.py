"""Organisations spend what they received, within what they and the plans they serve can; programmes close."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.chance_of_programmes import ChanceOfProgrammes
from tests.reference.fund import Fund
from tests.reference.played import Played
from tests.reference.programme import Part, Programme, direct, indirect, remember
from tests.reference.reports import becomes_known
from tests.reference.rounding import in_proportion, rounded

Spending = dict[tuple[str, str], int]
"""By programme and organisation, in the order of ids: direct cost of this quarter."""


def deliver(fund: Fund, played: Played, chance: ChanceOfProgrammes, t: int) -> None:
    """Running programmes spend, and close at their end; what was spent before becomes known."""
    if fund.quarter(t) == 1:
        fund.spent_this_year.clear()
    wanted = {
        (programme.id, part.organisation): would_spend(fund, chance, programme, part, t)
        for programme in fund.programmes.values()
        if programme.running
        for part in programme.parts
    }
    for (id, organisation), spent in within_capacity(fund, played, wanted).items():
        part = next(part for part in fund.programmes[id].parts if part.organisation == organisation)
        earned = indirect(part.spent + spent, fund.indirect_rate) - indirect(part.spent, fund.indirect_rate)
        part.spent += spent
        played.note(t, "direct_delivery", id, spent, organisation)
        played.note(t, "indirect_cost", id, earned, organisation)
    for programme in fund.programmes.values():
        if programme.running:
            close_if_ended(fund, played, programme, t)
        remember(programme, t, fund.indirect_rate)
        for part in programme.parts:
            known = becomes_known(fund, chance, programme, part, t)
            played.note(t, "reported_expenditure", programme.id, known, part.organisation)


def would_spend(fund: Fund, chance: ChanceOfProgrammes, programme: Programme, part: Part, t: int) -> int:
    """A share of what the S-curve says should be delivered by now and is not, within what was received."""
    age = t + 1 - programme.start
    x = min(max(age / programme.duration, 0.0), 1.0)
    planned = (3.0 - 2.0 * x) * x * x
    carried = part.of(direct(programme.award, fund.indirect_rate))
    backlog = max(planned * carried - part.spent, 0.0)
    pace = chance.pace[programme.id, part.organisation] * effort(fund, programme, part, t) * chance.slowdown[t]
    return min(round(backlog * pace), direct(part.received, fund.indirect_rate) - part.spent)


def effort(fund: Fund, programme: Programme, part: Part, t: int) -> float:
    """What is left of the pace under the slowdowns in force for a part."""
    left, now = Fraction(1), fund.start + t
    for shock in fund.scenario.shocks:
        if shock.kind != "delivery_slowdown" or now < shock.start.ordinal:
            continue
        if shock.end is not None and shock.end.ordinal < now:
            continue
        if shock.organisations and part.organisation not in shock.organisations:
            continue
        if shock.regions and programme.region not in shock.regions:
            continue
        left *= 1 - shock.share.ratio
    return float(left)


def within_capacity(fund: Fund, played: Played, wanted: Spending) -> Spending:
    """What plans can absorb in a year, then what organisations can spend in it: where there is too little, it is shared."""
    spending = dict(wanted)
    parts = [(one.id, part.organisation) for one in fund.programmes.values() for part in one.parts]
    for plan in sorted(fund.scenario.plans, key=lambda plan: plan.id):
        of_plan = [key for key in parts if fund.programmes[key[0]].plan == plan.id]
        if share_limit(fund, spending, of_plan, plan.absorption_per_year):
            played.features.add("plan that absorbs no more")
    for organisation in sorted(fund.scenario.organisations, key=lambda one: one.id):
        of_organisation = [key for key in parts if key[1] == organisation.id]
        if share_limit(fund, spending, of_organisation, organisation.capacity):
            played.features.add("organisation at its capacity")
    for key, spent in spending.items():
        fund.spent_this_year[key] = fund.spent_this_year.get(key, 0) + spent
    return spending


def share_limit(fund: Fund, spending: Spending, parts: list[tuple[str, str]], limit: int | None) -> bool:
    """Share what is left of a yearly limit over those who would spend more together; whether that was needed."""
    spend_now = [key for key in parts if key in spending]
    wanted = [spending[key] for key in spend_now]
    if limit is None:
        return False
    left = limit - sum(fund.spent_this_year.get(key, 0) for key in parts)
    if sum(wanted) <= left:
        return False
    spending |= dict(zip(spend_now, in_proportion(left, wanted), strict=True))
    return True


def close_if_ended(fund: Fund, played: Played, programme: Programme, t: int) -> None:
    """At its end a programme is extended once if it is not complete; otherwise it closes."""
    carried = direct(programme.award, fund.indirect_rate)
    complete = programme.spent >= rounded(programme.terms.complete_at.ratio * carried)
    ended = programme.end <= t + 1
    if ended and not complete and not programme.extended and programme.terms.extension > 0:
        programme.extended = True
        played.features.add("extension")
        programme.end += programme.terms.extension
    elif ended or (programme.extended and complete):
        programme.closed = t
        programme.cancelled = programme.award - programme.received
        for line in programme.lines:
            line.due = None
        played.note(t, "cancelled_awards", programme.id, programme.cancelled)
        if programme.need is not None:
            fund.unmet[programme.need] += carried - programme.spent
            played.note(t, "freed_needs", programme.id, carried - programme.spent)
