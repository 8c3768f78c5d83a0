"""What chance decides for deals on one path: whether they close, what private money follows, who defaults and when."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isinf, log1p, sqrt
from typing import Any

import numpy as np
from scipy import special

from mptf_sim.engine.draws import Streams
from mptf_sim.scenario.scenario import Scenario
from tests.reference.raw import Raw


@dataclass
class ChanceOfDeal:
    """What is drawn for one deal, whatever becomes of it."""

    close: float
    private_per_public: float  # dollars of leverage for each dollar of public money
    factor: float  # low is bad
    results: float
    places: list[float]  # of the defaults of its obligors among their values, in rising order
    recovers_well: list[bool]  # default by default
    yearly_default: list[float]  # by period, with the clusters in force


def chance_of_deals(scenario: Scenario, raw: Raw) -> dict[str, ChanceOfDeal]:
    """Derived here from the variates."""
    return {deal.id: _of_deal(scenario, deal, raw) for deal in scenario.deals}


def bought(source: Any, raw: Raw) -> int:
    """What the diaspora buys of a bond."""
    bond, normals = source.bond, raw.streams.normals(f"finance/{source.id}", "take_up")[0]
    share = raw.of_this_path(bond.take_up * np.exp(bond.spread * normals - bond.spread**2 / 2))
    return round(min(share, 1.0) * source.amount)


def _of_deal(scenario: Scenario, deal: Any, raw: Raw) -> ChanceOfDeal:
    entity, first = f"deal/{deal.id}", 0
    factor = _factor(scenario, entity, raw)
    return ChanceOfDeal(
        close=raw.uniforms(entity, "close")[first],
        private_per_public=_leverage(deal, entity, raw),
        factor=raw.of_this_path(factor),
        results=raw.normals(entity, "results")[first],
        places=_places(deal, entity, factor, raw),
        recovers_well=_recoveries(deal, entity, raw),
        yearly_default=[_yearly_default(scenario, deal, t) for t in range(scenario.calendar.periods)],
    )


def _leverage(deal: Any, entity: str, raw: Raw) -> float:
    """Often none; the mean is what the file says."""
    terms = next((one.leverage for one in deal.stack if getattr(one, "leverage", None)), None)
    if terms is None or raw.uniforms(entity, "response")[0] < terms.none or terms.none == 1:
        return 0.0
    normals = raw.streams.normals(entity, "leverage")[0]
    return raw.of_this_path(terms.ratio / (1 - terms.none) * np.exp(terms.spread * normals - terms.spread**2 / 2))


def _factor(scenario: Scenario, entity: str, raw: Raw) -> Any:
    """What makes its loans go bad: in part that of all deals, which is in part that of donors."""
    factors = scenario.credit_factors
    of_common, of_donors = (factors.common_share, factors.donors_share) if factors else (0.0, 0.0)
    donors, deals = (raw.streams.normals(whose, "common")[0] for whose in ("donors", "deals"))
    common = sqrt(of_donors) * donors + sqrt(1 - of_donors) * deals
    own = raw.streams.normals(entity, "factor")[0]
    return sqrt(of_common) * common + sqrt(1 - of_common) * own


def obligors(deal: Any) -> int:
    """Who may default one by one: none in a granular pool."""
    if deal.borrower is None or deal.borrower.kind == "granular_pool":
        return 0
    return int(deal.borrower.obligors) if deal.borrower.kind == "pool" else 1


def _rows(deal: Any, raw: Raw) -> Streams:
    """Streams of a row for each obligor."""
    return Streams(raw.streams.seed, obligors(deal), raw.streams.chunk)


def _places(deal: Any, entity: str, factor: Any, raw: Raw) -> list[float]:
    """Values of the obligors in rising order: exponentials give the spacings of ordered uniforms."""
    count = obligors(deal)
    if not count:
        return []
    exponentials = _rows(deal, raw).exponentials(entity, "defaults")
    correlation, places, total = deal.borrower.correlation, [], 0.0
    for k in range(count):
        total = total + exponentials[k] / (count - k)
        own = special.ndtri(-np.expm1(-total))
        places.append(raw.of_this_path(sqrt(correlation) * factor + sqrt(1 - correlation) * own))
    return places


def _recoveries(deal: Any, entity: str, raw: Raw) -> list[bool]:
    if not obligors(deal):
        return []
    uniforms = _rows(deal, raw).uniforms(entity, "recovery")[:, raw.column]
    return [float(one) < deal.borrower.recovery.chance for one in uniforms]


def _yearly_default(scenario: Scenario, deal: Any, t: int) -> float:
    """Times the clusters in force, and never more than certain."""
    if deal.borrower is None:
        return 0.0
    now = scenario.calendar.start.ordinal + t
    region = next(plan.region for plan in scenario.plans if plan.id == deal.plan)
    clusters = [
        shock
        for shock in scenario.shocks
        if shock.kind == "default_cluster"
        and ((not shock.deals and not shock.regions) or deal.id in shock.deals or region in shock.regions)
        and shock.start.ordinal <= now
        and (shock.end is None or now <= shock.end.ordinal)
    ]
    yearly = float(deal.borrower.default)
    for shock in sorted(clusters, key=lambda shock: (shock.start.ordinal, shock.factor)):
        yearly *= shock.factor
    return min(yearly, 1.0)


def threshold(chance: ChanceOfDeal, drawn: int, t: int) -> float:
    """The value below which an obligor of loans last drawn in one period has defaulted by another."""
    if any(yearly == 1.0 for yearly in chance.yearly_default[drawn + 1 : t + 1]):
        return inf
    running, totals = 0.0, []
    for yearly in chance.yearly_default:
        running += log1p(-yearly) / 4 if yearly < 1.0 else 0.0
        totals.append(running)
    return float(special.ndtri(-np.expm1(totals[t] - totals[drawn])))


def share_in_default(deal: Any, chance: ChanceOfDeal, drawn: int, t: int) -> float:
    """Of a granular pool."""
    if t == drawn:
        return 0.0
    correlation, value = deal.borrower.correlation, threshold(chance, drawn, t)
    if isinf(value):
        return float(value > 0)
    return float(special.ndtr((value - sqrt(correlation) * chance.factor) / sqrt(1 - correlation)))
