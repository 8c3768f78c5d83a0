"""Small funds whose tables reports are tested with, and tables changed by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from mptf_sim.analysis.answers import tables_of
from mptf_sim.engine.run import simulate
from mptf_sim.runs.tables import RunTables
from mptf_sim.scenario.scenario import Scenario

HOSTILE = "<img src=x onerror=alert(1)>\"'&$x^2$</svg><script>alert(2)</script>{{7*7}}"
"""A name that breaks out of HTML, SVG, attributes, templates and formulas wherever it is not taken as text."""


def world(periods: int = 8, plans: int = 2, donors: int = 2, name: str = "Small fund", label: str = "") -> Scenario:
    """A fund with so many plans and donors, a programme for each plan and window, and one without a plan."""
    countries = range(plans)
    return Scenario.model_validate(
        {
            "schema": 1,
            "name": name,
            "description": label,
            "calendar": {"start": "2026-Q1", "periods": periods},
            "fund": {
                "opening": {"cash": [{"amount": "2M"}]},
                "direct_cost": {"per_year": 100_000},
                "interest": {2026: "2%"},
                "reserve": {"minimum": 200_000},
                "funding_policy": {"kind": "signed", "share": "50%"},
            },
            "sources": [
                {"id": "guess", "kind": "assumed", "owner": f"owner {label}", "reference": f"no record {label}", "covers": ["fund.*"]},
                {"id": "record", "kind": "sourced", "owner": "office", "reference": "https://example.org", "covers": ["governance.*"]},
            ],
            "windows": [{"id": "data", "name": f"Data {label}"}, {"id": "borders", "name": "Borders"}],
            "regions": [{"id": "africa", "name": "Africa"}],
            "donors": [
                {
                    "id": f"D{n}", "name": f"Donor {n} {label}",
                    "outlook": {"kind": "renewing", "gift": 1_000_000 + 500_000 * n, "spread": "50%", "retention": "80%"},
                }
                for n in range(donors)
            ],
            "organisations": [{"id": "IOM", "name": f"Organisation {label}"}],
            "plans": [{"id": f"P{n}", "name": f"Plan {n} {label}", "region": "africa", "country": f"C{n}"} for n in countries],
            "needs": [
                {"plan": f"P{n}", "window": "data", "year": 2026 + year, "amount": 1_000_000 * (n + 1)}
                for n in countries
                for year in range(2)
            ],
            "finance": [
                {"id": f"F{n}-{status}", "plan": f"P{n}", "provider": "bilateral", "status": status, "year": 2026, "amount": 300_000, "execution": "50%"}
                for n in countries
                for status in ("secured", "indicative", "requested")
            ],
            "agreements": [
                {"id": "two-part", "instalments": [{"share": "60%"}, {"share": "40%", "after": 2, "threshold": "70%"}],
                 "delivery": {"pace": "80%", "spread": "50%"}},
            ],
            "programmes": [
                {"id": f"JP{n}", "name": f"Programme {n} {label}", "plan": f"P{n}", "window": "data", "organisation": "IOM",
                 "budget": 800_000 + 100_000 * n, "score": 60, "ready": "2026-Q1", "duration": 4, "agreement": "two-part"}
                for n in countries
            ]
            + [{"id": "JPX", "name": f"Regional {label}", "region": "africa", "countries": ["C9"], "window": "borders", "organisation": "IOM",
                "budget": 900_000, "score": 70, "ready": "2026-Q2", "duration": 4, "agreement": "two-part"}],
            "expect": [{"metric": "deposits", "period": "2026-Q1", "at_most": "90M", "with_probability": "90%"}],
        }
    )  # fmt: skip


@cache
def played(paths: int = 40, **terms: Any) -> RunTables:
    """The tables of a small fund."""
    return tables_of(simulate(world(**terms), paths, seed=3))


EDGES: dict[str, dict[str, Any]] = {
    "one path": {"paths": 1},
    "no plans": {"plans": 0},
    "no donors": {"donors": 0},
    "one quarter": {"periods": 1},
    "nothing at all": {"paths": 1, "plans": 0, "donors": 0, "periods": 1},
}
"""What a report must cope with, by name."""


def timeline(**accounts: list[float]) -> pd.DataFrame:
    """A timeline by hand: each account's cents by quarter from 2026-Q1, the same on every path."""
    rows = [
        {"account": name, "kind": "stock", "scope_kind": "fund", "scope": "", "period": f"{2026 + t // 4}-Q{t % 4 + 1}",
         "unit": "cents", "mean": value, **dict.fromkeys(("p05", "p25", "p50", "p75", "p95"), value), "basis": "every path"}
        for name, values in accounts.items()
        for t, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def with_timeline(tables: RunTables, **accounts: list[float]) -> RunTables:
    """Tables in which these accounts are as stated by hand."""
    kept = tables.timeline[
        ~((tables.timeline["scope_kind"] == "fund") & tables.timeline["account"].isin(list(accounts)))
    ]
    return replace(tables, timeline=pd.concat([timeline(**accounts), kept], ignore_index=True))


def with_kpi(tables: RunTables, metric: str, **values: float) -> RunTables:
    """Tables in which a metric of the fund is as stated by hand."""
    kpis = tables.kpis.copy()
    for name, value in values.items():
        kpis.loc[(kpis["metric"] == metric) & (kpis["scope"] == ""), name] = value
    return replace(tables, kpis=kpis)
