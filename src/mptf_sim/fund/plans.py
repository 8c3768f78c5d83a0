"""National plans: what they need, who else pays, what is still unmet."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Cents, ContractRate, Fraction, Id, Name, Year


class Window(Part):
    """A thematic area of the fund."""

    id: Id
    name: Name
    source: Id | None = None


class Objective(Part):
    """One of the Compact's 23 objectives, and the window that groups it."""

    id: Id
    name: Name
    window: Id
    source: Id | None = None


class Region(Part):
    """A region that reviews progress and may be earmarked for."""

    id: Id
    name: Name
    source: Id | None = None


class Plan(Part):
    """A State's national plan on migration."""

    id: Id
    name: Name
    region: Id
    country: Id
    status: Literal["none", "drafting", "costed", "adopted", "reviewed"] = "adopted"
    """Only costed, adopted and reviewed plans raise needs and requests."""
    carry_over: ContractRate = ContractRate(1, 1)
    """Share of an unmet need that carries over into the next calendar year; the rest lapses."""
    performance: Fraction | None = None
    """How well the State has used what it was given, for allocation by performance."""
    capacity: Fraction | None = None
    """How much it can put to use, for allocation by performance."""
    income_per_person: Annotated[Cents, Field(gt=0)] | None = None
    """National income per person and year, for allocation by performance."""
    source: Id | None = None

    @property
    def raises_needs(self) -> bool:
        return self.status in ("costed", "adopted", "reviewed")


class Need(Part):
    """What a plan costs in one window and year: direct cost, due when the year begins."""

    plan: Id
    window: Id
    year: Year
    amount: Cents
    source: Id | None = None


class Finance(Part):
    """A source of a plan other than the fund. Secured and indicative finance are never added up."""

    id: Id
    plan: Id
    provider: Literal[
        "state budget",
        "local budget",
        "fees",
        "bilateral",
        "development bank",
        "private",
        "diaspora",
        "other fund",
    ]
    status: Literal["secured", "indicative", "requested"]
    window: Id | None = None
    """Where it is spent; over the plan's needs of the year, in proportion, if not said."""
    year: Year
    amount: Cents
    execution: ContractRate = ContractRate(1, 1)
    """Share that is spent, a quarter of it in each quarter of the year."""
    source: Id | None = None
