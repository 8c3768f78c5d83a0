"""What is measured of blending, path by path: leverage, grant equivalents, what it costs, who pays for a plan's coverage.

*Realised* is what lenders drew. What promoters *claim* is not among these: see `blending.leverage`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from mptf_sim.measures.statistics import BadTail
from mptf_sim.quantities import Whole

AMOUNTS: tuple[tuple[str, BadTail], ...] = (
    ("facility_grants", "low"),
    ("facility_refunds", "low"),
    ("deal_investment", "low"),
    ("deal_finance", "low"),
    ("private_mobilised", "low"),
    ("private_additional", "low"),
    ("public_unlocked", "low"),
    ("oecd_mobilised", "low"),
    ("mdb_mobilised", "low"),
    ("loan_losses", "high"),
    ("most_guaranteed", "high"),
    ("guarantee_calls", "high"),
    ("outside_calls", "high"),
    ("debt_reduced", "high"),
    ("debt_deferred", "high"),
    ("closing_facility_cash", "low"),
)
"""Totals over the calendar, or the state at its end, and which tail is bad. Meanings: docs/glossary.md."""

GIVEN_AWAY = ("technical_assistance", "matching_grants", "interest_buy_downs", "results_payments")
"""What facilities pay and do not get back, beside grants of the stack."""

DISCOUNTS = (9, 7, 6, 5)


class Blended(NamedTuple):
    """A metric of blending: `above`, or `above` over `below`; a ratio's mean is the ratio of the sums over paths."""

    name: str
    unit: str
    bad_tail: BadTail
    above: Whole
    below: Whole | None = None


def blends(columns: Mapping[str, Whole]) -> bool:
    """Whether a run has facilities or deals."""
    return "deal_investment" in columns


def of_fund(columns: Mapping[str, Whole]) -> Iterator[Blended]:
    """Metrics of the fund; none of one that does not blend."""
    if not blends(columns):
        return
    for name, tail in AMOUNTS:
        yield Blended(name, "cents", tail, columns[name])
    for discount in DISCOUNTS:
        yield Blended(f"grant_equivalent_{discount}", "cents", "high", grant_equivalent(columns, discount))
    yield Blended("budget_cost", "cents", "high", budget_cost(columns))
    used = used_of_the_fund(columns)
    for metric, above, below, tail in (
        ("leverage_private", columns["private_mobilised"], used, "low"),
        ("leverage_private_additional", columns["private_additional"], used, "low"),
        ("leverage_total", columns["private_mobilised"] + columns["public_draws"], used, "low"),
        ("leverage_public_unlocked", columns["public_unlocked"], columns["interest_buy_downs"], "low"),
        ("cost_per_dollar_mobilised", budget_cost(columns), columns["private_mobilised"], "high"),
        ("concessionality", grant_equivalent(columns, 5), columns["deal_investment"], "high"),
    ):
        if below.sum() > 0:
            yield Blended(metric, "share", tail, above, below)


def of_plan(columns: Mapping[str, Whole], plan: str) -> Iterator[Blended]:
    """Coverage of a plan that has deals, by who paid, and the service of what its State borrowed."""
    if not any(name.startswith(f"delivered_by:{plan}:") for name in columns):
        return
    need = columns[f"needs:{plan}"]
    for source, delivered in delivered_by_source(columns, plan).items():
        yield Blended(f"coverage_by_{source.replace(' ', '_')}", "share", "low", delivered, need)
    if (service := columns.get(f"debt_service:{plan}")) is not None:
        yield Blended("debt_service", "cents", "high", service)


def delivered_by_source(columns: Mapping[str, Whole], plan: str) -> dict[str, Whole]:
    """What was delivered of a plan's needs, by who paid: together all that coverage counts; (path,) each, cents."""
    prefix = f"delivered_by:{plan}:"
    by_deals = {name.removeprefix(prefix): one for name, one in columns.items() if name.startswith(prefix)}
    others, delivered = columns[f"executed:{plan}"], columns[f"delivered:{plan}"]
    of_deals = sum(by_deals.values(), np.zeros_like(delivered))
    return {"programmes": delivered - others - of_deals, "other finance": others, **dict(sorted(by_deals.items()))}


def used_of_the_fund(columns: Mapping[str, Whole]) -> Whole:
    """What the fund put into facilities, less what came back to it: (path,), cents."""
    used: Whole = columns["facility_grants"] - columns["facility_refunds"]
    return used


def grant_equivalent(columns: Mapping[str, Whole], discount: int) -> Whole:
    """What is given away in deals, in layers and beside them, at a yearly discount rate in per cent: (path,), cents."""
    given: Whole = sum((columns[name] for name in GIVEN_AWAY), columns[f"given_{discount}"])
    return given


def budget_cost(columns: Mapping[str, Whole]) -> Whole:
    """What facilities have spent for good: grants received less refunds and closing cash; (path,), cents.

    Fees, losses, calls net of premiums and recoveries, all that is given away. Loans still outstanding count as spent.
    """
    cost: Whole = used_of_the_fund(columns) - columns["closing_facility_cash"]
    return cost


def providers(columns: Mapping[str, Whole], plans: Sequence[str]) -> list[str]:
    """Plans that have deals."""
    return [plan for plan in plans if any(name.startswith(f"delivered_by:{plan}:") for name in columns)]
