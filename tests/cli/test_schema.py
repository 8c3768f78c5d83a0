"""`mptf-sim schema` prints one JSON document for editors."""

from __future__ import annotations

import json

from mptf_sim.scenario.schema import json_schema
from tests.cli.calling import called


def test_the_schema_is_printed_as_one_json_document():
    answer = called("schema")

    assert (answer.code, answer.err) == (0, "")
    assert json.loads(answer.out) == json_schema()
    assert json.loads(answer.out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
