"""What donors promise: amounts with the quarters in which they are announced, signed and due."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from mptf_sim.arrays import np
from mptf_sim.fund.reviews import Review
from mptf_sim.quantities import Array, Quarter

if TYPE_CHECKING:
    from numpy.typing import NDArray

Rows: TypeAlias = "NDArray[np.intp]"
When: TypeAlias = "int | Rows"
"""A period, the same on every path or (path,); before 0 it lies before the calendar."""

NEVER = 10**6
"""A period that does not come."""


class Chance(Protocol):
    """Base variates of one entity, by name: (period, path)."""

    def normals(self, variable: str) -> Array: ...

    def uniforms(self, variable: str) -> Array: ...


@dataclass(frozen=True, slots=True)
class Promise:
    """One amount that a donor announces, means to sign, and will owe."""

    announced: int  # before 0: known when the calendar starts
    signed: When
    due: When
    amount: Array  # (path,), whole cents of the donor's currency
    lapses: When = NEVER  # when it lapses unless it was signed before


class Year(NamedTuple):
    """A calendar year of which quarters are played."""

    number: int  # from 0
    year: int
    first: int  # its first played period: where the year's draws stand


@dataclass(frozen=True, slots=True)
class Setting:
    """The world in which a donor makes its promises."""

    start: Quarter
    periods: int
    common: Array  # (period, path), standard normals that all donors share
    reviews: tuple[Review, ...]
    history: Mapping[str, tuple[float, ...]]  # yearly amounts by series, in the order of years, cents
    deposits_of: Callable[[str], Array]  # what a donor deposits, (period, path); known of donors that match nobody

    @property
    def paths(self) -> int:
        return int(self.common.shape[1])

    @property
    def years(self) -> Iterator[Year]:
        """The calendar years that are played, in whole or in part."""
        last = Quarter.at(self.start.ordinal + self.periods - 1).year
        for number, year in enumerate(range(self.start.year, last + 1)):
            yield Year(number, year, max(0, self.period(Quarter(year, 1))))

    def period(self, quarter: Quarter) -> int:
        """Periods from the start; negative before it."""
        return quarter.ordinal - self.start.ordinal
