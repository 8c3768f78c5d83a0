"""mptf-sim statement: source and use of funds by calendar year, at the mean, any percentile or the median path."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mptf_sim.cli.options import whole_number
from mptf_sim.cli.progress import progress_bar

if TYPE_CHECKING:
    import pandas as pd


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "A percentile that statement.csv does not hold has the run played again: seconds, for 10,000 paths."
    parser.add_argument("run", help="run folder, such as runs/baseline")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--percentile", type=float, metavar="P", help="of each line by itself, from 0 to 100 (the mean)")
    which.add_argument("--median-path", action="store_true", help="of the one real path in the middle: it adds up")
    parser.add_argument("--csv", action="store_true", help="print every year, part and line to the cent instead")
    parser.add_argument("--workers", type=whole_number, metavar="N", help="processes (as many as there are cores)")


def main(chosen: argparse.Namespace) -> int:
    """In thousands for people, to the cent as CSV."""
    from mptf_sim.analysis.statements import statement_of_folder
    from mptf_sim.cli import FINE
    from mptf_sim.cli.run import usable_cores
    from mptf_sim.measures.statement import PERCENTILE_RULE, percentile_column
    from mptf_sim.runs.folder import read_manifest, units

    folder, percentile = Path(chosen.run), chosen.percentile
    manifest = read_manifest(folder)
    with progress_bar(int(manifest["paths"]), "paths", quiet=percentile is None) as step:
        table = statement_of_folder(folder, percentile, chosen.workers or usable_cores(), step)
    column = "median_path" if chosen.median_path else "mean" if percentile is None else percentile_column(percentile)
    if chosen.csv:
        shown = table[["year", "part", "line", "column"]].assign(amount=[units(cents) for cents in table[column]])
        shown.to_csv(sys.stdout, index=False, lineterminator="\n")
        return FINE
    if percentile is not None:
        of = f"percentile {percentile:g} of {manifest['paths']:,} futures"
        note = PERCENTILE_RULE.format(percentile=percentile, mirrored=100 - percentile)
    elif chosen.median_path:
        of, note = f"path {manifest['median_path']}, the median path", "One real future: it adds up to the cent."
    else:
        of, note = f"mean of {manifest['paths']:,} futures", "Means add up."
    print(f"{manifest['scenario']}: source and use of funds, {of}, thousands of {manifest['currency']}\n")
    print("\n".join(in_thousands(table, column)))
    print(
        f"\n{note} Each amount is rounded by itself: rounded lines may differ from a rounded total by one for each line."
    )
    return FINE


def in_thousands(table: pd.DataFrame, column: str) -> list[str]:
    """Lines down; prior years, each year and the total across."""
    years = sorted(int(year) for year in table["year"].unique())
    cells = {(int(year), line, which): value for year, line, which, value in
             zip(table["year"], table["line"], table["column"], table[column], strict=True)}  # fmt: skip
    heads = ["Prior", *(str(year) for year in years), "Total"]
    rows = [
        [line, cells[years[0], line, "prior"], *(cells[year, line, "current"] for year in years), cells[years[-1], line, "total"]]
        for line in dict.fromkeys(table["line"])
    ]  # fmt: skip
    shown = [[line, *(f"{round(value / 100_000):,}" for value in values)] for line, *values in rows]
    width = max(len(cell) for row in shown for cell in row[1:])
    width = max(width, 5) + 2
    first = max(len(row[0]) for row in shown)
    lines = [" " * first + "".join(head.rjust(width) for head in heads)]
    return lines + [row[0].ljust(first) + "".join(cell.rjust(width) for cell in row[1:]) for row in shown]
