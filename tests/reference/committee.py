"""A meeting of the Committee: what lies before it, within which limits it decides, and what floors are not met."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Any

from tests.reference.allocation import run
from tests.reference.earmarks import UNEARMARKED, Backing, BackingOfClasses, BackingOfSets
from tests.reference.fund import Fund
from tests.reference.programme import Programme
from tests.reference.rounding import rounded
from tests.reference.table import Bound, Document, Table

Floors = Mapping[str, tuple[frozenset[str], int]]
"""By id: the group's documents, and what they are to claim at least."""


def frozen(fund: Fund, t: int) -> bool:
    """Whether a freeze of approvals holds."""
    now = fund.start + t
    return any(
        shock.kind == "freeze_of_approvals"
        and shock.start.ordinal <= now
        and (shock.end is None or now <= shock.end.ordinal)
        for shock in fund.scenario.shocks
    )


def meet(fund: Fund, t: int) -> tuple[Table, int]:
    """Limits' floors first, then all documents, by the rule; what is then missing to the floors."""
    governance = fund.scenario.governance
    table = lay_table(fund, t)
    groups = {
        share.id: (frozenset(id for id in table.documents if in_group(fund, share.of, fund.programmes[id])), share)
        for share in sorted(governance.limits.shares, key=lambda share: share.id)
    }
    for group, share in groups.values():
        table.bounds.append(Bound(group, rounded(share.ceiling.ratio * table.approvable)))
        if group and share.ceiling.ratio < 1:
            table.features.add("ceiling")
    outer = {
        id: (group, rounded(share.floor.ratio * table.approvable))
        for id, (group, share) in groups.items()
        if share.floor.num
    }
    rule = fund.rule
    inner: Floors = {}
    if rule.kind == "regional_floors":
        inner = {
            region: (
                frozenset(id for id in table.documents if fund.programmes[id].region == region),
                rounded(floor.ratio * table.approvable),
            )
            for region, floor in sorted(rule.floors.items())
        }

    def by_rule(among: Collection[str]) -> None:
        if rule.kind == "regional_floors":
            floors_first(table, inner, among, lambda those: run(table, rule.rule, those))
        else:
            run(table, rule, among)

    floors_first(table, outer, frozenset(table.documents), by_rule)
    missing = sum(max(floor - table.claimed(group), 0) for group, floor in [*outer.values(), *inner.values()])
    if table.awards and (outer or inner):
        table.features.add("floor served")
    return table, missing


def floors_first(table: Table, floors: Floors, among: Collection[str], rule: Callable[[Collection[str]], None]) -> None:
    """The rule runs on each group alone, up to its floor, and then on all."""
    for group, floor in floors.values():
        bound = Bound(frozenset(table.documents), max(floor - table.claimed(group), 0))
        table.bounds.append(bound)
        rule(frozenset(id for id in group if id in among))
        table.bounds = [one for one in table.bounds if one is not bound]
    rule(among)


def in_group(fund: Fund, group: Any, programme: Programme) -> bool:
    """Whether all holds that a share of the limits says of its programmes."""
    least = {state.id for state in fund.scenario.states if state.least_developed}
    return (
        (not group.windows or programme.window in group.windows)
        and (not group.regions or programme.region in group.regions)
        and (not group.plans or programme.plan in group.plans)
        and (not group.least_developed or (bool(programme.countries) and programme.countries <= least))
        and reaches(programme.markers, group.markers)
    )


def reaches(markers: Any, levels: Any) -> bool:
    """Whether each marker is at least at its level."""
    return all(getattr(markers, name) >= getattr(levels, name) for name in ("gender", "human_rights", "child"))


def before_the_committee(fund: Fund, programme: Programme, t: int) -> bool:
    """Whether it is ready, not approved, serves an unmet need, passes every bar, and its countries are free."""
    governance = fund.scenario.governance
    if programme.approved is not None or programme.ready is None or programme.signed is None:
        return False
    if max(programme.ready, programme.signed) > t:
        return False
    if programme.need is not None and fund.unmet.get(programme.need, 0) <= 0:
        return False
    active = [one for one in fund.programmes.values() if one.approved is not None and one.closed is None]
    if governance.limits.one_active_programme_per_country and any(
        one.countries & programme.countries for one in active
    ):
        return False
    bars = [constituency.bar for constituency in governance.constituencies]
    return all(programme.quality >= bar.minimum_score and reaches(programme.markers, bar.markers) for bar in bars)


def merits(fund: Fund, programme: Programme) -> tuple[float, float, float]:
    """Performance, capacity and income of its plan; without a plan, the means over the plans that state them."""

    def of(plan: Any) -> tuple[float | None, ...]:
        shares = (plan.performance, plan.capacity)
        return (*shares, None if plan.income_per_person is None else float(plan.income_per_person))

    plans = {plan.id: of(plan) for plan in sorted(fund.scenario.plans, key=lambda plan: plan.id)}
    found = []
    for place in range(3):
        stated = [values[place] for values in plans.values() if values[place] is not None]
        own = None if programme.plan is None else plans[programme.plan][place]
        found.append(own if own is not None else sum(stated) / len(stated) if stated else 1.0)
    return found[0], found[1], found[2]


