"""Scenarios to test with: one strategy per quantity, and whole small funds, valid by construction.

Strategies speak the constructor's units: amounts in currency units, rates with their percent sign. Bugs of money
live where amounts tie, are zero, are used up to the last cent, meet a threshold exactly, are one cent or as large as
a scenario may hold, so most draws come from such corners.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction as Ratio
from functools import lru_cache
from typing import Any, get_args

import numpy as np
from hypothesis import strategies as st

from mptf_sim.fund.allocation import Bounds, RegionalFloors, Requests, Room
from mptf_sim.fund.donors import Donor
from mptf_sim.fund.fees import Fees
from mptf_sim.fund.part import Part
from mptf_sim.fund.programmes import Agreement
from mptf_sim.quantities import (
    MOST_CENTS,
    Aggregate,
    Cents,
    ContractRate,
    Count,
    Exponent,
    Factor,
    Fraction,
    Growth,
    Id,
    Lag,
    Name,
    Quarter,
    QuarterOfYear,
    Spread,
    Year,
    YesNo,
    money_text,
)
from mptf_sim.scenario.scenario import Scenario

Draw = Callable[[st.SearchStrategy[Any]], Any]
File = dict[str, Any]

once = lru_cache(maxsize=None, typed=True)
"""Strategies are made once: making them again for every draw takes longer than drawing."""


@once
def choice(*values: Any) -> st.SearchStrategy[Any]:
    """One of these values; failures shrink towards the first."""
    return st.sampled_from(values)


# --------------------------------------------------------------------------------------------- quantities


def money(least: int = 0, most: int = MOST_CENTS) -> st.SearchStrategy[str]:
    """Amounts from `least` to `most` cents, written in currency units."""
    corners = [cents for cents in (0, 1, 99, 100, 10**6, 10**13 - 1, 10**13) if least <= cents <= most]
    return (st.sampled_from(corners) | st.integers(least, most)).map(money_text)


def percent(least: int, most: int, decimals: int = 2) -> st.SearchStrategy[str]:
    """Percentages between two whole per cents, with at most so many decimals."""
    part = 10**decimals
    return (st.integers(least, most).map(lambda n: n * part) | st.integers(least * part, most * part)).map(
        lambda n: f"{'-' if n < 0 else ''}{abs(n) // part}.{abs(n) % part:0{decimals}}%"
    )


@once
def contract_rates(most_decimals: int = 2) -> st.SearchStrategy[ContractRate]:
    """Rates as contracts state them; whole per cents where large amounts must stay exact."""
    common = ("0%", "100%", "50%", "1%", "7%", "99%", "33%")
    odd = ("33.33%", "0.01%", "2.75%", "99.99%") if most_decimals else ()
    return st.sampled_from(common + odd).map(ContractRate.read)


quarters = st.builds(Quarter, st.integers(2000, 2199), st.integers(1, 4))
ids = st.from_regex(r"\A[A-Z][A-Za-z0-9_.-]{0,20}\Z").filter(
    lambda text: text.lower() not in ("total", "none", "all", "fund", "unearmarked")
)
names = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=60).filter(str.strip)

QUANTITIES: tuple[tuple[Any, st.SearchStrategy[Any]], ...] = (
    (Cents, money()),
    (Aggregate, money()),
    (Fraction, percent(0, 100)),
    (Spread, percent(0, 300)),
    (Factor, percent(0, 1000)),
    (Growth, percent(-50, 100)),
    (ContractRate, contract_rates()),
    (Lag, st.integers(0, 40)),
    (Year, st.integers(2000, 2200)),
    (Count, st.integers(0, 1000)),
    (Exponent, st.sampled_from((1.0, 0.0, -0.125, 0.5, 2.0, 3.875, -4.0, 4.0))),
    (QuarterOfYear, choice("Q1", "Q2", "Q3", "Q4")),
    (YesNo, st.booleans()),
    (Quarter, quarters),
    (Id, ids),
    (Name, names),
)
for _quantity, _strategy in QUANTITIES:
    st.register_type_strategy(_quantity, _strategy)


def parts(kind: type[Part]) -> st.SearchStrategy[Any]:
    """Any part all of whose fields are quantities: each drawn from its own declared bounds."""
    fields = {name: _within(field) for name, field in kind.model_fields.items() if name != "kind"}
    return st.builds(kind, **fields)


def _within(field: Any) -> st.SearchStrategy[Any]:
    least = max((bound.ge for bound in field.metadata if hasattr(bound, "ge")), default=0)
    most = min((bound.le for bound in field.metadata if hasattr(bound, "le")), default=None)
    if field.annotation is Exponent:
        floor = max((bound.ge for bound in field.metadata), default=-4)
        return st.from_type(Exponent).filter(lambda exponent: exponent >= floor)
    if most is None:
        return st.from_type(field.annotation)
    return choice(least, most) | st.integers(least, most)


# ------------------------------------------------------------------------------------------ amounts of one world


@dataclass(frozen=True)
class Scale:
    """What the amounts of one scenario look like; all of them from one pool, so that they tie and add up."""

    amounts: st.SearchStrategy[int]  # cents that come in, and needs
    budgets: st.SearchStrategy[int]  # cents asked for: of the same pool, none of them nothing
    most: int  # cents that all amounts of one kind may add up to, so that cents stay exact
    decimals: int  # of contract rates

    @once
    def rates(self) -> st.SearchStrategy[str]:
        return contract_rates(self.decimals).map(str)


_few, _many = choice(1, 2, 3, 5), choice(1, 2, 5, 10, 20, 3, 8, 0)
_large = choice(10**13, 1, 10**12, 10**13 - 1, 5 * 10**12, 0)


def _round(units: st.SearchStrategy[int], off: int = 0) -> st.SearchStrategy[int]:
    """Multiples of USD 1,000, and what is a cent off them."""
    return st.tuples(units, st.integers(-off, off)).map(lambda n: max(n[0] * 100_000 + n[1], 0))


SCALES = {
    "round": Scale(_round(_many), _round(_few), 10**11, 2),
    "near round": Scale(_round(_many, off=1), _round(_few, off=1), 10**11, 2),
    "cents": Scale(_many, _few, 10**11, 2),
    "any": Scale(st.integers(1, 10**7), st.integers(1, 5 * 10**6), 10**11, 2),
    "huge": Scale(_large, _large, 5 * 10**13, 0),
}
_seldom = choice(False, False, True)


class Purse:
    """Hands out amounts of a scale until all of one kind are spent; what is left is cents."""

    def __init__(self, draw: Draw, amounts: st.SearchStrategy[int], most: int) -> None:
        self._draw, self._amounts, self._left = draw, amounts, most

    def cents(self, times: int = 1, most: int = MOST_CENTS) -> int:
        """An amount that may come `times` times."""
        amount: int = min(self._draw(self._amounts), most)
        if amount * times > self._left:
            amount = min(amount, 1)
        self._left -= amount * times
        return amount

    def money(self, times: int = 1, most: int = MOST_CENTS) -> str:
        return money_text(self.cents(times, most))


# ------------------------------------------------------------------------------------------------- whole scenarios

WINDOWS = ("borders", "data", "protection")
REGIONS = ("africa", "europe")
COUNTRIES = ("AAA", "BBB", "CCC")
SHARES = (  # of instalments: even, lopsided, with a remainder
    ("100%",), ("50%", "50%"), ("50%", "50%"), ("40%", "60%"), ("99%", "1%"), ("50%", "25%", "25%"), ("33%", "33%", "34%"),
    ("25%", "25%", "25%", "25%"), ("1%", "9%", "40%", "50%"),
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """What all parts of one scenario must agree on."""

    start: Quarter
    periods: int
    scale: Scale

    @property
    def years(self) -> range:
        return range(self.start.year, Quarter.at(self.start.ordinal + self.periods - 1).year + 1)

    @once
    def quarter(self, first: int, last: int) -> st.SearchStrategy[str]:
        """A quarter so many periods from the start."""
        return st.integers(first, last).map(lambda t: str(Quarter.at(self.start.ordinal + t)))


@st.composite
def worlds(draw: Draw) -> World:
    """A calendar of a few quarters, from any quarter of the year on, and a scale."""
    start = Quarter(2026, draw(st.integers(1, 4)))
    return World(start, draw(st.integers(4, 10) | st.integers(8, 10)), SCALES[draw(choice(*SCALES))])


@once
def some_of(values: tuple[str, ...], least: int = 1, most: int | None = None) -> st.SearchStrategy[list[str]]:
    """Some values, each at most once."""
    return st.lists(st.sampled_from(values), min_size=least, max_size=most or len(values), unique=True)


@once
def earmarks() -> st.SearchStrategy[Any]:
    """No earmark, or one on windows, regions or countries, some of them by exclusion."""
    fields = {"windows": WINDOWS, "regions": REGIONS, "countries": COUNTRIES}
    fields |= {f"not_{name}": values for name, values in fields.items()}
    one = choice(*fields).flatmap(lambda name: st.fixed_dictionaries({name: some_of(fields[name], most=2)}))
    both = st.fixed_dictionaries({"windows": some_of(WINDOWS), "not_countries": some_of(COUNTRIES, most=1)})
    return st.just("none") | st.just("none") | one | both


@st.composite
def donor_terms(draw: Draw, world: World, id: str, purse: Purse | None = None) -> File:
    """A donor, scheduled or renewing; what it may default on, delay and convert."""
    purse = purse or Purse(draw, world.scale.amounts, world.scale.most)
    chances = choice("0%", "50%", "10%", "100%")
    donor: File = {"id": id, "name": f"Donor {id}", "earmark": draw(earmarks())}
    if draw(_seldom):
        donor |= {"default": draw(chances), "conversion": draw(st.just("100%") | world.scale.rates())}
        donor["delay"] = {"chance": draw(chances), "quarters": draw(st.integers(0, 3))}
    if draw(st.booleans()):
        return donor | {"outlook": {"kind": "scheduled", "instalments": draw(_instalments(world, purse))}}
    exact = world.scale.decimals == 0  # amounts so large that they must not grow
    signs = draw(st.integers(1, 4))
    if draw(st.booleans()):
        donor["deposit_quarter"] = f"Q{draw(st.integers(signs, 4))}"
    outlook = {
        "kind": "renewing",
        "gift": purse.money(times=len(world.years)),
        "growth": "0%" if exact else draw(choice("0%", "-50%", "2.5%", "100%")),
        "spread": "0%" if exact else draw(choice("0%", "40%", "100%")),
        "persistence": draw(choice("0%", "60%", "100%")),
        "common_share": draw(choice("0%", "30%", "100%")),
        "retention": draw(choice("100%", "80%", "100%", "50%", "0%")),
        "comeback": draw(chances),
        "gave_last_year": draw(st.booleans()),
        "signs": f"Q{signs}",
    }
    return donor | {"outlook": outlook}


@st.composite
def _instalments(draw: Draw, world: World, purse: Purse) -> list[File]:
    """Dated amounts, some of them outside the calendar; signed before it, or no later than they are due."""
    instalments = []
    for _ in range(draw(choice(1, 2, 3, 4, 2, 0))):
        due = draw(st.integers(-1, world.periods))
        one: File = {"due": str(Quarter.at(world.start.ordinal + due)), "amount": purse.money()}
        if draw(st.booleans()):
            one["signed"] = draw(world.quarter(min(due, -1), due))
        instalments.append(one)
    return instalments


@st.composite
def agreement_terms(draw: Draw, world: World, id: str) -> File:
    """Terms of one to four instalments, with thresholds that can be met exactly."""
    shares = draw(choice(*SHARES))
    after, instalments = 0, []
    for number, share in enumerate(shares):
        tranche: File = {"share": share}
        if number:
            after += draw(st.integers(1, 2))
            tranche |= {"after": after, "threshold": draw(choice("0%", "50%", "70%", "100%"))}
        instalments.append(tranche)
    pace = choice("100%", "100%", "50%", "25%", "0%")
    return {
        "id": id,
        "preparation": draw(st.integers(0, 2)),
        "instalments": instalments,
        "delivery": {"pace": draw(pace), "spread": draw(choice("0%", "50%", "300%"))},
        "complete_at": draw(choice("100%", "95%", "50%", "0%")),
        "extension": draw(st.integers(0, 4)),
        "financial_closure": draw(st.integers(1, 4)),
    }


@st.composite
def _plans(draw: Draw, world: World) -> File:
    """Plans with their needs, and sources that never secure more than a need."""
    purse, indicative = (
        Purse(draw, world.scale.amounts, world.scale.most),
        Purse(draw, world.scale.amounts, world.scale.most),
    )
    plans, needs, finance = [], [], []
    for number in range(draw(st.integers(0, 2))):
        plan = f"PLAN{number}"
        plans.append(
            {
                "id": plan, "name": f"Plan {number}", "region": draw(choice(*REGIONS)),
                "country": draw(choice(*COUNTRIES)), "carry_over": draw(world.scale.rates()),
                "status": draw(choice("adopted", "adopted", "costed", "drafting")),
            }
        )  # fmt: skip
        for year in range(world.start.year, world.start.year + draw(st.integers(1, 3))):
            amounts = {window: purse.cents() for window in draw(some_of(WINDOWS, least=0))}
            needs += [
                {"plan": plan, "window": window, "year": year, "amount": money_text(amount)}
                for window, amount in amounts.items()
            ]
            for window, amount in draw(_sources(amounts)):
                status = draw(choice("secured", "secured", "indicative"))
                cents = amount if status == "secured" else indicative.cents()
                finance.append(
                    {
                        "id": f"source-{len(finance)}", "plan": plan, "provider": "state budget", "status": status,
                        "year": year, "amount": money_text(cents), "execution": draw(world.scale.rates()),
                    }
                    | ({"window": window} if window else {})
                )  # fmt: skip
    return {"plans": plans, "needs": needs, "finance": finance}


@st.composite
def _sources(draw: Draw, needs: dict[str, int]) -> list[tuple[str | None, int]]:
    """What is secured of one year's needs: nothing, one source over all of them, or sources by window."""
    if not needs:
        return []
    parts = choice(1, 2, 3)  # all of it, a half, a third
    match draw(choice("none", "whole year", "by window")):
        case "whole year":
            return [(None, min(sum(needs.values()) // draw(parts), MOST_CENTS))]
        case "by window":
            sources = []
            for window, amount in needs.items():
                first = amount // draw(parts)
                sources += [(window, first), (window, amount - first)][: draw(st.integers(0, 2))]
            return sources
    return []


@st.composite
def _programmes(draw: Draw, world: World, plans: File, agreements: list[File], indirect: ContractRate) -> list[File]:
    """Documents before the Committee and programmes that run, of plans and of regions."""
    purse = Purse(draw, world.scale.budgets, world.scale.most)
    cells = [(need["plan"], need["window"]) for need in plans["needs"]]
    programmes = []
    for number in range(draw(choice(1, 2, 3, 4, 3, 2, 0))):
        terms = draw(st.sampled_from(agreements))
        budget = max(purse.cents(), 1)
        programme: File = {
            "id": f"JP{number}",
            "name": f"Programme {number}",
            "organisation": draw(choice("IOM", "ILO")),
            "budget": money_text(budget),
            "score": draw(choice(50, 60, 100)),
            "duration": draw(st.integers(1, 5)),
            "agreement": terms["id"],
        }
        runs = draw(st.integers(0, 3)) == 3
        if cells and draw(st.booleans()):
            programme["plan"], programme["window"] = draw(st.sampled_from(cells))
        else:
            programme |= {
                "window": draw(choice(*WINDOWS)),
                "region": draw(choice(*REGIONS)),
                "countries": draw(some_of(COUNTRIES, least=0, most=2)),
            }
        if runs:
            programme["running"] = draw(_running(world, terms, budget, indirect))
        else:
            programme["ready"] = draw(world.quarter(-1, 1) | world.quarter(-1, world.periods))
        programmes.append(programme)
    return draw(st.permutations(programmes))


@st.composite
def _running(draw: Draw, world: World, terms: File, budget: int, indirect: ContractRate) -> File:
    """Where a programme stands: paid some of its instalments, with expenditure within what it received."""
    approved = draw(st.integers(-4, -1))
    running: File = {"approved": str(Quarter.at(world.start.ordinal + approved))}
    paid = draw(st.integers(0, len(terms["instalments"])))
    if paid:
        running |= {"started": draw(world.quarter(approved, -1)), "instalments_paid": paid}
        share = sum((ContractRate.read(one["share"]).ratio for one in terms["instalments"][:paid]), Ratio(0))
        most = most_direct(round(share * budget), indirect)
        running["delivered"] = money_text(draw(st.sampled_from((0, most, most // 2, max(most - 1, 0)))))
    return running


def most_direct(amount: int, indirect: ContractRate) -> int:
    """The most direct cost that an amount can carry with its indirect cost: found by trying, in whole numbers."""
    direct = int(amount / (1 + indirect.ratio)) + 2
    while direct + round(indirect.ratio * direct) > amount:
        direct -= 1
    return direct


@st.composite
def _trust_fund(draw: Draw, world: World, purse: Purse) -> File:
    """Opening cash, fees, direct cost, interest, reserve and one of the funding policies."""
    rates = world.scale.rates()
    interest = rates if world.scale.decimals else choice("0%", "5%", "3%")
    years = st.integers(world.start.year - 1, world.start.year + 1)
    policy = st.one_of(
        st.just({"kind": "full_cash"}),
        st.just({"kind": "signed", "share": "100%"}),
        st.fixed_dictionaries({"kind": st.just("signed"), "share": rates}),
        st.fixed_dictionaries({"kind": st.just("rolling"), "quarters": st.integers(0, 6)}),
    )
    cash = [{"earmark": draw(earmarks()), "amount": purse.money()} for _ in range(draw(choice(1, 1, 2, 0)))]
    terms: File = {"opening": {"cash": cash}, "funding_policy": draw(policy), "reporting_lag": draw(st.integers(1, 3))}
    terms["fees"] = {
        "administrative_agent": draw(choice("1%", "0%", "1%", "0%", "1%", "0%", "1%", "100%")),
        "indirect_cost": draw(choice("7%", "0%", "7%", "100%")),
    }
    if draw(_seldom):
        share = rates if draw(_seldom) else choice("5%", "0%")
        terms["reserve"] = {"share_of_cash": draw(share), "minimum": money_text(purse.cents() // 10)}
    if draw(_seldom):
        terms["direct_cost"] = {
            "per_year": money_text(purse.cents() // draw(choice(10, 1))),
            "quarter": f"Q{draw(st.integers(1, 4))}",
        }
    if draw(st.booleans()):
        terms["interest"] = draw(st.dictionaries(years, interest, max_size=2))
    return terms


@st.composite
def _shocks(draw: Draw, world: World, donors: list[str]) -> list[File]:
    whom = some_of(tuple(donors))
    cuts = st.fixed_dictionaries(
        {"kind": st.just("donor_cut"), "share": world.scale.rates(), "start": world.quarter(-2, world.periods)},
        optional={"donors": whom},
    )
    ended = st.tuples(cuts, st.integers(0, 4)).map(
        lambda cut: cut[0] | {"end": str(Quarter.at(Quarter.read(cut[0]["start"]).ordinal + cut[1]))}
    )
    exits = st.fixed_dictionaries(
        {"kind": st.just("donor_exit"), "donors": whom, "start": world.quarter(-1, world.periods)}
    )
    shocks = draw(st.lists(cuts | ended | exits, max_size=2))
    # Two cuts of large amounts multiply their rates, and then cents are not exact: one of them is enough.
    return shocks if world.scale.decimals else shocks[:1]


def scenario_files() -> st.SearchStrategy[File]:
    """A whole small fund, as a file says it: its spine, in any combination."""
    return _scenario_files().map(lambda drawn: drawn[2])


@st.composite
def _scenario_files(draw: Draw) -> tuple[World, Purse, File]:
    """The same with its world, and what is left of the purse from which donors give."""
    world = draw(worlds())
    inflow = Purse(draw, world.scale.amounts, world.scale.most)
    fund = draw(_trust_fund(world, inflow))
    donors = [draw(donor_terms(world, f"D{number}", inflow)) for number in range(draw(st.integers(1, 3)))]
    plans = draw(_plans(world))
    agreements = [draw(agreement_terms(world, f"terms-{number}")) for number in range(draw(st.integers(1, 2)))]
    indirect = ContractRate.read(fund["fees"]["indirect_cost"])
    balance = choice(0, 50, 1000)
    rule = st.one_of(
        st.fixed_dictionaries(
            {"kind": st.just("priority_score"), "thematic_balance": balance, "geographic_balance": balance}
        ),
        st.just({"kind": "pro_rata"}),
    )
    meetings = draw(st.just(["Q1", "Q2", "Q3", "Q4"]) | some_of(("Q1", "Q2", "Q3", "Q4")))
    minimum = draw(world.scale.amounts) if draw(_seldom) else 0
    expected: list[File] = []
    if draw(st.booleans()):
        expected.append({"metric": "cash", "period": str(world.start), "at_least": 0, "with_probability": "100%"})
    file: File = {
        "schema": 1,
        "name": "A fund",
        "calendar": {"start": str(world.start), "periods": world.periods},
        "fund": fund,
        "windows": [{"id": name, "name": name} for name in WINDOWS],
        "regions": [{"id": name, "name": name} for name in REGIONS],
        "states": [{"id": name, "name": name} for name in COUNTRIES],
        "organisations": [{"id": name, "name": name} for name in ("IOM", "ILO")],
        "donors": draw(st.permutations(donors)),
        **plans,
        "agreements": agreements,
        "programmes": draw(_programmes(world, plans, agreements, indirect)),
        "common_factors": {"slowdown": draw(choice("0%", "0%", "10%", "300%"))},
        "governance": {
            "meetings": meetings,
            "allocation": draw(rule),
            "limits": {"minimum_grant": money_text(minimum)},
        },
        "shocks": draw(_shocks(world, [donor["id"] for donor in donors])),
        "expect": expected,
    }
    return world, inflow, file


def scenarios() -> st.SearchStrategy[Scenario]:
    """Whole small scenarios."""
    return scenario_files().map(Scenario.model_validate)


@st.composite
def full_scenario_files(draw: Draw) -> File:
    """A small fund with all that donors and the Committee do: pledges that are signed or lapse, earmarking waves, all
    rules, limits and bars of the Committee, freezes."""
    world, inflow, file = draw(_scenario_files())
    file |= draw(_committee(world, file))
    donors = [donor["id"] for donor in file["donors"]]
    file["governance"]["reviews"] = draw(_reviews(world))
    file["history"] = [
        {"series": "record", "year": 2010 + n, "amount": inflow.money(times=len(world.years))} for n in range(4)
    ]
    for donor in file["donors"]:
        _announce_apart(draw, donor["outlook"])
        if draw(_seldom):
            donor["outlook"] = draw(_other_outlooks(world, donor, inflow))
    if draw(_seldom):
        file["donors"].append(draw(_matching(file["donors"])))
    waves = draw(st.lists(_waves(world, donors), max_size=2))
    currencies = draw(_currencies(world, [donor for donor in file["donors"] if donor["id"] != "MATCH"]))
    return {
        **file,
        "pledges": [draw(pledge_terms(world, f"P{n}", donors, inflow)) for n in range(draw(choice(1, 2, 3, 0)))],
        "shocks": [*file["shocks"], *currencies.pop("shocks"), *(waves if world.scale.decimals else [])],
        **currencies,
    }


@st.composite
def _currencies(draw: Draw, world: World, donors: list[File]) -> File:
    """Some currencies, donors that give in them, and what moves them; amounts so large that they must not grow do not."""
    exact = world.scale.decimals == 0
    rates = choice("1", "0.5", "0.0937") if exact else choice("1", "1.08", "0.5", "0.0937", "2")
    ids = draw(some_of(("DKK", "EUR", "GBP", "NOK"), least=0, most=3))
    for donor in donors:
        if ids and draw(st.booleans()):
            donor["currency"] = draw(st.sampled_from(ids))
    listed = [
        {"id": id, "rate": draw(rates), "volatility": "0%" if exact else draw(choice("0%", "10%", "60%"))} for id in ids
    ]
    move = st.fixed_dictionaries(
        {
            "kind": st.just("exchange_rate_move"),
            "start": world.quarter(-1, world.periods),
            "change": choice("-20%", "-50%") if exact else choice("-20%", "15%", "100%", "-90%"),
        }
    )
    moves = draw(st.lists(move, max_size=2)) if ids else []
    return {
        "currencies": listed,
        "exchange_correlation": {"common": draw(choice("0%", "50%", "100%"))},
        "shocks": moves,
    }


@st.composite
def _reviews(draw: Draw, world: World) -> list[File]:
    """A Forum and a regional review within the calendar, at times in one quarter."""
    forum = {"id": "forum", "kind": "forum", "quarter": draw(world.quarter(0, world.periods - 1))}
    regional = {"id": "regional", "kind": "regional", "quarter": draw(world.quarter(0, 2)), "region": "africa"}
    return [forum, regional]


@st.composite
def _other_outlooks(draw: Draw, world: World, donor: File, purse: Purse) -> File:
    """A donor that gives at reviews, or draws its years from a record."""
    exact = world.scale.decimals == 0
    if draw(st.booleans()):
        return {
            "kind": "at_reviews",
            "reviews": draw(choice("forum", "regional", "all")),
            "chance": draw(choice("50%", "100%", "0%")),
            "amount": purse.money(times=2),
            "spread": "0%" if exact else draw(choice("0%", "40%")),
            "signed_after": draw(st.integers(0, 3)),
            "deposited_after": draw(st.integers(0, 3)),
        }
    signs = int(donor.get("deposit_quarter", "Q4")[1])
    return {
        "kind": "bootstrap",
        "series": "record",
        "block": draw(st.integers(1, 4)),
        "growth": "0%" if exact else draw(choice("0%", "-50%", "2.5%")),
        "signs": f"Q{draw(st.integers(1, signs))}",
    }


@st.composite
def _matching(draw: Draw, donors: list[File]) -> File:
    """A donor that matches some of the others, in the fund's currency."""
    ids = tuple(donor["id"] for donor in donors)
    outlook = {
        "kind": "matching",
        "donors": draw(some_of(ids)),
        "ratio": draw(choice("50%", "100%", "1%", "0%")),
        "ceiling": draw(choice("1000", "0.01", "1000000")),
    }
    return {"id": "MATCH", "name": "Matching", "earmark": draw(earmarks()), "outlook": outlook}


def full_scenarios() -> st.SearchStrategy[Scenario]:
    """Whole small scenarios with every part of the model."""
    return full_scenario_files().map(Scenario.model_validate)


def _announce_apart(draw: Draw, outlook: File) -> None:
    """Announce some gifts before they are signed."""
    if outlook["kind"] == "renewing" and draw(st.booleans()):
        outlook["announces"] = f"Q{draw(st.integers(1, int(outlook['signs'][1])))}"
    for instalment in outlook.get("instalments", ()):
        if "signed" in instalment and draw(st.booleans()):
            signed = Quarter.read(instalment["signed"]).ordinal
            instalment["announced"] = str(Quarter.at(signed - draw(st.integers(0, 9))))


@st.composite
def pledge_terms(draw: Draw, world: World, id: str, donors: list[str], purse: Purse) -> File:
    """A pledge of any kind, announced before the calendar or within it."""
    announced = draw(st.integers(-10, world.periods))
    chance = choice("0%", "50%", "90%", "100%")
    pledge: File = {
        "id": id,
        "donor": draw(st.sampled_from(donors)),
        "announced": str(Quarter.at(world.start.ordinal + announced)),
        "signing": draw(chance),
    }
    if draw(st.booleans()):
        pledge["lapses_after"] = draw(st.integers(max(1, 1 - announced), max(1, 1 - announced) + 5))
    if (kind := draw(choice("financial", "financial", "in kind", "policy"))) != "financial":
        pledge["kind"] = kind
    if kind != "policy":
        pledge["amount"] = money_text(max(purse.cents(), 1))
        shares = draw(choice(*SHARES))
        first = draw(st.integers(0, 2))
        pledge["instalments"] = [{"share": share, "after": first + 2 * n} for n, share in enumerate(shares)]
    if kind == "financial" and draw(_seldom):
        pledge["earmark"] = draw(earmarks())
    return pledge


@st.composite
def _waves(draw: Draw, world: World, donors: list[str]) -> File:
    """An earmarking wave of at most half of what is announced, so that two go together."""
    wave: File = {
        "kind": "earmarking_wave",
        "start": draw(world.quarter(-2, world.periods)),
        "share": draw(choice("50%", "0%", "33.33%", "0.01%")),
        "earmark": draw(earmarks()),
    }
    return wave | ({"donors": draw(some_of(tuple(donors)))} if draw(st.booleans()) else {})


@st.composite
def committee_files(draw: Draw) -> File:
    """A small fund with every rule, limit, bar and freeze of the Committee."""
    world, _, file = draw(_scenario_files())
    return file | draw(_committee(world, file))


def committee_scenarios() -> st.SearchStrategy[Scenario]:
    """Whole small scenarios with every rule, limit, bar and freeze of the Committee."""
    return committee_files().map(Scenario.model_validate)


@st.composite
def _committee(draw: Draw, world: World, file: File) -> File:
    """Another rule, limits, bars and a freeze, and what they look at: markers, least developed States, figures of plans."""
    rates = world.scale.rates()
    level = st.integers(0, 3)
    markers = st.fixed_dictionaries({}, optional={"gender": level, "human_rights": level, "child": level})
    for programme in file["programmes"]:
        programme["markers"] = draw(markers)
    for plan in file["plans"]:
        plan |= {"performance": draw(choice("50%", "0%", "100%")), "capacity": draw(choice("25%", "0%", "100%"))}
        plan["income_per_person"] = draw(choice(2500, "0.01", "80000.01"))
    exponents = choice(1, 0, "0.5", 2, "1.125")
    balance = choice(0, 50, 1000)
    plain = st.one_of(
        st.fixed_dictionaries({"kind": st.just("priority_queue")}, optional={"scale_down_to": rates}),
        st.fixed_dictionaries(
            {"kind": st.just("priority_score"), "thematic_balance": balance, "geographic_balance": balance},
            optional={"scale_down_to": rates},
        ),
        st.just({"kind": "pro_rata"}),
        st.fixed_dictionaries({"kind": st.just("equal_awards")}, optional={"floor": rates}),
        st.fixed_dictionaries(
            {"kind": st.just("performance_based"), "income": choice("-0.125", 0, -1, "0.25")},
            optional={"need": exponents, "performance": exponents, "capacity": exponents},
        ),
    )
    floors = st.fixed_dictionaries({}, optional={region: choice("30%", "0%", "50%", "33%") for region in REGIONS})
    regional = st.fixed_dictionaries({"kind": st.just("regional_floors"), "rule": plain, "floors": floors})
    limits = {**file["governance"]["limits"], "shares": draw(_shares(world, [plan["id"] for plan in file["plans"]]))}
    if draw(_seldom):
        limits["one_active_programme_per_country"] = True
    if draw(_seldom):
        least = Decimal(limits["minimum_grant"])
        limits["maximum_grant"] = str(max(least, Decimal(money_text(max(draw(world.scale.budgets), 1)))))
    bars = st.fixed_dictionaries({}, optional={"minimum_score": choice(55, 60, 100), "markers": markers})
    freeze = {"kind": "freeze_of_approvals", "start": draw(world.quarter(-1, world.periods))}
    if draw(st.booleans()):
        freeze["end"] = str(Quarter.at(Quarter.read(freeze["start"]).ordinal + draw(st.integers(0, 3))))
    return {
        "states": [state | {"least_developed": state["id"] == "AAA"} for state in file["states"]],
        "governance": {
            **file["governance"],
            "allocation": draw(plain | plain | regional),
            "limits": limits,
            "constituencies": [
                {"id": id, "name": id, "bar": draw(bars)} for id in draw(some_of(("donors", "stakeholders"), least=0))
            ],
        },
        "shocks": [*file["shocks"], *([freeze] if draw(_seldom) else [])],
    }


@st.composite
def _shares(draw: Draw, world: World, plans: list[str]) -> list[File]:
    """Floors and ceilings of groups, which may overlap."""
    group = st.one_of(
        st.fixed_dictionaries({"windows": some_of(WINDOWS, most=2)}),
        st.fixed_dictionaries({"regions": some_of(REGIONS, most=1)}),
        st.just({"least_developed": True}),
        st.fixed_dictionaries({"markers": st.fixed_dictionaries({"gender": st.integers(1, 3)})}),
        st.fixed_dictionaries({"windows": some_of(WINDOWS, most=2), "regions": some_of(REGIONS, most=1)}),
        *([st.fixed_dictionaries({"plans": some_of(tuple(plans))})] if plans else []),
    )
    return [
        {"id": f"S{number}", "of": draw(group), **draw(st.sampled_from(_SHARES))}
        for number in range(draw(choice(0, 1, 2)))
    ]


_SHARES: tuple[Any, ...] = (
    {"floor": "50%"}, {"ceiling": "50%"}, {"floor": "25%", "ceiling": "25%"}, {"floor": "100%"}, {"ceiling": "0%"},
)  # fmt: skip


seeds = st.integers(0, 2**128 - 1) | st.integers(0, 9)


# ------------------------------------------------------------------------------------------------------- single parts


@st.composite
def donors_in_a_world(draw: Draw) -> tuple[World, Donor]:
    """A donor and the calendar it gives in."""
    world = draw(worlds())
    return world, Donor.model_validate(draw(donor_terms(world, "D")))


@st.composite
def agreements(draw: Draw) -> Agreement:
    """Terms a programme may run under."""
    return Agreement.model_validate(draw(agreement_terms(draw(worlds()), "terms")))


def allocation_rules(kind: type[Part]) -> st.SearchStrategy[Any]:
    """A rule of one kind, its terms drawn from their own declared bounds."""
    if kind is RegionalFloors:
        rules = st.sampled_from(get_args(RegionalFloors.model_fields["rule"].annotation)).flatmap(parts)
        floors = st.dictionaries(choice(*REGIONS, "arab-states"), choice("0%", "30%", "33.33%"), max_size=3)
        return st.builds(RegionalFloors, rule=rules, floors=floors)
    return parts(kind)


@st.composite
def _neighbours(draw: Draw, count: int) -> Any:
    """Which documents share a country: of three countries, each document is in one or two."""
    countries = [set(draw(some_of(COUNTRIES, most=2))) for _ in range(count)]
    return np.array([[bool(a & b) and a is not b for b in countries] for a in countries])


@st.composite
def rooms_and_requests(draw: Draw) -> tuple[Room, Requests]:
    """What the Committee may approve and what is asked for: ties, no room, exact exhaustion among them."""
    scale = SCALES[draw(choice(*SCALES))]
    amount = scale.amounts
    paths, classes = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    count = draw(st.integers(1, 5))
    any_classes = st.frozensets(st.integers(0, classes - 1)).map(lambda chosen: chosen | {0})
    eligible = [draw(any_classes) for _ in range(count)]
    sets = sorted({frozenset({0}), *eligible}, key=sorted)
    bounds = Bounds.of(classes, sets)

    def table(rows: int, cells: st.SearchStrategy[Any]) -> Any:
        return np.array([[draw(cells) for _ in range(paths)] for _ in range(rows)], dtype=np.float64).reshape(-1, paths)

    claimed = table(len(sets), st.just(0) | amount)
    slack = bounds.money(table(classes, amount)) - bounds.claims(claimed) - table(1, st.just(0) | amount)
    counted = st.just((1, 1)) | st.sampled_from(((1, 1), (0, 1), (1, 2), (1, 3), (99, 100)))
    shares = [(1, 1)] * count if draw(st.booleans()) else [draw(counted) for _ in range(count)]
    room = Room(
        bounds,
        slack,
        np.array([sets.index(one) for one in eligible], dtype=np.intp),
        np.array([float(num) for num, _ in shares]),
        np.array([float(den) for _, den in shares]),
    )

    needs = draw(st.integers(0, 3))
    need = np.array([draw(st.integers(0, needs)) for _ in range(count)], dtype=np.intp)
    need = needs - need  # simplest: none serves a plan
    unmet = np.vstack([table(needs, amount), np.full((1, paths), np.inf)])
    fees = Fees.model_validate({"indirect_cost": draw(choice("7%", "0%", "100%"))})
    budget = np.array([[float(max(draw(scale.budgets), 1))] for _ in range(count)])

    def figures(values: st.SearchStrategy[float]) -> Any:
        return np.array([[draw(values)] for _ in range(count)])

    shortfall = st.just(0.0) | st.floats(-1.0, 1.0, allow_subnormal=False)
    return room, Requests(
        fees=fees,
        budget=budget,
        direct=fees.direct_within(budget),
        need=need,
        unmet=unmet,
        given=np.zeros((count, paths)),
        open=(table(count, choice(1, 1, 0)) > 0) & (unmet[need] > 0),
        score=np.array([[float(draw(choice(50, 60, 100)))] for _ in range(count)]),
        ready=np.array([[float(draw(st.integers(0, 2)))] for _ in range(count)]),
        window=np.array([draw(st.integers(0, 1)) for _ in range(count)], dtype=np.intp),
        region=np.array([draw(st.integers(0, 1)) for _ in range(count)], dtype=np.intp),
        window_shortfall=table(2, shortfall),
        region_shortfall=table(2, shortfall),
        regions=("africa", "europe"),
        performance=figures(choice(0.0, 0.5, 1.0)),
        capacity=figures(choice(0.0, 0.25, 1.0)),
        income=figures(choice(1.0, 250_000.0, 8_000_001.0, 5_000_000.0)),
        approvable=np.maximum(slack[-1], 0.0),
        minimum=float(draw(st.just(0) | amount)),
        one_per_country=draw(_neighbours(count)) if draw(_seldom) else None,
    )
