"""What currencies are worth in the fund's: correlated walks on one path, and the moves that shocks bring."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np

from mptf_sim.scenario.scenario import Scenario
from tests.reference.needs import as_written
from tests.reference.raw import Raw

Rates = dict[str, list[float]]
"""By currency, then period."""


def rates(scenario: Scenario, raw: Raw) -> Rates:
    """Of every currency beside the fund's."""
    currencies = {currency.id: currency for currency in sorted(scenario.currencies, key=lambda one: one.id)}
    loadings = factor(correlations(scenario, list(currencies)))
    steps = {id: raw.streams.normals(f"currency/{id}", "rate") for id in currencies}
    worth: Rates = {}
    for row, (id, currency) in enumerate(currencies.items()):
        volatility = currency.volatility / 2  # of a quarter
        walk: Any = np.zeros_like(steps[id][0])
        worth[id] = []
        for t in range(scenario.calendar.periods):
            if t > 0:
                together: Any = 0.0
                for loading, step in zip(loadings[row], steps.values(), strict=False):
                    together = together + loading * step[t]
                walk = walk + (volatility * together - volatility * volatility / 2)
            worth[id].append(raw.of_this_path(level(scenario, currency, t) * np.exp(walk)))
    return worth


def level(scenario: Scenario, currency: Any, t: int) -> float:
    """The rate of the file times the moves in force: an exact product, rounded to a float64 once."""
    now, product = scenario.calendar.start.ordinal + t, as_written(currency.rate)
    for shock in scenario.shocks:
        if (
            shock.kind == "exchange_rate_move"
            and (not shock.currencies or currency.id in shock.currencies)
            and shock.start.ordinal <= now
            and (shock.end is None or now <= shock.end.ordinal)
        ):
            product *= 1 + as_written(shock.change)
    return float(product)


def correlations(scenario: Scenario, ids: list[str]) -> list[list[Fraction]]:
    """The matrix: one on the diagonal, a pair's own number where it is stated, else the common one."""
    stated = {frozenset(pair.between): pair.correlation for pair in scenario.exchange_correlation.pairs}
    common = scenario.exchange_correlation.common
    return [
        [Fraction(1) if one == other else as_written(stated.get(frozenset((one, other)), common)) for other in ids]
        for one in ids
    ]


def factor(matrix: list[list[Fraction]]) -> list[list[float]]:
    """R = U D U' in fractions, U unit lower triangular; what each currency takes of each step: U x sqrt(D)."""
    size = len(matrix)
    unit = [[Fraction(int(row == column)) for column in range(size)] for row in range(size)]
    diagonal = [Fraction(0)] * size
    for j in range(size):
        diagonal[j] = matrix[j][j] - sum(unit[j][k] ** 2 * diagonal[k] for k in range(j))
        for i in range(j + 1, size):
            rest = matrix[i][j] - sum(unit[i][k] * unit[j][k] * diagonal[k] for k in range(j))
            unit[i][j] = rest / diagonal[j] if diagonal[j] else Fraction(0)
    return [[float(unit[i][j]) * sqrt(float(diagonal[j])) for j in range(i + 1)] for i in range(size)]
