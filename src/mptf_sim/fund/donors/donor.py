"""Who gives, under which earmark, how reliably; and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mptf_sim.fund.currencies import CurrencyCode
from mptf_sim.fund.donors.at_reviews import AtReviews
from mptf_sim.fund.donors.bootstrap import Bootstrap
from mptf_sim.fund.donors.matching import Matching
from mptf_sim.fund.donors.promises import Chance, Promise, Setting
from mptf_sim.fund.donors.renewing import Renewing
from mptf_sim.fund.donors.scheduled import Scheduled
from mptf_sim.fund.donors.settlement import Reliability
from mptf_sim.fund.earmarks import Earmark
from mptf_sim.fund.part import Part
from mptf_sim.quantities import (
    ContractRate,
    Fraction,
    Id,
    Lag,
    Name,
    QuarterOfYear,
    wrong,
)

Outlook = Annotated[Scheduled | Renewing | AtReviews | Bootstrap | Matching, Field(discriminator="kind")]


class Delay(Part):
    """A deposit that comes late: with this chance, by this many quarters."""

    chance: Fraction = 0.0
    quarters: Lag = 1


class Donor(Part):
    """Who gives, under which earmark, how reliably."""

    id: Id
    name: Name
    kind: Literal["State", "foundation", "private", "international financial institution", "diaspora"] = "State"
    currency: CurrencyCode | None = None
    """In which it gives, and in which its amounts are written; the fund's if not said."""
    earmark: Earmark = Earmark()
    deposit_quarter: QuarterOfYear | None = None
    """When a renewing or bootstrap donor deposits the year's gift; in the quarter of signature if not said."""
    default: Fraction = 0.0
    """Chance that a signed instalment is never deposited."""
    conversion: ContractRate = ContractRate(1, 1)
    """Share of a signed instalment that is deposited when it does not default; the rest is cancelled."""
    delay: Delay = Delay()
    outlook: Outlook
    source: Id | None = None

    @model_validator(mode="after")
    def _deposits_after_signing(self) -> Donor:
        if (
            isinstance(self.outlook, Renewing | Bootstrap)
            and self.deposit_quarter
            and self.deposit_quarter < self.outlook.signs
        ):
            raise wrong(
                f"a deposit quarter no earlier than the signature in Q{self.outlook.signs}",
                f"Q{self.deposit_quarter}",
            )
        return self

    def reliability(self, chance: Chance) -> Reliability:
        """How it keeps what it signs; what cannot happen is not drawn."""
        return Reliability(
            conversion=self.conversion,
            defaults=chance.uniforms("default") < self.default if self.default else None,
            late=chance.uniforms("delay") < self.delay.chance if self.delay.chance else None,
            delay=self.delay.quarters,
        )

    def promises(self, setting: Setting, chance: Chance) -> Iterator[Promise]:
        """What its outlook makes it promise."""
        return self.outlook.promises(setting, chance, self.deposit_quarter)
