"""The raw variates of one path, by the names of their streams."""

from __future__ import annotations

from typing import Any

from mptf_sim.engine.draws import Streams
from mptf_sim.scenario.scenario import Scenario

CHUNK = 1024


class Raw:
    """The variates of one path by name, and the exponentials that both engines take of them."""

    def __init__(self, scenario: Scenario, seed: int, path: int) -> None:
        self.streams = Streams(seed, scenario.calendar.periods, path // CHUNK)
        self.column = path % CHUNK

    def normals(self, entity: str, variable: str) -> list[float]:
        return [float(value) for value in self.streams.normals(entity, variable)[:, self.column]]

    def uniforms(self, entity: str, variable: str) -> list[float]:
        return [float(value) for value in self.streams.uniforms(entity, variable)[:, self.column]]

    def exponentials(self, entity: str, variable: str) -> list[float]:
        return [float(value) for value in self.streams.exponentials(entity, variable)[:, self.column]]

    def of_this_path(self, width: Any) -> float:
        """This path's value of an array over all paths of the chunk.

        The last bit of an exponential may depend on how many are taken at once, so both engines take it over the
        whole width of a chunk.
        """
        return float(width[self.column])
