"""Writes small funds: what a seeded generator of random numbers decides, at the corners where bugs of money live."""

from __future__ import annotations

import random
from copy import copy
from typing import Any

from mptf_sim.quantities import Quarter, money_text

WINDOWS = ("borders", "data", "protection")
REGIONS = ("africa", "europe")
COUNTRIES = ("AAA", "BBB", "CCC")
ORGANISATIONS = ("ILO", "IOM", "WHO")
PARTS = (  # of organisations, in the order of ids
    ("50%", "50%"), ("33.33%", "66.67%"), ("99%", "1%"), ("0.01%", "99.99%"), ("33%", "33%", "34%"), ("50%", "1%", "49%"),
)  # fmt: skip
SHARES = (
    ("100%",), ("50%", "50%"), ("60%", "40%"), ("99%", "1%"), ("33.33%", "66.67%"), ("50%", "25%", "25%"),
    ("33%", "33%", "34%"), ("0.01%", "99.99%"), ("25%", "25%", "25%", "25%"), ("1%", "9%", "40%", "50%"),
)  # fmt: skip
CHANCES = ("0%", "100%", "50%", "20%")
RATES = ("0%", "100%", "50%", "1%", "7%", "33.33%", "99.99%", "2.75%")


class Pen:
    """Writes one scenario file: what a seeded generator of random numbers decides."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.random = random.Random(number)
        self.start = Quarter(2026, self.random.randint(1, 4))
        self.periods = self.random.randint(4, 10)
        self.years = range(2026, Quarter.at(self.start.ordinal + self.periods - 1).year + 1)
        self.scale = self.choose("round", "round", "near", "near", "cents", "any", "any", "huge")
        self.indirect = self.choose("7%", "7%", "7%", "0%", "100%", "2.75%")

    def beside(self, subject: str) -> Pen:
        """Another pen for the same fund: what it writes of its subject leaves what this one writes as it is."""
        other = copy(self)
        other.random = random.Random(f"{self.number} {subject}")
        return other

    def choose(self, *values: Any) -> Any:
        return self.random.choice(values)

    def chance(self, percent: int) -> bool:
        return self.random.randrange(100) < percent

    def some(self, values: tuple[str, ...], most: int = 2) -> list[str]:
        return self.random.sample(values, self.random.randint(1, min(most, len(values))))

    def quarter(self, first: int, last: int) -> str:
        return str(Quarter.at(self.start.ordinal + self.random.randint(first, last)))

    def cents(self) -> int:
        """An amount of this fund's scale: all of one kind, so that amounts tie, add up and are used up exactly."""
        if self.scale == "round":
            amount = self.random.randint(0, 10) * 100_000
        elif self.scale == "near":
            amount = max(self.random.randint(0, 10) * 100_000 + self.random.randint(-1, 1), 0)
        elif self.scale == "cents":
            amount = self.random.randint(0, 30)
        elif self.scale == "any":
            amount = self.random.randint(0, 10**7)
        else:
            amount = self.choose(10**10, 10**10 - 1, 5 * 10**9, 10**9, 1, 0)  # with such rates a run refuses more
        return amount

    def need(self) -> int:
        """As large as a budget, or as several."""
        return self.cents() * self.choose(1, 1, 2, 3)

    def money(self) -> str:
        return money_text(self.cents())

    def some_money(self) -> str:
        """An amount that is not nothing."""
        return money_text(max(self.cents(), 1))
