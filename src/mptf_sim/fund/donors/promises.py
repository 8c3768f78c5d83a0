"""What donors promise: amounts with the quarters in which they are announced, signed and due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from mptf_sim.quantities import Array


class Chance(Protocol):
    """Base variates of one donor, by name: (period, path)."""

    def normals(self, variable: str) -> Array: ...

    def uniforms(self, variable: str) -> Array: ...


@dataclass(frozen=True, slots=True)
class Pledge:
    """One promise: announced in a quarter, signed in a quarter, due in a quarter (periods from the start)."""

    announced: int  # before 0: in force when the calendar starts
    signed: int
    due: int
    amount: Array  # (path,), cents
