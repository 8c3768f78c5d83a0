"""The catalogue of what must hold of every run: conservation (A), bounds and order (B).

Each line is one function, found anew from scenario and postings; a cent off is a failure. One generated run is held
against all of them, so that a scenario found by one line is tried on every other.

Not here, since the model has no such part yet: A8 (notional attribution of spending to donors), B6 (floors
and caps of windows), B9 to B12 (guarantees, waterfalls, recoveries); of B8 and B16 the closure of the fund itself.
False in general, and never asserted: B18 (quantiles of parts add
up), B20 (mean below p95). A11 is a test of its own below, since it needs a fund without inflow.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import chain

import numpy as np
import pytest
from hypothesis import event as label
from hypothesis import given

from mptf_sim.books import ACCOUNTS, FINANCE_ROW, POSTINGS, account
from mptf_sim.engine.draws import Streams, draw
from mptf_sim.engine.replay import Posting, replay
from mptf_sim.engine.run import simulate
from mptf_sim.engine.terms import Terms
from mptf_sim.fund.donors import Scheduled
from mptf_sim.fund.shocks import DonorCut, DonorExit, FreezeOfApprovals
from mptf_sim.measures.kpis import kpis
from mptf_sim.measures.statistics import expected_shortfall
from mptf_sim.runs.run import Run, path_columns
from mptf_sim.scenario.scenario import Scenario
from tests.engine.retold import BEFORE_THE_MEETING, Late, Retold, part_of
from tests.strategies import File, scenario_files, scenarios, seeds
from tests.whole_funds import whole_funds

PATHS = 2


@dataclass(frozen=True)
class Evidence:
    """A run and each of its paths told anew."""

    scenario: Scenario
    run: Run
    paths: list[Retold]
    rates: dict[str, np.ndarray]  # what a currency is worth in the fund's: (period, path)

    @classmethod
    def of(cls, scenario: Scenario, seed: int) -> Evidence:
        run = simulate(scenario, PATHS, seed)
        return cls(
            scenario,
            run,
            [
                Retold(scenario, replay(scenario, seed, path), late_reports(scenario, seed, path))
                for path in range(PATHS)
            ],
            dict(draw(Terms(scenario), seed, 0).gifts.rates),
        )


def late_reports(scenario: Scenario, seed: int, path: int) -> Late:
    """Which reports are late on a path of the first chunk: from the uniforms of each part, drawn here."""
    streams = Streams(seed, scenario.calendar.periods, 0)
    chances = {one.id: one.late_reports for one in scenario.organisations}

    @lru_cache
    def uniforms(programme: str, organisation: str) -> list[float]:
        drawn: list[float] = streams.uniforms(f"programme/{programme}", f"report {organisation}")[:, path].tolist()
        return drawn

    def late(programme: str, organisation: str, period: int) -> bool:
        chance = chances[organisation]
        return chance > 0 and uniforms(programme, organisation)[period] < chance

    return late


LINES: list[Callable[[Evidence], None]] = []


def line(check: Callable[[Evidence], None]) -> Callable[[Evidence], None]:
    """Enter a line of the catalogue into the list that every run is held against."""
    LINES.append(check)
    return check


def line_of_each_path(check: Callable[[Retold], None]) -> Callable[[Retold], None]:
    """The same for a line about single paths."""

    def on_each(evidence: Evidence) -> None:
        for path in evidence.paths:
            check(path)

    on_each.__name__ = check.__name__
    LINES.append(on_each)
    return check


def line_of(posting: Posting) -> tuple[str, str, str]:
    """What is kept apart of a donor's money."""
    return posting.who, posting.pledge, posting.earmark


def promised(posting: Posting) -> int:
    """Cents of the currency in which a donor promised them."""
    return posting.in_currency if posting.currency else posting.cents


def stocks(path: Retold, name: str) -> list[int]:
    """An account of the books, by period."""
    return [int(cents) for cents in account(path.books, name)[:, 0]]


# ---------------------------------------------------------------------------------------------------- A. Conservation


@line_of_each_path
def a1_every_posting_leaves_one_account_and_reaches_another(path: Retold) -> None:
    opening = sum(cash.amount for cash in path.scenario.fund.opening.cash)
    held = sum(life.opening_held for life in path.lives.values())
    balances = Counter({"fund cash": opening, "organisations": held, "outside": -opening - held})
    for postings, cash, organisations in zip(
        path.by_period, stocks(path, "cash"), stocks(path, "held_by_organisations"), strict=True
    ):
        for one in postings:
            if one.event in ("exchange_difference", "pledge_exchange_difference"):
                assert one.cents != 0, f"A1: {one} is no difference"
            else:
                status = one.event.startswith("plan becomes")  # an event without an amount
                assert one.cents > 0 or one.in_currency > 0 or status, f"A1: {one} moves nothing, or backwards"
            assert (one.credit, one.debit) == POSTINGS.get(one.event, ("", "")), f"A1: {one} moves along another way"
            if one.debit:
                assert one.debit != one.credit, f"A1: {one} goes nowhere"
                balances[one.credit] -= one.cents
                balances[one.debit] += one.cents
        assert sum(balances.values()) == 0, "A1: all accounts together"
        assert balances["fund cash"] == cash, "A1: fund cash"
        assert balances["organisations"] == organisations, "A1: organisations"


