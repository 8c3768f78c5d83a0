"""Joint programmes of a small fund, the terms they run under, and the organisations that carry them out."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from mptf_sim.quantities import Quarter, money_text, read_money
from tests.reference.generated_governance import markers
from tests.reference.pen import CHANCES, COUNTRIES, ORGANISATIONS, PARTS, RATES, REGIONS, SHARES, WINDOWS, Pen
from tests.reference.programme import Part, direct, indirect
from tests.reference.rounding import rounded


def organisations(pen: Pen) -> list[dict[str, Any]]:
    """Who may receive money: since when, how much it can spend, how late it reports."""
    return [_organisation(pen, id) for id in ORGANISATIONS]


def _organisation(pen: Pen, id: str) -> dict[str, Any]:
    organisation: dict[str, Any] = {"id": id, "name": id}
    if pen.chance(25):
        organisation["signed_agreement"] = pen.choose("never", *(pen.quarter(t, t) for t in (-1, 0, 0, 0, 1, 1, 2, 3)))
    if pen.chance(25):
        organisation["capacity"] = pen.choose("0", money_text(pen.cents() // pen.choose(1, 1, 2, 4)))
    if pen.chance(30):
        organisation["spread"] = pen.choose("50%", "300%")
    if pen.chance(50):
        organisation["late_reports"] = pen.choose(*CHANCES)
    return organisation


def slowdown_of_delivery(pen: Pen) -> dict[str, Any]:
    """Some organisations, somewhere, spend more slowly from a quarter on."""
    start = pen.random.randint(-2, pen.periods)
    shock: dict[str, Any] = {
        "kind": "delivery_slowdown",
        "start": pen.quarter(start, start),
        "share": pen.choose(*RATES),
    }
    if pen.chance(50):
        shock["organisations"] = pen.some(ORGANISATIONS)
    if pen.chance(50):
        shock["regions"] = pen.some(REGIONS)
    if pen.chance(50):
        shock["end"] = pen.quarter(start, start + 4)
    return shock


def agreement(pen: Pen, id: str) -> dict[str, Any]:
    """Terms from approval to financial closure."""
    after, instalments = 0, []
    for number, share in enumerate(pen.choose(*SHARES)):
        tranche: dict[str, Any] = {"share": share}
        if number:
            after += pen.random.randint(1, 2)
            tranche |= {"after": after, "threshold": pen.choose("0%", "50%", "70%", "100%")}
        instalments.append(tranche)
    return {
        "id": id,
        "preparation": pen.choose(0, 0, 0, 1, 1, 2),
        "instalments": instalments,
        "delivery": {"pace": pen.choose("100%", "100%", "50%", "0%"), "spread": pen.choose("0%", "50%", "300%")},
        "release": _release(pen),
        "reporting": {"every": pen.choose(1, 1, 1, 2, 4), "late_by": pen.random.randint(1, 3)},
        "complete_at": pen.choose("100%", "95%", "50%", "0%"),
        "extension": pen.choose(0, 1, 4),
        "financial_closure": pen.random.randint(1, 3),
    }


def _release(pen: Pen) -> dict[str, Any]:
    release = {"level": pen.choose("programme", "every organisation", "own share", "own share")}
    if pen.chance(30):
        release |= {"basis": "spent plus committed", "committed": pen.choose("100%", "50%", "33.33%", "1%")}
    return release


def programme(
    pen: Pen, number: int, plans: dict[str, Any], agreements: list[dict[str, Any]], organisations: list[dict[str, Any]]
) -> dict[str, Any]:
    """A document, or a programme that runs when the calendar starts."""
    terms = pen.choose(*agreements)
    written: dict[str, Any] = {
        "id": f"P{pen.random.randint(0, 9)}{number}",
        "name": f"Programme {number}",
        "score": pen.choose(50, 50, 60, 100, 0),
        **about(pen, plans, terms),
    }
    if pen.chance(30):
        signed = [one["id"] for one in organisations if _signed_by(one, pen.start)]
        if signed:
            written |= carried_out_by(pen, signed)
            return written | {"running": _running(pen, terms, written)}
    return written | carried_out_by(pen, list(ORGANISATIONS)) | {"ready": pen.quarter(-1, pen.periods // 3)}


def more_documents(pen: Pen, plans: dict[str, Any], agreements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In every other fund, documents that lie before the first meeting together, for more than the fund has: a choice."""
    if not pen.chance(50):
        return []
    return [
        {"id": f"M{number}", "name": f"More {number}", "score": pen.choose(50, 60, 70)}
        | about(pen, plans, pen.choose(*agreements))
        | carried_out_by(pen, list(ORGANISATIONS))
        | {"ready": pen.quarter(0, 1)}
        for number in range(pen.choose(2, 3))
    ]


