"""What chance decides for national plans on one path: when they ripen, and which sources firm up."""

from __future__ import annotations

from dataclasses import dataclass

from mptf_sim.scenario.scenario import Scenario
from tests.reference.chance_of_deals import bought
from tests.reference.raw import Raw


@dataclass
class ChanceOfPlans:
    """Uniform numbers that decide on the next step of each plan, and the indicative sources that become secured."""

    life: dict[str, list[float]]  # by plan, then period
    firm: set[str]  # sources
    bought: dict[str, int]  # what the diaspora buys of bonds


def chance_of_plans(scenario: Scenario, raw: Raw) -> ChanceOfPlans:
    """Derived here from the variates."""
    start, periods = scenario.calendar.start.ordinal, scenario.calendar.periods
    life = {plan.id: raw.uniforms(f"plan/{plan.id}", "life") for plan in scenario.plans}
    firm = set()
    for source in scenario.finance:
        played = [t for t in range(periods) if (start + t) // 4 == source.year]
        if played and raw.uniforms(f"finance/{source.id}", "firming")[played[0]] < source.firming:
            firm.add(source.id)
    return ChanceOfPlans(life, firm, {source.id: bought(source, raw) for source in scenario.finance if source.bond})
