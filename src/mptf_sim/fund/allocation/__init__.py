"""Allocation rules, one per file: how the Committee shares what may be approved.

A rule has one method, `share(room, requests) -> awards`. Adding a rule is one file and one word in the union (and in
that of `regional_floors`, if it may run inside it).
"""

from typing import Annotated

from pydantic import Field

from mptf_sim.fund.allocation.equal_awards import EqualAwards
from mptf_sim.fund.allocation.floors import Floor, served_first
from mptf_sim.fund.allocation.performance_based import PerformanceBased
from mptf_sim.fund.allocation.priority_queue import PriorityQueue
from mptf_sim.fund.allocation.priority_score import PriorityScore
from mptf_sim.fund.allocation.pro_rata import ProRata
from mptf_sim.fund.allocation.regional_floors import RegionalFloors
from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Bounds, Room

AllocationRule = Annotated[
    PriorityQueue | PriorityScore | ProRata | EqualAwards | PerformanceBased | RegionalFloors,
    Field(discriminator="kind"),
]

__all__ = [
    "AllocationRule", "Bounds", "EqualAwards", "Floor", "PerformanceBased", "PriorityQueue", "PriorityScore", "ProRata",
    "RegionalFloors", "Requests", "Room", "served_first",
]  # fmt: skip
