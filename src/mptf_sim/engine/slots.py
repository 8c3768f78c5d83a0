"""The slots of the pipeline, laid out by row: when each may arrive, and how its document is prepared."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mptf_sim.engine.cells import Rows
from mptf_sim.fund.programmes import Programme
from mptf_sim.quantities import Quarter
from mptf_sim.scenario.scenario import Scenario


class Slots:
    """Those programmes that the pipeline brings. Axis: slot, in the order of programmes."""

    def __init__(self, scenario: Scenario, programmes: tuple[Programme, ...], start: Quarter) -> None:
        pipeline = scenario.pipeline
        ids = {slot.id for slot in scenario.slots}
        plan_row = {plan: number for number, plan in enumerate(sorted(one.id for one in scenario.plans))}
        rows = [row for row, programme in enumerate(programmes) if programme.id in ids]
        self.rows: Rows = np.array(rows, dtype=np.intp)
        self.is_slot = np.zeros(len(programmes), dtype=bool)
        self.is_slot[self.rows] = True
        self.place: Rows = np.cumsum(self.is_slot) - 1
        mine = [programmes[row] for row in rows]
        self.arrives: NDArray[np.int64] = np.array(
            [one.ready.ordinal - start.ordinal for one in mine if one.ready is not None], dtype=np.int64
        )
        self.plan: Rows = np.array([plan_row[one.plan] if one.plan else len(plan_row) for one in mine], dtype=np.intp)
        self.selected_after = pipeline.selection.after if pipeline else 0
        self.hazard = 1.0 / pipeline.preparation if pipeline else 0.0
        self.coordination_effect = scenario.common_factors.coordination_effect
