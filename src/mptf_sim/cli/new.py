"""mptf-sim new: write a commented scenario that runs."""

from __future__ import annotations

import argparse
from importlib.resources import files
from pathlib import Path

from mptf_sim.cli import FINE
from mptf_sim.errors import OutputError


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="scenario file to write, such as my_fund.yaml")


def main(chosen: argparse.Namespace) -> int:
    """Never over a file that is already there."""
    target = Path(chosen.file)
    text = files("mptf_sim.cli").joinpath("new_scenario.yaml").read_text(encoding="utf-8")
    try:
        with target.open("x", encoding="utf-8", newline="\n") as out:
            out.write(text)
    except FileExistsError:
        raise OutputError(f"{target} exists already: choose another name") from None
    print(f"{target} is written. Try: mptf-sim check {target} && mptf-sim run {target} --paths 1000")
    return FINE
