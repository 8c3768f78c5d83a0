"""One path, quarter by quarter, in the order of docs/model.md."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from mptf_sim.scenario.scenario import Scenario
from tests.reference.chance import Chance
from tests.reference.committee import frozen, meet, seen_at_the_table
from tests.reference.earmarks import UNEARMARKED, BackingOfClasses, Classes
from tests.reference.fund import Fund, Programme, count_award, direct, indirect, open_fund
from tests.reference.rounding import rounded

Event = tuple[int, str, str]
"""Period, event, and who it is about."""


@dataclass
class Played:
    """What happened on one path, and what stood in the books at the close of every period."""

    fund: Fund
    flows: dict[Event, int] = field(default_factory=lambda: defaultdict(int))
    stocks: dict[tuple[int, str], int] = field(default_factory=dict)
    approvable: dict[int, int] = field(default_factory=dict)
    plans: dict[tuple[int, str, str], int] = field(default_factory=dict)  # period, plan, what: to date
    features: set[str] = field(default_factory=set)

    def note(self, period: int, event: str, who: str, cents: int) -> None:
        self.flows[period, event, who] += cents

    def total(self, period: int, event: str) -> int:
        return sum(cents for (when, what, _), cents in self.flows.items() if (when, what) == (period, event))


def play(scenario: Scenario, chance: Chance) -> Played:
    """Play one path from the first quarter to the last."""
    fund = open_fund(scenario)
    played = Played(fund)
    for t in range(fund.periods):
        cash_at_opening = fund.cash
        receive_deposits(fund, played, chance, t)
        receive_interest(fund, played, t, cash_at_opening)
        receive_refunds(fund, played, t)
        pay_direct_cost(fund, played, t)
        renew_needs(fund, played, t)
        if fund.quarter(t) in scenario.governance.meetings and not frozen(fund, t):
            approve(fund, played, t)
        pay_instalments(fund, played, t)
        deliver(fund, played, chance, t)
        close_books(fund, played, t, chance.overdue[t])
    return played


def receive_deposits(fund: Fund, played: Played, chance: Chance, t: int) -> None:
    """Donors sign, deposit and cancel; the agent keeps its fee on each donor's deposit."""
    rate = fund.scenario.fund.fees.administrative_agent.ratio
    for donor in fund.scenario.donors:
        signed = chance.signed[donor.id][t]
        deposited, cancelled = chance.deposited[donor.id][t], chance.cancelled[donor.id][t]
        fee = rounded(rate * deposited)
        name = fund.classes[donor.earmark]
        fund.signed_not_deposited[name] += signed - deposited - cancelled
        fund.money[name] += deposited - fee
        played.note(t, "announced", donor.id, signed)  # whatever is compared is announced when it is signed
        played.note(t, "signed", donor.id, signed)
        played.note(t, "deposits", donor.id, deposited)
        played.note(t, "cancelled_commitments", donor.id, cancelled)
        played.note(t, "agent_fees", donor.id, fee)


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
        if programme.closed is not None and t == programme.closed + programme.financial_closure:
            unspent = programme.received - programme.spent - indirect(programme.spent, fund.indirect_rate)
            programme.refunded = unspent
            played.note(t, "refunds", programme.id, unspent)


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


def payment_room(fund: Fund, eligible: Classes) -> int | Fraction | None:
    """What may still be paid from these classes of money."""
    return BackingOfClasses(fund.money).room(eligible, fund.payments())


def fits(amount: int, found: int | Fraction | None) -> bool:
    """Whether an amount is within a room."""
    return found is not None and amount <= found


def renew_needs(fund: Fund, played: Played, t: int) -> None:
    """When a year begins, unmet needs carry over or lapse, and the year's needs come due."""
    if t > 0 and fund.quarter(t) != 1:
        return
    for need in fund.unmet:
        plan, window = need
        if t > 0:
            kept = rounded(fund.carry_over[plan] * fund.unmet[need])
            played.note(t, "lapsed_needs", f"{plan} {window}", fund.unmet[need] - kept)
            fund.unmet[need] = kept
        due = fund.needs[need].get(fund.year(t), 0)
        secured = fund.secured.get(need, {}).get(fund.year(t), 0)
        fund.unmet[need] += due - secured
        played.note(t, "needs_due", f"{plan} {window}", due)
        played.note(t, "secured_finance", f"{plan} {window}", secured)


def approve(fund: Fund, played: Played, t: int) -> None:
    """The Committee meets."""
    table, missing = meet(fund, t)
    played.approvable[t] = table.approvable
    played.note(t, "unmet_floors", "", missing)
    for id, award in table.awards.items():
        programme = fund.programmes[id]
        programme.award = award
        programme.approved = t
        programme.due = t + programme.preparation
        count_award(fund, programme)
        played.note(t, "approvals", id, award)
        if programme.need is not None:
            carried = direct(award, fund.indirect_rate)
            played.note(t, "awarded_to_needs", id, carried)
            fund.unmet[programme.need] -= carried
    assert table.unmet == fund.unmet, "what the rule took off the needs is what awards serve"
    played.features |= seen_at_the_table(fund, table)


