"""The pledging dashboard: what was announced, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from mptf_sim.arrays import np
from mptf_sim.fund.donors.promises import NEVER, Chance, Promise, Rows, Setting
from mptf_sim.fund.earmarks import Earmark
from mptf_sim.fund.part import Part
from mptf_sim.money import cents
from mptf_sim.quantities import Cents, ContractRate, Fraction, Id, Lag, Quarter, money_text, wrong


class PledgeInstalment(Part):
    """Part of a pledge, due so many quarters after it is signed."""

    share: ContractRate
    after: Lag = 0
    """Quarters from the signature."""


class Pledge(Part):
    """A pledge as announced: it is signed sooner or later, or lapses.

    Only financial pledges are money of the fund. One in kind has a value and touches no cash; a policy pledge is a
    step that the State takes itself, and has no amount.
    """

    id: Id
    donor: Id
    kind: Literal["financial", "in kind", "policy"] = "financial"
    announced: Quarter
    amount: Cents = 0
    """In the donor's currency."""
    earmark: Earmark | None = None
    """What the money may pay for; the donor's earmark if not said."""
    signing: Fraction
    """Chance, per year, that a pledge not yet signed is signed."""
    lapses_after: Annotated[Lag, Field(ge=1)] | None = None
    """Quarters from the announcement after which it lapses unsigned; never if not said."""
    instalments: Annotated[tuple[PledgeInstalment, ...], Field(min_length=1, max_length=20)] = (
        PledgeInstalment(share=ContractRate(1, 1)),
    )
    source: Id | None = None

    @field_validator("instalments")
    @classmethod
    def _whole(cls, instalments: tuple[PledgeInstalment, ...]) -> tuple[PledgeInstalment, ...]:
        if (total := sum(one.share.ratio for one in instalments)) != 1:
            raise wrong("instalment shares that add up to 100%", f"{float(total * 100):g}%")
        if any(later.after <= earlier.after for earlier, later in pairwise(instalments)):
            raise wrong("instalments in order, each `after` the one before", str([one.after for one in instalments]))
        return instalments

    @model_validator(mode="after")
    def _as_its_kind(self) -> Pledge:
        if self.kind == "policy" and (self.amount or len(self.instalments) > 1 or self.instalments[0].after):
            raise wrong("no amount and no instalments for a policy pledge", money_text(self.amount))
        if self.kind != "policy" and not self.amount:
            raise wrong(f"the amount of a pledge that is {self.kind}", "none")
        if self.kind != "financial" and self.earmark is not None:
            raise wrong("no earmark for a pledge that touches no cash", self.earmark.label)
        return self

    @property
    def hazard(self) -> float:
        """Chance that it is signed in a quarter, if it was not before."""
        return float(1.0 - (1.0 - self.signing) ** 0.25)

    def signature(self, setting: Setting, chance: Chance) -> tuple[Rows, int]:
        """When it is signed, NEVER if it is not within the calendar: (path,); and when it lapses if not signed."""
        announced = setting.period(self.announced)
        lapses = NEVER if self.lapses_after is None else announced + self.lapses_after
        first, last = max(announced, 0), min(lapses, setting.periods)
        if first >= last:
            return np.full(setting.paths, NEVER), lapses
        signs = chance.uniforms("signing")[first:last] < self.hazard
        signed = np.where(signs.any(axis=0), first + signs.argmax(axis=0), NEVER)
        return signed, lapses

    def promises(self, setting: Setting, chance: Chance) -> Iterator[Promise]:
        """One promise per instalment, all signed together. A policy pledge is one promise of 1."""
        announced = setting.period(self.announced)
        signed, lapses = self.signature(setting, chance)
        paid = 0
        share = ContractRate(0, 1).ratio
        for instalment in self.instalments:
            share += instalment.share.ratio
            total = round(share * self.amount) if self.kind != "policy" else 1
            due = np.where(signed < NEVER, signed + instalment.after, NEVER)
            yield Promise(announced, signed, due, cents(np.full(setting.paths, float(total - paid))), lapses)
            paid = total
