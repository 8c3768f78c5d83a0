"""Whether facilities and deals agree with the rest of the scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mptf_sim.fund.finance.default_cluster import DefaultCluster
from mptf_sim.scenario.inconsistency import At, Inconsistency, unknown

if TYPE_CHECKING:
    from mptf_sim.scenario.scenario import Scenario


def facilities(scenario: Scenario) -> Iterator[Inconsistency]:
    """A facility is filled by a regional programme of its own, one of whose organisations holds it."""
    programmes = {programme.id: programme for programme in scenario.programmes}
    organisations = {one.id for one in scenario.organisations}
    filled: dict[str, str] = {}
    for number, facility in enumerate(scenario.facilities):
        at: At = ("facilities", number)
        for field, name in (("programme", facility.programme), ("preparation", facility.preparation)):
            programme = programmes.get(name or "")
            if programme is None:
                continue
            if programme.plan is not None:
                message = (
                    f"expected a regional programme, found {name} of plan {programme.plan}: what a facility holds "
                    "serves no plan until a deal spends it, and would be counted twice"
                )
                yield Inconsistency((*at, field), message)
        programme = programmes.get(facility.programme)
        if programme is None:
            continue
        other = filled.setdefault(programme.id, facility.id)
        if other != facility.id:
            yield Inconsistency((*at, "programme"), f"{programme.id} fills facility {other} already")
        if facility.preparation == facility.programme:
            yield Inconsistency((*at, "preparation"), f"expected another programme than {facility.programme}")
        if facility.holder in organisations and facility.holder not in programme.parts:
            held = ", ".join(programme.parts)
            message = f"expected an organisation of {programme.id} ({held}), found {facility.holder}"
            yield Inconsistency((*at, "holder"), message)


def deals(scenario: Scenario) -> Iterator[Inconsistency]:
    """A deal serves a need of its plan, closes within the calendar, and its facility may support it."""
    quarters = scenario.calendar.quarters
    cells = {(need.plan, need.window) for need in scenario.needs}
    plans = {plan.id for plan in scenario.plans}
    windows = {facility.id: facility.window for facility in scenario.facilities}
    closing = {facility.id: facility.closes for facility in scenario.facilities}
    for number, deal in enumerate(scenario.deals):
        at: At = ("deals", number)
        if deal.plan in plans and (deal.plan, deal.window) not in cells:
            message = f"plan {deal.plan} has no need in window '{deal.window}' that this could serve"
            yield Inconsistency((*at, "window"), message)
        expected = deal.close.expected
        if expected not in quarters:
            message = f"expected a quarter from {quarters[0]} to {quarters[-1]}, found {expected}"
            yield Inconsistency((*at, "close", "expected"), message)
        window = windows.get(deal.facility or "")
        if window is not None and window != deal.window:
            message = f"facility {deal.facility} supports deals of window {window} alone, found {deal.window}"
            yield Inconsistency((*at, "facility"), message)
        closes = closing.get(deal.facility or "")
        if closes is not None and expected >= closes:
            message = f"facility {deal.facility} supports no new deal from {closes} on, found {expected}"
            yield Inconsistency((*at, "close", "expected"), message)


def currencies_of_layers(scenario: Scenario) -> Iterator[Inconsistency]:
    """A loan in another currency needs its rate, and is lent by somebody other than a facility."""
    own, known = scenario.fund.currency, [currency.id for currency in scenario.currencies]
    for number, deal in enumerate(scenario.deals):
        for place, layer in enumerate(deal.stack):
            currency = getattr(layer, "currency", None)
            at: At = ("deals", number, "stack", place, "currency")
            if currency is None or currency == own:
                continue
            if currency not in known:
                message = f"expected {own} or one of `currencies`, found {currency}: add its rate there"
                yield Inconsistency(at, message)
            if layer.provider == "facility":
                message = (
                    f"expected {own} of what a facility lends, found {currency}: it holds {own}, and what it promised "
                    "would not be covered in full once the rate moves"
                )
                yield Inconsistency(at, message)


def clusters(scenario: Scenario) -> Iterator[Inconsistency]:
    """A cluster of defaults names deals and regions that there are."""
    known = {part: [row.id for row in getattr(scenario, part)] for part in ("deals", "regions")}
    for number, shock in enumerate(scenario.shocks):
        if isinstance(shock, DefaultCluster):
            for part, names in known.items():
                for item, name in enumerate(getattr(shock, part)):
                    if name not in names:
                        yield Inconsistency(("shocks", number, part, item), unknown(name, names, part))
