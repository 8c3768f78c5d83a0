"""Small funds to compare the engines on: everything a scenario may hold, at the corners where bugs of money live."""

from __future__ import annotations

from typing import Any

from mptf_sim.quantities import money_text
from mptf_sim.scenario.scenario import Scenario
from tests.reference.generated_deals import blended
from tests.reference.generated_giving import giving
from tests.reference.generated_governance import governance
from tests.reference.generated_plans import effects_of_standing, plans_and_needs, shocks_to_plans, sources, states
from tests.reference.generated_programmes import (
    agreement,
    more_documents,
    organisations,
    pipeline,
    programme,
    slowdown_of_delivery,
)
from tests.reference.generated_speeds import two_speeds
from tests.reference.pen import RATES, REGIONS, WINDOWS, Pen


def scenario_file(number: int) -> dict[str, Any]:
    """The scenario file of this number without facilities and deals, always the same."""
    pen = Pen(number)
    plans = plans_and_needs(pen)
    agreements = [agreement(pen, f"terms-{n}") for n in range(pen.random.randint(1, 2))]
    carriers = organisations(pen)
    programmes = [programme(pen, n, plans, agreements, carriers) for n in range(pen.choose(0, 1, 2, 3, 4, 4, 5, 5, 6))]
    programmes += more_documents(pen.beside("documents"), plans, agreements)
    speeds = two_speeds(pen.beside("speeds"))
    agreements, carriers, programmes = (
        agreements + speeds.agreements,
        carriers + speeds.organisations,
        programmes + speeds.programmes,
    )
    pen.random.shuffle(programmes)
    committee = governance(pen, plans, [one["id"] for one in programmes if "ready" in one])
    given = giving(pen.beside("giving"), committee["reviews"])
    fund = _trust_fund(pen, given.pop("cash"), [one["budget"] for one in programmes])
    file = {
        "schema": 1,
        "name": f"Fund {number}",
        "calendar": {"start": str(pen.start), "periods": pen.periods},
        "fund": fund,
        "windows": [{"id": id, "name": id} for id in WINDOWS],
        "regions": [{"id": id, "name": id} for id in REGIONS],
        "states": states(pen),
        "organisations": carriers,
        **given,
        **plans,
        "agreements": agreements,
        "programmes": programmes,
        **pipeline(pen, plans, agreements),
        "common_factors": {
            "slowdown": pen.choose("0%", "0%", "20%", "300%"),
            "coordination_effect": pen.choose("0%", "50%", "100%", "1000%", "1000%"),
        },
        "governance": committee,
        "participation": effects_of_standing(pen),
        "shocks": given["shocks"]
        + shocks_to_plans(pen, plans["plans"])
        + [slowdown_of_delivery(pen) for _ in range(pen.choose(0, 0, 0, 1, 2))],
    }
    return file | {"finance": sources(pen, file)}


def generated(number: int) -> Scenario:
    """The scenario of this number, every other one with deals."""
    return Scenario.model_validate(blended(Pen(number).beside("deals"), scenario_file(number)))


def _trust_fund(pen: Pen, marks: list[Any], asked: list[str]) -> dict[str, Any]:
    cash = [{"earmark": mark, "amount": pen.choose(pen.money(), *asked[:2])} for mark in marks]
    fund: dict[str, Any] = {
        "opening": {"cash": cash},
        "fees": {
            "administrative_agent": pen.choose("1%", "1%", "1%", "0%", "0%", "0%", "2.75%", "33.33%", "100%"),
            "indirect_cost": pen.indirect,
        },
        "funding_policy": pen.choose(
            {"kind": "full_cash"},
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
            # of the largest amounts a share in hundredths of a per cent would not be exact: no run plays such a fund
            "share_of_cash": pen.choose("0%", "5%", "7%", "50%", *(RATES if pen.scale != "huge" else ())),
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
