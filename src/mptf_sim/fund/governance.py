"""The Steering Committee: when it meets, by which rule it approves, within which limits."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mptf_sim.fund.allocation import AllocationRule, PriorityScore
from mptf_sim.fund.part import Part
from mptf_sim.fund.reviews import Review
from mptf_sim.quantities import Cents, QuarterOfYear


class Limits(Part):
    """What no rule may overstep."""

    minimum_grant: Cents = 0
    """A smaller award is not made."""


class Governance(Part):
    """The Committee's calendar, its rule and its limits."""

    meetings: Annotated[tuple[QuarterOfYear, ...], Field(min_length=1)] = (2, 4)
    allocation: AllocationRule = PriorityScore()
    limits: Limits = Limits()
    reviews: Annotated[tuple[Review, ...], Field(max_length=100)] = ()
    """Regional reviews and Forums within the calendar."""
