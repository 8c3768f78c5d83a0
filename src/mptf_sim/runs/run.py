"""A run: one scenario, one seed, so many paths, and what they left in the books."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mptf_sim.books import ACCOUNTS, Axes, Books, Checks, account
from mptf_sim.fund.plans import STATUSES
from mptf_sim.quantities import Whole
from mptf_sim.runs.blended import blended_columns, blended_rows, blended_values, squares
from mptf_sim.runs.distributions import Distributions, Row
from mptf_sim.scenario.scenario import Scenario

STATEMENT_FLOWS = (
    "deposits", "agent_fees", "interest", "refunds", "facility_refunds", "direct_cost", "transfers", "direct_delivery", "indirect_cost",
)  # fmt: skip
"""Flows of which the statement needs every calendar year, alone and cumulated."""

YEARLY_FLOWS = ("announced", "signed", *STATEMENT_FLOWS)
"""Flows of which a table shows every calendar year: those of the statement, and the first stages of the funnel."""

SUMS: Mapping[str, Mapping[str, int]] = {
    "net_funded": {"transfers": 1, "refunds": -1, "facility_refunds": -1},
    "sources": {"deposits": 1, "interest": 1},
    "uses": {"transfers": 1, "refunds": -1, "facility_refunds": -1, "agent_fees": 1, "direct_cost": 1},
    "change_in_cash": {
        "deposits": 1, "interest": 1, "transfers": -1, "refunds": 1, "facility_refunds": 1, "agent_fees": -1, "direct_cost": -1,
    },
    "expenditure": {"direct_delivery": 1, "indirect_cost": 1},
}  # fmt: skip
"""Sums of flows that the statement shows: a quantile of a sum is not the sum of quantiles, so they are kept."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Run:
    """Everything measures need; the paths themselves can be replayed."""

    scenario: Scenario
    seed: int
    paths: int
    axes: Axes
    columns: dict[str, Whole]  # per path: KPIs in cents or counts, by name
    rows: tuple[Row, ...]
    distributions: Distributions
    obligations: Whole  # (line, instalment, quarter, kind), sums over paths
    parts_to_date: Whole  # (part, kind), sums over paths
    review_pack: Whole  # (review, programme, kind), sums over paths
    gifts: Whole  # (gift, period, event), sums over paths
    plan_status: Whole  # (year end, plan, status), number of paths
    plan_level: Whole  # (year end, plan), of coordination, summed over paths
    layer_squares: NDArray[np.float64]  # (layer,), net losses in currency units, squared, summed over paths
    met: Whole  # (expectation,), paths on which it holds
    result_digest: str
    checks: Checks

    @property
    def median_path(self) -> int:
        """The path of rank ceil(n/2) by (total transfers, path)."""
        order = np.lexsort((np.arange(self.paths), self.columns["transfers"]))
        return int(order[-(-self.paths // 2) - 1])


class Chunk(NamedTuple):
    """What a run keeps of the books of some consecutive paths."""

    width: int
    digest: str  # of the books
    checks: Checks
    columns: dict[str, Whole]  # (path,), by name
    values: list[Whole]  # (row, path), of the distributions, one table below the other
    sums: dict[str, Any]  # over paths, by name


def condense(axes: Axes, books: Books, checks: Checks) -> Chunk:
    """Take from the books of a chunk what the run keeps; whoever played it does, since books are large to send."""
    # copied: a view of one row would keep the whole table
    columns = {name: np.array(values) for name, values in path_columns(axes, books).items()}
    values = distribution_values(axes, books)
    return Chunk(books.width, books.digest(), checks, columns, values, summed(books))


def collect(scenario: Scenario, seed: int, paths: int, axes: Axes, chunks: Iterable[Chunk]) -> Run:
    """Gather chunks, in the order of paths, into a run; memory depends on the chunk, not on the number of paths."""
    rows = distribution_rows(axes)
    distributions = Distributions(len(rows), paths)
    columns: dict[str, Whole] = {}
    done = 0
    digest = hashlib.sha256(f"{paths}".encode())
    checks = Checks()
    sums: dict[str, Any] = {}
    for chunk in chunks:
        for name, values in chunk.columns.items():
            columns.setdefault(name, np.empty(paths, dtype=np.int64))[done : done + chunk.width] = values
        done += chunk.width
        distributions.add(chunk.values)
        digest.update(chunk.digest.encode())
        checks = checks.plus(chunk.checks)
        sums = {name: values + sums.get(name, 0) for name, values in chunk.sums.items()}
        del chunk  # its tables go before the next chunk is played
    return Run(
        scenario=scenario,
        seed=seed,
        paths=paths,
        axes=axes,
        columns=columns,
        rows=rows,
        distributions=distributions,
        **sums,
        result_digest=digest.hexdigest(),
        checks=checks,
    )


def summed(books: Books) -> dict[str, Any]:
    """What is kept as sums over paths."""
    statuses = np.arange(len(STATUSES), dtype=np.int8)
    return {
        "obligations": books.obligations,
        "parts_to_date": books.parts_to_date,
        "review_pack": books.review_pack,
        "gifts": books.gifts,
        "plan_status": (books.plan_status[:, :, None, :] == statuses[:, None]).sum(axis=-1),
        "plan_level": books.plan_level.sum(axis=-1),
        "layer_squares": squares(books),
        "met": books.met.sum(axis=1),
    }


def path_columns(axes: Axes, books: Books) -> dict[str, Whole]:
    """KPIs of each path: totals over the calendar, or the state at its end; cents unless the name says otherwise."""
    flows = {one.name: account(books, one.name).sum(axis=0) for one in ACCOUNTS if one.kind == "flow"}
    cash = account(books, "cash")
    approvable = account(books, "approvable")
    nothing = np.zeros(books.width, dtype=np.int64)
    columns = {
        **flows,
        "net_funded": flows["transfers"] - flows["refunds"] - account(books, "facility_refunds").sum(axis=0),
        "expenditure": flows["direct_delivery"] + flows["indirect_cost"],
        "closing_cash": cash[-1],
        "lowest_cash": cash.min(axis=0),
        "first_approvable": nothing if axes.first_meeting is None else approvable[axes.first_meeting],
        "instalment_quarters_waiting": account(books, "instalments_waiting").sum(axis=0),
        "instalment_quarters_not_released": account(books, "instalments_not_released").sum(axis=0),
        "most_waiting_for_cash": account(books, "waiting_for_cash").max(axis=0),
        "funding_gap": account(books, "funding_gap")[-1],
        "delivery_gap": account(books, "delivery_gap")[-1],
        "programmes_approved": (books.approved_at >= 0).sum(axis=0),
    }
    if axes.deals or axes.facilities:
        columns |= blended_columns(axes, books)
    for row, donor in enumerate(axes.donors):
        columns[f"deposits:{donor}"] = books.deposits_by_donor[row]
    for row, organisation in enumerate(axes.organisations):
        columns[f"held_up_by:{organisation}"] = books.held_up[row]
    for row, plan in enumerate(axes.plans):
        columns[f"delivered:{plan}"] = books.plan_delivered[-1, row]
        columns[f"funded:{plan}"] = books.plan_funded[-1, row]
        columns[f"needs:{plan}"] = books.plan_needs[-1, row]
        columns[f"executed:{plan}"] = books.plan_executed[row]
    return columns


def distribution_rows(axes: Axes) -> tuple[Row, ...]:
    """The rows whose distribution over paths is kept."""
    years = sorted(set(axes.years))
    rows = [Row(one.name, "fund", "", period) for one in ACCOUNTS for period in axes.periods]
    for name in (*YEARLY_FLOWS, *SUMS):
        rows += [Row(name, "fund", "", str(year)) for year in years]
        rows += [Row(name, "fund", "", f"to {year}") for year in years]
    for name in ("delivered", "funded", "needs"):
        rows += [Row(name, "plan", plan, axes.periods[end]) for end in axes.year_ends for plan in axes.plans]
    rows += [Row("deposits", "donor", donor, "") for donor in axes.donors]
    for name in ("awards", "transfers", "delivery"):
        rows += [Row(name, "programme", programme, "") for programme in axes.programmes]
    for name in ("transfers", "refunds", "delivery", "held_up"):
        rows += [Row(name, "organisation", organisation, "") for organisation in axes.organisations]
    if axes.deals or axes.facilities:
        rows += blended_rows(axes)
    return tuple(rows)


def distribution_values(axes: Axes, books: Books) -> list[Whole]:
    """The values of those rows, one table below the other: (row, path) each. Most are the books' own: nothing is copied."""
    width = books.width
    parts = [books.accounts.reshape(-1, width)]
    flows = {name: by_year(axes, account(books, name)) for name in YEARLY_FLOWS}
    for name, parts_of in SUMS.items():
        flows[name] = np.sum([sign * flows[flow] for flow, sign in parts_of.items()], axis=0)
    for name in (*YEARLY_FLOWS, *SUMS):
        parts += [flows[name], np.cumsum(flows[name], axis=0)]
    parts += [
        books.plan_delivered.reshape(-1, width),
        books.plan_funded.reshape(-1, width),
        books.plan_needs.reshape(-1, width),
        books.deposits_by_donor,
    ]
    programme = [axes.programmes.index(name) for name, _ in axes.parts]
    parts += [
        books.awards,
        *(added_up(values, programme, axes.programmes) for values in (books.transfers, books.delivery)),
    ]
    organisation = [axes.organisations.index(name) for _, name in axes.parts]
    parts += [
        added_up(values, organisation, axes.organisations)
        for values in (books.transfers, books.refunds, books.delivery)
    ]
    parts.append(books.held_up)
    if axes.deals or axes.facilities:
        parts.append(blended_values(books))
    return parts


def added_up(values: Whole, group: Sequence[int], groups: Sequence[str]) -> Whole:
    """Rows added up by the group each belongs to: (row, path) to (group, path)."""
    total = np.zeros((len(groups), values.shape[1]), dtype=np.int64)
    np.add.at(total, np.array(group, dtype=np.intp), values)
    return total


def by_year(axes: Axes, values: Whole) -> Whole:
    """Flows of quarters summed by calendar year: (period, path) to (year, path)."""
    years: Sequence[int] = sorted(set(axes.years))
    return np.stack([values[[t for t, one in enumerate(axes.years) if one == year]].sum(axis=0) for year in years])
