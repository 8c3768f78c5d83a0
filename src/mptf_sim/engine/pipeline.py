"""The pipeline moves: concept notes arrive and are selected, documents become ready for the Committee."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.cells import Cells, Entries, Rows
from mptf_sim.engine.draws import Draws
from mptf_sim.engine.flows import PipelineFlows
from mptf_sim.engine.state import CONCEPT, DOCUMENT, FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.quantities import Array, Mask


def prepare(terms: Terms, t: int, state: FundState, draws: Draws) -> tuple[FundState, PipelineFlows]:
    """Step 6: by slot, from its quarter on.

    A document is ready when the hazards of its quarters of preparation add up to its draw; coordination of its plan
    raises them.
    """
    slots, width = terms.slots, state.unmet.shape[1]
    none = Entries.none(width)
    if len(slots.rows) == 0:
        return state, PipelineFlows(none, none, none)
    arrived = draws.slots.arrives
    selected = arrived & draws.slots.selected
    begins = slots.arrives + slots.selected_after
    received = _events(slots.rows, (slots.arrives == t)[:, None] & arrived)
    chosen = _events(slots.rows, (begins == t)[:, None] & selected)

    preparing = (begins <= t)[:, None] & selected & (state.portfolio.stage[slots.rows] == CONCEPT)
    hazard = state.prepared + preparing * (slots.hazard * (1.0 + slots.coordination_effect * _levels(terms, state)))
    ready = _events(slots.rows, preparing & (hazard >= draws.slots.effort))
    ready_at = state.ready_at.copy()
    ready_at[slots.place[ready.cells.row], ready.cells.path] = t
    portfolio = state.portfolio.after(ready.cells, stage=np.int8(DOCUMENT))
    closing = replace(state, prepared=hazard, ready_at=ready_at, portfolio=portfolio)
    return closing, PipelineFlows(received, chosen, ready)


def _events(rows: Rows, happens: Mask) -> Entries:
    """One event on each path where something happens to a slot: (slot, path)."""
    cells = Cells.where(happens)
    return Entries(cells.of_row(rows[cells.row]), np.ones(len(cells.row)))


def _levels(terms: Terms, state: FundState) -> Array:
    """Coordination of each slot's plan; none without a plan: (slot, path)."""
    none = np.zeros((1, state.level.shape[1]))
    levels: Array = np.vstack([state.level.astype(np.float64), none])[terms.slots.plan]
    return levels