def seen_at_the_table(fund: Fund, table: Table) -> set[str]:
    """What a meeting had to deal with: so that comparisons can say what they covered."""
    seen = set(table.features)
    documents = table.documents.values()
    if any(award < fund.programmes[id].budget for id, award in table.awards.items()):
        seen.add("award below the budget")
    if any(id not in table.awards for id in table.documents):
        seen.add("document passed over")
    if len({document.eligible for document in documents}) > 1:
        seen.add("documents of different eligible classes")
    if any(0 < document.counted < 1 for document in documents):
        seen.add("part of an award counts")
    if any(document.counted == 0 for document in documents):
        seen.add("nothing of an award counts")
    # A choice: of several documents some get something, and all together less than they ask for.
    asks = {id: fund.programmes[id].budget for id in table.documents}
    if len(asks) > 1 and 0 < sum(table.awards.values()) < sum(asks.values()):
        rule, policy = fund.rule, fund.scenario.fund.funding_policy
        kinds = {rule.kind, rule.rule.kind} if rule.kind == "regional_floors" else {rule.kind}
        seen |= {f"choice by {kind}" for kind in kinds} | {f"choice under {policy.kind}"}
    scores = [document.score for document in documents]
    if len(set(scores)) < len(scores):
        seen.add("tie of scores")
    if any(table.backing.room(document.eligible, table.claims) is None for document in documents):
        seen.add("claims too many already")
    return seen


def lay_table(fund: Fund, t: int) -> Table:
    """Documents before the Committee, and the money that backs awards under the funding policy."""
    terms, policy, limits = fund.scenario.fund, fund.scenario.fund.funding_policy, fund.scenario.governance.limits
    backing: Backing = BackingOfClasses(fund.money)
    if policy.kind == "signed":
        backing = BackingOfSets(fund.money, fund.signed_not_deposited, policy.share.ratio)
    claims = fund.by_class([(one.eligible, claim_on_policy(fund, one, t)) for one in fund.programmes.values()])
    reserve = max(terms.reserve.minimum, rounded(terms.reserve.share_of_cash.ratio * fund.cash))
    ahead = [s for s in range(t + 1, t + 5) if fund.quarter(s) == terms.direct_cost.quarter]
    kept_back = reserve + len(ahead) * terms.direct_cost.per_year + fund.direct_cost_owed
    claims[frozenset({UNEARMARKED})] = claims.get(frozenset({UNEARMARKED}), 0) + kept_back
    documents = {
        id: Document(
            id=id,
            need=one.need,
            eligible=one.eligible,
            most=min(one.budget, limits.maximum_grant or one.budget),
            counted=counted_share(fund, one),
            score=score(fund, one),
            ready=max(one.ready, one.signed),
            countries=one.countries,
            merits=merits(fund, one),
        )
        for id, one in sorted(fund.programmes.items())
        if before_the_committee(fund, one, t)
    }
    approvable = backing.room(frozenset(fund.money), claims)
    return Table(
        documents=documents,
        unmet=dict(fund.unmet),
        indirect_rate=fund.indirect_rate,
        minimum=limits.minimum_grant,
        one_per_country=limits.one_active_programme_per_country,
        backing=backing,
        claims=claims,
        approvable=0 if approvable is None else int(approvable),
    )


def claim_on_policy(fund: Fund, programme: Programme, t: int) -> int:
    """What a programme takes up: all of its award, or under a rolling policy what was paid and falls due soon."""
    policy = fund.scenario.fund.funding_policy
    if programme.approved is None:
        return 0
    if policy.kind != "rolling" or programme.closed is not None:
        return programme.claim
    soon = 0
    for line in programme.lines:
        origin = programme.start if line.paid else line.due
        soon += sum(
            programme.amount(line, number)
            for number in range(line.paid + 1, programme.instalments + 1)
            if origin + programme.after(number) <= t + policy.quarters
        )
    return programme.payments + soon


def counted_share(fund: Fund, programme: Programme) -> Fraction:
    """The share of an award not yet made that counts as a claim."""
    policy = fund.scenario.fund.funding_policy
    if policy.kind != "rolling":
        return Fraction(1)
    shares = [
        tranche.share.ratio
        for tranche in programme.terms.instalments
        if programme.terms.preparation + tranche.after <= policy.quarters
    ]
    return sum(shares, Fraction(0))


def score(fund: Fund, programme: Programme) -> float:
    """Quality and balance, in float64 and in the order of operations of the document."""
    rule = fund.rule
    rule = rule.rule if rule.kind == "regional_floors" else rule
    if rule.kind != "priority_score":
        return 0.0
    everyone = fund.programmes.values()
    thematic = shortfall(fund.awards_by_window, programme.window, len({one.window for one in everyone}))
    geographic = shortfall(fund.awards_by_region, programme.region, len({one.region for one in everyone}))
    return programme.quality + rule.thematic_balance * thematic + rule.geographic_balance * geographic


def shortfall(awards: dict[str, int], name: str, count: int) -> float:
    """What is missing to an equal share of awards so far; nothing before any award."""
    total = sum(awards.values())
    return 1 / count - awards.get(name, 0) / total if total else 0.0
