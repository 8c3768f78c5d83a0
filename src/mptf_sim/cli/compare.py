"""mptf-sim compare: two or more runs on the same futures, and what they differ in."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

from mptf_sim.cli.options import whole_number
from mptf_sim.cli.progress import progress_bar

SHAPE = 1
"""Version of what --json prints; a change of meaning or of a name is another version."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Files are played on the same futures; folders must be of one seed and number of paths. See docs/compare.md."
    )
    parser.add_argument(
        "runs", nargs="+", help="scenario files or run folders, such as scenarios/oda_cut.yaml runs/cut"
    )
    parser.add_argument("--against", metavar="NAME", help="the one that the others are compared with (the first)")
    parser.add_argument("--paths", type=whole_number, metavar="N", help="futures that files are played on (10000)")
    parser.add_argument("--seed", type=whole_number, metavar="N", help="names the draws (1)")
    parser.add_argument("--workers", type=whole_number, metavar="N", help="processes (as many as there are cores)")
    parser.add_argument("--attribute", action="store_true", help="play the changes between two scenarios one by one")
    parser.add_argument(
        "--out", metavar="DIR", help="folder for the tables, as CSV and as a workbook, and their tornado"
    )
    parser.add_argument("--json", action="store_true", help="print every table for a program")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress, no table")


def main(chosen: argparse.Namespace) -> int:
    """Play what must be played, compare, print and write."""
    from mptf_sim.analysis.comparison.compare import compare_in_full
    from mptf_sim.cli import FINE
    from mptf_sim.cli.comparison_in_words import in_words
    from mptf_sim.cli.run import usable_cores

    quiet = chosen.quiet or chosen.json
    workers = usable_cores() if chosen.workers is None else chosen.workers
    found = compare_in_full(
        chosen.runs, chosen.against, paths=chosen.paths, seed=chosen.seed, attribute=chosen.attribute, workers=workers,
        bar=partial(progress_bar, quiet=quiet),
    )  # fmt: skip
    if chosen.out:
        from mptf_sim.analysis.comparison.folder import write_comparison
        from mptf_sim.report.changes import write_tornado
        from mptf_sim.report.comparison_workbook import to_workbook

        title = f"{found.paths:,} futures, the same for all (seed {found.seed}), against {found.against}"
        shown = {name: getattr(found, name) for name in ("differences", "programmes", "surprises")}
        write_comparison(found, Path(chosen.out), to_workbook(title, found.currency, shown))
        write_tornado(found, Path(chosen.out))
    if chosen.json:
        from mptf_sim.analysis.comparison.folder import as_json

        print(json.dumps({"shape": SHAPE, **as_json(found)}, indent=2, ensure_ascii=False))
    elif not chosen.quiet:
        print("\n".join(in_words(found)))
        if chosen.out:
            print(f"\nTables: {chosen.out}")
    return FINE
