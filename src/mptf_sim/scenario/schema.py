"""The JSON Schema of a scenario file, for editors: from the declarations that also read it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Set
from textwrap import dedent
from typing import Any

from pydantic import BaseModel

from mptf_sim.scenario.scenario import Scenario
from mptf_sim.scenario.shapes import Kinds, Rows, Shape, Terms, field_adapter

Schema = dict[str, Any]

_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
_EXTENDS = {
    "type": ["string", "null"],
    "description": "One file in the folder of this one, which this one changes: mappings and lists with ids merge.",
}


def json_schema() -> Schema:
    """What may stand in a scenario file, as a JSON Schema (draft 2020-12).

    A file that extends another may leave out whatever its parent says, so it is held to a looser schema.
    """
    schema = Scenario.model_json_schema()
    defs: dict[str, Schema] = schema.pop("$defs")
    whole = Terms(Scenario)
    defs["Scenario"] = schema
    for name, terms in _all_terms(whole).items():
        _say_plainly(defs[name], terms)
    defs["Earmark"] = {
        "anyOf": [defs["Earmark"], {"enum": ["none", None]}],
        "description": defs["Earmark"]["description"],
    }
    for definition in defs.values():
        _use_known_words(definition)
    merging = _all_terms(whole, merging=True).keys() - {"Earmark"}
    loose = {_loosely(name): _loosened(defs[name], merging) for name in sorted(merging)}
    changes = loose[_loosely("Scenario")]
    for part, shape in whole.fields.items():
        if isinstance(shape, Rows):
            written = defs["Scenario"]["properties"][part]
            changes["properties"][part] = _with_ways(written, shape, merging, merges=True)
            defs["Scenario"]["properties"][part] = _with_ways(written, shape, merging, merges=False)
    for scenario in (defs["Scenario"], changes):
        scenario["properties"] = {"extends": _EXTENDS, **scenario["properties"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mptf_sim scenario",
        "description": schema["description"],
        "if": {"properties": {"extends": {"type": "string"}}, "required": ["extends"]},
        "then": {"$ref": f"#/$defs/{_loosely('Scenario')}"},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": {**defs, **loose},
    }


def _all_terms(terms: Terms, merging: bool = False) -> dict[str, Terms]:
    """Every model of the scenario by the name of its definition, or those whose fields merge with a parent's."""
    found: dict[str, Terms] = {}
    todo: list[Shape] = [terms]
    while todo:
        shape = todo.pop()
        if isinstance(shape, Kinds):
            todo.extend(shape.by_kind.values())
        elif isinstance(shape, Rows) and (shape.have_ids or not merging):
            todo.append(shape.row)
        elif isinstance(shape, Terms) and shape.model.__name__ not in found:
            found[shape.model.__name__] = shape
            todo.extend(shape.fields.values())
    return found


def _say_plainly(definition: Schema, terms: Terms) -> None:
    """Defaults as a file would say them, docstrings as descriptions; a `kind` must be said; no titles."""
    meanings = docstrings(terms.model)
    for name, info in terms.model.model_fields.items():
        written = definition["properties"][info.alias or name]
        written.pop("title", None)
        if name in meanings:
            written["description"] = meanings[name]
        default = written.pop("default", None)
        if name == "kind" and "const" in written:
            definition.setdefault("required", []).insert(0, name)
        elif default is not None and not isinstance(default, (dict, list)):
            dumped = field_adapter(terms.model, name).dump_python(info.default, mode="json")
            written["default"] = int(dumped) if str(dumped).isdigit() and not isinstance(dumped, bool) else dumped


def docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The docstring under each field. Read here, since pydantic would read them whenever mptf_sim starts."""
    inherited: dict[str, str] = {}
    for parent in model.__bases__:
        if issubclass(parent, BaseModel) and parent is not BaseModel:
            inherited |= docstrings(parent)
    try:
        (declaration,) = ast.parse(dedent(inspect.getsource(model))).body
    except OSError:  # installed without its source
        return {}
    assert isinstance(declaration, ast.ClassDef)
    return inherited | {
        field.target.id: inspect.cleandoc(words.value.value)
        for field, words in zip(declaration.body, declaration.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(words, ast.Expr) and isinstance(words.value, ast.Constant) and isinstance(words.value.value, str)
    }


def _use_known_words(schema: Any) -> None:
    """Bounds in the words of JSON Schema; those on money count cents, so only zero means the same in a file."""
    if isinstance(schema, list):
        for part in schema:
            _use_known_words(part)
    if not isinstance(schema, dict):
        return
    schema.pop("discriminator", None)
    if schema.get("propertyNames") == {"$ref": "#/$defs/Year"}:  # numbers to us, text in JSON
        schema["propertyNames"] = {"pattern": "^[0-9]+$"}
    for ours, theirs in _BOUNDS.items():
        if isinstance(schema.get(ours), (int, float)):
            bound = schema.pop(ours)
            if bound == 0 or schema.get("$ref") != "#/$defs/Cents":
                schema[theirs] = bound
    for part in schema.values():
        _use_known_words(part)


def _loosely(name: str) -> str:
    return f"{name}Changes"


def _loosened(definition: Schema, merging: Set[str]) -> Schema:
    """The same fields, none required but an id: what is missing stands in the parent."""
    loose = {key: value for key, value in definition.items() if key != "required"}
    properties = definition["properties"].items()
    loose["properties"] = {name: _loosened_field(field, merging) for name, field in properties}
    return loose | ({"required": ["id"]} if "id" in definition["properties"] else {})


def _loosened_field(field: Schema, merging: Set[str]) -> Schema:
    """A field that holds a mapping holds its loose form, and so do the items of a list that merges by id."""
    field = dict(field)
    if "items" in field:
        field["items"] = _loosened_field(field["items"], merging)
    if field.get("$ref", "").rpartition("/")[2] in merging:
        field["$ref"] = _loosely(field["$ref"])
    options = [_loosened_field(option, merging) for word in ("oneOf", "anyOf") for option in field.pop(word, ())]
    return field | ({"anyOf": options} if options else {})


def _with_ways(field: Schema, shape: Rows, merging: Set[str], merges: bool) -> Schema:
    """A list part may also be a table, or changes to one (or to the parent's list)."""
    items: Schema = {word: field[word] for word in ("type", "items", "minItems", "maxItems") if word in field}
    changed = {word: value for word, value in items.items() if word != "minItems"}
    if shape.have_ids:
        changed["items"] = _loosened_field(items["items"], merging)
    table = (
        "A CSV file, or a sheet of a workbook (data.xlsx#donors), in the folder of this one: the whole list, one row per "
        "item, columns named like the fields."
    )
    ways: dict[str, Schema] = {
        "table": {"type": "string", "pattern": r"\.([cC][sS][vV]|[xX][lL][sS][xX](#.+)?)$", "description": table},
        "rows": {**changed, "description": "Items to change or add."},
    }
    if shape.have_ids:
        ids = {"type": "array", "items": {"$ref": "#/$defs/Id"}}
        ways["remove"] = {**ids, "description": "Ids of items to take out."}
    mapping = {"type": "object", "properties": ways, "minProperties": 1, "additionalProperties": False}
    rest = {word: value for word, value in field.items() if word not in items}
    return {**rest, "anyOf": [changed if merges else items, mapping]}
