"""The Steering Committee: when it meets, by which rule it approves, within which limits."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mptf_sim.fund.allocation import AllocationRule, PriorityScore
from mptf_sim.fund.limits import Limits
from mptf_sim.fund.markers import Markers
from mptf_sim.fund.part import Part
from mptf_sim.fund.reviews import Review
from mptf_sim.quantities import Count, Id, Name, QuarterOfYear


class Bar(Part):
    """What a constituency asks of every document before it is put to a rule."""

    minimum_score: Annotated[Count, Field(le=100)] = 0
    markers: Markers = Markers()
    """The least level of each marker."""


class Constituency(Part):
    """Members who decide by consensus with the others: what does not pass their bar is not put to the rule."""

    id: Id
    name: Name
    bar: Bar = Bar()
    source: Id | None = None


class Governance(Part):
    """The Committee's calendar, its rule and its limits."""

    meetings: Annotated[tuple[QuarterOfYear, ...], Field(min_length=1)] = (2, 4)
    allocation: AllocationRule = PriorityScore()
    limits: Limits = Limits()
    constituencies: Annotated[tuple[Constituency, ...], Field(max_length=20)] = ()
    """Who has to agree, and on what condition; none: the rule alone decides."""
    reviews: Annotated[tuple[Review, ...], Field(max_length=100)] = ()
    """Regional reviews and Forums within the calendar."""
