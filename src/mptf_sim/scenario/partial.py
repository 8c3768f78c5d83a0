"""What can still be asked of a scenario with mistakes in it: whether its names refer to something.

Whatever is right is kept. A row with a mistake keeps its place and every field that is right, so that its own
references are looked at and references to it are not called unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from pydantic import BaseModel, ValidationError

from mptf_sim.errors import nearest
from mptf_sim.scenario.consistency import Unread, inconsistencies
from mptf_sim.scenario.inconsistency import Inconsistency
from mptf_sim.scenario.scenario import Scenario
from mptf_sim.scenario.shapes import Kinds, Rows, Scalar, Shape, Terms, field_adapter
from mptf_sim.scenario.written import Listing, Mapping, is_complete

Path = tuple[str | int, ...]
Wrong = dict[Any, "Wrong"]
"""The fields that are wrong, as a tree: an empty one is wrong as a whole."""


def remaining_inconsistencies(
    data: dict[str, Any], tree: Mapping, whole: Terms, wrong: Iterable[Path]
) -> Iterable[Inconsistency]:
    """The contradictions that do not rest on anything that is wrong.

    Parameters
    ----------
    data, tree : the scenario as written, without and with places
    wrong : the fields that pydantic refused
    """
    mistakes = _as_tree(wrong)
    scenario = _kept(whole, data, mistakes)
    assert isinstance(scenario, Scenario)
    damaged, nameless = set(mistakes), set()
    for name in mistakes.keys() - whole.fields.keys():  # a part under another name
        nameless.add(nearest(name, tuple(whole.fields)) or name)
    for part, shape in whole.fields.items():
        written = tree.child(part)
        if not isinstance(shape, Rows):
            if written is not None and not is_complete(written):
                damaged.add(part)
            continue
        rows = getattr(scenario, part)
        if part in nameless or not tree.whole or (isinstance(written, Listing) and not written.whole):
            damaged.add(part)
            nameless.add(part)
        elif mistakes.get(part) == {} or any(getattr(row, "id", "") is None for row in rows):
            nameless.add(part)
    return inconsistencies(scenario, Unread(frozenset(damaged), frozenset(nameless)))


def _as_tree(wrong: Iterable[Path]) -> Wrong:
    tree: Wrong = {}
    for path in wrong:
        inner = tree
        for part in path:
            inner = inner.setdefault(part, {})
    return tree


def _kept(shape: Shape, data: Any, wrong: Wrong) -> Any:
    """What of a mapping or list with mistakes is right."""
    if isinstance(shape, Rows) and isinstance(data, list):
        if shape.are_mappings:
            return tuple(_kept(shape.row, item, wrong.get(n, {})) for n, item in enumerate(data))
        return tuple(None if n in wrong else item for n, item in enumerate(data))  # ids: as they are written
    if isinstance(shape, Kinds):
        kind = data.get(shape.tag) if isinstance(data, dict) else None
        shape = shape.by_kind.get(str(kind)) or next(iter(shape.by_kind.values()))
    return _kept_fields(shape, data if isinstance(data, dict) else {}, wrong) if isinstance(shape, Terms) else None


def _kept_fields(terms: Terms, data: dict[str, Any], wrong: Wrong) -> BaseModel:
    kept: dict[str, Any] = {}
    for name, info in terms.model.model_fields.items():
        written, shape = info.alias or name, terms.fields[info.alias or name]
        mistakes = wrong.get(written)
        if written in data and mistakes is None:
            with suppress(ValidationError):  # of a kind that is not known
                kept[name] = field_adapter(terms.model, name).validate_python(data[written])
        elif written in data and mistakes and not isinstance(shape, Scalar):
            kept[name] = _kept(shape, data[written], mistakes)
        if name not in kept and info.is_required():
            kept[name] = () if isinstance(shape, Rows) else None
    return terms.model.model_construct(**kept)
