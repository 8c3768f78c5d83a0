"""Facilities, deals and debt rules of a small fund, and what makes loans go bad."""

from __future__ import annotations

from typing import Any

from mptf_sim.quantities import Quarter, money_text
from tests.reference.pen import CHANCES, ORGANISATIONS, REGIONS, Pen

RATES = ("0%", "0.01%", "9%", "9%", "40%")
SHARES = ("100%", "50%", "33.33%", "1%", "0.01%")
PROFILES = ("equal_principal", "annuity", "bullet")


def blended(pen: Pen, file: dict[str, Any]) -> dict[str, Any]:
    """The file with deals of its plans, if it has plans with needs: in about half of the funds."""
    cells = sorted({(need["plan"], need["window"]) for need in file["needs"]})
    if not cells or pen.chance(10):
        return file
    programmes = [*file["programmes"], _filling(pen, file)] if pen.chance(75) else file["programmes"]
    regional = [one for one in programmes if "plan" not in one]
    facilities = _facilities(pen, regional)
    deals = [_deal(pen, f"DEAL{number}", cells, facilities) for number in range(pen.choose(1, 2, 3, 4, 4))]
    pen.random.shuffle(deals)
    _lend_abroad(pen.beside("currencies of loans"), deals, [currency["id"] for currency in file["currencies"]])
    return file | {
        "agreements": [*file["agreements"], FILLING],
        "programmes": programmes,
        "facilities": facilities,
        "deals": deals,
        "credit_factors": {
            "common_share": pen.choose("0%", "50%", "100%"),
            "donors_share": pen.choose("0%", "50%", "100%"),
        },
        "plans": [_with_debt_rule(pen, plan) for plan in file["plans"]],
        "finance": [_as_bond(pen, source) for source in file["finance"]],
        "shocks": file["shocks"] + [_cluster(pen, deals) for _ in range(pen.choose(0, 0, 1, 2))],
    }


FILLING = {
    "id": "filling", "preparation": 0, "instalments": [{"share": "100%"}], "delivery": {"pace": "100%", "spread": "0%"},
}  # fmt: skip
"""Terms of a programme that fills a facility: all at once."""


def _filling(pen: Pen, file: dict[str, Any]) -> dict[str, Any]:
    """A regional programme that has been paid and has delivered nothing yet: a facility is filled by it."""
    able = [one["id"] for one in file["organisations"] if "signed_agreement" not in one and "capacity" not in one]
    written = {
        "id": f"F{pen.random.randint(0, 9)}", "name": "Filling", "score": 50, "window": "data",
        "region": pen.choose(*REGIONS), "duration": pen.choose(1, 1, 2), "agreement": "filling",
        "budget": money_text(min(max(pen.cents(), 1) * pen.choose(3, 10, 30), 10**13)),
        "organisation": pen.choose(*(able or ORGANISATIONS)),
    }  # fmt: skip
    if not able or pen.chance(20):
        return written | {"ready": str(pen.start)}
    return written | {
        "running": {"approved": pen.quarter(-2, -1), "started": pen.quarter(-1, -1), "instalments_paid": 1}
    }


