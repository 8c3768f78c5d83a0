"""A small fund with a facility that is full in its first quarter, and one deal, for cases worked on paper."""

from __future__ import annotations

from typing import Any

from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import cash, fund, plan_with, programme

FACILITY = {"id": "GF", "name": "Facility", "holder": "IOM", "programme": "fill"}

JUNIOR = {"kind": "first_loss", "id": "junior", "amount": 1000, "maturity": 1}
SENIOR = {
    "kind": "commercial_loan", "id": "senior", "amount": 2000, "seniority": 2,
    "terms": {"rate": "8%", "maturity": 2, "grace": 1},
}  # fmt: skip
GUARANTEE = {"kind": "pari_passu_guarantee", "layer": "senior", "coverage": "50%", "premium": "2%"}
SURE = {"kind": "sovereign", "default": "0%"}
DOOMED = {"kind": "sovereign", "default": "100%", "recovery": {"high": "60%", "low": "60%", "after": 3}}


def deal(*stack: dict[str, Any], **terms: Any) -> dict[str, Any]:
    """A deal of the plan that closes and is drawn in the first quarter, unless said otherwise."""
    given = {
        "id": "D", "name": "Deal", "plan": "KEN-plan", "window": "data", "facility": "GF",
        "close": {"expected": "2026-Q1"}, "draws": {"after": 0}, "stack": list(stack) or [JUNIOR, SENIOR],
    }  # fmt: skip
    whole = given | terms
    has_loans = any(layer["kind"] != "grant" for layer in whole["stack"])
    return ({"borrower": SURE} if has_loans else {}) | whole


def blended(
    *deals: dict[str, Any], grant: Any = 5000, periods: int = 10, facility: dict[str, Any] | None = None, **parts: Any
) -> Scenario:
    """A fund with money for its facility alone, which receives it in the first quarter, and a plan that needs 10 000."""
    return fund(
        calendar={"start": "2026-Q1", "periods": periods},
        **{
            "fund": {"opening": {"cash": [cash(grant)]}},
            "agreements": [{"id": "terms", "preparation": 0, "instalments": [{"share": "100%"}], "extension": 0}],
            "programmes": [programme("fill", grant, duration=1)],
            "facilities": [FACILITY | (facility or {})],
            "deals": list(deals),
            **plan_with((2026, 10_000)),
            **parts,
        },
    )


def fund_that_matches() -> Scenario:
    """A quarter of 2000 dollars of private money, but no more than 400."""
    return blended(deal(SENIOR, support=[{"kind": "matching_grant", "ratio": "25%", "cap": 400}]))


def fund_of_reflows_set_aside() -> Scenario:
    """The second deal waits for what the first one repays, in vain: it is set aside."""
    first = deal(JUNIOR | {"amount": 3000}, id="A")
    second = deal(JUNIOR | {"amount": 3000}, id="B", close={"expected": "2026-Q1", "waits": 5})
    return blended(first, second, facility={"reflows": "refund", "closes": "2027-Q3"})


def fund_in_arrears() -> Scenario:
    """Two loans are repaid in equal parts by a pool of which some default: there is not enough for both."""
    terms = {"rate": "4%", "maturity": 2}
    loans = [
        {"kind": "commercial_loan", "id": id, "amount": 1000, "seniority": place, "terms": terms}
        for id, place in (("low", 1), ("high", 2))
    ]
    recovery = {"high": "50%", "low": "50%", "after": 2}
    return blended(deal(*loans, borrower={"kind": "pool", "obligors": 4, "default": "30%", "recovery": recovery}))
