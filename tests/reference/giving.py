"""What comes of all that donors promise on one path: announced, signed or lapsed, deposited or cancelled, line by line."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from mptf_sim.scenario.scenario import Scenario
from tests.reference.currencies import Rates
from tests.reference.promises import NEVER, Period, Promise, of_outlook, of_pledge
from tests.reference.raw import Raw
from tests.reference.rounding import rounded


class Line(NamedTuple):
    """What is booked together: a donor's outlook or one of its pledges, under one earmark."""

    donor: str
    pledge: str  # empty for the outlook
    kind: str
    earmark: str  # its label


DONORS_FLOWS = (
    "announced", "lapsed_pledges", "signed", "pledge_exchange_difference", "deposits", "cancelled_commitments",
    "exchange_difference", "in_kind_announced", "in_kind_signed", "in_kind_provided", "in_kind_lapsed",
    "policy_pledges_announced", "policy_pledges_adopted", "policy_pledges_lapsed",
)  # fmt: skip
AGES = ("pledged_up_to_a_year", "pledged_up_to_two_years", "pledged_longer")
DONORS_STOCKS = (*AGES, "pledged_not_signed", "overdue_deposits", "in_kind_outstanding", "policy_pledges_open")


@dataclass
class Giving:
    """What donors do on one path: by period, event and line; stocks by period and name.

    `in_currency` is of money that is given in another currency than the fund's.
    """

    flows: dict[tuple[int, str, Line], int] = field(default_factory=lambda: defaultdict(int))
    in_currency: dict[tuple[int, str, Line], int] = field(default_factory=lambda: defaultdict(int))
    stocks: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    features: set[str] = field(default_factory=set)

    def lines(self, period: int) -> set[Line]:
        return {line for t, _, line in self.flows if t == period}

    def deposited_by(self, donors: Any, period: int) -> int:
        """In the fund's currency, to date."""
        return sum(
            cents
            for (t, event, line), cents in self.flows.items()
            if event == "deposits" and t <= period and line.donor in donors
        )


def giving(scenario: Scenario, raw: Raw, worth: Rates) -> Giving:
    """First those who give of themselves, then those who match them."""
    told = Giving()
    donors = sorted(scenario.donors, key=lambda donor: donor.outlook.kind == "matching")
    for donor in donors:
        teller = Teller(scenario, donor, raw, worth, told)
        outlook = (
            matching(scenario, donor, told) if donor.outlook.kind == "matching" else of_outlook(scenario, donor, raw)
        )
        for promise in outlook:
            teller.tell(promise, "", "financial", donor.earmark)
        for pledge in scenario.pledges:
            if pledge.donor == donor.id:
                for promise in of_pledge(scenario, pledge, raw):
                    teller.tell(promise, pledge.id, pledge.kind, pledge.earmark or donor.earmark)
    return told


def matching(scenario: Scenario, donor: Any, told: Giving) -> list[Promise]:
    """In each quarter the share of what others deposited to date, up to the ceiling, less what it was before."""
    outlook, made, before = donor.outlook, [], 0
    for t in range(scenario.calendar.periods):
        matched = rounded(outlook.ratio.ratio * told.deposited_by(outlook.donors, t))
        if matched > outlook.ceiling:
            told.features.add("ceiling of a match")
        to_date = min(matched, outlook.ceiling)
        made.append(Promise(to_date - before, t, t, t))
        before = to_date
    return made


