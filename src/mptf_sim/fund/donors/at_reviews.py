"""A donor that gives when States look at progress."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from mptf_sim.arrays import np
from mptf_sim.fund.donors.promises import Chance, Promise, Setting
from mptf_sim.fund.part import Part
from mptf_sim.money import cents
from mptf_sim.quantities import Cents, Fraction, Lag, Spread


class AtReviews(Part):
    """A donor that may give once at each review: a lognormal amount, signed and deposited some quarters later."""

    kind: Literal["at_reviews"] = "at_reviews"
    reviews: Literal["forum", "regional", "all"] = "all"
    """At which reviews of `governance.reviews`."""
    chance: Fraction
    """Of giving at one of them."""
    amount: Cents
    """Mean amount, if given."""
    spread: Spread = 0.0
    """Standard deviation of the log amount."""
    signed_after: Lag = 0
    """Quarters from the review to the signature."""
    deposited_after: Lag = 0
    """Quarters from the signature until the deposit is due."""

    def promises(self, setting: Setting, chance: Chance, deposit_quarter: int | None) -> Iterator[Promise]:
        """At most one promise in a quarter with such reviews, however many they are."""
        when = {
            setting.period(review.quarter)
            for review in setting.reviews
            if self.reviews in ("all", review.kind) and 0 <= setting.period(review.quarter) < setting.periods
        }
        luck, own = chance.uniforms("review"), chance.normals("gift")
        for announced in sorted(when):
            factor = np.exp(self.spread * own[announced] - self.spread**2 / 2.0)
            amount = cents(self.amount * factor) * (luck[announced] < self.chance)
            signed = announced + self.signed_after
            yield Promise(announced, signed, signed + self.deposited_after, amount)
