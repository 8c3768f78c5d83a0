"""SQL over run folders: their tables and scenarios in memory, and nothing else within reach of the query."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas as pd

from mptf_sim.errors import OutputError, UsageError
from mptf_sim.runs.folder import as_pattern, csv_file, has_deals, read_manifest
from mptf_sim.runs.scenario_rows import MONEY, NUMBER, TEXT, WHOLE, Part, parts, rows_of
from mptf_sim.runs.tables import RunTables
from mptf_sim.runs.view_tables import TABLES
from mptf_sim.runs.views import View, columns_of_deals, type_of, view_of, views
from mptf_sim.scenario.read import read_scenario
from mptf_sim.scenario.scenario import Scenario

ASKS = ("SELECT", "EXPLAIN", "MULTI")
"""Kinds of statements that give an answer (DESCRIBE, SHOW, SUMMARIZE and VALUES are selects; PIVOT is of many)."""


class Answer(NamedTuple):
    """What a query gives: columns with their SQL types, and rows."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def query(sql: str, *runs: str | Path) -> pd.DataFrame:
    """Ask run folders in SQL; exact amounts are Decimals. The views: `docs/queries.md`.

    Raises
    ------
    UsageError : if a folder is no whole run, or the query is wrong: what is wrong with it, and what there is
    """
    answer = ask(sql, [Path(run) for run in runs])
    return pd.DataFrame(answer.rows, columns=list(answer.columns), dtype=object).infer_objects()


def ask(sql: str, folders: Sequence[Path]) -> Answer:
    """The answer to one SELECT over the views of some runs.

    Raises
    ------
    UsageError : as `query` does
    OutputError : if the machine has not enough memory for it
    """
    named = names_of(folders)
    with duckdb.connect(config=_CLOSED) as database:
        statement = _one_select(database, sql)
        wanted = _views_in(sql)
        database.execute("CREATE SCHEMA held")
        for folder in folders:
            read_manifest(folder)
        scenario_of = cache(lambda folder: read_scenario(folder / "scenario.yaml"))
        for view in wanted:
            for number, (folder, name) in enumerate(zip(folders, named, strict=True)):
                _hold(database, view, folder, scenario_of, name, f"{view.name} {number}")
            tables = (f'SELECT * FROM held."{view.name} {number}"' for number in range(len(folders)))
            database.execute(f"CREATE VIEW {_name(view.name)} AS {' UNION ALL BY NAME '.join(tables)}")
        database.execute("SET enable_external_access = false")
        database.execute("SET lock_configuration = true")
        try:
            result = database.execute(statement)
            described = result.description or []
            return Answer(
                tuple(str(column[0]) for column in described),
                tuple(str(column[1]) for column in described),
                result.fetchall(),
            )
        except duckdb.OutOfMemoryException as problem:
            raise OutputError(f"the query needs more memory than there is: {problem}") from problem
        except (duckdb.InternalException, duckdb.FatalException):
            raise
        except duckdb.Error as problem:
            raise UsageError(f"{str(problem).strip()}\n\n{_what_there_is(wanted)}") from problem


_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def names_of(folders: Sequence[Path]) -> list[str]:
    """What each run is called in the column `run`: its folder's name, or the path as given where two share a name.

    Raises
    ------
    UsageError : if there is no folder, or one is given twice
    """
    if not folders:
        raise UsageError("name at least one run folder, such as runs/baseline")
    places = Counter(folder.resolve() for folder in folders)
    twice = [str(folder) for folder in folders if places[folder.resolve()] > 1]
    if twice:
        raise UsageError(f"a run is given twice: {', '.join(twice)}")
    names = [folder.resolve().name for folder in folders]
    counted = Counter(names)
    return [str(folder) if counted[name] > 1 else name for folder, name in zip(folders, names, strict=True)]


