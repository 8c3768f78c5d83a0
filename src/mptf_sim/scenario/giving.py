"""Whether what donors give, pledge and are shocked by agrees with the rest of the scenario."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction as Ratio
from typing import TYPE_CHECKING

from mptf_sim.fund.currencies import factor
from mptf_sim.fund.shocks import EarmarkingWave, ExchangeRateMove
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


def currencies_are_known(scenario: Scenario) -> Iterator[Inconsistency]:
    """Whoever gives in another currency needs its rate, and the fund's own has none."""
    own = scenario.fund.currency
    known = [currency.id for currency in scenario.currencies]
    for number, currency in enumerate(scenario.currencies):
        if currency.id == own:
            yield Inconsistency(("currencies", number, "id"), f"expected a currency other than the fund's own {own}")
    for number, donor in enumerate(scenario.donors):
        if donor.currency is not None and donor.currency not in (own, *known):
            message = f"expected {own} or one of `currencies`, found {donor.currency}: add its rate there"
            yield Inconsistency(("donors", number, "currency"), message)
    for number, shock in enumerate(scenario.shocks):
        if isinstance(shock, ExchangeRateMove):
            for item, code in enumerate(shock.currencies):
                if code not in known:
                    yield Inconsistency(
                        ("shocks", number, "currencies", item), f"expected one of `currencies`, found {code}"
                    )


def correlations_are_possible(scenario: Scenario) -> Iterator[Inconsistency]:
    """Pairs are of two known currencies, each once; all together can be correlated so."""
    known = sorted(currency.id for currency in scenario.currencies)
    seen: set[frozenset[str]] = set()
    at = ("exchange_correlation",)
    sound = True
    for number, pair in enumerate(scenario.exchange_correlation.pairs):
        both = frozenset(pair.between)
        message = ""
        if len(both) < 2:
            message = f"expected two different currencies, found {pair.between[0]} twice"
        elif unknown_ones := sorted(both - set(known)):
            message = f"expected two of `currencies`, found {unknown_ones[0]}"
        elif both in seen:
            message = f"the correlation of {' and '.join(sorted(both))} is already given"
        seen.add(both)
        if message:
            sound = False
            yield Inconsistency((*at, "pairs", number, "between"), message)
    if sound and factor(scenario.exchange_correlation.matrix(known)) is None:
        yield Inconsistency(
            at,
            f"expected correlations that {', '.join(known)} can have together, found ones that contradict each other: "
            "if two move with a third, they move with each other; bring the numbers nearer together",
        )
