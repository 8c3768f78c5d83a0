"""The whole scenario: one world, composed of parts of the fund."""

from __future__ import annotations

import hashlib
import json
from itertools import islice
from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Field, field_serializer, field_validator, model_validator
from pydantic_core import PydanticCustomError

from mptf_sim.errors import MOST_PROBLEMS
from mptf_sim.fund.currencies import Currency, ExchangeCorrelation
from mptf_sim.fund.donors import Donor, Pledge, YearOfHistory
from mptf_sim.fund.finance import CreditFactors, Deal, Facility
from mptf_sim.fund.governance import Governance
from mptf_sim.fund.organisations import Organisation
from mptf_sim.fund.part import Part
from mptf_sim.fund.participation import Participation, State
from mptf_sim.fund.pipeline import Pipeline
from mptf_sim.fund.plans import Finance, Need, Objective, Plan, Region, Window
from mptf_sim.fund.programmes import Agreement, Programme
from mptf_sim.fund.shocks import AnyShock, FreezeOfApprovals, Shock
from mptf_sim.fund.trust_fund import TrustFund
from mptf_sim.quantities import (
    Cents,
    Count,
    Factor,
    Fraction,
    Id,
    Name,
    Quarter,
    Spread,
    money_text,
    share_text,
    wrong,
)
from mptf_sim.scenario.consistency import inconsistencies
from mptf_sim.scenario.provenance import Source

SCHEMA: Literal[1] = 1


class Calendar(Part):
    """The first quarter and the number of quarters that are played."""

    start: Quarter
    periods: Annotated[Count, Field(ge=1, le=160)]

    @field_validator("start")
    @classmethod
    def _of_this_age(cls, start: Quarter) -> Quarter:
        if not 2000 <= start.year <= 2200:
            raise wrong("a quarter from 2000-Q1 to 2200-Q4", str(start))
        return start

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return tuple(Quarter.at(self.start.ordinal + t) for t in range(self.periods))


class CommonFactors(Part):
    """What moves everything at once."""

    slowdown: Spread = 0.0
    """Common slowdown of delivery: each quarter's pace is multiplied by exp(-slowdown x E), E standard exponential."""
    coordination_effect: Factor = 0.0
    """By how much each level of a plan's coordination raises the chance that its documents become ready."""


class Expectation(Part):
    """A statement about the results, checked after a run."""

    metric: Literal["coverage", "funded_share", "cash", "deposits", "transfers", "approvals", "direct_delivery"]
    plan: Id | None = None
    period: Quarter
    at_least: Fraction | Cents | None = None
    at_most: Fraction | Cents | None = None
    with_probability: Fraction

    @model_validator(mode="after")
    def _one_bound(self) -> Expectation:
        if (self.at_least is None) == (self.at_most is None):
            raise wrong("either `at_least` or `at_most`", "both" if self.at_least is not None else "neither")
        share = self.metric in ("coverage", "funded_share")
        if share != isinstance(self.bound, float):
            raise wrong(f"a {'share such as 40%' if share else 'sum of money'} for {self.metric}", str(self.bound))
        if share and self.plan is None:
            raise wrong(f"the plan whose {self.metric} is meant", "none")
        if not share and self.plan is not None:
            raise wrong(f"no plan: {self.metric} is of the whole fund", self.plan)
        return self

    @field_serializer("at_least", "at_most")
    def _in_its_unit(self, bound: float | int | None) -> str | None:
        if bound is None:
            return None
        return share_text(bound) if isinstance(bound, float) else money_text(bound)

    @property
    def bound(self) -> float | int:
        bound = self.at_least if self.at_least is not None else self.at_most
        assert bound is not None
        return bound

    def bound_text(self) -> str:
        """The bound in words: 'at least 40%'."""
        value = share_text(self.bound) if isinstance(self.bound, float) else money_text(self.bound)
        return f"{'at least' if self.at_least is not None else 'at most'} {value}"


