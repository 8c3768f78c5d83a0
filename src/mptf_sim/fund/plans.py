"""National plans: how far they are, what they need, who else pays, what is still unmet."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, field_validator, model_validator

from mptf_sim.arrays import np
from mptf_sim.fund.finance.debt_rules import DebtRule
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, Cents, ContractRate, Count, Fraction, Id, Name, Spread, Year, wrong


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


Status = Literal["none", "drafting", "costed", "adopted", "reviewed"]
"""The life of a plan, step by step; it never goes back."""

STATUSES: tuple[str, ...] = get_args(Status)
COSTED = STATUSES.index("costed")
ADOPTED, REVIEWED = STATUSES.index("adopted"), STATUSES.index("reviewed")

HIGHEST_LEVEL = 3
"""Of coordination between ministries, organisations and partners on a plan; 0 is none."""


class Hazards(Part):
    """Yearly chance that a plan takes the next step of its life, named by what it becomes."""

    drafting: Fraction = 0.0
    costed: Fraction = 0.0
    adopted: Fraction = 0.0
    reviewed: Fraction = 0.0

    def of_quarter(self, factors: tuple[float, ...]) -> tuple[float, ...]:
        """Chance per quarter of leaving each status, in the order of STATUSES; the last is never left.

        Parameters
        ----------
        factors : what the yearly chance is multiplied by, one after the other
        """
        chances = []
        for yearly in (self.drafting, self.costed, self.adopted, self.reviewed):
            for factor in factors:
                yearly = yearly * factor
            chances.append(1.0 - (1.0 - min(yearly, 1.0)) ** 0.25)
        return (*chances, 0.0)


class Plan(Part):
    """A State's national plan on migration."""

    id: Id
    name: Name
    region: Id
    country: Id
    status: Status = "adopted"
    """When the calendar starts. Only costed, adopted and reviewed plans raise needs and requests."""
    hazards: Hazards = Hazards()
    """Yearly chances of the next step; a status that has none stays."""
    carry_over: ContractRate = ContractRate(1, 1)
    """Share of an unmet need that carries over into the next calendar year; the rest lapses."""
    inflation: ContractRate = ContractRate(0, 1)
    """Yearly, on every need, from the calendar's first year on."""
    contingency: ContractRate = ContractRate(0, 1)
    """What the plan sets aside on top of every need, as a share of it."""
    coordination: Annotated[Count, Field(le=HIGHEST_LEVEL)] = 0
    """Level of coordination when the calendar starts, 0 to 3; readiness grants raise it."""
    performance: Fraction | None = None
    """How well the State has used what it was given, for allocation by performance."""
    capacity: Fraction | None = None
    """How much it can put to use, for allocation by performance."""
    income_per_person: Annotated[Cents, Field(gt=0)] | None = None
    """National income per person and year, for allocation by performance."""
    absorption_per_year: Cents | None = None
    """The most direct cost that all programmes of the plan can spend in a calendar year; no limit if not said."""
    debt_rule: DebtRule | None = None
    """How much the State may borrow through deals for this plan; no limit if not said."""
    source: Id | None = None

    @property
    def may_raise_needs(self) -> bool:
        """Whether it is costed when the calendar starts, or chance may take it there."""
        return STATUSES.index(self.status) >= COSTED or self.hazards.costed > 0


class Overlap(Part):
    """The part of a measure that a parent plan (national development, sector) already holds."""

    parent: Name | None = None
    """The parent plan, by name."""
    share: ContractRate


def read_overlaps(value: Any) -> Any:
    """One share stands for one parent without a name."""
    return [{"share": value}] if isinstance(value, (str, ContractRate)) else value


class Need(Part):
    """What a plan costs in one window and year: direct cost, due when the year begins."""

    id: Id | None = None
    """Of the measure; needed only to tell apart what is otherwise alike."""
    plan: Id
    window: Id
    year: Year
    amount: Cents
    """Before overlap, contingency and inflation."""
    objective: Id | None = None
    """The objective of the Compact it serves."""
    cost_type: Name | None = None
    """What it buys, such as staff, services or works."""
    ministry: Name | None = None
    """Who carries it out."""
    overlap: Annotated[
        tuple[Overlap, ...],
        Field(max_length=20),
        BeforeValidator(read_overlaps, json_schema_input_type=tuple[Overlap, ...] | str),
    ] = ()
    """What parent plans already hold of it: one share, or [{parent, share}]. It is left out, once."""
    source: Id | None = None

    @field_validator("overlap")
    @classmethod
    def _once(cls, overlap: tuple[Overlap, ...]) -> tuple[Overlap, ...]:
        parents = [one.parent for one in overlap]
        for parent in parents:
            if parents.count(parent) > 1:
                raise wrong("each parent plan once", parent, "an overlap is never counted twice")
        if (total := sum(one.share.ratio for one in overlap)) > 1:
            raise wrong(
                "overlaps that add up to at most 100%",
                f"{float(total * 100):g}%",
                "what several parents hold together is to be stated once",
            )
        return overlap

    @property
    def cell(self) -> tuple[str, str]:
        """Plan and window: where it is unmet until money comes."""
        return self.plan, self.window


class DiasporaBond(Part):
    """A bond that a State sells to its citizens abroad: the amount of the source is its target."""

    take_up: Fraction
    """Expected share of the target that is bought, before it is kept within the target."""
    spread: Spread = 0.0
    """Standard deviation of its logarithm."""
    discount: ContractRate = ContractRate(0, 1)
    """Points of yearly interest by which buyers accept less than the market: what the State saves."""

    def raised(self, target: float, normals: Array) -> Array:
        """What is bought on each path, within the target: (path,), cents."""
        wanted = self.take_up * np.exp(self.spread * normals - self.spread**2 / 2.0)
        return np.rint(target * np.minimum(wanted, 1.0))


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
    firming: Fraction = 0.0
    """Of an indicative source: chance that it is secured when its year begins."""
    bond: DiasporaBond | None = None
    """Of a secured source of the diaspora: how much of `amount` is bought, path by path, when its year begins."""
    source: Id | None = None

    @model_validator(mode="after")
    def _only_the_diaspora_buys(self) -> Finance:
        if self.bond is not None and (self.provider != "diaspora" or self.status != "secured"):
            raise wrong("a `bond` of a secured source of provider diaspora alone", f"{self.status}, {self.provider}")
        return self

    @model_validator(mode="after")
    def _only_indicative_firms(self) -> Finance:
        if self.firming and self.status != "indicative":
            raise wrong("`firming` of an indicative source alone", f"a {self.status} one")
        return self

    @property
    def may_count(self) -> bool:
        """Whether it can be secured on any path."""
        return self.status == "secured" or self.firming > 0