def _one_select(database: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    try:
        statements = database.extract_statements(sql)
    except duckdb.Error as problem:
        raise UsageError(f"{str(problem).strip()}\n\n{_what_there_is(())}") from problem
    kinds = [statement.type.name for statement in statements]
    if len(kinds) != 1 or kinds[0] not in ASKS:
        found = ", ".join(kinds) or "nothing"
        raise UsageError(f"expected one query, such as SELECT * FROM runs, found {found}")
    return statements[0]


def _views_in(sql: str) -> tuple[View, ...]:
    """The views whose names stand in a query; all of them if none does, so that a near name can be suggested."""
    words = set(re.findall(r"\w+", sql.lower()))
    return tuple(view for view in views() if view.name in words) or views()


def _what_there_is(wanted: Sequence[View]) -> str:
    """The columns of the views that a query names, and the names of all views."""
    everything = len(wanted) == len(views())
    lines = [
        f"{view.name} has {', '.join(column.name for column in view.columns)}" for view in wanted if not everything
    ]
    lines.append(f"views: {', '.join(view.name for view in views())}")
    return "\n".join([*lines, "`mptf-sim query --views` says what they hold"])


def _hold(
    database: duckdb.DuckDBPyConnection,
    view: View,
    folder: Path,
    scenario_of: Callable[[Path], Scenario],
    run: str,
    table: str,
) -> None:
    """Take what one run has of a view into memory."""
    try:
        if view.name in ("paths", "path_scopes", "timeline"):
            source = _of_parquet(database, view, folder)
        else:
            database.register("read", _texts(view, folder, scenario_of))
            source = _typed(view, database)
        name = run.replace("'", "''")
        database.execute(f"CREATE TABLE held.{_name(table)} AS SELECT '{name}' AS run, * FROM ({source})")
        database.execute("DROP VIEW IF EXISTS read")
    except (OSError, ValueError, KeyError, duckdb.Error) as problem:
        raise UsageError(f"{folder} is not a whole run folder: {problem}") from problem


def _texts(view: View, folder: Path, scenario_of: Callable[[Path], Scenario]) -> pd.DataFrame:
    """The rows of a CSV table, of the manifest or of a part of the scenario, all as text."""
    if view.name == "runs":
        return pd.DataFrame([_of_manifest(read_manifest(folder))])
    if view.name in RunTables.BLENDING and not has_deals(folder):
        return pd.DataFrame(columns=_columns(view), dtype=str)
    if view.name in (*RunTables.FRAMES, *RunTables.BLENDING):
        return pd.read_csv(csv_file(folder, view.name), keep_default_na=False, dtype=str)
    ((part, table),) = ((part, one) for part in parts() for one in _tables_of(part) if view_of(one) == view.name)
    rows = rows_of(scenario_of(folder), part)[table]
    return pd.DataFrame(rows, columns=_columns(view), dtype=object).fillna("").astype(str)


def _columns(view: View) -> list[str]:
    """Those that a row has of itself."""
    return [column.name for column in view.columns if column.name != "run"]


def _tables_of(part: Part) -> Iterator[str]:
    yield part.name
    for inner in part.inner:
        yield from _tables_of(inner)


def _of_manifest(manifest: dict[str, Any]) -> dict[str, str]:
    flat = manifest | manifest["calendar"] | {"version": manifest["versions"]["mptf_sim"]}
    return {name: str(flat[name]) for name in TABLES["runs"][1]}


def _typed(view: View, database: duckdb.DuckDBPyConnection) -> str:
    """A select that gives every column of the text just registered its type; a file's own order is kept."""
    declared = {column.name: column.type for column in view.columns}
    found = [str(row[0]) for row in database.execute("DESCRIBE read").fetchall()]
    types = {name: declared.get(name) or type_of(view.name, name) for name in found}
    texts = [
        f"{_name(name)}"
        if types[name] == TEXT
        else f"CAST(NULLIF({_name(name)}, '') AS {types[name]}) AS {_name(name)}"
        for name in found
    ]
    return f"SELECT {', '.join(texts)} FROM read"


def _of_parquet(database: duckdb.DuckDBPyConnection, view: View, folder: Path) -> str:
    """A select from a Parquet file, its cents as amounts in the currency."""
    currency = str(read_manifest(folder)["currency"])
    file = "timeline" if view.name == "timeline" else "paths"
    source = f"read_parquet('{as_pattern(folder / f'{file}.parquet')}')"
    described = database.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    found = [(str(row[0]), str(row[1])) for row in described]
    if view.name == "timeline":
        shown = [
            f"CASE WHEN unit = 'cents' THEN {_name(name)} / 100 ELSE {_name(name)} END AS {_name(name)}"
            if type == NUMBER
            else f"CASE WHEN unit = 'cents' THEN '{currency}' ELSE unit END AS unit"
            if name == "unit"
            else _name(name)
            for name, type in found
        ]
        return f"SELECT {', '.join(shown)} FROM {source}"
    if view.name == "paths":
        kpis = pd.read_csv(folder / "kpis.csv", keep_default_na=False, dtype=str)
        whole = {column.name for column in view.columns if column.type == WHOLE}
        whole |= set(kpis.loc[kpis["unit"] != currency, "metric"])
        shown = [
            _name(name) if name in whole else f"{_amount(name)} AS {_name(name)}"
            for name, _ in found
            if ":" not in name
        ]
        if not has_deals(folder):  # deals that are not there draw, lose and mobilise nothing
            shown += [f"CAST(0 AS {one.type}) AS {_name(one.name)}" for one in columns_of_deals()]
        return f"SELECT {', '.join(shown)} FROM {source}"
    scoped = [name for name, _ in found if ":" in name]
    metrics, scopes = zip(*(name.split(":", 1) for name in scoped), strict=True) if scoped else ((), ())
    return (
        f"SELECT path, unnest({_list(metrics)}) AS metric, unnest({_list(scopes)}) AS scope, "
        f"unnest([{', '.join(map(_amount, scoped))}]::{MONEY}[]) AS amount FROM {source}"
    )


def _amount(column: str) -> str:
    """Whole cents as an exact amount."""
    return f"CAST({_name(column)}::DECIMAL(18,0) * 0.01 AS {MONEY})"


def _name(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _list(texts: Sequence[str]) -> str:
    quoted = ("'" + text.replace("'", "''") + "'" for text in texts)
    return f"[{', '.join(quoted)}]::VARCHAR[]"
