"""What a plan's deals cost those who repay, beside how far its needs are met, against waiting for grants."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from mptf_sim.analysis.plan_windows import NeedsAgain
from mptf_sim.engine.cells import Entries
from mptf_sim.engine.draws import draw
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.run import play
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.fund.finance.default_cluster import DefaultCluster
from mptf_sim.measures.coverage import DEBT_SERVICE, Met, debt_service
from mptf_sim.scenario.scenario import Scenario

PAID = ("borrowers_interest", "borrowers_principal", "borrowers_premiums")


class ServiceAgain:
    """What borrowers of deals pay by plan and year: path by path."""

    def __init__(self, terms: Terms, width: int) -> None:
        assert terms.deals is not None
        self.terms, self.deals = terms, terms.deals
        self.years = sorted({quarter.year for quarter in terms.quarters})
        ids = [plan.id for plan in terms.plans]
        deals = terms.deals.deals
        self.plans = sorted({deal.plan for deal in deals})
        self.rows = [ids.index(plan) for plan in self.plans]
        self.plan_of = np.array([self.plans.index(deal.plan) for deal in deals], dtype=np.intp)
        self.is_state = np.array([deal.borrower is not None and deal.borrower.kind == "sovereign" for deal in deals])
        self.paid = np.zeros((len(self.plans), len(self.years), width))
        self.by_state = np.zeros_like(self.paid)

    def watch(self, t: int, before: FundState, after: FundState, flows: Flows) -> None:
        """One quarter."""
        assert flows.blended is not None
        year = self.years.index(self.terms.quarters[t].year)
        for moved in flows.blended.moved:
            if moved.account in PAID and not isinstance(moved.amounts, Entries):
                np.add.at(self.paid[:, year], self.plan_of[moved.rows], moved.amounts)
                states = self.is_state[moved.rows]
                np.add.at(self.by_state[:, year], self.plan_of[moved.rows[states]], moved.amounts[states])

    def table(self, with_deals: NeedsAgain, waiting: NeedsAgain) -> pd.DataFrame:
        """A row for each plan that has deals and year."""
        here, there = (self._to_date(needs) for needs in (with_deals, waiting))
        rows = [(plan, year) for plan in self.plans for year in self.years]
        flat = (len(rows), -1)
        return debt_service(rows, self.paid.reshape(flat), self.by_state.reshape(flat), here, there)

    def _to_date(self, needs: NeedsAgain) -> Met:
        """Needs, approved finance and delivery of these plans, to the end of each year: (plan and year, path)."""
        count = len(self.years)
        return Met(
            *(
                np.cumsum(one.reshape(count, -1, one.shape[-1])[:, self.rows], axis=0)
                .swapaxes(0, 1)
                .reshape(len(self.rows) * count, -1)
                for one in needs.of_year
            )
        )


def waiting_for_grants(scenario: Scenario) -> Scenario:
    """The same world without its deals, facilities and the programmes that fill them: plans wait for grants of the fund."""
    filling = {facility.programme for facility in scenario.facilities}
    return scenario.replace(
        deals=(),
        facilities=(),
        programmes=tuple(one for one in scenario.programmes if one.id not in filling),
        shocks=tuple(one for one in scenario.shocks if not isinstance(one, DefaultCluster)),
        expect=(),
    )


def needs_while_waiting(scenario: Scenario, width: int, seed: int) -> NeedsAgain:
    """How far needs are met on the same futures, had there been no deals."""
    terms = Terms(waiting_for_grants(scenario))
    draws = draw(terms, seed, 0).paths(0, width)
    needs = NeedsAgain(terms, draws)
    watch: Callable[[int, FundState, FundState, Flows], None] = needs.watch
    play(terms, draws, 0, watch)
    return needs


def nothing_to_serve() -> pd.DataFrame:
    """The same table of a run without deals."""
    return pd.DataFrame(columns=list(DEBT_SERVICE))
