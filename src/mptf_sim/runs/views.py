"""What can be asked of run folders in SQL: every view with its columns, their types and what they mean.

One rule for money: amounts are in currency units. What a file keeps as a single path's or a scenario's amount is an exact
DECIMAL; means, errors and quantiles are DOUBLE, as they are in the files. Every view has a column `run`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from mptf_sim.books import ACCOUNTS, FINANCE_ACCOUNTS, Account
from mptf_sim.runs.folder import KPI_NUMBERS, MONEY_COLUMNS, NUMBER_COLUMNS
from mptf_sim.runs.scenario_rows import MONEY, NUMBER, TEXT, TRUTH, WHOLE, Part, parts
from mptf_sim.runs.tables import RunTables
from mptf_sim.runs.view_tables import TABLES
from mptf_sim.scenario.schema import docstrings

RUN = "the run: the name of its folder"
SQL_TYPES = {"int64": WHOLE, "float64": NUMBER, "bool": TRUTH}

PATHS = "one path: totals of flows over the calendar, and its key figures"
PATH_KEY_FIGURES: Mapping[str, str] = {
    "net_funded": "transfers less refunds",
    "expenditure": "direct and indirect cost spent",
    "closing_cash": "cash at the end",
    "lowest_cash": "lowest cash at the close of any quarter",
    "first_approvable": "at the first meeting",
    "instalment_quarters_waiting": "instalments that wait for cash, summed over quarters",
    "instalment_quarters_not_released": "instalments due and not released, summed over quarters",
    "most_waiting_for_cash": "the most that waits at the close of any quarter",
    "funding_gap": "of all plans at the end",
    "delivery_gap": "of all plans at the end",
    "programmes_approved": "within the calendar",
}
PATH_FIGURES_OF_DEALS: Mapping[str, str] = {
    "most_guaranteed": "the most that guarantees promise at the close of any quarter",
    "closing_facility_cash": "in the purses of facilities at the end",
    "private_mobilised": "drawn from private lenders",
    "private_additional": "of that, what would not have come anyway",
    "public_unlocked": "drawn from public lenders whose rate was bought down",
    "oecd_mobilised": "of private draws, what facilities may count as theirs by the OECD's method",
    "mdb_mobilised": "the same, by the development banks' method",
    "concessional_drawn": "drawn on concessional terms",
    **{f"given_{rate}": f"given away in layers, discounted at {rate} % a year" for rate in (9, 7, 6, 5)},
}
"""Key figures that a path of a run with deals has beside."""

PATH_SCOPES = (
    "what one path has for one plan (or another scope) at the end",
    {"path": "its number", "metric": "delivered, funded, ...", "scope": "the plan", "amount": "to date"},
)


class Column(NamedTuple):
    """One column of a view."""

    name: str
    type: str
    meaning: str


class View(NamedTuple):
    """What a row of it is, and its columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]


@cache
def views() -> tuple[View, ...]:
    """Every view there is, tables of the run folder first, then the parts of the scenario."""
    return (*_tables(), *_paths(), *(view for part in parts() for view in _of_part(part, "")))


def _tables() -> Iterator[View]:
    for name, (meaning, columns) in TABLES.items():
        described = (Column(column, type_of(name, column), words) for column, words in columns.items())
        yield View(name, meaning, (Column("run", TEXT, RUN), *described))


def type_of(table: str, column: str) -> str:
    """The SQL type of a column of a table that stands in the folder as CSV, in the manifest, or as Parquet."""
    if table == "runs":
        return WHOLE if column in ("paths", "periods", "median_path") else TEXT
    if table in ("kpis", "timeline"):
        return NUMBER if column in KPI_NUMBERS else WHOLE if column.endswith("_path") else TEXT
    kind = NUMBER_COLUMNS.get(table, {}).get(column)
    if column in MONEY_COLUMNS.get(table, ()):
        return MONEY if kind == "int64" else NUMBER
    return SQL_TYPES[kind] if kind else TEXT


def _paths() -> Iterator[View]:
    flows = _flows(ACCOUNTS)
    counts = ("instalment_quarters_", "programmes_")
    figures = [
        Column(name, WHOLE if name.startswith(counts) else MONEY, words) for name, words in PATH_KEY_FIGURES.items()
    ]
    number = (Column("run", TEXT, RUN), Column("path", WHOLE, "its number, from 0"))
    yield View("paths", PATHS, (*number, *flows, *figures, *columns_of_deals()))
    meaning, columns = PATH_SCOPES
    types = {"path": WHOLE, "amount": MONEY}
    described = (Column(name, types.get(name, TEXT), words) for name, words in columns.items())
    yield View("path_scopes", meaning, (Column("run", TEXT, RUN), *described))


def columns_of_deals() -> list[Column]:
    """What a path of a run with deals has beside; zero in runs without."""
    figures = (Column(name, MONEY, words) for name, words in PATH_FIGURES_OF_DEALS.items())
    return [*_flows(FINANCE_ACCOUNTS), *figures]


def _flows(accounts: Sequence[Account]) -> list[Column]:
    return [
        Column(one.name, MONEY if one.unit == "cents" else WHOLE, one.meaning) for one in accounts if one.kind == "flow"
    ]


def _of_part(part: Part, holder: str) -> Iterator[View]:
    standing = (
        [Column("holder", TEXT, f"the row of {holder} it stands in"), Column("number", WHOLE, "in its list, from 1")]
        if holder
        else []
    )
    fields = [Column(field.name, field.sql, _meaning(field.model, field.place[-1])) for field in part.fields]
    what = f"one of the {part.place[-1]} of {holder}" if holder else f"one of the {part.name} of the scenario"
    yield View(view_of(part.name), what, (Column("run", TEXT, RUN), *standing, *fields))
    for inner in part.inner:
        yield from _of_part(inner, part.name)


def view_of(part: str) -> str:
    """The view of a list of the scenario: its name, unless a table of results is called so."""
    return f"scenario_{part}" if part in (*RunTables.FRAMES, *RunTables.BLENDING) else part


def _meaning(model: type, field: str) -> str:
    """What its declaration says of a field, if it says anything."""
    return " ".join(docstrings(model).get(field, "").split())
