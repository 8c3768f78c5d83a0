"""A donor whose years to come are drawn from years that were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mptf_sim.arrays import np
from mptf_sim.fund.donors.promises import Chance, Promise, Rows, Setting
from mptf_sim.fund.part import Part
from mptf_sim.money import cents
from mptf_sim.quantities import Cents, Count, Growth, Id, Quarter, QuarterOfYear, Year, wrong


class YearOfHistory(Part):
    """What was given in one year of a series: a donor's own record, or that of others like it."""

    series: Id
    year: Year
    amount: Cents
    """In the currency of the donor that draws from it, at the level of the first year of the calendar."""
    source: Id | None = None


class Bootstrap(Part):
    """A donor that gives as in years of a record: blocks of consecutive years, drawn again and again."""

    kind: Literal["bootstrap"] = "bootstrap"
    series: Id
    """Of `history`."""
    block: Annotated[Count, Field(ge=1)] = 1
    """Consecutive years that are drawn together, so that a good year is followed as it was."""
    growth: Growth = 0.0
    signs: QuarterOfYear = 1
    """When the year's gift is signed."""
    announces: QuarterOfYear | None = None
    """When it is announced; if not said, when it is signed."""

    @model_validator(mode="after")
    def _announces_before_it_signs(self) -> Bootstrap:
        if self.announces is not None and self.announces > self.signs:
            raise wrong(f"an announcement no later than the signature in Q{self.signs}", f"Q{self.announces}")
        return self

    def promises(self, setting: Setting, chance: Chance, deposit_quarter: int | None) -> Iterator[Promise]:
        """One promise per calendar year, due in the deposit quarter; nothing if the year drawn had nothing."""
        luck = chance.uniforms("block")
        history = np.array(setting.history[self.series])
        starts: Rows = np.zeros(setting.paths, dtype=np.intp)
        for number, year, first in setting.years:
            if number % self.block == 0:
                starts = np.floor(luck[first] * (len(history) - self.block + 1)).astype(np.intp)
            yield Promise(
                announced=setting.period(Quarter(year, self.announces or self.signs)),
                signed=setting.period(Quarter(year, self.signs)),
                due=setting.period(Quarter(year, deposit_quarter or self.signs)),
                amount=cents(history[starts + number % self.block] * (1.0 + self.growth) ** number),
            )
