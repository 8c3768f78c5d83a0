"""Best first, with thematic and geographic balance."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.fund.allocation.in_order import WHOLE, claim_in_order
from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Room
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, ContractRate, Count


class PriorityScore(Part):
    """The Committee approves the best document that fits, then the next, until none fits.

    Score = quality of the document + weight x (equal share of awards - share so far) of its window, and of its
    region: points per 100 %. The balance stands as it was before the meeting. Ties go to the lower id.
    """

    kind: Literal["priority_score"] = "priority_score"
    thematic_balance: Annotated[Count, Field(le=1000)] = 0
    geographic_balance: Annotated[Count, Field(le=1000)] = 0
    scale_down_to: ContractRate = WHOLE
    """A document that does not fit whole may get less, but at least this share of its ask; 100%: all or nothing."""

    def share(self, room: Room, requests: Requests) -> Array:
        """Award the best documents that fit.

        Returns
        -------
        awards : (candidate, path), cents; none above its request, all of them together within the room
        """
        score = (
            requests.score
            + self.thematic_balance * requests.window_shortfall[requests.window]
            + self.geographic_balance * requests.region_shortfall[requests.region]
        )
        return claim_in_order(room, requests, score, self.scale_down_to)
