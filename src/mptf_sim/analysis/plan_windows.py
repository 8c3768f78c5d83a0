"""Plans window by window and year by year: needs, approved finance, delivery, of the fund, of deals and of others."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from mptf_sim.engine.cells import Entries, Groups, Rows
from mptf_sim.engine.deal_flows import BlendedFlows
from mptf_sim.engine.draws import Draws
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.measures.coverage import Met, coverage_by
from mptf_sim.quantities import Array
from mptf_sim.scenario.needs import amounts_due, needs_by_year, spread_over_needs

PLAN_WINDOWS = (
    "plan", "window", "year", "need_mean_cents", "secured_mean_cents", "awarded_mean_cents", "deal_finance_mean_cents",
    "executed_mean_cents", "delivered_mean_cents", "deal_delivery_mean_cents", "of_paths",
)  # fmt: skip

NEED, SECURED, AWARDED, FINANCED, EXECUTED, DELIVERED, BY_DEALS = range(7)
APPROVED, SPENT = (SECURED, AWARDED, FINANCED), (EXECUTED, DELIVERED, BY_DEALS)
OF_DEALS = {"deal_finance": FINANCED, "deal_delivery": BY_DEALS}


class NeedsAgain:
    """Sums over paths by year and need (plan x window); path by path, needs over the calendar and plans by year."""

    def __init__(self, terms: Terms, draws: Draws) -> None:
        self.terms, self.draws = terms, draws
        self.width = draws.slowdown.shape[1]
        self.years = sorted({quarter.year for quarter in terms.quarters})
        count, plans = len(terms.needs), len(terms.plans)
        self.sums = np.zeros((len(self.years), count, 7))
        self.met = Met(*np.zeros((3, count, self.width)))
        self.of_year = Met(*np.zeros((3, plans * len(self.years), self.width)))
        self.parts_of_need = Groups(terms.programme_need[terms.layout.part_programme], count)
        self.programmes_of_need = Groups(terms.programme_need, count)
        self.spends = self._spends()
        self.objectives, self.objective_shares = self._objectives()
        self.due_of_objective = np.zeros((len(self.objectives), self.width))

    def _spends(self) -> dict[str, tuple[int, Rows, Array]]:
        """What each source of others spends if it counts: its year, the needs it meets, and cents of each."""
        planning, by_year = self.terms.planning, needs_by_year(self.terms.scenario)
        found = {}
        for source in self.terms.scenario.finance:
            if source.year in self.years and source.may_count:
                parts = spread_over_needs(source, by_year[source.plan, source.year]).items()
                cells = np.array([planning.cell[source.plan, window] for window, _ in parts], dtype=np.intp)
                spends = np.array([source.execution.of_cents(amount) for _, amount in parts], dtype=np.float64)
                found[source.id] = source.year, cells, spends
        return found

    def _objectives(self) -> tuple[list[tuple[int, str]], dict[int, list[tuple[int, int, float]]]]:
        """Each need and objective that its measures state; and by year, of what falls due of a need, their shares."""
        due: dict[tuple[int, int, str], int] = defaultdict(int)
        scenario = self.terms.scenario
        for need, amount in zip(scenario.needs, amounts_due(scenario), strict=True):
            if need.year in self.years:
                due[need.year, self.terms.planning.cell[need.plan, need.window], need.objective or ""] += amount
        whole: dict[tuple[int, int], int] = defaultdict(int)
        for (year, cell, _), amount in due.items():
            whole[year, cell] += amount
        rows = sorted({(cell, objective) for _, cell, objective in due})
        place = {row: number for number, row in enumerate(rows)}
        shares: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
        for (year, cell, objective), amount in due.items():
            if amount:
                shares[year].append((place[cell, objective], cell, amount / whole[year, cell]))
        return rows, shares

    def watch(self, t: int, before: FundState, after: FundState, flows: Flows) -> None:
        """One quarter."""
        year = self.terms.quarters[t].year
        if flows.plans.due is not None and flows.plans.secured is not None:
            self._enter(year, NEED, flows.plans.due)
            self._enter(year, SECURED, flows.plans.secured)
            self._executed(year, after)
            for row, cell, share in self.objective_shares.get(year, ()):
                self.due_of_objective[row] += share * flows.plans.due[cell]
        awarded = flows.decisions.awards_direct.by(self.programmes_of_need)
        freed = flows.delivered.freed.by(self.programmes_of_need)
        self._enter(year, AWARDED, awarded - freed)
        self._enter(year, DELIVERED, flows.delivered.direct.by(self.parts_of_need))
        if flows.blended is not None:
            self._deals(year, flows.blended)

    def _enter(self, year: int, what: int, amounts: Array, cells: Rows | None = None) -> None:
        """Amounts of every need, or of some: (need, path)."""
        at = np.arange(len(self.terms.needs)) if cells is None else cells
        number = self.years.index(year)
        np.add.at(self.sums[number, :, what], at, amounts.sum(axis=1))
        column = 0 if what == NEED else 1 if what in APPROVED else 2
        plan_of = self.terms.planning.need_plan[at] + number * len(self.terms.plans)
        np.add.at(self.met[column], at, amounts)
        np.add.at(self.of_year[column], plan_of, amounts)

    def _executed(self, year: int, state: FundState) -> None:
        """What others spend this year, wherever the plan raises needs: of secured sources, of indicative ones if they firm."""
        planning = self.terms.planning
        firms = {source.id: row for row, source in enumerate(planning.unsure)}
        bonds = {one.id: row for row, one in enumerate(planning.bonds)}
        for source in self.terms.scenario.finance:
            spends_in, cells, spends = self.spends.get(source.id, (None, None, None))
            if spends_in != year or cells is None or spends is None:
                continue
            counts = state.raising[planning.row[source.plan]]
            if source.id in firms:
                counts = counts & self.draws.firms[firms[source.id]]
            of_path = self._of_bond(bonds[source.id], spends) if source.id in bonds else spends[:, None]
            self._enter(year, EXECUTED, of_path * counts, cells)

    def _of_bond(self, row: int, spends: Array) -> Array:
        """What is spent of what was bought, shared over its needs as its target would be: (need, path), cents."""
        spent = np.rint(self.draws.raised[row] * self.terms.planning.bonds[row].executes[-1])
        running = np.cumsum(spends) / max(spends.sum(), 1.0)
        return np.diff(np.rint(np.outer(running, spent)), axis=0, prepend=0.0)

    def _deals(self, year: int, flows: BlendedFlows) -> None:
        """What deals that closed finance of needs, and what of it is drawn and invested."""
        assert self.terms.deals is not None
        for moved in flows.moved:
            if moved.account in OF_DEALS and not isinstance(moved.amounts, Entries):
                self._enter(year, OF_DEALS[moved.account], moved.amounts, self.terms.deals.need[moved.rows])

    def table(self) -> pd.DataFrame:
        """One row for each plan, window and year, cents: means over paths."""
        rows = [
            (plan, window, year, *(self.sums[at, row] / self.width).tolist(), self.width)
            for row, (plan, window) in enumerate(self.terms.needs)
            for at, year in enumerate(self.years)
        ]
        return pd.DataFrame(rows, columns=list(PLAN_WINDOWS))

    def coverage(self) -> pd.DataFrame:
        """Coverage and gaps with their errors: by window, objective, plan, plan and window, plan and year."""
        needs, plans = self.terms.needs, [plan.id for plan in self.terms.plans]
        windows = sorted({window for _, window in needs})
        whole = self.met.add_up(self.terms.planning.need_plan.tolist(), len(plans))
        by_window = self.met.add_up([windows.index(window) for _, window in needs], len(windows))
        years = [(str(year), plan) for year in self.years for plan in plans]
        tables = [
            coverage_by("window", [(window, "") for window in windows], by_window),
            self._by_objective(),
            coverage_by("plan", [(plan, plan) for plan in plans], whole),
            coverage_by("plan and window", [(window, plan) for plan, window in needs], self.met),
            coverage_by("plan and year", years, self.of_year),
        ]
        kept = [table for table in tables if len(table)] or tables[:1]
        return pd.concat(kept, ignore_index=True)

    def _by_objective(self) -> pd.DataFrame:
        """What is approved and delivered of a need is shared, notionally, over objectives as what fell due of it is."""
        cells = [cell for cell, _ in self.objectives]
        names = sorted({objective for _, objective in self.objectives})
        due = self.met.need[cells]
        share = np.divide(self.due_of_objective, due, out=np.zeros_like(due), where=due > 0)
        shared = Met(self.due_of_objective, share * self.met.approved[cells], share * self.met.delivered[cells])
        groups = [names.index(objective) for _, objective in self.objectives]
        return coverage_by("objective", [(name, "") for name in names], shared.add_up(groups, len(names)))
