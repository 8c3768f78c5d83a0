"""What chance decides for one path, derived in plain Python from the raw variates of the named streams.

Shared with the fast engine: the variates, and the exponentials taken over the whole width of a chunk, since the
last bit of an exponential may depend on how many are taken at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from mptf_sim.engine.draws import Draws
from mptf_sim.scenario.scenario import Scenario
from tests.reference.chance_of_pipeline import ChanceOfSlot, chance_of_pipeline
from tests.reference.chance_of_plans import ChanceOfPlans, chance_of_plans
from tests.reference.chance_of_programmes import ChanceOfProgrammes, chance_of_programmes
from tests.reference.raw import Raw
from tests.reference.rounding import rounded

Gifts = dict[str, list[int]]
"""By donor, then period: cents."""


@dataclass
class Chance:
    """What donors do, and what becomes of programmes, on one path."""

    signed: Gifts
    deposited: Gifts
    cancelled: Gifts
    overdue: list[int]
    """Of all donors, at the close of each period."""
    of_programmes: ChanceOfProgrammes
    of_plans: ChanceOfPlans
    of_slots: dict[str, ChanceOfSlot]


def chance_of_draws(scenario: Scenario, draws: Draws, column: int, derived: Chance) -> Chance:
    """What the fast engine drew of donors, one path of it; all else as it was derived."""
    donors = sorted(donor.id for donor in scenario.donors)

    def gifts(amounts: Any) -> Gifts:
        return {donor: [int(cents) for cents in amounts[:, row, column]] for row, donor in enumerate(donors)}

    lines = draws.gifts.lines

    return Chance(
        signed=gifts(lines.signed),
        deposited=gifts(lines.deposited),
        cancelled=gifts(lines.cancelled),
        overdue=[int(cents) for cents in draws.gifts.standing["overdue_deposits"][:, column]],
        of_programmes=derived.of_programmes,
        of_plans=derived.of_plans,
        of_slots=derived.of_slots,
    )


@dataclass
class Promise:
    """An amount that a donor announces at one period and that is due at another."""

    amount: int
    announced: int
    due: int

    @property
    def known_before(self) -> bool:
        """Whether it was signed before the calendar: it is entered when that starts."""
        return self.announced < 0

    @property
    def entered(self) -> int:
        return max(self.announced, 0)


def chance_of_variates(scenario: Scenario, seed: int, path: int) -> Chance:
    """The same, derived here."""
    raw = Raw(scenario, seed, path)
    chance = Chance(
        signed={},
        deposited={},
        cancelled={},
        overdue=[0] * scenario.calendar.periods,
        of_programmes=chance_of_programmes(scenario, raw),
        of_plans=chance_of_plans(scenario, raw),
        of_slots=chance_of_pipeline(scenario, raw),
    )
    for donor in sorted(scenario.donors, key=lambda donor: donor.id):
        promises = scheduled(scenario, donor) if donor.outlook.kind == "scheduled" else renewing(scenario, donor, raw)
        flows = settled(scenario, donor, promises, raw, chance.overdue)
        chance.signed[donor.id], chance.deposited[donor.id], chance.cancelled[donor.id] = flows
    return chance


def scheduled(scenario: Scenario, donor: Any) -> list[Promise]:
    """Instalments of signed agreements."""
    start = scenario.calendar.start.ordinal
    promises = []
    for instalment in donor.outlook.instalments:
        announced = instalment.signed.ordinal - start if instalment.signed else -1
        promises.append(Promise(instalment.amount, announced, instalment.due.ordinal - start))
    return promises


def renewing(scenario: Scenario, donor: Any, raw: Raw) -> list[Promise]:
    """Gifts of a donor that decides each year whether to give again, and how much."""
    outlook, start, periods = donor.outlook, scenario.calendar.start.ordinal, scenario.calendar.periods
    entity = f"donor/{donor.id}"
    own, common = (raw.streams.normals(entity, "gift"), raw.streams.normals("donors", "common"))
    decides = raw.uniforms(entity, "renewal")
    first_year, last_year = start // 4, (start + periods - 1) // 4
    gave, deviation, promises = outlook.gave_last_year, None, []
    for y, year in enumerate(range(first_year, last_year + 1)):
        first = max(year * 4 - start, 0)
        innovation = math.sqrt(outlook.common_share) * common[first] + math.sqrt(1 - outlook.common_share) * own[first]
        if deviation is None:
            deviation = innovation
        else:
            persistence = outlook.persistence
            deviation = persistence * deviation + math.sqrt(1 - persistence**2) * innovation
        spread = outlook.spread
        factor = float(np.exp(spread * deviation - spread**2 / 2)[raw.column])
        gave = decides[first] < (outlook.retention if gave else outlook.comeback)
        if not gave:
            continue
        gift = round(outlook.gift * (1 + outlook.growth) ** y * factor)
        signs = year * 4 + outlook.signs - 1 - start
        due = year * 4 + (donor.deposit_quarter or outlook.signs) - 1 - start
        promises.append(Promise(gift, signs, due))
    return promises


def settled(
    scenario: Scenario, donor: Any, promises: list[Promise], raw: Raw, overdue: list[int]
) -> tuple[list[int], ...]:
    """What is signed, deposited and cancelled in each period: by default, conversion, delay, cuts and exits."""
    start, periods = scenario.calendar.start.ordinal, scenario.calendar.periods
    signed, deposited, cancelled = [0] * periods, [0] * periods, [0] * periods
    defaults, delays = raw.uniforms(f"donor/{donor.id}", "default"), raw.uniforms(f"donor/{donor.id}", "delay")
    of_donors = [shock for shock in scenario.shocks if shock.kind in ("donor_cut", "donor_exit")]
    mine = [shock for shock in of_donors if not shock.donors or donor.id in shock.donors]
    cuts = [shock for shock in mine if shock.kind == "donor_cut"]
    exits = [shock.start.ordinal - start for shock in mine if shock.kind == "donor_exit"]
    leaves = min(exits) if exits else None
    for promise in promises:
        if promise.due < 0 or promise.entered >= periods:
            continue  # had before the calendar, or announced after it
        if leaves is not None and not promise.known_before and promise.announced >= leaves:
            continue
        amount = after_cuts(promise, cuts, start)
        signed[promise.entered] += amount
        when, given = promise.due, 0
        if promise.due < periods:
            if delays[promise.due] < donor.delay.chance:
                when += donor.delay.quarters
            if not defaults[promise.due] < donor.default:
                given = rounded(donor.conversion.ratio * amount)
        if leaves is not None and when >= leaves:
            when, given = max(leaves, promise.entered), 0
        for late in range(promise.due, min(when, periods)):
            overdue[late] += amount
        if when < periods:
            deposited[when] += given
            cancelled[when] += amount - given
    return signed, deposited, cancelled


def after_cuts(promise: Promise, cuts: list[Any], start: int) -> int:
    """What is promised after the cuts in force when it is announced: they multiply, then one rounding."""
    if promise.known_before:
        return promise.amount
    kept = Fraction(1)
    for cut in cuts:
        begins, ends = cut.start.ordinal - start, cut.end.ordinal - start if cut.end else None
        if begins <= promise.announced and (ends is None or promise.announced <= ends):
            kept *= 1 - cut.share.ratio
    return rounded(kept * promise.amount)
