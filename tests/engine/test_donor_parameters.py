"""No term of donors, pledges, currencies or their shocks is idle: changing any of them changes the result."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from mptf_sim.engine.run import simulate
from mptf_sim.fund.currencies import CorrelatedPair, Currency, ExchangeCorrelation
from mptf_sim.fund.donors import AtReviews, Bootstrap, Matching, Pledge, PledgeInstalment, YearOfHistory
from mptf_sim.fund.part import Part
from mptf_sim.fund.shocks import EarmarkingWave, ExchangeRateMove
from tests.by_hand.small import fund, programme

WITHOUT_EFFECT = {"source", "kind", "id"}
"""Evidence, the word that says which class it is (a change of it is another part), and names."""

FORUM = {"id": "irmf", "kind": "forum", "quarter": "2026-Q3"}
ROUND = {"id": "africa", "kind": "regional", "quarter": "2027-Q2", "region": "africa"}
HALVES = [{"share": "50%", "after": 1}, {"share": "50%", "after": 3}]

WORLD: dict[str, Any] = {
    "calendar": {"start": "2026-Q1", "periods": 16},
    "governance": {"meetings": ["Q1", "Q2", "Q3", "Q4"], "reviews": [FORUM, ROUND]},
    "currencies": [
        {"id": "EUR", "rate": "1.1", "volatility": "10%"},
        {"id": "GBP", "rate": "1.3", "volatility": "10%"},
        {"id": "NOK", "rate": "0.1", "volatility": "10%"},
    ],
    "exchange_correlation": {"common": "50%", "pairs": [{"between": ["EUR", "GBP"], "correlation": "80%"}]},
    "history": [{"series": "old", "year": 2020 + n, "amount": str(100 + 37 * n)} for n in range(5)]
    + [{"series": "new", "year": 2020 + n, "amount": str(90 + 11 * n)} for n in range(5)],
    "donors": [
        {
            "id": "AAA", "name": "A", "currency": "EUR", "deposit_quarter": "Q4",
            "outlook": {
                "kind": "renewing", "gift": "500", "spread": "60%", "degrees_of_freedom": 4, "announces": "Q1", "signs": "Q3",
            },
        },
        {
            "id": "BBB", "name": "B", "currency": "GBP",
            "outlook": {
                "kind": "at_reviews", "reviews": "forum", "chance": "60%", "amount": "300", "spread": "40%",
                "signed_after": 1, "deposited_after": 2,
            },
        },
        {
            "id": "CCC", "name": "C", "currency": "NOK", "deposit_quarter": "Q4",
            "outlook": {"kind": "bootstrap", "series": "old", "block": 2, "growth": "5%", "announces": "Q1", "signs": "Q2"},
        },
        {"id": "DDD", "name": "D", "outlook": {"kind": "matching", "donors": ["AAA"], "ratio": "50%", "ceiling": "700"}},
        {
            "id": "EEE", "name": "E",
            "outlook": {
                "kind": "scheduled",
                "instalments": [{"due": "2027-Q4", "signed": "2027-Q1", "announced": "2026-Q2", "amount": "80"}],
            },
        },
    ],
    "pledges": [
        {
            "id": "money", "donor": "AAA", "announced": "2026-Q2", "amount": "900", "signing": "50%", "lapses_after": 6,
            "instalments": HALVES, "earmark": {"windows": ["data"]},
        },
        {
            "id": "goods", "donor": "BBB", "kind": "in kind", "announced": "2026-Q2", "amount": "400", "signing": "50%",
            "lapses_after": 6, "instalments": HALVES,
        },
        {"id": "step", "donor": "CCC", "kind": "policy", "announced": "2026-Q2", "signing": "50%", "lapses_after": 6},
    ],
    "programmes": [programme("P1", "300"), programme("P2", "500", "borders"), programme("P3", "700", "protection")],
    "shocks": [
        {
            "kind": "earmarking_wave", "donors": ["AAA"], "start": "2027-Q1", "end": "2028-Q4", "share": "60%",
            "earmark": {"windows": ["borders"]},
        },
        {"kind": "exchange_rate_move", "currencies": ["EUR"], "start": "2027-Q2", "end": "2028-Q2", "change": "-20%"},
    ],
}  # fmt: skip
"""Every field of these parts is set."""

CHANGES: list[tuple[tuple[Any, ...], Any]] = [
    (("currencies", 0, "rate"), "1.2"),
    (("currencies", 0, "volatility"), "20%"),
    (("exchange_correlation", "common"), "40%"),
    (("exchange_correlation", "pairs", 0, "correlation"), "70%"),
    (("exchange_correlation", "pairs", 0, "between"), ["EUR", "NOK"]),
    (("history", 1, "amount"), "1"),
    (("history", 4, "year"), 2019),
    (("history", 4, "series"), "young"),
    (("donors", 0, "currency"), "GBP"),
    (("donors", 0, "outlook", "degrees_of_freedom"), 5),
    (("donors", 0, "outlook", "announces"), "Q2"),
    (("donors", 1, "outlook", "reviews"), "all"),
    (("donors", 1, "outlook", "chance"), "90%"),
    (("donors", 1, "outlook", "amount"), "301"),
    (("donors", 1, "outlook", "spread"), "10%"),
    (("donors", 1, "outlook", "signed_after"), 2),
    (("donors", 1, "outlook", "deposited_after"), 1),
    (("donors", 2, "deposit_quarter"), "Q3"),
    (("donors", 2, "outlook", "series"), "new"),
    (("donors", 2, "outlook", "block"), 3),
    (("donors", 2, "outlook", "growth"), "-5%"),
    (("donors", 2, "outlook", "announces"), "Q2"),
    (("donors", 2, "outlook", "signs"), "Q3"),
    (("donors", 3, "outlook", "donors"), ["BBB"]),
    (("donors", 3, "outlook", "ratio"), "40%"),
    (("donors", 3, "outlook", "ceiling"), "300"),
    (("donors", 4, "outlook", "instalments", 0, "announced"), "2026-Q3"),
    *(
        ((("pledges", number, field)), value)
        for number in range(3)
        for field, value in (("donor", "EEE"), ("announced", "2026-Q3"), ("signing", "90%"), ("lapses_after", 1))
        if (number, field) != (2, "donor")  # whose step it is changes who is named, no number
    ),
    *((("pledges", number, "amount"), "17") for number in range(2)),
    *((("pledges", number, "instalments", 0, "share"), "40%") for number in range(2)),
    *((("pledges", number, "instalments", 0, "after"), 0) for number in range(2)),
    (("pledges", 0, "earmark"), {"windows": ["protection"]}),
    (("shocks", 0, "donors"), ["BBB"]),
    (("shocks", 0, "start"), "2028-Q1"),
    (("shocks", 0, "end"), "2027-Q4"),
    (("shocks", 0, "share"), "30%"),
    (("shocks", 0, "earmark"), {"regions": ["europe"]}),
    (("shocks", 1, "currencies"), ["GBP"]),
    (("shocks", 1, "start"), "2026-Q2"),
    (("shocks", 1, "end"), "2027-Q3"),
    (("shocks", 1, "change"), "-10%"),
]

PARTS = (
    Currency, CorrelatedPair, ExchangeCorrelation, YearOfHistory, AtReviews, Bootstrap, Matching, Pledge, PledgeInstalment,
    EarmarkingWave, ExchangeRateMove,
)  # fmt: skip


def digest(world: dict[str, Any]) -> str:
    return simulate(fund(**copy.deepcopy(world)), 40, 3).result_digest


@pytest.fixture(scope="module")
def before() -> str:
    return digest(WORLD)


@pytest.mark.parametrize(
    ("at", "value"), CHANGES, ids=lambda one: ".".join(map(str, one)) if isinstance(one, tuple) else ""
)
def test_changing_a_term_changes_the_result(before: str, at: tuple[Any, ...], value: Any) -> None:
    world = copy.deepcopy(WORLD)
    place: Any = world
    for step in at[:-1]:
        place = place[step]
    assert place[at[-1]] != value
    place[at[-1]] = value
    if at[-1] == "share" and at[-2] == 0 and at[-3] == "instalments":
        world["pledges"][at[1]]["instalments"][1]["share"] = "60%"

    assert digest(world) != before


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_field_of_these_parts_is_changed_here(part: type[Part]) -> None:
    changed = {step for at, _ in CHANGES for step in at if isinstance(step, str)}

    assert set(part.model_fields) - WITHOUT_EFFECT <= changed