class Scenario(Part):
    """One file is one world: who gives, what the fund's terms are, who plans, what is asked for."""

    model_config = ConfigDict(title="mptf_sim scenario", serialize_by_alias=True, populate_by_name=True)

    schema_version: Annotated[Literal[1], Field(alias="schema")] = SCHEMA
    name: Name
    description: str = ""
    sources: tuple[Source, ...] = ()
    calendar: Calendar
    fund: TrustFund = TrustFund()
    windows: Annotated[tuple[Window, ...], Field(min_length=1, max_length=50)]
    objectives: Annotated[tuple[Objective, ...], Field(max_length=200)] = ()
    regions: Annotated[tuple[Region, ...], Field(min_length=1, max_length=50)]
    states: Annotated[tuple[State, ...], Field(max_length=300)] = ()
    currencies: Annotated[tuple[Currency, ...], Field(max_length=20)] = ()
    exchange_correlation: ExchangeCorrelation = ExchangeCorrelation()
    donors: Annotated[tuple[Donor, ...], Field(max_length=500)] = ()
    history: Annotated[tuple[YearOfHistory, ...], Field(max_length=5000)] = ()
    """What was given in years before: donors with a bootstrap outlook draw from it."""
    pledges: Annotated[tuple[Pledge, ...], Field(max_length=500)] = ()
    organisations: Annotated[tuple[Organisation, ...], Field(max_length=500)] = ()
    plans: Annotated[tuple[Plan, ...], Field(max_length=500)] = ()
    needs: Annotated[tuple[Need, ...], Field(max_length=50_000)] = ()
    finance: Annotated[tuple[Finance, ...], Field(max_length=50_000)] = ()
    agreements: Annotated[tuple[Agreement, ...], Field(max_length=100)] = ()
    programmes: Annotated[tuple[Programme, ...], Field(max_length=5000)] = ()
    pipeline: Pipeline | None = None
    """Documents that are still to come."""
    facilities: Annotated[tuple[Facility, ...], Field(max_length=50)] = ()
    """Purses that organisations hold, filled by grants of the fund."""
    deals: Annotated[tuple[Deal, ...], Field(max_length=200)] = ()
    """Transactions of plans, each with a capital stack."""
    credit_factors: CreditFactors | None = None
    """What makes deals go bad together; each on its own if not said."""
    common_factors: CommonFactors = CommonFactors()
    governance: Governance = Governance()
    participation: Participation = Participation()
    shocks: Annotated[tuple[Shock, ...], Field(max_length=200)] = ()
    expect: Annotated[tuple[Expectation, ...], Field(max_length=200)] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Scenario:
        problems = list(islice(inconsistencies(self), MOST_PROBLEMS + 1))
        if problems:
            raise PydanticCustomError(
                "inconsistent",
                "{text}",
                {
                    "text": "; ".join(f"{_dotted(at)}: {message}" for at, message in problems),
                    "problems": problems,
                },
            )
        return self

    @property
    def slots(self) -> tuple[Programme, ...]:
        """The programmes that the pipeline may bring."""
        return self.pipeline.slots(self.calendar.quarters) if self.pipeline else ()

    @property
    def all_programmes(self) -> tuple[Programme, ...]:
        """The programmes of the file, and those that the pipeline may bring."""
        return (*self.programmes, *self.slots)

    def meets(self, quarter: Quarter) -> bool:
        """Whether the Committee meets in a quarter: it is one of its meetings, and approvals are not frozen."""
        freezes = [shock for shock in self.shocks if isinstance(shock, FreezeOfApprovals)]
        return quarter.quarter in self.governance.meetings and not any(freeze.holds(quarter) for freeze in freezes)

    def with_shock(self, *shocks: AnyShock) -> Scenario:
        """The same world with further shocks: its draws stay as they are."""
        return self.replace(shocks=(*self.shocks, *shocks))

    def replace(self, **parts: Any) -> Scenario:
        """The same world with other parts, checked again as a whole."""
        kept = {name: getattr(self, name) for name in type(self).model_fields}
        return Scenario.model_validate({**kept, **parts})

    def dump(self) -> dict[str, Any]:
        """The scenario as a file would say it: money in currency units, rates with their percent sign."""
        dumped = _with_kinds(self, self.model_dump(mode="json", exclude_defaults=True))
        return {"schema": self.schema_version, **dumped}

    @property
    def digest(self) -> str:
        """SHA-256 of the content, whatever the order of its lists."""
        return hashlib.sha256(json.dumps(_canonical(self.dump()), sort_keys=True).encode()).hexdigest()


def _with_kinds(part: Any, dumped: Any) -> Any:
    """The dump with the `kind` of every union, a default that says which of them it is."""
    if isinstance(part, Part):
        fields = type(part).model_fields
        kept = {name: _with_kinds(getattr(part, name), value) for name, value in dumped.items() if name in fields}
        kinds = get_args(fields["kind"].annotation) if "kind" in fields else ()
        return {"kind": kinds[0], **kept} if len(kinds) == 1 else kept
    if isinstance(part, tuple) and isinstance(dumped, list):
        return [_with_kinds(row, value) for row, value in zip(part, dumped, strict=True)]
    return dumped


def _canonical(value: Any) -> Any:
    """Lists of mappings in one order: the order in a file means nothing."""
    if isinstance(value, dict):
        return {key: _canonical(part) for key, part in value.items()}
    if isinstance(value, list):
        parts = [_canonical(part) for part in value]
        rows = all(isinstance(part, dict) for part in parts)
        return sorted(parts, key=lambda part: json.dumps(part, sort_keys=True)) if rows else parts
    return value


def _dotted(at: tuple[str | int, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in at).lstrip(".")
