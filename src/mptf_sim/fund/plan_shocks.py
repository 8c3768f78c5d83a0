"""Shocks to plans: needs that surge, and a State that joins."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from mptf_sim.fund.part import Part
from mptf_sim.fund.plans import Plan
from mptf_sim.quantities import Factor, Id, Quarter, Year, wrong


class NeedsSurge(Part):
    """A crisis: every need of the years from `start` (to `end`) is higher by `share`. Several surges multiply."""

    kind: Literal["needs_surge"] = "needs_surge"
    regions: tuple[Id, ...] = ()
    plans: tuple[Id, ...] = ()
    """Whose needs: of these plans and of all plans of these regions; of all plans if both are empty."""
    start: Year
    end: Year | None = None
    """The last year of the surge; for good if not said."""
    share: Factor
    """80% makes a need of 1M one of 1.8M."""

    @model_validator(mode="after")
    def _in_order(self) -> NeedsSurge:
        if self.end is not None and self.end < self.start:
            raise wrong(f"an end no earlier than the start {self.start}", self.end)
        return self

    def hits(self, plan: Plan, year: int) -> bool:
        """Whether a plan's needs of a year surge."""
        everybody = not self.regions and not self.plans
        concerned = everybody or plan.id in self.plans or plan.region in self.regions
        return concerned and self.start <= year and (self.end is None or year <= self.end)


class StateJoins(Part):
    """States that stood aside take up the Compact: their plans that are not as far reach a status at `start`."""

    kind: Literal["state_joins"] = "state_joins"
    states: Annotated[tuple[Id, ...], Field(min_length=1)]
    start: Quarter
    status: Literal["drafting", "costed", "adopted", "reviewed"] = "costed"
