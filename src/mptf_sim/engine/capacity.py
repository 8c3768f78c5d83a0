"""What a plan can absorb and an organisation can spend in a calendar year: above it, everybody's spending is scaled down."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mptf_sim.engine.cells import Cells, Rows
from mptf_sim.engine.layout import Layout
from mptf_sim.fund.programmes import Programme
from mptf_sim.money import apportion
from mptf_sim.quantities import Array, Mask
from mptf_sim.scenario.scenario import Scenario


class Limit(NamedTuple):
    """The most direct cost that some parts together can spend in a calendar year."""

    concerns: Mask  # (part,)
    place: Rows  # (part,), among those it concerns
    size: int
    most: float  # cents


def limits(scenario: Scenario, programmes: tuple[Programme, ...], layout: Layout) -> tuple[Limit, ...]:
    """Those of plans, then those of organisations, each in the order of ids."""
    plans = np.array([str(programmes[row].plan) for row in layout.part_programme])
    organisations = np.array([organisation for _, organisation in layout.parts])
    found = []
    for ids, limited in (
        (plans, {plan.id: plan.absorption_per_year for plan in scenario.plans}),
        (organisations, {one.id: one.capacity for one in scenario.organisations}),
    ):
        for id, most in sorted(limited.items()):
            concerns = ids == id
            if most is not None and concerns.any():
                found.append(Limit(concerns, np.cumsum(concerns) - 1, int(concerns.sum()), float(most)))
    return tuple(found)


def within_capacity(
    capacities: tuple[Limit, ...], spent_in_year: Array, cells: Cells, amounts: Array
) -> tuple[Array, Array]:
    """What parts can spend of what they would, one limit after the other.

    Where the parts that a limit concerns would spend more than is left of the year's, they share what is left in
    proportion, by rounded running totals, each no more than it would have spent.

    Parameters
    ----------
    spent_in_year : (limit, path), cents spent under each limit in the calendar year so far
    cells, amounts : direct cost that parts would spend in the period, cents

    Returns
    -------
    amounts : what they spend
    spent_in_year : with it
    """
    whose = [limit.concerns[cells.row] for limit in capacities]
    for limit, spent, mine in zip(capacities, spent_in_year, whose, strict=True):
        place, path = limit.place[cells.row[mine]], cells.path[mine]
        wanted = np.zeros((limit.size, cells.width))
        wanted[place, path] = amounts[mine]
        left = limit.most - spent
        over = wanted.sum(axis=0) > left
        if over.any():
            wanted[:, over] = np.minimum(apportion(left[over], wanted[:, over]), wanted[:, over])
            amounts = amounts.copy()
            amounts[mine] = wanted[place, path]
    now = [np.bincount(cells.path[mine], amounts[mine], minlength=cells.width) for mine in whose]
    return amounts, spent_in_year + np.array(now).reshape(spent_in_year.shape)
