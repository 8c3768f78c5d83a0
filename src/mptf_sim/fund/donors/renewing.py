"""A donor that decides each year whether to give again, and how much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mptf_sim.arrays import np
from mptf_sim.fund.donors.promises import Chance, Promise, Setting
from mptf_sim.fund.donors.tails import fat_factor
from mptf_sim.fund.part import Part
from mptf_sim.money import cents
from mptf_sim.quantities import Array, Cents, Count, Fraction, Growth, Quarter, QuarterOfYear, Spread, wrong


class Renewing(Part):
    """A donor that decides each year whether to give again, and how much.

    The yearly gift is lognormal around `gift`, grown by `growth`; its deviation from one year to the next is
    autoregressive, partly shared with all donors (`common_share` of its variance). A donor that gave last year
    gives again with chance `retention`, one that did not with chance `comeback`.
    """

    kind: Literal["renewing"] = "renewing"
    gift: Cents
    """Mean yearly gift in the first year, if given."""
    growth: Growth = 0.0
    spread: Spread = 0.0
    """Standard deviation of the log gift."""
    degrees_of_freedom: Annotated[Count, Field(ge=3)] | None = None
    """Tails of Student's t for the log gift: 3 are the fattest; normal tails if not said."""
    persistence: Fraction = 0.0
    """Share of this year's deviation (in logarithms) that carries into the next."""
    common_share: Fraction = 0.0
    """Share of the variance that all donors have in common."""
    retention: Fraction = 1.0
    comeback: Fraction = 0.0
    gave_last_year: bool = True
    signs: QuarterOfYear = 1
    """When the year's gift is signed."""
    announces: QuarterOfYear | None = None
    """When the year's gift is announced; if not said, when it is signed."""

    @model_validator(mode="after")
    def _announces_before_it_signs(self) -> Renewing:
        if self.announces is not None and self.announces > self.signs:
            raise wrong(f"an announcement no later than the signature in Q{self.signs}", f"Q{self.announces}")
        return self

    def promises(self, setting: Setting, chance: Chance, deposit_quarter: int | None) -> Iterator[Promise]:
        """One promise per calendar year in which the donor gives, due in the deposit quarter."""
        own, luck = chance.normals("gift"), chance.uniforms("renewal")
        shared, alone = np.sqrt(self.common_share), np.sqrt(1.0 - self.common_share)
        fresh = np.sqrt(1.0 - self.persistence**2)
        giving = np.full(setting.paths, self.gave_last_year)
        deviation = np.zeros(setting.paths)
        for number, year, first in setting.years:
            shock = shared * setting.common[first] + alone * own[first]
            deviation = shock if number == 0 else self.persistence * deviation + fresh * shock
            giving = luck[first] < np.where(giving, self.retention, self.comeback)
            level = self.gift * (1.0 + self.growth) ** number
            yield Promise(
                announced=setting.period(Quarter(year, self.announces or self.signs)),
                signed=setting.period(Quarter(year, self.signs)),
                due=setting.period(Quarter(year, deposit_quarter or self.signs)),
                amount=cents(level * self._factor(deviation)) * giving,
            )

    def _factor(self, deviation: Array) -> Array:
        """What the year's gift is multiplied by, of mean 1: (path,)."""
        if self.degrees_of_freedom is not None:
            return fat_factor(deviation, self.degrees_of_freedom, self.spread)
        factor: Array = np.exp(self.spread * deviation - self.spread**2 / 2.0)
        return factor
