"""Does the opening tie to the last certified statement? Every difference is named, to the cent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mptf_sim.fund.certified import BALANCES, OF_PROGRAMMES, SOURCES, USES, Certified
from mptf_sim.quantities import money_text
from mptf_sim.scenario.inconsistency import At, Inconsistency, unknown

if TYPE_CHECKING:
    from mptf_sim.scenario.scenario import Scenario

CERTIFIED: At = ("fund", "opening", "certified")


def reconciliation(scenario: Scenario) -> Iterator[Inconsistency]:
    """Every difference between the certified history and the opening, and within the history."""
    certified = scenario.fund.opening.certified
    if certified is None:
        return
    start = scenario.calendar.start
    if start.quarter != 1 or certified.year != start.year - 1:
        message = (
            f"expected a calendar that starts in {certified.year + 1}-Q1, on the day after the statement, found {start}"
        )
        yield Inconsistency((*CERTIFIED, "year"), message)
    yield from _told_once(certified)
    yield from _balances(scenario, certified)
    yield from _programmes(scenario, certified)


def _told_once(certified: Certified) -> Iterator[Inconsistency]:
    seen: dict[tuple[object, ...], int] = {}
    for number, one in enumerate(certified.table):
        first = seen.setdefault((one.year, one.line, one.programme), number)
        if first != number:
            message = f"duplicate line: {one.line} of {one.year} is already given in table[{first}]"
            yield Inconsistency((*CERTIFIED, "table", number, "line"), message)
        if one.year > certified.year:
            message = f"expected a year up to {certified.year}, the last certified one, found {one.year}"
            yield Inconsistency((*CERTIFIED, "table", number, "year"), message)


def _balances(scenario: Scenario, certified: Certified) -> Iterator[Inconsistency]:
    """Opening + sources - uses is the closing balance of each year, which opens the next; the last is the opening cash."""
    change: dict[int, int] = defaultdict(int)
    balance: dict[tuple[int, str], tuple[int, int]] = {}
    for number, one in enumerate(certified.table):
        if one.line in BALANCES:
            balance[one.year, one.line] = (number, one.amount)
        elif one.line in SOURCES:
            change[one.year] += one.amount
        elif one.line in USES:
            change[one.year] -= one.amount
    first = min(one.year for one in certified.table)
    for year in range(first, certified.year + 1):
        missing = [line for line in BALANCES if (year, line) not in balance]
        if missing:
            yield Inconsistency((*CERTIFIED, "table"), f"{year} has no line '{missing[0]}': every year has one")
            continue
        (opened, opening), (closed, closing) = (balance[year, line] for line in BALANCES)
        if opening + change[year] != closing:
            yield _difference(
                closed,
                f"opening balance + sources - uses of {year}",
                opening + change[year],
                closing,
                "closing balance",
            )
        before = balance.get((year - 1, "closing_balance"))
        if before is not None and before[1] != opening:
            yield _difference(opened, f"the closing balance of {year - 1}", before[1], opening, "opening balance")
    last = balance.get((certified.year, "closing_balance"))
    cash = sum(one.amount for one in scenario.fund.opening.cash)
    if last is not None and last[1] != cash:
        message = (
            f"opening cash is {money_text(cash)}, the certified balance of {certified.year} is {money_text(last[1])}: "
            f"a difference of {_signed(cash - last[1])}"
        )
        yield Inconsistency(("fund", "opening", "cash"), message)


def _programmes(scenario: Scenario, certified: Certified) -> Iterator[Inconsistency]:
    """Running programmes have received and delivered what is certified; closed ones hold nothing any more."""
    agreements = {agreement.id: agreement for agreement in scenario.agreements}
    told: dict[str | None, dict[str, int]] = defaultdict(lambda: dict.fromkeys(OF_PROGRAMMES, 0))
    running = {one.id: number for number, one in enumerate(scenario.programmes) if one.running is not None}
    for number, one in enumerate(certified.table):
        if one.line not in OF_PROGRAMMES:
            continue
        if one.programme is not None and one.programme not in running:
            message = unknown(one.programme, running, "running programmes")
            yield Inconsistency((*CERTIFIED, "table", number, "programme"), message)
        told[one.programme][one.line] += one.amount
    indirect = scenario.fund.fees.indirect_cost
    for id, number in running.items():
        programme = scenario.programmes[number]
        state, agreement = programme.running, agreements.get(programme.agreement)
        if state is None or agreement is None or state.instalments_paid > len(agreement.instalments):
            continue
        paid = state.instalments_paid
        received = agreement.cumulative()[paid - 1].of_cents(programme.budget) if paid else 0
        earned = sum(indirect.of_cents(part) for part in programme.parts.split(state.delivered).values())
        lines = told[id]
        for what, here, there in (
            ("received", received, lines["transfers"] - lines["refunds"]),
            ("delivered", state.delivered, lines["direct_delivery"]),
            ("earned as indirect cost", earned, lines["indirect_cost"]),
        ):
            if here != there:
                message = (
                    f"{id} has {what} {money_text(here)}, certified is {_signed(there)}: a difference of "
                    f"{_signed(here - there)}"
                )
                yield Inconsistency(("programmes", number, "running"), message)
    closed = told[None]
    held = closed["transfers"] - closed["refunds"] - closed["direct_delivery"] - closed["indirect_cost"]
    if held:
        message = (
            f"programmes closed before the calendar (lines without a programme) still hold {_signed(held)}: transfers "
            "- refunds - direct_delivery - indirect_cost must be 0. State what they spent, or let them run"
        )
        yield Inconsistency((*CERTIFIED, "table"), message)


def _difference(number: int, what: str, expected: int, found: int, line: str) -> Inconsistency:
    message = (
        f"expected the {line} {_signed(expected)} ({what}), found {money_text(found)}: a difference of "
        f"{_signed(found - expected)}"
    )
    return Inconsistency((*CERTIFIED, "table", number, "amount"), message)


def _signed(cents: int) -> str:
    return f"-{money_text(-cents)}" if cents < 0 else money_text(cents)
