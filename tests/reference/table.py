"""What lies before the Committee: documents, what they ask for, and the rooms that bound their awards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tests.reference.earmarks import Backing, Classes
from tests.reference.programme import Need, direct, indirect
from tests.reference.rounding import rounded


@dataclass
class Document:
    """A programme that asks for money at this meeting."""

    id: str
    need: Need | None
    eligible: Classes
    most: int  # its budget, or the maximum grant if that is less
    counted: Fraction  # share of an award that counts as a claim under the funding policy
    score: float
    ready: int
    countries: frozenset[str]
    merits: tuple[float, float, float]  # performance, capacity and income per person

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
class Bound:
    """What a group of documents may still claim together, beside what earmarks let them: a ceiling, or a floor in its turn."""

    of: frozenset[str]
    room: int


@dataclass
class Table:
    """Documents, unmet needs, what backs awards, and what was awarded so far at this meeting."""

    documents: dict[str, Document]  # in the order of ids
    unmet: dict[Need, int]
    indirect_rate: Fraction
    minimum: int
    one_per_country: bool
    backing: Backing
    claims: dict[Classes, int]
    bounds: list[Bound] = field(default_factory=list)
    awards: dict[str, int] = field(default_factory=dict)
    approvable: int = 0
    features: set[str] = field(default_factory=set)

    def given(self, id: str) -> int:
        """What the document was awarded before, at this meeting."""
        return self.awards.get(id, 0)

    def direct(self, award: int) -> int:
        return direct(award, self.indirect_rate)

    def with_indirect(self, cost: int) -> int:
        return cost + indirect(cost, self.indirect_rate)

    def beyond(self, id: str, award: int) -> int:
        """The direct cost of an award beyond that of what was given."""
        return self.direct(award) - self.direct(self.given(id))

    def ask(self, id: str) -> int:
        """All it may have, or what is left of the need it serves on top of what was given; zero below the minimum grant."""
        document, given = self.documents[id], self.given(id)
        wanted = document.most
        if document.need is not None:
            unmet = self.unmet[document.need]
            if unmet <= 0 and not given:
                return 0
            if unmet < self.beyond(id, wanted):
                wanted = max(self.with_indirect(self.direct(given) + unmet), given)
        return wanted if wanted >= self.minimum else 0

    def room(self, id: str) -> int:
        """What a document may claim on top of all claims: the smallest room of its bounds."""
        found = self.backing.room(self.documents[id].eligible, self.claims)
        rooms = [bound.room for bound in self.bounds if id in bound.of]
        return max(min([0 if found is None else int(found), *rooms]), 0)

    def claimed(self, ids: Collection[str]) -> int:
        """What this meeting's awards to these documents claim."""
        return sum(self.documents[id].claim(award) for id, award in self.awards.items() if id in ids)

    def make(self, id: str, award: int) -> None:
        """Award it, or raise what was given to it: rooms and the unmet need fall."""
        document, given = self.documents[id], self.given(id)
        claim = document.claim(award) - document.claim(given)
        if document.need is not None:
            self.unmet[document.need] -= self.beyond(id, award)
        self.claims[document.eligible] = self.claims.get(document.eligible, 0) + claim
        for bound in self.bounds:
            if id in bound.of:
                bound.room -= claim
        self.awards[id] = award

    def shares_country(self, id: str, others: Collection[str]) -> bool:
        """Whether the document shares a country with one of the others, if there may be but one of a country."""
        taken = frozenset().union(*(self.documents[other].countries for other in others))
        return self.one_per_country and bool(self.documents[id].countries & taken)

    def added(self, amounts: Mapping[str, int], before: Mapping[Classes, int]) -> dict[Classes, int]:
        """Claims of documents by their eligible classes, on top of what was claimed before."""
        claims = dict(before)
        for id, amount in amounts.items():
            eligible = self.documents[id].eligible
            claims[eligible] = claims.get(eligible, 0) + amount
        return claims
