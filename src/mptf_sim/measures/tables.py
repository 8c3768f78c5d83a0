"""A run as tables, for the folder and the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from mptf_sim.books import Books
from mptf_sim.measures import annexes
from mptf_sim.measures.blending import blending
from mptf_sim.measures.breakdown import breakdown
from mptf_sim.measures.funnel import dashboard, funnel
from mptf_sim.measures.kpis import expectations, kpis, paths_table
from mptf_sim.measures.obligations import obligations
from mptf_sim.measures.organisations import organisations
from mptf_sim.measures.plan_measures import plan_measures, plan_status
from mptf_sim.measures.plans import entities, evidence_table, plan_sources
from mptf_sim.measures.review_pack import review_pack
from mptf_sim.measures.statement import statement
from mptf_sim.measures.timeline import distribution_table
from mptf_sim.runs.run import Run
from mptf_sim.runs.tables import RunTables
from mptf_sim.scenario.write import to_yaml


def tables(
    run: Run,
    median: Books,
    deposits: Mapping[tuple[str, int], int],
    manifest: dict[str, Any],
    frontier: pd.DataFrame,
    seen: Mapping[str, pd.DataFrame],
) -> RunTables:
    """All tables of a run.

    Parameters
    ----------
    median : books of the median path, replayed
    deposits : on the median path, by donor and calendar year, cents
    manifest : what the run was, and how
    frontier : approvals against risk over the funding policy
    seen : what a second look found, by the name of the table
    """
    divided, looked = breakdown(run, median), dict(seen)
    service, of_deals = looked.pop("debt_service"), blending(run)
    return RunTables(
        manifest=manifest,
        scenario_text=to_yaml(run.scenario),
        kpis=kpis(run),
        timeline=distribution_table(run),
        statement=statement(run, median),
        obligations=obligations(run),
        paths=paths_table(run),
        frontier=frontier,
        plan_sources=plan_sources(run),
        entities=entities(run),
        evidence=evidence_table(run),
        expectations=expectations(run),
        plan_measures=plan_measures(run, median),
        plan_status=plan_status(run),
        review_pack=review_pack(run),
        organisations=organisations(run, median),
        breakdown=divided,
        funnel=funnel(run),
        pledges=dashboard(run),
        annex_contributors=annexes.contributors(run, deposits),
        annex_organisations=annexes.organisations(run, median),
        annex_programmes=annexes.programmes(run, median),
        annex_cost_categories=annexes.cost_categories(run, divided),
        annex_receivables=annexes.receivables(run, median),
        blending=of_deals | {"debt_service": service} if of_deals else {},
        **looked,
    )