def _facilities(pen: Pen, programmes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One for each of some regional programmes; the last programme of the file fills one for sure."""
    facilities = []
    for number, programme in enumerate(reversed(programmes)):
        if number and not pen.chance(40):
            continue
        holders = programme.get("organisations", [programme.get("organisation")])
        facility = {
            "id": f"FAC{pen.random.randint(0, 9)}{number}", "name": "Facility", "programme": programme["id"],
            "holder": pen.choose(*sorted(holders)), "fee": pen.choose("0%", "0%", "1%", "33.33%", "100%"),
            "reflows": pen.choose("revolve", "revolve", "refund"),
        }  # fmt: skip
        others = [one["id"] for one in programmes if one is not programme]
        if others and pen.chance(20):
            facility["preparation"] = pen.choose(*others)
        if pen.chance(40):
            facility["closes"] = pen.quarter(1, pen.periods)
        facilities.append(facility)
    return facilities


def _deal(pen: Pen, id: str, cells: list[tuple[str, str]], facilities: list[dict[str, Any]]) -> dict[str, Any]:
    plan, window = pen.choose(*cells)
    expected = pen.random.randint(0, pen.choose(1, 1, 2, pen.periods - 1))
    deal: dict[str, Any] = {"id": id, "name": id, "plan": plan, "window": window}
    open_then = [
        one
        for one in facilities
        if "closes" not in one or pen.start.ordinal + expected < Quarter.read(one["closes"]).ordinal
    ]
    if open_then and pen.chance(85):
        deal["facility"] = pen.choose(*open_then)["id"]
    deal["close"] = {
        "expected": pen.quarter(expected, expected),
        "chance": pen.choose("100%", "100%", "100%", "50%", "0%"),
        "waits": pen.choose(0, 1, 2, 4, 4),
    }
    deal["draws"] = {"after": pen.choose(0, 0, 1), "over": pen.choose(1, 1, 2, 3)}
    helper = "facility" if "facility" in deal else "bilateral"
    borrower = pen.choose("pool", "pool", "granular_pool", "granular_pool", "sovereign", "sovereign", "sovereign")
    deal["stack"] = _stack(pen, helper, borrower)
    loans = [layer for layer in deal["stack"] if layer["kind"] != "grant"]
    if loans:
        deal["borrower"] = _borrower(pen, borrower)
    deal["support"] = _support(pen, helper, deal["stack"])
    return deal


def _amount(pen: Pen) -> str:
    return money_text(max(pen.cents() // pen.choose(2, 5, 10, 50), 1))


def _stack(pen: Pen, helper: str, borrower: str) -> list[dict[str, Any]]:
    """Grants and loans, at most one of each kind, at places of their own in the order of losses."""
    stack: list[dict[str, Any]] = []
    for kind in pen.random.sample(
        ("grant", "first_loss", "concessional_loan", "commercial_loan"), pen.choose(1, 2, 3, 3, 4, 4)
    ):
        layer: dict[str, Any] = {"kind": kind, "id": kind}
        public = pen.choose(helper, helper, helper, helper, helper, "bilateral", "development bank")
        if kind == "grant":
            layer["provider"] = pen.choose(public, public, "diaspora", "state budget")
        elif kind == "commercial_loan":
            layer["provider"] = pen.choose("private", "private", "private", "diaspora", "development bank")
        else:
            layer["provider"] = helper if kind == "concessional_loan" and pen.chance(50) else public
        if kind == "first_loss":
            layer["maturity"] = pen.choose(1, 1, 2)
        elif kind != "grant":
            layer["seniority"] = pen.choose(2, 3, 4) + 3 * (kind == "commercial_loan") * pen.choose(0, 1)
            layer["terms"] = _terms(pen)
        layer["amount"] = _amount(pen)
        stack.append(layer)
    _apart(stack)
    commercial = next((layer for layer in stack if layer.get("provider") == "private"), None)
    has_public = any(layer["provider"] not in ("private", "diaspora") for layer in stack)
    if commercial and has_public and borrower != "sovereign" and pen.chance(50):
        del commercial["amount"]
        commercial["leverage"] = {
            "ratio": pen.choose("75%", "100%", "0%", "300%" if pen.scale != "huge" else "1%"),
            "none": pen.choose("0%", "40%", "100%"),
            "spread": pen.choose("0%", "60%") if pen.scale != "huge" else "0%",
        }
    pen.random.shuffle(stack)
    return stack


def _lend_abroad(pen: Pen, deals: list[dict[str, Any]], currencies: list[str]) -> None:
    """Loans that a facility does not lend are in whatever currency there is; some name the fund's own."""
    for deal in deals:
        for layer in deal["stack"]:
            may = "terms" in layer and layer["provider"] != "facility"
            if may and currencies and pen.chance(70):
                layer["currency"] = pen.choose(*currencies)
            elif "terms" in layer and pen.chance(10):
                layer["currency"] = "USD"


def _apart(stack: list[dict[str, Any]]) -> None:
    """No two loans at one place."""
    taken: set[int] = set()
    for layer in stack:
        if "seniority" in layer:
            while layer["seniority"] in taken:
                layer["seniority"] += 1
            taken.add(layer["seniority"])


def _terms(pen: Pen) -> dict[str, Any]:
    maturity = pen.choose(1, 1, 1, 2, 3)
    return {
        "rate": pen.choose(*RATES), "maturity": maturity, "grace": pen.random.randint(0, maturity - 1),
        "profile": pen.choose(*PROFILES),
    }  # fmt: skip


def _borrower(pen: Pen, kind: str) -> dict[str, Any]:
    borrower = {
        "kind": kind, "default": pen.choose("0%", "3.54%", "50%", "50%", "90%", "100%"), "correlation": pen.choose("0%", "15%", "99%"),
        "recovery": {
            "high": pen.choose("100%", "95%", "33.33%"), "low": pen.choose("0%", "20%"), "chance": pen.choose(*CHANCES),
            "after": pen.choose(1, 1, 1, 2, 3),
        },
    }  # fmt: skip
    if kind == "pool":
        borrower["obligors"] = pen.choose(2, 3, 10)
    return borrower


def _support(pen: Pen, helper: str, stack: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the facility does beside the stack; a guarantee may be an outsider's."""
    loans = [layer["id"] for layer in stack if layer["kind"] != "grant"]
    dear = [layer["id"] for layer in stack if "terms" in layer and layer["terms"]["rate"] not in ("0%", "0.01%")]
    support: list[dict[str, Any]] = []
    if loans and pen.chance(90):
        guarantee: dict[str, Any] = {"coverage": pen.choose(*SHARES), "premium": pen.choose(*RATES, "9%", "40%")}
        guarantee["guarantor"] = pen.choose(helper, helper, helper, "outside")
        if guarantee["guarantor"] != "facility":
            guarantee |= {"guarantor": "outside", "value_at_risk": pen.choose("99%", "95%")}
        if pen.chance(50):
            guarantee |= {"kind": "pari_passu_guarantee", "layer": pen.choose(*loans)}
            if pen.chance(40):
                guarantee["cap"] = pen.choose(*SHARES)
        else:
            guarantee |= {"kind": "portfolio_first_loss_guarantee", "cap": pen.choose(*SHARES)}
        support.append(guarantee)
    if helper == "facility":
        if pen.chance(30):
            support.append(
                {
                    "kind": "technical_assistance", "amount": _amount(pen), "before": pen.choose(0, 1, 4),
                    "raises_chance": pen.choose("0%", "50%", "100%"),
                }
            )  # fmt: skip
        if dear and pen.chance(70):
            support.append({"kind": "interest_buy_down", "layer": pen.choose(*dear), "to": pen.choose("0%", "1%")})
        if pen.chance(50):
            support.append(
                {
                    "kind": "results_based_payment", "cap": _amount(pen), "after": pen.choose(1, 1, 2, 4),
                    "achieved": pen.choose("100%", "50%", "0%"), "spread": pen.choose("0%", "30%", "300%"),
                }
            )  # fmt: skip
        if pen.chance(50):
            support.append({"kind": "matching_grant", "ratio": pen.choose("50%", *SHARES), "cap": _amount(pen)})
    pen.random.shuffle(support)
    return support


def _with_debt_rule(pen: Pen, plan: dict[str, Any]) -> dict[str, Any]:
    """Every other plan binds what its State may borrow."""
    if pen.chance(25):
        return plan
    reduce_to = {"reduce_to": pen.choose("100%", "50%", "1%", "0%", "0%", "0%")}
    rule: dict[str, Any] = pen.choose(
        {"kind": "grants_only"},
        {"kind": "debt_thresholds", **_economy(pen), **reduce_to},
        {"kind": "min_grant_element", "share": pen.choose("0%", "10%", "35%", "100%")},
        {"kind": "envelope", "amount": _amount(pen), **reduce_to},
        {"kind": "envelope", "amount": _amount(pen), **reduce_to},
        {"kind": "debt_thresholds", **_economy(pen), **reduce_to},
        {"kind": "debt_thresholds", **_economy(pen), **reduce_to},
    )
    return plan | {"debt_rule": rule}


def _economy(pen: Pen) -> dict[str, Any]:
    """Figures of the size of a deal, so that thresholds bind."""

    def course(times: int) -> dict[str, Any]:
        return {"amount": money_text(max(pen.cents(), 1) * times), "growth": pen.choose("0%", "4%", "-50%")}

    return {
        "capacity": pen.choose("weak", "medium", "strong"), "gdp": course(4), "exports": course(4), "revenue": course(8),
        "debt": {"amount": pen.choose("0", pen.money()), "growth": "0%"}, "service": {"amount": "0", "growth": "0%"},
    }  # fmt: skip


def _as_bond(pen: Pen, source: dict[str, Any]) -> dict[str, Any]:
    """Some secured sources are bonds that the diaspora buys."""
    if source["status"] != "secured" or not pen.chance(40):
        return source
    bond = {"take_up": pen.choose("60%", "100%", "0%"), "spread": pen.choose("0%", "40%", "300%"), "discount": "2%"}
    return source | {"provider": "diaspora", "bond": bond}


def _cluster(pen: Pen, deals: list[dict[str, Any]]) -> dict[str, Any]:
    """Defaults cluster for a while."""
    start = pen.random.randint(-1, pen.periods)
    shock: dict[str, Any] = {"kind": "default_cluster", "start": pen.quarter(start, start)}
    shock["factor"] = pen.choose("240%", "0%", "50%", "1000%")
    if pen.chance(50):
        shock["end"] = pen.quarter(start, start + 3)
    if pen.chance(40):
        shock["deals"] = pen.some(tuple(deal["id"] for deal in deals))
    if pen.chance(40):
        shock["regions"] = pen.some(REGIONS, 1)
    return shock
