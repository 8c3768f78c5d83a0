"""Sharing: the smallest award is raised first."""

from __future__ import annotations

from typing import Literal

from mptf_sim.arrays import np
from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Room
from mptf_sim.fund.allocation.sharing import SCALE, shared
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, ContractRate


class EqualAwards(Part):
    """All awards are equal, but for those that ask for less or whose earmarks hold them back (max-min)."""

    kind: Literal["equal_awards"] = "equal_awards"
    floor: ContractRate = ContractRate(0, 1)
    """Share of its ask that each programme gets first; one common share of it if the money does not suffice."""

    def share(self, room: Room, requests: Requests) -> Array:
        """Raise the smallest award until nothing can be raised.

        Returns
        -------
        awards : (candidate, path), cents; none above its request, all of them together within the room
        """
        return shared(room, requests, np.full(requests.open.shape, float(SCALE)), self.floor)
