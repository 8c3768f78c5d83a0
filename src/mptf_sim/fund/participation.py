"""States and the Compact: how they voted, which of them champion it. Data: it gates nothing."""

from __future__ import annotations

from typing import Literal

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Id, Name, YesNo


class State(Part):
    """A State's standing: its vote of December 2018 on the Compact, and whether it is a champion country."""

    id: Id
    """ISO 3166 alpha-3 code."""
    name: Name
    vote: Literal["yes", "no", "abstained", "absent"] | None = None
    champion: YesNo = False
    least_developed: YesNo = False
    """Whether the United Nations lists it among the least developed countries."""
    source: Id | None = None
