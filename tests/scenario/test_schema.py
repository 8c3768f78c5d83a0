"""The JSON Schema of a scenario file says what the reader reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mptf_sim.scenario.scenario import Scenario
from mptf_sim.scenario.schema import json_schema
from mptf_sim.scenario.shapes import Rows, Terms

SCHEMA = json_schema()
DEFINITIONS = SCHEMA["$defs"]


def everywhere(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in the schema."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from everywhere(part)
    elif isinstance(value, list):
        for part in value:
            yield from everywhere(part)


def test_it_says_which_draft_it_is_written_in():
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_reference_leads_somewhere_and_nothing_is_left_unused():
    named = {part["$ref"].removeprefix("#/$defs/") for part in everywhere(SCHEMA) if "$ref" in part}

    assert named == set(DEFINITIONS)


def test_every_field_of_the_scenario_is_in_it_and_extends_with_them():
    for name in ("Scenario", "ScenarioChanges"):
        assert set(DEFINITIONS[name]["properties"]) == {"extends", *Terms(Scenario).fields}
        assert DEFINITIONS[name]["additionalProperties"] is False


def test_a_file_that_extends_another_may_leave_out_what_its_parent_says():
    assert SCHEMA["if"] == {"properties": {"extends": {"type": "string"}}, "required": ["extends"]}
    assert SCHEMA["then"] == {"$ref": "#/$defs/ScenarioChanges"}
    assert set(DEFINITIONS["Scenario"]["required"]) == {"name", "calendar", "windows", "regions"}
    assert "required" not in DEFINITIONS["ScenarioChanges"]
    assert DEFINITIONS["DonorChanges"]["required"] == ["id"]
    assert "required" not in DEFINITIONS["CalendarChanges"]


@pytest.mark.parametrize("part", [part for part, shape in Terms(Scenario).fields.items() if isinstance(shape, Rows)])
def test_every_list_may_be_a_table_or_changes(part):
    rows = Terms(Scenario).fields[part]
    assert isinstance(rows, Rows)

    for scenario in ("Scenario", "ScenarioChanges"):
        listed, ways = DEFINITIONS[scenario]["properties"][part]["anyOf"]
        assert listed["type"] == "array"
        assert set(ways["properties"]) == {"table", "rows", *(["remove"] if rows.have_ids else [])}
        assert ways["additionalProperties"] is False


def test_docstrings_of_fields_are_their_descriptions():
    assert (
        DEFINITIONS["Need"]["description"]
        == "What a plan costs in one window and year: direct cost, due when the year begins."
    )
    budget = DEFINITIONS["Programme"]["properties"]["budget"]
    assert budget["description"] == "Direct and indirect cost together."


def test_a_kind_must_be_said():
    for kind in ("Signed", "FullCash", "ProRata", "DonorCut", "Renewing"):
        assert "kind" in DEFINITIONS[kind]["required"]


def test_bounds_and_defaults_are_those_of_the_declarations_as_a_file_says_them():
    assert DEFINITIONS["Calendar"]["properties"]["periods"] == {"$ref": "#/$defs/Count", "minimum": 1, "maximum": 160}
    assert DEFINITIONS["Programme"]["properties"]["budget"]["exclusiveMinimum"] == 0
    assert DEFINITIONS["Donor"]["properties"]["default"]["default"] == "0%"
    assert DEFINITIONS["Donor"]["properties"]["conversion"]["default"] == "100%"
    assert DEFINITIONS["Reserve"]["properties"]["minimum"]["default"] == 0
    assert not [part for part in everywhere(SCHEMA) if {"ge", "gt", "le", "lt"} & set(part)]


def test_unearmarked_money_may_be_written_as_none():
    assert {"enum": ["none", None]} in DEFINITIONS["Earmark"]["anyOf"]
