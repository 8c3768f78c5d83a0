"""What only the whole scenario can be asked: do its names refer to something, do its numbers agree?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mptf_sim.fund.earmarks import MOST_EARMARKS, Earmark
from mptf_sim.fund.shocks import EarmarkingWave
from mptf_sim.quantities import money_text
from mptf_sim.scenario.blending import clusters, currencies_of_layers, deals, facilities
from mptf_sim.scenario.coming import pipeline, slowdowns
from mptf_sim.scenario.committee import committee
from mptf_sim.scenario.giving import (
    correlations_are_possible,
    currencies_are_known,
    history_is_whole,
    outlooks_find_what_they_need,
    pledges_are_alive,
    waves_leave_something,
)
from mptf_sim.scenario.inconsistency import At, Inconsistency, unknown
from mptf_sim.scenario.plan_consistency import (
    duplicate_needs,
    needs_and_finance,
    objectives,
    plan_shocks,
    review_scores,
    reviews,
)
from mptf_sim.scenario.reconciliation import reconciliation

if TYPE_CHECKING:
    from mptf_sim.fund.programmes import Agreement, Programme
    from mptf_sim.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Unread:
    """What of a scenario is known to be wrong already: checks that rest on it are left out."""

    damaged: frozenset[str] = frozenset()
    """Parts with a mistake in them: a field that is wrong holds None, or nothing."""
    nameless: frozenset[str] = frozenset()
    """Parts of which not even the ids are all known."""


def inconsistencies(scenario: Scenario, unread: Unread = Unread()) -> Iterator[Inconsistency]:
    """Every contradiction of a scenario whose fields are right one by one, or of what is right in it."""
    yield from _duplicate_ids(scenario)
    yield from _dangling(scenario, unread.nameless)
    for check, parts in _CHECKS:
        if unread.damaged.isdisjoint(parts):
            yield from check(scenario)


def _duplicate_ids(scenario: Scenario) -> Iterator[Inconsistency]:
    for part in (
        "sources", "windows", "objectives", "regions", "states", "currencies", "donors", "pledges", "organisations",
        "plans", "finance", "agreements", "programmes", "facilities", "deals",
    ):  # fmt: skip
        rows = getattr(scenario, part)
        seen: dict[str, int] = {}
        for number, row in enumerate(rows):
            if row.id is None:
                continue
            first = seen.setdefault(row.id.casefold(), number)
            if first == number:
                continue
            if rows[first].id == row.id:
                message = f"duplicate id '{row.id}': it is already used in {part}[{first}]"
            else:
                other = f"'{rows[first].id}' in {part}[{first}]"
                message = f"duplicate id '{row.id}': it differs from {other} only in upper and lower case"
            yield Inconsistency((part, number, "id"), message)


def _duplicate_meetings(scenario: Scenario) -> Iterator[Inconsistency]:
    days = scenario.governance.meetings
    if len(set(days)) < len(days):
        yield Inconsistency(("governance", "meetings"), "duplicate quarter: the Committee meets once a quarter")


def _dangling(scenario: Scenario, nameless: frozenset[str] = frozenset()) -> Iterator[Inconsistency]:
    ids = {
        part: [row.id for row in getattr(scenario, part)]
        for part in (
            "sources",
            "windows",
            "regions",
            "states",
            "donors",
            "organisations",
            "plans",
            "agreements",
            "programmes",
            "facilities",
        )
    }
    known = {part: set(names) for part, names in ids.items()}

    def refer(at: At, name: str | None, part: str) -> Iterator[Inconsistency]:
        if name is not None and part not in nameless and name not in known[part]:
            yield Inconsistency(at, unknown(name, ids[part], part))

    for part in (
        "windows", "objectives", "regions", "states", "currencies", "donors", "history", "pledges", "organisations",
        "plans", "needs", "finance", "agreements", "programmes", "facilities", "deals",
    ):  # fmt: skip
        for number, row in enumerate(getattr(scenario, part)):
            yield from refer((part, number, "source"), row.source, "sources")
            for field, target in _REFERENCES.get(part, ()):
                yield from refer((part, number, field), getattr(row, field), target)
    for number, programme in enumerate(scenario.programmes):
        for name in programme.organisations:
            yield from refer(("programmes", number, "organisations", name), name, "organisations")
    if scenario.states:
        for number, plan in enumerate(scenario.plans):
            yield from refer(("plans", number, "country"), plan.country, "states")
        for number, programme in enumerate(scenario.programmes):
            for country in programme.countries:
                yield from refer(("programmes", number, "countries", country), country, "states")
    for number, shock in enumerate(scenario.shocks):
        for item, donor in enumerate(getattr(shock, "donors", ())):
            yield from refer(("shocks", number, "donors", item), donor, "donors")
    certified = scenario.fund.opening.certified
    for number, line in enumerate(certified.table if certified else ()):
        yield from refer(("fund", "opening", "certified", "table", number, "source"), line.source, "sources")
    for number, review in enumerate(scenario.governance.reviews):
        yield from refer(("governance", "reviews", number, "region"), review.region, "regions")
    for at, earmark in _all_earmarks(scenario):
        for field, part in _EARMARKED:
            for name in getattr(earmark, field):
                if part != "states" or scenario.states:
                    yield from refer((*at, field), name, part)


_REFERENCES = {
    "objectives": (("window", "windows"),),
    "pledges": (("donor", "donors"),),
    "plans": (("region", "regions"),),
    "needs": (("plan", "plans"), ("window", "windows")),
    "finance": (("plan", "plans"), ("window", "windows")),
    "programmes": (
        ("window", "windows"), ("plan", "plans"), ("region", "regions"),
        ("organisation", "organisations"), ("agreement", "agreements"),
    ),
    "facilities": (
        ("holder", "organisations"), ("programme", "programmes"), ("preparation", "programmes"), ("window", "windows"),
    ),
    "deals": (("plan", "plans"), ("window", "windows"), ("facility", "facilities")),
}  # fmt: skip

_EARMARKED = (
    ("windows", "windows"), ("not_windows", "windows"), ("regions", "regions"),
    ("not_regions", "regions"), ("countries", "states"), ("not_countries", "states"),
)  # fmt: skip


def _all_earmarks(scenario: Scenario) -> Iterator[tuple[At, Earmark]]:
    for number, cash in enumerate(scenario.fund.opening.cash):
        yield ("fund", "opening", "cash", number, "earmark"), cash.earmark
    for number, donor in enumerate(scenario.donors):
        yield ("donors", number, "earmark"), donor.earmark
    for number, pledge in enumerate(scenario.pledges):
        if pledge.earmark is not None:
            yield ("pledges", number, "earmark"), pledge.earmark
    for number, shock in enumerate(scenario.shocks):
        if isinstance(shock, EarmarkingWave) and shock.earmark is not None:
            yield ("shocks", number, "earmark"), shock.earmark


def _earmarks(scenario: Scenario) -> Iterator[Inconsistency]:
    labels: dict[str, At] = {}
    for at, earmark in _all_earmarks(scenario):
        if earmark != Earmark():
            labels.setdefault(earmark.label, at)
    if len(labels) > MOST_EARMARKS:
        over = list(labels.items())[MOST_EARMARKS]
        yield Inconsistency(
            over[1],
            f"expected at most {MOST_EARMARKS} distinct earmarks, found {len(labels)}: merge some of "
            + " | ".join(sorted(labels)),
        )


def _programmes(scenario: Scenario) -> Iterator[Inconsistency]:
    cells = {(need.plan, need.window) for need in scenario.needs}
    plans = {plan.id for plan in scenario.plans}
    agreements = {agreement.id: agreement for agreement in scenario.agreements}
    start = scenario.calendar.start
    for number, programme in enumerate(scenario.programmes):
        at: At = ("programmes", number)
        serves_need = programme.running is None and programme.plan in plans
        if serves_need and (programme.plan, programme.window) not in cells:
            yield Inconsistency(
                (*at, "window"),
                f"plan {programme.plan} has no need in window '{programme.window}' that this could serve",
            )
        running, agreement = programme.running, agreements.get(programme.agreement)
        if running is None or agreement is None:
            continue
        if running.approved >= start:
            yield Inconsistency(
                (*at, "running", "approved"), f"expected a quarter before {start}, found {running.approved}"
            )
        if running.started is not None and running.started >= start:
            yield Inconsistency(
                (*at, "running", "started"), f"expected a quarter before {start}, found {running.started}"
            )
        if running.instalments_paid > len(agreement.instalments):
            yield Inconsistency(
                (*at, "running", "instalments_paid"),
                f"expected at most the {len(agreement.instalments)} instalments of {agreement.id}, found {running.instalments_paid}",
            )
            continue
        yield from _expenditure_within_receipts(scenario, number, programme, agreement)


def _expenditure_within_receipts(
    scenario: Scenario, number: int, programme: Programme, agreement: Agreement
) -> Iterator[Inconsistency]:
    """Of a running programme: each organisation has spent no more than it has received."""
    running = programme.running
    assert running is not None
    received, before = dict.fromkeys(programme.parts, 0), 0
    for share in agreement.cumulative()[: running.instalments_paid]:
        after = share.of_cents(programme.budget)
        for organisation, part in programme.parts.split(after - before).items():
            received[organisation] += part
        before = after
    indirect_cost = scenario.fund.fees.indirect_cost
    for organisation, delivered in programme.parts.split(running.delivered).items():
        spent = delivered + indirect_cost.of_cents(delivered)
        if spent > received[organisation]:
            whose = f" of {organisation}" if len(programme.parts) > 1 else ""
            yield Inconsistency(
                ("programmes", number, "running", "delivered"),
                f"expected expenditure{whose} within the {money_text(received[organisation])} received, found "
                f"{money_text(spent)} (with indirect cost)",
            )
            return


def _signed_agreements(scenario: Scenario) -> Iterator[Inconsistency]:
    """What runs when the calendar starts is with organisations that have signed by then."""
    signed = {one.id: one.signed_at(scenario.calendar.start) for one in scenario.organisations}
    for number, programme in enumerate(scenario.programmes):
        for organisation in programme.parts if programme.running else ():
            when = signed.get(organisation, 0)
            if when is None or when > 0:
                field = "organisation" if programme.organisation else "organisations"
                yield Inconsistency(
                    ("programmes", number, field),
                    f"'{organisation}' receives money of a running programme: expected it to have signed its agreement "
                    f"by {scenario.calendar.start}, found {'never' if when is None else 'later'}",
                )


def _expectations(scenario: Scenario) -> Iterator[Inconsistency]:
    plans = [plan.id for plan in scenario.plans]
    quarters = scenario.calendar.quarters
    for number, expected in enumerate(scenario.expect):
        if expected.plan is not None and expected.plan not in plans:
            yield Inconsistency(("expect", number, "plan"), unknown(expected.plan, plans, "plans"))
        if expected.period not in quarters:
            yield Inconsistency(
                ("expect", number, "period"),
                f"expected a quarter from {quarters[0]} to {quarters[-1]}, found {expected.period}",
            )


_CHECKS: tuple[tuple[Callable[[Scenario], Iterator[Inconsistency]], tuple[str, ...]], ...] = (
    (duplicate_needs, ("needs",)),
    (_duplicate_meetings, ("governance",)),
    (committee, ("sources", "windows", "regions", "states", "plans", "governance")),
    (reviews, ("calendar", "governance")),
    (review_scores, ("governance", "programmes")),
    (plan_shocks, ("plans", "regions", "shocks")),
    (objectives, ("needs", "objectives")),
    (_earmarks, ("fund", "donors", "pledges", "shocks")),
    (pledges_are_alive, ("calendar", "pledges")),
    (history_is_whole, ("history",)),
    (outlooks_find_what_they_need, ("fund", "governance", "donors", "history")),
    (waves_leave_something, ("donors", "shocks")),
    (currencies_are_known, ("fund", "currencies", "donors", "shocks")),
    (correlations_are_possible, ("currencies", "exchange_correlation")),
    (needs_and_finance, ("calendar", "plans", "needs", "finance", "governance", "shocks")),
    (_programmes, ("calendar", "fund", "plans", "needs", "agreements", "programmes")),
    (
        pipeline,
        (
            "calendar",
            "windows",
            "plans",
            "regions",
            "organisations",
            "agreements",
            "states",
            "sources",
            "needs",
            "programmes",
            "pipeline",
        ),
    ),
    (slowdowns, ("organisations", "regions", "shocks")),
    (facilities, ("organisations", "programmes", "facilities")),
    (deals, ("calendar", "windows", "plans", "needs", "facilities", "deals")),
    (currencies_of_layers, ("fund", "currencies", "deals")),
    (clusters, ("regions", "deals", "shocks")),
    (_signed_agreements, ("calendar", "organisations", "programmes")),
    (_expectations, ("calendar", "plans", "expect")),
    (reconciliation, ("calendar", "fund", "agreements", "programmes")),
)
"""Each check with the parts it reads: with a mistake in one of them it would report what only follows from it."""
