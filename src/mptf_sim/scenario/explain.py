"""What pydantic found wrong, said to the person who wrote the file: where, what was expected, what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby, islice
from json import JSONDecoder
from typing import Any

from pydantic import ValidationError

from mptf_sim.errors import MOST_PROBLEMS, nearest
from mptf_sim.quantities import found
from mptf_sim.scenario.files import Reading
from mptf_sim.scenario.shapes import Kinds, Lookup, Rows, Scalar, Shape, Terms
from mptf_sim.scenario.written import Listing, Mapping, Mark, Node, Text, YamlFile, kind_of, named, shown

Path = tuple[str | int, ...]


_MOST_ERRORS = 10 * MOST_PROBLEMS


@dataclass(slots=True)
class Spot:
    """A field of the scenario in the file: how it is named, what stands there, what may stand there."""

    path: Path
    node: Node
    """What stands there, or the innermost thing around it that the file does say."""
    shape: Shape
    missing: bool = False
    """Whether the file says nothing there."""
    key: Text | None = None
    around: Spot | None = field(default=None, repr=False)
    kinds: Kinds | None = None
    """The alternatives, if the mapping is one of several kinds."""

    @property
    def mark(self) -> Mark:
        """A text or cell where it stands, a list or mapping in YAML where it is named."""
        named_there = self.key is not None and isinstance(self.key.origin, YamlFile)
        return (self.key if self.key and named_there and not isinstance(self.node, Text) else self.node).mark


def find(root: Mapping, whole: Terms, place: Iterable[Any]) -> Spot:
    """Walk down a path of pydantic's: field names, list positions, and words of its own, which are no fields."""
    spot = Spot((), root, whole)
    for part in place:
        shape, node = spot.shape, spot.node
        if isinstance(shape, Kinds):
            said = part in shape.by_kind  # by pydantic, or else by the file
            kind = str(part) if said else kind_of(node, shape.tag) if isinstance(node, Mapping) else None
            spot.shape, spot.kinds = shape.by_kind.get(kind or "", Scalar()), shape
            if said:
                continue
            shape = spot.shape
        if spot.missing or isinstance(shape, Scalar):
            break
        if isinstance(shape, Rows):
            inner = shape.row
        else:
            inner = shape.value if isinstance(shape, Lookup) else _field(shape, part)
        if isinstance(node, Mapping) and part in node.entries:
            key, value = node.entries[part]
            spot = Spot((*spot.path, part), value, inner, key=key, around=spot)
        elif isinstance(node, Listing) and isinstance(part, int) and part < len(node.items):
            spot = Spot((*spot.path, part), node.items[part], inner, around=spot)
        elif isinstance(node, Listing) and isinstance(shape, Lookup) and (item := _item(node, part)) is not None:
            spot = Spot((*spot.path, part), item, inner, around=spot)  # equal shares, written as a list of ids
        elif part != "[key]":
            spot = Spot((*spot.path, part), node, inner, missing=True, key=spot.key, around=spot)
    return spot


def _item(listing: Listing, text: Any) -> Node | None:
    return next((item for item in listing.items if isinstance(item, Text) and item.value == text), None)


def _field(shape: Shape, name: Any) -> Shape:
    return shape.fields.get(str(name), Scalar()) if isinstance(shape, Terms) else Scalar()


def first_errors(error: ValidationError) -> list[Any]:
    """What pydantic found, as far as it will be told: of half a million errors the first."""
    if error.error_count() <= _MOST_ERRORS:
        return list(error.errors(include_url=False, include_input=False))
    errors: list[Any] = []
    text, position = error.json(include_url=False, include_input=False), 1
    while len(errors) < _MOST_ERRORS and text[position - 1] != "]":
        one, position = JSONDecoder().raw_decode(text, position)
        errors.append(one)
        position += 1
    return errors


def explain(errors: list[Any], root: Mapping, whole: Terms, reading: Reading) -> list[Path]:
    """Report what pydantic found, and name the fields that are wrong (those not worth a word as well)."""
    wrong = []
    spots = ((find(root, whole, error["loc"]), error) for error in errors)
    for (path, _), group in groupby(spots, key=lambda pair: (pair[0].path, "[key]" in pair[1]["loc"])):
        found_here = list(group)  # more than one: a field that may be this or that, and is neither
        wrong.append(path)
        spot, error = found_here[0]
        if reading.is_full:
            reading.unlisted += 1
        elif len(found_here) > 1 and all(error["type"] == "quantity" for _, error in found_here):
            report_either(spot, [error["ctx"] for _, error in found_here], reading)
        else:
            report(spot, error, reading)
    return wrong


def report_either(spot: Spot, contexts: list[dict[str, str]], reading: Reading) -> None:
    """A field that may be one of several quantities, and is none of them."""
    expected = " or ".join(dict.fromkeys(context["expected"] for context in contexts))
    reading.report(spot.mark, spot.path, f"expected {expected}, found {contexts[0]['found']}")


def report(spot: Spot, error: Any, reading: Reading) -> None:
    """One mistake, unless it only follows from something that could not be read."""
    kind, context = error["type"], error.get("ctx", {})
    node = spot.node
    in_pieces = isinstance(node, (Mapping, Listing)) and not node.whole
    if kind == "missing":
        if not in_pieces and not _is_misspelt(spot):
            reading.report(spot.mark, spot.path, "required field is missing")
    elif kind == "extra_forbidden":
        _unknown_field(spot, reading)
    elif kind == "union_tag_invalid":
        _unknown_kind(spot, context["tag"], reading)
    elif kind == "union_tag_not_found":
        if not in_pieces:
            _missing_kind(spot, reading)
    elif kind == "too_short":
        if not in_pieces and isinstance(node, Listing) and len(node.items) < context["min_length"]:
            least = context["min_length"]
            message = f"expected at least {least} item{'s' * (least != 1)}, found {context['actual_length']}"
            reading.report(spot.mark, spot.path, message)
    elif kind in ("quantity", "value_error", "assertion_error") and in_pieces:
        return  # a rule between fields, some of which could not be read
    else:
        reading.report(_mark_of_key(spot) if "[key]" in error["loc"] else spot.mark, spot.path, _message(spot, error))


