"""The pipeline: where slots stand, what they are about, and when their documents are ready."""

from __future__ import annotations

from mptf_sim.engine import pipeline, step
from mptf_sim.fund.pipeline import Pipeline, Quality
from tests.mutants.mutant import Mutant, given, written

MUTANTS = (
    Mutant(
        "slots at the start of the year",
        "all slots of a year stand in its first quarter",
        Pipeline,
        "_arrives",
        written(("4 * place // self.slots_per_year", "0")),
    ),
    Mutant(
        "templates the wrong way round",
        "slots take templates from the last id to the first",
        Pipeline,
        "slots",
        written(("key=lambda template: template.id", "key=lambda template: template.id, reverse=True")),
    ),
    Mutant(
        "all are selected",
        "every concept note that arrives is selected",
        pipeline,
        "prepare",
        written(("arrived & draws.slots.selected", "arrived")),
        also_in=(step,),
    ),
    Mutant(
        "selected at once",
        "concept notes are selected in the quarter of their arrival",
        pipeline,
        "prepare",
        written(("slots.arrives + slots.selected_after", "slots.arrives")),
        also_in=(step,),
    ),
    Mutant(
        "coordination ignored",
        "coordination of its plan speeds up no document",
        pipeline,
        "prepare",
        written(("1.0 + slots.coordination_effect * _levels(terms, state)", "1.0")),
        also_in=(step,),
    ),
    Mutant(
        "scores beyond the scale",
        "a document of the pipeline may score above 100 or below 0",
        Quality,
        "scores",
        given(lambda self, normals: (self.mean + self.spread * normals).round() + 0.0),
    ),
)
