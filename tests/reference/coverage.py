"""Which features of the model a comparison has met."""

from __future__ import annotations

from mptf_sim.scenario.scenario import Scenario
from tests.reference.coverage_deals import events_of_deals, of_deals
from tests.reference.fund import STATUSES
from tests.reference.giving import DONORS_FLOWS, DONORS_STOCKS
from tests.reference.played import Played

LEVELS = ("programme", "every organisation", "own share")


def features(scenario: Scenario, played: Played) -> set[str]:
    """What one fund had in its file, and what happened on the path that was compared."""
    of_parts = of_programmes(scenario) | of_plans(scenario) | of_deals(scenario)
    of_file_alone = of_file(scenario) | of_parts | of_earmarks(scenario, played)
    return played.features | of_file_alone | of_events(played) | events_of_deals(played)


def of_earmarks(scenario: Scenario, played: Played) -> set[str]:
    """By what earmarks tell programmes apart: there is money under them, for some programmes and not for others."""
    marks = {donor.earmark for donor in scenario.donors} | {cash.earmark for cash in scenario.fund.opening.cash}
    marks |= {pledge.earmark for pledge in scenario.pledges if pledge.earmark}
    eligible = [programme.eligible for programme in played.fund.programmes.values()]
    seen = set()
    for mark in marks:
        chosen = [mark.label in classes for classes in eligible]
        if played.fund.money[mark.label] > 0 and any(chosen) and not all(chosen):
            seen |= {f"money for some {name}".replace("some not_", "all but some ") for name, ids in mark if ids}
    return seen


def of_file(scenario: Scenario) -> set[str]:
    governance, fund = scenario.governance, scenario.fund
    marks = [donor.earmark for donor in scenario.donors] + [cash.earmark for cash in fund.opening.cash]
    marks += [pledge.earmark for pledge in scenario.pledges if pledge.earmark]
    excluding = [mark for mark in marks if mark.not_windows or mark.not_regions or mark.not_countries]
    distinct = {mark for mark in marks if mark.label != "unearmarked"}
    kinds = {donor.outlook.kind for donor in scenario.donors}
    running = [programme.running for programme in scenario.programmes if programme.running]
    instalments = max((len(terms.instalments) for terms in scenario.agreements), default=0)
    amounts = [programme.budget for programme in scenario.programmes]
    rule = governance.allocation
    within = rule.rule if rule.kind == "regional_floors" else rule
    seen = {
        **{f"outlook {kind}": True for kind in kinds},
        **{f"shock {shock.kind}": True for shock in scenario.shocks},
        **{f"pledge {pledge.kind}": True for pledge in scenario.pledges},
        **of_giving(scenario),
        f"rule {rule.kind}": True,
        f"rule {within.kind}": True,
        f"policy {fund.funding_policy.kind}": True,
        "earmark": bool(distinct),
        "three earmarks": len(distinct) >= 3,
        "earmark by exclusion": bool(excluding),
        "running programme": bool(running),
        "programme approved before the calendar and not started": any(not one.started for one in running),
        "regional programme": any(not programme.plan for programme in scenario.programmes),
        "programme of a plan": any(programme.plan for programme in scenario.programmes),
        "plan that raises no needs": any(plan.status in ("none", "drafting") for plan in scenario.plans),
        "instalments": instalments > 1,
        "four instalments": instalments == 4,
        "minimum grant": governance.limits.minimum_grant > 0,
        "maximum grant": governance.limits.maximum_grant is not None,
        "one active programme per country": governance.limits.one_active_programme_per_country,
        "two groups with limits": len(governance.limits.shares) > 1,
        "bar": bool(governance.constituencies),
        "rule that may scale down": within.kind in ("priority_queue", "priority_score")
        and within.scale_down_to.ratio < 1,
        "reserve": fund.reserve.minimum > 0 or fund.reserve.share_of_cash.num > 0,
        "amounts of a few cents": any(0 < amount < 100 for amount in amounts),
        "the largest amounts": any(amount >= 10**9 for amount in amounts),
        "calendar that starts within a year": scenario.calendar.start.quarter > 1,
    }
    return {name for name, is_so in seen.items() if is_so}


def of_giving(scenario: Scenario) -> dict[str, bool]:
    """How donors give."""
    abroad = [donor for donor in scenario.donors if donor.currency not in (None, scenario.fund.currency)]
    held = {donor.currency for donor in abroad}
    moving = [currency for currency in scenario.currencies if currency.id in held and currency.volatility > 0]
    waves = [shock for shock in scenario.shocks if shock.kind == "earmarking_wave"]
    together, reviews = scenario.exchange_correlation, scenario.governance.reviews
    return {
        "Student tails": any(getattr(donor.outlook, "degrees_of_freedom", None) for donor in scenario.donors),
        "block of several years": any(getattr(donor.outlook, "block", 1) > 1 for donor in scenario.donors),
        "comeback": any(getattr(donor.outlook, "comeback", 0) > 0 for donor in scenario.donors),
        "announced apart": any(getattr(donor.outlook, "announces", None) for donor in scenario.donors),
        "donor in another currency": bool(abroad),
        "currency that moves by itself": bool(moving),
        "currencies that move together": len(moving) > 1 and (together.common > 0 or bool(together.pairs)),
        "pledge under its own earmark": any(pledge.earmark for pledge in scenario.pledges),
        "pledge in several instalments": any(len(pledge.instalments) > 1 for pledge in scenario.pledges),
        "two reviews in one quarter": len({review.quarter for review in reviews}) < len(reviews),
        "two waves": len(waves) > 1,
    }


