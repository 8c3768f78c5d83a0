"""The pipeline: documents that are still to come, on fixed slots, so that no chance creates or removes a programme."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mptf_sim.arrays import np
from mptf_sim.fund.part import Part
from mptf_sim.fund.programmes import Programme, Template
from mptf_sim.quantities import Array, Count, Fraction, Id, Lag, Quarter


class Selection(Part):
    """The first of two stages: concept notes, of which some are selected to become documents."""

    concept_note: Fraction = 1.0
    """Chance that a concept note arrives in the quarter of its slot."""
    chance: Fraction
    """Chance that a concept note that has arrived is selected."""
    after: Lag = 1
    """Quarters from its arrival to the selection."""


class Quality(Part):
    """Scores of documents: normal, rounded, from 0 to 100."""

    mean: Annotated[Count, Field(le=100)]
    spread: Annotated[Count, Field(le=50)] = 0
    """Standard deviation, in points."""

    def scores(self, normals: Array) -> Array:
        """From standard normals: whole points."""
        return np.clip(np.rint(self.mean + self.spread * normals), 0.0, 100.0) + 0.0


class Pipeline(Part):
    """Concept notes arrive, some are selected, their documents become ready: slot by slot, a fixed number a year.

    Slots are numbered from `start` on (pipeline-0001, ...) and spread evenly over the year; what a slot is about comes
    from the templates in turn, in the order of their ids.
    """

    prefix: Id = "pipeline"
    start: Quarter
    slots_per_year: Annotated[Count, Field(ge=1, le=100)]
    selection: Selection
    preparation: Annotated[Lag, Field(ge=1)]
    """Mean quarters from selection until a document is ready: each quarter has the same hazard, 1 over this.

    Coordination of the plan shortens it by the common factor `coordination_effect`.
    """
    score: Quality
    templates: Annotated[tuple[Template, ...], Field(min_length=1, max_length=500)]

    def slots(self, quarters: tuple[Quarter, ...]) -> tuple[Programme, ...]:
        """The slots whose concept note would arrive in these quarters; `ready` is the quarter of its arrival."""
        templates = sorted(self.templates, key=lambda template: template.id)
        last, number, slots = quarters[-1].ordinal, 0, []
        while (at := self._arrives(number)) <= last:
            if at >= quarters[0].ordinal:
                terms = templates[number % len(templates)]
                kept = {name: getattr(terms, name) for name in Template.model_fields}
                id = f"{self.prefix}-{number + 1:04}"
                slots.append(Programme.model_construct(**kept | {"id": id, "ready": Quarter.at(at)}))
            number += 1
        return tuple(slots)

    def _arrives(self, number: int) -> int:
        year, place = divmod(number, self.slots_per_year)
        return self.start.ordinal + 4 * year + 4 * place // self.slots_per_year
