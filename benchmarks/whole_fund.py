"""The standard fund with every part of the fund model in use: what all of it together costs in time."""

from __future__ import annotations

from typing import Any

from benchmarks.standard_fund import PLANS, REGIONS, standard_fund
from mptf_sim.scenario.scenario import Scenario

OF_DONORS = ("EUR", "GBP", "NOK", "SEK", "DKK", "CHF", "CAD")

File = dict[str, Any]


def whole_fund() -> Scenario:
    """Currencies, pledges, fat tails, shared programmes, late reports, limits, a pipeline, plans that ripen, shocks."""
    file: File = standard_fund().dump()
    _donors(file)
    _organisations(file)
    _plans(file)
    _governance(file)
    file["shocks"] = [
        {"kind": "donor_cut", "donors": ["D05"], "start": "2029-Q1", "end": "2030-Q4", "share": "30%"},
        {"kind": "donor_exit", "donors": ["D20"], "start": "2031-Q1"},
        {
            "kind": "earmarking_wave", "donors": ["D01", "D02", "D04"], "start": "2028-Q1", "share": "30%",
            "earmark": {"windows": ["protection"]},
        },
        {"kind": "exchange_rate_move", "currencies": ["EUR"], "start": "2030-Q1", "change": "-10%"},
        {"kind": "freeze_of_approvals", "start": "2031-Q1", "end": "2031-Q3"},
        {"kind": "delivery_slowdown", "regions": ["africa"], "start": "2028-Q1", "end": "2028-Q4", "share": "30%"},
        {"kind": "needs_surge", "regions": ["americas"], "start": 2030, "share": "50%"},
    ]  # fmt: skip
    return Scenario.model_validate(file)


def _donors(file: File) -> None:
    file["currencies"] = [{"id": one, "rate": "1.1", "volatility": "8%"} for one in OF_DONORS]
    file["exchange_correlation"] = {"common": "50%"}
    for number, donor in enumerate(file["donors"]):
        if number < 2 * len(OF_DONORS):
            donor["currency"] = OF_DONORS[number % len(OF_DONORS)]
        if donor["outlook"]["kind"] == "renewing":
            donor["outlook"] |= {"degrees_of_freedom": 4, "announces": "Q1", "signs": "Q3"}
        donor["conversion"] = "97.5%"
    file["pledges"] = [
        {
            "id": f"pledge-{number}", "donor": f"D{number:02}", "kind": ("financial", "financial", "in kind", "policy")[number % 4],
            "announced": f"{2025 + number}-Q4", "signing": "30%", "lapses_after": 8,
            **(
                {"amount": 900_000, "instalments": [{"share": "50%", "after": 2}, {"share": "50%", "after": 6}]}
                if number % 4 < 3
                else {}
            ),
        }
        for number in range(8)
    ]  # fmt: skip


def _organisations(file: File) -> None:
    for number, organisation in enumerate(file["organisations"]):
        organisation |= (
            {"late_reports": "10%", "spread": "30%", "capacity": "25M"} if number % 2 else {"late_reports": "5%"}
        )
    standard, three_part = file["agreements"]
    standard |= {"reporting": {"every": 2, "late_by": 1}, "extension": 2}
    three_part |= {
        "release": {"level": "own share", "basis": "spent plus committed", "committed": "30%"}, "extension": 4,
    }  # fmt: skip
    for number, programme in enumerate(file["programmes"]):
        if number % 3 == 0:
            first, second = f"ORG{number % 8}", f"ORG{(number + 3) % 8}"
            del programme["organisation"]
            programme["organisations"] = {first: "60%", second: "40%"}
        programme["markers"] = {"gender": number % 4, "human_rights": 2, "child": 1}
    template = {
        "name": "Later programme",
        "organisation": "ORG1",
        "duration": 8,
        "agreement": "standard",
        "budget": 2_000_000,
    }
    file["pipeline"] = {
        "prefix": "LATER", "start": "2030-Q1", "slots_per_year": 6, "preparation": 2,
        "selection": {"concept_note": "80%", "chance": "60%", "after": 1}, "score": {"mean": 70, "spread": 10},
        "templates": [
            template | {"id": f"for-P{plan:02}", "window": "data", "plan": f"P{plan:02}"} for plan in range(0, PLANS, 10)
        ],
    }  # fmt: skip


def _plans(file: File) -> None:
    file["states"] = [
        {"id": f"C{n:02}", "name": f"State {n}", "vote": "yes", "least_developed": n % 3 == 0} for n in range(PLANS)
    ]
    for number, plan in enumerate(file["plans"]):
        plan |= {"inflation": "2%", "contingency": "5%", "performance": f"{50 + number % 5 * 10}%", "capacity": "50%"}
        if number % 3 == 0:
            plan |= {"status": "drafting", "hazards": {"costed": "30%", "adopted": "20%", "reviewed": "10%"}}
        if number % 5 == 0:
            plan["absorption_per_year"] = "3M"
    file["finance"] += [
        {
            "id": f"bond-{number}", "plan": f"P{number:02}", "provider": "diaspora", "status": "indicative", "year": 2029,
            "amount": 500_000, "execution": "80%", "firming": "50%",
        }
        for number in range(0, PLANS, 4)
    ]  # fmt: skip


def _governance(file: File) -> None:
    file["governance"]["limits"] |= {
        "maximum_grant": 2_500_000,
        "shares": [
            {"id": "least-developed", "of": {"least_developed": True}, "floor": "20%"},
            {"id": "protection", "of": {"windows": ["protection"]}, "floor": "10%", "ceiling": "50%"},
        ],
    }
    file["governance"]["constituencies"] = [
        {
            "id": "gender",
            "name": "Gender",
            "bar": {"minimum_score": 45, "markers": {"gender": 1, "human_rights": 0, "child": 0}},
        }
    ]
    file["governance"]["reviews"] = [
        {"id": f"review-{region}", "kind": "regional", "quarter": f"{2028 + row}-Q2", "region": region, "needs": "5%"}
        for row, region in enumerate(REGIONS)
    ]
