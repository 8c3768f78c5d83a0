"""Plans: needs come due, unmet ones carry over or lapse, secured finance meets its part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Rates, Terms
from mptf_sim.quantities import Array


def needs_come_due(terms: Terms, t: int, state: FundState) -> tuple[FundState, Array]:
    """Step 5, in the first quarter of each year.

    Returns
    -------
    state : with the year's needs, net of secured finance
    lapsed : (need, path), unmet needs of the year before that do not carry over, cents
    """
    width = state.unmet.shape[1]
    if t > 0 and terms.quarters[t].quarter != 1:
        return state, np.zeros((len(terms.needs), width))
    unmet = state.unmet.copy()
    open_needs = unmet[:-1]
    carried = Rates([terms.carry_over]).of_all(open_needs)
    lapsed = open_needs - carried
    unmet[:-1] = carried + (terms.need_due[t] - terms.secured[t])[:, None]
    return replace(state, unmet=unmet), lapsed
