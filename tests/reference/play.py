"""One path, quarter by quarter, in the order of docs/model.md."""

from __future__ import annotations

from mptf_sim.scenario.scenario import Scenario
from tests.reference.blending import blend, receive_facility_refunds
from tests.reference.chance import Chance
from tests.reference.committee import frozen, meet, seen_at_the_table
from tests.reference.deals import open_blending
from tests.reference.delivery import deliver
from tests.reference.earmarks import UNEARMARKED
from tests.reference.fund import Fund, count_award, open_fund
from tests.reference.giving import DONORS_FLOWS, DONORS_STOCKS, Giving
from tests.reference.pipeline import advance
from tests.reference.plans import begin_year, coordinate, review, ripen, tell_lives
from tests.reference.played import Played
from tests.reference.programme import direct, indirect
from tests.reference.rounding import rounded
from tests.reference.transfers import fits, pay_instalments, payment_room


def play(scenario: Scenario, chance: Chance) -> Played:
    """Play one path from the first quarter to the last."""
    fund, blending = open_fund(scenario), open_blending(scenario, chance.of_deals, chance.rates)
    played = Played(fund, features=set(chance.giving.features))
    for t in range(fund.periods):
        cash_at_opening = fund.cash
        status_at_opening = dict(fund.status)
        review(fund, played, t)
        receive_deposits(fund, played, chance.giving, t)
        receive_interest(fund, played, t, cash_at_opening)
        receive_refunds(fund, played, t)
        receive_facility_refunds(fund, played, blending, t)
        pay_direct_cost(fund, played, t)
        begin_year(fund, played, chance.of_plans, t)
        ripen(fund, played, chance.of_plans, t)
        tell_lives(fund, played, status_at_opening, t)
        advance(fund, played, chance.of_slots, t)
        if fund.quarter(t) in scenario.governance.meetings and not frozen(fund, t):
            approve(fund, played, t)
        pay_instalments(fund, played, chance.of_programmes, t)
        deliver(fund, played, chance.of_programmes, t)
        coordinate(fund, played, t)
        blend(fund, played, blending, t)
        close_books(fund, played, t, chance.giving)
    return played


def receive_deposits(fund: Fund, played: Played, giving: Giving, t: int) -> None:
    """Donors announce, sign, deposit and cancel; the agent keeps its fee on each line's deposits."""
    rate = fund.scenario.fund.fees.administrative_agent.ratio
    for line in giving.lines(t):
        told = {event: giving.flows.get((t, event, line), 0) for event in DONORS_FLOWS}
        if line.kind == "financial":
            told["agent_fees"] = rounded(rate * told["deposits"])
            due = told["signed"] + told["exchange_difference"] - told["deposits"] - told["cancelled_commitments"]
            fund.signed_not_deposited[line.earmark] += due
            fund.money[line.earmark] += told["deposits"] - told["agent_fees"]
        for event, cents in told.items():
            played.note(t, event, line.donor, cents)


def receive_interest(fund: Fund, played: Played, t: int, cash: int) -> None:
    """Each quarter earns on the cash it opened with; in the fourth, what has accrued is credited."""
    rates = fund.scenario.fund.interest
    in_force = [year for year in rates if year <= fund.year(t)]
    if in_force:
        fund.accrued += rounded(rates[max(in_force)].ratio * cash / 4)
    if fund.quarter(t) == 4:
        fund.money[UNEARMARKED] += fund.accrued
        played.note(t, "interest", "", fund.accrued)
        fund.accrued = 0


def receive_refunds(fund: Fund, played: Played, t: int) -> None:
    """Programmes that reach financial closure return what they did not spend."""
    for programme in fund.programmes.values():
        if programme.closed is not None and t == programme.closed + programme.terms.financial_closure:
            for part in programme.parts:
                part.refunded = part.received - part.spent - indirect(part.spent, fund.indirect_rate)
                played.note(t, "refunds", programme.id, part.refunded, part.organisation)


