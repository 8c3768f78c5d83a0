"""Who and what a run is about: entities by name, other sources of plans, evidence behind every number."""

from __future__ import annotations

import pandas as pd

from mptf_sim.runs.run import Run
from mptf_sim.scenario.provenance import evidence

SOURCE_COLUMNS = ("plan", "year", "provider", "status", "planned_cents", "executed_cents")


def plan_sources(run: Run) -> pd.DataFrame:
    """Sources of plans by year, provider and status, planned and executed, with the fund's awards beside them.

    Secured, indicative and requested finance are different things: never add them up.
    """
    years = set(run.axes.years)
    rows = [
        (one.plan, one.year, one.provider, one.status, one.amount, one.execution.of_cents(one.amount))
        for one in run.scenario.finance
        if one.year in years
    ]
    table = pd.DataFrame(rows, columns=list(SOURCE_COLUMNS))
    keys = ["plan", "year", "provider", "status"]
    return table.groupby(keys, as_index=False, sort=True).sum()


def evidence_table(run: Run) -> pd.DataFrame:
    """Every number of the scenario: sourced, calibrated, assumed, or without a label."""
    rows = [
        (
            one.field,
            one.value,
            *(
                (one.source.kind, one.source.id, one.source.owner, one.source.reference)
                if one.source
                else ("unlabelled", "", "", "")
            ),
        )
        for one in evidence(run.scenario.model_dump(mode="json"), run.scenario.sources)
    ]
    return pd.DataFrame(rows, columns=["field", "value", "kind", "source", "owner", "reference"])


ENTITY_COLUMNS = (
    "kind",
    "id",
    "name",
    "plan",
    "window",
    "region",
    "country",
    "organisation",
    "earmark",
    "budget_cents",
    "need_cents",
)


def entities(run: Run) -> pd.DataFrame:
    """Donors, plans, programmes, windows and regions by id, with the name people know and what they belong to."""
    scenario = run.scenario
    plans = {plan.id: plan for plan in scenario.plans}
    needs = {plan: round(int(run.columns[f"needs:{plan}"].sum()) / run.paths) for plan in run.axes.plans}
    rows: list[dict[str, object]] = []
    rows += [{"kind": "donor", "id": one.id, "name": one.name, "earmark": one.earmark.label} for one in scenario.donors]
    rows += [{"kind": "window", "id": one.id, "name": one.name} for one in scenario.windows]
    rows += [{"kind": "region", "id": one.id, "name": one.name} for one in scenario.regions]
    rows += [{"kind": "organisation", "id": one.id, "name": one.name} for one in scenario.organisations]
    rows += [
        {
            "kind": "plan",
            "id": one.id,
            "name": one.name,
            "region": one.region,
            "country": one.country,
            "need_cents": needs[one.id],
        }
        for one in scenario.plans
    ]
    for one in scenario.all_programmes:
        plan = plans[one.plan] if one.plan else None
        rows.append(
            {
                "kind": "programme", "id": one.id, "name": one.name, "plan": one.plan or "", "window": one.window,
                "region": plan.region if plan else one.region, "country": plan.country if plan else ", ".join(one.countries),
                "organisation": ", ".join(one.parts), "budget_cents": one.budget,
            }
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(ENTITY_COLUMNS), dtype=object)
    amounts = ["budget_cents", "need_cents"]
    table[amounts] = table[amounts].fillna(0).astype("int64")
    words = [name for name in ENTITY_COLUMNS if name not in amounts]
    table[words] = table[words].fillna("").astype("str")
    return table
