"""One fixed fund in which every part of the engine is at work: for tests that need the same scenario in many processes."""

from __future__ import annotations

from mptf_sim.scenario.scenario import Scenario

WINDOWS = ("borders", "data", "protection")


def busy_fund() -> Scenario:
    """Earmarks, late and lost deposits, scarce money, three instalments, refunds, plans, a cut and an exit."""
    renewing = {
        "kind": "renewing", "gift": "900_000", "growth": "2%", "spread": "50%", "persistence": "60%",
        "common_share": "30%", "retention": "80%", "comeback": "30%", "signs": "Q1",
    }  # fmt: skip
    unsure = {"default": "10%", "delay": {"chance": "30%", "quarters": 2}}
    return Scenario.model_validate(
        {
            "schema": 1,
            "name": "Busy fund",
            "calendar": {"start": "2026-Q2", "periods": 15},
            "fund": {
                "opening": {"cash": [{"amount": "1.2M"}, {"earmark": {"windows": ["data"]}, "amount": 300_000}]},
                "direct_cost": {"per_year": 90_000},
                "interest": {2026: "3%", 2028: "2.5%"},
                "reserve": {"share_of_cash": "5%", "minimum": 100_000},
                "funding_policy": {"kind": "signed", "share": "80%"},
            },
            "windows": [{"id": name, "name": name} for name in WINDOWS],
            "regions": [{"id": name, "name": name} for name in ("africa", "europe")],
            "organisations": [{"id": "IOM", "name": "IOM"}],
            "donors": [
                {"id": "ANN", "name": "Ann", "deposit_quarter": "Q4", **unsure, "outlook": renewing},
                {"id": "BEN", "name": "Ben", "earmark": {"windows": ["data", "protection"]}, "outlook": renewing},
                {"id": "CAT", "name": "Cat", "earmark": {"regions": ["africa"]}, **unsure, "outlook": renewing},
                {
                    "id": "DAN", "name": "Dan", "conversion": "97.5%", **unsure,
                    "outlook": {
                        "kind": "scheduled",
                        "instalments": [{"due": f"{year}-Q3", "amount": 400_000} for year in range(2026, 2030)],
                    },
                },
            ],
            "plans": [
                {"id": "AAA-plan", "name": "A", "region": "africa", "country": "AAA", "carry_over": "80%"},
                {"id": "BBB-plan", "name": "B", "region": "europe", "country": "BBB"},
            ],
            "needs": [
                {"plan": plan, "window": window, "year": year, "amount": 350_000.01}
                for plan in ("AAA-plan", "BBB-plan")
                for window in WINDOWS
                for year in range(2026, 2030)
            ],
            "finance": [
                {
                    "id": "budget", "plan": "AAA-plan", "provider": "state budget", "status": "secured", "year": 2027,
                    "amount": 200_000, "execution": "70%",
                }
            ],
            "agreements": [
                {
                    "id": "three-part", "preparation": 1, "complete_at": "95%", "extension": 2, "financial_closure": 2,
                    "instalments": [
                        {"share": "40%"},
                        {"share": "30%", "after": 2, "threshold": "70%"},
                        {"share": "30%", "after": 4, "threshold": "70%"},
                    ],
                    "delivery": {"pace": "60%", "spread": "80%"},
                }
            ],
            "programmes": [
                {
                    "id": f"JP{n:02}", "name": f"Programme {n}", "plan": ("AAA-plan", "BBB-plan")[n % 2],
                    "window": WINDOWS[n % 3], "organisation": "IOM", "budget": 400_000 + 33_333 * (n % 5),
                    "score": 50 + 10 * (n % 4), "ready": f"{2026 + n // 4}-Q{1 + n % 4}", "duration": 4 + n % 3,
                    "agreement": "three-part",
                }
                for n in range(12)
            ],
            "common_factors": {"slowdown": "20%"},
            "governance": {
                "meetings": ["Q2", "Q4"],
                "allocation": {"kind": "priority_score", "thematic_balance": 50, "geographic_balance": 50},
                "limits": {"minimum_grant": 50_000},
            },
            "shocks": [
                {"kind": "donor_cut", "start": "2027-Q1", "share": "20%"},
                {"kind": "donor_exit", "donors": ["CAT"], "start": "2028-Q3"},
            ],
        }
    )  # fmt: skip