@line_of_each_path
def a2_every_stock_changes_by_its_flows_alone(path: Retold) -> None:
    standing, cash, pledged, signed, owed = path.opening(), [], [], [], []
    for t, postings in enumerate(path.by_period):
        standing.enter_period(t)
        for posting in postings:
            standing.post(posting)
        cash.append(standing.cash)
        pledged.append(standing.pledged)
        signed.append(sum(standing.signed.values()))
        owed.append(sum(standing.claims.values()) - sum(standing.paid.values()))
    assert cash == stocks(path, "cash"), "A2: cash"
    assert pledged == stocks(path, "pledged_not_signed"), "A2: pledged, not signed"
    ages = ("pledged_up_to_a_year", "pledged_up_to_two_years", "pledged_longer")
    by_age = [sum(parts) for parts in zip(*(stocks(path, age) for age in ages), strict=True)]
    assert pledged == by_age, "A2: pledged, not signed, by age"
    assert signed == stocks(path, "signed_not_deposited"), "A2: signed, not deposited"
    assert all(late <= due for late, due in zip(stocks(path, "overdue_deposits"), signed, strict=True)), "A2: overdue"
    assert owed == stocks(path, "owed_to_programmes"), "A2: owed to programmes"
    held = [sum(life.held_by_all(t) for life in path.lives.values()) for t in path.periods]
    assert held == stocks(path, "held_by_organisations"), "A2: held by organisations"


@line_of_each_path
def a2_needs_change_by_what_comes_due_is_met_is_freed_and_lapses(path: Retold) -> None:
    due, secured, executed = needs_of_plans(path.scenario)
    plans = {plan.id: plan for plan in path.scenario.plans}
    serving = {
        name: (life.programme.plan, life.programme.window)
        for name, life in path.lives.items()
        if life.programme.plan and life.programme.running is None
    }
    cells = sorted({(need.plan, need.window) for need in path.scenario.needs})
    unmet, gap, undelivered = dict.fromkeys(cells, 0), 0, 0
    years: dict[str, list[int]] = defaultdict(list)
    for t, quarter in enumerate(path.scenario.calendar.quarters):
        flows: Counter[str] = Counter()
        lapsed = {one.who: one.cents for one in path.by_period[t] if one.event == "lapsed_needs"}
        if t > 0 and quarter.quarter == 1:
            for plan, window in cells:
                lost = unmet[plan, window] - part_of(plans[plan].carry_over, unmet[plan, window])
                assert lost == lapsed.pop(f"{plan} {window}", 0), "A2: what does not carry over lapses"
                unmet[plan, window] -= lost
                flows["lapsed_needs"] += lost
        assert not lapsed, "A2: nothing lapses but in the first quarter"
        for cell in cells:
            flows["needs_due"] += due[cell, t]
            flows["secured_finance"] += secured[cell, t]
            flows["executed_finance"] += executed[cell, t]
            unmet[cell] += due[cell, t] - secured[cell, t]
        for name, cell in serving.items():
            life = path.lives[name]
            if life.approved_at == t:
                flows["awarded_to_needs"] += (met := life.direct_within(life.award))
                unmet[cell] -= met
                assert unmet[cell] >= 0, f"A2: {name} was awarded more than its need"
            if life.closed_at == t:
                flows["freed_needs"] += (freed := life.direct_within(life.award) - life.spent(t))
                unmet[cell] += freed
            undelivered -= life.by_event["direct_delivery"].get(t, 0)
        gap += flows["needs_due"] - flows["secured_finance"] - flows["awarded_to_needs"] + flows["freed_needs"]
        undelivered += flows["needs_due"] - flows["executed_finance"]
        for name, found in (
            ("unmet_needs", sum(unmet.values())),
            ("funding_gap", gap),
            ("delivery_gap", undelivered),
            *((name, flows[name]) for name in NEEDS_FLOWS),
        ):
            years[name].append(found)
    for name, found_by_period in years.items():
        assert found_by_period == stocks(path, name), f"A2: {name}"


NEEDS_FLOWS = ("needs_due", "secured_finance", "awarded_to_needs", "freed_needs", "lapsed_needs", "executed_finance")


def needs_of_plans(scenario: Scenario) -> tuple[Counter, Counter, Counter]:
    """What comes due, is secured and is executed of each need in each period, from the file."""
    due: Counter = Counter()
    secured: Counter = Counter()
    executed: Counter = Counter()
    raising = {plan.id for plan in scenario.plans if plan.status in ("costed", "adopted", "reviewed")}
    played = defaultdict(list)
    for t, quarter in enumerate(scenario.calendar.quarters):
        played[quarter.year].append(t)
    for need in scenario.needs:
        if need.plan in raising and played[need.year]:
            due[(need.plan, need.window), played[need.year][0]] += need.amount
    for source in scenario.finance:
        if source.plan not in raising or source.status != "secured" or not played[source.year]:
            continue
        needs = {n.window: n.amount for n in scenario.needs if (n.plan, n.year) == (source.plan, source.year)}
        weights = {source.window: 1} if source.window else needs
        for window, amount in by_largest_remainder(source.amount, weights).items():
            cell = (source.plan, window)
            secured[cell, played[source.year][0]] += amount
            spent = by_largest_remainder(part_of(source.execution, amount), dict.fromkeys(played[source.year], 1))
            for t, cents in spent.items():
                executed[cell, t] += cents
    return due, secured, executed


