"""How the Committee chooses among documents: by score, or all in the same proportion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tests.reference.earmarks import UNEARMARKED, Amount, Backing, Classes
from tests.reference.fund import Need, direct, indirect
from tests.reference.rounding import by_running_total, rounded

Levels = dict[Classes, float]
"""By the eligible classes of programmes."""


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
    """The same share of what everyone asks for; parts below the minimum grant are shared once more."""
    asks = asks_within_needs(table)
    first = shared(table, asks)
    again = {id: ask for id, ask in asks.items() if not 0 < first[id] < table.minimum}
    awards = first if len(again) == len(asks) else shared(table, again)
    for document in sorted(table.documents, key=lambda document: document.id):
        award = awards.get(document.id, 0)
        if award and award >= table.minimum:
            table.make(document, award)


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
    """One common level until a bound is tight, then whole cents, group by group.

    Documents of which nothing counts as a claim are bound by nothing: they get what they ask for.
    """
    groups: dict[Classes, list[Document]] = {}
    awards = {}
    for document in sorted(table.documents, key=lambda document: document.id):
        ask = asks.get(document.id, 0)
        if document.claim(ask):
            groups.setdefault(document.eligible, []).append(document)
        elif ask:
            awards[document.id] = ask
    wanted = {
        eligible: sum(document.claim(asks[document.id]) for document in documents)
        for eligible, documents in groups.items()
    }
    levels = common_levels(table, wanted)
    claims = dict(table.claims)
    for eligible in sorted(groups, key=in_order):
        documents = groups[eligible]
        total = min(round(levels[eligible] * wanted[eligible]), max(table.room(eligible, claims), 0))
        each = [document.claim(asks[document.id]) for document in documents]
        parts = [min(part, claim) for part, claim in zip(by_running_total(total, each), each, strict=True)]
        for document, part, claim in zip(documents, parts, each, strict=True):
            awards[document.id] = asks[document.id] if part == claim else document.largest_within(part)
        claims[eligible] = claims.get(eligible, 0) + sum(parts)
    return awards


def in_order(eligible: Classes) -> list[tuple[bool, str]]:
    """Groups by their classes, "unearmarked" first and then by label."""
    return sorted((name != UNEARMARKED, name) for name in eligible)


def common_levels(table: Table, wanted: dict[Classes, int]) -> Levels:
    """The level at which each group stops: all rise together, each until money it depends on is used up.

    Levels are float64: a ratio of whole cents. What a group that stops has claimed is rounded once, to whole cents.
    """
    levels: Levels = {}
    claims: dict[Classes, int] = dict(table.claims)
    rising = dict(wanted)
    while rising:
        level = highest_level(table, claims, rising)
        at_level = risen(claims, rising, level)
        stopped = [group for group in rising if level == 1 or not table.backing.room(group, at_level)]
        for group in stopped:
            levels[group] = float(level)
            claims[group] = claims.get(group, 0) + round(levels[group] * rising.pop(group))
    return levels


def highest_level(table: Table, claims: dict[Classes, int], rising: Mapping[Classes, int]) -> Fraction:
    """The highest common level of the rising groups: lowered to what an overflow allows, until nothing overflows."""
    level = Fraction(1)
    while True:
        at_level = risen(claims, rising, level)
        overflows = [classes for group in rising if (classes := table.backing.overflow(group, at_level))]
        if not overflows:
            return level
        level = min(level_that_fits(table, claims, rising, classes) for classes in overflows)
        if level == 0:
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
