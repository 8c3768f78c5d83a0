"""Currencies of donors and of loans: what they are worth in the fund's, and how that moves."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction as Ratio
from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.arrays import np
from mptf_sim.fund.part import Part
from mptf_sim.money import running_total
from mptf_sim.quantities import Array, Correlation, ExchangeRate, Id, Spread

CurrencyCode = Literal["CAD", "CHF", "DKK", "EUR", "GBP", "NOK", "SEK", "USD"]
"""Currencies in which donors give and loans are lent; all of them have cents."""


class Currency(Part):
    """A currency other than the fund's.

    Its rate is a random walk in logarithms without drift: its mean in any quarter is the rate of the first.
    """

    id: CurrencyCode
    rate: ExchangeRate
    """What one unit is worth in the fund's currency when the calendar starts."""
    volatility: Spread = 0.0
    """Standard deviation of a year's change of the logarithm of the rate."""
    source: Id | None = None


class CorrelatedPair(Part):
    """How far two currencies move together against the fund's."""

    between: Annotated[tuple[CurrencyCode, ...], Field(min_length=2, max_length=2)]
    correlation: Correlation


class ExchangeCorrelation(Part):
    """How far currencies move together against the fund's: one number for all, and pairs that differ from it."""

    common: Correlation = 0.0
    pairs: Annotated[tuple[CorrelatedPair, ...], Field(max_length=30)] = ()

    def matrix(self, currencies: Sequence[str]) -> list[list[Ratio]]:
        """The correlation of every two currencies, exact, in their order."""
        known: dict[frozenset[str], float] = {frozenset(pair.between): pair.correlation for pair in self.pairs}

        def together(one: str, other: str) -> Ratio:
            return Ratio(1) if one == other else Ratio(repr(known.get(frozenset((one, other)), self.common)))

        return [[together(one, other) for other in currencies] for one in currencies]


def factor(matrix: Sequence[Sequence[Ratio]]) -> list[list[float]] | None:
    """Loadings of correlated normals on independent ones: lower triangular; None if it is no correlation matrix.

    The matrix is U D U' in exact fractions, so that one at the edge of what is possible (100 %) is judged exactly.
    """
    size = range(len(matrix))
    unit = [[Ratio(0) for _ in size] for _ in size]
    pivots: list[Ratio] = []
    for column in size:
        for row in size[column:]:
            rest = matrix[row][column]
            rest -= sum((unit[row][k] * unit[column][k] * pivots[k] for k in range(column)), Ratio(0))
            if row == column:
                if rest < 0:
                    return None
                pivots.append(rest)
            if pivots[column]:
                unit[row][column] = rest / pivots[column]
            elif rest:
                return None
    return [[float(unit[row][k]) * math.sqrt(float(pivots[k])) for k in range(row + 1)] for row in size]


Move = tuple[int, int, float]
"""From a period to a period, a change of the rate."""


def exchange_rates(
    currencies: Iterable[Currency],
    correlation: ExchangeCorrelation,
    moves: Mapping[str, Sequence[Move]],
    normals: Callable[[str], Array],
) -> dict[str, Array]:
    """What one unit of each currency is worth in the fund's: (period, path) by currency.

    Parameters
    ----------
    moves : by currency, what shocks change
    normals : standard normals of a currency by its id, (period, path)
    """
    known = sorted(currencies, key=lambda currency: currency.id)
    loadings = factor(correlation.matrix([currency.id for currency in known]))
    assert loadings is not None, "the reader refuses what is no correlation matrix"
    independent = [normals(currency.id) for currency in known]
    return {
        currency.id: _rate(currency, ordered_sum(loading, independent), moves.get(currency.id, ()))
        for currency, loading in zip(known, loadings, strict=True)
    }


def ordered_sum(weights: Sequence[float], arrays: Sequence[Array]) -> Array:
    """Weighted sum of the first arrays, added up in their order: no other order gives the same last bit."""
    total = np.zeros_like(arrays[0])
    for weight, array in zip(weights, arrays, strict=False):
        total = total + weight * array
    return total


def _rate(currency: Currency, deviation: Array, moves: Sequence[Move]) -> Array:
    """One currency's rate: (period, path). In the first period it is the stated one."""
    quarterly = currency.volatility / 2.0
    steps = quarterly * deviation - quarterly**2 / 2.0
    steps[0] = 0.0
    level = [_level(currency, moves, t) for t in range(len(deviation))]
    rate: Array = np.array(level)[:, None] * np.exp(running_total(steps))
    return rate


def _level(currency: Currency, moves: Sequence[Move], period: int) -> float:
    """The mean rate of a period: the stated one, moved by the shocks in force; exact until the last step."""
    level = Ratio(currency.rate)
    for first, last, change in moves:
        if first <= period <= last:
            level *= 1 + Ratio(repr(change))
    return float(level)
