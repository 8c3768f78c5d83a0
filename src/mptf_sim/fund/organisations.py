"""Participating organisations: membership, capacity, how they differ in pace and in reporting."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, PlainSerializer
from typing_extensions import TypeAliasType

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Cents, Fraction, Id, Name, Quarter, Spread, YesNo, wrong


def read_signature(value: Any) -> Quarter | str:
    """A quarter such as 2027-Q3, or never."""
    if value == "never":
        return "never"
    if isinstance(value, Quarter) or (isinstance(value, str) and value[:4].isdigit()):
        return Quarter.read(value)
    raise wrong("a quarter such as 2027-Q3, or never", value)


Signature = TypeAliasType(
    "Signature",
    Annotated[
        Quarter | Literal["never"],
        BeforeValidator(read_signature, json_schema_input_type=str),
        PlainSerializer(str, return_type=str),
    ],
)
"""When an agreement was signed, written as a quarter or as `never`."""


LONG_AGO = -(10**6)
"""Quarters: earlier than anything in a scenario."""


class Organisation(Part):
    """A participating UN organisation: only with a signed agreement may it receive."""

    id: Id
    name: Name
    executive_committee: YesNo = False
    """Of the UN Network on Migration. Data: it gates nothing."""
    member: YesNo = True
    """Of the UN Network on Migration. Data: it gates nothing."""
    signed_agreement: Signature | None = None
    """When it signed the fund's agreement with organisations, or never; before the calendar if not said."""
    capacity: Cents | None = None
    """The most direct cost it can spend in a calendar year, over all its parts of programmes; no limit if not said."""
    spread: Spread = 0.0
    """Of its pace, all its parts alike: standard deviation of the log odds, beside each programme's own."""
    late_reports: Fraction = 0.0
    """Chance that a report is late."""
    source: Id | None = None

    def signed_at(self, start: Quarter) -> int | None:
        """Quarters from the start of the calendar until it has signed, below zero if before; None for never."""
        if self.signed_agreement == "never":
            return None
        if self.signed_agreement is None:
            return LONG_AGO
        assert isinstance(self.signed_agreement, Quarter)
        return self.signed_agreement.ordinal - start.ordinal
