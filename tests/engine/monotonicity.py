"""Lines D1 to D8 of the catalogue: what should move one way when one thing changes, and the funds on which it does not.

A fund is a scenario file; a change turns it into another; a line says what must not happen between the two.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from mptf_sim.engine.draws import draw
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.run import play
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.quantities import Array, Quarter
from mptf_sim.scenario.scenario import Scenario

File = dict[str, Any]

RULES: dict[str, File] = {
    "priority_queue": {"kind": "priority_queue"},
    "priority_score": {"kind": "priority_score"},
    "priority_score, scaled down": {"kind": "priority_score", "scale_down_to": "20%"},
    "pro_rata": {"kind": "pro_rata"},
    "equal_awards": {"kind": "equal_awards"},
    "performance_based": {"kind": "performance_based"},
    "regional_floors": {
        "kind": "regional_floors", "rule": {"kind": "priority_score"}, "floors": {"africa": "30%", "europe": "30%"},
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fund comes to, on every path."""

    programmes: tuple[str, ...]
    transfers: Array  # (path,), cents, over the calendar
    awards: Array  # (programme, path), cents
    second: Array  # (path,), second instalments paid

    def of_others(self, other: Outcome, but: str = "") -> tuple[Array, Array]:
        """Awards of the programmes that both have: (programme, path) each."""
        both = [id for id in self.programmes if id in other.programmes and id != but]
        return tuple(one.awards[[one.programmes.index(id) for id in both]] for one in (self, other))  # type: ignore[return-value]


def outcome(file: File, seed: int, paths: int) -> Outcome:
    """Play some paths of a fund."""
    terms = Terms(Scenario.model_validate(file))
    awards, second = np.zeros((len(terms.programmes), paths)), np.zeros(paths)

    def watch(t: int, before: FundState, after: FundState, flows: Flows) -> None:
        flows.decisions.awards.add_to(awards)
        cells = flows.payments.transfers.cells
        np.add.at(second, cells.path, before.portfolio.at(cells, "instalments") == 1)

    books, _ = play(terms, draw(terms, seed, 0).paths(0, paths), 0, watch)
    ids = tuple(programme.id for programme in terms.programmes)
    return Outcome(ids, books.transfers.sum(axis=0).astype(float), awards, second)


Change = Callable[[File, random.Random], tuple[File, File, str]]
"""The fund before and after, and whom the change is about; nothing else differs."""


def _with_gift(file: File, quarter: int, amount: int) -> File:
    gift = {"due": str(Quarter.at(Quarter.read(file["calendar"]["start"]).ordinal + quarter)), "amount": amount}
    donor = {"id": "NEW", "name": "NEW", "outlook": {"kind": "scheduled", "instalments": [gift]}}
    return {**file, "donors": [*file["donors"], donor]}


def a_further_donor(file: File, dice: random.Random) -> tuple[File, File, str]:
    return file, _with_gift(file, dice.randrange(4), dice.choice((1, 5, 10, 20, 40))), "NEW"


def a_higher_fee(file: File, dice: random.Random) -> tuple[File, File, str]:
    return file, {**file, "fund": {**file["fund"], "fees": {"administrative_agent": dice.choice(("5%", "10%"))}}}, ""


def without_a_programme(file: File, dice: random.Random) -> tuple[File, File, str]:
    gone = dice.choice(file["programmes"])["id"]
    return file, {**file, "programmes": [one for one in file["programmes"] if one["id"] != gone]}, gone


def a_higher_threshold(file: File, dice: random.Random) -> tuple[File, File, str]:
    stricter = copy.deepcopy(file)
    stricter["agreements"][0]["instalments"][1]["threshold"] = "100%"
    return file, stricter, ""


def a_larger_request(file: File, dice: random.Random) -> tuple[File, File, str]:
    larger = copy.deepcopy(file)
    programme = dice.choice(larger["programmes"])
    programme["budget"] += dice.choice((1, 5, 10, 30))
    return file, larger, programme["id"]


def without_an_earmark(file: File, dice: random.Random) -> tuple[File, File, str]:
    free = copy.deepcopy(file)
    for donor in free["donors"]:
        donor.pop("earmark", None)
    for cash in free["fund"]["opening"]["cash"]:
        cash.pop("earmark", None)
    return file, free, ""


def the_same_money_a_quarter_earlier(file: File, dice: random.Random) -> tuple[File, File, str]:
    quarter, amount = dice.randrange(1, 5), dice.choice((1, 5, 10, 20, 40))
    return _with_gift(file, quarter, amount), _with_gift(file, quarter - 1, amount), "NEW"


def less_is_paid(before: Outcome, after: Outcome, whom: str) -> Array:
    return after.transfers < before.transfers


def more_is_paid(before: Outcome, after: Outcome, whom: str) -> Array:
    return after.transfers > before.transfers


def somebody_gets_less(before: Outcome, after: Outcome, whom: str) -> Array:
    had, has = before.of_others(after, but=whom)
    return (has < had).any(axis=0)


def it_gets_less(before: Outcome, after: Outcome, whom: str) -> Array:
    row = before.programmes.index(whom)
    return after.awards[row] < before.awards[row]


def more_second_instalments(before: Outcome, after: Outcome, whom: str) -> Array:
    return after.second > before.second


