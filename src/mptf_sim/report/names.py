"""What the metrics and the checks of a run are called where people read them."""

from __future__ import annotations

METRICS: dict[str, str] = {
    "deposits": "Deposits from donors",
    "agent_fees": "Administrative agent's fees",
    "interest": "Interest",
    "refunds": "Refunds from organisations",
    "direct_cost": "Direct cost of the secretariat",
    "cancelled_commitments": "Signed and never to come",
    "approvals": "Approvals",
    "cancelled_awards": "Parts of awards that are cancelled",
    "transfers": "Transfers to organisations",
    "net_funded": "Net funded: transfers less refunds",
    "direct_delivery": "Direct cost delivered",
    "expenditure": "Expenditure of organisations",
    "closing_cash": "Cash at the end",
    "lowest_cash": "Lowest cash in any quarter",
    "first_approvable": "Approvable at the first meeting",
    "most_waiting_for_cash": "Most that ever waits for cash",
    "funding_gap": "Funding gap: needs without approved finance",
    "delivery_gap": "Delivery gap: needs not delivered",
    "programmes_approved": "Programmes approved",
    "chance_instalment_waits_for_cash": "Chance that at least one instalment waits for cash",
    "chance_instalment_not_released": "Chance that at least one instalment is due and not released",
    "instalment_quarters_waiting": "Instalments waiting for cash, summed over quarters",
    "instalment_quarters_not_released": "Instalments not released, summed over quarters",
    "delivery_rate": "Delivery rate: expenditure over net funded",
    "delivery_rate_as_known": "Delivery rate as known: reported expenditure over net funded",
    "months_of_liquidity": "Months that cash at the end would last",
    "largest_donor_share": "Share of deposits from the largest donor",
    "donor_concentration": "Concentration of donors (Herfindahl index)",
    "inequality_gini": "Inequality of delivery per need between plans (Gini)",
    "inequality_theil": "Inequality of delivery per need between plans (Theil)",
    "coverage": "Coverage: needs delivered",
    "funded_share": "Needs with approved finance",
    "chance_fully_funded": "Chance that the plan is fully funded",
    "facility_grants": "Paid into facilities",
    "facility_refunds": "Returned by facilities",
    "deal_investment": "Invested by deals",
    "deal_finance": "Needs met by deals",
    "private_mobilised": "Private finance mobilised",
    "private_additional": "Private finance, additional",
    "public_unlocked": "Public finance unlocked",
    "oecd_mobilised": "Private finance attributed, OECD",
    "mdb_mobilised": "Private finance attributed, development banks",
    "loan_losses": "Losses of loans",
    "most_guaranteed": "Largest guarantee exposure",
    "guarantee_calls": "Calls on facilities",
    "outside_calls": "Calls on outside guarantors",
    "debt_reduced": "Loans reduced by debt rules",
    "debt_deferred": "Loans deferred by debt rules",
    "closing_facility_cash": "Cash of facilities at the end",
    "grant_equivalent_9": "Grant equivalent at 9 %",
    "grant_equivalent_7": "Grant equivalent at 7 %",
    "grant_equivalent_6": "Grant equivalent at 6 %",
    "grant_equivalent_5": "Grant equivalent at 5 %",
    "budget_cost": "Budget cost of blending",
    "leverage_private": "Leverage, private",
    "leverage_private_additional": "Leverage, private and additional",
    "leverage_total": "Leverage, total",
    "leverage_public_unlocked": "Leverage, public unlocked",
    "cost_per_dollar_mobilised": "Cost for each dollar mobilised",
    "concessionality": "Concessionality",
    "debt_service": "Debt service of the plan's loans",
}
"""In the order in which a page lists them."""

CHECKS: dict[str, str] = {
    "A1": "every posting leaves one account and reaches another; an account holds what was posted to it",
    "A2": "stocks change by their flows alone",
    "A3": "what came in is what went out and what is still here",
    "A5": "a programme refunds what it received and did not spend",
    "A14": "what a donor gives is settled in its currency and in the fund's alike",
    "A9": "programmes add up to the fund",
    "B1": "cash is never negative",
    "B2": "approvals stay within the approval bounds",
    "B3": "no award above its budget, no transfer above its award",
    "B4": "no more leaves a stock than is in it",
    "B5": "payments stay within the payment bounds",
    "B8": "only approved programmes are paid",
    "B9": "guarantees pay for losses alone, and no more than their limit",
    "B10": "each loan bears what is left by those below it",
    "B12": "no more is made good than was lost",
    "B13": "organisations spend within what they received",
    "B14": "exchange rates are finite and above zero",
    "B15": "every amount is a finite whole number of cents",
}
"""The sentence behind each invariant that a run upholds."""

EVIDENCE: dict[str, str] = {
    "sourced": "published",
    "calibrated": "computed from published data",
    "assumed": "assumed, without published evidence",
    "unlabelled": "without a label",
}
"""What a number of the scenario rests on."""


def metric_name(metric: str) -> str:
    """A metric in words."""
    return METRICS.get(metric, metric.replace("_", " ").capitalize())
