"""Which features of facilities and deals a comparison has met."""

from __future__ import annotations

from mptf_sim.scenario.scenario import Scenario
from tests.reference.compare_deals import FLOWS
from tests.reference.played import Played


def of_deals(scenario: Scenario) -> set[str]:
    """What is blended, by whom, under which rules."""
    deals, facilities = scenario.deals, scenario.facilities
    borrowers = [deal.borrower for deal in deals if deal.borrower]
    terms = [layer.terms for deal in deals for layer in deal.stack if hasattr(layer, "terms")]
    support = [one for deal in deals for one in deal.support]
    factors = scenario.credit_factors
    abroad = {one.currency for deal in deals for one in deal.loans if getattr(one, "currency", None)}
    abroad -= {scenario.fund.currency}
    seen = {
        **{f"layer {layer.kind}": True for deal in deals for layer in deal.stack},
        **{f"provider {layer.provider}": True for deal in deals for layer in deal.stack},
        **{f"support {one.kind}": True for one in support},
        **{f"borrower {borrower.kind}": True for borrower in borrowers},
        **{f"loan repaid by {one.profile}": True for one in terms},
        **{f"debt rule {plan.debt_rule.kind}": True for plan in scenario.plans if plan.debt_rule and deals},
        "loan in another currency": bool(abroad),
        "loans in several currencies": len(abroad) > 1,
        "several deals": len(deals) > 1,
        "several facilities": len(facilities) > 1,
        "leverage": any(getattr(layer, "leverage", None) for deal in deals for layer in deal.stack),
        "grace": any(one.grace for one in terms),
        "outside guarantor": any(getattr(one, "guarantor", "") == "outside" for one in support),
        "cap of its own of a guarantee": any(one.kind == "pari_passu_guarantee" and one.cap for one in support),
        "defaults that come together": any(borrower.correlation for borrower in borrowers),
        "deals that go bad together": bool(deals and factors and factors.common_share),
        "facility that prepares": any(facility.preparation for facility in facilities),
        "facility that closes": any(facility.closes for facility in facilities),
        "reflows that are refunded": any(facility.reflows == "refund" for facility in facilities),
    }
    return {name for name, is_so in seen.items() if is_so}


def events_of_deals(played: Played) -> set[str]:
    """What happened to them."""
    in_own = {f"{event} in another currency" for (_, event, _), own in played.own.items() if own}
    return in_own | {f"event {event}" for (_, event, _), cents in played.flows.items() if cents and event in FLOWS}
