"""mptf-sim schema: print the JSON Schema of the scenario file, for editors."""

from __future__ import annotations

import argparse
import json

from mptf_sim.cli import FINE


def add_options(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def main(chosen: argparse.Namespace) -> int:
    from mptf_sim.scenario.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return FINE
