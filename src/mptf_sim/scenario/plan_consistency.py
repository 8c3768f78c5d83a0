"""What must agree about plans, what they need, who pays for it, and reviews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mptf_sim.fund.plan_shocks import NeedsSurge, StateJoins
from mptf_sim.quantities import money_text
from mptf_sim.scenario.inconsistency import At, Inconsistency, unknown
from mptf_sim.scenario.needs import needs_by_year, spread_over_needs

if TYPE_CHECKING:
    from mptf_sim.scenario.scenario import Scenario


def duplicate_needs(scenario: Scenario) -> Iterator[Inconsistency]:
    """A measure stands in the file once: by its id, or if it has none by everything that could tell it apart."""
    ids: dict[str, int] = {}
    known: dict[tuple[object, ...], int] = {}
    for number, need in enumerate(scenario.needs):
        if need.id is not None:
            first = ids.setdefault(need.id.casefold(), number)
            if first != number:
                message = f"duplicate id '{need.id}': it is already used in needs[{first}]"
                yield Inconsistency(("needs", number, "id"), message)
            continue
        key = (need.plan, need.window, need.year, need.objective, need.cost_type, need.ministry)
        first = known.setdefault(key, number)
        if first != number:
            yield Inconsistency(
                ("needs", number, "year"),
                f"duplicate need of {need.plan}, {need.window}, {need.year}: already given in needs[{first}]; give "
                "both an id if they are two measures",
            )


def needs_and_finance(scenario: Scenario) -> Iterator[Inconsistency]:
    """Finance pays for needs that there are; what is or may become secured stays within them."""
    start = scenario.calendar.start.year
    for part in ("needs", "finance"):
        for number, row in enumerate(getattr(scenario, part)):
            if row.year < start:
                yield Inconsistency((part, number, "year"), f"expected a year from {start} on, found {row.year}")
    needs = needs_by_year(scenario)
    secured: dict[tuple[str, str, int], int] = defaultdict(int)
    for number, source in enumerate(scenario.finance):
        year = needs.get((source.plan, source.year), {})
        if source.window is not None and source.window not in year:
            yield Inconsistency(
                ("finance", number, "window"),
                f"plan {source.plan} has no need in window '{source.window}' in {source.year} that this could pay",
            )
            continue
        if not year:
            yield Inconsistency(
                ("finance", number, "year"),
                f"plan {source.plan} has no need in {source.year} that this could pay",
            )
            continue
        if not source.may_count:
            continue
        what = "secured finance" if source.status == "secured" else "secured finance, with what may firm,"
        for window, amount in spread_over_needs(source, year).items():
            key = (source.plan, window, source.year)
            secured[key] += amount
            if secured[key] > year[window]:
                yield Inconsistency(
                    ("finance", number, "amount"),
                    f"{what} of {source.plan}, {window}, {source.year} reaches {money_text(secured[key])}, "
                    f"above the need of {money_text(year[window])}",
                )


def objectives(scenario: Scenario) -> Iterator[Inconsistency]:
    """A measure's objective is one of those there are, and its window is the one that groups it."""
    windows = {objective.id: objective.window for objective in scenario.objectives}
    for number, need in enumerate(scenario.needs):
        if need.objective is None:
            continue
        at: At = ("needs", number, "objective")
        if need.objective not in windows:
            yield Inconsistency(at, unknown(need.objective, windows, "objectives"))
        elif windows[need.objective] != need.window:
            yield Inconsistency(
                at,
                f"expected an objective of window {need.window}, found {need.objective} of {windows[need.objective]}",
            )


def reviews(scenario: Scenario) -> Iterator[Inconsistency]:
    """Reviews have ids of their own, fall within the calendar, and do not contradict each other in one quarter."""
    quarters = scenario.calendar.quarters
    seen: set[str] = set()
    decided: dict[tuple[object, ...], str] = {}
    for number, review in enumerate(scenario.governance.reviews):
        at: At = ("governance", "reviews", number)
        if review.id.casefold() in seen:
            yield Inconsistency((*at, "id"), f"duplicate id '{review.id}': another review has it")
        seen.add(review.id.casefold())
        if review.quarter not in quarters:
            message = f"expected a quarter from {quarters[0]} to {quarters[-1]}, found {review.quarter}"
            yield Inconsistency((*at, "quarter"), message)
        decides: list[tuple[At, str]] = [((*at, "scores", id), f"the score of {id}") for id in review.scores]
        if review.allocation is not None:
            decides.append(((*at, "allocation"), "the rule"))
        for place, what in decides:
            other = decided.setdefault((review.quarter, what), review.id)
            if other != review.id:
                yield Inconsistency(place, f"{what} is decided by review {other} of the same quarter already")


def review_scores(scenario: Scenario) -> Iterator[Inconsistency]:
    """A review scores documents that there are."""
    programmes = {programme.id: programme for programme in scenario.programmes}
    for number, review in enumerate(scenario.governance.reviews):
        for id in review.scores:
            at: At = ("governance", "reviews", number, "scores", id)
            if id not in programmes:
                yield Inconsistency(at, unknown(id, programmes, "programmes"))
            elif programmes[id].running is not None:
                yield Inconsistency(at, f"expected a document before the Committee: {id} is running")


def plan_shocks(scenario: Scenario) -> Iterator[Inconsistency]:
    """Shocks to plans name plans, regions and States that there are, and a State that joins has a plan."""
    plans, regions = [plan.id for plan in scenario.plans], [region.id for region in scenario.regions]
    countries = [plan.country for plan in scenario.plans]
    for number, shock in enumerate(scenario.shocks):
        at: At = ("shocks", number)
        if isinstance(shock, NeedsSurge):
            for field, names, known in (("plans", shock.plans, plans), ("regions", shock.regions, regions)):
                for item, name in enumerate(names):
                    if name not in known:
                        yield Inconsistency((*at, field, item), unknown(name, known, field))
        elif isinstance(shock, StateJoins):
            for item, state in enumerate(shock.states):
                if state not in countries:
                    message = f"unknown '{state}': no plan has it as its country, so it has nothing to join with"
                    yield Inconsistency((*at, "states", item), message)
