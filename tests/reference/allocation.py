"""How the Committee chooses among documents: one after the other by priority, or all at once by sharing."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from math import sqrt
from typing import Any

from tests.reference.fill import fill
from tests.reference.rounding import by_running_total, rounded
from tests.reference.table import Document, Table

MILLION = 10**6


def run(table: Table, rule: Any, among: Collection[str]) -> None:
    """One run of a rule over some of the documents."""
    if rule.kind in ("priority_queue", "priority_score"):
        by_priority(table, rule, among)
    else:
        by_sharing(table, rule, among)


def by_priority(table: Table, rule: Any, among: Collection[str]) -> None:
    """Down the list: awarded whole if it fits, else scaled down as far as the rule lets it, else passed over."""

    def rank(id: str) -> tuple[float, str]:
        document = table.documents[id]
        return (document.ready if rule.kind == "priority_queue" else -document.score), id

    for id in sorted((id for id in among if not table.given(id)), key=rank):
        document, ask = table.documents[id], table.ask(id)
        if not ask:
            continue
        if table.shares_country(id, table.awards):
            table.features.add("country taken by another document")
            continue
        room = table.room(id)
        if document.claim(ask) <= room:
            table.make(id, ask)
            continue
        award = document.largest_within(room)
        if award and award >= max(rounded(rule.scale_down_to.ratio * ask), table.minimum):
            table.features.add("award scaled down")
            table.make(id, award)


def by_sharing(table: Table, rule: Any, among: Collection[str]) -> None:
    """All at once; of awards below the minimum grant the smaller half go, until none is left."""
    asks = asks_within_needs(table, let_through(table, among))
    weights = weights_of_rule(table, rule, asks)
    awards = shared(table, rule, asks, weights)
    while small := too_small(table, awards):
        for id in small[: (len(small) + 1) // 2]:
            del asks[id]
        awards = shared(table, rule, asks, weights)
    for id, award in awards.items():
        if award > table.given(id):
            if table.given(id):
                table.features.add("award raised after a floor")
            table.make(id, award)


def let_through(table: Table, among: Collection[str]) -> dict[str, int]:
    """Asks of the documents that are looked at: of one country, one alone where the limits say so."""
    through = list(table.awards)
    asks = {id: table.ask(id) for id in table.documents if id in among}
    for id in [id for id, ask in asks.items() if ask and not table.given(id)]:
        if table.shares_country(id, through):
            table.features.add("country taken by another document")
            del asks[id]
        else:
            through.append(id)
    return {id: ask for id, ask in asks.items() if ask}


def too_small(table: Table, awards: dict[str, int]) -> list[str]:
    """Documents with an award below the minimum grant, the smallest first, of equals the last by id."""
    last_first = sorted((id for id, award in awards.items() if 0 < award < table.minimum), reverse=True)
    return sorted(last_first, key=lambda id: awards[id])


def asks_within_needs(table: Table, asks: dict[str, int]) -> dict[str, int]:
    """Asks, those that serve one need scaled so that together they ask for no more than it."""
    asks = dict(asks)
    for need, unmet in table.unmet.items():
        mine = [id for id in asks if table.documents[id].need == need]
        costs = [table.beyond(id, asks[id]) for id in mine]
        if sum(costs) > unmet:
            for id, part, cost in zip(mine, by_running_total(unmet, costs), costs, strict=True):
                if part < cost:
                    given = table.given(id)
                    asks[id] = max(table.with_indirect(table.direct(given) + part), given)
    return {id: ask for id, ask in asks.items() if ask}


def shared(table: Table, rule: Any, asks: dict[str, int], weights: dict[str, int]) -> dict[str, int]:
    """Fill the rooms; then the largest awards within what each document claims."""
    documents = {id: table.documents[id] for id in asks}
    caps = {id: document.claim(asks[id]) for id, document in documents.items()}
    given = {id: document.claim(table.given(id)) for id, document in documents.items()}
    floors = given
    if rule.kind == "equal_awards":
        first = {id: max(table.given(id), rounded(rule.floor.ratio * asks[id])) for id in asks}
        first = {id: documents[id].claim(award) for id, award in first.items()}
        floors = fill(table, first, given, first)
    claims = fill(table, caps, floors, caps if rule.kind == "pro_rata" else weights)
    awards = {}
    for id, claim in claims.items():
        if claim == caps[id]:
            awards[id] = asks[id]
        elif claim == given[id]:
            awards[id] = table.given(id)
        else:
            awards[id] = documents[id].largest_within(claim)
    return awards


def weights_of_rule(table: Table, rule: Any, asks: dict[str, int]) -> dict[str, int]:
    """What each document weighs when the level rises, where it is not its own ask."""
    if rule.kind == "performance_based":
        raw = {id: merit(table, rule, table.documents[id], ask) for id, ask in asks.items()}
        largest = max(raw.values(), default=0.0)
        weights = {id: max(round(MILLION * (one / largest)), 1) if one > 0 else 0 for id, one in raw.items()}
    else:
        weights = dict.fromkeys(asks, MILLION)
    return {
        id: max(rounded(table.documents[id].counted * Fraction(weight)), 1) if weight else 0
        for id, weight in weights.items()
    }


def merit(table: Table, rule: Any, document: Document, ask: int) -> float:
    """Need x performance x capacity x income, each to its power, multiplied in this order."""
    need = ask if document.need is None else table.unmet[document.need]
    performance, capacity, income = document.merits
    raw = power(float(need), rule.need) * power(performance, rule.performance)
    return raw * power(capacity, rule.capacity) * power(income, rule.income)


def power(x: float, exponent: float) -> float:
    """A power in steps of one eighth, by multiplying and taking square roots alone."""
    whole, eighths = divmod(int(abs(exponent) * 8), 8)
    result = 1.0
    for _ in range(whole):
        result *= x
    for _ in range(eighths):
        result *= sqrt(sqrt(sqrt(x)))
    return 1.0 / result if exponent < 0 else result
