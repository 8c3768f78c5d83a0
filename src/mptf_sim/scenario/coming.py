"""Whether the pipeline and what slows delivery agree with the rest of the scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mptf_sim.fund.delivery_shocks import DeliverySlowdown
from mptf_sim.scenario.inconsistency import At, Inconsistency, unknown

if TYPE_CHECKING:
    from mptf_sim.scenario.scenario import Scenario


def pipeline(scenario: Scenario) -> Iterator[Inconsistency]:
    """Slots lie in the calendar, have ids of their own, and their templates name what there is."""
    terms = scenario.pipeline
    if terms is None:
        return
    quarters = scenario.calendar.quarters
    if terms.start not in quarters:
        message = f"expected a quarter from {quarters[0]} to {quarters[-1]}, found {terms.start}"
        yield Inconsistency(("pipeline", "start"), message)
        return
    programmes = {programme.id.casefold() for programme in scenario.programmes}
    taken = next((slot.id for slot in scenario.slots if slot.id.casefold() in programmes), None)
    if taken is not None:
        yield Inconsistency(("pipeline", "prefix"), f"'{taken}' is a programme already: choose another prefix")
    parts = {
        part: [row.id for row in getattr(scenario, part)]
        for part in ("windows", "plans", "regions", "organisations", "agreements", "states", "sources")
    }
    cells = {(need.plan, need.window) for need in scenario.needs}
    seen: set[str] = set()
    for number, template in enumerate(terms.templates):
        at: At = ("pipeline", "templates", number)
        if template.id.casefold() in seen:
            yield Inconsistency((*at, "id"), f"duplicate id '{template.id}': another template has it")
        seen.add(template.id.casefold())
        names: list[tuple[At, str | None, str]] = [
            ((*at, field), getattr(template, field), f"{field}s")
            for field in ("window", "plan", "region", "organisation", "agreement", "source")
        ]
        names += [((*at, "organisations", name), name, "organisations") for name in template.organisations]
        if scenario.states:
            names += [((*at, "countries", name), name, "states") for name in template.countries]
        for place, name, part in names:
            if name is not None and name not in parts[part]:
                yield Inconsistency(place, unknown(name, parts[part], part))
        if template.plan in parts["plans"] and (template.plan, template.window) not in cells:
            message = f"plan {template.plan} has no need in window '{template.window}' that this could serve"
            yield Inconsistency((*at, "window"), message)


def slowdowns(scenario: Scenario) -> Iterator[Inconsistency]:
    """A slowdown of delivery names organisations and regions that there are."""
    known = {part: [row.id for row in getattr(scenario, part)] for part in ("organisations", "regions")}
    for number, shock in enumerate(scenario.shocks):
        if isinstance(shock, DeliverySlowdown):
            for part, names in known.items():
                for item, name in enumerate(getattr(shock, part)):
                    if name not in names:
                        yield Inconsistency(("shocks", number, part, item), unknown(name, names, part))
