"""A donor that decides each year whether to give again, and how much."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from mptf_sim.fund.donors.promises import Chance, Pledge
from mptf_sim.fund.donors.tails import fat_factor
from mptf_sim.fund.part import Part
from mptf_sim.money import cents
from mptf_sim.quantities import Array, Cents, Count, Fraction, Growth, Quarter, QuarterOfYear, Spread


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
    """When the year's gift is announced and signed."""

    def pledges(
        self, start: Quarter, periods: int, deposit_quarter: int | None, chance: Chance, common: Array
    ) -> list[Pledge]:
        """One pledge per calendar year, signed in its quarter and due in the deposit quarter; zero if the donor pauses."""
        own, luck = chance.normals("gift"), chance.uniforms("renewal")
        shared, alone = np.sqrt(self.common_share), np.sqrt(1.0 - self.common_share)
        fresh = np.sqrt(1.0 - self.persistence**2)
        giving = np.full(common.shape[1], self.gave_last_year)
        deviation = np.zeros(common.shape[1])
        made: list[Pledge] = []
        for number, year in enumerate(range(start.year, Quarter.at(start.ordinal + periods - 1).year + 1)):
            signed = Quarter(year, self.signs).ordinal - start.ordinal
            due = Quarter(year, deposit_quarter or self.signs).ordinal - start.ordinal
            first = max(0, Quarter(year, 1).ordinal - start.ordinal)  # where the year's draws stand
            shock = shared * common[first] + alone * own[first]
            deviation = shock if number == 0 else self.persistence * deviation + fresh * shock
            giving = luck[first] < np.where(giving, self.retention, self.comeback)
            level = self.gift * (1.0 + self.growth) ** number
            gift = cents(level * self._factor(deviation)) * giving
            if due >= 0:
                made.append(Pledge(signed, max(0, signed), due, gift))
        return made

    def _factor(self, deviation: Array) -> Array:
        """What the year's gift is multiplied by, of mean 1: (path,)."""
        if self.degrees_of_freedom is not None:
            return fat_factor(deviation, self.degrees_of_freedom, self.spread)
        factor: Array = np.exp(self.spread * deviation - self.spread**2 / 2.0)
        return factor
