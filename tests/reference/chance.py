"""What chance decides for one path, derived in plain Python from the raw variates of the named streams."""

from __future__ import annotations

from dataclasses import dataclass

from mptf_sim.scenario.scenario import Scenario
from tests.reference.chance_of_deals import ChanceOfDeal, chance_of_deals
from tests.reference.chance_of_pipeline import ChanceOfSlot, chance_of_pipeline
from tests.reference.chance_of_plans import ChanceOfPlans, chance_of_plans
from tests.reference.chance_of_programmes import ChanceOfProgrammes, chance_of_programmes
from tests.reference.currencies import Rates, rates
from tests.reference.giving import Giving, giving
from tests.reference.raw import Raw


@dataclass
class Chance:
    """What currencies are worth, what donors do, and what becomes of programmes and plans, on one path, whatever the fund does."""

    rates: Rates
    giving: Giving
    of_programmes: ChanceOfProgrammes
    of_plans: ChanceOfPlans
    of_slots: dict[str, ChanceOfSlot]
    of_deals: dict[str, ChanceOfDeal]


def chance_of_variates(scenario: Scenario, seed: int, path: int) -> Chance:
    """All of it for one path."""
    raw = Raw(scenario, seed, path)
    worth = rates(scenario, raw)
    return Chance(
        rates=worth,
        giving=giving(scenario, raw, worth),
        of_programmes=chance_of_programmes(scenario, raw),
        of_plans=chance_of_plans(scenario, raw),
        of_slots=chance_of_pipeline(scenario, raw),
        of_deals=chance_of_deals(scenario, raw),
    )