def by_largest_remainder(total: int, weights: dict) -> dict:
    """An amount shared in proportion: down to whole cents, then a cent each to the largest rests, ties to the first."""
    names, whole = sorted(weights), sum(weights.values())
    if whole == 0:
        return {name: total * (name == names[0]) for name in names}
    quotas = {name: Fraction(total * weights[name], whole) for name in names}
    parts = {name: int(quota) for name, quota in quotas.items()}
    rests = sorted(names, key=lambda name: (parts[name] - quotas[name], name))
    for name in rests[: total - sum(parts.values())]:
        parts[name] += 1
    return parts


@line_of_each_path
def a3_what_came_in_is_what_went_out_and_what_is_still_here(path: Retold) -> None:
    opening = sum(cash.amount for cash in path.scenario.fund.opening.cash)
    came_in = sum(sum(path.amounts(event)) for event in ("deposits", "interest", "refunds"))
    went_out = sum(sum(path.amounts(event)) for event in ("agent_fees", "direct_cost", "transfers"))
    assert opening + came_in == went_out + stocks(path, "cash")[-1], "A3"


@line_of_each_path
def a4_each_donor_has_deposited_or_cancelled_what_it_signed_or_owes_it_still(path: Retold) -> None:
    for donor in path.scenario.donors:
        owed = [
            sum(
                promised(one) * {"signed": 1, "deposits": -1, "cancelled_commitments": -1}.get(one.event, 0)
                for one in chain.from_iterable(path.by_period[: t + 1])
                if one.who == donor.id and not one.pledge
            )
            for t in path.periods
        ]
        assert min(owed) >= 0, f"A4: {donor.id} paid what it had not signed"
        leaves = any(isinstance(shock, DonorExit) and donor.id in shock.donors for shock in path.scenario.shocks)
        cut = any(isinstance(shock, DonorCut) for shock in path.scenario.shocks)
        if not isinstance(donor.outlook, Scheduled) or leaves or cut or donor.delay.chance > 0:
            continue
        start = path.scenario.calendar.start.ordinal
        dated = [
            (one.due.ordinal - start, max(one.signed.ordinal - start if one.signed else 0, 0), one.amount)
            for one in donor.outlook.instalments
        ]
        still_due = [sum(amount for due, signed, amount in dated if signed <= t < due) for t in path.periods]
        assert owed == still_due, f"A4: {donor.id} owes what is signed and not yet due"


@line_of_each_path
def a4_each_line_of_a_donor_has_lapsed_paid_or_cancelled_what_it_announced_or_still_stands(path: Retold) -> None:
    raises = {"announced": (1, 0), "lapsed_pledges": (-1, 0), "signed": (-1, 1), "deposits": (0, -1)}
    raises["cancelled_commitments"] = (0, -1)
    pledged: Counter[tuple[str, str, str]] = Counter()
    owed: Counter[tuple[str, str, str]] = Counter()
    for t, postings in enumerate(path.by_period):
        for one in postings:
            to_sign, to_pay = raises.get(one.event, (0, 0))
            pledged[line_of(one)] += promised(one) * to_sign
            owed[line_of(one)] += promised(one) * to_pay
        for line in pledged.keys() | owed.keys():
            assert pledged[line] >= 0, f"A4: {line} signed or lapsed more than was announced, period {t}"
            assert owed[line] >= 0, f"A4: {line} paid more than was signed, period {t}"
    for pledge in path.scenario.pledges:
        kinds = {"financial": ("signed", "lapsed_pledges"), "in kind": ("in_kind_signed", "in_kind_lapsed")}
        for event in kinds.get(pledge.kind, ("policy_pledges_adopted", "policy_pledges_lapsed")):
            when = {one.period for one in path.postings if one.pledge == pledge.id and one.event == event}
            leaves = any(isinstance(one, DonorExit) and pledge.donor in one.donors for one in path.scenario.shocks)
            assert len(when) <= 1 or leaves, f"A4: {pledge.id} is signed once, or lapses once"


@line_of_each_path
def a4_what_touches_no_cash_is_provided_or_lapses_or_still_stands(path: Retold) -> None:
    for stock, raised, lowered in (
        ("in_kind_outstanding", "in_kind_announced", ("in_kind_provided", "in_kind_lapsed")),
        ("policy_pledges_open", "policy_pledges_announced", ("policy_pledges_adopted", "policy_pledges_lapsed")),
    ):
        standing: Counter[str] = Counter()
        for postings, stands in zip(path.by_period, stocks(path, stock), strict=True):
            for one in postings:
                standing[one.pledge] += one.cents * ((one.event == raised) - (one.event in lowered))
            assert min(standing.values(), default=0) >= 0, f"A4: {stock}"
            assert sum(standing.values()) == stands, f"A4: {stock}"


@line_of_each_path
def a5_each_part_has_spent_or_refunded_what_it_received_or_its_organisation_holds_it_still(path: Retold) -> None:
    held = dict.fromkeys(path.periods, 0)
    for name, life in path.lives.items():
        for one in life.organisations:
            for t in path.periods:
                spent = life.until("direct_delivery", t, one) + life.until("indirect_cost", t, one)
                opening = life.opening_received_by[one] - life.with_indirect(life.opening_spent_by[one])
                here = opening + life.until("transfers", t, one) - life.until("refunds", t, one) - spent
                assert here == life.held(t, one), f"A5: {one} holds of {name} what is neither spent nor refunded"
                held[t] += here
    assert list(held.values()) == stocks(path, "held_by_organisations"), "A5: all organisations"


