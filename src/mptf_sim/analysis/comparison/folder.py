"""A comparison as files and for programs: money in currency units, as in run folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from mptf_sim.analysis.comparison.compare import Comparison
from mptf_sim.analysis.comparison.subjects import NOW
from mptf_sim.runs.folder import in_units, new_folder

COMPARISON = "comparison.json"

AMOUNTS = {
    "differences": ("mean_against", "mean", "difference", "se", "low", "high", "unpaired_se"),
    "tornado": ("mean_against", "difference", "low", "high"),
    "attribution": ("before", "after", "difference", "se", "low", "high", "difference_over_paths"),
}
"""Columns that are amounts where a row's `unit` is cents."""


def tables_of(found: Comparison) -> dict[str, pd.DataFrame]:
    """Every table there is, by name, with money as decimal text in currency units."""
    shown = {}
    for name in Comparison.TABLES:
        table = getattr(found, name)
        if table is None:
            continue
        if name in AMOUNTS:
            shown[name] = in_units(table, AMOUNTS[name], found.currency)
        else:
            money = [column for column in table.columns if column.endswith("_cents")]
            everywhere = in_units(table.assign(unit="cents"), money, found.currency).drop(columns="unit")
            shown[name] = everywhere.rename(columns={column: column.removesuffix("_cents") for column in money})
    return shown


def write_comparison(found: Comparison, target: Path, workbook: bytes) -> None:
    """Write every table as CSV, and comparison.xlsx: the same bytes for the same runs.

    A comparison that stands there is replaced.
    """
    with new_folder(target, COMPARISON) as folder:
        about = json.dumps(_about(found) | {"made_by": NOW}, indent=2, ensure_ascii=False)
        (folder / COMPARISON).write_text(about + "\n", encoding="utf-8", newline="\n")
        (folder / "comparison.xlsx").write_bytes(workbook)
        for name, table in tables_of(found).items():
            text = table.to_csv(index=False, lineterminator="\n")
            (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")


def as_json(found: Comparison) -> dict[str, Any]:
    """Everything for a program; exact amounts and what is not a number aside, as numbers."""
    shown = {}
    for name, table in tables_of(found).items():
        amounts = (*AMOUNTS.get(name, ()), "transfers_difference_mean")
        shown[name] = [
            {column: _plain(value, column in amounts) for column, value in row.items()}
            for row in table.to_dict("records")
        ]
    return _about(found) | shown


def _about(found: Comparison) -> dict[str, Any]:
    return {
        "against": found.against, "runs": list(found.runs), "seed": found.seed, "paths": found.paths,
        "currency": found.currency,
    }  # fmt: skip


def _plain(value: Any, is_amount: bool) -> Any:
    if is_amount and isinstance(value, str):
        return float(value) if value else None
    return None if value != value or value is pd.NA else value
