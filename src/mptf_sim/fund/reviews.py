"""Reviews of progress: regional rounds and the International Migration Review Forum."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from mptf_sim.fund.allocation import AllocationRule
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Count, Growth, Id, Quarter, wrong


class Review(Part):
    """A quarter in which States look at progress: worldwide at a Forum, or in one region.

    Adopted plans that it concerns become reviewed.
    """

    id: Id
    kind: Literal["forum", "regional"]
    quarter: Quarter
    region: Id | None = None
    """Of a regional review; a Forum is of all regions."""
    scores: dict[Id, Annotated[Count, Field(le=100)]] = {}
    """New scores of programmes, from what is known at that date."""
    allocation: AllocationRule | None = None
    """The Committee's rule, with its weights, from this quarter on."""
    needs: Growth = 0.0
    """By how much the needs of the plans it concerns are found to be higher, from the next calendar year on."""

    @model_validator(mode="after")
    def _region_if_regional(self) -> Review:
        if self.kind == "regional" and self.region is None:
            raise wrong("the region of a regional review", "none")
        if self.kind == "forum" and self.region is not None:
            raise wrong("no region: a Forum is of all regions", self.region)
        return self

    def concerns(self, region: str) -> bool:
        """Whether plans of a region are looked at."""
        return self.region is None or self.region == region
