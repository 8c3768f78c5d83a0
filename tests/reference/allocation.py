"""How the Committee chooses among documents: by score, or all in the same proportion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf, nextafter

from tests.reference.earmarks import Amount, Backing, Classes
from tests.reference.fund import Need, direct, indirect
from tests.reference.rounding import by_running_total, rounded


@dataclass
class Document:
    """A programme that asks for money at this meeting."""

    id: str
    need: Need | None
    eligible: Classes
    budget: int
    counted: Fraction  # share of an award that counts as a claim under the funding policy
    score: float

    def claim(self, award: int) -> int:
        return rounded(self.counted * award)

    def largest_within(self, claim: int) -> int:
        """The largest award whose claim is no more than this."""
        award = rounded(claim / self.counted)
        while self.claim(award) > claim:
            award -= 1
        while self.claim(award + 1) <= claim:
            award += 1
        return award


@dataclass
class Table:
    """What lies before the Committee: documents, unmet needs, and what backs awards."""

    documents: list[Document]
    unmet: dict[Need, int]
    indirect_rate: Fraction
    minimum: int
    backing: Backing
    claims: dict[Classes, int]
    awards: dict[str, int] = field(default_factory=dict)

    def ask(self, document: Document) -> int:
        """The budget, or what is left of the need it serves; zero if that is less than the minimum grant."""
        wanted = document.budget
        if document.need is not None:
            unmet = self.unmet[document.need]
            if unmet <= 0:
                return 0
            if unmet < direct(document.budget, self.indirect_rate):
                wanted = unmet + indirect(unmet, self.indirect_rate)
        return wanted if wanted >= self.minimum else 0

    def room(self, eligible: Classes, claims: Mapping[Classes, int]) -> int:
        """What programmes of these classes may still claim; none if earlier claims are already too many."""
        found = self.backing.room(eligible, claims)
        return 0 if found is None else int(found)

    def make(self, document: Document, award: int) -> None:
        """Award it: it enters the claims and lowers the unmet need."""
        self.awards[document.id] = award
        self.claims[document.eligible] = self.claims.get(document.eligible, 0) + document.claim(award)
        if document.need is not None:
            self.unmet[document.need] -= direct(award, self.indirect_rate)


def priority_score(table: Table) -> None:
    """Down the list: what fits is awarded whole, what does not fit in its turn is passed over."""
    for document in sorted(table.documents, key=lambda document: (-document.score, document.id)):
        ask = table.ask(document)
        if ask and document.claim(ask) <= table.room(document.eligible, table.claims):
            table.make(document, ask)


def pro_rata(table: Table) -> None:
    """The same share of what everyone asks for; of parts below the minimum grant the smaller half go, until none is left."""
    asks = asks_within_needs(table)
    while small := too_small(table, awards := shared(table, asks)):
        for id in small[: (len(small) + 1) // 2]:
            del asks[id]
    for document in sorted(table.documents, key=lambda document: document.id):
        award = awards.get(document.id, 0)
        if award:
            table.make(document, award)


def too_small(table: Table, awards: dict[str, int]) -> list[str]:
    """Documents with a part below the minimum grant, the smallest first, of equals the last by id."""
    last_first = sorted((id for id, award in awards.items() if 0 < award < table.minimum), reverse=True)
    return sorted(last_first, key=lambda id: awards[id])


def asks_within_needs(table: Table) -> dict[str, int]:
    """Asks, those that serve one need scaled so that together they ask for no more than it."""
    documents = {document.id: document for document in sorted(table.documents, key=lambda one: one.id)}
    asks = {id: table.ask(document) for id, document in documents.items()}
    asks = {id: ask for id, ask in asks.items() if ask}
    for need, unmet in table.unmet.items():
        mine = [id for id in asks if documents[id].need == need]
        costs = [direct(asks[id], table.indirect_rate) for id in mine]
        if sum(costs) > unmet:
            for id, part, cost in zip(mine, by_running_total(unmet, costs), costs, strict=True):
                if part < cost:
                    asks[id] = part + indirect(part, table.indirect_rate)
    return {id: ask for id, ask in asks.items() if ask}


def shared(table: Table, asks: dict[str, int]) -> dict[str, int]:
    """Fill the rooms, each document weighing what its ask claims; then the largest awards within the claims."""
    documents = {document.id: document for document in table.documents if document.id in asks}
    caps = {id: documents[id].claim(asks[id]) for id in sorted(asks)}
    claims = fill(table, caps, caps)
    awards = {}
    for id, claim in claims.items():
        if claim == caps[id]:
            awards[id] = asks[id]
        else:
            awards[id] = documents[id].largest_within(claim) if claim else 0
    return awards


def fill(table: Table, caps: dict[str, int], weights: dict[str, int]) -> dict[str, int]:
    """One level rises: each document claims weight x level up to its cap, until money it depends on is used up.

    Levels are float64 quotients of whole numbers; what a document that stops has claimed is rounded once.
    """
    eligible = {document.id: document.eligible for document in table.documents}
    stopped = {id: 0 for id, cap in caps.items() if not cap or not weights[id]}
    level = 0.0
    while rising := [id for id in caps if id not in stopped]:
        held = claims_with(table, eligible, stopped)
        weight = claims_with(table, eligible, {id: weights[id] for id in rising}, {})
        level = max(level, float(highest_level(table, held, weight)))
        at_cap = [id for id in rising if caps[id] / weights[id] <= level]
        if at_cap:
            stopped |= {id: caps[id] for id in at_cap}
            continue
        beyond = risen(held, weight, just_above(level))
        for id in rising:
            if not table.backing.room(eligible[id], beyond):
                stopped[id] = round(weights[id] * level)
    return in_turn(table, eligible, {id: stopped[id] for id in caps})


def in_turn(table: Table, eligible: dict[str, Classes], wanted: dict[str, int]) -> dict[str, int]:
    """In the order of ids, each claims what it stopped at, but no more than the room left to it."""
    claims, parts = dict(table.claims), {}
    for id, claim in wanted.items():
        parts[id] = min(claim, max(table.room(eligible[id], claims), 0))
        claims[eligible[id]] = claims.get(eligible[id], 0) + parts[id]
    return parts


def claims_with(
    table: Table, eligible: dict[str, Classes], added: dict[str, int], before: Mapping[Classes, int] | None = None
) -> dict[Classes, int]:
    """Claims of documents by their eligible classes, on top of what was claimed before."""
    claims = dict(table.claims if before is None else before)
    for id, amount in added.items():
        claims[eligible[id]] = claims.get(eligible[id], 0) + amount
    return claims


def just_above(level: float) -> Fraction:
    """Half-way to the next float64: a bound is tight at a level if the float64 nearest to where it binds is no more."""
    return (Fraction(level) + Fraction(nextafter(level, inf))) / 2


def highest_level(table: Table, claims: dict[Classes, int], rising: Mapping[Classes, int]) -> Fraction:
    """The highest common level of the rising groups: lowered to what an overflow allows, until nothing overflows."""
    everything = frozenset().union(*rising, *table.claims)
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
