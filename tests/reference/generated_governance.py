"""The Committee of a small fund: its rule, limits, floors and bars."""

from __future__ import annotations

from typing import Any

from mptf_sim.quantities import money_text
from tests.reference.pen import REGIONS, WINDOWS, Pen


def governance(pen: Pen, plans: dict[str, Any], documents: list[str]) -> dict[str, Any]:
    """When the Committee meets, how it decides, and what reviews change of that."""
    written: dict[str, Any] = {
        "meetings": pen.random.sample(("Q1", "Q2", "Q3", "Q4"), pen.choose(1, 2, 3, 4, 4)),
        "allocation": allocation(pen),
        "limits": limits(pen, [plan["id"] for plan in plans["plans"]]),
    }
    if pen.chance(25):
        bar: dict[str, Any] = {"minimum_score": pen.choose(0, 50, 60)}
        if pen.chance(50):
            bar["markers"] = {"gender": pen.choose(0, 1)}
        written["constituencies"] = [{"id": "donors", "name": "Donors", "bar": bar}]
    written["reviews"] = reviews(pen, documents)
    return written


def reviews(pen: Pen, documents: list[str]) -> list[dict[str, Any]]:
    """Reviews, seldom two in a quarter: new scores, another rule, needs found to be higher or lower."""
    listed = []
    for place, t in enumerate(sorted(pen.random.sample(range(pen.periods), pen.choose(0, 0, 1, 1, 2)))):
        review: dict[str, Any] = {
            "id": f"R{place}",
            "kind": pen.choose("forum", "regional"),
            "quarter": pen.quarter(t, t),
        }
        if review["kind"] == "regional":
            review["region"] = pen.choose(*REGIONS)
        if documents and pen.chance(50):
            review["scores"] = {id: pen.choose(0, 50, 60, 100) for id in pen.some(tuple(documents), 3)}
        if pen.chance(40):
            review["allocation"] = allocation(pen)
        if pen.chance(50):
            review["needs"] = pen.choose("-50%", "2.75%", "7%", "100%" if pen.scale != "huge" else "0%")
        listed.append(review)
    if listed and pen.beside("reviews").chance(30):
        listed.append({"id": "also", "kind": "forum", "quarter": listed[0]["quarter"]})
    return listed


def allocation(pen: Pen) -> dict[str, Any]:
    """A rule, or a rule that serves some regions first."""
    written = rule(pen)
    if (written["kind"] not in ("priority_queue", "priority_score") and pen.chance(60)) or pen.chance(10):
        floors = {region: pen.choose("10%", "20%", "20%", "50%", "7%") for region in pen.some(REGIONS)}
        written = {"kind": "regional_floors", "rule": written, "floors": floors}
    return written


def rule(pen: Pen) -> dict[str, Any]:
    """One of the rules by which documents are chosen."""
    kind = pen.choose("priority_queue", "priority_queue", "priority_score", "priority_score", "pro_rata", "pro_rata",
                      "equal_awards", "equal_awards", "performance_based", "performance_based")  # fmt: skip
    written: dict[str, Any] = {"kind": kind}
    if kind == "priority_score":
        written |= {"thematic_balance": pen.choose(0, 50, 1000), "geographic_balance": pen.choose(0, 50, 1000)}
    if kind in ("priority_queue", "priority_score"):
        written["scale_down_to"] = pen.choose("100%", "50%", "1%", "0%", "0%")
    if kind == "equal_awards":
        written["floor"] = pen.choose("0%", "50%", "33.33%", "100%")
    if kind == "performance_based":
        written |= {
            "need": pen.choose(1, 1, 0, 0.5), "performance": pen.choose(1, 0, 0.125), "capacity": pen.choose(0, 0.5, 1.375),
            "income": pen.choose(-0.125, 0, -1),
        }  # fmt: skip
    return written


def limits(pen: Pen, plans: list[str]) -> dict[str, Any]:
    """Grants no smaller and no larger than this, one programme per country, shares of groups."""
    minimum = pen.choose(0, 0, 1, pen.cents(), pen.cents() // 3)
    written: dict[str, Any] = {"minimum_grant": money_text(minimum)}
    if pen.chance(20):
        written["maximum_grant"] = money_text(max(pen.cents(), minimum, 1))
    if pen.chance(50):
        written["one_active_programme_per_country"] = True
    written["shares"] = [share(pen, f"S{number}", plans) for number in range(pen.choose(0, 1, 1, 2))]
    return written


def share(pen: Pen, id: str, plans: list[str]) -> dict[str, Any]:
    """A floor and a ceiling of a group of programmes; groups may overlap, floors stay within one half each."""
    groups: list[dict[str, Any]] = [
        {"windows": pen.some(WINDOWS)},
        {"regions": pen.some(REGIONS, 1)},
        {"least_developed": True},
        {"markers": {"gender": pen.choose(1, 2)}},
        {"windows": pen.some(WINDOWS), "regions": pen.some(REGIONS, 1)},
        *([{"plans": pen.some(tuple(plans))}] if plans else []),
    ]
    floor, ceiling = pen.choose(
        ("0%", "50%"),
        ("20%", "100%"),
        ("20%", "100%"),
        ("50%", "100%"),
        ("50%", "50%"),
        ("0%", "0%"),
        ("33.33%", "66.67%"),
    )
    return {"id": id, "of": pen.choose(*groups), "floor": floor, "ceiling": ceiling}


def markers(pen: Pen) -> dict[str, int]:
    """Levels of the markers, often none."""
    return {"gender": pen.choose(0, 1, 1, 2), "human_rights": pen.choose(0, 3), "child": 0}
