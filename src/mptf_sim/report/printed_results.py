"""Printed tables of results and of what they rest on: metrics, plans, expectations, evidence, checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isnan

import pandas as pd

from mptf_sim.report.figure_data import coverage_data
from mptf_sim.report.lookup import as_text, currency, kpi, names
from mptf_sim.report.names import CHECKS, EVIDENCE, METRICS, metric_name
from mptf_sim.report.printed import PrintedTable, millions, share_cell, tenths
from mptf_sim.report.wording import SPACE, count, money_with_error, share_with_error
from mptf_sim.runs.tables import RunTables


def index_cell(value: float) -> str:
    """An index from 0 to 1."""
    return f"{value:.3f}" if value == value else ""


def kpis(tables: RunTables) -> PrintedTable:
    """Every metric of the fund, with its error and its tail."""
    unit, table = currency(tables), tables.kpis[tables.kpis["scope_kind"] == "fund"]
    order = {name: number for number, name in enumerate(METRICS)}
    rows = []
    for row in sorted(table.itertuples(), key=lambda one: order.get(one.metric, len(order))):
        show = {"cents": millions, "share": share_cell, "probability": share_cell, "index": index_cell}.get(
            row.unit, count
        )
        what = f"{metric_name(row.metric)}{f', {unit} M' if row.unit == 'cents' else ''}"
        levels = ("" if isnan(value) else show(value) for value in (row.p05, row.p50, row.p95, row.es95))
        mean = tenths(row.mean) if show is count else show(row.mean)
        rows.append((what, mean, _error(row.se, row.unit), *levels, str(row.bad_tail)))
    return PrintedTable(
        "All metrics of the fund",
        ("Metric", "Mean", "Error", "P5", "Median", "P95", "Worst 5 %", "Bad tail"),
        tuple(rows),
        note="Error: two standard errors of the mean. Worst 5 %: mean of the paths in the bad tail. Totals over the calendar, or the state at its end.",
    )


COMPARED = (
    "first_approvable", "chance_instalment_waits_for_cash", "chance_instalment_not_released", "deposits", "approvals",
    "transfers", "direct_delivery", "closing_cash", "lowest_cash", "coverage", "funding_gap",
)  # fmt: skip
"""Metrics that stand side by side where a report holds several runs."""


def side_by_side(runs: Mapping[str, RunTables]) -> PrintedTable:
    """The answers of several runs beside one another."""
    rows = []
    for metric in COMPARED:
        cells = []
        for tables in runs.values():
            found, unit = kpi(tables, metric), currency(tables)
            if found is None:
                cells.append("")
            elif metric == "coverage" or metric.startswith("chance"):
                cells.append(share_with_error(found.mean, found.se))
            else:
                cells.append(money_with_error(found.mean, found.se, unit))
        rows.append((metric_name(metric), *cells))
    note = (
        "Whether a difference is more than noise is not seen here: runs with one seed share their futures, so compare "
        "them path by path."
    )
    return PrintedTable("The runs side by side", ("", *runs), tuple(rows), note=note)


def _error(standard_error: float, unit: str) -> str:
    """Two standard errors in the unit of the metric's mean."""
    if isnan(standard_error):
        return ""
    if standard_error == 0.0:  # a chance that was never or always met has an error all the same
        return "" if unit == "probability" else "none"
    doubled = 2 * standard_error
    if unit == "cents":
        return f"± {millions(doubled)}"
    return f"± {max(100 * doubled, 0.1):.1f}{SPACE}%" if unit in ("share", "probability") else f"± {doubled:,.2g}"


def plans(tables: RunTables) -> PrintedTable:
    """Each plan's needs, who pays by status, coverage and gaps."""
    unit, known = currency(tables), names(tables, "plan")
    planned = tables.plan_sources.groupby(["plan", "status"])["planned_cents"].sum()
    rows, data = [], coverage_data(tables)
    blends = bool(data["deals_share"].any())
    for row in data.itertuples():
        others = (
            millions(float(planned.get((row.plan, status), 0))) for status in ("secured", "indicative", "requested")
        )
        rows.append(
            (
                known.get(str(row.plan), str(row.plan)), millions(row.need_cents), *others,
                millions(row.fund_share * row.need_cents), *((millions(row.deals_share * row.need_cents),) if blends else ()),
                share_with_error(row.coverage_mean, row.coverage_se),
                f"{share_cell(row.coverage_p05)} to {share_cell(row.coverage_p95)}", share_cell(row.funded_share_mean), share_cell(row.chance_fully_funded),
            )
        )  # fmt: skip
    return PrintedTable(
        f"Plans, {unit} M",
        (
            "Plan", "Needs", "Secured by others", "Indicative", "Requested", "Delivered by the fund", *(("Delivered by deals",) if blends else ()),
            "Coverage", "P5 to P95",
            "Approved finance", "Chance fully funded",
        ),
        tuple(rows),
        note="Secured, indicative and requested finance of others are different things: they are never added up, and only secured finance counts.",
    )  # fmt: skip


