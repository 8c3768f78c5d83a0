"""Whether what donors give, pledge and are shocked by agrees with the rest of the scenario."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction as Ratio
from typing import TYPE_CHECKING

from mptf_sim.fund.shocks import EarmarkingWave
from mptf_sim.scenario.inconsistency import Inconsistency

if TYPE_CHECKING:
    from mptf_sim.scenario.scenario import Scenario


def pledges_are_alive(scenario: Scenario) -> Iterator[Inconsistency]:
    """A pledge that lapsed before the calendar is history, not a pledge."""
    start = scenario.calendar.start
    for number, pledge in enumerate(scenario.pledges):
        if pledge.lapses_after is not None and pledge.announced.ordinal + pledge.lapses_after <= start.ordinal:
            yield Inconsistency(
                ("pledges", number, "lapses_after"),
                f"expected a pledge that has not lapsed before {start}, found one announced in {pledge.announced} "
                f"that lapses after {pledge.lapses_after} quarters: leave it out",
            )


def waves_leave_something(scenario: Scenario) -> Iterator[Inconsistency]:
    """Earmarking waves of one donor at one time take no more than all it announces."""
    waves = [(number, shock) for number, shock in enumerate(scenario.shocks) if isinstance(shock, EarmarkingWave)]
    for number, wave in waves:
        for donor in sorted(donor.id for donor in scenario.donors if not wave.donors or donor.id in wave.donors):
            together = [
                other.share.ratio
                for _, other in waves
                if (not other.donors or donor in other.donors)
                and other.start <= wave.start
                and (other.end is None or wave.start <= other.end)
            ]
            if sum(together, Ratio(0)) > 1:
                yield Inconsistency(
                    ("shocks", number, "share"),
                    f"expected waves that together earmark at most 100% of what {donor} announces, found "
                    f"{float(sum(together) * 100):g}% from {wave.start} on",
                )
                break
