"""Allocation rules, one per file: how the Committee shares what may be approved.

A rule has one method, `share(room, requests) -> awards`. Adding a rule is one file and one word in the union.
"""

from typing import Annotated

from pydantic import Field

from mptf_sim.fund.allocation.priority_score import PriorityScore
from mptf_sim.fund.allocation.pro_rata import ProRata
from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Bounds, Room

AllocationRule = Annotated[PriorityScore | ProRata, Field(discriminator="kind")]

__all__ = ["AllocationRule", "Bounds", "PriorityScore", "ProRata", "Requests", "Room"]
