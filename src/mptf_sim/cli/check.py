"""mptf-sim check: read a scenario and list every problem in it."""

from __future__ import annotations

import argparse
import json

from mptf_sim.cli import FINE, INPUT_FAULT
from mptf_sim.errors import ScenarioError
from mptf_sim.scenario.read import read_scenario


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", help="scenario file, such as scenarios/baseline.yaml or fund.xlsx")
    parser.add_argument("--json", action="store_true", help="print problems as JSON")
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing if all is well")


def main(chosen: argparse.Namespace) -> int:
    """2 if there is a problem; every one is listed."""
    try:
        scenario = read_scenario(chosen.scenario)
    except ScenarioError as found:
        if not chosen.json:
            raise
        names = ("file", "sheet", "line", "column", "place", "field", "message")
        problems = [{name: getattr(problem, name) for name in names} for problem in found.problems]
        print(json.dumps({"problems": problems}, indent=2, ensure_ascii=False))
        return INPUT_FAULT
    if chosen.json:
        print(json.dumps({"problems": [], "scenario_digest": scenario.digest}, indent=2))
    elif not chosen.quiet:
        quarters = scenario.calendar.quarters
        print(
            f"{chosen.scenario} is fine: {scenario.name}, {quarters[0]} to {quarters[-1]}, "
            f"{len(scenario.donors)} donors, {len(scenario.plans)} plans, {len(scenario.programmes)} programmes"
        )
    return FINE
