"""What donors promise, by each outlook and by each pledge: amounts announced, signed and due."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from mptf_sim.scenario.scenario import Scenario
from tests.reference.raw import Raw
from tests.reference.rounding import rounded

NEVER = math.inf

Period = int | float
"""A period, or never."""


@dataclass(frozen=True)
class Promise:
    """An amount in the donor's currency, announced at one period, signed at another and due at a third.

    Periods may lie before the calendar. A pledge that is not signed in time lapses.
    """

    amount: int
    announced: int
    signed: Period
    due: Period
    lapses: Period = NEVER

    @property
    def entered(self) -> int:
        """When the books hear of it."""
        return max(self.announced, 0)


def of_outlook(scenario: Scenario, donor: Any, raw: Raw) -> list[Promise]:
    """What a donor promises by its outlook; of one that matches others that depends on what they deposit."""
    match donor.outlook.kind:
        case "scheduled":
            return scheduled(scenario, donor)
        case "renewing":
            return renewing(scenario, donor, raw)
        case "at_reviews":
            return at_reviews(scenario, donor, raw)
        case "bootstrap":
            return bootstrap(scenario, donor, raw)
        case "matching":
            return []
    raise AssertionError(f"nobody has told what a donor does that is {donor.outlook.kind}")


def scheduled(scenario: Scenario, donor: Any) -> list[Promise]:
    """Instalments of signed agreements."""
    start = scenario.calendar.start.ordinal
    made = []
    for instalment in donor.outlook.instalments:
        signed = instalment.signed.ordinal - start if instalment.signed else -1
        announced = instalment.announced.ordinal - start if instalment.announced else signed
        made.append(Promise(instalment.amount, announced, signed, instalment.due.ordinal - start))
    return made


def years(scenario: Scenario) -> list[tuple[int, int, int]]:
    """Number, calendar year and first played period of each year."""
    start, periods = scenario.calendar.start.ordinal, scenario.calendar.periods
    played = range(start // 4, (start + periods - 1) // 4 + 1)
    return [(y, year, max(year * 4 - start, 0)) for y, year in enumerate(played)]


def yearly(scenario: Scenario, donor: Any, year: int, gift: int) -> Promise:
    """A year's gift in its quarters."""
    before, outlook = year * 4 - 1 - scenario.calendar.start.ordinal, donor.outlook
    return Promise(
        gift,
        before + (outlook.announces or outlook.signs),
        before + outlook.signs,
        before + (donor.deposit_quarter or outlook.signs),
    )


def renewing(scenario: Scenario, donor: Any, raw: Raw) -> list[Promise]:
    """Gifts of a donor that decides each year whether to give again, and how much."""
    outlook, entity = donor.outlook, f"donor/{donor.id}"
    own, common = raw.streams.normals(entity, "gift"), raw.streams.normals("donors", "common")
    decides = raw.uniforms(entity, "renewal")
    gave, deviation, made = outlook.gave_last_year, None, []
    for y, year, first in years(scenario):
        innovation = math.sqrt(outlook.common_share) * common[first] + math.sqrt(1 - outlook.common_share) * own[first]
        if deviation is None:
            deviation = innovation
        else:
            persistence = outlook.persistence
            deviation = persistence * deviation + math.sqrt(1 - persistence**2) * innovation
        factor = raw.of_this_path(factors(outlook, deviation))
        gave = decides[first] < (outlook.retention if gave else outlook.comeback)
        if gave:
            made.append(yearly(scenario, donor, year, round(outlook.gift * (1 + outlook.growth) ** y * factor)))
    return made


def factors(outlook: Any, deviation: Any) -> Any:
    """What a deviation does to a gift, its mean being one: normal tails, or those of Student's t."""
    spread, freedom = outlook.spread, outlook.degrees_of_freedom
    if freedom is None:
        return np.exp(spread * deviation - spread**2 / 2)
    points = np.arange(-2048, 2049) / 512
    heights = special.stdtrit(freedom, special.ndtr(points)) * math.sqrt((freedom - 2) / freedom)
    weights = np.exp(-(points**2) / 2) / 512
    weights[[0, -1]] /= 2
    weights[[0, -1]] += math.sqrt(2 * math.pi) * special.ndtr(-4)
    weights /= weights.sum()
    mean = (weights * np.exp(spread * heights)).sum()
    return np.exp(spread * np.interp(deviation, points, heights)) / mean


def at_reviews(scenario: Scenario, donor: Any, raw: Raw) -> list[Promise]:
    """Gifts announced at reviews of a kind, once a quarter."""
    outlook, entity = donor.outlook, f"donor/{donor.id}"
    gives, gifts = raw.uniforms(entity, "review"), raw.streams.normals(entity, "gift")
    quarters = {
        review.quarter.ordinal - scenario.calendar.start.ordinal
        for review in scenario.governance.reviews
        if outlook.reviews in ("all", review.kind)
    }
    made = []
    for r in sorted(quarters & set(range(scenario.calendar.periods))):
        if gives[r] < outlook.chance:
            factor = raw.of_this_path(np.exp(outlook.spread * gifts[r] - outlook.spread**2 / 2))
            signed = r + outlook.signed_after
            made.append(Promise(round(outlook.amount * factor), r, signed, signed + outlook.deposited_after))
    return made


def bootstrap(scenario: Scenario, donor: Any, raw: Raw) -> list[Promise]:
    """Gifts as in years of a series, drawn in blocks."""
    outlook = donor.outlook
    rows = [row for row in scenario.history if row.series == outlook.series]
    amounts = [row.amount for row in sorted(rows, key=lambda row: row.year)]
    blocks = raw.uniforms(f"donor/{donor.id}", "block")
    made, begins = [], 0
    for y, year, first in years(scenario):
        if y % outlook.block == 0:
            begins = math.floor(blocks[first] * (len(amounts) - outlook.block + 1))
        gift = round(amounts[begins + y % outlook.block] * (1 + outlook.growth) ** y)
        made.append(yearly(scenario, donor, year, gift))
    return made


def of_pledge(scenario: Scenario, pledge: Any, raw: Raw) -> list[Promise]:
    """What is pledged: signed in the quarter in which chance has it, unless it lapses before; each instalment by itself.

    A policy pledge is one step: it counts one.
    """
    announced = pledge.announced.ordinal - scenario.calendar.start.ordinal
    lapses = NEVER if pledge.lapses_after is None else announced + pledge.lapses_after
    chance, luck = 1 - (1 - pledge.signing) ** (1 / 4), raw.uniforms(f"pledge/{pledge.id}", "signing")
    open_in = [t for t in range(scenario.calendar.periods) if announced <= t < lapses]
    signed: Period = next((t for t in open_in if luck[t] < chance), NEVER)
    if signed < NEVER:
        lapses = NEVER
    if pledge.kind == "policy":
        return [Promise(1, announced, signed, signed, lapses)]
    made, share, before = [], 0, 0
    for instalment in pledge.instalments:
        share += instalment.share.ratio
        running = rounded(share * pledge.amount)
        made.append(Promise(running - before, announced, signed, signed + instalment.after, lapses))
        before = running
    return made
