"""Donors: what they pledge, sign, pay late or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

import numpy as np
from pydantic import Field, model_validator

from mptf_sim.fund.earmarks import Earmark
from mptf_sim.fund.part import Part
from mptf_sim.money import cents
from mptf_sim.quantities import (
    Array,
    Cents,
    ContractRate,
    Fraction,
    Growth,
    Id,
    Lag,
    Mask,
    Name,
    Quarter,
    QuarterOfYear,
    Spread,
    wrong,
)


class Chance(Protocol):
    """Base variates of one donor, by name: (period, path)."""

    def normals(self, variable: str) -> Array: ...

    def uniforms(self, variable: str) -> Array: ...


@dataclass(frozen=True, slots=True)
class Pledge:
    """One promise: announced in a quarter, signed in a quarter, due in a quarter (periods from the start)."""

    announced: int  # before 0: in force when the calendar starts
    signed: int
    due: int
    amount: Array  # (path,), cents


class Instalment(Part):
    """One dated amount of a signed contribution agreement."""

    due: Quarter
    amount: Cents
    signed: Quarter | None = None
    """When the agreement is signed; if not said, before the calendar starts."""


class Scheduled(Part):
    """A donor whose agreements are known, instalment by instalment."""

    kind: Literal["scheduled"] = "scheduled"
    instalments: tuple[Instalment, ...]

    @model_validator(mode="after")
    def _signed_before_due(self) -> Scheduled:
        for instalment in self.instalments:
            if instalment.signed is not None and instalment.signed > instalment.due:
                raise wrong(f"a signature no later than the due quarter {instalment.due}", str(instalment.signed))
        return self

    def pledges(
        self, start: Quarter, periods: int, deposit_quarter: int | None, chance: Chance, common: Array
    ) -> list[Pledge]:
        """Each instalment due within the calendar, as the agreement says."""
        width = common.shape[1]
        known = []
        for instalment in self.instalments:
            due = instalment.due.ordinal - start.ordinal
            signed = instalment.signed.ordinal - start.ordinal if instalment.signed else -1
            if due >= 0:
                known.append(Pledge(signed, max(0, signed), due, np.full(width, float(instalment.amount))))
        return known


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
            gift = cents(level * np.exp(self.spread * deviation - self.spread**2 / 2.0)) * giving
            if due >= 0:
                made.append(Pledge(signed, max(0, signed), due, gift))
        return made


Outlook = Annotated[Scheduled | Renewing, Field(discriminator="kind")]


class Delay(Part):
    """A deposit that comes late: with this chance, by this many quarters."""

    chance: Fraction = 0.0
    quarters: Lag = 1


class Donor(Part):
    """Who gives, under which earmark, how reliably."""

    id: Id
    name: Name
    kind: Literal["State", "foundation", "private", "international financial institution", "diaspora"] = "State"
    earmark: Earmark = Earmark()
    deposit_quarter: QuarterOfYear | None = None
    """When a renewing donor deposits the year's gift; in the quarter of signature if not said."""
    default: Fraction = 0.0
    """Chance that a signed instalment is never deposited."""
    conversion: ContractRate = ContractRate(1, 1)
    """Share of a signed instalment that is deposited when it does not default; the rest is cancelled."""
    delay: Delay = Delay()
    outlook: Outlook
    source: Id | None = None

    @model_validator(mode="after")
    def _deposits_after_signing(self) -> Donor:
        if isinstance(self.outlook, Renewing) and self.deposit_quarter and self.deposit_quarter < self.outlook.signs:
            raise wrong(
                f"a deposit quarter no earlier than the signature in Q{self.outlook.signs}",
                f"Q{self.deposit_quarter}",
            )
        return self

    def flows(self, start: Quarter, periods: int, chance: Chance, common: Array, shocks: DonorShocks) -> DonorFlows:
        """What this donor announces, signs, deposits and cancels in each period.

        Parameters
        ----------
        start, periods : the calendar
        chance : base variates of this donor, each (period, path)
        common : standard normals all donors share, (period, path)
        shocks : what cuts or ends this donor's giving

        Returns
        -------
        flows : (period, path) each, cents; over the whole horizon signed = deposited + cancelled + still due
        """
        signed, deposited, cancelled = (np.zeros((periods, common.shape[1])) for _ in range(3))
        unpaid, late = chance.uniforms("default"), chance.uniforms("delay")
        for pledge in self.outlook.pledges(start, periods, self.deposit_quarter, chance, common):
            promised = shocks.apply(pledge)
            if promised is None or promised.signed >= periods:
                continue
            signed[promised.signed] += promised.amount
            if promised.due >= periods:  # still due when the calendar ends, unless the donor leaves before
                if shocks.exit is not None and shocks.exit < periods:
                    cancelled[max(shocks.exit, promised.signed)] += promised.amount
                continue
            kept: Mask = unpaid[promised.due] >= self.default
            paid = self.conversion.of(promised.amount) * kept
            delayed: Mask = late[promised.due] < self.delay.chance
            for lag, arrives in ((0, ~delayed), (self.delay.quarters, delayed)):
                when = promised.due + lag
                if shocks.exit is not None and when >= shocks.exit:
                    if shocks.exit < periods:
                        cancelled[max(shocks.exit, promised.signed)] += promised.amount * arrives
                elif when < periods:
                    deposited[when] += paid * arrives
                    cancelled[when] += (promised.amount - paid) * arrives
        return DonorFlows(signed=signed, deposited=deposited, cancelled=cancelled)


@dataclass(frozen=True, slots=True)
class DonorShocks:
    """What shocks do to one donor: cuts from a period on, and perhaps an exit."""

    cuts: tuple[tuple[int, int, ContractRate], ...] = ()  # (from period, to period, share kept)
    exit: int | None = None

    def apply(self, pledge: Pledge) -> Pledge | None:
        """The pledge as announced under the shocks; None if the donor has left before announcing it."""
        if self.exit is not None and pledge.announced >= self.exit:
            return None
        num, den = 1, 1
        for first, last, kept in self.cuts:
            if pledge.announced >= 0 and first <= pledge.announced <= last:
                num, den = num * kept.num, den * kept.den
        return (
            pledge
            if num == den
            else Pledge(pledge.announced, pledge.signed, pledge.due, np.rint(pledge.amount * num / den))
        )


@dataclass(frozen=True, slots=True)
class DonorFlows:
    """One donor's year by quarters, cents."""

    signed: Array  # (period, path)
    deposited: Array  # (period, path), before the agent's fee
    cancelled: Array  # (period, path), signed and never to come