def expectations(tables: RunTables) -> PrintedTable:
    """What the scenario expects of its results, and whether it holds."""
    known = names(tables, "plan")
    rows = tuple(
        (
            metric_name(str(row.metric)), known.get(str(row.plan), str(row.plan)), f"{_with_commas(str(row.bound))} by {row.period}",
            share_cell(row.asked_probability), share_with_error(row.probability, row.se), "holds" if row.holds else "does not hold",
        )
        for row in tables.expectations.itertuples()
    )  # fmt: skip
    return PrintedTable("Expectations", ("Metric", "Plan", "Expected", "on paths", "Found on", ""), rows, words=3)


def _with_commas(bound: str) -> str:
    """A bound whose amounts can be read: at most 90,000,000."""
    return re.sub(r"\d{5,}", lambda number: f"{int(number[0]):,}", bound)


def evidence_by_owner(tables: RunTables) -> PrintedTable:
    """How many numbers are sourced, calibrated, assumed, by owner."""
    table = as_text(tables.evidence)
    counts = table.groupby(["owner", "kind"]).size().unstack(fill_value=0) if len(table) else pd.DataFrame()
    kinds = [kind for kind in EVIDENCE if kind in counts.columns]
    rows = [(str(owner) or "nobody", *(f"{int(row[kind]):,}" for kind in kinds)) for owner, row in counts.iterrows()]
    rows.append(("All", *(f"{int(counts[kind].sum()):,}" for kind in kinds)))
    return PrintedTable(
        "Numbers of the scenario by owner and class",
        ("Owner", *kinds),
        tuple(rows),
        strong=frozenset({len(rows) - 1}),
    )


def evidence_by_source(tables: RunTables) -> PrintedTable:
    """What stands behind which numbers."""
    table = as_text(tables.evidence).assign(part=tables.evidence["field"].str.extract(r"^(\w+)", expand=False))
    order = list(EVIDENCE)
    rows = []
    for (kind, source, owner, reference), group in table.groupby(["kind", "source", "owner", "reference"], sort=True):
        parts = ", ".join(f"{part} ({number:,})" for part, number in group["part"].value_counts(sort=False).items())
        rows.append((str(kind), str(source), str(owner), str(reference), parts))
    rows.sort(key=lambda row: (order.index(row[0]) if row[0] in order else len(order), row[1]))
    return PrintedTable(
        "What the numbers rest on",
        ("Class", "Source", "Owner", "Reference", "Stands behind"),
        tuple(rows),
        words=5,
    )


def vintage(tables: RunTables) -> PrintedTable:
    """How old what the scenario rests on is: statement, history, the newest year its sources name, the files read."""
    rows = [(str(what), str(when)) for what, when in tables.manifest.get("vintage", {}).items()]
    table = as_text(tables.evidence)
    for kind, words in EVIDENCE.items():
        references = set(table.loc[table["kind"] == kind, "reference"])
        years = sorted(
            int(year)
            for text in references
            for year in re.findall(r"\b(?:19|20)\d\d\b", re.sub(r"https?://\S+", "", text))
        )
        if years:
            rows.append((f"Sources, {words}", f"name years from {years[0]} to {years[-1]}"))
    for name, digest in sorted(tables.manifest.get("data_digests", {}).items()):
        rows.append((f"File {name}", f"SHA-256 {digest[:16]}"))
    return PrintedTable(
        "How old the data is", ("What", "Reaches"), tuple(rows), words=2,
        note="Years that references name, addresses of pages left aside: some are of plans to come. A file's digest says whether it is the same file.",
    )  # fmt: skip


SIGNATURES = (
    ("Prepared by", "ran the scenario as it stands here"),
    ("Checked by", "statement ties to the certified one, assumptions are accepted by their owners"),
    ("Approved by", "may go before the Committee"),
)
"""Who signs a report, and what for."""


def sign_off(tables: RunTables) -> str:
    """What is signed, in a sentence."""
    kinds = tables.evidence["kind"].value_counts()
    soft = int(kinds.get("assumed", 0)) + int(kinds.get("unlabelled", 0))
    digest = str(tables.manifest.get("result_digest", ""))
    which = f" with the result digest {digest[:16]}" if digest else ""
    return f"Signed for the run of “{tables.manifest['scenario']}”{which}, {soft:,} of whose {int(kinds.sum()):,} numbers are assumptions."


def _letter_and_number(check: tuple[str, int]) -> tuple[str, int]:
    """B2 before B13."""
    name = check[0]
    return name[:1], int(name[1:]) if name[1:].isdigit() else 0


def checks(tables: RunTables) -> PrintedTable:
    """Which invariants the run has upheld, and on how many numbers."""
    made = tables.manifest.get("checks", {})
    rows = tuple(
        (name, CHECKS.get(name, ""), f"{int(number):,}")
        for name, number in sorted(made.items(), key=_letter_and_number)
    )
    return PrintedTable("Checks that held on every path", ("", "What must hold", "Numbers looked at"), rows, words=2)
