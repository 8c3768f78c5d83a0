"""Reviews of progress: regional rounds and the International Migration Review Forum."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Id, Quarter, wrong


class Review(Part):
    """A quarter in which States look at progress: worldwide at a Forum, or in one region."""

    id: Id
    kind: Literal["forum", "regional"]
    quarter: Quarter
    region: Id | None = None
    """Of a regional review; a Forum is of all regions."""

    @model_validator(mode="after")
    def _region_if_regional(self) -> Review:
        if self.kind == "regional" and self.region is None:
            raise wrong("the region of a regional review", "none")
        if self.kind == "forum" and self.region is not None:
            raise wrong("no region: a Forum is of all regions", self.region)
        return self
