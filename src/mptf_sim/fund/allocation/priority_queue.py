"""First come, first served."""

from __future__ import annotations

from typing import Literal

from mptf_sim.arrays import np
from mptf_sim.fund.allocation.in_order import WHOLE, claim_in_order
from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Room
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, ContractRate


class PriorityQueue(Part):
    """The Committee approves documents in the order in which they became ready; of one quarter, by id."""

    kind: Literal["priority_queue"] = "priority_queue"
    scale_down_to: ContractRate = WHOLE
    """A document that does not fit whole may get less, but at least this share of its ask; 100%: all or nothing."""

    def share(self, room: Room, requests: Requests) -> Array:
        """Award the oldest documents that fit.

        Returns
        -------
        awards : (candidate, path), cents; none above its request, all of them together within the room
        """
        oldest_first = np.broadcast_to(-requests.ready, requests.open.shape)
        return claim_in_order(room, requests, oldest_first, self.scale_down_to)