@line_of_each_path
def a6_a_settled_part_has_cost_its_direct_cost_and_the_indirect_cost_of_it(path: Retold) -> None:
    for name, life in path.lives.items():
        refunded_at = [t for t, cents in life.by_event["refunds"].items() if cents]
        if life.closed_at is None:
            assert not refunded_at, f"A6: {name} refunds before it is closed"
            continue
        settled_at = life.closed_at + life.agreement.financial_closure
        assert set(refunded_at) <= {settled_at}, f"A6: {name} refunds at its financial closure, once"
        for one in life.organisations if settled_at in path.periods else ():
            last = path.periods[-1]
            net_funded = life.received(last, one) - life.until("refunds", last, one)
            assert net_funded == life.with_indirect(life.spent(last, one)), f"A6: {one} in {name}"


@line_of_each_path
def a7_programmes_windows_plans_organisations_and_instalments_each_add_up_to_the_fund(path: Retold) -> None:
    terms = {one.id: one for one in path.scenario.all_programmes}
    for event in ("approvals", "transfers", "refunds", "direct_delivery", "indirect_cost", "cancelled_awards"):
        by_programme = path.by_whom(event)
        for grouped in ("window", "plan"):
            total: Counter = Counter()
            for name, cents in by_programme.items():
                total[getattr(terms[name], grouped)] += cents
            assert sum(total.values()) == sum(stocks(path, event)), f"A7: {event} by {grouped}"
    for event in ("transfers", "refunds", "direct_delivery", "indirect_cost"):
        by_part: Counter = Counter()
        for posting in path.postings:
            if posting.event == event:
                by_part[posting.who, posting.organisation] += posting.cents
        assert all(organisation in terms[name].parts for name, organisation in by_part), f"A7: {event} of no part"
        assert sum(by_part.values()) == sum(stocks(path, event)), f"A7: {event} by organisation"
    for name, life in path.lives.items():
        paid = [life.instalment(k + 1) for k in range(len(life.agreement.instalments))]
        assert sum(paid) == life.award, f"A7: instalments of {name}"
        for amount in paid:
            parts = life.split(amount)
            assert sum(parts.values()) == amount, f"A7: parts of an instalment of {name}"
            assert min(parts.values()) >= 0, f"A7: parts of an instalment of {name}"


@line
def a9_every_reported_number_is_the_sum_of_the_postings_behind_it(evidence: Evidence) -> None:
    run, paths = evidence.run, evidence.paths
    totals = dict(zip(run.rows, run.distributions.totals.tolist(), strict=True))
    flows = [one.name for one in ACCOUNTS if one.kind == "flow" and one.name not in NEEDS_FLOWS]
    for name in (*flows, "waiting_for_cash", "not_released"):
        for path in paths:
            assert path.amounts(name) == stocks(path, name), f"A9: {name} of path"
        for t, period in enumerate(run.axes.periods):
            rows = [row for row in run.rows if row[:2] == (name, "fund") and row.period == period]
            assert [totals[row] for row in rows] == [sum(path.amounts(name)[t] for path in paths)], f"A9: {name}"
    entities = (("donor", "deposits", "deposits"), ("programme", "transfers", "transfers"))
    for kind, name, event in (*entities, ("programme", "delivery", "direct_delivery")):
        for row in run.rows:
            if (row.account, row.scope_kind) == (name, kind):
                posted = sum(path.by_whom(event)[row.scope] for path in paths)
                assert totals[row] == posted, f"A9: {name} of {row.scope}"
    for row in run.rows:
        if (row.account, row.scope_kind) == ("awards", "programme"):
            net = sum(
                path.by_whom("approvals")[row.scope] - path.by_whom("cancelled_awards")[row.scope] for path in paths
            )
            assert totals[row] == net, f"A9: awards of {row.scope}"
    for number, path in enumerate(paths):
        for name, values in path_columns(run.axes, path.books).items():
            assert run.columns[name][number] == values[0], f"A9: {name} of path {number}, replayed"


@line
def a10_quarters_add_up_to_years_and_years_to_date(evidence: Evidence) -> None:
    run = evidence.run
    totals = {
        (row.account, row.period): int(total) for row, total in zip(run.rows, run.distributions.totals, strict=True)
    }
    in_fund = {row.account for row in run.rows if row.period.startswith("to ")} & {one.name for one in ACCOUNTS}
    assert in_fund, "A10: no account has a yearly table"
    for name in in_fund:
        to_date = 0
        for year in sorted(set(run.axes.years)):
            quarters = [period for period, one in zip(run.axes.periods, run.axes.years, strict=True) if one == year]
            to_date += sum(totals[name, quarter] for quarter in quarters)
            assert totals[name, str(year)] == sum(totals[name, quarter] for quarter in quarters), (
                f"A10: {name} of {year}"
            )
            assert totals[name, f"to {year}"] == to_date, f"A10: {name} to {year}"
    for at, end in enumerate(run.axes.year_ends):
        for path in evidence.paths:
            needs = int(path.books.plan_needs[at].sum())
            delivered, funded = path.books.plan_delivered[at].sum(), path.books.plan_funded[at].sum()
            assert needs - delivered == stocks(path, "delivery_gap")[end], "A10: plans at the end of a year, delivered"
            assert needs - funded == stocks(path, "funding_gap")[end], "A10: plans at the end of a year, funded"


