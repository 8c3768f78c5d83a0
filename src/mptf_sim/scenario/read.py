"""A scenario file becomes a Scenario, or every problem found in it.

The file is read as text with places (`yaml_text`, `tables`), put over its parents (`extends`), checked field by
field (the declarations themselves) and as a whole (`consistency`); `explain` says what is wrong, and where.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from mptf_sim.scenario.explain import explain, find, first_errors
from mptf_sim.scenario.extends import read_flattened
from mptf_sim.scenario.files import Reading
from mptf_sim.scenario.partial import remaining_inconsistencies
from mptf_sim.scenario.scenario import SCHEMA, Scenario
from mptf_sim.scenario.shapes import Rows, Terms
from mptf_sim.scenario.written import Entry, Listing, Mapping, Text, plain


def read_scenario(path: str | Path) -> Scenario:
    """Read one world from its file, with the files it extends and the tables it names.

    Raises
    ------
    ScenarioError
        with all problems at once, each with file, line and column
    """
    return read_with_files(path)[0]


def read_with_files(path: str | Path) -> tuple[Scenario, dict[str, str]]:
    """The same, with the SHA-256 of every file that was read, by name."""
    file, whole, reading = os.fspath(path), Terms(Scenario), Reading()
    tree = read_flattened(file, whole, reading)
    scenario = _validated(tree, whole, reading) if tree is not None else None
    if scenario is None or reading.problems:
        raise reading.error(file)
    return scenario, reading.digests


def _validated(tree: Mapping, whole: Terms, reading: Reading) -> Scenario | None:
    """The scenario that a tree describes, if nothing is wrong with it."""
    _take_schema(tree, reading)
    _take_too_many(tree, whole, reading)
    data = plain(tree)
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        errors = first_errors(error)
    if errors[0]["type"] == "inconsistent" and not reading.problems:
        contradictions = errors[0]["ctx"]["problems"]
    else:
        wrong = explain([error for error in errors if error["type"] != "inconsistent"], tree, whole, reading)
        contradictions = remaining_inconsistencies(data, tree, whole, wrong) if not reading.is_full else ()
    for at, message in contradictions:
        if reading.unlisted:
            break
        reading.report(find(tree, whole, at).mark, at, message)
    return None


def _take_schema(tree: Mapping, reading: Reading) -> None:
    """The version of the file format: this one reads the first."""
    for name in ("schema", "schema_version"):
        entry = tree.entries.pop(name, None)
        if entry is None:
            continue
        written = entry.value.value if isinstance(entry.value, Text) else None
        if name != "schema":
            reading.report(entry.key.mark, (name,), f"unknown '{name}'; did you mean 'schema'?")
        elif written != str(SCHEMA):
            shown = written if written is not None else "nothing"
            message = f"expected schema {SCHEMA}, the only one this version of mptf_sim reads, found {shown[:60]}"
            reading.report(entry.value.mark, (name,), message)


def _take_too_many(tree: Mapping, whole: Terms, reading: Reading) -> None:
    """Lists with more items than their part may have: nobody waits for what is wrong with each of them."""
    for part, shape in whole.fields.items():
        entry = tree.entries.get(part)
        if not isinstance(shape, Rows) or shape.most is None or entry is None or not isinstance(entry.value, Listing):
            continue
        if (count := len(entry.value.items)) > shape.most:
            message = f"expected at most {shape.most} items, found {count} (a limit on size)"
            reading.report(entry.key.mark, (part,), message)
            tree.entries[part] = Entry(entry.key, entry.value.like([], whole=False))
