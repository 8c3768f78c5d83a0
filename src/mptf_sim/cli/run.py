"""mptf-sim run: play a scenario and write a run folder with its report."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mptf_sim.cli.options import whole_number
from mptf_sim.cli.progress import progress_bar


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", help="scenario file, such as scenarios/baseline.yaml or fund.xlsx")
    parser.add_argument("--paths", type=whole_number, default=10_000, metavar="N", help="how many futures (10000)")
    parser.add_argument("--seed", type=whole_number, default=1, metavar="N", help="names the draws (1)")
    parser.add_argument("--out", metavar="DIR", help="run folder to write (runs/NAME of the scenario file)")
    parser.add_argument("--workers", type=whole_number, metavar="N", help="processes (as many as there are cores)")
    parser.add_argument("--block", type=whole_number, metavar="N", help="paths played together, 1 to 1024")
    parser.add_argument("--json", action="store_true", help="print the manifest, result_digest included")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress, no table")


def main(chosen: argparse.Namespace) -> int:
    """Play, check, write; 4 if something the scenario expects does not hold."""
    from mptf_sim.cli import FINE, NOT_AS_EXPECTED
    from mptf_sim.engine.run import BLOCK, check_call, simulate
    from mptf_sim.scenario.read import read_with_files

    scenario, read = read_with_files(chosen.scenario)
    home = Path(chosen.scenario).parent
    files = {os.path.relpath(name, home).replace(os.sep, "/"): digest for name, digest in read.items()}
    workers = chosen.workers or usable_cores()
    block = BLOCK if chosen.block is None else chosen.block
    check_call(chosen.paths, chosen.seed, workers if chosen.workers is None else chosen.workers, block)
    target = Path(chosen.out) if chosen.out else Path("runs") / Path(chosen.scenario).stem

    from mptf_sim.runs.folder import new_folder

    begun, clock = datetime.now(UTC), time.perf_counter()
    with new_folder(target) as folder:
        with progress_bar(chosen.paths, "paths", quiet=chosen.quiet or chosen.json) as step:
            run = simulate(scenario, chosen.paths, chosen.seed, workers, block, step)
        simulated = time.perf_counter() - clock
        tables = write_folder(folder, run, files, workers, quiet=chosen.quiet or chosen.json)
        manifest = tables.manifest | {
            "started": begun.isoformat(timespec="seconds"),
            "seconds": {"simulation": round(simulated, 2), "all": round(time.perf_counter() - clock, 2)},
            "workers": workers,
            "block": block,
        }
        from mptf_sim.analysis.answers import machine
        from mptf_sim.runs.folder import write_manifest

        write_manifest(folder, manifest | {"machine": machine()})
    if chosen.json:
        print(json.dumps(manifest | {"machine": machine(), "folder": str(target)}, indent=2, ensure_ascii=False))
    elif not chosen.quiet:
        from mptf_sim.cli.answers import print_answers

        print_answers(tables, target)
    return FINE if bool(tables.expectations["holds"].all()) else NOT_AS_EXPECTED


def write_folder(folder: Path, run: Any, files: dict[str, str], workers: int, quiet: bool) -> Any:
    """Tables, figures and report of a run."""
    from mptf_sim.analysis.answers import tables_of
    from mptf_sim.analysis.frontier import FRONTIER_PATHS, policies
    from mptf_sim.report import write_run_report
    from mptf_sim.runs.folder import write_tables

    played = len(policies(run.scenario.fund.funding_policy)) * min(run.paths, FRONTIER_PATHS)
    with progress_bar(played, "paths of other funding policies", quiet=quiet) as step:
        tables = tables_of(run, workers=workers, progress=step, data_digests=files, status="complete")
    write_tables(folder, tables)
    if not quiet:
        print("drawing the report ...", file=sys.stderr)
    write_run_report(tables, folder)
    return tables


def usable_cores() -> int:
    """Cores this process may use."""
    affinity: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return min(len(affinity(0)) if affinity else os.cpu_count() or 1, 64)