@line_of_each_path
def a12_the_fee_is_taken_on_each_deposit_and_on_nothing_else(path: Retold) -> None:
    rate = path.scenario.fund.fees.administrative_agent
    for postings in path.by_period:
        fees = {line_of(one): one.cents for one in postings if one.event == "agent_fees"}
        owed = {line_of(one): part_of(rate, one.cents) for one in postings if one.event == "deposits"}
        assert fees == {line: cents for line, cents in owed.items() if cents}, "A12"


@line
def a13_what_is_booked_is_the_amount_at_the_rate_of_its_quarter(evidence: Evidence) -> None:
    booked_now = ("announced", "signed", "deposits")
    waves = any(shock.kind == "earmarking_wave" for shock in evidence.scenario.shocks)
    whole = {one.id for one in evidence.scenario.pledges if len(one.instalments) == 1 and not waves}
    for number, path in enumerate(evidence.paths):
        for t, postings in enumerate(path.by_period):
            for one in postings:
                if one.currency and one.event in booked_now:
                    worth = one.in_currency * float(evidence.rates[one.currency][t, number])
                    parts = 1 if one.pledge in whole else 20  # promises of the line that fall in one quarter, at most
                    assert abs(one.cents - worth) <= parts * 0.5, f"A13: {one} is worth {worth}"
                    if one.pledge in whole:
                        assert one.cents == round(worth), f"A13: {one}"


@line_of_each_path
def a14_a_donor_settles_in_its_own_currency_what_it_promised_in_it(path: Retold) -> None:
    moves = {"announced": (1, 0), "lapsed_pledges": (-1, 0), "signed": (-1, 1), "deposits": (0, -1)}
    moves["cancelled_commitments"] = (0, -1)
    moves_booked = {**moves, "pledge_exchange_difference": (1, 0), "exchange_difference": (0, 1)}
    currency = {donor.id: donor.currency for donor in path.scenario.donors}
    stands: Counter[tuple[int, tuple[str, str, str]]] = Counter()
    booked: Counter[tuple[int, tuple[str, str, str]]] = Counter()
    for postings in path.by_period:
        for one in postings:
            if one.who not in currency or currency[one.who] in (None, path.scenario.fund.currency):
                assert not one.currency, f"A14: {one} is in the fund's currency"
                continue
            assert one.currency == currency[one.who] or one.event not in moves, f"A14: {one}"
            for stage in (0, 1):
                stands[stage, line_of(one)] += one.in_currency * moves.get(one.event, (0, 0))[stage]
                booked[stage, line_of(one)] += one.cents * moves_booked.get(one.event, (0, 0))[stage]
        for key, left in stands.items():
            assert left >= 0, f"A14: {key} gave more than it promised"  # B4, in the currency of the promise
            assert left or not booked[key], f"A14: {key} is settled, and {booked[key]} cents are left in the books"


# ------------------------------------------------------------------------------------------------- B. Bounds and order


@line_of_each_path
def b1_cash_is_never_negative_not_even_between_two_payments(path: Retold) -> None:
    for _, posting, standing in path.walk():
        assert standing.cash >= 0, f"B1: after {posting}"


@line_of_each_path
def b2_no_award_is_beyond_the_room_of_any_set_of_earmarks(path: Retold) -> None:
    standing, meetings = path.opening(), path.scenario.governance.meetings
    freezes = [shock for shock in path.scenario.shocks if isinstance(shock, FreezeOfApprovals)]
    approvable = stocks(path, "approvable")
    for t, postings in enumerate(path.by_period):
        standing.enter_period(t)
        for posting in postings:
            if posting.event in BEFORE_THE_MEETING:
                standing.post(posting)
        before = {classes: standing.approval_room(classes, t) for classes in path.sets}
        for posting in postings:
            if posting.event == "approvals":
                standing.post(posting)
        now = path.scenario.calendar.quarters[t]
        if now.quarter in meetings and not any(freeze.holds(now) for freeze in freezes):
            assert approvable[t] == max(before[path.sets[-1]], 0), "B2: what could have been approved"
        else:
            assert approvable[t] == 0, "B2: nothing is approved without a meeting"
            assert not any(posting.event == "approvals" for posting in postings), "B2: an award without a meeting"
        for classes in path.sets:
            claimed = before[classes] - standing.approval_room(classes, t)
            assert claimed == 0 or claimed <= before[classes], f"B2: awards beyond the room of {classes} in period {t}"
        for posting in postings:
            if posting.event not in BEFORE_THE_MEETING and posting.event != "approvals":
                standing.post(posting)


