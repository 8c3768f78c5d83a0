"""mptf-sim report: make the figures and the report of a run folder again."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mptf_sim.report.changes import Since


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", help="run folder, such as runs/baseline")
    parser.add_argument("--out", metavar="FILE", help="write one .html or .pdf file instead of renewing the folder's")
    parser.add_argument(
        "--since", metavar="RUN", help="tell what differs from this earlier run, of the same seed and paths"
    )
    parser.add_argument(
        "--figure", metavar="NAME", help="write this figure alone; --out then ends in .png, .svg or .csv"
    )
    parser.add_argument("--plan", metavar="ID", help="the plan that plan_sources or debt_service is to show")


def changes_since(earlier: str | None, folder: Path) -> Since | None:
    """What differs from an earlier run, if one is named."""
    if earlier is None:
        return None
    from mptf_sim.analysis.comparison.changes import changes
    from mptf_sim.analysis.comparison.compare import compare_in_full
    from mptf_sim.report.changes import Since
    from mptf_sim.scenario.read import read_scenario

    found = compare_in_full([earlier, folder])
    before, after = (read_scenario(run / "scenario.yaml") for run in (Path(earlier), folder))
    return Since(found, tuple(one.words for one in changes(before, after)))


def main(chosen: argparse.Namespace) -> int:
    """From the folder's tables alone: nothing is played again."""
    from mptf_sim.cli import FINE
    from mptf_sim.errors import UsageError
    from mptf_sim.report import write_figure, write_report, write_run_report
    from mptf_sim.runs.folder import read_tables

    folder = Path(chosen.run)
    tables = read_tables(folder)
    if chosen.plan and chosen.figure not in ("plan_sources", "debt_service"):
        raise UsageError("--plan: only plan_sources and debt_service show one plan; say --figure plan_sources")
    if chosen.figure:
        out = chosen.out or f"{chosen.figure}.png"
        write_figure(tables, chosen.figure, out, chosen.plan)
        print(out)
    elif chosen.out:
        write_report(tables, chosen.out, changes_since(chosen.since, folder))
        print(chosen.out)
    else:
        write_run_report(tables, folder, changes_since(chosen.since, folder))
        print(folder / "report.html")
    return FINE
