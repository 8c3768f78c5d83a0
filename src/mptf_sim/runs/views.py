"""What can be asked of run folders in SQL: every view with its columns, their types and what they mean.

One rule for money: amounts are in currency units. What a file keeps as a single path's or a scenario's amount is an exact
DECIMAL; means, errors and quantiles are DOUBLE, as they are in the files. Every view has a column `run`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from mptf_sim.books import ACCOUNTS
from mptf_sim.runs.folder import KPI_NUMBERS, MONEY_COLUMNS, NUMBER_COLUMNS
from mptf_sim.runs.scenario_rows import MONEY, NUMBER, TEXT, TRUTH, WHOLE, Part, parts
from mptf_sim.runs.tables import RunTables
from mptf_sim.scenario.schema import docstrings

RUN = "the run: the name of its folder"
SQL_TYPES = {"int64": WHOLE, "float64": NUMBER, "bool": TRUTH}

SPENDERS = {
    "name": "people know", "net_funded_before": "transfers less refunds before the calendar", "net_funded_mean": "to the end",
    "expenditure_before": "direct and indirect cost before the calendar", "expenditure_mean": "to the end",
    "reported_mean": "of it, as reported", "delivery_rate_known": "reported over net funded",
    "delivery_rate_final": "expenditure over net funded", "net_funded_median_path": "to the end",
    "expenditure_median_path": "to the end",
}  # fmt: skip
"""Columns of the annexes by who spends."""

TABLES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "runs": (
        "a run: what was played, and how",
        {
            "scenario": "its name", "description": "of the scenario", "currency": "of the fund", "seed": "names the draws",
            "paths": "how many futures", "start": "first quarter", "periods": "how many quarters",
            "funding_policy": "what approvals may count on", "median_path": "in the middle by total transfers",
            "scenario_digest": "of the scenario's content", "result_digest": "whether two results are one",
            "version": "of mptf_sim",
        },
    ),
    "kpis": (
        "a key figure of a run, over all its paths: docs/glossary.md",
        {
            "metric": "what is counted", "scope_kind": "fund, plan, ...", "scope": "which one; empty for the fund",
            "period": "when", "unit": "the currency, share, probability, ...", "mean": "over paths",
            "se": "its standard error", "p05": "5 % of paths do not exceed it", "p25": "25 %", "p50": "the median",
            "p75": "75 %", "p95": "95 %", "es95": "mean of the worst 5 % of paths", "bad_tail": "which values are bad",
            "basis": "what quantiles are read from",
        },
    ),
    "timeline": (
        "an account of the fund, a plan, a programme or a donor in one quarter or year, over all paths",
        {
            "account": "a line of the books", "kind": "flow of the period, or stock at its close",
            "scope_kind": "fund, plan, programme, donor, ...", "scope": "which one; empty for the fund",
            "period": "a quarter, a year, `to` a year; empty for the whole calendar", "unit": "the currency, programmes, ...",
            "mean": "over paths", "p05": "5 % of paths do not exceed it", "p25": "25 %", "p50": "the median", "p75": "75 %",
            "p95": "95 %", "p05_path": "the path whose value it is, or -1", "p25_path": "the same", "p50_path": "the same",
            "p75_path": "the same", "p95_path": "the same", "basis": "what quantiles are read from",
        },
    ),
    "statement": (
        "a line of the statement of source and use of funds",
        {
            "year": "calendar year", "part": "sources, uses, balance, organisations", "line": "in the MPTF Office's words",
            "column": "prior years, current year, total", "mean": "over paths", "p05": "5 % of paths do not exceed it",
            "p50": "the median", "p95": "95 %", "median_path": "on the median path: adds up to the cent",
        },
    ),
    "obligations": (
        "an instalment by the quarter in which it falls due, the next eight quarters",
        {
            "programme": "its id", "organisation": "if its parts are paid one by one", "instalment": "its number, from 1", "quarter": "when it falls due",
            "condition": "what releases it", "chance_due": "share of paths on which it falls due then",
            "amount_due_mean": "over all paths", "chance_paid_in_time": "of those on which it is due",
            "chance_waits_for_cash": "of those", "chance_not_released": "of those",
        },
    ),
    "frontier": (
        "a funding policy, played on the same futures",
        {
            "policy": "in a few words", "own": "whether it is the scenario's", "approvals_mean": "over the calendar",
            "approvals_se": "its standard error", "first_approvable_mean": "at the first meeting",
            "chance_waits_for_cash": "that an approved instalment ever does", "chance_se": "its standard error",
            "most_waiting_mean": "the most that ever waits", "coverage": "of all plans at the end",
        },
    ),
    "refusals": (
        "a document and what stood in its way before the Committee, on the first paths",
        {"programme": "its id", "reason": "the bound, bar or limit", "paths": "on which it did", "of_paths": "looked at",
         "meetings_mean": "at how many meetings, over paths"},
    ),
    "floors": (
        "a floor that the Committee keeps, and what it costs",
        {"floor": "of which group", "promised_mean": "what it asks for", "unmet_mean": "what misses to it",
         "chance_unmet": "that anything misses", "score_given_up_mean": "approvals weighted with score, without the floor",
         "score_given_up_se": "its standard error", "of_paths": "looked at"},
    ),
    "documents": (
        "a document before the Committee at a meeting of the next eight quarters, on the first paths",
        {"quarter": "of the meeting", "programme": "its id", "chance_before": "share of paths on which it lies before the Committee",
         "score_mean": "over those", "asked_mean": "over those", "chance_approved": "of those", "award_mean": "over those",
         "award_without_balance_mean": "what the rule would award without balance", "main_reason": "that most often stands in its way",
         "chance_main_reason": "of those", "of_paths": "looked at"},
    ),
    "unspent": (
        "a reason for which money is unspent at a quarter's close, on the first paths",
        {"quarter": "at its close", "held_by": "fund, organisations; beside: no part of the sum", "reason": "what it waits for",
         "mean": "over paths", "se": "its standard error", "p05": "5 % of paths do not exceed it", "p95": "95 %",
         "of_paths": "looked at"},
    ),
    "plan_windows": (
        "a plan's needs of one window and year, on the first paths",
        {"plan": "its id", "window": "thematic area", "year": "calendar year", "need_mean": "direct cost that comes due",
         "secured_mean": "of others", "awarded_mean": "of the fund, less what was freed", "executed_mean": "spent by others",
         "delivered_mean": "by the fund's programmes", "of_paths": "looked at"},
    ),
    "plan_sources": (
        "other finance of a plan by year, provider and status; the three are never added up",
        {"plan": "its id", "year": "calendar year", "provider": "who pays", "status": "secured, indicative, requested",
         "planned": "amount", "executed": "what is spent of it"},
    ),
    "entities": (
        "a donor, plan, programme, window, region or organisation with its name",
        {"kind": "which of them", "id": "in the scenario", "name": "people know", "plan": "it serves", "window": "thematic area",
         "region": "where", "country": "or countries", "organisation": "that convenes", "earmark": "of a donor's gifts",
         "budget": "of a programme", "need": "of a plan, over the calendar"},
    ),
    "evidence": (
        "a number of the scenario and what stands behind it",
        {"field": "where it stands", "value": "as written", "kind": "sourced, calibrated, assumed, unlabelled",
         "source": "its id", "owner": "who answers for it", "reference": "publication, method or reason"},
    ),
    "expectations": (
        "what the scenario expects of its results, and whether it holds",
        {"metric": "what is looked at", "plan": "of which plan", "period": "when", "bound": "at least, at most",
         "asked_probability": "as the scenario says", "probability": "share of paths on which it holds",
         "se": "its standard error", "holds": "whether the share reaches what is asked"},
    ),
    "plan_measures": (
        "needs of a plan by window, objective, cost type or ministry, on the median path",
        {"plan": "its id", "by": "which cut", "value": "of the cut; empty where measures do not say", "need": "to date",
         "approved": "notionally, in proportion", "delivered": "the same"},
    ),
    "plan_status": (
        "a plan at the end of a year",
        {"plan": "its id", "year": "calendar year", "chance_none": "that it has this status", "chance_drafting": "the same",
         "chance_costed": "the same", "chance_adopted": "the same", "chance_reviewed": "the same",
         "coordination_mean": "level of coordination"},
    ),
    "review_pack": (
        "a programme that a review looks at, over the paths on which it is approved by then",
        {"review": "its id", "quarter": "when", "programme": "its id", "chance_approved": "share of paths",
         "approved_mean": "over those paths", "transferred_mean": "less refunds", "reported_mean": "expenditure as reported",
         "delivered_mean": "expenditure", "delivery_rate_known": "as reported", "delivery_rate_true": "at the quarter's close",
         "delivery_rate_final": "at the end of the calendar"},
    ),
    "annex_contributors": (
        "a contributor in one year, and in all",
        {"contributor": "its id", "name": "people know", "year": "calendar year, or all", "signed_mean": "commitments",
         "deposits_mean": "over paths", "deposits_median_path": "of all years; empty in single ones"},
    ),
    "annex_organisations": (
        "a participating organisation: what it received and spent to the end, what was before the calendar included",
        {"organisation": "its id", **SPENDERS},
    ),
    "annex_programmes": (
        "a programme: what it received and spent to the end, what was before the calendar included",
        {"programme": "its id", **SPENDERS},
    ),
    "annex_cost_categories": (
        "a UNSDG cost category of expenditure within the calendar",
        {"category": "in words", "mean": "over paths", "share": "of direct cost", "median_path": "on the median path",
         "basis": "stated by agreements, assumed, computed"},
    ),
    "annex_receivables": (
        "what is signed and not yet deposited",
        {"as_at": "the opening, or a year's last quarter", "contributor": "its id, at the opening",
         "due": "quarter; all and overdue at a year's end", "mean": "over paths", "p05": "5 % of paths do not exceed it",
         "p50": "the median", "p95": "95 %", "median_path": "on the median path"},
    ),
}  # fmt: skip
"""What a row is, and what each column says; types follow from how the files are written."""

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
    for name in dict.fromkeys([*TABLES, *RunTables.FRAMES]):
        if name == "paths":
            continue
        meaning, columns = TABLES.get(name, (f"a row of {name}.csv", {}))
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
    flows = [
        Column(one.name, MONEY if one.unit == "cents" else WHOLE, one.meaning) for one in ACCOUNTS if one.kind == "flow"
    ]
    counts = ("instalment_quarters_", "programmes_")
    figures = [
        Column(name, WHOLE if name.startswith(counts) else MONEY, words) for name, words in PATH_KEY_FIGURES.items()
    ]
    number = (Column("run", TEXT, RUN), Column("path", WHOLE, "its number, from 0"))
    yield View("paths", PATHS, (*number, *flows, *figures))
    meaning, columns = PATH_SCOPES
    types = {"path": WHOLE, "amount": MONEY}
    described = (Column(name, types.get(name, TEXT), words) for name, words in columns.items())
    yield View("path_scopes", meaning, (Column("run", TEXT, RUN), *described))


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
    return f"scenario_{part}" if part in RunTables.FRAMES else part


def _meaning(model: type, field: str) -> str:
    """What its declaration says of a field, if it says anything."""
    return " ".join(docstrings(model).get(field, "").split())
