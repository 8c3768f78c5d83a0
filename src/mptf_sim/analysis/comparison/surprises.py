"""Where a comparison goes against what one would expect: lines D1 to D8 of docs/monotonicity.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from mptf_sim.analysis.comparison.timing import Timing
from mptf_sim.engine.terms import NEVER
from mptf_sim.measures.statistics import chance
from mptf_sim.quantities import Array, Mask

COLUMNS = ("run", "against", "line", "sentence", "chance", "se", "of_paths")


class Surprise(NamedTuple):
    """One line that fails: which, in words, on which paths."""

    line: str
    sentence: str
    paths: Mask


def surprises(name: str, one: Timing, against: str, other: Timing) -> pd.DataFrame:
    """What goes against expectation between two runs, and on what share of paths.

    Other differences between the two scenarios may be the reason: it is looked at results, not at causes.

    Returns
    -------
    DataFrame with COLUMNS; empty if nothing is found
    """
    rows = []
    for richer, poorer, more, fewer in ((one, other, name, against), (other, one, against, name)):
        for found in _found(richer, poorer, more, fewer):
            count = int(found.paths.sum())
            if count:
                rows.append((name, against, found.line, found.sentence, *chance(count, one.width), one.width))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(["line", "sentence"], kind="stable").reset_index(drop=True)


def _found(here: Timing, there: Timing, name: str, other: str) -> Iterator[Surprise]:
    """What is surprising if `here` is the one with more: money, fee, programmes, or fewer earmarks."""
    paid, paid_there = here.transfers.sum(axis=0), there.transfers.sum(axis=0)
    less = paid < paid_there
    deposits, others = here.deposits.sum(axis=0), there.deposits.sum(axis=0)
    yield Surprise("D1", f"{name} has more deposits than {other}, and transfers less", (deposits > others) & less)
    fees = [run.scenario.fund.fees.administrative_agent for run in (here, there)]
    if fees[0].num * fees[1].den > fees[1].num * fees[0].den:
        yield Surprise("D2", f"{name} has the higher fee, and transfers more than {other}", paid > paid_there)
    shared = [id for id in here.programmes if id in set(there.programmes)]
    awards, before = (_rows(run, run.awards, shared) for run in (here, there))
    loser = np.asarray((awards < before).any(axis=0))
    yield Surprise(
        "D3", f"{name} has more deposits than {other}, and some programme is awarded less", (deposits > others) & loser
    )
    if set(there.programmes) - set(here.programmes) and not set(here.programmes) - set(there.programmes):
        yield Surprise(
            "D4", f"{name} lacks programmes that {other} has, and some other programme is awarded less", loser
        )
    if _stricter(here, there):
        more = _second(here) > _second(there)
        yield Surprise("D5", f"{name} has higher thresholds, and pays more second instalments than {other}", more)
    yield from _larger_requests(here, there, name, other, shared, awards, before)
    if _earmarks(here) < _earmarks(there):
        yield Surprise("D7", f"{name} has fewer earmarks than {other}, and transfers less", less)
    cumulated, earlier = (np.cumsum(run.deposits, axis=0) for run in (here, there))
    sooner = (deposits == others) & (cumulated >= earlier).all(axis=0) & (cumulated > earlier).any(axis=0)
    yield Surprise("D8", f"{name} has the deposits of {other} earlier, and transfers less", sooner & less)


def _larger_requests(
    here: Timing, there: Timing, name: str, other: str, shared: list[str], awards: Array, before: Array
) -> Iterator[Surprise]:
    asks, asked = ({one.id: one.budget for one in run.scenario.all_programmes} for run in (here, there))
    for place, id in enumerate(shared):
        if asks[id] > asked[id]:
            yield Surprise(
                "D6",
                f"{id} asks for more in {name} than in {other}, and is awarded less",
                awards[place] < before[place],
            )


def _rows(run: Timing, values: Array, ids: list[str]) -> Array:
    place = {id: row for row, id in enumerate(run.programmes)}
    rows: Array = values[[place[id] for id in ids]]
    return rows


def _second(run: Timing) -> Array:
    """Second instalments paid: (path,)."""
    return (run.paid[:, 1] != NEVER).sum(axis=0) if run.paid.shape[1] > 1 else np.zeros(run.width)


def _stricter(here: Timing, there: Timing) -> bool:
    """Whether no threshold is lower here and some are higher."""
    mine, yours = (
        {
            (agreement.id, number): tranche.threshold.num / tranche.threshold.den
            for agreement in run.scenario.agreements
            for number, tranche in enumerate(agreement.instalments)
        }
        for run in (here, there)
    )
    return mine.keys() == yours.keys() and mine != yours and all(mine[one] >= yours[one] for one in mine)


def _earmarks(run: Timing) -> set[tuple[str, str]]:
    """Who earmarks, and for what; opening cash among them."""
    donors = {(one.id, one.earmark.label) for one in run.scenario.donors}
    cash = {(f"opening cash {number}", one.earmark.label) for number, one in enumerate(run.scenario.fund.opening.cash)}
    return {pair for pair in donors | cash if pair[1] != "unearmarked"}
