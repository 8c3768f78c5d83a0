"""What chance decides for each slot of the pipeline on one path."""

from __future__ import annotations

from dataclasses import dataclass

from mptf_sim.scenario.scenario import Scenario
from tests.reference.raw import Raw
from tests.reference.slots import slots


@dataclass
class ChanceOfSlot:
    """Whether its concept note arrives and is selected, how much its document takes, and how good it is."""

    arrives: bool
    selected: bool
    effort: float  # the document is ready when as much is prepared
    score: int


def chance_of_pipeline(scenario: Scenario, raw: Raw) -> dict[str, ChanceOfSlot]:
    """Derived here from the variates, one of each for a slot."""
    chance = {}
    for slot in slots(scenario):
        entity, terms = f"programme/{slot.id}", scenario.pipeline
        score = round(terms.score.mean + terms.score.spread * raw.normals(entity, "score")[0])
        chance[slot.id] = ChanceOfSlot(
            arrives=raw.uniforms(entity, "concept_note")[0] < terms.selection.concept_note,
            selected=raw.uniforms(entity, "selection")[0] < terms.selection.chance,
            effort=raw.exponentials(entity, "preparation")[0],
            score=min(max(score, 0), 100),
        )
    return chance