def of_programmes(scenario: Scenario) -> set[str]:
    """Who carries programmes out, and the terms under which they do."""
    carriers = {id for programme in scenario.programmes for id in programme.organisations.ratios} | {
        programme.organisation for programme in scenario.programmes
    }
    organisations = [organisation for organisation in scenario.organisations if organisation.id in carriers]
    shared = [programme for programme in scenario.programmes if len(programme.organisations.ratios) > 1]
    several = {programme.agreement for programme in shared}
    agreements = [agreement for agreement in scenario.agreements if agreement.id in several]
    signatures = [organisation.signed_agreement for organisation in organisations]
    start = scenario.calendar.start
    seen = {
        "several organisations": bool(shared),
        "three organisations": any(len(programme.organisations.ratios) == 3 for programme in shared),
        "equal shares": any(len(set(programme.organisations.ratios.values())) == 1 for programme in shared),
        "running programme of several organisations": any(programme.running for programme in shared),
        "organisation that never signs": "never" in signatures,
        "organisation that signs later": any(one not in ("never", None) and one > start for one in signatures),
        "organisation with a capacity": any(one.capacity is not None for one in organisations),
        "organisations that differ in pace": any(one.spread for one in organisations),
        "late reports": any(one.late_reports for one in organisations),
        "plan that absorbs so much": any(plan.absorption_per_year is not None for plan in scenario.plans),
        **{f"release by {level}": any(one.release.level == level for one in agreements) for level in LEVELS},
        "commitments count": any(one.release.committed.num for one in scenario.agreements),
        "half-yearly reports": any(one.reporting.every == 2 for one in scenario.agreements),
        "pipeline": scenario.pipeline is not None,
        "more than four slots a year": scenario.pipeline is not None and scenario.pipeline.slots_per_year > 4,
        "several templates": scenario.pipeline is not None and len(scenario.pipeline.templates) > 1,
        "yearly reports": any(one.reporting.every == 4 for one in scenario.agreements),
    }
    return {name for name, is_so in seen.items() if is_so}


def of_plans(scenario: Scenario) -> set[str]:
    """How far plans are, what moves their needs, and what reviews say."""
    cells = [(need.plan, need.window, need.year) for need in scenario.needs]
    statuses = {plan.status for plan in scenario.plans}
    reviews, kinds = scenario.governance.reviews, {shock.kind for shock in scenario.shocks}
    effects = scenario.participation.effects
    states = [state for state in scenario.states if state.id in {plan.country for plan in scenario.plans}]
    seen = {
        **{f"plan of status {status}": status in statuses for status in STATUSES},
        "two measures of a need": len(set(cells)) < len(cells),
        "overlap": any(need.overlap for need in scenario.needs),
        "two overlaps": any(len(need.overlap) > 1 for need in scenario.needs),
        "inflation": any(plan.inflation.num for plan in scenario.plans),
        "contingency": any(plan.contingency.num for plan in scenario.plans),
        "needs surge": bool(scenario.needs) and "needs_surge" in kinds,
        "review that finds other needs": bool(scenario.needs) and any(review.needs for review in reviews),
        "review with a new rule": any(review.allocation for review in reviews),
        "review with new scores": any(review.scores for review in reviews),
        "regional review": any(review.kind == "regional" for review in reviews),
        "effect of a vote": any(state.vote and getattr(effects, state.vote) != 1 for state in states),
        "effect of championing": any(state.champion and effects.champion != 1 for state in states),
        "source over all windows": any(not source.window for source in scenario.finance),
        "requested source": any(source.status == "requested" for source in scenario.finance),
    }
    return {name for name, is_so in seen.items() if is_so}


def of_events(played: Played) -> set[str]:
    counted = (
        *DONORS_FLOWS, *DONORS_STOCKS, "agent_fees", "interest", "refunds", "direct_cost", "approvals",
        "cancelled_awards", "transfers", "indirect_cost", "needs_due", "secured_finance", "awarded_to_needs",
        "freed_needs", "lapsed_needs", "executed_finance", "waiting_for_cash", "not_released", "approvable", "unmet_floors",
        "reported_expenditure", "held_up_by_reports", "concept_notes_received", "concept_notes_selected", "documents_ready",
    )  # fmt: skip
    events = {event for (_, event, _), cents in played.flows.items() if cents}
    events |= {name for (_, name), cents in played.stocks.items() if cents}
    seen = {f"event {name}" for name in counted if name in events}
    last = max(t for t, _, _ in played.flows) if played.flows else 0
    if any(event == "transfers" and t == last and cents for (t, event, _), cents in played.flows.items()):
        seen.add("transfer in the last quarter")
    if any(name == "cash" and not cents for (_, name), cents in played.stocks.items()) and "transfers" in events:
        seen.add("cash used up to the last cent")
    return seen
