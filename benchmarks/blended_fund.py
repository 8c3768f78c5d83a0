"""The standard fund with 50 deals of its plans, under four facilities: what blending costs in time."""

from __future__ import annotations

from typing import Any

from benchmarks.standard_fund import PLANS, WINDOWS, standard_fund
from mptf_sim.scenario.scenario import Scenario

FACILITIES, DEALS = 4, 50

RECOVERY = {"high": "95%", "low": "20%", "chance": "70%", "after": 8}


def blended_fund() -> Scenario:
    """Of five deals two are loans to a State under a buy-down, two guaranteed pools of enterprises, one a granular pool."""
    file = standard_fund().dump()
    file["programmes"] += [
        {
            "id": f"FILL{n}", "name": f"Facility {n}", "region": "africa", "window": "mobility", "organisation": "ORG0",
            "budget": 9_000_000, "score": 99, "ready": "2026-Q1", "duration": 1, "agreement": "standard",
        }
        for n in range(FACILITIES)
    ]  # fmt: skip
    file["facilities"] = [
        {"id": f"F{n}", "name": f"Facility {n}", "holder": "ORG0", "programme": f"FILL{n}", "fee": "1%"}
        for n in range(FACILITIES)
    ]
    file["deals"] = [_deal(n) for n in range(DEALS)]
    return Scenario.model_validate(file)


def _deal(number: int) -> dict[str, Any]:
    bank = {
        "kind": "concessional_loan", "id": "bank", "provider": "development bank", "amount": 600_000, "seniority": 2,
        "terms": {"rate": "4%", "maturity": 8, "grace": 2},
    }  # fmt: skip
    junior = {"kind": "first_loss", "id": "junior", "amount": 150_000, "maturity": 6}
    senior = {
        "kind": "commercial_loan", "id": "senior", "seniority": 3, "leverage": {"ratio": "75%", "none": "40%", "spread": "60%"},
        "terms": {"rate": "8%", "maturity": 5, "grace": 1},
    }  # fmt: skip
    credit = {"default": "3.54%", "correlation": "15%", "recovery": RECOVERY}
    stack, support, borrower = (
        ([bank], [{"kind": "interest_buy_down", "layer": "bank", "to": "2%"}], credit | {"kind": "sovereign", "default": "0.77%"}),
        (
            [junior, bank, senior],
            [{"kind": "pari_passu_guarantee", "layer": "senior", "coverage": "50%", "premium": "1.5%"}],
            credit | {"kind": "pool", "obligors": 50},
        ),
        ([junior, senior], [], credit | {"kind": "granular_pool"}),
    )[(0, 1, 0, 1, 2)[number % 5]]  # fmt: skip
    return {
        "id": f"DEAL{number:02}", "name": f"Deal {number}", "plan": f"P{number % PLANS:02}", "window": WINDOWS[number % 5],
        "facility": f"F{number % FACILITIES}", "draws": {"after": 1, "over": 2},
        "close": {"expected": f"{2027 + number * 6 // DEALS}-Q{1 + number % 4}", "chance": "70%", "waits": 4},
        "stack": stack, "support": support, "borrower": borrower,
    }  # fmt: skip
