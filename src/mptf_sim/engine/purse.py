"""The purses of facilities while a period is played."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mptf_sim.engine.blended_state import BlendedState
from mptf_sim.engine.cells import Entries, Rows
from mptf_sim.engine.deal_terms import DealTerms
from mptf_sim.quantities import Array


class Purse:
    """Cash of every facility, and what of it is spoken for: (facility, path), changed in place."""

    def __init__(self, terms: DealTerms, state: BlendedState) -> None:
        self.revolves = terms.revolves
        self.cash, self.held, self.aside, self.returning = (
            one.copy() for one in (state.cash, state.held, state.aside, state.returning)
        )

    def free(self, facility: int | slice) -> Array:
        """What no deal holds and what may be spent on new ones: (path,), or (facility, path) of several."""
        free: Array = self.cash[facility] - self.held[facility] - self.aside[facility] - self.returning[facility]
        return free

    def pay(self, facility: int, amount: Array, of_held: Array | float = 0.0) -> None:
        """Pay an amount; so much is no longer held."""
        self.cash[facility] -= amount
        self.held[facility] -= of_held

    def come_back(self, facilities: Rows, amounts: Array) -> None:
        """Reflows, each to its facility: (row, path)."""
        back = np.zeros_like(self.cash)
        for row, facility in enumerate(facilities):
            back[facility] += amounts[row]
        self.reflow(back)

    def reflow(self, back: Array) -> None:
        """Reflows of every facility: (facility, path)."""
        self.cash += back
        self.aside += np.where(self.revolves, 0.0, back)

    def come_back_singly(self, facilities: Rows, amounts: Entries) -> None:
        """Single reflows, each to the facility of its row."""
        back = np.zeros_like(self.cash)
        place = facilities[amounts.cells.row] * amounts.width + amounts.cells.path
        np.add.at(back.reshape(-1), place, amounts.amounts)
        self.reflow(back)

    def settle_held(self, facilities: Rows, amounts: Entries) -> None:
        """Single payments out of what is held, each of the facility of its row."""
        place = facilities[amounts.cells.row] * amounts.width + amounts.cells.path
        for stock in (self.cash, self.held):
            np.subtract.at(stock.reshape(-1), place, amounts.amounts)


def come_home(state: BlendedState | None) -> tuple[BlendedState | None, Array | None]:
    """What facilities returned in the period before reaches the fund: (facility, path), None without facilities."""
    if state is None or not len(state.cash):
        return state, None
    returned = state.returning
    return replace(state, cash=state.cash - returned, returning=np.zeros_like(returned)), returned
