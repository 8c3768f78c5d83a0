"""Joint programmes: the document, the agreement it runs under, the curve of its delivery."""

from __future__ import annotations

from fractions import Fraction as Ratio
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from mptf_sim.arrays import np
from mptf_sim.fund.markers import Markers
from mptf_sim.fund.part import Part
from mptf_sim.quantities import (
    Array,
    Cents,
    ContractRate,
    Count,
    Fraction,
    Id,
    Lag,
    Name,
    Quarter,
    Shares,
    Spread,
    YesNo,
    wrong,
)


class Tranche(Part):
    """One instalment of a joint programme."""

    share: ContractRate
    after: Lag = 0
    """Quarters after the first transfer before it falls due; 0 for the first."""
    threshold: ContractRate = ContractRate(0, 1)
    """Share of the previous instalment that must be reported as expenditure before this one is released."""


class Delivery(Part):
    """How fast organisations spend.

    Each quarter they deliver, of what the S-curve says should be delivered by now and is not, a share: the pace,
    times the programme's own factor and the quarter's common slowdown.
    """

    pace: Fraction = 1.0
    """Median share delivered per quarter."""
    spread: Spread = 0.0
    """Between programmes: standard deviation of the log odds of the pace."""

    def factors(self, normals: Array, organisation: Array | float = 0.0) -> Array:
        """The pace of a part, from its programme's standard normals and its organisation's log odds: 0 to 1."""
        if self.pace in (0.0, 1.0):
            return np.full_like(normals, self.pace)
        odds = self.pace / (1.0 - self.pace) * np.exp(self.spread * normals + organisation)
        return odds / (1.0 + odds)


class Release(Part):
    """On what a later instalment is released, and for whom at once."""

    basis: Literal["spent", "spent plus committed"] = "spent"
    """What counts against the threshold: reported expenditure, or that and legal commitments."""
    committed: ContractRate = ContractRate(0, 1)
    """Share of what organisations hold unspent that they have committed by contracts and orders."""
    level: Literal["programme", "every organisation", "own share"] = "programme"
    """Whose reports must reach the threshold: the programme's as a whole; each organisation's, for all to be paid;
    or an organisation's own, for its own part to be paid."""

    @model_validator(mode="after")
    def _committed_counts(self) -> Release:
        if (self.basis == "spent plus committed") != (self.committed.num > 0):
            raise wrong(
                "`committed` above 0% with basis 'spent plus committed', and only there",
                f"basis '{self.basis}' with {self.committed}",
            )
        return self


class Reporting(Part):
    """When organisations report their expenditure; the fund's reporting lag later it is known."""

    every: Annotated[Count, Field(ge=1, le=4)] = 1
    """A report each quarter (1), half year (2) or year (4), for the time up to its end."""
    late_by: Annotated[Lag, Field(ge=1)] = 1
    """Quarters by which a late report is late; overdue, it blocks the next instalment."""

    @model_validator(mode="after")
    def _divides_the_year(self) -> Reporting:
        if self.every == 3:
            raise wrong("1, 2 or 4 quarters, so that a year has whole reports", self.every)
        return self


class CostCategories(Part):
    """How the direct cost of programmes divides over the UN's cost categories; indirect cost is the eighth."""

    staff: ContractRate = ContractRate(0, 1)
    supplies: ContractRate = ContractRate(0, 1)
    equipment: ContractRate = ContractRate(0, 1)
    contractual_services: ContractRate = ContractRate(0, 1)
    travel: ContractRate = ContractRate(0, 1)
    transfers_and_grants: ContractRate = ContractRate(0, 1)
    general_operating: ContractRate = ContractRate(0, 1)

    @model_validator(mode="after")
    def _whole(self) -> CostCategories:
        if (total := sum(self.ratios().values())) != 1:
            raise wrong("cost categories that add up to 100%", f"{float(total * 100):g}%")
        return self

    def ratios(self) -> dict[str, Ratio]:
        """Share of direct cost by category, in words."""
        return {name.replace("_", " "): getattr(self, name).ratio for name in type(self).model_fields}

    def weights(self) -> dict[str, int]:
        """The shares as whole numbers in proportion, those above zero."""
        return {name: int(ratio * 10_000) for name, ratio in self.ratios().items() if ratio}


