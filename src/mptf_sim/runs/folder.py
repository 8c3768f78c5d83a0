"""The run folder: written whole or not at all, and read back to the same tables."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from mptf_sim.books import FACILITY_FIGURES
from mptf_sim.errors import OutputError, UsageError
from mptf_sim.quantities import Whole
from mptf_sim.runs.tables import RunTables

MANIFEST = "manifest.json"
PARQUET = ("paths", "timeline")
SPENT = (
    "net_funded_before", "net_funded_mean", "expenditure_before", "expenditure_mean", "reported_mean",
    "net_funded_median_path", "expenditure_median_path",
)  # fmt: skip
"""Money of an annex by who spends."""

MONEY_COLUMNS = {
    "statement": ("mean", "p05", "p50", "p95", "median_path"),
    "obligations": ("amount_due_mean",),
    "frontier": ("approvals_mean", "approvals_se", "first_approvable_mean", "most_waiting_mean"),
    "floors": ("promised_mean", "unmet_mean", "score_given_up_mean", "score_given_up_se"),
    "plan_sources": ("planned", "executed"),
    "entities": ("budget", "need"),
    "plan_measures": ("need", "approved", "delivered"),
    "funnel": ("mean", "p05", "p50", "p95"),
    "pledges": ("amount",),
    "documents": ("asked_mean", "award_mean", "award_without_balance_mean"),
    "unspent": ("mean", "se", "p05", "p95"),
    "plan_windows": (
        "need_mean",
        "secured_mean",
        "awarded_mean",
        "deal_finance_mean",
        "executed_mean",
        "delivered_mean",
        "deal_delivery_mean",
    ),
    "plan_coverage": (
        "need_mean",
        "funding_gap_mean",
        "funding_gap_se",
        "delivery_gap_mean",
        "delivery_gap_se",
    ),
    "review_pack": ("approved_mean", "transferred_mean", "reported_mean", "delivered_mean"),
    "capital_stack": (
        "face",
        "drawn",
        "interest",
        "principal",
        "gross_losses",
        "exchange_difference",
        "expected_loss",
        "se",
        "loss_p95",
        "loss_p99",
        "unexpected_loss",
    ),
    "deals": (
        "calls",
        "delivery",
        "finance",
        "investment",
        "losses",
        "premiums",
        "recoveries",
        "reimbursed",
        "matching_grants",
        "technical_assistance",
        "interest_buy_downs",
        "results_payments",
        "claimed_private",
    ),
    "facilities": FACILITY_FIGURES,
    "guarantees": ("exposure", "provision", "calls", "premiums", "reimbursed", "budget_cost"),
    "sources_of_plans": ("delivered",),
    "debt_service": ("service", "service_se", "by_state"),
    "annex_contributors": ("signed_mean", "deposits_mean", "deposits_median_path"),
    "annex_organisations": SPENT,
    "annex_programmes": SPENT,
    "annex_cost_categories": ("mean", "median_path"),
    "annex_receivables": ("mean", "p05", "p50", "p95", "median_path"),
    "organisations": (
        "capacity",
        "transfers_mean",
        "refunds_mean",
        "delivery_mean",
        "held_up_mean",
        "transfers_median_path",
        "delivery_median_path",
    ),
    "breakdown": (
        "requested",
        "transfers_mean",
        "delivery_mean",
        "transfers_median_path",
        "delivery_median_path",
    ),
}
"""Columns of CSV tables that hold money: cents in memory (named so where the name says it), currency units in the file."""

EXACT_SPENT = {
    "net_funded_median_path": "int64", "expenditure_median_path": "int64", "delivery_rate_known": "float64",
    "delivery_rate_final": "float64",
}  # fmt: skip

NUMBER_COLUMNS: dict[str, dict[str, str]] = {
    "statement": {"year": "int64", "median_path": "int64"},
    "obligations": {
        "instalment": "int64", "chance_due": "float64", "chance_paid_in_time": "float64",
        "chance_waits_for_cash": "float64", "chance_not_released": "float64",
    },
    "frontier": {"own": "bool", "chance_waits_for_cash": "float64", "chance_se": "float64", "coverage": "float64"},
    "refusals": {"paths": "int64", "of_paths": "int64", "meetings_mean": "float64"},
    "floors": {"chance_unmet": "float64", "of_paths": "int64"},
    "plan_sources": {"year": "int64", "planned": "int64", "executed": "int64"},
    "entities": {"budget": "int64", "need": "int64"},
    "funnel": {"year": "int64", "share_of_announced": "float64"},
    "pledges": {"year": "int64", "pledges": "float64"},
    "plan_measures": {"need": "int64", "approved": "int64", "delivered": "int64"},
    "plan_status": {
        "year": "int64", "chance_none": "float64", "chance_drafting": "float64", "chance_costed": "float64",
        "chance_adopted": "float64", "chance_reviewed": "float64", "coordination_mean": "float64",
    },
    "review_pack": {
        "chance_approved": "float64", "delivery_rate_known": "float64", "delivery_rate_true": "float64",
        "delivery_rate_final": "float64",
    },
    "organisations": {
        "executive_committee": "bool", "member": "bool", "transfers_median_path": "int64",
        "delivery_median_path": "int64",
    },
    "breakdown": {
        "requested": "int64", "coverage": "float64", "transfers_median_path": "int64", "delivery_median_path": "int64",
    },
    "capital_stack": {"seniority": "int64", "expected_loss_share": "float64"},
    "deals": {"claimed_private": "int64"},
    "leverage": {"value": "float64", "se": "float64"},
    "sources_of_plans": {"coverage": "float64", "se": "float64"},
    "debt_service": {
        "year": "int64", "coverage": "float64", "coverage_se": "float64", "waiting": "float64", "waiting_se": "float64", "gained": "float64",
        "gained_se": "float64", "of_paths": "int64",
    },
    "annex_contributors": {"deposits_median_path": "int64"},
    "annex_organisations": EXACT_SPENT,
    "annex_programmes": EXACT_SPENT,
    "annex_cost_categories": {"share": "float64", "median_path": "int64"},
    "annex_receivables": {"median_path": "int64"},
    "documents": {
        "chance_before": "float64", "score_mean": "float64", "chance_approved": "float64", "chance_main_reason": "float64",
        "of_paths": "int64",
    },
    "unspent": {"of_paths": "int64"},
    "plan_windows": {"year": "int64", "of_paths": "int64"},
    "plan_coverage": {
        "coverage": "float64", "coverage_se": "float64", "funded_share": "float64", "funded_share_se": "float64", "of_paths": "int64",
    },
    "expectations": {"asked_probability": "float64", "probability": "float64", "se": "float64", "holds": "bool"},
}  # fmt: skip
"""Columns of CSV tables that are numbers or truth values; every other column is text, whatever it looks like."""

IN_CENTS = ("frontier", "floors", "plan_sources", "entities", "documents", "unspent", "plan_windows", "plan_coverage")
"""CSV tables whose columns of money say `_cents` in memory."""

KPI_NUMBERS = ("mean", "se", "p05", "p25", "p50", "p75", "p95", "es95")
KPI_UNITS = ("share", "probability", "index", "months", "programmes", "instalment-quarters")


@contextmanager
def new_folder(target: Path, mark: str = MANIFEST) -> Iterator[Path]:
    """A folder to fill: it takes its place when the block ends without an error, and not before.

    A folder of the same kind that stands there is replaced; anything else is left alone.

    Parameters
    ----------
    mark : the file by which its kind is known; that of a run folder is its manifest

    Raises
    ------
    OutputError : if something else is in the way, or the machine will not take it
    """
    if target.exists() and not (target / mark).is_file() and (not target.is_dir() or any(target.iterdir())):
        kind = "a run folder" if mark == MANIFEST else f"a folder with {mark}"
        raise OutputError(f"{target} exists and is not {kind}: it is not empty. Choose another --out")
    making = target.with_name(f".{target.name}.{os.getpid()}.making")
    try:
        making.mkdir(parents=True)
    except OSError as problem:
        raise OutputError(f"cannot write to {target.parent}: {problem.strerror}") from problem
    try:
        yield making
        replaced = target.with_name(f".{target.name}.{os.getpid()}.replaced")
        if target.exists():
            target.rename(replaced)
        making.rename(target)
        shutil.rmtree(replaced, ignore_errors=True)
    except OSError as problem:
        raise OutputError(f"cannot write {target}: {problem.strerror or problem}") from problem
    finally:
        shutil.rmtree(making, ignore_errors=True)


def write_tables(folder: Path, tables: RunTables) -> None:
    """Write manifest, scenario and every table, with the same bytes for the same run."""
    write_manifest(folder, tables.manifest)
    (folder / "scenario.yaml").write_text(tables.scenario_text, encoding="utf-8", newline="\n")
    currency = str(tables.manifest["currency"])
    for name in RunTables.FRAMES:
        frame: pd.DataFrame = getattr(tables, name)
        if name in PARQUET:
            _write_parquet(folder / f"{name}.parquet", frame, name)
        else:
            _write_csv(folder, name, frame, currency)
    for name, frame in tables.blending.items():
        _write_csv(folder, name, frame, currency)


def _write_csv(folder: Path, name: str, frame: pd.DataFrame, currency: str) -> None:
    text = _in_currency(name, frame, currency).to_csv(index=False, lineterminator="\n")
    csv_file(folder, name).parent.mkdir(exist_ok=True)
    csv_file(folder, name).write_text(text, encoding="utf-8", newline="\n")


def _read_csv(folder: Path, name: str) -> pd.DataFrame:
    return _in_cents(name, pd.read_csv(csv_file(folder, name), keep_default_na=False, dtype=str))


def csv_file(folder: Path, name: str) -> Path:
    """Where a table stands in a run folder: annexes of the statement in a folder of their own."""
    annex = name.removeprefix("annex_")
    return folder / f"{name}.csv" if annex == name else folder / "annexes" / f"{annex}.csv"


def has_deals(folder: Path) -> bool:
    """Whether tables of deals stand in a run folder."""
    return any(csv_file(folder, name).is_file() for name in RunTables.BLENDING)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """What a run was, and how it was played.

    Raises
    ------
    UsageError : if this is not a run folder
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if not isinstance(manifest, dict):
            raise ValueError(f"{MANIFEST} is not a mapping")
        return manifest
    except (OSError, ValueError) as problem:
        raise UsageError(f"{folder} is not a whole run folder: {problem}") from problem


