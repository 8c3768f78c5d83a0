"""What chance decides for programmes and those who carry them out, on one path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mptf_sim.scenario.scenario import Scenario
from tests.reference.raw import Raw
from tests.reference.slots import slots

PartOf = tuple[str, str]
"""Programme and organisation."""


@dataclass
class ChanceOfProgrammes:
    """How fast organisations spend, and which of their reports are late."""

    pace: dict[PartOf, float]
    slowdown: list[float]
    late: dict[PartOf, list[bool]]


def organisations_of(programme: Any) -> list[str]:
    """Who carries a programme out, in the order of ids."""
    return [programme.organisation] if programme.organisation else sorted(programme.organisations.ratios)


def every_programme(scenario: Scenario) -> list[tuple[str, Any]]:
    """Programmes of the file and slots, by id: each with the document or template that describes it."""
    found = {programme.id: programme for programme in scenario.programmes}
    return sorted((found | {slot.id: slot.template for slot in slots(scenario)}).items())


def chance_of_programmes(scenario: Scenario, raw: Raw) -> ChanceOfProgrammes:
    """Derived here from the variates."""
    exponentials = raw.streams.exponentials("organisations", "slowdown")
    factors = np.exp(-scenario.common_factors.slowdown * exponentials)
    chance = ChanceOfProgrammes({}, [float(factor) for factor in factors[:, raw.column]], {})
    agreements = {agreement.id: agreement for agreement in scenario.agreements}
    organisations = {organisation.id: organisation for organisation in scenario.organisations}
    for id, programme in every_programme(scenario):
        delivery = agreements[programme.agreement].delivery
        own = raw.streams.normals(f"programme/{id}", "pace")[0]
        for name in organisations_of(programme):
            organisation = organisations[name]
            of_organisation = organisation.spread * raw.streams.normals(f"organisation/{name}", "pace")[0]
            factor = np.exp(delivery.spread * own + of_organisation)[raw.column]
            chance.pace[id, name] = pace(delivery.pace, float(factor))
            reports = raw.uniforms(f"programme/{id}", f"report {name}")
            chance.late[id, name] = [u < organisation.late_reports for u in reports]
    return chance


def pace(median: float, factor: float) -> float:
    """A part's own pace; none and all are themselves."""
    if median in (0.0, 1.0):
        return float(median)
    odds = median / (1 - median) * factor
    return odds / (1 + odds)
