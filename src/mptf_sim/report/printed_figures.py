"""The numbers of each figure as a table to read beside it."""

from __future__ import annotations

from math import ceil

import numpy as np

from mptf_sim.report import figure_data
from mptf_sim.report.lookup import currency, names
from mptf_sim.report.printed import PrintedTable, millions, millions_with_error, share_cell, tenths
from mptf_sim.report.wording import count, share_with_error
from mptf_sim.runs.tables import RunTables


def frontier(tables: RunTables) -> PrintedTable:
    """Funding policies side by side."""
    rows = tuple(
        (
            f"{row.policy}{' (this scenario)' if row.own else ''}", millions(row.first_approvable_mean_cents),
            share_with_error(row.chance_waits_for_cash, row.chance_se), millions(row.most_waiting_mean_cents),
            millions_with_error(row.approvals_mean_cents, row.approvals_se_cents),
        )
        for row in figure_data.frontier_data(tables).itertuples()
    )  # fmt: skip
    heads = (
        "Funding policy",
        "Approvable at the first meeting",
        "Chance that one waits",
        "Most that waits",
        "Approvals, all meetings",
    )
    return PrintedTable(f"Funding policies on the same futures, {currency(tables)} M", heads, rows)


def fan(tables: RunTables) -> PrintedTable:
    """Cash by quarter."""
    data = figure_data.fan_data(tables)
    heads = {"p05": "P5", "p25": "P25", "p50": "Median", "p75": "P75", "p95": "P95", "owed_to_programmes_p50": "Owed to programmes, median",
             "floor_mean": "Floor, mean"}  # fmt: skip
    levels = [name for name in heads if name in data.columns]
    rows = tuple((str(row["period"]), *(millions(row[level]) for level in levels)) for _, row in data.iterrows())
    return PrintedTable(
        f"Cash at the quarter's close, {currency(tables)} M", ("Quarter", *(heads[name] for name in levels)), rows
    )


def instalments(tables: RunTables) -> PrintedTable:
    """Late instalments by quarter and reason."""
    rows = tuple(
        (
            str(row.period), tenths(row.waiting_for_cash_mean), count(row.waiting_for_cash_p95),
            millions(row.waiting_for_cash_cents), tenths(row.not_released_mean), count(row.not_released_p95),
            millions(row.not_released_cents),
        )
        for row in figure_data.instalments_data(tables).itertuples()
    )  # fmt: skip
    amount = f"{currency(tables)} M, mean"
    heads = ("Quarter", "Waiting for cash, mean", "P95", amount, "Not released, mean", "P95", amount)
    return PrintedTable("Instalments at the quarter's close", heads, rows)


def sources_and_uses(tables: RunTables) -> PrintedTable:
    """Cash by year."""
    columns = {
        "opening_cash": "Opening", "contributions": "Deposits", "interest": "Interest",
        "net_transfers": "Net transfers", "agent_fees": "Fee", "direct_cost": "Direct cost",
        "closing_cash": "Closing",
    }  # fmt: skip
    data = figure_data.sources_and_uses_data(tables)
    rows = tuple((f"{row['year']:.0f}", *(millions(row[column]) for column in columns)) for _, row in data.iterrows())
    return PrintedTable(f"Means, {currency(tables)} M", ("Year", *columns.values()), rows)


def approvals_and_transfers(tables: RunTables) -> PrintedTable:
    """Approved, transferred, delivered by year."""
    data = figure_data.approvals_and_transfers_data(tables)
    rows = tuple(
        (str(row.year), *map(millions, (row.approvals, row.transfers, row.direct_delivery)))
        for row in data.itertuples()
    )
    return PrintedTable(f"Means, {currency(tables)} M", ("Year", "Approved", "Transferred", "Delivered"), rows)


def gap_distribution(tables: RunTables) -> PrintedTable:
    """Gaps that a share of paths reaches."""
    worst_first = [np.sort(tables.paths[name].to_numpy())[::-1] for name in ("funding_gap", "delivery_gap")]
    rows = tuple(
        (share_cell(level), *(millions(gap[ceil(level * len(gap)) - 1]) for gap in worst_first))
        for level in (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
    )
    heads = ("Paths with at least", "Without approved finance", "Not delivered")
    return PrintedTable(f"Gaps at the end, {currency(tables)} M", heads, rows)


def deposits_by_donor(tables: RunTables) -> PrintedTable:
    """Deposits over the calendar."""
    known = names(tables, "donor")
    rows = tuple(
        (
            known.get(str(row.donor), str(row.donor)),
            share_cell(row.share),
            *map(millions, (row.mean, row.p05, row.p50, row.p95)),
        )
        for row in figure_data.deposits_by_donor_data(tables).itertuples()
    )
    return PrintedTable(f"Deposits, {currency(tables)} M", ("Donor", "Share", "Mean", "P5", "Median", "P95"), rows)