def read_path(folder: Path, path: int) -> dict[str, int]:
    """What a run has kept of one path: its row of `paths.parquet`, by column.

    Raises
    ------
    UsageError : if the table is missing or damaged, or has no such path
    """
    try:
        rows = _read_parquet(folder / "paths.parquet", "paths", f"WHERE path = {int(path)}")
        (row,) = rows.to_dict("records")
        return {str(name): int(value) for name, value in row.items() if name != "path"}
    except (OSError, ValueError, duckdb.Error) as problem:
        raise UsageError(f"{folder} is not a whole run folder: {problem}") from problem


def read_path_columns(folder: Path) -> dict[str, Whole]:
    """What a run has kept of every path, by column, in the order of paths.

    Raises
    ------
    UsageError : if the table is missing or damaged, or does not hold every path of the run
    """
    try:
        rows = _read_parquet(folder / "paths.parquet", "paths", "ORDER BY path")
        if rows["path"].tolist() != list(range(int(read_manifest(folder)["paths"]))):
            raise ValueError("paths.parquet does not hold every path once")
        return {str(name): rows[name].to_numpy(dtype=np.int64) for name in rows.columns if name != "path"}
    except (OSError, ValueError, KeyError, duckdb.Error) as problem:
        raise UsageError(f"{folder} is not a whole run folder: {problem}") from problem


