"""A scenario back into a file: flattened, tables written out, money in currency units."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from mptf_sim.scenario.scenario import Scenario
from mptf_sim.scenario.shapes import Kinds, Lookup, Rows, Scalar, Shape, Terms

_PLAIN = re.compile(r"[^\W\d_][\w.()'/-]*(?: [\w.()'/-]+)*")
_MISREAD = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
"""Words that some YAML readers take for something else: NO is Norway."""


def to_yaml(scenario: Scenario) -> str:
    """The scenario as run, in one file: reading it gives the same scenario, the same text each time.

    What equals its default is left out.
    """
    return "\n".join(_fields(scenario.dump(), Terms(Scenario), "")) + "\n"


def _fields(values: dict[str, Any], shape: Shape, indent: str) -> Iterator[str]:
    """The lines of a mapping."""
    if isinstance(shape, Kinds):
        shape = shape.by_kind[values[shape.tag]]
    for name, value in values.items():
        inner = _inner(shape, name)
        if isinstance(value, dict) and value:
            yield f"{indent}{name}:"
            yield from _fields(value, inner, indent + "  ")
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
            assert isinstance(inner, Rows)
            yield f"{indent}{name}:"
            for item in value:
                yield from _item(item, inner.row, indent + "  ")
        else:
            yield f"{indent}{name}: {in_line(value, inner)}"


def _inner(shape: Shape, name: str) -> Shape:
    """What may stand in a field of a mapping."""
    if isinstance(shape, Terms):
        return shape.fields.get(name, Scalar())
    return shape.value if isinstance(shape, Lookup) else Scalar()


def _item(values: dict[str, Any], shape: Shape, indent: str) -> Iterator[str]:
    """The lines of a mapping in a list: the first one carries the dash."""
    lines = list(_fields(values, shape, indent + "  ")) or [f"{indent}  {{}}"]
    yield f"{indent}- {lines[0].lstrip()}"
    yield from lines[1:]


def in_line(value: Any, shape: Shape) -> str:
    """A value on one line: a list in square brackets, a mapping in curly ones."""
    if isinstance(value, list):
        row = shape.row if isinstance(shape, Rows) else Scalar()
        return f"[{', '.join(in_line(item, row) for item in value)}]"
    if isinstance(value, dict):
        of = shape.by_kind[value[shape.tag]] if isinstance(shape, Kinds) else shape
        return f"{{{', '.join(f'{name}: {in_line(part, _inner(of, name))}' for name, part in value.items())}}}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str) and isinstance(shape, Scalar) and shape.is_words:
        return _words(value)
    return str(value)  # an amount, a share, a quarter: nothing in it can be misread


def _words(text: str) -> str:
    """Text as it stands where every reader takes it for text, otherwise in quotes."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _MISREAD:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else _escaped(sign) for sign in quoted)


def _escaped(sign: str) -> str:
    code = ord(sign)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
