"""Every region is served first, up to its floor, by another rule."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from mptf_sim.fund.allocation.equal_awards import EqualAwards
from mptf_sim.fund.allocation.floors import Floor, served_first
from mptf_sim.fund.allocation.performance_based import PerformanceBased
from mptf_sim.fund.allocation.priority_queue import PriorityQueue
from mptf_sim.fund.allocation.priority_score import PriorityScore
from mptf_sim.fund.allocation.pro_rata import ProRata
from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Room
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, ContractRate, Id, wrong

PlainRule = Annotated[
    PriorityQueue | PriorityScore | ProRata | EqualAwards | PerformanceBased, Field(discriminator="kind")
]
"""A rule that runs inside another."""


class RegionalFloors(Part):
    """Each region's documents share its floor first; then all documents share the rest, by the same rule."""

    kind: Literal["regional_floors"] = "regional_floors"
    rule: PlainRule = PriorityScore()
    """By which documents are chosen, within the floors and beyond."""
    floors: dict[Id, ContractRate] = {}
    """By region: share of what is approvable at the meeting."""

    @field_validator("floors")
    @classmethod
    def _no_more_than_all(cls, floors: dict[str, ContractRate]) -> dict[str, ContractRate]:
        if (total := sum(floor.ratio for floor in floors.values())) > 1:
            raise wrong("floors that add up to at most 100%", f"{float(total * 100):g}%")
        return floors

    def share(self, room: Room, requests: Requests) -> Array:
        """Serve the regions in the order of their ids, then all.

        Returns
        -------
        awards : (candidate, path), cents; none above its request, all of them together within the room
        """
        return served_first(self.rule.share, room, requests, list(self.floors_in(requests).values()))

    def floors_in(self, requests: Requests) -> dict[str, Floor]:
        """The regions' floors at a meeting, by name, in the order in which they are served."""
        return {
            self.name_of(region): Floor(requests.of_region(region), floor.of(requests.approvable))
            for region, floor in sorted(self.floors.items())
        }

    @staticmethod
    def name_of(region: str) -> str:
        """How tables name the floor of a region: no id of a share has a blank in it."""
        return f"region {region}"

    def without(self, name: str) -> RegionalFloors:
        """The same rule without one floor."""
        kept = {region: floor for region, floor in self.floors.items() if self.name_of(region) != name}
        return self.model_copy(update={"floors": kept})