class Teller:
    """Tells what comes of one donor's promises."""

    def __init__(self, scenario: Scenario, donor: Any, raw: Raw, worth: Rates, told: Giving) -> None:
        self.donor, self.told = donor, told
        self.start, self.periods = scenario.calendar.start.ordinal, scenario.calendar.periods
        self.worth = None if donor.currency in (None, scenario.fund.currency) else worth[donor.currency]
        self.defaults, self.delays = (
            raw.uniforms(f"donor/{donor.id}", "default"),
            raw.uniforms(f"donor/{donor.id}", "delay"),
        )
        mine = [shock for shock in scenario.shocks if not (whom := getattr(shock, "donors", ())) or donor.id in whom]
        self.cuts = [shock for shock in mine if shock.kind == "donor_cut"]
        self.waves = [shock for shock in mine if shock.kind == "earmarking_wave"]
        exits = [shock.start.ordinal - self.start for shock in mine if shock.kind == "donor_exit"]
        self.leaves: Period = max(min(exits), 0) if exits else NEVER

    def tell(self, promise: Promise, pledge: str, kind: str, earmark: Any) -> None:
        """One promise, after cuts and waves."""
        known = promise.due >= 0 and promise.entered < self.periods
        if not known or promise.announced >= self.leaves:
            return  # had before the calendar, or announced after it or after the donor left
        if kind == "policy":
            self.in_kind(promise, 1, Line(self.donor.id, pledge, kind, ""))
            return
        amount = rounded(self.kept(promise) * promise.amount)
        if kind == "in kind":
            self.in_kind(promise, amount, Line(self.donor.id, pledge, kind, ""))
            return
        for label, part in self.after_waves(promise, amount, earmark.label):
            if part:
                self.money(promise, part, Line(self.donor.id, pledge, kind, label))

    def in_force(self, shocks: list[Any], promise: Promise) -> list[Any]:
        """Shocks that hold when it is announced; what was announced before the calendar is left alone."""
        when = self.start + promise.announced
        return [
            shock
            for shock in shocks
            if promise.announced >= 0 and shock.start.ordinal <= when and (not shock.end or when <= shock.end.ordinal)
        ]

    def kept(self, promise: Promise) -> Fraction:
        """Cuts multiply."""
        kept = Fraction(1)
        for cut in self.in_force(self.cuts, promise):
            kept *= 1 - cut.share.ratio
        return kept

    def after_waves(self, promise: Promise, amount: int, own: str) -> list[tuple[str, int]]:
        """Parts of the amount with their earmarks: by running totals in the order of labels, what is left under its own."""
        shares: dict[str, Fraction] = {}
        for wave in self.in_force(self.waves, promise):
            shares[wave.earmark.label] = shares.get(wave.earmark.label, Fraction(0)) + wave.share.ratio
        parts, running, before = [], Fraction(0), 0
        for label in sorted(shares):
            running += shares[label]
            parts.append((label, rounded(running * amount) - before))
            before = rounded(running * amount)
        return [*parts, (own, amount - before)]

    def booked(self, amount: int, t: Period) -> int:
        """In the fund's currency, at the rate of a period."""
        assert isinstance(t, int)
        return amount if self.worth is None else round(amount * self.worth[t])

    def signed_or_lapsed(self, promise: Promise) -> tuple[Period, Period]:
        """When the books enter the signature, and when it lapses: one of the two, or neither."""
        signed, lapses = max(promise.signed, 0), promise.lapses
        if promise.signed >= self.leaves:
            signed, lapses = NEVER, min(lapses, max(self.leaves, promise.entered))
        return signed, lapses

    def money(self, promise: Promise, amount: int, line: Line) -> None:
        """A financial promise, from its announcement to the cash."""
        announced, (signed, lapses) = promise.entered, self.signed_or_lapsed(promise)
        worth_announced = self.booked(amount, announced)
        self.note(announced, "announced", line, worth_announced, amount)
        for t in range(announced, self.within(min(signed, lapses))):
            age = t - promise.announced
            self.told.stocks[t, AGES[0 if age < 4 else 1 if age < 8 else 2]] += worth_announced
            self.told.stocks[t, "pledged_not_signed"] += worth_announced
        if lapses < self.periods:
            self.note(lapses, "lapsed_pledges", line, worth_announced, amount)
        if signed < self.periods:
            worth_signed = self.booked(amount, signed)
            self.note(signed, "signed", line, worth_signed, amount)
            self.note(signed, "pledge_exchange_difference", line, worth_signed - worth_announced)
            self.settle(promise, amount, int(signed), worth_signed, line)

    def settle(self, promise: Promise, amount: int, signed: int, worth_signed: int, line: Line) -> None:
        """What is signed is deposited and cancelled when it is due or late, or when the donor leaves."""
        when, given = promise.due, 0
        if promise.due < self.periods:
            if self.delays[int(promise.due)] < self.donor.delay.chance:
                when += self.donor.delay.quarters
            if not self.defaults[int(promise.due)] < self.donor.default:
                given = rounded(self.donor.conversion.ratio * amount)
        if when >= self.leaves:
            when, given = max(self.leaves, signed), 0
        for t in range(self.within(promise.due), self.within(when)):
            self.told.stocks[t, "overdue_deposits"] += worth_signed
        if when < self.periods:
            deposited = self.booked(given, when)
            cancelled = self.booked(amount - given, signed) if given else worth_signed
            self.note(when, "deposits", line, deposited, given)
            self.note(when, "cancelled_commitments", line, cancelled, amount - given)
            self.note(when, "exchange_difference", line, deposited - (worth_signed - cancelled))

    def in_kind(self, promise: Promise, amount: int, line: Line) -> None:
        """What touches no cash: a value that is provided, whole, or a step that is taken when it is signed."""
        announced, (signed, lapses) = promise.entered, self.signed_or_lapsed(promise)
        done = promise.due if signed < NEVER else NEVER
        if done < NEVER and done >= self.leaves:
            done, lapses = NEVER, max(self.leaves, signed)
        policy = line.kind == "policy"
        value = amount if policy else self.booked(amount, announced)
        words = ("policy_pledges_announced", "", "policy_pledges_adopted", "policy_pledges_lapsed")
        if not policy:
            words = ("in_kind_announced", "in_kind_signed", "in_kind_provided", "in_kind_lapsed")
        for event, when in zip(words, (announced, signed, done, lapses), strict=True):
            if event and when < self.periods:
                self.note(when, event, line, value)
        stock = "policy_pledges_open" if policy else "in_kind_outstanding"
        for t in range(announced, self.within(min(done, lapses))):
            self.told.stocks[t, stock] += value

    def note(self, period: Period, event: str, line: Line, booked: int, own: int = 0) -> None:
        assert isinstance(period, int)
        self.told.flows[period, event, line] += booked
        self.told.in_currency[period, event, line] += 0 if self.worth is None else own

    def within(self, period: Period) -> int:
        return int(min(period, self.periods))
