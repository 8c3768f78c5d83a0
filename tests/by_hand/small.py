"""Funds small enough to be played on paper, and what the engine says of them."""

from __future__ import annotations

from typing import Any

from mptf_sim.books import account
from mptf_sim.engine.replay import Replay, replay
from mptf_sim.scenario.scenario import Scenario

WINDOWS = ("borders", "data", "protection")


def fund(**parts: Any) -> Scenario:
    """A fund of one year that takes no fee and earns no interest, unless said otherwise."""
    terms = {"fees": {"administrative_agent": "0%", "indirect_cost": "0%"}} | parts.pop("fund", {})
    scenario = {
        "schema": 1,
        "name": "By hand",
        "calendar": {"start": "2026-Q1", "periods": 4},
        "fund": terms,
        "windows": [{"id": id, "name": id} for id in WINDOWS],
        "regions": [{"id": "africa", "name": "Africa"}, {"id": "europe", "name": "Europe"}],
        "states": [{"id": "KEN", "name": "Kenya"}],
        "organisations": [{"id": "IOM", "name": "IOM"}],
        "agreements": [agreement()],
        "governance": {"meetings": ["Q1", "Q2", "Q3", "Q4"]},
    }
    return Scenario.model_validate(scenario | parts)


def cash(amount: Any, **earmark: list[str]) -> dict[str, Any]:
    """Opening cash, under an earmark if one is given."""
    return {"amount": amount, "earmark": earmark or "none"}


def donor(
    id: str, *instalments: tuple[str, Any], earmark: dict[str, Any] | None = None, **terms: Any
) -> dict[str, Any]:
    """A donor with instalments (quarter, amount) that were signed before the calendar."""
    dated = [{"due": due, "amount": amount} for due, amount in instalments]
    outlook = {"kind": "scheduled", "instalments": dated}
    return {"id": id, "name": id, "earmark": earmark or "none", "outlook": outlook} | terms


def agreement(*instalments: dict[str, Any], **terms: Any) -> dict[str, Any]:
    """Terms with one instalment, paid at once and spent at once, unless said otherwise."""
    listed = list(instalments) or [{"share": "100%"}]
    return {"id": "terms", "preparation": 0, "instalments": listed, "extension": 0, "financial_closure": 1} | terms


def programme(id: str, budget: Any, window: str = "data", **terms: Any) -> dict[str, Any]:
    """A regional document, ready from the start, for eight quarters."""
    return {
        "id": id, "name": id, "budget": budget, "window": window, "region": "africa", "organisation": "IOM",
        "ready": "2026-Q1", "duration": 8, "agreement": "terms",
    } | terms  # fmt: skip


def of_plan(id: str, budget: Any, window: str = "data", **terms: Any) -> dict[str, Any]:
    """A document that serves the plan of `plan_with`."""
    document = programme(id, budget, window, plan="KEN-plan", **terms)
    del document["region"]
    return document


def plan_with(*needs: tuple[int, Any], carry_over: str = "100%") -> dict[str, Any]:
    """One plan with needs (year, amount) for data."""
    return {
        "plans": [{"id": "KEN-plan", "name": "Plan", "region": "africa", "country": "KEN", "carry_over": carry_over}],
        "needs": [{"plan": "KEN-plan", "window": "data", "year": year, "amount": amount} for year, amount in needs],
    }


class Result:
    """One path of a small fund, in cents: events by quarter, accounts by quarter."""

    def __init__(self, scenario: Scenario, seed: int = 1, path: int = 0) -> None:
        self.replay: Replay = replay(scenario, seed, path)

    def of(self, event: str, who: str = "") -> dict[str, int]:
        """What was posted, quarter by quarter."""
        found: dict[str, int] = {}
        for one in self.replay.postings:
            if (one.event, one.who) == (event, who):
                found[one.period] = found.get(one.period, 0) + one.cents
        return found

    def by_entity(self, event: str) -> dict[str, int]:
        """What was posted over the whole calendar, entity by entity."""
        totals: dict[str, int] = {}
        for one in self.replay.postings:
            if one.event == event:
                totals[one.who] = totals.get(one.who, 0) + one.cents
        return totals

    def account(self, name: str) -> list[int]:
        """An account at every quarter."""
        values: list[int] = account(self.replay.books, name)[:, 0].tolist()
        return values


def approved(scenario: Scenario) -> list[tuple[str, str, int]]:
    """Every approval of one path: quarter, programme, cents."""
    postings = Result(scenario).replay.postings
    return [(one.period, one.who, one.cents) for one in postings if one.event == "approvals"]