def pay_instalments(fund: Fund, played: Played, t: int) -> None:
    """Instalments due and released, oldest approval first, each whole or not at all."""
    lag = fund.scenario.fund.reporting_lag
    awarded = [one for one in fund.programmes.values() if one.approved is not None]
    for programme in sorted(awarded, key=lambda one: (one.approved, one.id)):
        if programme.closed is not None or programme.due is None or programme.due > t:
            continue
        amount = programme.next_amount
        if programme.known[max(t - lag, -1)] < to_release(programme):
            played.note(t, "not_released", programme.id, amount)
            played.note(t, "instalments_not_released", programme.id, int(amount > 0))
        elif not fits(amount, payment_room(fund, programme.eligible)):
            played.note(t, "waiting_for_cash", programme.id, amount)
            played.note(t, "instalments_waiting", programme.id, int(amount > 0))
            if amount <= fund.cash:
                played.features.add("instalment that waits for the cash of its earmarks")
        else:
            pay(programme, t)
            played.note(t, "transfers", programme.id, amount)


def to_release(programme: Programme) -> int:
    """Expenditure that must be known before the next instalment."""
    number = programme.paid + 1
    if number == 1:
        return 0
    before, last = programme.received_after(number - 2), programme.received_after(number - 1)
    return before + rounded(programme.thresholds[number - 1] * (last - before))


def pay(programme: Programme, t: int) -> None:
    """One instalment; the first one starts the programme."""
    if programme.paid == 0:
        programme.start = t
        programme.end = t + programme.duration
    programme.paid += 1
    programme.due = None
    if programme.paid < len(programme.shares):
        programme.due = programme.start + programme.after[programme.paid]


def deliver(fund: Fund, played: Played, chance: Chance, t: int) -> None:
    """Running programmes spend, report, and close at their end."""
    for programme in fund.programmes.values():
        if programme.running:
            spend(fund, played, programme, chance.pace[programme.id] * chance.slowdown[t], t)
            close_if_ended(fund, played, programme, t)
        programme.known[t] = programme.spent + indirect(programme.spent, fund.indirect_rate)


def spend(fund: Fund, played: Played, programme: Programme, pace: float, t: int) -> None:
    """A share of what the S-curve says should be delivered by now and is not."""
    age = t + 1 - programme.start
    x = min(max(age / programme.duration, 0.0), 1.0)
    planned = (3.0 - 2.0 * x) * x * x
    backlog = max(planned * direct(programme.award, fund.indirect_rate) - programme.spent, 0.0)
    spent = min(round(backlog * pace), direct(programme.received, fund.indirect_rate) - programme.spent)
    earned = indirect(programme.spent + spent, fund.indirect_rate) - indirect(programme.spent, fund.indirect_rate)
    programme.spent += spent
    played.note(t, "direct_delivery", programme.id, spent)
    played.note(t, "indirect_cost", programme.id, earned)


def close_if_ended(fund: Fund, played: Played, programme: Programme, t: int) -> None:
    """At its end a programme is extended once if it is not complete; otherwise it closes."""
    carried = direct(programme.award, fund.indirect_rate)
    complete = programme.spent >= rounded(programme.complete_at * carried)
    ended = programme.end <= t + 1
    if ended and not complete and not programme.extended and programme.extension > 0:
        programme.extended = True
        played.features.add("extension")
        programme.end += programme.extension
    elif ended or (programme.extended and complete):
        programme.closed = t
        programme.due = None
        programme.cancelled = programme.award - programme.received
        played.note(t, "cancelled_awards", programme.id, programme.cancelled)
        if programme.need is not None:
            fund.unmet[programme.need] += carried - programme.spent
            played.note(t, "freed_needs", programme.id, carried - programme.spent)


def close_books(fund: Fund, played: Played, t: int, overdue: int) -> None:
    """Stocks at the close of the period, and plans to date."""
    programmes = fund.programmes.values()
    spent_with_indirect = sum(one.known[t] for one in programmes)
    stocks = {
        "cash": fund.cash,
        "held_by_organisations": sum(one.received - one.refunded for one in programmes) - spent_with_indirect,
        "owed_to_programmes": sum(one.award - one.cancelled - one.received for one in programmes),
        "signed_not_deposited": sum(fund.signed_not_deposited.values()),
        "overdue_deposits": overdue,
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

    def to_date(event: str, whose: set[str]) -> int:
        return sum(
            cents for (when, what, who), cents in played.flows.items() if when <= t and what == event and who in whose
        )

    return {
        "needs": to_date("needs_due", cells),
        "funded": to_date("secured_finance", cells)
        + to_date("awarded_to_needs", serving)
        - to_date("freed_needs", serving),
        "delivered": to_date("direct_delivery", serving) + to_date("executed_finance", {plan}),
    }
