"""Funds with facilities and deals of every kind, drawn at random: small amounts, ties, zeros, certain and impossible defaults."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.blended import blended

AMOUNTS = st.sampled_from([1000, 2000, "0.01", "333.33", 50, "999.99"])
RATES = st.sampled_from(["0%", "8%", "2.75%"])
SHARES = st.sampled_from(["50%", "100%", "33.33%", "0%"])
CHANCES = st.sampled_from(["30%", "100%", "0%", "80%"])


@st.composite
def loans(draw: st.DrawFn, seniority: int) -> dict[str, Any]:
    """A loan of any kind at a place in the order of losses."""
    id = f"loan{seniority}"
    maturity = draw(st.integers(1, 3))
    kinds = ["concessional_loan", "commercial_loan", *(["first_loss"] if seniority == 1 else [])]
    kind = draw(st.sampled_from(kinds))
    if kind == "first_loss":
        return {"kind": kind, "id": id, "amount": draw(AMOUNTS), "maturity": maturity}
    terms = {
        "rate": draw(RATES), "maturity": maturity, "grace": draw(st.integers(0, maturity - 1)),
        "profile": draw(st.sampled_from(["equal_principal", "annuity", "bullet"])),
    }  # fmt: skip
    providers = ["facility", "development bank"] if kind == "concessional_loan" else ["private", "diaspora"]
    loan = {
        "kind": kind,
        "id": id,
        "seniority": seniority,
        "provider": draw(st.sampled_from(providers)),
        "terms": terms,
    }
    return loan | {"amount": draw(AMOUNTS)}


@st.composite
def borrowers(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["pool", "granular_pool", "sovereign"]))
    recovery = {"high": draw(SHARES), "low": draw(SHARES), "chance": draw(CHANCES), "after": draw(st.integers(1, 4))}
    given = {"kind": kind, "default": draw(CHANCES), "correlation": draw(st.sampled_from(["0%", "20%", "90%"]))}
    return given | {"recovery": recovery} | ({"obligors": draw(st.sampled_from([2, 3, 7]))} if kind == "pool" else {})


@st.composite
def deals(draw: st.DrawFn, id: str) -> dict[str, Any]:
    stack: list[dict[str, Any]] = [draw(loans(place)) for place in range(1, draw(st.integers(1, 4)))]
    if not stack or draw(st.booleans()):
        stack.append({"kind": "grant", "id": "gift", "amount": draw(AMOUNTS), "provider": draw(st.sampled_from(["facility", "state budget", "bilateral"]))})  # fmt: skip
    borrower = draw(borrowers())
    has_loans = any(layer["kind"] != "grant" for layer in stack)
    public = any(layer.get("provider", "facility") not in ("private", "diaspora") for layer in stack)
    private = next((layer for layer in stack if layer.get("provider") == "private"), None)
    if private is not None and public and borrower["kind"] != "sovereign" and draw(st.booleans()):
        del private["amount"]
        private["leverage"] = {"ratio": "75%", "none": draw(CHANCES), "spread": "60%"}
    support: list[dict[str, Any]] = []
    lent = [layer for layer in stack if layer["kind"] != "grant"]
    if lent and draw(st.booleans()):
        layer = draw(st.sampled_from(lent))["id"]
        outside = draw(st.booleans())
        who = {"guarantor": "outside", "value_at_risk": "99%"} if outside else {}
        terms = {"coverage": draw(SHARES), "premium": draw(RATES)} | who
        whole = draw(st.booleans())
        support.append(
            {"kind": "portfolio_first_loss_guarantee", "cap": draw(SHARES), **terms}
            if whole
            else {"kind": "pari_passu_guarantee", "layer": layer, **terms}
        )
    if draw(st.booleans()):
        support.append({"kind": "technical_assistance", "amount": 10, "raises_chance": draw(CHANCES)})
    if draw(st.booleans()):
        support.append({"kind": "results_based_payment", "cap": 100, "after": 2, "achieved": "60%", "spread": "40%"})
    if draw(st.booleans()):
        support.append({"kind": "matching_grant", "ratio": draw(SHARES), "cap": draw(AMOUNTS)})
    dear = next((layer for layer in lent if layer.get("terms", {}).get("rate") == "8%"), None)
    if dear is not None and draw(st.booleans()):
        support.append({"kind": "interest_buy_down", "layer": dear["id"], "to": "2%"})
    close = {"expected": draw(st.sampled_from(["2026-Q1", "2026-Q2", "2026-Q4"])), "chance": draw(CHANCES), "waits": draw(st.integers(0, 3))}  # fmt: skip
    return {
        "id": id, "name": id, "plan": "KEN-plan", "window": "data", "facility": "GF", "close": close,
        "draws": {"after": draw(st.integers(0, 2)), "over": draw(st.integers(1, 3))}, "stack": stack, "support": support,
    } | ({"borrower": borrower} if has_loans else {})  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> Scenario:
    """A fund with one facility and one to three deals."""
    listed = [draw(deals(f"D{number}")) for number in range(draw(st.integers(1, 3)))]
    rule = draw(
        st.sampled_from([None, {"kind": "grants_only"}, {"kind": "envelope", "amount": 1500, "reduce_to": "20%"}])
    )
    plan = {"id": "KEN-plan", "name": "Plan", "region": "africa", "country": "KEN"}
    return blended(
        *listed,
        grant=draw(st.sampled_from([5000, 100, "0.01", 20_000])),
        periods=14,
        facility=draw(
            st.sampled_from(
                [{}, {"fee": "2%"}, {"reflows": "refund", "closes": "2028-Q2"}, {"closes": "2027-Q3", "fee": "1%"}]
            )
        ),
        plans=[plan | ({"debt_rule": rule} if rule else {})],
        shocks=draw(
            st.sampled_from([[], [{"kind": "default_cluster", "start": "2027-Q1", "end": "2027-Q2", "factor": "240%"}]])
        ),
    )


def lent_in(scenario: Scenario, *currencies: dict[str, Any], moves: list[dict[str, Any]] | None = None) -> Scenario:
    """The same fund, with each loan that may be in another currency in one of these, in turn; moves are shocks to rates."""
    dumped = scenario.dump()
    codes = [one["id"] for one in currencies]
    loans = [
        layer
        for one in dumped["deals"]
        for layer in one["stack"]
        if layer["kind"] in ("concessional_loan", "commercial_loan") and layer.get("provider") != "facility"
    ]
    for number, loan in enumerate(loans):
        loan["currency"] = codes[number % len(codes)]
    dumped["currencies"] = list(currencies)
    dumped["shocks"] = [*dumped.get("shocks", []), *(moves or [])]
    return Scenario.model_validate(dumped)


@st.composite
def foreign_worlds(draw: st.DrawFn) -> Scenario:
    """A fund whose deals have loans in currencies worth much and little, that move by themselves and by shocks."""
    rates = [1.25, 1, 1.0734, 0.0931, 0.003, 847.3]
    volatility = draw(st.sampled_from(["0%", "12%", "60%"]))
    some = [{"id": id, "rate": draw(st.sampled_from(rates)), "volatility": volatility} for id in ("EUR", "SEK")]
    move = {"kind": "exchange_rate_move", "start": "2027-Q1", "change": draw(st.sampled_from(["-60%", "80%", "0%"]))}
    return lent_in(draw(worlds()), *some, moves=[move])
