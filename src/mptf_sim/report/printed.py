"""Tables as people read them: every cell already in words, for a screen and for paper."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

from mptf_sim.report.wording import SPACE, share


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table of text: its title, heads, rows; the first `words` columns are words, the others numbers."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    note: str = ""
    strong: frozenset[int] = frozenset()
    """Rows that are totals."""


def millions(cents: float) -> str:
    """Currency millions with two decimals, and never a negative zero."""
    text = f"{cents / 1e8:,.2f}"
    return "0.00" if text == "-0.00" else text


def millions_with_error(cents: float, standard_error: float) -> str:
    """Currency millions with two standard errors, which a single path does not have."""
    return millions(cents) if isnan(standard_error) else f"{millions(cents)} ± {millions(2 * standard_error)}"


def to_the_cent(cents: int) -> str:
    """The exact amount."""
    whole = abs(int(cents))
    return f"{'-' if cents < 0 else ''}{whole // 100:,}.{whole % 100:02d}"


def share_cell(fraction: float) -> str:
    """A share, short."""
    return f"<0.1{SPACE}%" if 0 < fraction < 0.0005 else share(fraction)


def tenths(number: float) -> str:
    """A mean of counts."""
    return f"{number:,.1f}"
