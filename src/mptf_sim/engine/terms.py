"""The scenario's terms as arrays: one row per entity, rows in the order of ids.

Nothing here is chosen or changed; it is the scenario, laid out for arithmetic over many paths. Sorting by id
makes the order of a file meaningless.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction as Ratio
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from mptf_sim.engine.capacity import limits
from mptf_sim.engine.cells import Groups, Rows
from mptf_sim.engine.deal_terms import NOBODY, DealTerms
from mptf_sim.engine.layout import Layout
from mptf_sim.engine.plan_terms import PlanTerms
from mptf_sim.engine.reporting import Reporting
from mptf_sim.engine.slots import Slots
from mptf_sim.fund.allocation import AllocationRule, Bounds, RegionalFloors
from mptf_sim.fund.delivery_shocks import DeliverySlowdown
from mptf_sim.fund.donors import Donor, Pledge
from mptf_sim.fund.earmarks import Earmark
from mptf_sim.fund.programmes import Agreement, Programme, Tranche
from mptf_sim.fund.shocks import donor_shocks
from mptf_sim.quantities import Array, ContractRate, Mask, Quarter
from mptf_sim.scenario.scenario import Scenario

Times = NDArray[np.int16]


class Line(NamedTuple):
    """What is kept apart of donors: an outlook or a pledge, under one earmark."""

    donor: str
    pledge: str  # empty for what its outlook brings
    earmark: int  # its class


class Terms:
    """Everything a period needs to know that does not differ between paths.

    Axes: donor, line of a donor, earmark class (0 is unearmarked), eligible set, programme, need (plan x window), plan.
    A programme without a need (regional, or running when the calendar starts) has the row after the last need.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.fund = scenario.fund
        self.start = scenario.calendar.start
        self.quarters: tuple[Quarter, ...] = scenario.calendar.quarters
        self.periods = len(self.quarters)
        self._donors()
        self._needs()
        self._programmes()
        self._bounds()
        self._blending()
        self._governance()
        self._calendar()

    def _donors(self) -> None:
        self.donors: tuple[Donor, ...] = tuple(sorted(self.scenario.donors, key=lambda donor: donor.id))
        self._currencies = {
            donor.id: donor.currency
            for donor in self.donors
            if donor.currency is not None and donor.currency != self.fund.currency
        }
        record = sorted(self.scenario.history, key=lambda one: (one.series, one.year))
        self.history = {
            name: tuple(float(one.amount) for one in record if one.series == name)
            for name in sorted({one.series for one in record})
        }
        shocks = [donor_shocks(self.scenario.shocks, donor.id, self.start) for donor in self.donors]
        self.shocks_of_donor = dict(zip((donor.id for donor in self.donors), shocks, strict=True))
        given = [gift for donor in self.donors for gift in self._gifts_of(donor)]
        found = {earmark for *_, earmark in given} | {cash.earmark for cash in self.fund.opening.cash}
        self.classes: tuple[Earmark, ...] = (
            Earmark(), *sorted(found - {Earmark()}, key=lambda earmark: earmark.label),
        )  # fmt: skip
        self.lines = tuple(
            sorted({Line(donor, pledge, self.classes.index(earmark)) for donor, pledge, earmark in given})
        )
        self.line_row = {line: row for row, line in enumerate(self.lines)}
        donor_row = {donor.id: row for row, donor in enumerate(self.donors)}
        self.lines_of_class = Groups(np.array([line.earmark for line in self.lines], dtype=np.intp), len(self.classes))
        self.lines_of_donor = Groups(
            np.array([donor_row[line.donor] for line in self.lines], dtype=np.intp), len(self.donors)
        )
        self.set_aside = tuple(
            sorted((one for one in self.scenario.pledges if one.kind != "financial"), key=lambda one: one.id)
        )
        self.opening_cash = np.zeros((len(self.classes), 1))
        for cash in self.fund.opening.cash:
            self.opening_cash[self.classes.index(cash.earmark)] += cash.amount

    def _gifts_of(self, donor: Donor) -> Iterator[tuple[str, str, Earmark]]:
        """What a donor's money may come from and be earmarked for: (donor, pledge or nothing, earmark)."""
        waves = [earmark for *_, earmark in self.shocks_of_donor[donor.id].waves]
        sources = [("", donor.earmark)]
        sources += [
            (one.id, one.earmark or donor.earmark) for one in self.pledges_of(donor.id) if one.kind == "financial"
        ]
        for pledge, own in sources:
            for earmark in (own, *waves):
                yield donor.id, pledge, earmark

    def currency_of(self, donor: str) -> str:
        """The currency in which a donor gives; empty if it is the fund's."""
        return self._currencies.get(donor, "")

    def pledges_of(self, donor: str) -> tuple[Pledge, ...]:
        """Its pledges on the dashboard, by id."""
        return tuple(sorted((one for one in self.scenario.pledges if one.donor == donor), key=lambda one: one.id))

    def _needs(self) -> None:
        self.planning = PlanTerms(self.scenario, self.quarters)
        self.plans, self.needs, self.need_plan = self.planning.plans, self.planning.needs, self.planning.need_plan
        self.needs_of_plan = Groups(self.need_plan, len(self.plans))
        self.carry_over = tuple(self.plans[number].carry_over for number in self.need_plan)

    def _programmes(self) -> None:
        agreements = {agreement.id: agreement for agreement in self.scenario.agreements}
        plans = {plan.id: plan for plan in self.scenario.plans}
        self.programmes: tuple[Programme, ...] = tuple(sorted(self.scenario.all_programmes, key=lambda p: p.id))
        self.agreements: tuple[Agreement, ...] = tuple(agreements[p.agreement] for p in self.programmes)
        self.region_of = tuple(plans[p.plan].region if p.plan else str(p.region) for p in self.programmes)
        self.countries_of = tuple((plans[p.plan].country,) if p.plan else tuple(p.countries) for p in self.programmes)
        self.layout = Layout(self.programmes, self.agreements, sorted(one.id for one in self.scenario.organisations))
        need_row = {cell: number for number, cell in enumerate(self.needs)}
        nowhere = len(self.needs)
        self.programme_need = np.array(
            [
                need_row[p.plan, p.window] if p.plan and p.running is None else nowhere
                for p in self.programmes
            ],
            dtype=np.intp,
        )  # fmt: skip
        self.serves_need = self.programme_need < nowhere
        plan_of_need = np.append(self.need_plan, len(self.plans))
        self.programmes_of_plan = Groups(plan_of_need[self.programme_need], len(self.plans))
        self.readiness = np.array([row for row, p in enumerate(self.programmes) if p.readiness], dtype=np.intp)
        self.readiness_plan = np.array(
            [self.planning.row[str(self.programmes[row].plan)] for row in self.readiness], dtype=np.intp
        )
        self.parts_of_organisation = Groups(self.layout.part_organisation, len(self.layout.organisations))
        self.parts_of_plan = Groups(plan_of_need[self.programme_need][self.layout.part_programme], len(self.plans))
        self.budget = _column([p.budget for p in self.programmes])
        self.direct = self.fund.fees.direct_within(self.budget)
        self._reviews()
        self.slots = Slots(self.scenario, self.programmes, self.start)
        signed = {one.id: one.signed_at(self.start) for one in self.scenario.organisations}
        self.ready = np.array([_ready(p, self.start, signed) for p in self.programmes], dtype=np.int64)
        self.duration = _times([p.duration for p in self.programmes])
        self.preparation = _times([a.preparation for a in self.agreements])
        self.extension = _times([a.extension for a in self.agreements])
        self.closure = _times([a.financial_closure for a in self.agreements])
        self.instalment_count = _times([len(a.instalments) for a in self.agreements])
        most = max((len(a.instalments) for a in self.agreements), default=1)
        self.instalment_after = np.stack([_times([_tranche(a, k).after for a in self.agreements]) for k in range(most)])
        self.effort = self._effort()
        self.capacities = limits(self.scenario, self.programmes, self.layout)
        self.reporting = Reporting(self.agreements, self.layout, self.start.ordinal)
        organisations = {one.id: one for one in self.scenario.organisations}
        self.late_chance = tuple(organisations[name].late_reports for _, name in self.layout.parts)
        self.committed = Rates([[a.release.committed for a in self.agreements]])
        self.counts_committed = bool((self.committed.num > 0).any())
        self.released_by_parts = np.array([a.release.level != "programme" for a in self.agreements], dtype=bool)
        self.released_by_parts &= self.layout.part_count > 1
        self.complete = Rates([[a.complete_at for a in self.agreements]])
        self.threshold = Rates([[_tranche(a, k).threshold for a in self.agreements] for k in range(most)])
        steps = {id: (ContractRate(0, 1), *agreement.cumulative()) for id, agreement in agreements.items()}
        self.paid_share = Rates([[_step(steps[a.id], k) for a in self.agreements] for k in range(most + 1)])
        within = self.fund.funding_policy.counts_within
        counted = {id: agreement.due_within(within) for id, agreement in agreements.items()}
        self.counted = Rates([[counted[a.id] for a in self.agreements]])

        windows, window_row = _rows(p.window for p in self.programmes)
        regions, region_row = _rows(self.region_of)
        self.regions = tuple(sorted(set(self.region_of)))
        self.window_row, self.region_row = window_row, region_row
        self.programmes_of_window = Groups(window_row, windows)
        self.programmes_of_region = Groups(region_row, regions)

    def _effort(self) -> list[Array | None]:
        """What slowdowns of delivery leave of each part's pace, period by period: (part,), or None for all of it."""
        shocks = [shock for shock in self.scenario.shocks if isinstance(shock, DeliverySlowdown)]
        places = [
            (organisation, self.region_of[row])
            for (_, organisation), row in zip(self.layout.parts, self.layout.part_programme, strict=True)
        ]

        def left(organisation: str, region: str, quarter: Quarter) -> float:
            hits = [one for one in shocks if one.hits(organisation, region, quarter)]
            return float(prod((1 - one.share.ratio for one in hits), start=Ratio(1))) if hits else 1.0

        effort: list[Array | None] = []
        for quarter in self.quarters:
            at = {place: left(*place, quarter) for place in set(places)} if shocks else {}
            slowed = any(one != 1.0 for one in at.values())
            effort.append(np.array([at[place] for place in places]) if slowed else None)
        return effort

    def _reviews(self) -> None:
        """The scores and the rule in force in each period: what a review says holds from its quarter on."""
        governance = self.scenario.governance
        self.reviews = tuple(sorted(governance.reviews, key=lambda review: (review.quarter, review.id)))
        self.concerned = np.array(
            [[review.concerns(region) for region in self.region_of] for review in self.reviews], dtype=bool
        )
        row = {programme.id: number for number, programme in enumerate(self.programmes)}
        score, rule = _column([p.score for p in self.programmes]), governance.allocation
        self.score: list[Array] = []
        self.allocation: list[AllocationRule] = []
        for quarter in self.quarters:
            for review in self.reviews:
                if review.quarter != quarter:
                    continue
                if review.scores:
                    score = score.copy()
                    score[[row[id] for id in review.scores], 0] = list(review.scores.values())
                rule = review.allocation or rule
            self.score.append(score)
            self.allocation.append(rule)

    def _bounds(self) -> None:
        eligible = [
            frozenset(
                number
                for number, earmark in enumerate(self.classes)
                if earmark.allows(programme.window, region, countries)
            )
            for programme, region, countries in zip(self.programmes, self.region_of, self.countries_of, strict=True)
        ]
        sets = sorted({frozenset({0}), *eligible}, key=sorted)
        self.bounds = Bounds.of(len(self.classes), sets)
        self.eligible = np.array([sets.index(one) for one in eligible], dtype=np.intp)
        self.programmes_of_eligible = Groups(self.eligible, len(sets))
        self.parts_of_eligible, self.lines_of_eligible = (
            Groups(self.eligible[rows], len(sets)) for rows in (self.layout.part_programme, self.layout.line_programme)
        )
        self.unearmarked_only = sets.index(frozenset({0}))
        self.set_labels = tuple(
            " + ".join(self.classes[c].label for c in np.flatnonzero(classes)) for classes in self.bounds.classes
        )

    def _blending(self) -> None:
        """Facilities and deals, if there are any, and how programmes fill facilities."""
        scenario = self.scenario
        self.deals: DealTerms | None = None
        if not scenario.facilities and not scenario.deals:
            return
        self.deals = DealTerms(scenario, self.quarters, {cell: row for row, cell in enumerate(self.needs)})
        row = {programme.id: number for number, programme in enumerate(self.programmes)}
        filled = [(row[one.programme], one.holder) for one in self.deals.facilities]
        named = [(self.programmes[number].id, holder) for number, holder in filled]
        self.facility_of_part = np.array(
            [named.index(part) if part in named else NOBODY for part in self.layout.parts], dtype=np.intp
        )
        self.preparation_of_facility = tuple(
            row[one.preparation] if one.preparation else NOBODY for one in self.deals.facilities
        )
        eligible = self.eligible[[number for number, _ in filled]] if filled else np.empty(0, dtype=np.intp)
        self.facilities_of_eligible = Groups(eligible, len(self.bounds.within))

    def _governance(self) -> None:
        """Limits, the bars of constituencies, and what rules look at beside money and score."""
        governance = self.scenario.governance
        limits = governance.limits
        most = limits.maximum_grant
        self.most = self.budget if most is None else np.minimum(self.budget, float(most))
        self.most_direct = self.fund.fees.direct_within(self.most)
        self.shares = tuple(sorted(limits.shares, key=lambda share: share.id))
        least_developed = frozenset(state.id for state in self.scenario.states if state.least_developed)
        self.share_members = tuple(
            np.array(
                [
                    share.of.admits(p.window, region, p.plan, countries, p.markers, least_developed)
                    for p, region, countries in zip(self.programmes, self.region_of, self.countries_of, strict=True)
                ],
                dtype=bool,
            )
            for share in self.shares
        )
        self.constituencies = tuple(sorted(governance.constituencies, key=lambda one: one.id))
        self.marked_enough = tuple(
            np.array([p.markers.reach(one.bar.markers) for p in self.programmes], dtype=bool)
            for one in self.constituencies
        )
        self.countries: csr_matrix | None = None  # (programme, country), if a country may have but one active programme
        if limits.one_active_programme_per_country:
            places = sorted({country for countries in self.countries_of for country in countries})
            cells = [(p, places.index(one)) for p, of in enumerate(self.countries_of) for one in of]
            rows, columns = zip(*cells, strict=True) if cells else ((), ())
            self.countries = csr_matrix(
                (np.ones(len(cells)), (rows, columns)), shape=(len(self.programmes), max(len(places), 1))
            )
        rules = self.allocation
        plain = [rule.rule if isinstance(rule, RegionalFloors) else rule for rule in rules]
        of_asks = [
            getattr(rule, name).num for rule in plain for name in ("scale_down_to", "floor") if hasattr(rule, name)
        ]
        of_rooms = [rate.num for share in self.shares for rate in (share.floor, share.ceiling)]
        of_rooms += [floor.num for rule in rules if isinstance(rule, RegionalFloors) for floor in rule.floors.values()]
        self.largest_rates = max(of_asks, default=1), max(of_rooms, default=1)  # numerators, for exactness
        self.performance = self._of_plan({plan.id: plan.performance for plan in self.plans})
        self.capacity = self._of_plan({plan.id: plan.capacity for plan in self.plans})
        self.income = self._of_plan({plan.id: plan.income_per_person for plan in self.plans})

    def _of_plan(self, values: Mapping[str, float | None]) -> Array:
        """A figure of each programme's plan: (programme, 1); where there is none, the mean of those that are stated."""
        stated = [float(value) for value in values.values() if value is not None]
        mean = sum(stated) / len(stated) if stated else 1.0
        found = [values[p.plan] if p.plan else None for p in self.programmes]
        return np.array([mean if value is None else float(value) for value in found]).reshape(-1, 1)

    def _calendar(self) -> None:
        direct_cost = self.fund.direct_cost
        self.meets: Mask = np.array([self.scenario.meets(quarter) for quarter in self.quarters])
        self.direct_cost_due = np.array(
            [float(direct_cost.per_year) if q.quarter == direct_cost.quarter else 0.0 for q in self.quarters]
        )
        ahead = [  # a year beyond the calendar too, so that the last meetings ring-fence as the first do
            float(direct_cost.per_year) if Quarter.at(self.start.ordinal + t).quarter == direct_cost.quarter else 0.0
            for t in range(self.periods + 4)
        ]
        self.ring_fenced = np.array([sum(ahead[t + 1 : t + 5]) for t in range(self.periods)])

    def received_after(self, instalments: Rows, award: Array, programme: Rows) -> Array:
        """Transferred once so many instalments of an award are paid, cents: the running total is what is rounded."""
        return self.paid_share.of(award, instalments, programme)

    @property
    def reporting_lag(self) -> int:
        return self.fund.reporting_lag