def pay_direct_cost(fund: Fund, played: Played, t: int) -> None:
    """The secretariat's allocation, all that is owed of it or nothing."""
    terms = fund.scenario.fund.direct_cost
    if fund.quarter(t) == terms.quarter:
        fund.direct_cost_owed += terms.per_year
    owed = fund.direct_cost_owed
    if owed and fits(owed, payment_room(fund, frozenset({UNEARMARKED}))):
        fund.direct_cost_paid += owed
        fund.direct_cost_owed = 0
        played.note(t, "direct_cost", "", owed)
    elif owed:
        played.features.add("direct cost that waits")


def approve(fund: Fund, played: Played, t: int) -> None:
    """The Committee meets."""
    table, missing = meet(fund, t)
    played.approvable[t] = table.approvable
    played.note(t, "unmet_floors", "", missing)
    for id, award in table.awards.items():
        programme = fund.programmes[id]
        programme.award = award
        programme.approved = t
        if id in {slot.id for slot in fund.slots}:
            played.features.add("slot approved")
        for line in programme.lines:
            line.due = t + programme.terms.preparation
        count_award(fund, programme)
        played.note(t, "approvals", id, award)
        if programme.need is not None:
            carried = direct(award, fund.indirect_rate)
            played.note(t, "awarded_to_needs", id, carried)
            fund.unmet[programme.need] -= carried
    assert table.unmet == fund.unmet, "what the rule took off the needs is what awards serve"
    played.features |= seen_at_the_table(fund, table)


def close_books(fund: Fund, played: Played, t: int, giving: Giving) -> None:
    """Stocks at the close of the period, and plans to date."""
    programmes = fund.programmes.values()
    parts = [part for one in programmes for part in one.parts]
    expenditure = sum(part.expenditure[t] for part in parts)
    reported = sum(cents for (_, event, _), cents in played.flows.items() if event == "reported_expenditure")
    stocks = {
        "cash": fund.cash,
        "held_by_organisations": sum(part.received - part.refunded for part in parts) - expenditure,
        "unreported_expenditure": expenditure - sum(part.expenditure[-1] for part in parts) - reported,
        "owed_to_programmes": sum(one.award - one.cancelled - one.received for one in programmes),
        "signed_not_deposited": sum(fund.signed_not_deposited.values()),
        **{name: giving.stocks.get((t, name), 0) for name in DONORS_STOCKS},
        "unmet_needs": sum(fund.unmet.values()),
        "programmes_running": sum(one.running for one in programmes),
        "approvable": played.approvable.get(t, 0),
    }
    for plan, quarters in fund.executed.items():
        played.note(t, "executed_finance", plan, quarters[t])
    needs = funded = delivered = 0
    for plan in fund.executed:
        of_plan = plan_to_date(fund, played, plan, t)
        for what, amount in of_plan.items():
            played.plans[t, plan, what] = amount
        played.plans[t, plan, "status"] = fund.status[plan]
        played.plans[t, plan, "level"] = fund.level[plan]
        needs += of_plan["needs"]
        funded += of_plan["funded"]
        delivered += of_plan["delivered"]
    stocks["funding_gap"] = needs - funded
    stocks["delivery_gap"] = needs - delivered
    for name, amount in stocks.items():
        played.stocks[t, name] = amount


def plan_to_date(fund: Fund, played: Played, plan: str, t: int) -> dict[str, int]:
    """A plan's needs, approved finance and delivery, from the first quarter to this one."""
    serving = {one.id for one in fund.programmes.values() if one.need is not None and one.need[0] == plan}
    cells = {f"{need[0]} {need[1]}" for need in fund.needs if need[0] == plan}
    deals = {deal.id for deal in fund.scenario.deals if deal.plan == plan}

    def to_date(event: str, whose: set[str]) -> int:
        return sum(
            cents for (when, what, who), cents in played.flows.items() if when <= t and what == event and who in whose
        )

    return {
        "needs": to_date("needs_due", cells),
        "funded": to_date("secured_finance", cells)
        + to_date("awarded_to_needs", serving)
        - to_date("freed_needs", serving)
        + to_date("deal_finance", deals),
        "delivered": to_date("direct_delivery", serving)
        + to_date("executed_finance", {plan})
        + to_date("deal_delivery", deals),
    }
