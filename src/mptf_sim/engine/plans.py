"""Plans: needs come due, unmet ones carry over or lapse, other finance meets its part; plans take their next step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.draws import Draws
from mptf_sim.engine.flows import PlanFlows
from mptf_sim.engine.state import CLOSED, FundState, Stage
from mptf_sim.engine.terms import Rates, Terms
from mptf_sim.fund.plans import COSTED, HIGHEST_LEVEL
from mptf_sim.quantities import Array


def review(terms: Terms, t: int, state: FundState) -> FundState:
    """Step 1: adopted plans that a review concerns become reviewed. Scores, rule and needs are dated in the terms."""
    if not terms.planning.reviewed[t].any():
        return state
    return replace(state, status=terms.planning.after_review(t, state.status))


def plan(terms: Terms, t: int, state: FundState, draws: Draws) -> tuple[FundState, PlanFlows]:
    """Step 5: in the first quarter of each year needs come due; in every quarter plans may take their next step."""
    state, due, secured, lapsed = needs_come_due(terms, t, state, draws)
    status = take_steps(terms, t, state, draws)
    return replace(state, status=status), PlanFlows(due, secured, lapsed, execute(terms, t, state, draws))


def needs_come_due(
    terms: Terms, t: int, state: FundState, draws: Draws
) -> tuple[FundState, Array | None, Array | None, Array | None]:
    """Needs of plans that were costed when the year began, less what is secured of them.

    Returns
    -------
    state : with the year's needs, and which plans raise needs this year
    due, secured, lapsed : (need, path), cents; None in other quarters than a year's first
    """
    planning = terms.planning
    if not planning.begins_year(t):
        return state, None, None, None
    raising = state.status >= COSTED
    raises = raising[planning.need_plan]
    secured = raises * planning.secured[t][:, None]
    for number, source in enumerate(planning.unsure):
        if source.begins == t:
            secured += np.outer(source.secures, draws.firms[number] & raising[source.plan])
    for number, one in enumerate(planning.bonds):
        if one.begins == t:
            secured += one.of_needs(draws.raised[number]) * raising[one.plan]
    due = raises * planning.due[t][:, None]
    unmet = state.unmet.copy()
    carried = Rates([terms.carry_over]).of_all(unmet[:-1])
    lapsed = unmet[:-1] - carried
    unmet[:-1] = carried
    unmet[:-1] += due
    unmet[:-1] -= secured
    return replace(state, unmet=unmet, raising=raising), due, secured, lapsed


def execute(terms: Terms, t: int, state: FundState, draws: Draws) -> Array:
    """What other secured finance spends: (plan, path), cents."""
    planning = terms.planning
    executed: Array = state.raising * planning.executed[t][:, None]
    for number, source in enumerate(planning.unsure):
        if source.executes[t]:
            executed[source.plan] += source.executes[t] * (draws.firms[number] & state.raising[source.plan])
    for number, one in enumerate(planning.bonds):
        if one.executes[t] > (one.executes[t - 1] if t else 0.0):
            executed[one.plan] += one.of_period(t, draws.raised[number]) * state.raising[one.plan]
    return executed


def take_steps(terms: Terms, t: int, state: FundState, draws: Draws) -> Stage:
    """The status of each plan once chance and States that join have moved it: at most one step by chance."""
    planning, status = terms.planning, state.status
    if len(planning.moving):
        status = status.copy()
        now = status[planning.moving]
        chances = planning.chances[planning.moving[:, None], now]
        status[planning.moving] = now + (draws.life[t] < chances)
    if planning.at_least[t].any():
        status = np.maximum(status, planning.at_least[t][:, None])
    return status


def raise_levels(terms: Terms, t: int, state: FundState) -> FundState:
    """Each readiness programme that closes operationally raises its plan's level of coordination by one."""
    if len(terms.readiness) == 0:
        return state
    portfolio = state.portfolio
    closes = (portfolio.stage[terms.readiness] >= CLOSED) & (portfolio.closed_at[terms.readiness] == t)
    level = state.level.copy()
    np.add.at(level, terms.readiness_plan, closes.astype(np.int8))
    return replace(state, level=np.minimum(level, np.int8(HIGHEST_LEVEL)))
