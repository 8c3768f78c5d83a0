"""Sharing: every programme gets the same share of what it asked for."""

from __future__ import annotations

from typing import Literal

from mptf_sim.fund.allocation.requests import Requests
from mptf_sim.fund.allocation.room import Room
from mptf_sim.fund.allocation.sharing import shared
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array


class ProRata(Part):
    """Every programme gets the same share of what it asked for, as far as earmarks let it."""

    kind: Literal["pro_rata"] = "pro_rata"

    def share(self, room: Room, requests: Requests) -> Array:
        """Split what the room allows over the requests.

        Returns
        -------
        awards : (candidate, path), cents; none above its request, all of them together within the room
        """
        return shared(room, requests, weights=None)
