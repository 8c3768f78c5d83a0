"""What a small fund is given: donors and what they promise, pledges, currencies, and the shocks they meet."""

from __future__ import annotations

from typing import Any

from mptf_sim.quantities import Quarter
from tests.reference.generated_outlooks import outlook
from tests.reference.pen import CHANCES, COUNTRIES, RATES, REGIONS, SHARES, WINDOWS, Pen

CURRENCIES = ("CHF", "DKK", "EUR", "GBP")


def giving(pen: Pen, reviews: list[dict[str, Any]]) -> dict[str, Any]:
    """All parts of a scenario that say who gives; of `cash` its earmarks."""
    marks = ["none", *(earmark(pen) for _ in range(4))]
    currencies = pen.random.sample(CURRENCIES, pen.choose(0, 0, 0, 0, 1, 2, 2, 3))
    donors = [_donor(pen, n, marks, currencies, reviews) for n in range(pen.choose(1, 2, 2, 3))]
    ids = tuple(donor["id"] for donor in donors)
    if pen.chance(25):
        donors.append(_matching(pen, ids, marks))
    everyone = tuple(donor["id"] for donor in donors)
    pledges = [_pledge(pen, f"P{n}", everyone, marks) for n in range(pen.choose(0, 0, 1, 2, 3, 4))]
    shocks = [_shock(pen, everyone, marks) for _ in range(pen.choose(0, 0, 0, 1, 2, 3))]
    for part in (donors, pledges, shocks):
        pen.random.shuffle(part)
    return {
        "cash": [pen.choose(*marks) for _ in range(pen.choose(0, 1, 1, 2, 3))],
        "donors": donors,
        "history": [
            {"series": "record", "year": 2020 + n, "amount": pen.money()} for n in range(pen.random.randint(3, 5))
        ],
        "pledges": pledges,
        "shocks": [*_within_everything(shocks), *_exchange_rate_moves(pen, currencies)],
        **_currencies(pen, currencies),
    }


def earmark(pen: Pen) -> dict[str, Any]:
    field, values = pen.choose(("windows", WINDOWS), ("regions", REGIONS), ("countries", COUNTRIES))
    mark = {pen.choose("", "", "not_") + field: pen.some(values)}
    if pen.chance(20):
        mark |= {"not_countries": pen.some(COUNTRIES, 1)}
    return mark


def _reliability(pen: Pen) -> dict[str, Any]:
    if not pen.chance(40):
        return {}
    return {
        "default": pen.choose(*CHANCES),
        "conversion": pen.choose("100%", "100%", *RATES),
        "delay": {"chance": pen.choose(*CHANCES), "quarters": pen.random.randint(0, 3)},
    }


def _donor(
    pen: Pen, number: int, marks: list[Any], currencies: list[str], reviews: list[dict[str, Any]]
) -> dict[str, Any]:
    id = f"D{number}"
    donor = {"id": id, "name": id, "kind": pen.choose("State", "foundation", "private", "diaspora")}
    if pen.chance(65):
        donor["earmark"] = pen.choose(*marks)
    if currencies and pen.chance(80):
        donor["currency"] = currencies[number % len(currencies)]
    return donor | _reliability(pen) | outlook(pen, [review["kind"] for review in reviews])


def _matching(pen: Pen, others: tuple[str, ...], marks: list[Any]) -> dict[str, Any]:
    """A dedicated account: a share of what others deposit."""
    terms = {
        "kind": "matching",
        "donors": pen.some(others),
        "ratio": pen.choose("100%", "50%", *RATES),
        "ceiling": pen.choose("0.01", "0", pen.money(), pen.money(), "100_000_000_000"),
    }
    return {"id": "MATCH", "name": "Match", "earmark": pen.choose(*marks), "outlook": terms} | _reliability(pen)