@line_of_each_path
def b3_transfers_stay_within_awards_and_awards_within_budgets(path: Retold) -> None:
    minimum = path.scenario.governance.limits.minimum_grant
    for name, life in path.lives.items():
        assert life.award <= life.programme.budget, f"B3: award of {name}"
        if life.approved_at is not None and life.programme.running is None:
            assert life.award >= minimum, f"B3: award of {name} below the minimum grant"
        assert len(life.by_event["approvals"]) <= 1, f"B3: {name} is awarded once"
        for line in life.lines:
            paid = {t: cents for t in path.periods if (cents := line.transferred(t))}
            assert all(cents == line.instalment(t) for t, cents in paid.items()), f"B3: instalment of {line.key}"
            shares = {t: life.split(life.instalment(line.paid_before(t) + 1)) for t in paid}
            for one in line.organisations:
                received = {t: parts[one] for t, parts in shares.items() if parts[one]}
                assert received == life.by_part["transfers", one], f"B3: {one}'s part of {name}"
        assert life.received(path.periods[-1]) <= life.award, f"B3: transfers to {name}"
        cancelled = life.by_event["cancelled_awards"]
        if life.closed_at is not None and (unpaid := life.award - life.received(life.closed_at)):
            assert cancelled == {life.closed_at: unpaid}, f"B3: {name} is cancelled what was not paid"
        else:
            assert not cancelled, f"B3: {name} is cancelled nothing"


@line_of_each_path
def b4_no_donor_deposits_more_than_it_signed(path: Retold) -> None:
    signed: Counter[str] = Counter()
    settled: Counter[str] = Counter()
    for postings in path.by_period:
        for one in postings:
            signed[one.who] += promised(one) * (one.event == "signed")
            settled[one.who] += promised(one) * (one.event in ("deposits", "cancelled_commitments"))
        assert settled <= signed, "B4: in the currency of the pledge; in the fund's it is false, since rates move"


@line_of_each_path
def b5_no_payment_is_beyond_the_money_of_any_set_of_earmarks(path: Retold) -> None:
    for t, posting, standing in path.walk():
        if posting.event in ("direct_cost", "transfers"):
            for classes in path.sets:
                assert standing.payment_room(classes) >= 0, f"B5: {posting} overdraws {classes} in period {t}"
                # The secretariat is paid whole or not at all, but never more than it is owed.
        assert standing.direct_cost_owed >= 0, f"B5: {posting} pays direct cost that is not due"


@line_of_each_path
def b7_an_instalment_is_paid_when_due_and_released_and_waits_for_nothing_but_cash(path: Retold) -> None:
    standing = path.opening()
    for t, postings in enumerate(path.by_period):
        standing.enter_period(t)
        for posting in postings:
            standing.post(posting)
        outcomes: dict[str, Counter] = {event: Counter() for event in ("transfers", "waiting_for_cash", "not_released")}
        lines = {line.key: line for life in path.lives.values() for line in life.lines}
        for one in postings:
            if one.event in outcomes:
                alone = (one.who, one.organisation) in lines
                outcomes[one.event][one.who, one.organisation if alone else ""] += one.cents
        counts = Counter(name for found in outcomes.values() for name in found)
        assert max(counts.values(), default=1) == 1, "B7: an instalment is paid, waits or is not released"
        held_up = 0
        for name, line in lines.items():
            due, amount, paid = line.due[t], line.instalment(t), line.paid_before(t)
            if due is None or due > t:
                assert not counts[name], f"B7: nothing of {name} is due in period {t}"
            elif not line.is_released(t, paid):
                assert outcomes["not_released"][name] == amount, f"B7: {name} has not delivered or reported enough"
                held_up += amount * line.has_delivered(t, paid)
            elif amount:
                paid_or_waiting = outcomes["transfers"] | outcomes["waiting_for_cash"]
                assert paid_or_waiting[name] == amount, f"B7: {name} is released in period {t}"
        assert held_up == stocks(path, "held_up_by_reports")[t], "B7: what overdue reports alone hold up"
        # Room only falls while payments take their turn: what was refused in its turn still does not fit at the end.
        for (name, _), cents in outcomes["waiting_for_cash"].items():
            rooms = [standing.payment_room(classes) for classes in path.sets if path.eligible[name] <= classes]
            assert min(rooms) < cents, f"B7: {name} waits in period {t} though there is money"


PIPELINE = ("concept_notes_received", "concept_notes_selected", "documents_ready")
"""What happens on a slot, in this order."""


