"""Whether the Committee's terms agree with the rest of the scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mptf_sim.fund.allocation import AllocationRule, PerformanceBased, RegionalFloors
from mptf_sim.scenario.inconsistency import At, Inconsistency, unknown

if TYPE_CHECKING:
    from mptf_sim.scenario.scenario import Scenario


def committee(scenario: Scenario) -> Iterator[Inconsistency]:
    """Contradictions in groups, constituencies and the rule."""
    governance = scenario.governance
    shares: At = ("governance", "limits", "shares")
    yield from _duplicates(shares, [share.id for share in governance.limits.shares])
    yield from _duplicates(("governance", "constituencies"), [one.id for one in governance.constituencies])
    sources = [source.id for source in scenario.sources]
    sourced = [((*shares, number), share.source) for number, share in enumerate(governance.limits.shares)]
    for number, one in enumerate(governance.constituencies):
        sourced.append((("governance", "constituencies", number), one.source))
    for at, source in sourced:
        if source is not None and source not in sources:
            yield Inconsistency((*at, "source"), unknown(source, sources, "sources"))
    known = {part: [row.id for row in getattr(scenario, part)] for part in ("windows", "regions", "plans")}
    for number, share in enumerate(governance.limits.shares):
        for part, ids in known.items():
            for item, name in enumerate(getattr(share.of, part)):
                if name not in ids:
                    yield Inconsistency((*shares, number, "of", part, item), unknown(name, ids, part))
        if share.of.least_developed and not any(state.least_developed for state in scenario.states):
            message = "no State has least_developed: true, so that this group is empty"
            yield Inconsistency((*shares, number, "of", "least_developed"), message)
    yield from _rule(scenario, governance.allocation, ("governance", "allocation"), known["regions"])
    for number, review in enumerate(governance.reviews):
        if review.allocation is not None:
            at = ("governance", "reviews", number, "allocation")
            yield from _rule(scenario, review.allocation, at, known["regions"])


def _rule(scenario: Scenario, rule: AllocationRule, at: At, regions: list[str]) -> Iterator[Inconsistency]:
    """What the rule names exists, and plans state what it weighs by."""
    if isinstance(rule, RegionalFloors):
        for region in rule.floors:
            if region not in regions:
                yield Inconsistency((*at, "floors", region), unknown(region, regions, "regions"))
        rule = rule.rule
    if not isinstance(rule, PerformanceBased):
        return
    for exponent, field in (
        (rule.performance, "performance"),
        (rule.capacity, "capacity"),
        (rule.income, "income_per_person"),
    ):
        for number, plan in enumerate(scenario.plans):
            if exponent and plan.may_raise_needs and getattr(plan, field) is None:
                message = f"performance_based weighs by {field}: state it for plan {plan.id}, or set its exponent to 0"
                yield Inconsistency(("plans", number, field), message)


def _duplicates(at: At, ids: list[str]) -> Iterator[Inconsistency]:
    seen: set[str] = set()
    for number, name in enumerate(ids):
        if name.casefold() in seen:
            yield Inconsistency((*at, number, "id"), f"duplicate id '{name}': another of {at[-1]} has it")
        seen.add(name.casefold())