LINES: dict[str, tuple[str, Change, Callable[[Outcome, Outcome, str], Array]]] = {
    "D1": ("a further donor never lowers total disbursement", a_further_donor, less_is_paid),
    "D2": ("a higher fee never raises transfers", a_higher_fee, more_is_paid),
    "D3": ("more money never lowers any one programme's award", a_further_donor, somebody_gets_less),
    "D4": ("removing a programme never lowers the others' awards", without_a_programme, somebody_gets_less),
    "D5": ("a higher threshold never raises the number of second instalments", a_higher_threshold, more_second_instalments),
    "D6": ("a larger request never lowers what the programme gets", a_larger_request, it_gets_less),
    "D7": ("removing an earmark never lowers total disbursement", without_an_earmark, less_is_paid),
    "D8": ("the same money a quarter earlier never lowers total disbursement", the_same_money_a_quarter_earlier, less_is_paid),
}  # fmt: skip
"""Each line: what should hold, the change, and what must not happen."""


def toy(number: int, rule: str) -> File:
    """A small fund of this number: donors whose gifts differ from path to path, documents that compete for them."""
    dice = random.Random(number)
    marks: list[File] = [{}, {}, {"earmark": {"windows": ["data"]}}, {"earmark": {"regions": ["africa"]}}]
    donors = [
        {
            "id": f"D{n}", "name": f"D{n}", **dice.choice(marks), "deposit_quarter": dice.choice(("Q1", "Q2", "Q3", "Q4")),
            "outlook": {
                "kind": "renewing", "gift": dice.choice((10, 20, 40, 60)), "spread": "80%", "retention": "80%",
                "comeback": "60%",
            },
        }
        for n in range(dice.randint(1, 2))
    ]  # fmt: skip
    cash = [{"amount": dice.choice((5, 20, 40)), **dice.choice(marks)} for _ in range(dice.randint(0, 2))]
    programmes = [
        {
            "id": f"P{n}", "name": f"P{n}", "window": dice.choice(("data", "borders")), "organisation": "IOM",
            "region": dice.choice(("africa", "europe")), "budget": dice.choice((5, 10, 20, 20, 30, 45)),
            "score": dice.choice((50, 60, 60, 90)), "duration": dice.randint(1, 2), "agreement": "two",
            "ready": str(Quarter.at(Quarter(2026, 1).ordinal + dice.choice((0, 0, 1, 2, 4)))),
        }
        for n in range(dice.randint(2, 4))
    ]  # fmt: skip
    return {
        "schema": 1, "name": f"Toy {number}", "calendar": {"start": "2026-Q1", "periods": 8},
        "fund": {"opening": {"cash": cash}, "fees": {"administrative_agent": "0%"}},
        "windows": [{"id": name, "name": name} for name in ("data", "borders")],
        "regions": [{"id": name, "name": name} for name in ("africa", "europe")],
        "organisations": [{"id": "IOM", "name": "IOM"}], "donors": donors, "programmes": programmes,
        "agreements": [
            {
                "id": "two", "preparation": dice.choice((0, 1)), "extension": 0, "delivery": {"pace": dice.choice(("100%", "60%"))},
                "instalments": [{"share": "50%"}, {"share": "50%", "after": dice.choice((1, 2)), "threshold": dice.choice(("0%", "50%"))}],
            }
        ],
        "governance": {
            "meetings": dice.choice((["Q1", "Q2", "Q3", "Q4"], ["Q2", "Q4"])), "allocation": RULES[rule],
            "limits": {"minimum_grant": dice.choice((0, 0, 3))},
        },
    }  # fmt: skip


def on_one_path(file: File, seed: int, path: int) -> File:
    """The same fund with the gifts of one path as scheduled instalments: it comes to the same there."""
    from mptf_sim.engine.replay import replay

    postings = replay(Scenario.model_validate(file), seed, path).postings
    donors = []
    for donor in file["donors"]:
        given = [
            {"due": one.period, "amount": one.cents / 100}
            for one in postings
            if (one.event, one.who) == ("deposits", donor["id"])
        ]
        kept = {key: value for key, value in donor.items() if key in ("id", "name", "earmark")}
        donors.append({**kept, "outlook": {"kind": "scheduled", "instalments": given}})
    return {**file, "donors": donors}


def smaller(file: File) -> Iterator[File]:
    """Funds with a little less in them: one row, one instalment, one amount made rounder."""
    for part in ("donors", "programmes"):
        for row in range(len(file[part])):
            yield {**file, part: file[part][:row] + file[part][row + 1 :]}
    cash = file["fund"]["opening"]["cash"]
    for row in range(len(cash)):
        yield {**file, "fund": {**file["fund"], "opening": {"cash": cash[:row] + cash[row + 1 :]}}}
    for row, donor in enumerate(file["donors"]):
        instalments = donor["outlook"]["instalments"]
        others = [*file["donors"][:row], *file["donors"][row + 1 :]]
        for one, gift in enumerate(instalments):
            rest = instalments[:one] + instalments[one + 1 :]
            yield {**file, "donors": [*others, {**donor, "outlook": {"kind": "scheduled", "instalments": rest}}]}
            rounder = [round(gift["amount"], -1), round(gift["amount"]), round(gift["amount"], 1)]
            for amount in rounder:
                if 0 < amount != gift["amount"]:
                    new = [*rest, {**gift, "amount": amount}]
                    yield {**file, "donors": [*others, {**donor, "outlook": {"kind": "scheduled", "instalments": new}}]}
