"""The slots of the pipeline: where each stands in the calendar, and what it is about."""

from __future__ import annotations

from typing import Any, NamedTuple

from mptf_sim.scenario.scenario import Scenario


class Slot(NamedTuple):
    """A document that may come: its id as a programme, its template, and the quarter of its concept note."""

    id: str
    template: Any
    stands: int  # period


def slots(scenario: Scenario) -> list[Slot]:
    """As many a year as the pipeline says, spread evenly, each about the next template in the order of their ids."""
    pipeline = scenario.pipeline
    if pipeline is None:
        return []
    templates = sorted(pipeline.templates, key=lambda template: template.id)
    a_year, first = pipeline.slots_per_year, pipeline.start.ordinal - scenario.calendar.start.ordinal
    found: list[Slot] = []
    while True:
        year, place = divmod(len(found), a_year)
        stands = first + 4 * year + 4 * place // a_year
        if stands >= scenario.calendar.periods:
            return found
        template = templates[len(found) % len(templates)]
        found.append(Slot(f"{pipeline.prefix}-{len(found) + 1:04d}", template, stands))
