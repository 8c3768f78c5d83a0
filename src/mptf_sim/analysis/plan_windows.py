"""Plans window by window and year by year: needs, approved finance, delivery, of the fund and of others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mptf_sim.engine.cells import Groups
from mptf_sim.engine.draws import Draws
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.quantities import Array
from mptf_sim.scenario.needs import needs_by_year, spread_over_needs

PLAN_WINDOWS = (
    "plan", "window", "year", "need_mean_cents", "secured_mean_cents", "awarded_mean_cents", "executed_mean_cents",
    "delivered_mean_cents", "of_paths",
)  # fmt: skip

NEED, SECURED, AWARDED, EXECUTED, DELIVERED = range(5)


class NeedsAgain:
    """Sums over paths by year and need (plan x window)."""

    def __init__(self, terms: Terms, draws: Draws) -> None:
        self.terms, self.draws = terms, draws
        self.width = draws.slowdown.shape[1]
        self.years = sorted({quarter.year for quarter in terms.quarters})
        self.sums = np.zeros((len(self.years), len(terms.needs), 5))
        self.parts_of_need = Groups(terms.programme_need[terms.layout.part_programme], len(terms.needs))
        self.programmes_of_need = Groups(terms.programme_need, len(terms.needs))
        self.spends = self._spends()

    def _spends(self) -> dict[str, tuple[int, Array]]:
        """What each source of others spends if it counts: its year, and (need,), cents."""
        planning, by_year = self.terms.planning, needs_by_year(self.terms.scenario)
        found = {}
        for source in self.terms.scenario.finance:
            if source.year in self.years and source.may_count:
                spends = np.zeros(len(self.terms.needs))
                for window, amount in spread_over_needs(source, by_year[source.plan, source.year]).items():
                    spends[planning.cell[source.plan, window]] += source.execution.of_cents(amount)
                found[source.id] = source.year, spends
        return found

    def watch(self, t: int, before: FundState, after: FundState, flows: Flows) -> None:
        """One quarter."""
        year = self.terms.quarters[t].year
        sums = self.sums[self.years.index(year)]
        if flows.plans.due is not None and flows.plans.secured is not None:
            sums[:, NEED] += flows.plans.due.sum(axis=1)
            sums[:, SECURED] += flows.plans.secured.sum(axis=1)
            self._executed(year, after, sums)
        awarded = flows.decisions.awards_direct.by(self.programmes_of_need)
        freed = flows.delivered.freed.by(self.programmes_of_need)
        sums[:, AWARDED] += (awarded - freed).sum(axis=1)
        sums[:, DELIVERED] += flows.delivered.direct.by(self.parts_of_need).sum(axis=1)

    def _executed(self, year: int, state: FundState, sums: Array) -> None:
        """What others spend this year: of secured sources wherever the plan raises needs, of indicative ones if they firm."""
        planning = self.terms.planning
        firms = {source.id: row for row, source in enumerate(planning.unsure)}
        for source in self.terms.scenario.finance:
            spends_in, spends = self.spends.get(source.id, (None, None))
            if spends_in != year or spends is None:
                continue
            counts = state.raising[planning.row[source.plan]]
            if source.id in firms:
                counts = counts & self.draws.firms[firms[source.id]]
            sums[:, EXECUTED] += spends * counts.sum()

    def table(self) -> pd.DataFrame:
        """One row for each plan, window and year, cents: means over paths."""
        rows = [
            (plan, window, year, *(self.sums[at, row] / self.width).tolist(), self.width)
            for row, (plan, window) in enumerate(self.terms.needs)
            for at, year in enumerate(self.years)
        ]
        return pd.DataFrame(rows, columns=list(PLAN_WINDOWS))
