"""A dedicated account in which what others deposit is matched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.arrays import np
from mptf_sim.fund.donors.promises import Chance, Promise, Setting
from mptf_sim.fund.part import Part
from mptf_sim.money import running_total
from mptf_sim.quantities import Cents, ContractRate, Id


class Matching(Part):
    """A donor that adds a share of what others deposit in the quarter, up to a ceiling in all.

    With an earmark on a country it is that country's dedicated account.
    """

    kind: Literal["matching"] = "matching"
    donors: Annotated[tuple[Id, ...], Field(min_length=1)]
    """Whose deposits it matches."""
    ratio: ContractRate
    """Of their deposits, before the agent's fee, in the fund's currency."""
    ceiling: Cents
    """All that it ever adds."""

    def promises(self, setting: Setting, chance: Chance, deposit_quarter: int | None) -> Iterator[Promise]:
        """What each quarter adds, announced, signed and due at once: differences of rounded running totals."""
        deposits = np.sum([setting.deposits_of(donor) for donor in sorted(set(self.donors))], axis=0)
        total = np.minimum(self.ratio.of(running_total(deposits)), float(self.ceiling))
        for period, amount in enumerate(np.diff(total, axis=0, prepend=0.0)):
            yield Promise(period, period, period, amount)
