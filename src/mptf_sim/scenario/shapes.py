"""What may stand where in a scenario file, derived from the declarations: no list of fields is kept twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from annotated_types import MaxLen
from pydantic import BaseModel, Field, TypeAdapter
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

from mptf_sim.quantities import Id, Name, Shares


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text that its field reads by itself: an amount, a share, an id."""

    options: tuple[str, ...] = ()
    """The words there are to choose from, if the field is a choice."""
    is_words: bool = False
    """Whether it is text to people: a name, an id, a word; not a number or date."""
    quantities: tuple[Any, ...] = ()
    """What it may be, as declared: Cents, Quarter, str; several if it may be one or the other."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A mapping with the fields of one model."""

    model: type[BaseModel]

    @property
    def fields(self) -> dict[str, Shape]:
        return _fields(self.model)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(info.alias or name for name, info in self.model.model_fields.items() if info.is_required())


@dataclass(frozen=True, slots=True)
class Kinds:
    """A mapping whose `kind` says which model it is."""

    tag: str
    by_kind: dict[str, Terms]


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of one shape."""

    row: Shape
    most: int | None = None
    """The largest number of rows, if there is one."""

    @property
    def have_ids(self) -> bool:
        if isinstance(self.row, Kinds):
            return all("id" in terms.required for terms in self.row.by_kind.values())
        return isinstance(self.row, Terms) and "id" in self.row.required

    @property
    def are_mappings(self) -> bool:
        return isinstance(self.row, (Terms, Kinds))


@dataclass(frozen=True, slots=True)
class Lookup:
    """A mapping with keys of the user's own, such as years."""

    value: Shape


Shape: TypeAlias = Scalar | Terms | Kinds | Rows | Lookup


@cache
def _fields(model: type[BaseModel]) -> dict[str, Shape]:
    return {info.alias or name: _field(info) for name, info in model.model_fields.items()}


def _field(info: FieldInfo) -> Shape:
    shape = shape_of(info.annotation, info.discriminator)
    most = next((note.max_length for note in info.metadata if isinstance(note, MaxLen)), None)
    return replace(shape, most=most) if isinstance(shape, Rows) else shape


@cache
def field_adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    """What reads and writes one field of a model by itself."""
    info = model.model_fields[name]
    notes = (*info.metadata, *([Field(discriminator=info.discriminator)] if info.discriminator else []))
    annotation: Any = Annotated[(info.annotation, *notes)] if notes else info.annotation
    return TypeAdapter(annotation)


def shape_of(annotation: Any, tag: object = None) -> Shape:
    """The shape that a field's declaration asks for."""
    if annotation is str or annotation in (Id, Name):
        return Scalar(is_words=True, quantities=(annotation,))
    if isinstance(annotation, TypeAliasType):
        return Scalar(quantities=(annotation,))
    if get_origin(annotation) is Annotated:
        inner, *notes = get_args(annotation)
        return shape_of(inner, next((note.discriminator for note in notes if isinstance(note, FieldInfo)), tag))
    arguments = [argument for argument in get_args(annotation) if argument is not NoneType and argument is not Ellipsis]
    if get_origin(annotation) in (Union, UnionType):
        if isinstance(tag, str):
            return Kinds(tag, {kind: Terms(model) for model in arguments for kind in _kinds(model, tag)})
        shapes = [shape_of(argument) for argument in arguments]
        either = tuple(of for shape in shapes if isinstance(shape, Scalar) for of in shape.quantities)
        return shapes[0] if len(shapes) == 1 else Scalar(quantities=either)
    if get_origin(annotation) is Literal:
        return Scalar(options=tuple(str(option) for option in arguments), is_words=isinstance(arguments[0], str))
    if get_origin(annotation) is tuple:
        return Rows(shape_of(arguments[0]))
    if get_origin(annotation) is dict:
        return Lookup(shape_of(arguments[1]))
    if annotation is Shares:
        return Lookup(Scalar())
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Terms(annotation)
    return Scalar(quantities=(annotation,))


def _kinds(model: type[BaseModel], tag: str) -> tuple[str, ...]:
    return get_args(model.model_fields[tag].annotation)


def columns(row: Shape) -> dict[str, Shape]:
    """The columns that a table of such rows may have: fields, and fields of fields with a dot between."""
    return dict(_columns(row, ""))


def _columns(row: Shape, prefix: str) -> Iterator[tuple[str, Shape]]:
    for name, shape in fields_of(row).items() if isinstance(row, (Terms, Kinds)) else ():
        yield prefix + name, shape
        yield from _columns(shape, f"{prefix}{name}.")


def fields_of(row: Terms | Kinds) -> dict[str, Shape]:
    """The fields of a mapping; of one of several kinds, those of all kinds."""
    if isinstance(row, Terms):
        return row.fields
    fields: dict[str, Shape] = {}
    for terms in row.by_kind.values():
        for name, shape in terms.fields.items():
            fields[name] = _either(fields[name], shape) if name in fields else shape
    return fields


def _either(one: Shape, other: Shape) -> Shape:
    """What a field may hold that is one thing in one kind and another in the next."""
    if not isinstance(one, Scalar) or not isinstance(other, Scalar):
        return one
    return Scalar(
        options=tuple(dict.fromkeys((*one.options, *other.options))) if one.options and other.options else (),
        is_words=one.is_words and other.is_words,
        quantities=tuple(dict.fromkeys((*one.quantities, *other.quantities))),
    )
