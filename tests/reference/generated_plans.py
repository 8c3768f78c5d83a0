"""National plans of a small fund: what they need year by year, and who else pays."""

from __future__ import annotations

from typing import Any

from mptf_sim.quantities import money_text
from tests.reference.pen import COUNTRIES, RATES, REGIONS, WINDOWS, Pen


def plans_and_needs(pen: Pen) -> dict[str, Any]:
    """Plans, their needs, and the sources that pay for some of them."""
    plans, needs, finance = [], [], []
    for number in range(pen.choose(0, 1, 1, 2)):
        plan = f"PLAN{number}"
        plans.append(
            {
                "id": plan, "name": plan, "region": pen.choose(*REGIONS), "country": pen.choose(*COUNTRIES),
                "carry_over": pen.choose(*RATES), "status": pen.choose("adopted", "adopted", "costed", "costed", "reviewed", "drafting"),
                "performance": pen.choose("0%", "50%", "50%", "100%", "33.33%"), "capacity": pen.choose("100%", "40%", "1%"),
                "income_per_person": money_text(pen.choose(1, 100_000, 100_000, 123_457)),
            }
        )  # fmt: skip
        if pen.chance(45):
            plans[-1]["absorption_per_year"] = money_text(pen.cents() // pen.choose(1, 2, 4, 10))
        for year in pen.years:
            amounts = {window: pen.need() for window in WINDOWS if pen.chance(70)}
            for window, amount in amounts.items():
                needs.append({"plan": plan, "window": window, "year": year, "amount": money_text(amount)})
            finance += _sources(pen, plan, year, amounts, len(finance))
    return {"plans": plans, "needs": needs, "finance": finance}


def _sources(pen: Pen, plan: str, year: int, needs: dict[str, int], already: int) -> list[dict[str, Any]]:
    """What others give in one year: over all needs, or window by window."""
    cells: list[tuple[str | None, int]] = []
    if needs and pen.chance(25):
        cells.append((None, min(sum(needs.values()) // pen.choose(1, 2, 3), 10**13)))
    elif pen.chance(35):
        cells += [(window, amount // pen.choose(1, 2, 3)) for window, amount in needs.items() if pen.chance(60)]
    return [
        {
            "id": f"source-{already + place}", "plan": plan, "provider": "state budget",
            "status": pen.choose("secured", "secured", "indicative"), "year": year, "amount": money_text(amount),
            "execution": pen.choose("100%", *RATES),
        }
        | ({"window": window} if window else {})
        for place, (window, amount) in enumerate(cells)
    ]  # fmt: skip
