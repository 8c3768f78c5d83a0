"""The gallery: from the tables of a run to figures and pages; it knows no model, only tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mptf_sim.errors import UsageError

if TYPE_CHECKING:
    from mptf_sim.report.changes import Since
    from mptf_sim.runs.run import Run
    from mptf_sim.runs.tables import RunTables

__all__ = ["write_figure", "write_report", "write_run_report"]


def write_report(
    runs: Run | RunTables | Mapping[str, Run | RunTables], path: str | Path, since: Since | None = None
) -> Path:
    """Write the report of one run, or of several by name in one file; the same tables give the same bytes.

    Parameters
    ----------
    runs : one run (or its tables), or several by the name that the report shall call them
    path : ends in .html (one self-contained page) or .pdf (A4)
    since : what differs from an earlier run, told after the answers
    """
    from mptf_sim.report.of_runs import shown

    path = Path(path)
    if path.suffix not in (".html", ".pdf"):
        raise UsageError(f"{path.name}: a report ends in .html or .pdf")
    tables: RunTables | dict[str, RunTables]
    if isinstance(runs, Mapping):
        tables = {name: shown(run, with_frontier=True) for name, run in runs.items()}
    else:
        tables = shown(runs, with_frontier=True)
    if path.suffix == ".html":
        from mptf_sim.report.page import html

        path.write_text(html(tables, since), encoding="utf-8", newline="\n")
    else:
        from mptf_sim.report.document import pdf

        pdf(tables, path, since)
    return path


def write_figure(run: Run | RunTables, name: str, path: str | Path, plan: str | None = None) -> Path:
    """Write one figure of a run under its finding, or the numbers that it draws.

    Parameters
    ----------
    name : of the figure, as its file in a run folder is called
    path : ends in .png, .svg or .csv
    plan : the plan that `plan_sources` or `debt_service` is to show; the one to which deals, or without deals the fund, bring most, if none is named
    """
    from mptf_sim.report.figures import write_one
    from mptf_sim.report.of_runs import shown

    return write_one(shown(run, with_frontier=True), name, Path(path), plan)


def write_run_report(tables: RunTables, folder: Path, since: Since | None = None) -> None:
    """Draw a run folder's figures, each with its data, and write its report.html, report.pdf and results.xlsx.

    Parameters
    ----------
    since : what differs from an earlier run: told in the report, and on sheets of the workbook
    """
    from mptf_sim.report.figures import write_figures
    from mptf_sim.report.results_workbook import to_workbook

    write_figures(tables, folder / "figures")
    write_report(tables, folder / "report.html", since)
    write_report(tables, folder / "report.pdf", since)
    (folder / "results.xlsx").write_bytes(to_workbook(tables, since))