def pipeline(pen: Pen, plans: dict[str, Any], agreements: list[dict[str, Any]]) -> dict[str, Any]:
    """Documents that are still to come, if there are any: slots, and what they are about in turn."""
    if not pen.chance(50):
        return {}
    templates = [
        {"id": f"T{number}", "name": f"Template {number}"}
        | about(pen, plans, pen.choose(*agreements))
        | carried_out_by(pen, list(ORGANISATIONS))
        for number in range(pen.choose(1, 1, 2, 3))
    ]
    pen.random.shuffle(templates)
    selection = {"concept_note": pen.choose("100%", "100%", *CHANCES), "chance": pen.choose("100%", "100%", *CHANCES)}
    written = {
        "prefix": pen.choose("pipeline", "P", "A"),
        "start": pen.quarter(0, pen.choose(0, 1, pen.periods - 1)),
        "slots_per_year": pen.choose(1, 2, 3, 4, 5, 8),
        "selection": selection | {"after": pen.choose(0, 0, 0, 1, 2)},
        "preparation": pen.choose(1, 1, 2, 3),
        "score": {"mean": pen.choose(0, 50, 60, 100), "spread": pen.choose(0, 0, 5, 50)},
        "templates": templates,
    }
    return {"pipeline": written}


def about(pen: Pen, plans: dict[str, Any], terms: dict[str, Any]) -> dict[str, Any]:
    """What a document asks for, for how long, in which window, for a plan or for a region and countries."""
    written = {
        "budget": money_text(max(pen.cents(), 1)),
        "markers": markers(pen),
        "duration": pen.choose(1, 2, 3, 4, 8),
        "agreement": terms["id"],
    }
    cells = [(need["plan"], need["window"]) for need in plans["needs"]]
    if cells and pen.chance(75):
        plan, window = pen.choose(*cells)
        return written | {"plan": plan, "window": window, "readiness": pen.chance(40)}
    countries = pen.some(COUNTRIES) if pen.chance(60) else []
    return written | {"window": pen.choose(*WINDOWS), "region": pen.choose(*REGIONS), "countries": countries}


def carried_out_by(pen: Pen, organisations: list[str]) -> dict[str, Any]:
    """One organisation with all of it, several with shares, or several equal ones."""
    several = [shares for shares in PARTS if len(shares) <= len(organisations)]
    if not several or pen.chance(45):
        return {"organisation": pen.choose(*organisations)}
    shares = pen.choose(*several)
    chosen = pen.random.sample(organisations, len(shares))
    if pen.chance(30):
        return {"organisations": chosen}
    return {"organisations": dict(zip(sorted(chosen), shares, strict=True))}


def _signed_by(organisation: dict[str, Any], start: Quarter) -> bool:
    signed = organisation.get("signed_agreement")
    return signed is None or (signed != "never" and Quarter.read(signed) <= start)


def _running(pen: Pen, terms: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    approved = pen.random.randint(-4, -1)
    running: dict[str, Any] = {"approved": pen.quarter(approved, approved)}
    paid = pen.random.randint(0, len(terms["instalments"]))
    if paid:
        running |= {"started": pen.quarter(approved, -1), "instalments_paid": paid}
        most = _most_delivered(pen, terms, written, paid)
        running["delivered"] = money_text(pen.choose(0, most, most, most // 2, max(most - 1, 0)))
    return running


def _most_delivered(pen: Pen, terms: dict[str, Any], written: dict[str, Any], paid: int) -> int:
    """About the most that may have been delivered: no organisation spent more than it received."""
    rate, budget = ratio(pen.indirect), read_money(written["budget"])
    parts, before = [], Fraction(0)
    for share in shares_of(written):
        parts.append(Part("", before, share))
        before += share
    received, shares = 0, [ratio(tranche["share"]) for tranche in terms["instalments"]]
    for number in range(1, paid + 1):
        after = rounded(sum(shares[:number], Fraction(0)) * budget)
        for part in parts:
            part.received += part.of(after - received)
        received = after

    def fits(delivered: int) -> bool:
        return all(part.of(delivered) + indirect(part.of(delivered), rate) <= part.received for part in parts)

    most = direct(received, rate)
    while not all(fits(some) for some in (most, max(most - 1, 0), most // 2)):
        most = max(min(most - 1, most - most // 1000), 0)
    return most


def shares_of(written: dict[str, Any]) -> list[Fraction]:
    """Shares of the organisations of a programme, in the order of ids."""
    shares = written.get("organisations", ["all of it"])
    if isinstance(shares, list):
        return [Fraction(1, len(shares))] * len(shares)
    return [ratio(share) for _, share in sorted(shares.items())]


def ratio(text: str) -> Fraction:
    """A share as it is written, exact."""
    return Fraction(text.rstrip("%")) / 100
