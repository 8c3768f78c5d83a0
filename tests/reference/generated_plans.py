"""National plans of a small fund: how far they are, what they need year by year, and who else pays."""

from __future__ import annotations

from typing import Any

from mptf_sim.quantities import money_text
from mptf_sim.scenario.scenario import Scenario
from tests.reference.needs import needs_by_year
from tests.reference.pen import CHANCES, COUNTRIES, RATES, REGIONS, WINDOWS, Pen
from tests.reference.rounding import by_largest_remainder

STATUSES = ("adopted", "adopted", "costed", "costed", "reviewed", "drafting", "none")
VOTES = ("yes", "no", "abstained", "absent")


def plans_and_needs(pen: Pen) -> dict[str, Any]:
    """Plans and their measures."""
    plans, needs = [], []
    for number in range(pen.choose(0, 1, 1, 2)):
        plans.append(_plan(pen, f"PLAN{number}"))
        for year in pen.years:
            for window in WINDOWS:
                if pen.chance(70):
                    needs += _measures(pen, f"PLAN{number}", window, year)
    return {"plans": plans, "needs": needs}


def _plan(pen: Pen, id: str) -> dict[str, Any]:
    plan: dict[str, Any] = {
        "id": id, "name": id, "region": pen.choose(*REGIONS), "country": pen.choose(*COUNTRIES),
        "carry_over": pen.choose(*RATES), "status": pen.choose(*STATUSES), "coordination": pen.choose(0, 1, 2, 3),
        "performance": pen.choose("0%", "50%", "50%", "100%", "33.33%"), "capacity": pen.choose("100%", "40%", "1%"),
        "income_per_person": money_text(pen.choose(1, 100_000, 100_000, 123_457)),
    }  # fmt: skip
    if pen.chance(60):
        plan["hazards"] = {step: pen.choose(*CHANCES, "90%") for step in ("drafting", "costed", "adopted", "reviewed")}
    if pen.chance(30):
        plan["inflation"] = pen.choose("2.75%", "7%", "33.33%", "100%" if pen.scale != "huge" else "1%")
    if pen.chance(30):
        plan["contingency"] = pen.choose("2.75%", "7%", "33.33%", "100%")
    if pen.chance(45):
        plan["absorption_per_year"] = money_text(pen.cents() // pen.choose(1, 2, 4, 10))
    return plan


def _measures(pen: Pen, plan: str, window: str, year: int) -> list[dict[str, Any]]:
    """What a plan does in one window and year: one measure, or two that are told apart by who carries them out."""
    measures = []
    for ministry in pen.choose(("interior",), ("interior",), ("interior", "labour")):
        measure: dict[str, Any] = {"plan": plan, "window": window, "year": year, "ministry": ministry}
        measure["amount"] = money_text(pen.need())
        if pen.chance(20):
            measure["overlap"] = pen.choose(
                *RATES, [{"share": "33.33%"}, {"parent": "development plan", "share": "50%"}]
            )
        measures.append(measure)
    return measures


def sources(pen: Pen, file: dict[str, Any]) -> list[dict[str, Any]]:
    """Who else pays: over all needs of a plan and year or window by window, never more than falls due."""
    due = needs_by_year(Scenario.model_validate(file))
    listed: list[dict[str, Any]] = []
    for plan in sorted({plan for plan, _ in due}):
        for year in pen.years:
            left = {window: due[plan, window][year] for of, window in due if of == plan and year in due[plan, window]}
            if left and pen.chance(25):
                amount = min(sum(left.values()) // pen.choose(1, 2, 3), 10**13)
                parts = by_largest_remainder(amount, list(left.values()))
                left = {window: left[window] - part for window, part in zip(left, parts, strict=True)}
                listed.append(_source(pen, plan, year, amount, len(listed)))
            for window in left:
                for _ in range(pen.choose(0, 0, 0, 1, 1, 2)):
                    amount = min(left[window] // pen.choose(1, 2, 3), 10**13)
                    left[window] -= amount
                    listed.append(_source(pen, plan, year, amount, len(listed)) | {"window": window})
    return listed


def _source(pen: Pen, plan: str, year: int, amount: int, number: int) -> dict[str, Any]:
    source: dict[str, Any] = {
        "id": f"source-{number}", "plan": plan, "provider": "state budget", "year": year, "amount": money_text(amount),
        "status": pen.choose("secured", "secured", "indicative", "indicative", "requested"),
        "execution": pen.choose("100%", *RATES),
    }  # fmt: skip
    if source["status"] == "indicative":
        source["firming"] = pen.choose(*CHANCES)
    return source


def states(pen: Pen) -> list[dict[str, Any]]:
    """States, how they voted, and which of them champion the Compact."""
    return [
        {"id": id, "name": id, "least_developed": id == "AAA", "champion": pen.chance(30)}
        | ({"vote": pen.choose(*VOTES)} if pen.chance(75) else {})
        for id in COUNTRIES
    ]


def effects_of_standing(pen: Pen) -> dict[str, Any]:
    """What a State's standing changes: mostly nothing."""
    if not pen.chance(35):
        return {}
    return {"effects": {name: pen.choose("100%", "0%", "50%", "150%", "1000%") for name in (*VOTES, "champion")}}


def shocks_to_plans(pen: Pen, plans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Needs that surge, and States that join."""
    shocks: list[dict[str, Any]] = []
    for _ in range(pen.choose(0, 0, 1, 1, 2)):
        start = pen.choose(*pen.years)
        surge: dict[str, Any] = {"kind": "needs_surge", "start": start}
        surge["share"] = pen.choose("50%", "2.75%", "33.33%", "1000%" if pen.scale != "huge" else "7%")
        if pen.chance(50):
            surge["end"] = start + pen.choose(0, 0, 1)
        if plans and pen.chance(40):
            surge["plans"] = pen.some(tuple(plan["id"] for plan in plans), 1)
        if pen.chance(40):
            surge["regions"] = pen.some(REGIONS, 1)
        shocks.append(surge)
    countries = tuple(sorted({plan["country"] for plan in plans}))
    if countries and pen.chance(40):
        joins = {"kind": "state_joins", "states": pen.some(countries), "start": pen.quarter(-1, pen.periods - 1)}
        shocks.append(joins | {"status": pen.choose("drafting", "costed", "costed", "adopted", "reviewed")})
    return shocks
