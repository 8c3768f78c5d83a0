"""What the engines may not agree on."""

from __future__ import annotations

from typing import Any, NamedTuple


class Difference(NamedTuple):
    """One number that the engines do not agree on."""

    period: int
    what: str
    who: str
    fast: Any
    slow: Any
