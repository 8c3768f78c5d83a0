"""How journals write days and amounts: money moves on the last day of a quarter, and no cent is lost in print."""

from __future__ import annotations

from datetime import date, timedelta

from mptf_sim.engine.replay import Posting
from mptf_sim.quantities import Quarter

PARTICULARS = Posting._fields[Posting._fields.index("cents") + 1 :]
"""What some postings say beside who, how much and between whom: the pledge, the earmark, the donor's or loan's own currency."""


def first_day(quarter: Quarter) -> date:
    return date(quarter.year, 3 * quarter.quarter - 2, 1)


def last_day(quarter: Quarter) -> date:
    return first_day(Quarter.at(quarter.ordinal + 1)) - timedelta(days=1)


def decimal(cents: int) -> str:
    """Currency units with both decimals, exact: -1 becomes '-0.01'."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


def particulars(one: object) -> dict[str, str]:
    """The particulars of a posting or of an opening balance as text; empty where it has none.

    An amount in the own currency of a donor or loan is written like any other, and only where there is such a currency.
    """
    said = {name: str(getattr(one, name, "")) for name in PARTICULARS}
    own: int = getattr(one, "in_currency", 0)
    return said | {"in_currency": decimal(own) if said["currency"] else ""}
