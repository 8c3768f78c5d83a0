"""One path as a ledger for beancount: every posting in double entry, and what must stand there at each year's end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from mptf_sim.books import LEDGER, account
from mptf_sim.engine.replay import Replay
from mptf_sim.engine.standing import KEPT_BY_PROGRAMME
from mptf_sim.journals.chart import OPENING, Chart, Leg, flows_of, memo_stocks, parties, unit_of
from mptf_sim.journals.writing import decimal, first_day, last_day, particulars
from mptf_sim.quantities import Quarter
from mptf_sim.scenario.scenario import Scenario

EXPLAINED = """\
; Every posting of one simulated path, in double entry: debits are positive, credits negative, amounts exact.
; Entries carry the last day of their quarter; opening balances the day before the calendar starts.
; Income and Expenses run on over the years: nothing is closed. Assets are money of the fund, wherever it is held.
; Equity:Memo holds what is promised or needed and is not money, each account with its contra in Equity:MemoContra.
; A `balance` is checked before the entries of its day, so the one of a year's end carries the next day. The amounts
; are those of the run's books, which the engine keeps apart from the postings; no difference is tolerated.
; What moves no money and changes no promise or need (an instalment that waits) stands as `custom`.
"""


def as_beancount(scenario: Scenario, seed: int, replay: Replay) -> str:
    """The ledger as text; `bean-check` finds nothing wrong with it."""
    chart, currency = Chart(scenario), scenario.fund.currency
    opens = first_day(scenario.calendar.start) - timedelta(days=1)
    entries = list(_entries(chart, currency, opens, replay))
    asserted = list(_assertions(chart, scenario, replay))
    used = {leg.account for _, legs in entries for leg in legs}
    used |= {name for _, name, _ in asserted}
    lines = [
        f'option "title" {_quoted(f"{scenario.name}, path {replay.path}, seed {seed}")}',
        f'option "operating_currency" "{currency}"',
        "",
        EXPLAINED,
    ]
    for name in sorted(used):
        lines.append(f"{opens} open {name} {currency}")
        if (behind := chart.behind(name)) is not None:
            lines += [f"  id: {_quoted(behind[0])}", *([f"  name: {_quoted(behind[1])}"] if behind[1] else [])]
    lines.append("")
    lines += [text for text, _ in entries]
    lines += [f"{day} balance {name} {decimal(cents)} ~ 0.00 {currency}" for day, name, cents in asserted]
    return "\n".join(lines) + "\n"


def _entries(chart: Chart, currency: str, opens: date, replay: Replay) -> Iterator[tuple[str, list[Leg]]]:
    """Each entry as it is written, and its lines."""
    opening = [leg for one in replay.opening for leg in chart.opening_legs(*one)]
    if opening:
        yield _transaction(opens, "", "opening balances", [], opening, currency), opening
    for one in replay.postings:
        day = last_day(Quarter.read(one.period))
        said = [f"  {name}: {_quoted(text)}" for name, text in particulars(one).items() if text]
        legs = chart.legs(one.event, one.who, one.cents, one.organisation)
        if legs:
            yield _transaction(day, one.who, one.event, said, legs, currency), legs
            continue
        unit = unit_of(one.event)
        amount = f"{decimal(one.cents)} {currency}" if unit == "cents" else f"{one.cents} {_quoted(unit)}"
        yield "\n".join([f"{day} custom {_quoted(one.event)} {_quoted(one.who)} {amount}", *said, ""]), legs


def _transaction(day: date, who: str, event: str, said: list[str], legs: list[Leg], currency: str) -> str:
    payee = f"{_quoted(who)} " if who else ""
    lines = [f"  {leg.account}  {decimal(leg.cents)} {currency}" for leg in legs]
    return "\n".join([f"{day} * {payee}{_quoted(event)}", *said, *lines, ""])


def _assertions(chart: Chart, scenario: Scenario, replay: Replay) -> Iterator[tuple[date, str, int]]:
    """What every account must hold: all of them together at each year's end, one by one when the calendar ends."""
    quarters, blends = scenario.calendar.quarters, bool(scenario.facilities or scenario.deals)
    everyone, promised = parties(blends), memo_stocks(blends)
    ends = [t for t, quarter in enumerate(quarters) if quarter.quarter == 4 or t == len(quarters) - 1]
    for t in ends:
        day = last_day(quarters[t]) + timedelta(days=1)
        for party in everyone:
            yield day, chart.of(party), _total(chart, replay, party, t)
        for stock in promised:
            standing = int(account(replay.books, stock)[t, 0])
            yield day, chart.memo(stock), standing
            yield day, chart.contra(stock), -standing

    closing = {(one.stock, one.who, one.organisation): one.cents for one in replay.closing}
    day = last_day(quarters[-1]) + timedelta(days=1)
    seen = dict.fromkeys(
        [(one.stock, one.who, one.organisation) for one in (*replay.opening, *replay.closing)]
        + [
            (stock, one.who, one.organisation if stock in chart.holder_of else "")
            for one in replay.postings
            for stock in KEPT_BY_PROGRAMME
            if one.event in _flows(stock)
        ]
    )
    for one in seen:
        yield day, chart.balance(*one), closing.get(one, 0)
    brought = sum(one.cents for one in replay.opening if one.stock in chart.holder_of)
    yield day, OPENING, -brought


def _total(chart: Chart, replay: Replay, party: str, t: int) -> int:
    """What stands in all accounts of a party at the close of a period, by the books."""
    if party in chart.held_by:
        return int(account(replay.books, chart.held_by[party])[t, 0])
    reaches, leaves = flows_of(party)
    flows = [(event, 1) for event in reaches] + [(event, -1) for event in leaves]
    return sum(sign * int(np.sum(account(replay.books, event)[: t + 1, 0])) for event, sign in flows)


def _flows(stock: str) -> tuple[str, ...]:
    raises, lowers = LEDGER[stock]
    return (*raises, *lowers)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
