"""One level rises until all have what they ask for, or the rooms are full."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import inf, nextafter

from tests.reference.earmarks import Amount, Classes
from tests.reference.table import Table


def fill(table: Table, caps: dict[str, int], floors: dict[str, int], weights: dict[str, int]) -> dict[str, int]:
    """Each document claims weight x level, no less than its floor and no more than its cap, until its money is used up.

    Levels are float64 quotients of whole numbers; what a document that stops has claimed is rounded once.
    """
    given = {id: table.documents[id].claim(table.given(id)) for id in caps}
    base = table.added({id: -claim for id, claim in given.items()}, table.claims)
    stopped = {id: floors[id] for id, cap in caps.items() if cap <= floors[id] or not weights[id]}
    waiting = {id for id, floor in floors.items() if id in caps and id not in stopped and floor}
    level = 0.0
    while len(stopped) < len(caps):
        rising = [id for id in caps if id not in stopped and id not in waiting]
        held = stopped | {id: floors[id] for id in waiting}
        claims = table.added(held, base)
        weight = table.added({id: weights[id] for id in rising}, {})
        reaches = dict(reaches_of_bounds(table, given, held, {id: weights[id] for id in rising}))
        highest = [min(reaches.values())] if reaches else []
        highest += [float(highest_level(table, claims, weight))] if rising else []
        highest += [floors[id] / weights[id] for id in waiting]
        level = max(level, min(highest))
        at_cap = [id for id in rising if caps[id] / weights[id] <= level]
        starting = {id for id in waiting if floors[id] / weights[id] <= level}
        if at_cap:
            stopped |= {id: caps[id] for id in at_cap}
        elif starting:
            waiting -= starting
        else:
            beyond = risen(claims, weight, just_above(level))
            full = {id for place, reach in reaches.items() if reach <= level for id in table.bounds[place].of}
            for id in rising:
                if id in full or not table.backing.room(table.documents[id].eligible, beyond):
                    stopped[id] = max(round(weights[id] * level), floors[id])
    return in_turn(table, base, given, floors, {id: stopped[id] for id in caps})


def reaches_of_bounds(
    table: Table, given: dict[str, int], held: dict[str, int], weights: dict[str, int]
) -> list[tuple[int, float]]:
    """The level at which each bound with rising documents is full."""
    reaches = []
    for place, bound in enumerate(table.bounds):
        weight = sum(weights[id] for id in weights if id in bound.of)
        if weight:
            before = bound.room + sum(given[id] for id in given if id in bound.of)
            left = before - sum(held[id] for id in held if id in bound.of)
            reaches.append((place, max(left, 0) / weight))
    return reaches


def in_turn(
    table: Table, base: dict[Classes, int], given: dict[str, int], floors: dict[str, int], wanted: dict[str, int]
) -> dict[str, int]:
    """In the order of ids, each claims what it stopped at, but beyond its floor no more than the room left to it."""
    parts = {id: floors[id] for id in wanted}
    for id in sorted(wanted):
        found = table.backing.room(table.documents[id].eligible, table.added(parts, base))
        rooms = [0 if found is None else int(found)]
        for bound in table.bounds:
            if id in bound.of:
                rooms.append(bound.room - sum(parts[one] - given[one] for one in parts if one in bound.of))
        parts[id] = floors[id] + min(wanted[id] - floors[id], max(min(rooms), 0))
    return parts


def just_above(level: float) -> Fraction:
    """Half-way to the next float64: a bound is tight at a level if the float64 nearest to where it binds is no more."""
    return (Fraction(level) + Fraction(nextafter(level, inf))) / 2


def highest_level(table: Table, claims: dict[Classes, int], rising: Mapping[Classes, int]) -> Fraction:
    """The highest common level of the rising groups: lowered to what an overflow allows, until nothing overflows."""
    everything = frozenset().union(*rising, *claims)
    level = level_that_fits(table, claims, rising, everything)
    while level:
        at_level = risen(claims, rising, level)
        overflows = [classes for group in rising if (classes := table.backing.overflow(group, at_level))]
        if not overflows:
            return level
        level = min(level_that_fits(table, claims, rising, classes) for classes in overflows)
    return level


def risen(claims: dict[Classes, int], rising: Mapping[Classes, int], level: Fraction) -> dict[Classes, Amount]:
    """All claims, with those of the rising groups at this level: fractions of cents."""
    added: dict[Classes, Amount] = dict(claims)
    for eligible, asked in rising.items():
        added[eligible] = added.get(eligible, 0) + level * asked
    return added


def level_that_fits(
    table: Table, claims: dict[Classes, int], rising: Mapping[Classes, int], classes: Classes
) -> Fraction:
    """The level at which claims on these classes alone are as large as their money; no level below zero."""
    left = table.backing.of(classes) - sum(claims[group] for group in claims if group <= classes)
    asked = sum(asked for eligible, asked in rising.items() if eligible <= classes)
    return Fraction(left, asked) if left > 0 and asked else Fraction(0)