class Agreement(Part):
    """The standard terms a joint programme runs under, from approval to financial closure."""

    id: Id
    preparation: Lag = 1
    """Quarters from approval until the first transfer may be made."""
    instalments: Annotated[tuple[Tranche, ...], Field(min_length=1, max_length=4)]
    delivery: Delivery = Delivery()
    release: Release = Release()
    reporting: Reporting = Reporting()
    cost_categories: CostCategories | None = None
    """On what direct cost is spent, for tables."""
    complete_at: ContractRate = ContractRate(1, 1)
    """Share of direct cost delivered at which a programme needs no (further) extension."""
    extension: Annotated[Count, Field(le=4)] = 4
    """Quarters of the one extension a programme may get; 0 for none."""
    financial_closure: Annotated[Lag, Field(ge=1)] = 5
    """Quarters from operational closure until the unspent balance is refunded."""
    source: Id | None = None

    @field_validator("instalments")
    @classmethod
    def _whole(cls, instalments: tuple[Tranche, ...]) -> tuple[Tranche, ...]:
        if (total := sum(tranche.share.ratio for tranche in instalments)) != 1:
            raise wrong("instalment shares that add up to 100%", f"{float(total * 100):g}%")
        if instalments[0].after or instalments[0].threshold.num:
            raise wrong("a first instalment without `after` or `threshold`", f"after {instalments[0].after}")
        lags = [tranche.after for tranche in instalments]
        if any(later <= earlier for earlier, later in pairwise(lags)):
            raise wrong(
                "instalments in the order they fall due, each at least a quarter after the one before",
                str(lags),
            )
        return instalments

    def cumulative(self) -> tuple[ContractRate, ...]:
        """Share of the award paid once each instalment is: rounding the running total loses no cent."""
        total = self.instalments[0].share.ratio * 0
        shares = []
        for tranche in self.instalments:
            total += tranche.share.ratio
            shares.append(ContractRate(total.numerator, total.denominator))
        return tuple(shares)

    def due_within(self, quarters: int | None) -> ContractRate:
        """Share of an award that falls due within so many quarters of its approval."""
        within = [
            share
            for tranche, share in zip(self.instalments, self.cumulative(), strict=True)
            if quarters is None or self.preparation + tranche.after <= quarters
        ]
        return within[-1] if within else ContractRate(0, 1)


class Running(Part):
    """Where a programme stands that was approved before the calendar starts."""

    approved: Quarter
    started: Quarter | None = None
    """Quarter of the first transfer; not yet paid if not said."""
    instalments_paid: Count = 0
    delivered: Cents = 0
    """Direct cost delivered so far."""

    @model_validator(mode="after")
    def _started_if_paid(self) -> Running:
        if (self.started is None) != (self.instalments_paid == 0):
            raise wrong(
                "`started` and `instalments_paid` together, or neither",
                f"{self.instalments_paid} instalments paid",
            )
        if self.started is not None and self.started < self.approved:
            raise wrong(f"a start no earlier than the approval in {self.approved}", str(self.started))
        if self.started is None and self.delivered:
            raise wrong("no delivery before the first transfer", self.delivered)
        return self


class Template(Part):
    """What a joint programme is about, whenever it comes: its place, its organisations, its terms."""

    id: Id
    name: Name
    window: Id
    plan: Id | None = None
    """The national plan it serves; a regional programme serves none."""
    region: Id | None = None
    """Of a regional programme; otherwise that of its plan."""
    countries: Shares = Shares()
    """Of a regional programme, with their shares; otherwise that of its plan."""
    organisation: Id | None = None
    """The one organisation that receives all of it; otherwise see `organisations`."""
    organisations: Shares = Shares()
    """Participating organisations and their shares, the convening one among them."""
    budget: Annotated[Cents, Field(gt=0)]
    """Direct and indirect cost together."""
    workstreams: tuple[Id, ...] = ()
    """Workstreams of the UN Network on Migration that it belongs to: tags, for tables."""
    markers: Markers = Markers()
    readiness: YesNo = False
    """Whether it is a readiness grant: it raises its plan's level of coordination when it closes operationally."""
    duration: Annotated[Lag, Field(ge=1)]
    """Quarters from the first transfer to the planned end."""
    agreement: Id
    source: Id | None = None

    @model_validator(mode="after")
    def _plan_or_region(self) -> Self:
        if self.plan is None and self.region is None:
            raise wrong("a plan, or the region of a regional programme", "neither")
        if self.plan is not None and (self.region is not None or self.countries):
            raise wrong("`plan` alone (region and country are the plan's)", "region or countries beside it")
        if self.readiness and self.plan is None:
            raise wrong("the plan that a readiness grant prepares", "a regional programme")
        if (self.organisation is None) == (len(self.organisations) == 0):
            raise wrong("either `organisation` or `organisations`", "both" if self.organisation else "neither")
        return self

    @property
    def parts(self) -> Shares:
        """Who receives it, in which shares: each organisation's part of the programme."""
        return self.organisations if self.organisation is None else Shares({self.organisation: Ratio(1)})


class Programme(Template):
    """A joint programme: running, or a document that waits for the Committee."""

    score: Annotated[Count, Field(le=100)] = 50
    """Quality of the document, 0 to 100."""
    ready: Quarter | None = None
    """When its document is ready for the Committee; not needed for a running programme."""
    running: Running | None = None

    @model_validator(mode="after")
    def _ready_or_running(self) -> Self:
        if (self.ready is None) == (self.running is None):
            raise wrong("either `ready` or `running`", "both" if self.running else "neither")
        return self


def s_curve(age: Array, duration: Array) -> Array:
    """Share of a programme that should be delivered at an age: slow, fast, slow (3x^2 - 2x^3).

    Parameters
    ----------
    age : quarters since the first transfer, any sign
    duration : planned quarters

    Returns
    -------
    share : 0 before the start, 1 from the planned end on
    """
    x = np.minimum(np.maximum(age / duration, 0.0), 1.0)
    return (3.0 - 2.0 * x) * x * x
