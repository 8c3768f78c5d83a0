"""A joint programme: its document and terms, what each organisation does of it, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from mptf_sim.scenario.scenario import Scenario
from tests.reference.earmarks import UNEARMARKED, Classes
from tests.reference.rounding import rounded

Need = tuple[str, str]
"""A plan and one of its windows."""


def indirect(direct: int, rate: Fraction) -> int:
    """Indirect cost of so much direct cost."""
    return rounded(rate * direct)


def direct(money: int, rate: Fraction) -> int:
    """The most direct cost that this money carries with its indirect cost, found by halving."""
    carried, too_much = 0, money + 1
    while too_much - carried > 1:
        middle = (carried + too_much) // 2
        if middle + indirect(middle, rate) <= money:
            carried = middle
        else:
            too_much = middle
    return carried


@dataclass
class Part:
    """What one organisation receives, spends and refunds of a programme."""

    organisation: str
    before: Fraction  # shares of the organisations before it, all together
    share: Fraction
    opening: int = 0  # received before the calendar
    received: int = 0
    spent: int = 0
    spent_before: int = 0  # the calendar
    refunded: int = 0
    had: dict[int, int] = field(default_factory=dict)  # received by the close of a period
    expenditure: dict[int, int] = field(default_factory=dict)  # with indirect cost, by the close of a period

    @property
    def delivered(self) -> int:
        """Direct cost within the calendar."""
        return self.spent - self.spent_before

    def of(self, amount: int) -> int:
        """Its part of an amount of the programme: the difference of two rounded running totals."""
        return rounded((self.before + self.share) * amount) - rounded(self.before * amount)


@dataclass
class Line:
    """What is released and paid at once: a programme, or one part of it."""

    parts: list[Part]
    paid: int = 0  # instalments
    due: int | None = None  # period of the next instalment

    @property
    def organisation(self) -> str:
        """Who alone is paid; empty if several are."""
        return self.parts[0].organisation if len(self.parts) == 1 else ""


@dataclass
class Programme:
    """A joint programme: its document and terms, and where it stands."""

    id: str
    window: str
    region: str
    plan: str | None
    countries: frozenset[str]
    markers: Any
    readiness: bool
    eligible: Classes
    need: Need | None
    budget: int
    duration: int
    terms: Any  # its agreement
    parts: list[Part]
    lines: list[Line]
    signed: int | None  # when the last of its organisations signed the fund's agreement; None for never
    quality: int = 0
    ready: int | None = None  # for the Committee
    approved: int | None = None
    award: int = 0
    start: int | None = None
    end: int | None = None
    extended: bool = False
    closed: int | None = None
    cancelled: int = 0
    returned: int = 0  # by the facility that it fills

    @property
    def instalments(self) -> int:
        return len(self.terms.instalments)

    def after(self, number: int) -> int:
        """Quarters after the start at which an instalment falls due."""
        return int(self.terms.instalments[number - 1].after)

    def received_after(self, instalments: int) -> int:
        """What the programme has received once so many instalments are paid."""
        shares = [tranche.share.ratio for tranche in self.terms.instalments[:instalments]]
        return rounded(sum(shares, Fraction(0)) * self.award)

    def instalment(self, number: int) -> int:
        return self.received_after(number) - self.received_after(number - 1)

    def amount(self, line: Line, number: int) -> int:
        """What a line is paid as its instalment of this number."""
        return sum(part.of(self.instalment(number)) for part in line.parts)

    @property
    def received(self) -> int:
        return sum(part.received for part in self.parts)

    @property
    def spent(self) -> int:
        return sum(part.spent for part in self.parts)

    @property
    def payments(self) -> int:
        """What it has cost the fund since the calendar started."""
        return sum(part.received - part.opening - part.refunded for part in self.parts) - self.returned

    @property
    def claim(self) -> int:
        """What it may still cost the fund, or has cost it, since the calendar started."""
        return self.payments + self.award - self.cancelled - self.received

    @property
    def running(self) -> bool:
        return self.start is not None and self.closed is None

    def pay(self, line: Line, t: int) -> dict[str, int]:
        """One instalment of a line, by organisation; the first one to any part starts the programme."""
        amount = self.instalment(line.paid + 1)
        paid = {part.organisation: part.of(amount) for part in line.parts}
        for part in line.parts:
            part.received += paid[part.organisation]
        if self.start is None:
            self.start = t
            self.end = t + self.duration
        line.paid += 1
        line.due = self.start + self.after(line.paid + 1) if line.paid < self.instalments else None
        return paid


def document(scenario: Scenario, id: str, one: Any, classes: dict[Any, str]) -> Programme:
    """A programme as its document, or the template of its slot, describes it."""
    start = scenario.calendar.start.ordinal
    terms = next(terms for terms in scenario.agreements if terms.id == one.agreement)
    plan = next((plan for plan in scenario.plans if plan.id == one.plan), None)
    region = plan.region if plan else one.region
    countries = frozenset([plan.country] if plan else one.countries)
    admitting = {name for mark, name in classes.items() if mark.allows(one.window, region, tuple(sorted(countries)))}
    shares = {one.organisation: Fraction(1)} if one.organisation else dict(one.organisations.ratios)
    parts, before = [], Fraction(0)
    for organisation in sorted(shares):
        parts.append(Part(organisation, before, shares[organisation]))
        before += shares[organisation]
    signatures = [signed_at(scenario, part.organisation, start) for part in parts]
    signed = [when for when in signatures if when is not None]
    return Programme(
        id=id,
        window=one.window,
        region=region,
        plan=one.plan,
        countries=countries,
        markers=one.markers,
        readiness=one.readiness,
        eligible=frozenset(admitting | {UNEARMARKED}),
        need=(one.plan, one.window) if plan else None,
        budget=one.budget,
        duration=one.duration,
        terms=terms,
        parts=parts,
        lines=lines(terms, parts),
        signed=max(signed) if len(signed) == len(parts) else None,
    )


def lines(terms: Any, parts: list[Part]) -> list[Line]:
    """One line, or one for each part where an agreement releases by own share."""
    if terms.release.level == "own share":
        return [Line([part]) for part in parts]
    return [Line(parts)]


def signed_at(scenario: Scenario, organisation: str, start: int) -> int | None:
    """When an organisation has signed its agreement, None for never; long before the calendar if it does not say."""
    signed = next(one.signed_agreement for one in scenario.organisations if one.id == organisation)
    if signed is None:
        return -10_000
    return None if signed == "never" else signed.ordinal - start


def set_running(programme: Programme, running: Any, start: int) -> None:
    """Where a programme stands that was approved before the calendar."""
    programme.need = None
    programme.approved = running.approved.ordinal - start
    programme.award = programme.budget
    if running.started:
        programme.start = running.started.ordinal - start
        programme.end = programme.start + programme.duration
    for line in programme.lines:
        for _ in range(running.instalments_paid):
            programme.pay(line, programme.start)
        if not running.instalments_paid:
            line.due = programme.approved + programme.terms.preparation
    for part in programme.parts:
        part.opening = part.received
        part.spent = part.spent_before = part.of(running.delivered)


def remember(programme: Programme, t: int, rate: Fraction) -> None:
    """What each part had and had spent at the close of a period: reports speak of it."""
    for part in programme.parts:
        part.had[t] = part.received
        part.expenditure[t] = part.spent + indirect(part.spent, rate)
