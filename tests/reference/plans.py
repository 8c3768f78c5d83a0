"""National plans: the years they raise needs for, who else pays, and how they ripen."""

from __future__ import annotations

from typing import Any

from tests.reference.chance_of_plans import ChanceOfPlans
from tests.reference.fund import STATUSES, Fund
from tests.reference.needs import concerns, of_source
from tests.reference.played import Played
from tests.reference.rounding import by_largest_remainder, rounded

COSTED, ADOPTED, REVIEWED = (STATUSES.index(name) for name in ("costed", "adopted", "reviewed"))
HIGHEST_LEVEL = 3


def begin_year(fund: Fund, played: Played, chance: ChanceOfPlans, t: int) -> None:
    """Unmet needs carry over or lapse; the year's needs come due of plans that raise them, and secured finance is taken off."""
    if t > 0 and fund.quarter(t) != 1:
        return
    raising = {plan.id for plan in fund.scenario.plans if fund.status[plan.id] >= COSTED}
    for need in fund.unmet:
        plan, window = need
        if t > 0:
            kept = rounded(fund.carry_over[plan] * fund.unmet[need])
            played.note(t, "lapsed_needs", f"{plan} {window}", fund.unmet[need] - kept)
            fund.unmet[need] = kept
        if plan in raising:
            due = fund.needs[need].get(fund.year(t), 0)
            fund.unmet[need] += due
            played.note(t, "needs_due", f"{plan} {window}", due)
    for source in fund.scenario.finance:
        counts = source.status == "secured" or source.id in chance.firm
        if counts and source.plan in raising and source.year == fund.year(t):
            take(fund, played, source, chance, t)
            if source.id in chance.firm:
                played.features.add("source that firms up")


def take(fund: Fund, played: Played, source: Any, chance: ChanceOfPlans, t: int) -> None:
    """What a source takes off the needs of the year, and spends quarter by quarter of what is played of it."""
    quarters = [s for s in range(t, fund.periods) if fund.year(s) == source.year]
    executed = dict.fromkeys(quarters, 0)
    secured = of_source(source, fund.needs)
    for amount in secured.values():
        spent = rounded(source.execution.ratio * amount)
        for s, quarterly in zip(quarters, by_largest_remainder(spent, [1] * len(quarters)), strict=True):
            executed[s] += quarterly
    if source.bond:
        secured = of_bond(secured, chance.bought[source.id], source.amount)
        executed = of_bond(executed, chance.bought[source.id], source.amount)
        played.features.add("bond")
    for need, amount in secured.items():
        fund.unmet[need] -= amount
        played.note(t, "secured_finance", " ".join(need), amount)
    for s, amount in executed.items():
        fund.executed[source.plan][s] += amount


def of_bond(whole: dict[Any, int], bought: int, amount: int) -> dict[Any, int]:
    """What the part of a bond that is bought secures or executes, where all of it would so much: by running totals."""
    parts, running, before = {}, 0, 0
    for place, cents in whole.items():
        running += cents
        part = round(bought * (running / amount)) if amount else 0
        parts[place] = part - before
        before = part
    return parts


def ripen(fund: Fund, played: Played, chance: ChanceOfPlans, t: int) -> None:
    """Each plan may take the next step of its life; States that join lift theirs."""
    for plan in fund.scenario.plans:
        status = fund.status[plan.id]
        if status < REVIEWED and chance.life[plan.id][t] < hazard(fund, plan, STATUSES[status + 1]):
            fund.status[plan.id] = status + 1
            played.features.add("plan that ripens")
    for shock in fund.scenario.shocks:
        if shock.kind == "state_joins" and shock.start.ordinal == fund.start + t:
            for plan in fund.scenario.plans:
                lifted = STATUSES.index(shock.status)
                if plan.country in shock.states and fund.status[plan.id] < lifted:
                    fund.status[plan.id] = lifted
                    played.features.add("plan of a State that joins")


def hazard(fund: Fund, plan: Any, step: str) -> float:
    """Chance that a plan becomes this within a quarter, under the standing of its State."""
    yearly = float(getattr(plan.hazards, step))
    effects = fund.scenario.participation.effects
    state = next((state for state in fund.scenario.states if state.id == plan.country), None)
    if state is not None and state.vote:
        yearly = yearly * getattr(effects, state.vote)
    if state is not None and state.champion:
        yearly = yearly * effects.champion
    return float(1.0 - (1.0 - min(yearly, 1.0)) ** 0.25)


def review(fund: Fund, played: Played, t: int) -> None:
    """Reviews of this quarter: new scores, a new rule, and adopted plans they concern are reviewed."""
    for one in fund.scenario.governance.reviews:
        if one.quarter.ordinal != fund.start + t:
            continue
        for id, score in one.scores.items():
            fund.programmes[id].quality = score
        if one.allocation is not None:
            fund.rule = one.allocation
        for plan in fund.scenario.plans:
            if concerns(one, plan) and fund.status[plan.id] == ADOPTED:
                fund.status[plan.id] = REVIEWED
                played.features.add("plan reviewed")


def tell_lives(fund: Fund, played: Played, before: dict[str, int], t: int) -> None:
    """What each plan has become in this quarter, be it in one step or two."""
    for plan, status in fund.status.items():
        if status != before[plan]:
            played.steps.add((t, plan, f"plan becomes {STATUSES[status]}"))


def coordinate(fund: Fund, played: Played, t: int) -> None:
    """Readiness grants that closed in this quarter raise the level of coordination of their plans."""
    before = dict(fund.level)
    for programme in fund.programmes.values():
        if programme.readiness and programme.closed == t and fund.level[programme.plan] < HIGHEST_LEVEL:
            fund.level[programme.plan] += 1
            played.features.add("level of coordination raised")
    raised = {plan: level for plan, level in fund.level.items() if level != before[plan]}
    played.steps |= {(t, plan, f"coordination reaches level {level}") for plan, level in raised.items()}
