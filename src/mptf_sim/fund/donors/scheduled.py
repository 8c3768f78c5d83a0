"""A donor whose agreements are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from mptf_sim.arrays import np
from mptf_sim.fund.donors.promises import Chance, Promise, Setting
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Cents, Quarter, wrong


class Instalment(Part):
    """One dated amount of a contribution agreement."""

    due: Quarter
    amount: Cents
    signed: Quarter | None = None
    """When the agreement is signed; if not said, before the calendar starts."""
    announced: Quarter | None = None
    """When it is announced; if not said, when it is signed."""


class Scheduled(Part):
    """A donor whose agreements are known, instalment by instalment."""

    kind: Literal["scheduled"] = "scheduled"
    instalments: tuple[Instalment, ...]

    @model_validator(mode="after")
    def _in_order(self) -> Scheduled:
        for instalment in self.instalments:
            if instalment.signed is not None and instalment.signed > instalment.due:
                raise wrong(f"a signature no later than the due quarter {instalment.due}", str(instalment.signed))
            if instalment.announced is not None and instalment.signed is None:
                raise wrong("the quarter in which it is `signed`, as `announced` is said", "none")
            if instalment.announced is not None and instalment.announced > (instalment.signed or instalment.due):
                raise wrong(
                    f"an announcement no later than the signature in {instalment.signed}", str(instalment.announced)
                )
        return self

    def promises(self, setting: Setting, chance: Chance, deposit_quarter: int | None) -> Iterator[Promise]:
        """Each instalment as the agreement says."""
        for instalment in self.instalments:
            signed = setting.period(instalment.signed) if instalment.signed else -1
            announced = setting.period(instalment.announced) if instalment.announced else signed
            amount = np.full(setting.paths, float(instalment.amount))
            yield Promise(announced, signed, setting.period(instalment.due), amount)