def _pledge(pen: Pen, id: str, donors: tuple[str, ...], marks: list[Any]) -> dict[str, Any]:
    announced = pen.random.randint(-10, pen.choose(0, pen.periods))
    pledge: dict[str, Any] = {
        "id": id,
        "donor": pen.choose(*donors),
        "kind": pen.choose("financial", "financial", "financial", "in kind", "policy"),
        "announced": pen.quarter(announced, announced),
        "signing": pen.choose("0%", "0%", "50%", "90%", "100%", "100%", "100%"),
    }
    if pen.chance(60):
        first = max(1, 1 - announced)
        pledge["lapses_after"] = pen.random.randint(first, first + 4)
    if pledge["kind"] != "policy":
        pledge["amount"] = pen.some_money()
        after = pen.choose(0, 0, 1, 2)
        pledge["instalments"] = []
        for share in pen.choose(*SHARES):
            pledge["instalments"].append({"share": share, "after": after})
            after += pen.random.randint(1, 3)
    if pledge["kind"] == "financial" and pen.chance(40):
        pledge["earmark"] = pen.choose(*marks)
    return pledge


def _shock(pen: Pen, donors: tuple[str, ...], marks: list[Any]) -> dict[str, Any]:
    kind = pen.choose(
        "donor_cut",
        "donor_cut",
        "earmarking_wave",
        "earmarking_wave",
        "earmarking_wave",
        "donor_exit",
        "freeze_of_approvals",
    )
    start = pen.random.randint(-2, pen.periods)
    shock = {"kind": kind, "start": pen.quarter(start, start)}
    if kind == "donor_exit":
        return shock | {"donors": pen.some(donors)}
    if pen.chance(70 if kind == "freeze_of_approvals" else 50):
        ends = start + pen.random.randint(0, 4)
        shock["end"] = pen.quarter(ends, ends)
    if kind != "freeze_of_approvals":
        shock["share"] = pen.choose(*RATES)
        if pen.chance(50):
            shock["donors"] = pen.some(donors)
    if kind == "earmarking_wave":
        shock["earmark"] = pen.choose(*marks)
    return shock


def _within_everything(shocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Waves take at most a half of what is announced each, and but two of them, so that they never take more than all."""
    waves = [shock for shock in shocks if shock["kind"] == "earmarking_wave"]
    if len(waves) > 1:
        for wave in waves:
            wave["share"] = {"100%": "50%", "99.99%": "49.99%"}.get(wave["share"], wave["share"])
    return [shock for shock in shocks if shock not in waves[2:]]


def _currencies(pen: Pen, ids: list[str]) -> dict[str, Any]:
    """What currencies are worth; amounts that are as large as they may be do not grow."""
    huge = pen.scale == "huge"
    listed = [
        {
            "id": id,
            "rate": pen.choose("1", "0.5", "0.0937") if huge else pen.choose("1", "1.08", "0.5", "0.0937", "2"),
            "volatility": "0%" if huge else pen.choose("0%", "10%", "60%", "60%"),
        }
        for id in ids
    ]
    pairs = (
        [{"between": ids[:2], "correlation": pen.choose("33.33%", "90%")}] if len(ids) > 1 and pen.chance(40) else []
    )
    return {"currencies": listed, "exchange_correlation": {"common": pen.choose("0%", "50%", "50%"), "pairs": pairs}}


def _exchange_rate_moves(pen: Pen, ids: list[str]) -> list[dict[str, Any]]:
    """What a strong or a weak dollar does to them."""
    moves = []
    for _ in range(pen.choose(0, 1, 2) if ids else 0):
        start = pen.random.randint(-1, pen.periods)
        move: dict[str, Any] = {"kind": "exchange_rate_move", "start": str(Quarter.at(pen.start.ordinal + start))}
        move["change"] = pen.choose("-20%", "-90%", "-33.33%", *(() if pen.scale == "huge" else ("15%", "100%")))
        if pen.chance(50):
            move["end"] = pen.quarter(start, start + 3)
        if pen.chance(50):
            move["currencies"] = pen.some(tuple(ids))
        moves.append(move)
    return moves
