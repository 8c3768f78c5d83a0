"""The fields that take a cell of a workbook each, with what they mean: from the declarations that also read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel

from mptf_sim.scenario.schema import docstrings
from mptf_sim.scenario.shapes import Kinds, Lookup, Rows, Scalar, Shape, Terms, field_adapter, fields_of
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
    """Whether it must be given in every row."""
    is_required_if_any: bool
    """Whether it must be given if anything of the mapping around it is."""
    kinds: tuple[str, ...] = ()
    """The kinds it belongs to, if not to all."""
    tag: str = ""
    """The field that says which kind it is."""

    @property
    def only(self) -> str:
        """When it may be given, in words; '' for always."""
        return f"Only if {self.tag} is {' or '.join(self.kinds)}." if self.kinds else ""

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
    return list(_leaves(shape, rows, _Around()))


def given(values: Any, shape: Shape) -> Any:
    """What was dumped, without the fields that hold nothing because nothing is their default."""
    if isinstance(values, list) and isinstance(shape, Rows):
        return [given(item, shape.row) for item in values]
    if not isinstance(values, dict):
        return values
    terms = shape.by_kind[values[shape.tag]] if isinstance(shape, Kinds) else shape
    if not isinstance(terms, Terms):
        return values
    nothing = {info.alias or name for name, info in terms.model.model_fields.items() if info.get_default() is None}
    shapes = terms.fields
    return {name: given(part, shapes[name]) for name, part in values.items() if part is not None or name not in nothing}


class _Around(NamedTuple):
    """What is known of the mapping around a field."""

    steps: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tag: str = ""
    is_given: bool = True
    """Whether every row has it."""
    kind: str = ""
    """Which of its kinds it is if it is not given."""


def _leaves(shape: Terms | Kinds, rows: Sequence[Values], around: _Around) -> Iterator[Leaf]:
    for name, inner in fields_of(shape).items():
        model, of = _declared(shape, name)
        meaning, default, required = _said(model)[name]
        steps, values = (*around.steps, name), [row[name] for row in rows if name in row]
        only, tag = around.kinds, around.tag
        if isinstance(shape, Kinds) and len(of) < len(shape.by_kind):
            only, tag = of, ".".join((*around.steps, shape.tag))
        if isinstance(shape, Kinds) and name == shape.tag:
            meaning = " ".join(f"{kind}: {first_sentence(terms.model)}" for kind, terms in shape.by_kind.items())
            default, required = around.kind, not around.kind
        always = required and around.is_given and not only
        in_pieces = all(isinstance(value, dict) and value for value in values)
        if isinstance(inner, (Terms, Kinds)) and in_pieces:
            yield from _leaves(inner, values, _Around(steps, only, tag, always, default))
        elif isinstance(inner, Lookup) and values and in_pieces and _can_be_columns(inner, values):
            for key in sorted({key for value in values for key in value}):
                yield Leaf((*steps, key), inner.value, meaning, "", False, False, only, tag)
        else:
            meaning = meaning or (first_sentence(model) if around.steps else "")
            yield Leaf(steps, inner, meaning, default, always, required, only, tag)


def _can_be_columns(lookup: Lookup, values: Sequence[Values]) -> bool:
    return isinstance(lookup.value, Scalar) and not any("." in key for value in values for key in value)


def _declared(shape: Terms | Kinds, name: str) -> tuple[type[BaseModel], tuple[str, ...]]:
    """A model that declares a field, and the kinds that have it."""
    if isinstance(shape, Terms):
        return shape.model, ()
    kinds = tuple(kind for kind, terms in shape.by_kind.items() if name in terms.fields)
    return shape.by_kind[kinds[0]].model, kinds


def first_sentence(model: type[BaseModel]) -> str:
    """What a mapping is, in the words of its declaration."""
    return " ".join((model.__doc__ or "").partition("\n\n")[0].split())


@cache
def _said(model: type[BaseModel]) -> dict[str, tuple[str, str, bool]]:
    """What each field means, its default, and whether it must be given."""
    words = docstrings(model)
    said = {}
    for name, info in model.model_fields.items():
        shape = Terms(model).fields[info.alias or name]
        default = ""
        if not info.is_required():
            held = info.get_default(call_default_factory=True)
            if isinstance(shape, Kinds):
                default = str(getattr(held, shape.tag, ""))
            elif not isinstance(shape, Terms):
                dumped = field_adapter(model, name).dump_python(held, mode="json")
                default = "" if dumped is None or dumped in ({}, [], "") else in_line(dumped, shape)
        said[info.alias or name] = (" ".join(words.get(name, "").split()), default, info.is_required())
    return said