NEVER = np.iinfo(np.int16).max
"""A period that does not come."""


class Rates:
    """Contract rates by (number, programme), as integers: products are rounded once and exact."""

    def __init__(self, rates: Sequence[Sequence[ContractRate]]) -> None:
        self.num = np.array([[float(rate.num) for rate in row] for row in rates])
        self.den = np.array([[float(rate.den) for rate in row] for row in rates])

    def of(self, amounts: Array, number: Rows | int, programme: Rows) -> Array:
        """The rate of each single amount, whole cents; past the last number the last one holds."""
        last, count = len(self.num) - 1, self.num.shape[1]
        place = np.minimum(number, last) * count + programme  # one flat look-up: several times faster than two
        product: Array = amounts * self.num.ravel()[place]
        product /= self.den.ravel()[place]
        return np.rint(product, out=product)

    def of_all(self, amounts: Array, number: int = 0) -> Array:
        """The rate of every programme's amounts, whole cents: (programme, path)."""
        product: Array = amounts * self.num[number][:, None]
        product /= self.den[number][:, None]
        return np.rint(product, out=product)


def _ready(programme: Programme, start: Quarter, signed: Mapping[str, int | None]) -> int:
    """When a document may come before the Committee: ready, and all its organisations have signed."""
    when = [signed[organisation] for organisation in programme.parts]
    if programme.ready is None or None in when:
        return NEVER
    return max(programme.ready.ordinal - start.ordinal, *(quarter for quarter in when if quarter is not None))


def _step(shares: Sequence[ContractRate], paid: int) -> ContractRate:
    """The share of an award that so many instalments are, of those of its agreement: none, the first, the first two..."""
    return shares[min(paid, len(shares) - 1)]


def _tranche(agreement: Agreement, number: int) -> Tranche:
    return agreement.instalments[min(number, len(agreement.instalments) - 1)]


def _times(values: Sequence[int]) -> Times:
    return np.array(values, dtype=np.int16)


def _column(amounts: Sequence[int]) -> Array:
    return np.array(amounts, dtype=np.float64).reshape(-1, 1)


def _rows(labels: Iterable[Hashable]) -> tuple[int, Rows]:
    listed = list(labels)
    distinct = sorted(set(listed), key=str)
    return len(distinct), np.array([distinct.index(label) for label in listed], dtype=np.intp)
