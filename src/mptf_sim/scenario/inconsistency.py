"""A contradiction between parts of a scenario: where it stands, and what it is in the words of the person who wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mptf_sim.errors import nearest

At = tuple[str | int, ...]


class Inconsistency(NamedTuple):
    """A field of the scenario, such as ("donors", 2, "earmark"), and what is wrong with it."""

    at: At
    message: str


def unknown(name: str, known: Iterable[str], part: str) -> str:
    """The message of a name that refers to nothing, with the nearest that does."""
    near = nearest(name, tuple(other for other in known if other is not None))
    return f"unknown '{name}': it is not among {part}" + (f"; did you mean '{near}'?" if near else "")
