"""The report on paper: A4 pages with the answers, the figures with their captions, and the tables."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path

from matplotlib.backends.backend_pdf import PdfPages

from mptf_sim.report import changes, printed_money, printed_results
from mptf_sim.report.answers import answers
from mptf_sim.report.changes import Since
from mptf_sim.report.figures import ReportFigure, figures_of
from mptf_sim.report.lookup import by_name
from mptf_sim.report.notes import MODEL_CARD, errors
from mptf_sim.report.page import about, command
from mptf_sim.report.paper import LEFT, RIGHT, Paper
from mptf_sim.report.style import house_style
from mptf_sim.runs.tables import RunTables

MOST_OBLIGATIONS = 120
"""Rows printed; the run's folder has them all."""


def pdf(tables: RunTables | Mapping[str, RunTables], path: Path, since: Since | None = None) -> None:
    """Write one run as a PDF, or several by name; the same tables give the same bytes."""
    runs = by_name(tables)
    metadata = {"Title": ", ".join(runs), "Creator": "mptf_sim", "Producer": None, "CreationDate": None}
    with house_style(), PdfPages(path, metadata=metadata) as pages:
        if len(runs) > 1:
            paper = Paper(pages, "")
            paper.new_page()
            paper.heading(", ".join(runs), 16)
            paper.table(printed_results.side_by_side(runs), 8.5, title=False)
            paper.close()
        for name, run in runs.items():
            paper = Paper(pages, name)
            cover(paper, name, run)
            if since is not None:
                differences(paper, since)
            for one in figures_of(run):
                illustrate(paper, one, run)
            money(paper, run)
            ground(paper, run)
            paper.close()


def cover(paper: Paper, name: str, tables: RunTables) -> None:
    """The answers, on the first page."""
    paper.new_page()
    paper.text(name, 20, bold=True, after=2)
    description = str(tables.manifest.get("description") or "")
    if description:
        paper.text(description, 9, colour="#555555", after=2)
    paper.text(f"{about(tables)}.", 9, colour="#555555", after=12)
    middle = (LEFT + RIGHT) / 2
    told = answers(tables)
    for two in zip_longest(told[::2], told[1::2]):  # side by side, so that one page holds them all
        paper.need(110)
        top = lowest = paper.y
        for answer, left, right in zip(two, (LEFT, middle + 9), (middle - 9, RIGHT), strict=True):
            if answer is not None:
                paper.y = top
                paper.text(answer.question, 8.5, bold=True, colour="#555555", left=left, right=right, after=0)
                paper.text(answer.number, 12, bold=True, colour="#12436d", left=left, right=right, after=0)
                paper.text(answer.sentence, 8.5, left=left, right=right, after=9)
                lowest = min(lowest, paper.y)
        paper.y = lowest
    paper.text(errors(tables), 7.5, colour="#555555")


def differences(paper: Paper, since: Since) -> None:
    """What changed since an earlier run, and what it moved."""
    paper.new_page()
    paper.heading(f"What differs from {since.found.against}")
    for words in since.changes or ("Nothing changed in the scenario that could move a figure.",):
        paper.text(words, 8.5, left=LEFT + 12, after=2)
    paper.y -= 8
    paper.text(changes.comparison_finding(since.found), 11, bold=True, colour="#12436d", after=5)
    height = 90 + 14.0 * max(changes.comparison_data(since.found)["metric"].nunique(), 5)
    axes = paper.axes(height)
    changes.comparison(since.found, ax=axes)
    paper.figure(axes, height)
    for printed in (changes.differences_table(since.found), changes.programmes_table(since.found)):
        if printed.rows:
            paper.table(printed)


def illustrate(paper: Paper, one: ReportFigure, tables: RunTables) -> None:
    """A figure under its finding, with the words on how to read it."""
    height = one.height(tables)
    paper.need(height + 100)
    paper.text(one.finding(tables), 11, bold=True, colour="#12436d", after=1)
    paper.text(one.question, 8.5, colour="#555555", after=5)
    axes = paper.axes(height)
    one.draw(tables, ax=axes)
    paper.figure(axes, height)
    paper.text(one.reading, 8, after=18)


def money(paper: Paper, tables: RunTables) -> None:
    """Obligations and the statement."""
    paper.new_page()
    paper.heading("Cash and obligations ahead")
    paper.table(printed_money.next_quarters(tables))
    obligations = printed_money.obligations(tables)
    if obligations.rows:
        paper.table(printed_money.first_rows(obligations, MOST_OBLIGATIONS), 6.5)
    paper.heading("Source and use of funds", follows=230)
    for printed in (
        *printed_money.statement_overview(tables, "mean"),
        *printed_money.statement_overview(tables, "median_path"),
    ):
        paper.table(printed)
    paper.text(
        "Means add up, and so does the median path, to the cent: it is one real path, the middle one by total transfers. "
        "Quantiles of lines do not add up to the quantile of their total.", 7.5, colour="#555555",
    )  # fmt: skip


def ground(paper: Paper, tables: RunTables) -> None:
    """Metrics, plans, expectations, what the numbers rest on, checks, how to run it again, what the model leaves out."""
    for title, printed in (
        ("All metrics", printed_results.kpis(tables)),
        ("Plans", printed_results.plans(tables)),
        ("What the scenario expects of its results", printed_results.expectations(tables)),
        ("What the numbers rest on", printed_results.evidence_by_owner(tables)),
        ("Each source, and what it stands behind", printed_results.evidence_by_source(tables)),
        ("How old the data is", printed_results.vintage(tables)),
        ("Checks that held on every path", printed_results.checks(tables)),
    ):
        if printed.rows:
            paper.heading(title, follows=paper.room_for(printed))
            paper.table(printed, title=False)
    paper.heading("How to run it again")
    paper.text(f"With the scenario as the run's folder keeps it: {command(tables)}", 8.5)
    for key, words in (
        ("result_digest", "The result digest is then again"),
        ("scenario_digest", "The scenario's digest is"),
    ):
        if tables.manifest.get(key):
            paper.text(f"{words} {tables.manifest[key]}", 7.5)
    paper.heading("What the model does not say", follows=190)
    for sentence in MODEL_CARD:
        paper.need(24)
        paper.text("•", 8.5, after=-8.5 * 1.38)
        paper.text(sentence, 8.5, left=LEFT + 12, right=RIGHT, after=3)
    sign(paper, tables)


def sign(paper: Paper, tables: RunTables) -> None:
    """Room for names, dates and signatures."""
    paper.heading("Sign-off", follows=150)
    paper.text(printed_results.sign_off(tables), 8.5, after=6)
    for role, what_for in printed_results.SIGNATURES:
        paper.text(f"{role}: {what_for}", 8.5, after=14)
        paper.text("Name, date, signature", 7, colour="#555555", after=2)
        paper.rule()
