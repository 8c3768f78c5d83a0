"""mptf-sim journal: every posting of one path of a run, for an accountant or for IATI."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mptf_sim.cli.options import whole_number

FORMATS = ("beancount", "csv", "iati")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", help="run folder, such as runs/baseline")
    parser.add_argument("--path", type=whole_number, metavar="N", help="which path, from 0 (the run's median path)")
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="beancount",
        help="double entry for bean-check (beancount), a row for each posting (csv), activities in XML (iati)",
    )
    parser.add_argument("--out", metavar="FILE", help="write to this file instead of printing")


def main(chosen: argparse.Namespace) -> int:
    """The path is played again and must give what the run gave."""
    from mptf_sim.analysis.path_of_run import journal
    from mptf_sim.cli import FINE

    text = journal(chosen.run, chosen.path, chosen.format)
    if chosen.out:
        Path(chosen.out).write_text(text, encoding="utf-8", newline="\n")
        print(chosen.out)
    else:
        sys.stdout.write(text)
    return FINE
