"""mptf-sim report: make the figures and the report of a run folder again."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", help="run folder, such as runs/baseline")
    parser.add_argument("--out", metavar="FILE", help="write one .html or .pdf file instead of renewing the folder's")


def main(chosen: argparse.Namespace) -> int:
    """From the folder's tables alone: nothing is played again."""
    from mptf_sim.cli import FINE
    from mptf_sim.report import write_report, write_run_report
    from mptf_sim.runs.folder import read_tables

    folder = Path(chosen.run)
    tables = read_tables(folder)
    if chosen.out:
        write_report(tables, chosen.out)
        print(chosen.out)
    else:
        write_run_report(tables, folder)
        print(folder / "report.html")
    return FINE
