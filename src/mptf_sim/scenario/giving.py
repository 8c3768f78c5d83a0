"""Whether what donors give, pledge and are shocked by agrees with the rest of the scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction as Ratio
from typing import TYPE_CHECKING

from mptf_sim.fund.currencies import factor
from mptf_sim.fund.donors import AtReviews, Bootstrap, Matching
from mptf_sim.fund.shocks import EarmarkingWave, ExchangeRateMove
from mptf_sim.scenario.inconsistency import Inconsistency, unknown

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


def history_is_whole(scenario: Scenario) -> Iterator[Inconsistency]:
    """Each year of a series once, and none between the first and the last left out."""
    years: dict[str, dict[int, int]] = {}
    for number, row in enumerate(scenario.history):
        known = years.setdefault(row.series, {})
        if row.year in known:
            at = f"history[{known[row.year]}]"
            message = f"the year {row.year} of {row.series} is already given in {at}"
            yield Inconsistency(("history", number, "year"), message)
        known.setdefault(row.year, number)
    for series, known in years.items():
        missing = next((year for year in range(min(known), max(known)) if year not in known), None)
        if missing is not None:
            message = (
                f"expected every year of {series} from {min(known)} to {max(known)}, but {missing} is missing: "
                "write an amount of 0 if nothing was given"
            )
            yield Inconsistency(("history", known[min(known)], "year"), message)


def outlooks_find_what_they_need(scenario: Scenario) -> Iterator[Inconsistency]:
    """Reviews to give at, a record to draw from, others to match."""
    kinds = {review.kind for review in scenario.governance.reviews}
    by_id = {donor.id: donor for donor in scenario.donors}
    lengths = Counter(row.series for row in scenario.history)
    for number, donor in enumerate(scenario.donors):
        at, outlook = ("donors", number, "outlook"), donor.outlook
        if isinstance(outlook, AtReviews) and (not kinds if outlook.reviews == "all" else outlook.reviews not in kinds):
            which = "any" if outlook.reviews == "all" else outlook.reviews
            yield Inconsistency(
                (*at, "reviews"), f"expected a review of {which} kind in `governance.reviews`, found none"
            )
        if isinstance(outlook, Bootstrap):
            years = lengths[outlook.series]
            if not years:
                yield Inconsistency((*at, "series"), f"expected a series of `history`, found '{outlook.series}'")
            elif outlook.block > years:
                message = f"expected at most the {years} years of {outlook.series}, found {outlook.block}"
                yield Inconsistency((*at, "block"), message)
        if isinstance(outlook, Matching):
            if donor.currency not in (None, scenario.fund.currency):
                message = f"expected the fund's currency {scenario.fund.currency}, in which it matches, found {donor.currency}"
                yield Inconsistency(("donors", number, "currency"), message)
            for item, name in enumerate(outlook.donors):
                matched = by_id.get(name)
                if name == donor.id:
                    message = f"expected a donor other than itself, found {name}"
                elif matched is None:
                    message = unknown(name, by_id, "donors")
                elif isinstance(matched.outlook, Matching):
                    message = f"expected a donor that does not match others itself, found {name}"
                else:
                    continue
                yield Inconsistency((*at, "donors", item), message)