@line_of_each_path
def b8_nothing_moves_before_its_time_or_after_closure(path: Retold) -> None:
    last = path.periods[-1]
    for name, life in path.lives.items():
        paid_at = sorted(life.by_event["transfers"])
        if life.approved_at is None:
            assert not paid_at, f"B8: {name} is paid without approval"
            assert not life.by_event["direct_delivery"], f"B8: {name} delivers without approval"
            continue
        if paid_at and not life.opening_instalments:
            assert paid_at[0] >= life.approved_at + life.agreement.preparation, (
                f"B8: {name} is paid before it is prepared"
            )
        delivered_at = [*life.by_event["direct_delivery"], *life.by_event["indirect_cost"]]
        if life.started_at is None:
            assert not delivered_at, f"B8: {name} delivers before its first transfer"
        else:
            assert min(delivered_at, default=life.started_at) >= life.started_at, f"B8: {name} delivers too early"
        closed = last if life.closed_at is None else life.closed_at
        assert max([*paid_at, *delivered_at], default=closed) <= closed, f"B8: {name} goes on after closure"
        if life.approved_at >= 0 and life.programme.ready is not None:
            ready = life.programme.ready.ordinal - path.scenario.calendar.start.ordinal
            assert ready <= life.approved_at, f"B8: {name} is approved before its document is ready"
            if path.scenario.pipeline and name.startswith(path.scenario.pipeline.prefix):
                prepared = [life.by_event[event] for event in PIPELINE]
                assert all(len(when) == 1 for when in prepared), f"B8: {name} is approved out of its turn"
                first, chosen, done = (next(iter(when)) for when in prepared)
                assert ready == first <= chosen <= done <= life.approved_at, f"B8: {name} is approved out of its turn"
            signed = {one.id: one.signed_agreement for one in path.scenario.organisations}
            for one in life.organisations:
                assert signed[one] != "never", f"B8: {one} in {name} never signed its agreement"
                when = -1 if signed[one] is None else signed[one].ordinal - path.scenario.calendar.start.ordinal
                assert when <= life.approved_at, f"B8: {name} is approved before {one} has signed"
    running = [
        sum(
            life.started_at is not None and life.started_at <= t and (life.closed_at is None or t < life.closed_at)
            for life in path.lives.values()
        )
        for t in path.periods
    ]
    assert running == stocks(path, "programmes_running"), "B8: programmes between first transfer and closure"


@line_of_each_path
def b13_organisations_never_spend_more_than_they_received(path: Retold) -> None:
    for name, life in path.lives.items():
        planned = life.split(life.direct_within(life.award))
        for t in path.periods:
            for one in life.organisations:
                assert life.held(t, one) >= 0, f"B13: {one} in {name} in period {t}"
                assert life.spent(t, one) <= planned[one], f"B13: {one} in {name} beyond its part of the award"
    for concerned, most in capacities(path.scenario):
        for year in set(quarter.year for quarter in path.scenario.calendar.quarters):
            spent = sum(
                one.cents
                for one in path.postings
                if one.event == "direct_delivery" and one.period.startswith(f"{year}") and concerned(one)
            )
            assert spent <= most, f"B13: beyond a capacity of {year}"


def capacities(scenario: Scenario) -> Iterator[tuple[Callable[[Posting], bool], int]]:
    """Every limit on what a plan can absorb and an organisation can spend in a year, and what it concerns."""
    plan_of = {one.id: one.plan for one in scenario.all_programmes}
    for plan in scenario.plans:
        if plan.absorption_per_year is not None:
            yield (lambda posting, id=plan.id: plan_of[posting.who] == id), plan.absorption_per_year
    for one in scenario.organisations:
        if one.capacity is not None:
            yield (lambda posting, id=one.id: posting.organisation == id), one.capacity


@line
def b14_probabilities_are_between_zero_and_one(evidence: Evidence) -> None:
    table = kpis(evidence.run)
    chances = table.loc[table["unit"] == "probability", "mean"]
    assert len(chances) >= 2, "B14: no chance is reported"
    assert chances.between(0.0, 1.0).all(), "B14"
    for currency, rate in evidence.rates.items():
        assert (np.isfinite(rate) & (rate > 0)).all(), f"B14: rate of {currency}"


@line
def b15_no_output_is_infinite_missing_or_a_negative_zero(evidence: Evidence) -> None:
    run = evidence.run
    for values in (run.columns[name] for name in run.columns):
        assert values.dtype == np.int64, "B15: columns of paths are whole"
    numbers = np.concatenate([run.distributions.means()[None], run.distributions.quantiles((0.05, 0.5, 0.95))])
    assert np.isfinite(numbers).all(), "B15"
    assert not (np.signbit(numbers) & (numbers == 0)).any(), "B15: negative zero"
    for name in ("deposits", "agent_fees", "interest", "refunds", "direct_cost", "approvals", "transfers", "cash",
                 "direct_delivery", "held_by_organisations", "owed_to_programmes", "signed_not_deposited",
                 "unmet_needs", "waiting_for_cash", "not_released", "approvable", "lapsed_needs"):  # fmt: skip
        for path in evidence.paths:
            assert min(stocks(path, name)) >= 0, f"B15: {name} is never negative"


@line_of_each_path
def b16_nothing_comes_from_a_donor_that_has_left(path: Retold) -> None:
    start = path.scenario.calendar.start.ordinal
    for shock in path.scenario.shocks:
        if isinstance(shock, DonorExit):
            left = max(shock.start.ordinal - start, 0)
            for t in path.periods[left:]:
                came = [one for one in path.by_period[t] if one.event == "deposits" and one.who in shock.donors]
                assert not came, "B16: a deposit after the exit"
                signed = [one for one in path.by_period[t] if one.event == "signed" and one.who in shock.donors]
                assert not signed or t == 0, "B16: a signature after the exit"  # at 0: signed before the calendar
            for donor in shock.donors:
                events = {"signed": 1, "deposits": -1, "cancelled_commitments": -1}
                owed = sum(promised(one) * events.get(one.event, 0) for one in path.postings if one.who == donor)
                if left in path.periods:
                    assert owed == 0, f"B16: {donor} left and still owes"


@line
def b17_quantiles_rise_with_their_level_and_hold_the_mean_between_the_extremes(evidence: Evidence) -> None:
    distributions = evidence.run.distributions
    ordered = distributions.quantiles((0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0))
    assert (np.diff(ordered, axis=0) >= 0).all(), "B17: quantiles"
    assert (ordered[0] <= distributions.means()).all(), "B17: mean below the least"
    assert (distributions.means() <= ordered[-1]).all(), "B17: mean above the most"


