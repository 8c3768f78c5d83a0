"""What each metric is made of: the events that raise and lower it, and whose they are.

Every metric is said once, in `METRICS`; what a stock is made of stands in the ledger (`books.LEDGER`), so that a
figure and its explanation cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mptf_sim.analysis.explanation.approvable import BACKING, PROMISED
from mptf_sim.books import ACCOUNTS, FINANCE_ACCOUNTS, LEDGER
from mptf_sim.errors import UsageError, nearest
from mptf_sim.measures.blended_metrics import DISCOUNTS
from mptf_sim.measures.concentration import INSTEAD

Signs = Mapping[str, int]
"""Events, and whether each raises (1) or lowers (-1) the figure."""


@dataclass(frozen=True, slots=True)
class Metric:
    """What a figure is made of.

    adds : events that raise or lower it
    when : over quarters, at a close, in one quarter alone, where it is lowest or most, or as a meeting begins
    over : for a share, the events of what it is a share of
    counts : whether postings are counted instead of added up
    serves_plans : whether only what meets needs of plans belongs to it
    """

    adds: Signs
    when: Literal["flow", "close", "quarter", "lowest", "most", "meeting"]
    over: Signs | None = None
    counts: bool = False
    serves_plans: bool = False


def of_stock(name: str) -> Signs:
    raised_by, lowered_by = LEDGER[name]
    return {**dict.fromkeys(raised_by, 1), **dict.fromkeys(lowered_by, -1)}


def _less(needs: Signs, met: Signs) -> Signs:
    return {**needs, **{event: -sign for event, sign in met.items()}}


_DELIVERED: Signs = {"direct_delivery": 1, "executed_finance": 1, "deal_delivery": 1}
_FUNDED: Signs = {"secured_finance": 1, "awarded_to_needs": 1, "freed_needs": -1, "deal_finance": 1}
_NEEDS: Signs = {"needs_due": 1}
_SPENT: Signs = {"direct_delivery": 1, "indirect_cost": 1}
_NET: Signs = {"transfers": 1, "refunds": -1, "facility_refunds": -1}
_SPENT_FOR_GOOD: Signs = {
    event: -sign
    for event, sign in of_stock("facility_cash").items()
    if event not in ("facility_grants", "facility_refunds")
}

METRICS: Mapping[str, Metric] = {
    **{one.name: Metric({one.name: 1}, "flow") for one in ACCOUNTS if one.kind == "flow"},
    **{
        one.name: Metric({one.name: 1}, "flow", counts=one.unit == "deals")
        for one in FINANCE_ACCOUNTS
        if one.kind == "flow"
    },
    **{name: Metric(of_stock(name), "close") for name in LEDGER},
    "net_funded": Metric(_NET, "flow"),
    "expenditure": Metric(_SPENT, "flow"),
    "delivery_rate": Metric(_SPENT, "flow", over=_NET),
    "delivery_rate_as_known": Metric({"reported_expenditure": 1}, "flow", over=_NET),
    "closing_cash": Metric(of_stock("cash"), "close"),
    "lowest_cash": Metric(of_stock("cash"), "lowest"),
    "closing_facility_cash": Metric(of_stock("facility_cash"), "close"),
    "budget_cost": Metric(_SPENT_FOR_GOOD, "flow"),
    "waiting_for_cash": Metric({"waiting_for_cash": 1}, "quarter"),
    "not_released": Metric({"not_released": 1}, "quarter"),
    "most_waiting_for_cash": Metric({"waiting_for_cash": 1}, "most"),
    "instalment_quarters_waiting": Metric({"waiting_for_cash": 1}, "flow", counts=True),
    "instalment_quarters_not_released": Metric({"not_released": 1}, "flow", counts=True),
    "programmes_approved": Metric({"approvals": 1}, "flow", counts=True),
    "approvable": Metric({**BACKING, **PROMISED}, "meeting"),
    "first_approvable": Metric({**BACKING, **PROMISED}, "meeting"),
    "coverage": Metric(_DELIVERED, "close", over=_NEEDS, serves_plans=True),
    "funded_share": Metric(_FUNDED, "close", over=_NEEDS, serves_plans=True),
    "delivery_gap": Metric(_less(_NEEDS, _DELIVERED), "close", serves_plans=True),
    "funding_gap": Metric(_less(_NEEDS, _FUNDED), "close", serves_plans=True),
}


OF_PLANS = ("needs_due", "secured_finance", "lapsed_needs", "executed_finance")
"""Events posted by plan, or by plan and window."""

OF_PROGRAMMES = (
    "refunds", "approvals", "awarded_to_needs", "transfers", "waiting_for_cash", "not_released", "direct_delivery",
    "indirect_cost", "cancelled_awards", "freed_needs",
)  # fmt: skip
"""Events posted by programme; all others are donors' or the fund's own. An id may name a donor and a plan."""

OF_FACILITIES = ("facility_grants", "facility_fees", "facility_refunds")
"""Events posted by facility."""

OF_DEALS = tuple(one.name for one in FINANCE_ACCOUNTS if one.kind == "flow" and one.name not in OF_FACILITIES)
"""Events posted by deal, or by deal and layer."""

DRAWN_INSTEAD = {
    "private_mobilised": "private_draws",
    "private_additional": "private_draws",
    "public_unlocked": "public_draws",
    "oecd_mobilised": "private_draws",
    "mdb_mobilised": "private_draws",
    "leverage_private": "private_draws",
    "leverage_private_additional": "private_draws",
    "leverage_total": "private_draws",
    "leverage_public_unlocked": "public_draws",
    "cost_per_dollar_mobilised": "budget_cost",
    "concessionality": "deal_investment",
    "most_guaranteed": "guarantee_calls",
    "guaranteed": "guarantee_calls",
    "facility_held": "facility_cash",
    "debt_service": "borrowers_interest or borrowers_principal",
    **{f"grant_equivalent_{discount}": "budget_cost" for discount in DISCOUNTS},
}
"""Figures of deals that weigh layers, divide sums or state promises, and the metric whose postings tell most of each."""


def known_metric(name: str) -> Metric:
    """The metric of that name.

    Raises
    ------
    UsageError : naming the nearest one
    """
    if name in INSTEAD:
        raise UsageError(f"{name} is an index, no sum of postings; ask for {INSTEAD[name]}")
    if name in DRAWN_INSTEAD or name.startswith("coverage_by_"):
        raise UsageError(f"{name} is no sum of postings; ask for {DRAWN_INSTEAD.get(name, 'coverage')}")
    if name not in METRICS:
        near = nearest(name, tuple(METRICS))
        raise UsageError(
            f"unknown metric '{name}'"
            + (f"; did you mean '{near}'?" if near else "")
            + f". Known: {', '.join(METRICS)}"
        )
    return METRICS[name]


def is_of_deals(metric: Metric) -> bool:
    """Whether nothing but facilities and deals moves it."""
    return set(metric.adds) <= {*OF_DEALS, *OF_FACILITIES}
