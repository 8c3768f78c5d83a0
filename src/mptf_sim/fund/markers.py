"""Markers of joint programmes: how far they pursue gender equality, human rights and the rights of children."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Count

Level = Annotated[Count, Field(le=3)]
"""0 not at all, 1 to some extent, 2 significantly, 3 as the principal objective."""


class Markers(Part):
    """Levels from 0 (not at all) to 3 (the principal objective)."""

    gender: Level = 0
    human_rights: Level = 0
    child: Level = 0

    def reach(self, least: Markers) -> bool:
        """Whether every marker is at least at its level."""
        return all(getattr(self, name) >= getattr(least, name) for name in type(self).model_fields)