@line
def b19_shortfall_is_worse_than_its_quantile_and_no_worse_for_a_sum_than_for_its_parts(evidence: Evidence) -> None:
    table = kpis(evidence.run).dropna(subset=["es95"])
    high = table["bad_tail"] == "high"
    # A mean of equal floats may differ from them in the last bit: shares are floats, amounts are not.
    slack = np.where(table["unit"] == "share", 1e-12, 1e-9 * table["es95"].abs())
    assert (table["es95"] + slack >= table["p95"])[high].all(), "B19: high tail"
    assert (table["es95"] - slack <= table["p05"])[~high].all(), "B19: low tail"
    parts = [evidence.run.columns["transfers"], evidence.run.columns["closing_cash"]]
    of_parts = sum(expected_shortfall(np.sort(part), "high") for part in parts)
    of_sum = expected_shortfall(np.sort(parts[0] + parts[1]), "high")
    assert of_sum <= of_parts * (1 + 1e-12), "B19: subadditive"


# -------------------------------------------------------------------------------------------------------------- tests


@given(scenario=scenarios(), seed=seeds)
def test_every_line_of_the_catalogue_holds_of_every_run(scenario: Scenario, seed: int) -> None:
    evidence = Evidence.of(scenario, seed)
    for name in (
        "transfers",
        "waiting_for_cash",
        "not_released",
        "refunds",
        "lapsed_needs",
        "lapsed_pledges",
        "cancelled_commitments",
    ):
        label(name, any(sum(path.amounts(name)) for path in evidence.paths))

    for check in LINES:
        check(evidence)


@given(scenario=whole_funds(), seed=seeds)
def test_every_line_of_the_catalogue_holds_of_every_run_with_every_part(scenario: Scenario, seed: int) -> None:
    evidence = Evidence.of(scenario, seed)
    for name in (
        "lapsed_pledges",
        "overdue_deposits",
        "in_kind_provided",
        "policy_pledges_adopted",
        "held_up_by_reports",
    ):
        label(name, any(sum(stocks(path, name)) for path in evidence.paths))

    for check in LINES:
        check(evidence)


@given(file=scenario_files(), seed=seeds)
def test_nothing_happens_with_no_inflow(file: File, seed: int) -> None:
    """A11. Under `rolling` programmes may be approved on instalments that fall due later; they are never paid."""
    file["fund"]["opening"] = {"cash": []}
    file["programmes"] = [one for one in file["programmes"] if "running" not in one]
    for donor in file["donors"]:
        donor["outlook"] |= {"gift": "0"} if donor["outlook"]["kind"] == "renewing" else {"instalments": []}
    scenario = Scenario.model_validate(file)

    run = simulate(scenario, PATHS, seed)

    of_the_fund = [name for name in POSTINGS if name not in FINANCE_ROW]  # there are no facilities
    moved = [name for name in of_the_fund if run.columns[name].any()]
    assert moved == [], "A11"
    still = ["cash", "held_by_organisations", "signed_not_deposited", "approvable"]
    if scenario.fund.funding_policy.kind != "rolling":
        still += ["approvals", "owed_to_programmes", "waiting_for_cash", "programmes_running"]
    totals = zip(run.rows, run.distributions.totals, strict=True)
    moved = [row for row, total in totals if row.account in still and row.scope_kind == "fund" and total]
    assert moved == [], "A11"


def test_a_programme_is_awarded_once_though_its_budget_carries_no_direct_cost() -> None:
    """One cent with indirect cost of 100% leaves no direct cost: the document must still leave the queue."""
    scenario = Scenario.model_validate(
        {
            "schema": 1,
            "name": "One cent",
            "calendar": {"start": "2026-Q1", "periods": 2},
            "fund": {"fees": {"indirect_cost": "100%"}, "opening": {"cash": [{"amount": "0.02"}]}},
            "windows": [{"id": "data", "name": "Data"}],
            "regions": [{"id": "africa", "name": "Africa"}],
            "organisations": [{"id": "IOM", "name": "IOM"}],
            "agreements": [{"id": "terms", "instalments": [{"share": "100%"}]}],
            "programmes": [
                {
                    "id": "JP", "name": "Programme", "window": "data", "region": "africa", "organisation": "IOM",
                    "budget": "0.01", "ready": "2026-Q1", "duration": 1, "agreement": "terms",
                }
            ],
            "governance": {"meetings": ["Q1", "Q2"], "allocation": {"kind": "pro_rata"}},
        }
    )  # fmt: skip

    assert simulate(scenario, 1, 0).columns["approvals"].tolist() == [1]


@pytest.mark.parametrize("periods", [1, 4])
def test_a_fund_without_donors_plans_or_programmes_is_played(periods: int) -> None:
    scenario = Scenario.model_validate(
        {
            "schema": 1,
            "name": "Empty",
            "calendar": {"start": "2026-Q1", "periods": periods},
            "windows": [{"id": "data", "name": "Data"}],
            "regions": [{"id": "africa", "name": "Africa"}],
        }
    )

    assert simulate(scenario, 2, 0).columns["closing_cash"].tolist() == [0, 0]
