"""States and the Compact: how they voted, which of them champion it. It gates nothing."""

from __future__ import annotations

from typing import Literal

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Factor, Id, Name, YesNo

Vote = Literal["yes", "no", "abstained", "absent"]


class State(Part):
    """A State's standing: its vote of December 2018 on the Compact, and whether it is a champion country."""

    id: Id
    """ISO 3166 alpha-3 code."""
    name: Name
    vote: Vote | None = None
    champion: YesNo = False
    least_developed: YesNo = False
    """Whether the United Nations lists it among the least developed countries."""
    source: Id | None = None


class Effects(Part):
    """Factors on the yearly chances of plans, by their State's standing; 100% is no effect."""

    yes: Factor = 1.0
    no: Factor = 1.0
    abstained: Factor = 1.0
    absent: Factor = 1.0
    champion: Factor = 1.0
    """Of champion countries, on top of the factor of their vote."""

    def of_state(self, state: State | None) -> tuple[float, ...]:
        """The factors of one State: of its vote, then of championing."""
        if state is None:
            return ()
        of_vote = (getattr(self, state.vote),) if state.vote else ()
        return (*of_vote, *((self.champion,) if state.champion else ()))


class Participation(Part):
    """What a State's standing changes: nothing, unless effects are given."""

    effects: Effects = Effects()
