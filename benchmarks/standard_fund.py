"""The standard fund of the yardstick: 300 programmes, 60 plans, 30 donors, 40 quarters, money for a third of requests."""

from __future__ import annotations

from mptf_sim.scenario.scenario import Scenario

PROGRAMMES, PLANS, DONORS, PERIODS = 300, 60, 30, 40
WINDOWS = ("data", "protection", "borders", "mobility", "inclusion")
REGIONS = ("africa", "americas", "arab-states", "asia-pacific", "europe")


def standard_fund() -> Scenario:
    """Every part of the engine at work: four earmarks, renewing and scheduled donors, scarce money."""
    return Scenario.model_validate(
        {
            "schema": 1,
            "name": "Standard fund",
            "calendar": {"start": "2026-Q1", "periods": PERIODS},
            "fund": {
                "opening": {"cash": [{"amount": "12M"}, {"earmark": {"windows": ["protection"]}, "amount": "3M"}]},
                "direct_cost": {"per_year": 900_000},
                "interest": {2026: "3%"},
                "reserve": {"share_of_cash": "5%", "minimum": "1M"},
                "funding_policy": {"kind": "signed", "share": "50%"},
            },
            "windows": [{"id": name, "name": name} for name in WINDOWS],
            "regions": [{"id": name, "name": name} for name in REGIONS],
            "organisations": [{"id": f"ORG{n}", "name": f"Organisation {n}"} for n in range(8)],
            "donors": [_donor(n) for n in range(DONORS)],
            "plans": [
                {"id": f"P{n:02}", "name": f"Plan {n}", "region": REGIONS[n % 5], "country": f"C{n:02}", "carry_over": "80%"}
                for n in range(PLANS)
            ],
            "needs": [
                {"plan": f"P{n:02}", "window": window, "year": 2026 + year, "amount": 2_000_000 + 100_000 * ((n + w) % 9)}
                for n in range(PLANS)
                for w, window in enumerate(WINDOWS)
                for year in range(10)
            ],
            "finance": [
                {
                    "id": f"budget-{n}-{year}", "plan": f"P{n:02}", "provider": "state budget", "status": "secured",
                    "year": 2026 + year, "amount": 150_000, "execution": "80%",
                }
                for n in range(PLANS)
                for year in range(10)
            ],
            "agreements": [
                {
                    "id": "standard", "preparation": 1, "complete_at": "95%",
                    "instalments": [{"share": "50%"}, {"share": "50%", "after": 4, "threshold": "70%"}],
                    "delivery": {"pace": "60%", "spread": "50%"},
                },
                {
                    "id": "three-part", "preparation": 2, "complete_at": "95%",
                    "instalments": [
                        {"share": "40%"},
                        {"share": "30%", "after": 4, "threshold": "75%"},
                        {"share": "30%", "after": 8, "threshold": "75%"},
                    ],
                    "delivery": {"pace": "50%", "spread": "50%"},
                },
            ],
            "programmes": [
                {
                    "id": f"JP{n:03}", "name": f"Joint programme {n}", "plan": f"P{n % PLANS:02}",
                    "window": WINDOWS[(n // PLANS + n) % 5], "organisation": f"ORG{n % 8}",
                    "budget": 1_500_000 + 50_000 * (n * 7 % 31), "score": 40 + n * 13 % 60,
                    "ready": f"{2026 + n * 9 // PROGRAMMES}-Q{1 + n * 36 // PROGRAMMES % 4}",
                    "duration": 8 + n % 5, "agreement": "standard" if n % 3 else "three-part",
                }
                for n in range(PROGRAMMES)
            ],
            "common_factors": {"slowdown": "10%"},
            "governance": {
                "meetings": ["Q2", "Q4"],
                "allocation": {"kind": "priority_score", "thematic_balance": 50, "geographic_balance": 50},
                "limits": {"minimum_grant": 100_000},
            },
        }
    )  # fmt: skip


def _donor(number: int) -> dict[str, object]:
    earmarks = {
        3: {"windows": ["protection"]},
        7: {"windows": ["protection", "borders"]},
        11: {"regions": ["africa"]},
        13: {"windows": ["mobility"]},
    }
    return {
        "id": f"D{number:02}", "name": f"Donor {number}", "earmark": earmarks.get(number, "none"),
        "deposit_quarter": "Q4", "default": "3%", "delay": {"chance": "20%", "quarters": 2},
        "outlook": {
            "kind": "renewing", "gift": 8_000_000 // (number + 2), "growth": "2%", "spread": "40%",
            "persistence": "60%", "common_share": "30%", "retention": "83%", "comeback": "25%",
        }
        if number % 5
        else {
            "kind": "scheduled",
            "instalments": [{"due": f"{2026 + year}-Q4", "amount": 1_200_000} for year in range(10)],
        },
    }  # fmt: skip
