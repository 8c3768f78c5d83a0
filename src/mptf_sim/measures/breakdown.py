"""What the fund's money was for: by organisation, country, workstream and cost category; each adds up to the cent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from mptf_sim.books import Books, account
from mptf_sim.fund.programmes import Agreement, Programme
from mptf_sim.money import apportion_whole
from mptf_sim.runs.run import Run, added_up

COLUMNS = (
    "dimension", "id", "requested", "transfers_mean", "delivery_mean", "coverage", "transfers_median_path",
    "delivery_median_path",
)  # fmt: skip
NOWHERE = "region as a whole"
UNTAGGED = "without a workstream"
UNSTATED = "not stated"


def breakdown(run: Run, median: Books) -> pd.DataFrame:
    """Transfers and direct delivery within the calendar, one row per country, workstream and cost category.

    Sums over paths and amounts of the median path are shared in whole cents by largest remainder, programme by
    programme: over the countries of a programme with its shares, over the cost categories of its agreement. So
    countries add up to the fund, and so do cost categories with indirect cost. A programme of two workstreams stands
    in both.

    Returns
    -------
    DataFrame with COLUMNS; money in cents. `requested` is the direct cost that documents and running programmes of the
    row ask for; `coverage` is mean delivery over it. Cost categories split delivery alone.
    """
    scenario = run.scenario
    programmes = {one.id: one for one in scenario.all_programmes}
    agreements = {one.id: one for one in scenario.agreements}
    plans = {plan.id: plan.country for plan in scenario.plans}
    totals = dict(zip(run.rows, run.distributions.totals.tolist(), strict=True))
    over_paths = {
        name: {row.scope: total for row, total in totals.items() if row[:2] == (name, "programme")}
        for name in ("transfers", "delivery")
    }
    whose = [run.axes.programmes.index(name) for name, _ in run.axes.parts]
    on_median = {
        name: dict(
            zip(
                run.axes.programmes,
                added_up(getattr(median, name), whose, run.axes.programmes)[:, 0].tolist(),
                strict=True,
            )
        )
        for name in ("transfers", "delivery")
    }
    direct_within = scenario.fund.fees.direct_within
    found: dict[tuple[str, str], list[int]] = {}
    for id, programme in programmes.items():
        amounts = [
            int(direct_within(float(programme.budget))),  # type: ignore[arg-type]
            over_paths["transfers"][id], over_paths["delivery"][id], on_median["transfers"][id], on_median["delivery"][id],
        ]  # fmt: skip
        for dimension, weights in _weights(programme, plans):
            _enter(found, dimension, weights, amounts)
        _enter(found, "cost category", _categories(agreements[programme.agreement]), [0, 0, amounts[2], 0, amounts[4]])
    indirect = next(
        total for row, total in totals.items() if row[:2] == ("indirect_cost", "fund") and _is_last(row, run)
    )
    _enter(found, "cost category", {"indirect": 1}, [0, 0, indirect, 0, int(account(median, "indirect_cost").sum())])
    rows = [
        (
            dimension, id, requested, transfers / run.paths, delivery / run.paths,
            delivery / run.paths / requested if requested else float("nan"), transfers_median, delivery_median,
        )
        for (dimension, id), (requested, transfers, delivery, transfers_median, delivery_median) in sorted(found.items())
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _is_last(row: tuple[str, ...], run: Run) -> bool:
    return row[3] == f"to {max(run.axes.years)}"


def _weights(programme: Programme, country_of: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, int]]]:
    """How a programme divides in each dimension; workstreams share nothing, they repeat."""
    if programme.plan:
        yield "country", {country_of[programme.plan]: 1}
    elif programme.countries:
        yield "country", dict(zip(programme.countries, programme.countries.weights(), strict=True))
    else:
        yield "country", {NOWHERE: 1}
    for workstream in programme.workstreams or (UNTAGGED,):
        yield "workstream", {workstream: 1}


def _categories(agreement: Agreement) -> Mapping[str, int]:
    categories = agreement.cost_categories
    return categories.weights() if categories else {UNSTATED: 1}


def _enter(
    found: dict[tuple[str, str], list[int]], dimension: str, weights: Mapping[str, int], amounts: list[int]
) -> None:
    """Add a programme's amounts to the rows it belongs to, each shared by largest remainder, ties to the first id."""
    ids = sorted(weights)
    for place, amount in enumerate(amounts):
        for id, part in zip(ids, apportion_whole(amount, [weights[id] for id in ids]), strict=True):
            found.setdefault((dimension, id), [0] * len(amounts))[place] += part
