"""What a row of every table of a run folder is, and what its columns say, in a few words."""

from __future__ import annotations

from collections.abc import Mapping

from mptf_sim.books import FINANCE_ACCOUNTS, LEDGER

SPENDERS = {
    "name": "people know", "net_funded_before": "transfers less refunds before the calendar", "net_funded_mean": "to the end",
    "expenditure_before": "direct and indirect cost before the calendar", "expenditure_mean": "to the end",
    "reported_mean": "of it, as reported", "delivery_rate_known": "reported over net funded",
    "delivery_rate_final": "expenditure over net funded", "net_funded_median_path": "to the end",
    "expenditure_median_path": "to the end",
}  # fmt: skip
"""Columns of the annexes by who spends."""

_RAISED, _LOWERED = LEDGER["facility_cash"]
_MEANING = {one.name: one.meaning for one in FINANCE_ACCOUNTS}

TABLES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "runs": (
        "a run: what was played, and how",
        {
            "scenario": "its name", "description": "of the scenario", "currency": "of the fund", "seed": "names the draws",
            "paths": "how many futures", "start": "first quarter", "periods": "how many quarters",
            "funding_policy": "what approvals may count on", "median_path": "in the middle by total transfers",
            "scenario_digest": "of the scenario's content", "result_digest": "whether two results are one",
            "version": "of mptf_sim",
        },
    ),
    "kpis": (
        "a key figure of a run, over all its paths: docs/glossary.md",
        {
            "metric": "what is counted", "scope_kind": "fund, plan, ...", "scope": "which one; empty for the fund",
            "period": "when", "unit": "the currency, share, probability, ...", "mean": "over paths",
            "se": "its standard error", "p05": "5 % of paths do not exceed it", "p25": "25 %", "p50": "the median",
            "p75": "75 %", "p95": "95 %", "es95": "mean of the worst 5 % of paths", "bad_tail": "which values are bad",
            "basis": "what quantiles are read from",
        },
    ),
    "timeline": (
        "an account of the fund, a plan, a programme or a donor in one quarter or year, over all paths",
        {
            "account": "a line of the books", "kind": "flow of the period, or stock at its close",
            "scope_kind": "fund, plan, programme, donor, ...", "scope": "which one; empty for the fund",
            "period": "a quarter, a year, `to` a year; empty for the whole calendar", "unit": "the currency, programmes, ...",
            "mean": "over paths", "p05": "5 % of paths do not exceed it", "p25": "25 %", "p50": "the median", "p75": "75 %",
            "p95": "95 %", "p05_path": "the path whose value it is, or -1", "p25_path": "the same", "p50_path": "the same",
            "p75_path": "the same", "p95_path": "the same", "basis": "what quantiles are read from",
        },
    ),
    "statement": (
        "a line of the statement of source and use of funds",
        {
            "year": "calendar year", "part": "sources, uses, balance, organisations", "line": "in the MPTF Office's words",
            "column": "prior years, current year, total", "mean": "over paths", "p05": "5 % of paths do not exceed it",
            "p50": "the median", "p95": "95 %", "median_path": "on the median path: adds up to the cent",
        },
    ),
    "obligations": (
        "an instalment by the quarter in which it falls due, the next eight quarters",
        {
            "programme": "its id", "organisation": "if its parts are paid one by one", "instalment": "its number, from 1", "quarter": "when it falls due",
            "condition": "what releases it", "chance_due": "share of paths on which it falls due then",
            "amount_due_mean": "over all paths", "chance_paid_in_time": "of those on which it is due",
            "chance_waits_for_cash": "of those", "chance_not_released": "of those",
        },
    ),
    "frontier": (
        "a funding policy, played on the same futures",
        {
            "policy": "in a few words", "own": "whether it is the scenario's", "approvals_mean": "over the calendar",
            "approvals_se": "its standard error", "first_approvable_mean": "at the first meeting",
            "chance_waits_for_cash": "that an approved instalment ever does", "chance_se": "its standard error",
            "most_waiting_mean": "the most that ever waits", "coverage": "of all plans at the end",
        },
    ),
    "refusals": (
        "a document and what stood in its way before the Committee, on the first paths",
        {"programme": "its id", "reason": "the bound, bar or limit", "paths": "on which it did", "of_paths": "looked at",
         "meetings_mean": "at how many meetings, over paths"},
    ),
    "floors": (
        "a floor that the Committee keeps, and what it costs",
        {"floor": "of which group", "promised_mean": "what it asks for", "unmet_mean": "what misses to it",
         "chance_unmet": "that anything misses", "score_given_up_mean": "approvals weighted with score, without the floor",
         "score_given_up_se": "its standard error", "of_paths": "looked at"},
    ),
    "documents": (
        "a document before the Committee at a meeting of the next eight quarters, on the first paths",
        {"quarter": "of the meeting", "programme": "its id", "chance_before": "share of paths on which it lies before the Committee",
         "score_mean": "over those", "asked_mean": "over those", "chance_approved": "of those", "award_mean": "over those",
         "award_without_balance_mean": "what the rule would award without balance", "main_reason": "that most often stands in its way",
         "chance_main_reason": "of those", "of_paths": "looked at"},
    ),
    "unspent": (
        "a reason for which money is unspent at a quarter's close, on the first paths",
        {"quarter": "at its close", "held_by": "fund, organisations; beside: no part of the sum", "reason": "what it waits for",
         "mean": "over paths", "se": "its standard error", "p05": "5 % of paths do not exceed it", "p95": "95 %",
         "of_paths": "looked at"},
    ),
    "plan_windows": (
        "a plan's needs of one window and year, on the first paths",
        {"plan": "its id", "window": "thematic area", "year": "calendar year", "need_mean": "direct cost that comes due",
         "secured_mean": "of others", "awarded_mean": "of the fund, less what was freed", "deal_finance_mean": "met by deals that closed",
         "executed_mean": "spent by others", "delivered_mean": "by the fund's programmes", "deal_delivery_mean": "of deals, drawn and invested",
         "of_paths": "looked at"},
    ),
    "plan_coverage": (
        "how far needs are met, by window, objective, plan, plan and window, or plan and year, on the first paths",
        {"by": "which of them", "value": "window, objective, plan or year; an objective is empty where measures do not say", "plan": "its id; empty of all",
         "need_mean": "direct cost that comes due", "coverage": "delivered over needs", "coverage_se": "its standard error",
         "funded_share": "approved finance over needs", "funded_share_se": "its standard error", "funding_gap_mean": "needs less approved finance",
         "funding_gap_se": "its standard error", "delivery_gap_mean": "needs less what is delivered", "delivery_gap_se": "its standard error",
         "of_paths": "looked at"},
    ),
    "plan_sources": (
        "other finance of a plan by year, provider and status; the three are never added up",
        {"plan": "its id", "year": "calendar year", "provider": "who pays", "status": "secured, indicative, requested",
         "planned": "amount", "executed": "what is spent of it"},
    ),
    "entities": (
        "a donor, plan, programme, window, region or organisation with its name",
        {"kind": "which of them", "id": "in the scenario", "name": "people know", "plan": "it serves", "window": "thematic area",
         "region": "where", "country": "or countries", "organisation": "that convenes", "earmark": "of a donor's gifts",
         "budget": "of a programme", "need": "of a plan, over the calendar"},
    ),
    "evidence": (
        "a number of the scenario and what stands behind it",
        {"field": "where it stands", "value": "as written", "kind": "sourced, calibrated, assumed, unlabelled",
         "source": "its id", "owner": "who answers for it", "reference": "publication, method or reason"},
    ),
    "expectations": (
        "what the scenario expects of its results, and whether it holds",
        {"metric": "what is looked at", "plan": "of which plan", "period": "when", "bound": "at least, at most",
         "asked_probability": "as the scenario says", "probability": "share of paths on which it holds",
         "se": "its standard error", "holds": "whether the share reaches what is asked"},
    ),
    "plan_measures": (
        "needs of a plan by window, objective, cost type or ministry, on the median path",
        {"plan": "its id", "by": "which cut", "value": "of the cut; empty where measures do not say", "need": "to date",
         "approved": "notionally, in proportion", "delivered": "the same"},
    ),
    "plan_status": (
        "a plan at the end of a year",
        {"plan": "its id", "year": "calendar year", "chance_none": "that it has this status", "chance_drafting": "the same",
         "chance_costed": "the same", "chance_adopted": "the same", "chance_reviewed": "the same",
         "coordination_mean": "level of coordination"},
    ),
    "review_pack": (
        "a programme that a review looks at, over the paths on which it is approved by then",
        {"review": "its id", "quarter": "when", "programme": "its id", "chance_approved": "share of paths",
         "approved_mean": "over those paths", "transferred_mean": "less refunds", "reported_mean": "expenditure as reported",
         "delivered_mean": "expenditure", "delivery_rate_known": "as reported", "delivery_rate_true": "at the quarter's close",
         "delivery_rate_final": "at the end of the calendar"},
    ),
    "organisations": (
        "a participating organisation within the calendar: what it is to the network, what it received and spent",
        {"organisation": "its id", "name": "people know", "executive_committee": "of the network, or not",
         "member": "of the network, or not", "signed_agreement": "quarter; empty if before the calendar",
         "capacity": "direct cost it can spend in a year; empty without a bound", "transfers_mean": "received", "refunds_mean": "given back",
         "delivery_mean": "direct cost spent", "held_up_mean": "cash times quarters that its overdue reports hold up",
         "transfers_median_path": "on the median path", "delivery_median_path": "the same"},
    ),
    "breakdown": (
        "a country, workstream or cost category, and what the fund's money was for",
        {"dimension": "which of them", "id": "of it", "requested": "direct cost that documents and running programmes ask for",
         "transfers_mean": "over paths; cost categories have none", "delivery_mean": "direct cost spent", "coverage": "delivery over what is requested",
         "transfers_median_path": "on the median path", "delivery_median_path": "the same"},
    ),
    "funnel": (
        "a stage between an announcement and people, to the end of a year",
        {"year": "calendar year", "stage": "pledged, signed, deposited, ...", "account": "of the books", "mean": "over paths",
         "p05": "5 % of paths do not exceed it", "p50": "the median", "p95": "95 %", "share_of_announced": "of the means"},
    ),
    "pledges": (
        "where what a donor announced stands at the end of a year",
        {"year": "calendar year", "donor": "its id", "pledge": "its id; empty for what the outlook brings",
         "kind": "financial, in kind, policy", "earmark": "of the gift", "age": "years since it was announced: up to 1, up to 2, more",
         "status": "deposited, cancelled, ...", "amount": "mean over paths", "pledges": "number of policy pledges"},
    ),
    "annex_contributors": (
        "a contributor in one year, and in all",
        {"contributor": "its id", "name": "people know", "year": "calendar year, or all", "signed_mean": "commitments",
         "deposits_mean": "over paths", "deposits_median_path": "on the median path"},
    ),
    "annex_organisations": (
        "a participating organisation: what it received and spent to the end, what was before the calendar included",
        {"organisation": "its id", **SPENDERS},
    ),
    "annex_programmes": (
        "a programme: what it received and spent to the end, what was before the calendar included",
        {"programme": "its id", **SPENDERS},
    ),
    "annex_cost_categories": (
        "a UNSDG cost category of expenditure within the calendar",
        {"category": "in words", "mean": "over paths", "share": "of direct cost", "median_path": "on the median path",
         "basis": "stated by agreements, assumed, computed"},
    ),
    "annex_receivables": (
        "what is signed and not yet deposited",
        {"as_at": "the opening, or a year's last quarter", "contributor": "its id, at the opening",
         "due": "quarter; all and overdue at a year's end", "mean": "over paths", "p05": "5 % of paths do not exceed it",
         "p50": "the median", "p95": "95 %", "median_path": "on the median path"},
    ),
    "capital_stack": (
        "a layer of a deal's stack: what it brought and lost, of runs with deals",
        {"deal": "its id", "layer": "its id", "kind": "of instrument", "provider": "who brings it", "currency": "of the layer; amounts are in the fund's", "seniority": "1 bears losses first; 0 of grants",
         "face": "stated, or expected where it follows public money", "drawn": "mean over paths", "interest": "the same",
         "principal": "the same, repaid", "gross_losses": "the same, before what is made good",
         "exchange_difference": "the same, by which rates moved what was outstanding", "expected_loss": "mean of what is not made good",
         "se": "its standard error", "expected_loss_share": "of what was drawn", "loss_p95": "95 % of paths do not exceed it",
         "loss_p99": "99 %", "unexpected_loss": "that less the expected loss"},
    ),
    "deals": (
        "a deal of a run that blends, in means over paths",
        {"deal": "its id", "plan": "it serves", "facility": "that supports it", "calls": "paid on its guarantee", "delivery": "of the plan's needs, drawn and invested",
         "finance": "of the plan's needs, met when it closed", "interest_buy_downs": "paid by the facility to lenders", "investment": "what its layers and matching grants bring",
         "losses": "of its loans, recovered or not", "matching_grants": "of the facility", "premiums": "for its guarantee", "recoveries": "of defaults",
         "reimbursed": "to its guarantor", "results_payments": "of the facility", "technical_assistance": "of the facility",
         "claimed_private": "what its promoters claim to mobilise"},
    ),
    "facilities": (
        "the ledger of a facility over the calendar, in means over paths",
        {"facility": "its id", **{name: _MEANING[name] for name in (*_RAISED, *_LOWERED)}, "cash": "in its purse at the end",
         "held": "of that, for its deals"},
    ),
    "guarantees": (
        "a guarantee of a deal: what it promises and costs, calls and what follows in means over paths",
        {"deal": "its id", "kind": "of guarantee", "guarantor": "who pays", "exposure": "the largest payout", "provision": "what is held for it",
         "calls": "paid", "premiums": "received", "reimbursed": "of recoveries", "budget_cost": "calls less premiums and reimbursements"},
    ),
    "leverage": (
        "what a dollar of the fund mobilises, realised, or as promoters claim: never added up",
        {"basis": "realised, claimed", "metric": "docs/glossary.md", "value": "ratio of sums over paths", "se": "its standard error; empty of claims"},
    ),
    "sources_of_plans": (
        "who paid for what of the needs of a plan with deals",
        {"plan": "its id", "source": "programmes, other finance, facility, ...", "delivered": "mean over paths", "coverage": "share of needs",
         "se": "its standard error"},
    ),
    "debt_service": (
        "what borrowers of a plan's deals pay in a year, beside its coverage to date and what it would be waiting for grants, on the first paths",
        {"plan": "its id", "year": "calendar year", "service": "interest, principal and premiums, mean over paths", "service_se": "its standard error",
         "by_state": "of it, paid by the State", "coverage": "delivered over needs, to date", "coverage_se": "its standard error",
         "waiting": "the same without deals and what fills facilities", "waiting_se": "its standard error", "gained": "the difference",
         "gained_se": "its standard error, path by path", "of_paths": "looked at"},
    ),
}  # fmt: skip
"""What a row is, and what each column says; types follow from how the files are written."""