def _mark_of_key(spot: Spot) -> Mark:
    return (spot.key or spot.node).mark


def _unknown_field(spot: Spot, reading: Reading) -> None:
    name, around = str(spot.path[-1]), spot.around
    mark = _mark_of_key(spot)
    fields = around.shape.fields if around and isinstance(around.shape, Terms) else {}
    kinds = around.kinds.by_kind if around and around.kinds else {}
    holders = [kind for kind, terms in kinds.items() if name in terms.fields]
    if holders:
        message = f"unknown '{shown(name)}': it belongs to kind {_either(holders)}"
    elif name[:1].isdigit() and isinstance(spot.node, Text) and spot.node.value is None:
        message = f"unknown '{shown(name)}': between {{ and }} a comma separates fields; write decimals with a point"
    else:
        message = unknown(name, fields)
    reading.report(mark, spot.path, message)


def _is_misspelt(spot: Spot) -> bool:
    """Whether a missing field stands there under a name that is told as unknown, and as probably meant for it."""
    if not isinstance(spot.node, Mapping) or spot.around is None or not isinstance(spot.around.shape, Terms):
        return False
    fields = tuple(spot.around.shape.fields)
    others = [name for name in islice(spot.node.entries, 100) if name not in fields]
    return any(nearest(name, fields) == spot.path[-1] for name in others)


def _missing_kind(spot: Spot, reading: Reading) -> None:
    assert isinstance(spot.shape, Kinds)
    tag = spot.shape.tag
    known = {name for terms in spot.shape.by_kind.values() for name in terms.fields}
    written = islice(spot.node.entries, 100) if isinstance(spot.node, Mapping) else ()
    near = nearest(tag, tuple(name for name in written if name not in known))
    if near and isinstance(spot.node, Mapping):
        message = f"unknown '{shown(near)}'; did you mean '{tag}'?"
        reading.report(spot.node.entries[near].key.mark, (*spot.path, near), message)
    else:
        message = f"required field is missing: expected {_either(spot.shape.by_kind)}"
        reading.report(spot.mark, (*spot.path, tag), message)


def _unknown_kind(spot: Spot, tag: str, reading: Reading) -> None:
    assert isinstance(spot.shape, Kinds)
    written = spot.node.child(spot.shape.tag) if isinstance(spot.node, Mapping) else None
    message = unknown(tag, spot.shape.by_kind)
    if written is not None and not (isinstance(written, Text) and written.value):
        message = f"expected {_either(spot.shape.by_kind)}, found {named(written)}"
    reading.report((written or spot.node).mark, (*spot.path, spot.shape.tag), message)


def unknown(name: str, known: Iterable[str]) -> str:
    """What to say of a word that is none of the known ones: the nearest, or all if there are few."""
    words = tuple(known)
    near = nearest(name, words)
    if near:
        return f"unknown '{shown(name)}'; did you mean '{near}'?"
    return f"unknown '{shown(name)}'" + (f": expected {_either(words)}" if 0 < len(words) <= 12 else "")


def _either(words: Iterable[str]) -> str:
    *others, last = (f"'{word}'" for word in words)
    return f"{', '.join(others)} or {last}" if others else last


_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}


def _message(spot: Spot, error: Any) -> str:
    """In the shape "expected ..., found ...": every mistake whose place says all there is to know."""
    kind, context, node = error["type"], error.get("ctx", {}), spot.node
    is_text = isinstance(node, Text)
    seen = found(node.value) if isinstance(node, Text) else named(node)
    if kind in _BOUNDS:
        words, name = _BOUNDS[kind]
        seen = found(spot.path[-1]) if "[key]" in error["loc"] else seen
        return f"expected {words} {context[name]}, found {seen}"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"expected a mapping of fields, found {seen}" + ": take the line out" * (seen == "nothing")
    if kind in ("tuple_type", "list_type"):
        advice = f": write [{node.value}]" if isinstance(node, Text) and node.value and len(node.value) <= 40 else ""
        return f"expected a list, found {seen}{advice or ': write [] for none' * (seen == 'nothing')}"
    if kind == "literal_error" and isinstance(spot.shape, Scalar):
        if isinstance(node, Text) and node.value is not None:
            return unknown(node.value, spot.shape.options)
        return f"expected {_either(spot.shape.options)}, found {seen}"
    if kind == "string_type":
        return f"expected text, found {seen}"
    if kind == "string_pattern_mismatch":
        return f"expected text of the form {context['pattern']}, found {seen}"
    if kind in ("string_too_short", "string_too_long"):
        words, name = ("at least", "min_length") if kind.endswith("short") else ("at most", "max_length")
        return f"expected {words} {context[name]} characters, found {seen}"
    if kind == "too_long":
        things = "characters" if isinstance(node, Text) else "items"
        return f"expected at most {context['max_length']} {things}, found {context['actual_length']} (a limit on size)"
    if kind.startswith("bool"):
        return f"expected true or false, found {seen}"
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if kind in ("quantity", "value_error", "assertion_error"):
        return message
    return f"{message[0].lower()}{message[1:]}" + (f", found {seen}" if is_text else "")
