"""What earmarked money still allows, found by assigning every claim to money: a maximum flow in whole numbers.

The fund's rule speaks of sets of classes. Here, with one exception, no set appears: a claim is possible if all claims
together can be assigned to classes that may pay for them. Three cases need a word.

Only sets that contain a programme's eligible classes bound it: what others owe one another elsewhere is not its
concern. Melting its eligible classes into one is the same thing: the sets of the melted fund are exactly the sets
of the fund that contain those classes.

Money that came back may make what a group of programmes was paid negative. From which class it was paid is not known,
so the claim must be possible wherever that money belongs: each such group is tried in each of its classes.

A share of signed agreements is rounded once for each set, so that a set may hold a cent more or less than its classes
one by one: no assignment of whole cents can say that, and there the rule is stated with sets (`BackingOfSets`).
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import chain, combinations, pairwise, product
from typing import Protocol

from tests.reference.rounding import rounded

UNEARMARKED = "unearmarked"
MELTED = UNEARMARKED
"""Every programme may use unearmarked money, so what is melted always holds it and may bear its name."""

Amount = int | Fraction
Classes = frozenset[str]


class Assignment:
    """Claims assigned to the classes of money that pay for them; earlier claims may move to make place."""

    def __init__(self, money: Mapping[str, Amount]) -> None:
        self.spare = dict(money)
        self.assigned: dict[Classes, dict[str, Amount]] = {}

    def place(self, group: Classes, wanted: Amount | None) -> Amount:
        """Assign as much as possible of what a group wants (or without limit); what could be assigned."""
        placed: Amount = 0
        while wanted is None or placed < wanted:
            steps = self._way_to_spare_money(group)
            if not steps:
                break
            moved = self.spare[steps[-1][1]]
            for (_, class_left), (mover, _) in pairwise(steps):
                moved = min(moved, self.assigned[mover][class_left])
            if wanted is not None:
                moved = min(moved, wanted - placed)
            for (_, class_left), (mover, _) in pairwise(steps):
                self.assigned[mover][class_left] -= moved
            for taker, class_taken in steps:
                holdings = self.assigned.setdefault(taker, {})
                holdings[class_taken] = holdings.get(class_taken, 0) + moved
            self.spare[steps[-1][1]] -= moved
            placed += moved
        return placed

    def _way_to_spare_money(self, group: Classes) -> list[tuple[Classes, str]]:
        """The shortest chain of (who takes, from which class): the last class has money to spare."""
        chains = [[(group, name)] for name in sorted(group)]
        seen = set(group)
        for steps in chains:  # grows while it is walked: first short chains, then longer ones
            full = steps[-1][1]
            if self.spare.get(full, 0) > 0:
                return steps
            for mover in sorted(self.assigned, key=sorted):
                if self.assigned[mover].get(full, 0) > 0:
                    for name in sorted(mover - seen):
                        seen.add(name)
                        chains.append([*steps, (mover, name)])
        return []

    def crowded(self, groups: Mapping[Classes, Amount]) -> Classes:
        """The classes that groups with unmet claims use up together with all whose money stands in their way."""
        unmet = [group for group in groups if sum(self.assigned.get(group, {}).values()) < groups[group]]
        classes = frozenset().union(*unmet)
        while True:
            users = [group for group, held in self.assigned.items() if any(held.get(name, 0) for name in classes)]
            reached = classes.union(*users)
            if reached == classes:
                return classes
            classes = reached


def melt(group: Classes, into: Classes) -> Classes:
    """A group's classes once those in `into` are one."""
    return (group - into) | {MELTED}


def melted_funds(
    eligible: Classes, money: Mapping[str, Amount], claims: Mapping[Classes, Amount]
) -> Iterator[tuple[dict[str, Amount], dict[Classes, Amount]]]:
    """The fund as a programme of these classes sees it, once for each place where returned money may belong."""
    seen_money: dict[str, Amount] = {MELTED: 0}
    for name, amount in money.items():
        seen = MELTED if name in eligible else name
        seen_money[seen] = seen_money.get(seen, 0) + amount
    seen_claims: dict[Classes, Amount] = {}
    for group, amount in claims.items():
        seen_group = melt(group, eligible)
        seen_claims[seen_group] = seen_claims.get(seen_group, 0) + amount
    returned = {group: -amount for group, amount in seen_claims.items() if amount < 0}
    owed = {group: amount for group, amount in seen_claims.items() if amount > 0}
    for places in product(*(sorted(group) for group in returned)):
        there = dict(seen_money)
        for place, amount in zip(places, returned.values(), strict=True):
            there[place] = there.get(place, 0) + amount
        yield there, owed


class Backing(Protocol):
    """What backs claims, and what it leaves for more of them."""

    def of(self, classes: Classes) -> int:
        """What a set of classes holds."""

    def room(self, eligible: Classes, claims: Mapping[Classes, Amount]) -> Amount | None:
        """The most that programmes of these classes may claim on top of all claims; None if those are too many."""

    def overflow(self, eligible: Classes, claims: Mapping[Classes, Amount]) -> Classes | None:
        """Classes that hold less than what is claimed from them alone, as programmes of these classes see the fund."""


class BackingOfClasses:
    """Each class backs claims by itself: rooms are found by assigning claims to classes."""

    def __init__(self, money: Mapping[str, int]) -> None:
        self.money = money

    def of(self, classes: Classes) -> int:
        return sum(self.money[name] for name in classes)

    def room(self, eligible: Classes, claims: Mapping[Classes, Amount]) -> Amount | None:
        rooms = []
        for there, owed in melted_funds(eligible, self.money, claims):
            assignment = Assignment(there)
            for group, amount in owed.items():
                if assignment.place(group, amount) < amount:
                    return None
            rooms.append(assignment.place(frozenset({MELTED}), None))
        return min(rooms)

    def overflow(self, eligible: Classes, claims: Mapping[Classes, Amount]) -> Classes | None:
        for there, owed in melted_funds(eligible, self.money, claims):
            assignment = Assignment(there)
            for group, amount in owed.items():
                assignment.place(group, amount)
            classes = assignment.crowded(owed)
            if classes:
                return (classes - {MELTED}) | eligible
        return None


class BackingOfSets:
    """Money, and a share of what is signed that is rounded once for each set of classes."""

    def __init__(self, money: Mapping[str, int], signed: Mapping[str, int], share: Fraction) -> None:
        self.money, self.signed, self.share = money, signed, share

    def of(self, classes: Classes) -> int:
        signed = sum(self.signed[name] for name in classes)
        return sum(self.money[name] for name in classes) + rounded(self.share * signed)

    def room(self, eligible: Classes, claims: Mapping[Classes, Amount]) -> Amount | None:
        least = min(self._left(classes, claims) for classes in self._sets(eligible))
        return least if least >= 0 else None

    def overflow(self, eligible: Classes, claims: Mapping[Classes, Amount]) -> Classes | None:
        worst = min(self._sets(eligible), key=lambda classes: (self._left(classes, claims), sorted(classes)))
        return worst if self._left(worst, claims) < 0 else None

    def _sets(self, eligible: Classes) -> list[Classes]:
        """Every set of classes that contains these."""
        others = sorted(self.money.keys() - eligible)
        added = chain.from_iterable(combinations(others, count) for count in range(len(others) + 1))
        return [eligible.union(more) for more in added]

    def _left(self, classes: Classes, claims: Mapping[Classes, Amount]) -> Amount:
        return self.of(classes) - sum(amount for group, amount in claims.items() if group <= classes)
