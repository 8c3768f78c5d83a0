"""Documents that are still to come: where each slot stands, what it is about, and when its document is ready."""

from __future__ import annotations

from tests.reference.chance_of_pipeline import ChanceOfSlot
from tests.reference.fund import Fund
from tests.reference.played import Played


def advance(fund: Fund, played: Played, chance: dict[str, ChanceOfSlot], t: int) -> None:
    """Concept notes arrive, some are selected, and their documents become ready."""
    for slot in fund.slots:
        luck, programme = chance[slot.id], fund.programmes[slot.id]
        if not luck.arrives:
            continue
        if t == slot.stands:
            played.note(t, "concept_notes_received", slot.id, 1)
        selection = fund.scenario.pipeline.selection
        if not luck.selected or t < slot.stands + selection.after or programme.ready is not None:
            continue
        if t == slot.stands + selection.after:
            played.note(t, "concept_notes_selected", slot.id, 1)
        level = fund.level[programme.plan] if programme.plan else 0
        effect = fund.scenario.common_factors.coordination_effect
        fund.prepared[slot.id] = fund.prepared.get(slot.id, 0.0) + (1.0 / fund.scenario.pipeline.preparation) * (
            1.0 + effect * level
        )
        if fund.prepared[slot.id] >= luck.effort:
            programme.ready, programme.quality = t, luck.score
            played.note(t, "documents_ready", slot.id, 1)
            if t == slot.stands:
                played.features.add("document ready at once")
            if (t - slot.stands - selection.after + 1) / fund.scenario.pipeline.preparation < luck.effort:
                played.features.add("document ready sooner by coordination")
