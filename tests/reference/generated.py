"""Small funds to compare the engines on: everything a scenario may hold, at the corners where bugs of money live."""

from __future__ import annotations

from typing import Any

from mptf_sim.quantities import Quarter, money_text
from mptf_sim.scenario.scenario import Scenario
from tests.reference.generated_governance import governance
from tests.reference.generated_plans import effects_of_standing, plans_and_needs, shocks_to_plans, sources, states
from tests.reference.generated_programmes import agreement, organisations, pipeline, programme, slowdown_of_delivery
from tests.reference.pen import CHANCES, COUNTRIES, RATES, REGIONS, WINDOWS, Pen


def scenario_file(number: int) -> dict[str, Any]:
    """The scenario file of this number, always the same."""
    pen = Pen(number)
    plans = plans_and_needs(pen)
    agreements = [agreement(pen, f"terms-{n}") for n in range(pen.random.randint(1, 2))]
    carriers = organisations(pen)
    donors = [_donor(pen, f"D{n}") for n in range(pen.random.randint(1, 3))]
    marks = [pen.choose("none", _earmark(pen), _earmark(pen)) for _ in range(pen.random.randint(0, 3))]
    programmes = [programme(pen, n, plans, agreements, carriers) for n in range(pen.choose(0, 1, 2, 3, 4, 4, 5, 5, 6))]
    pen.random.shuffle(donors)
    pen.random.shuffle(programmes)
    file = {
        "schema": 1,
        "name": f"Fund {number}",
        "calendar": {"start": str(pen.start), "periods": pen.periods},
        "fund": _trust_fund(pen, marks),
        "windows": [{"id": id, "name": id} for id in WINDOWS],
        "regions": [{"id": id, "name": id} for id in REGIONS],
        "states": states(pen),
        "organisations": carriers,
        "donors": donors,
        **plans,
        "agreements": agreements,
        "programmes": programmes,
        **pipeline(pen, plans, agreements),
        "common_factors": {
            "slowdown": pen.choose("0%", "0%", "20%", "300%"),
            "coordination_effect": pen.choose("0%", "50%", "100%", "1000%", "1000%"),
        },
        "governance": governance(pen, plans, [one["id"] for one in programmes if "ready" in one]),
        "participation": effects_of_standing(pen),
        "shocks": _shocks(pen, [donor["id"] for donor in donors])
        + shocks_to_plans(pen, plans["plans"])
        + [slowdown_of_delivery(pen) for _ in range(pen.choose(0, 0, 0, 1, 2))],
    }
    return file | {"finance": sources(pen, file)}


def generated(number: int) -> Scenario:
    """The scenario of this number."""
    return Scenario.model_validate(scenario_file(number))


def _earmark(pen: Pen) -> dict[str, Any]:
    field, values = pen.choose(("windows", WINDOWS), ("regions", REGIONS), ("countries", COUNTRIES))
    mark = {pen.choose("", "", "not_") + field: pen.some(values)}
    if pen.chance(20):
        mark |= {"not_countries": pen.some(COUNTRIES, 1)}
    return mark


def _donor(pen: Pen, id: str) -> dict[str, Any]:
    donor: dict[str, Any] = {"id": id, "name": id, "earmark": _earmark(pen) if pen.chance(65) else "none"}
    if pen.chance(50):
        donor |= {"default": pen.choose(*CHANCES), "conversion": pen.choose("100%", *RATES)}
        donor["delay"] = {"chance": pen.choose(*CHANCES), "quarters": pen.random.randint(0, 3)}
    if pen.chance(60):
        return donor | {"outlook": {"kind": "scheduled", "instalments": _instalments(pen)}}
    signs = pen.random.randint(1, 4)
    if pen.chance(50):
        donor["deposit_quarter"] = f"Q{pen.random.randint(signs, 4)}"
    donor["outlook"] = {
        "kind": "renewing",
        "gift": pen.money(),
        "growth": pen.choose("0%", "-50%", "2.5%", "100%") if pen.scale != "huge" else "0%",
        "spread": pen.choose("0%", "40%", "100%") if pen.scale != "huge" else "0%",
        "persistence": pen.choose("0%", "60%", "100%"),
        "common_share": pen.choose("0%", "30%", "100%"),
        "retention": pen.choose("100%", *CHANCES),
        "comeback": pen.choose(*CHANCES),
        "gave_last_year": pen.chance(50),
        "signs": f"Q{signs}",
    }
    return donor


def _instalments(pen: Pen) -> list[dict[str, Any]]:
    instalments = []
    for _ in range(pen.random.randint(0, 5)):
        due = pen.random.randint(0, pen.periods)
        instalment = {"due": str(Quarter.at(pen.start.ordinal + due)), "amount": pen.money()}
        if pen.chance(60):
            instalment["signed"] = pen.quarter(-1, due)
        instalments.append(instalment)
    return instalments


def _trust_fund(pen: Pen, marks: list[Any]) -> dict[str, Any]:
    fund: dict[str, Any] = {
        "opening": {"cash": [{"earmark": mark, "amount": pen.money()} for mark in marks]},
        "fees": {
            "administrative_agent": pen.choose("1%", "1%", "1%", "1%", "0%", "2.75%", "33.33%", "100%"),
            "indirect_cost": pen.indirect,
        },
        "funding_policy": pen.choose(
            {"kind": "full_cash"},
            {"kind": "signed", "share": "100%"},
            {"kind": "signed", "share": pen.choose("100%", "100%", "50%", *RATES)},
            {"kind": "rolling", "quarters": 0},
            {"kind": "rolling", "quarters": pen.choose(0, 0, 0, 1, 1, 2, 4, 6)},
        ),
        "reporting_lag": pen.random.randint(1, 2),
    }
    if pen.chance(35):
        fund["reserve"] = {
            "share_of_cash": pen.choose("0%", "5%", "7%", "50%", *RATES),
            "minimum": pen.choose("0", money_text(pen.cents() // 5)),
        }
    if pen.chance(40):
        fund["direct_cost"] = {"per_year": money_text(pen.cents() // 4), "quarter": f"Q{pen.random.randint(1, 4)}"}
    if pen.chance(50):
        fund["interest"] = {
            pen.random.randint(2025, 2027): pen.choose("3%", "0%", "2.75%", "100%")
            for _ in range(pen.random.randint(0, 2))
        }
    return fund


def _shocks(pen: Pen, donors: list[str]) -> list[dict[str, Any]]:
    shocks = []
    for _ in range(pen.choose(0, 0, 1, 2)):
        start = pen.random.randint(-2, pen.periods)
        shock: dict[str, Any] = {"start": str(Quarter.at(pen.start.ordinal + start))}
        if pen.chance(65):
            shock |= {"kind": "donor_cut", "share": pen.choose(*RATES)}
            if pen.chance(50):
                shock["end"] = str(Quarter.at(pen.start.ordinal + start + pen.random.randint(0, 4)))
            if pen.chance(50):
                shock["donors"] = pen.some(tuple(donors))
        elif pen.chance(40):
            shock |= {"kind": "freeze_of_approvals"}
            if pen.chance(70):
                shock["end"] = str(Quarter.at(pen.start.ordinal + start + pen.random.randint(0, 3)))
        else:
            shock |= {"kind": "donor_exit", "donors": pen.some(tuple(donors))}
        shocks.append(shock)
    return shocks
