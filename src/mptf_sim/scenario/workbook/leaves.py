"""The fields that take a cell of a workbook each, with what they mean: from the declarations that also read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel

from mptf_sim.scenario.schema import docstrings
from mptf_sim.scenario.shapes import Kinds, Lookup, Scalar, Shape, Terms, field_adapter
from mptf_sim.scenario.write import in_line

Values = dict[str, Any]

MISSING = object()
"""In place of a value that is not given."""


class Leaf(NamedTuple):
    """A field that takes one cell."""

    steps: tuple[str, ...]
    shape: Shape
    meaning: str
    default: str
    """What holds if the cell is empty, as a file would say it; '' if nothing does."""
    is_required: bool
    """Whether it must be given wherever the mapping around it is."""
    kinds: tuple[str, ...] = ()
    """The kinds it belongs to, if not to all."""

    @property
    def name(self) -> str:
        return ".".join(self.steps)

    def of(self, row: Values) -> Any:
        """Its value in a row; MISSING if it is not given."""
        value: Any = row
        for step in self.steps:
            if not isinstance(value, dict) or step not in value:
                return MISSING
            value = value[step]
        return value


def leaves(shape: Terms | Kinds, rows: Sequence[Values]) -> list[Leaf]:
    """The cells that rows need: those of all fields they may have, in the order of their declaration.

    Parameters
    ----------
    rows : as dumped; they say whether a mapping can be taken apart into cells, or stands in one
    """
    return list(_leaves(shape, rows, (), ()))


def _leaves(
    shape: Terms | Kinds, rows: Sequence[Values], around: tuple[str, ...], kinds: tuple[str, ...]
) -> Iterator[Leaf]:
    for name, (inner, model, of) in _fields(shape).items():
        steps = (*around, name)
        values = [row[name] for row in rows if name in row]
        in_pieces = all(isinstance(value, dict) and value for value in values)
        only = of if isinstance(shape, Kinds) and len(of) < len(shape.by_kind) else kinds
        meaning, default, required = _said(model)[name]
        if isinstance(inner, (Terms, Kinds)) and in_pieces:
            yield from _leaves(inner, values, steps, only)
        elif isinstance(inner, Lookup) and values and in_pieces and _can_be_columns(inner, values):
            for key in sorted({key for value in values for key in value}):
                yield Leaf((*steps, key), inner.value, meaning, "", False, only)
        else:
            yield Leaf(steps, inner, meaning, default, required, only)


def _can_be_columns(lookup: Lookup, values: Sequence[Values]) -> bool:
    return isinstance(lookup.value, Scalar) and not any("." in key for value in values for key in value)


def _fields(shape: Terms | Kinds) -> dict[str, tuple[Shape, type[BaseModel], tuple[str, ...]]]:
    """Every field with its shape, a model that declares it, and the kinds that have it."""
    fields: dict[str, tuple[Shape, type[BaseModel], tuple[str, ...]]] = {}
    for kind, terms in shape.by_kind.items() if isinstance(shape, Kinds) else [("", shape)]:
        for name, inner in terms.fields.items():
            _, model, kinds = fields.get(name, (inner, terms.model, ()))
            fields[name] = (inner, model, (*kinds, kind))
    return fields


@cache
def _said(model: type[BaseModel]) -> dict[str, tuple[str, str, bool]]:
    """What each field means, its default, and whether it must be given."""
    words = docstrings(model)
    said = {}
    for name, info in model.model_fields.items():
        shape = Terms(model).fields[info.alias or name]
        default = ""
        if not info.is_required():
            dumped = field_adapter(model, name).dump_python(info.get_default(call_default_factory=True), mode="json")
            default = "" if dumped is None or dumped in ({}, [], "") else in_line(dumped, shape)
        meaning = " ".join(words.get(name, "").split())
        said[info.alias or name] = (
            meaning,
            default,
            info.is_required() or (name == "kind" and bool(shape_is_tag(shape))),
        )
    return said


def shape_is_tag(shape: Shape) -> bool:
    """Whether a field says which kind a mapping is of: there is one word it may hold."""
    return isinstance(shape, Scalar) and len(shape.options) == 1
