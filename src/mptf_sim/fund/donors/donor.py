"""Who gives, under which earmark, how reliably; and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from mptf_sim.fund.donors.promises import Chance, Pledge
from mptf_sim.fund.donors.renewing import Renewing
from mptf_sim.fund.donors.scheduled import Scheduled
from mptf_sim.fund.earmarks import Earmark
from mptf_sim.fund.part import Part
from mptf_sim.quantities import (
    Array,
    ContractRate,
    Fraction,
    Id,
    Lag,
    Mask,
    Name,
    Quarter,
    QuarterOfYear,
    wrong,
)

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
