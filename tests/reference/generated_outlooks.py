"""What the donors of a small fund are expected to do, outlook by outlook."""

from __future__ import annotations

from typing import Any

from mptf_sim.quantities import Quarter
from tests.reference.pen import CHANCES, Pen


def outlook(pen: Pen, reviews: list[str]) -> dict[str, Any]:
    """An outlook, and when the donor deposits; at reviews only where there are some."""
    if pen.chance(45):
        return {"outlook": {"kind": "scheduled", "instalments": _instalments(pen)}}
    if reviews and pen.chance(35):
        return {"outlook": _at_reviews(pen, reviews)}
    signs = pen.random.randint(1, 4)
    growth = pen.choose("0%", "-50%", "2.5%", "100%") if pen.scale != "huge" else "0%"
    terms = {"growth": growth, "signs": f"Q{signs}"}
    if pen.chance(50):
        terms["announces"] = f"Q{pen.random.randint(1, signs)}"
    terms |= _bootstrap(pen) if pen.chance(35) else _renewing(pen)
    deposits = {"deposit_quarter": f"Q{pen.random.randint(signs, 4)}"} if pen.chance(50) else {}
    return {"outlook": terms, **deposits}


def _instalments(pen: Pen) -> list[dict[str, Any]]:
    instalments = []
    for _ in range(pen.random.randint(0, 5)):
        due = pen.random.randint(-1, pen.periods)
        instalment = {"due": str(Quarter.at(pen.start.ordinal + due)), "amount": pen.money()}
        if pen.chance(60):
            signed = pen.random.randint(-1, due)
            instalment["signed"] = pen.quarter(signed, signed)
            if pen.chance(50):
                instalment["announced"] = pen.quarter(pen.choose(-10, -1), signed)
        instalments.append(instalment)
    return instalments


def _renewing(pen: Pen) -> dict[str, Any]:
    terms = {
        "kind": "renewing",
        "gift": pen.money(),
        "spread": pen.choose("0%", "40%", "100%") if pen.scale != "huge" else "0%",
        "persistence": pen.choose("0%", "60%", "100%"),
        "common_share": pen.choose("0%", "30%", "100%"),
        "retention": pen.choose("100%", *CHANCES),
        "comeback": pen.choose(*CHANCES),
        "gave_last_year": pen.chance(50),
    }
    if pen.chance(40):
        terms["degrees_of_freedom"] = pen.choose(3, 4, 30)
    return terms


def _bootstrap(pen: Pen) -> dict[str, Any]:
    return {"kind": "bootstrap", "series": "record", "block": pen.choose(1, 2, 3)}


def _at_reviews(pen: Pen, reviews: list[str]) -> dict[str, Any]:
    return {
        "kind": "at_reviews",
        "reviews": pen.choose("all", *reviews),
        "chance": pen.choose("100%", *CHANCES),
        "amount": pen.money(),
        "spread": pen.choose("0%", "40%") if pen.scale != "huge" else "0%",
        "signed_after": pen.choose(0, 0, 1, 3),
        "deposited_after": pen.choose(0, 0, 1, 2),
    }
