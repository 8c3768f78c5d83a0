"""mptf-sim new: write a commented scenario that runs, in YAML or as a workbook."""

from __future__ import annotations

import argparse
from importlib.resources import as_file, files
from pathlib import Path

from mptf_sim.cli import FINE
from mptf_sim.errors import OutputError, UsageError

EXAMPLE = "new_scenario.yaml"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="scenario file to write, such as my_fund.yaml or my_fund.xlsx")
    parser.add_argument("--xlsx", action="store_true", help="a workbook (as a name that ends in .xlsx says too)")
    parser.add_argument(
        "--from",
        dest="scenario",
        metavar="SCENARIO",
        help="this scenario (YAML or workbook), whole in one file, instead of a small fund to start from",
    )


def main(chosen: argparse.Namespace) -> int:
    """Never over a file that is already there."""
    target = Path(chosen.file)
    is_workbook = target.suffix.lower() == ".xlsx"
    if chosen.xlsx and not is_workbook:
        raise UsageError(f"expected the name of a workbook, such as {target.stem or 'my_fund'}.xlsx, found '{target}'")
    content = _workbook(chosen.scenario) if is_workbook else _yaml(chosen.scenario)
    try:
        with target.open("xb") as out:
            out.write(content)
    except FileExistsError:
        raise OutputError(f"{target} exists already: choose another name") from None
    print(f"{target} is written. Try: mptf-sim check {target} && mptf-sim run {target} --paths 1000")
    return FINE


def _workbook(scenario: str | None) -> bytes:
    from mptf_sim.scenario.read import read_scenario
    from mptf_sim.scenario.workbook.writing import to_workbook

    with as_file(files("mptf_sim.cli").joinpath(EXAMPLE)) as example:
        return to_workbook(read_scenario(scenario or example))


def _yaml(scenario: str | None) -> bytes:
    if scenario is None:
        return files("mptf_sim.cli").joinpath(EXAMPLE).read_bytes()
    from mptf_sim.scenario.read import read_scenario
    from mptf_sim.scenario.write import to_yaml

    return to_yaml(read_scenario(scenario)).encode()
