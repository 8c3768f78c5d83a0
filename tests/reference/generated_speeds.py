"""Programmes of a small fund whose organisations spend at speeds of their own, before the next instalment is due."""

from __future__ import annotations

from typing import Any, NamedTuple

from mptf_sim.quantities import money_text
from tests.reference.pen import PARTS, REGIONS, WINDOWS, Pen

LEVELS = ("programme", "every organisation", "own share")


class Speeds(NamedTuple):
    """Parts of the file that come together."""

    agreements: list[dict[str, Any]]
    organisations: list[dict[str, Any]]
    programmes: list[dict[str, Any]]


def two_speeds(pen: Pen) -> Speeds:
    """In about two funds of three: some organisations have spent enough of the first instalment, others have not.

    A programme runs and has been paid once; its organisations have no limit, differ in pace, and report late or not.
    Whether all wait for all, one waits alone or nobody waits, is what the release level says.
    """
    if not pen.chance(65):
        return Speeds([], [], [])
    carriers = [
        {
            "id": id,
            "name": id,
            "spread": pen.choose("100%", "300%"),
            "late_reports": pen.choose("0%", "0%", "20%", "50%"),
        }
        for id in ("FAST", "SLOW", "SOSO")
    ]
    agreements, programmes = [], []
    for level in pen.random.sample(LEVELS, pen.choose(1, 1, 2)):
        id = level.split()[0]
        agreements.append(_agreement(pen, id, level))
        programmes.append(_programme(pen, id, [one["id"] for one in carriers]))
    return Speeds(agreements, carriers, programmes)


def _agreement(pen: Pen, id: str, level: str) -> dict[str, Any]:
    second = {"share": "50%", "after": pen.choose(1, 2), "threshold": pen.choose("10%", "30%", "50%", "70%")}
    return {
        "id": id,
        "instalments": [{"share": "50%"}, second],
        "delivery": {"pace": pen.choose("30%", "50%", "70%"), "spread": "0%"},
        "release": {"level": level},
        "reporting": {"every": pen.choose(1, 1, 1, 2), "late_by": pen.random.randint(1, 3)},
        "extension": pen.choose(0, 1, 4),
        "financial_closure": pen.random.randint(1, 3),
    }


def _programme(pen: Pen, id: str, carriers: list[str]) -> dict[str, Any]:
    shares = pen.choose(*(each for each in PARTS if "0.01%" not in each))
    return {
        "id": f"S-{id}",
        "name": f"At speeds of their own: {id}",
        "score": 50,
        "budget": money_text(max(pen.cents(), 1)),
        "window": pen.choose(*WINDOWS),
        "region": pen.choose(*REGIONS),
        "duration": pen.choose(2, 3, 4),
        "agreement": id,
        "organisations": dict(zip(sorted(pen.random.sample(carriers, len(shares))), shares, strict=True)),
        "running": {"approved": pen.quarter(-2, -1), "started": pen.quarter(-1, -1), "instalments_paid": 1},
    }