def read_tables(folder: Path) -> RunTables:
    """The tables of a run folder, as they were when it was written.

    Raises
    ------
    UsageError : if this is not a run folder, or a file of it is missing or damaged
    """
    try:
        manifest = read_manifest(folder)
        frames = {}
        for name in RunTables.FRAMES:
            if name in PARQUET:
                frames[name] = _read_parquet(folder / f"{name}.parquet", name)
            else:
                frames[name] = _read_csv(folder, name)
        blending = {name: _read_csv(folder, name) for name in RunTables.BLENDING if has_deals(folder)}
        scenario_text = (folder / "scenario.yaml").read_text(encoding="utf-8")
        return RunTables(manifest, scenario_text, **frames, blending=blending)
    except (OSError, ValueError, KeyError, duckdb.Error) as problem:
        raise UsageError(f"{folder} is not a whole run folder: {problem}") from problem


def _in_currency(name: str, frame: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Money columns as decimal text in currency units: shifted, never divided."""
    if name == "kpis":
        return in_units(frame, KPI_NUMBERS, currency)
    shown = frame.copy()
    shown = shown.rename(columns={column: column.removesuffix("_cents") for column in shown.columns})
    for column in MONEY_COLUMNS.get(name, ()):
        shown[column] = [units(value) for value in shown[column]]
    return shown


def in_units(frame: pd.DataFrame, columns: Sequence[str], currency: str) -> pd.DataFrame:
    """Columns as decimal text: in currency units where the row's `unit` is cents, as they are elsewhere."""
    shown = frame.copy()
    money = (shown["unit"] == "cents").to_numpy()
    for column in columns:
        shown[column] = [
            units(value) if is_money else _text(value) for value, is_money in zip(shown[column], money, strict=True)
        ]
    shown["unit"] = [currency if is_money else unit for unit, is_money in zip(shown["unit"], money, strict=True)]
    return shown


def _in_cents(name: str, raw: pd.DataFrame) -> pd.DataFrame:
    """What `_in_currency` wrote, back in cents and numbers."""
    if name == "kpis":
        money = ~raw["unit"].isin(KPI_UNITS)
        for column in KPI_NUMBERS:
            raw[column] = [
                cents(text) if is_money else _number(text) for text, is_money in zip(raw[column], money, strict=True)
            ]
        raw.loc[money, "unit"] = "cents"
        return raw
    money_columns, numbers = MONEY_COLUMNS.get(name, ()), NUMBER_COLUMNS.get(name, {})
    for column in raw.columns:
        kind = numbers.get(column, "float64" if column in money_columns else "")
        if kind == "bool":
            raw[column] = raw[column] == "True"
        elif kind:
            read = cents if column in money_columns else _number
            raw[column] = pd.Series([read(text) for text in raw[column]], index=raw.index, dtype="float64").astype(kind)
    if name in IN_CENTS:
        raw = raw.rename(columns={column: f"{column}_cents" for column in money_columns})
    return raw


def units(cents_amount: float) -> str:
    """Cents as a decimal text in currency units, exact; empty for what is not a number."""
    if cents_amount != cents_amount:
        return ""
    return f"{Decimal(repr(float(cents_amount))).scaleb(-2).normalize():f}"


def cents(text: str) -> float:
    """The inverse of `units`."""
    return float(Decimal(text).scaleb(2)) if text else float("nan")


def _text(value: float) -> str:
    return "" if pd.isna(value) else repr(float(value))


def _number(text: str) -> float:
    return float(text) if text else float("nan")


def _connection() -> duckdb.DuckDBPyConnection:
    """One thread, so that rows keep their order and bytes repeat; no extension is looked for."""
    return duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": "false"})


def _write_parquet(path: Path, frame: pd.DataFrame, name: str) -> None:
    with _connection() as database:
        database.register("frame", frame)
        database.execute(
            f"COPY (SELECT * FROM frame) TO '{_quoted(path)}' "
            f"(FORMAT PARQUET, COMPRESSION ZSTD, KV_METADATA {{holds: '{name}', money: 'cents'}})"
        )


def _read_parquet(path: Path, name: str, which: str = "") -> pd.DataFrame:
    if not path.is_file():
        raise ValueError(f"{name}.parquet is missing")
    with _connection() as database:
        frame = database.execute(f"SELECT * FROM read_parquet('{as_pattern(path)}') {which}").df()
    return pd.DataFrame(frame)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def as_pattern(path: Path) -> str:
    """A file's name inside quotes, where DuckDB expects a pattern: a folder called `a*b` is meant as it stands."""
    return re.sub(r"[*?\[]", r"[\g<0>]", _quoted(path))
