"""The tables of a run: all that a report, a figure or a reader of the run folder may know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class RunTables:
    """A run as tidy tables; money in int64 cents where a column's name or `unit` says cents.

    Every figure and page is drawn from these alone, so a report can be made again from the folder.
    """

    manifest: dict[str, Any]
    scenario_text: str  # the scenario as run, flattened, YAML
    kpis: pd.DataFrame
    timeline: pd.DataFrame
    statement: pd.DataFrame
    obligations: pd.DataFrame
    paths: pd.DataFrame
    frontier: pd.DataFrame
    refusals: pd.DataFrame
    floors: pd.DataFrame
    plan_sources: pd.DataFrame
    entities: pd.DataFrame
    evidence: pd.DataFrame
    expectations: pd.DataFrame
    plan_measures: pd.DataFrame
    plan_status: pd.DataFrame
    review_pack: pd.DataFrame
    organisations: pd.DataFrame
    breakdown: pd.DataFrame
    funnel: pd.DataFrame
    pledges: pd.DataFrame
    documents: pd.DataFrame
    unspent: pd.DataFrame
    plan_windows: pd.DataFrame
    plan_coverage: pd.DataFrame
    annex_contributors: pd.DataFrame
    annex_organisations: pd.DataFrame
    annex_programmes: pd.DataFrame
    annex_cost_categories: pd.DataFrame
    annex_receivables: pd.DataFrame
    blending: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Tables of deals by name, all of `BLENDING`; none of a run without deals."""

    FRAMES: ClassVar[tuple[str, ...]] = (
        "kpis", "timeline", "statement", "obligations", "paths", "frontier", "refusals", "floors", "plan_sources", "entities",
        "evidence", "expectations", "plan_measures", "plan_status", "review_pack", "organisations",
        "breakdown", "funnel", "pledges", "documents", "unspent", "plan_windows", "plan_coverage",
        "annex_contributors", "annex_organisations", "annex_programmes", "annex_cost_categories", "annex_receivables",
    )  # fmt: skip
    BLENDING: ClassVar[tuple[str, ...]] = (
        "capital_stack", "deals", "facilities", "guarantees", "leverage", "sources_of_plans", "debt_service",
    )  # fmt: skip
