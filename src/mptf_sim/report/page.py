"""The report as one HTML file: no network, no script, for a screen, a phone and A4."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from mptf_sim.report import changes, printed_money, printed_results
from mptf_sim.report.answers import Answer, answers
from mptf_sim.report.changes import Since
from mptf_sim.report.figures import ReportFigure, figures_of
from mptf_sim.report.lookup import by_name, number_of_paths, quarters
from mptf_sim.report.notes import MODEL_CARD, errors
from mptf_sim.report.printed import PrintedTable
from mptf_sim.report.style import figure_of, svg
from mptf_sim.runs.tables import RunTables

BESIDE = 72
"""Letters that a row of a table may have to stand beside its figure."""


@dataclass(frozen=True, slots=True)
class DrawnFigure:
    """A figure as it stands on the page."""

    figure: ReportFigure
    finding: str
    drawing: Markup
    table: PrintedTable

    @property
    def beside(self) -> bool:
        """Whether the table is small enough to stand beside the figure, unfolded."""
        letters = sum(max(map(len, column)) for column in zip(*self.table.rows, strict=True))
        return len(self.table.rows) <= 12 and len(self.table.heads) <= 8 and letters <= BESIDE


@dataclass(frozen=True, slots=True)
class DrawnChanges:
    """What differs from an earlier run, as it stands on the page."""

    against: str
    finding: str
    drawing: Markup
    changes: tuple[str, ...]
    differences: PrintedTable
    programmes: PrintedTable


@dataclass(frozen=True, slots=True)
class Chapter:
    """Everything the page says of one run."""

    anchor: str
    name: str
    manifest: Mapping[str, Any]
    about: str
    since: DrawnChanges | None
    answers: list[Answer]
    errors: str
    figures: list[DrawnFigure]
    next_quarters: PrintedTable
    obligations: PrintedTable
    statement: list[PrintedTable]
    statement_exact: list[PrintedTable]
    statement_years: list[PrintedTable]
    kpis: PrintedTable
    expectations: PrintedTable
    evidence: tuple[PrintedTable, PrintedTable]
    vintage: PrintedTable
    checks: PrintedTable
    command: str
    sign_off: str


def html(tables: RunTables | Mapping[str, RunTables], since: Since | None = None) -> str:
    """The page for one run, or for several by the name that it calls them; the same tables give the same text."""
    environment = Environment(
        loader=PackageLoader("mptf_sim", "report"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    runs = by_name(tables)
    chapters = [chapter(f"run{number}", name, one, since) for number, (name, one) in enumerate(runs.items(), start=1)]
    page = environment.get_template("page.html.j2")
    return page.render(
        chapters=chapters,
        model_card=MODEL_CARD,
        signatures=printed_results.SIGNATURES,
        side_by_side=printed_results.side_by_side(runs),
    )


def chapter(anchor: str, name: str, tables: RunTables, since: Since | None = None) -> Chapter:
    """What the page says of one run."""
    years = [int(year) for year in sorted(tables.statement["year"].unique())]
    return Chapter(
        anchor=anchor,
        name=name,
        manifest=tables.manifest,
        about=about(tables),
        since=None if since is None else drawn_changes(f"{anchor}-changes", since),
        answers=answers(tables),
        errors=errors(tables),
        figures=[drawn(f"{anchor}-{one.name}", one, tables) for one in figures_of(tables)],
        next_quarters=printed_money.next_quarters(tables),
        obligations=printed_money.obligations(tables),
        statement=printed_money.statement_overview(tables, "mean"),
        statement_exact=printed_money.statement_overview(tables, "median_path"),
        statement_years=[printed_money.statement_of_year(tables, year) for year in years],
        kpis=printed_results.kpis(tables),
        expectations=printed_results.expectations(tables),
        evidence=(printed_results.evidence_by_owner(tables), printed_results.evidence_by_source(tables)),
        vintage=printed_results.vintage(tables),
        checks=printed_results.checks(tables),
        command=command(tables),
        sign_off=printed_results.sign_off(tables),
    )


def about(tables: RunTables) -> str:
    """How the run was made, in one line."""
    played = quarters(tables)
    when = played[0] if len(played) == 1 else f"{played[0]} to {played[-1]}"
    paths = number_of_paths(tables)
    seed = tables.manifest.get("seed")
    return f"{when}, {paths:,} path{'' if paths == 1 else 's'}{'' if seed is None else f', seed {seed}'}"


def command(tables: RunTables) -> str:
    """How to make the run again from the scenario its folder keeps."""
    seed = tables.manifest.get("seed")
    return f"mptf-sim run scenario.yaml --paths {number_of_paths(tables)}{'' if seed is None else f' --seed {seed}'} --out again"


def drawn(anchor: str, one: ReportFigure, tables: RunTables) -> DrawnFigure:
    """A figure with its finding as the text that stands for it."""
    finding = one.finding(tables)
    return DrawnFigure(
        one,
        finding,
        inline(svg(figure_of(one.draw(tables))), anchor, finding, one.reading),
        one.table(tables),
    )


def drawn_changes(anchor: str, since: Since) -> DrawnChanges:
    """The tornado with its finding, and the tables beside it."""
    finding = changes.comparison_finding(since.found)
    drawing = svg(figure_of(changes.comparison(since.found)))
    return DrawnChanges(
        since.found.against, finding, inline(drawing, anchor, finding, "A bar for each figure of the fund: by how much it moves, with its 95 % interval."),
        since.changes, changes.differences_table(since.found), changes.programmes_table(since.found),
    )  # fmt: skip


def inline(drawing: str, anchor: str, title: str, description: str) -> Markup:
    """An SVG file as a part of a page: named for those who do not see it, its ids its own, nothing fetched.

    Matplotlib has escaped every text inside; title and description are escaped here.
    """
    body = drawing[drawing.index("<svg") :]
    opening, body = body[: body.index(">")], body[body.index(">") + 1 :]
    box = re.search(r'viewBox="[^"]*"', opening)
    assert box is not None, "matplotlib states the box of a figure"
    body = re.sub(r'\bid="([^"]+)"', rf'id="{anchor}-\1"', body)
    body = re.sub(r'xlink:href="#([^"]+)"', rf'href="#{anchor}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{anchor}-\1)", body)
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    head = f'<svg {box[0]} role="img" aria-labelledby="{anchor}-title {anchor}-description">'
    words = f'<title id="{anchor}-title">{escape(title)}</title><desc id="{anchor}-description">{escape(description)}</desc>'
    return Markup(head + words + body)
