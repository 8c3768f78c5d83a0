"""Debt rules of plans: how much of a loan to the State may be signed."""

from __future__ import annotations

from math import floor
from typing import Any

from mptf_sim.formulas.debt import lic_dsf_thresholds
from tests.reference.deals import Blending, Deal
from tests.reference.fund import Fund
from tests.reference.rounding import rounded

AT = 0.05
"""The rate at which grant elements are taken."""


def headroom(fund: Fund, blending: Blending, deal: Deal, t: int) -> int | None:
    """In face value; None where no rule binds the deal."""
    plan = next(plan for plan in fund.scenario.plans if plan.id == deal.terms.plan)
    borrower, rule = deal.terms.borrower, plan.debt_rule
    if borrower is None or borrower.kind != "sovereign" or rule is None:
        return None
    of_plan = [
        one
        for one in blending.deals.values()
        if one.terms.plan == plan.id and one.terms.borrower and one.terms.borrower.kind == "sovereign"
    ]
    closed = [one for one in of_plan if one.closed is not None]
    match rule.kind:
        case "grants_only":
            return 0
        case "min_grant_element":
            return deal.face if softness(deal) >= rule.share else 0
        case "envelope":
            return int(rule.amount) - sum(one.face for one in closed)
        case "debt_thresholds":
            return by_thresholds(fund, rule, closed, deal, t)
    raise AssertionError(f"nobody has told the debt rule {rule.kind}")


def reduced(fund: Fund, deal: Deal, room: int) -> list[int] | None:
    """Faces within the headroom, if that is worth signing."""
    plan = next(plan for plan in fund.scenario.plans if plan.id == deal.terms.plan)
    rule = plan.debt_rule
    least = getattr(rule, "reduce_to", None)
    if least is None or least.ratio == 1 or room < 1 or room < rounded(least.ratio * deal.face):
        return None
    share, running, before, faces = room / deal.face, 0, 0, []
    for loan in deal.loans:
        running += loan.face
        faces.append(round(share * running) - before)
        before = round(share * running)
    return faces


def softness(deal: Deal) -> float:
    """The grant element of its loans together, as stated, as a share."""
    total = 0.0
    for loan in deal.loans:
        total += loan.stated_face * loan.concessionality(loan.rate, AT)
    return total / sum(loan.stated_face for loan in deal.loans)


def by_thresholds(fund: Fund, rule: Any, closed: list[Deal], deal: Deal, t: int) -> int:
    """The least that present value and the service of each year allow."""
    limits = [float(limit) / 100 for limit in lic_dsf_thresholds(rule.capacity)]
    year = fund.year(t)

    def figure(name: str, y: int) -> float:
        course = getattr(rule, name)
        return float(course.amount * (1 + course.growth) ** (y - fund.year(0)))

    value = min(limits[0] * figure("gdp", year), limits[1] * figure("exports", year)) - figure("debt", year)
    for one in closed:
        assert one.last_draw is not None
        owed = one.outstanding(t) if one.last_draw < t else one.face
        value -= (1 - softness(one)) * owed
    rooms = [value / (1 - softness(deal))]
    last_draw = t + deal.terms.draws.after + deal.terms.draws.over - 1
    for y, per_face in service_per_face(fund, deal, last_draw).items():
        left = min(limits[2] * figure("exports", y), limits[3] * figure("revenue", y)) - figure("service", y)
        for one in closed:
            assert one.last_draw is not None
            left -= service_per_face(fund, one, one.last_draw).get(y, 0.0) * one.face
        if per_face:
            rooms.append(left / per_face)
    return floor(max(min(rooms), 0.0))


def service_per_face(fund: Fund, deal: Deal, last_draw: int) -> dict[int, float]:
    """By year: interest and principal of each unit of face, as stated."""
    stated = sum(loan.stated_face for loan in deal.loans)
    service: dict[int, float] = {}
    for loan in deal.loans:
        for a in range(1, loan.payments + 1):
            before = loan.due_by(a - 1)
            part = loan.due_by(a) - before + float(loan.rate) / 4 * (1 - before)
            y = fund.year(last_draw + a)
            service[y] = service.get(y, 0.0) + loan.stated_face / stated * part
    return service
