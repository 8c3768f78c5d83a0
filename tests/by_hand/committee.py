"""A fund small enough to decide on paper: cash, documents, and the Committee's terms; it meets in Q2."""

from __future__ import annotations

from typing import Any

from mptf_sim.engine.replay import replay
from mptf_sim.scenario.scenario import Scenario


def document(id: str, budget: Any, **terms: Any) -> dict[str, Any]:
    """A regional document that is ready at once, unless it says otherwise."""
    regional = {} if "plan" in terms else {"region": "africa"}
    return {
        "id": id, "name": id, "window": "data", "organisation": "IOM", "budget": budget, "ready": "2026-Q1",
        "duration": 4, "agreement": "one", **regional, **terms,
    }  # fmt: skip


def fund(cash: Any, documents: list[dict[str, Any]], governance: dict[str, Any], **parts: Any) -> Scenario:
    """Opening cash alone (or by earmark), no fees that matter, one instalment, two years."""
    opening = cash if isinstance(cash, list) else [{"amount": cash}]
    return Scenario.model_validate(
        {
            "schema": 1,
            "name": "Decided on paper",
            "calendar": {"start": "2026-Q1", "periods": 8},
            "fund": {"opening": {"cash": opening}},
            "windows": [{"id": name, "name": name} for name in ("data", "borders")],
            "regions": [{"id": name, "name": name} for name in ("africa", "europe")],
            "organisations": [{"id": "IOM", "name": "IOM"}],
            "agreements": [{"id": "one", "preparation": 1, "instalments": [{"share": "100%"}]}],
            "programmes": documents,
            "governance": {"meetings": ["Q2"], **governance},
            **parts,
        }
    )  # fmt: skip


def awards(scenario: Scenario, period: str = "2026-Q2") -> dict[str, int]:
    """What was awarded at a meeting, in units of currency."""
    postings = replay(scenario, seed=1, path=0).postings
    return {one.who: one.cents / 100 for one in postings if (one.event, one.period) == ("approvals", period)}


def refused(scenario: Scenario, period: str = "2026-Q2") -> dict[str, tuple[str, float]]:
    """Why documents were refused at a meeting, and what was short in units of currency."""
    reasons = replay(scenario, seed=1, path=0).reasons
    return {
        one.programme: (one.bound, one.short / 100) for one in reasons if (one.event, one.period) == ("refused", period)
    }
