"""The lists of a scenario as plain tables: what a query sees of donors, plans, programmes and the other parts.

Columns follow from the declarations: a field of a field is named with `_` between, and a list of mappings inside a row
is a table of its own, whose rows say in whose row they stand.
"""

from __future__ import annotations

import json
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

from mptf_sim.quantities import (
    Aggregate,
    Cents,
    ContractRate,
    Count,
    ExchangeRate,
    Fraction,
    Growth,
    Lag,
    Spread,
    Year,
    YesNo,
)
from mptf_sim.scenario.scenario import Scenario

MONEY, NUMBER, WHOLE, TRUTH, TEXT = "DECIMAL(18,2)", "DOUBLE", "BIGINT", "BOOLEAN", "VARCHAR"

Row = tuple[str | None, ...]

QUANTITIES: tuple[tuple[Any, str], ...] = (
    (Cents, MONEY), (Aggregate, NUMBER), (Fraction, NUMBER), (Spread, NUMBER), (Growth, NUMBER), (ContractRate, NUMBER),
    (ExchangeRate, NUMBER), (float, NUMBER),
    (Lag, WHOLE), (Year, WHOLE), (Count, WHOLE), (int, WHOLE), (YesNo, TRUTH), (bool, TRUTH),
)  # fmt: skip
"""What a declared quantity is in SQL; everything else is text."""


class Field(NamedTuple):
    """A column: where its value stands in a row, its type, and the model and field that declare it."""

    name: str
    place: tuple[str, ...]
    sql: str  # its type
    model: type[BaseModel]


class Part(NamedTuple):
    """A table of a scenario: a list, or a list inside the rows of another."""

    name: str
    place: tuple[str, ...]  # of the list, in the row that holds it
    fields: tuple[Field, ...]
    inner: tuple[Part, ...]


def parts() -> tuple[Part, ...]:
    """Every list of mappings that a scenario has."""
    found = []
    for name, info in Scenario.model_fields.items():
        models = _row_models(info)
        if models:
            found.append(_part(name, (name,), models))
    return tuple(found)


def _part(name: str, place: tuple[str, ...], models: list[type[BaseModel]]) -> Part:
    fields: dict[str, Field] = {}
    inner: dict[str, Part] = {}

    def look(model: type[BaseModel], above: tuple[str, ...]) -> None:
        for field, info in model.model_fields.items():
            where = (*above, info.alias or field)
            column = "_".join(where)
            if rows := _row_models(info):
                inner[column] = _part(f"{name}_{column}", where, rows)
            elif held := _models(info.annotation):
                for one in held:
                    look(one, where)
            elif column not in fields:
                fields[column] = Field(column, where, sql_type(info.annotation), model)

    for model in models:
        look(model, ())
    return Part(name, place, tuple(fields.values()), tuple(inner.values()))


def sql_type(annotation: Any) -> str:
    """The type of a column that holds values of a declared quantity."""
    if get_origin(annotation) is Annotated:
        return sql_type(get_args(annotation)[0])
    for quantity, type in QUANTITIES:
        if annotation is quantity:
            return type
    options = [one for one in get_args(annotation) if one is not NoneType]
    if get_origin(annotation) in (Union, UnionType) and len(options) == 1:
        return sql_type(options[0])
    if get_origin(annotation) is Literal and all(isinstance(option, int) for option in options):
        return WHOLE
    return TEXT


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models of a field that holds a mapping: several if it is a choice of kinds."""
    if isinstance(annotation, TypeAliasType):
        return _models(annotation.__value__)
    if get_origin(annotation) is Annotated:
        return _models(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [model for option in get_args(annotation) for model in _models(option)]
    return [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else []


def _row_models(info: FieldInfo) -> list[type[BaseModel]]:
    """The models of the rows, if a field holds a list of mappings."""
    if get_origin(info.annotation) is not tuple:
        return []
    return _models(get_args(info.annotation)[0])


def rows_of(scenario: Scenario, part: Part) -> dict[str, list[Row]]:
    """The rows of a part and of the lists inside it, by table; values as text, None where nothing is given.

    A row of an inner list begins with its holder (the id of the row it stands in, or that row's number) and its own
    number, from 1.
    """
    found: dict[str, list[Row]] = {}
    _enter(found, part, [one.model_dump(mode="json", by_alias=True) for one in getattr(scenario, part.name)], ())
    return found


def _enter(found: dict[str, list[Row]], part: Part, rows: list[dict[str, Any]], holder: tuple[str, ...]) -> None:
    table = found.setdefault(part.name, [])
    for number, row in enumerate(rows, 1):
        standing = (*holder, str(number)) if holder else ()
        table.append((*standing, *(_text(_at(row, field.place), field.sql) for field in part.fields)))
        for inner in part.inner:
            _enter(found, inner, _at(row, inner.place) or [], (str(row.get("id", number)),))
    if not rows:
        for inner in part.inner:
            _enter(found, inner, [], ())


def _at(row: Any, place: tuple[str, ...]) -> Any:
    for name in place:
        row = row.get(name) if isinstance(row, dict) else None
    return row


def _text(value: Any, type: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, list) and not any(isinstance(one, (dict, list)) for one in value):
        return ", ".join(map(str, value))
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    if type == NUMBER and isinstance(value, str):
        return f"{Decimal(value.removesuffix('%')).scaleb(-2 if value.endswith('%') else 0):f}"
    return str(value)
