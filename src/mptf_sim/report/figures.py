"""The figures of a report, in the order in which a Committee asks: name, question, finding, how to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from mptf_sim.errors import UsageError
from mptf_sim.report import figure_data, findings, plot
from mptf_sim.report.lettering import broken
from mptf_sim.report.style import figure_of, house_style, png, svg
from mptf_sim.runs.tables import RunTables

TITLE = 10
"""Size of the finding over a figure."""


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A figure, the numbers it draws, and the words that go with it."""

    name: str
    label: str
    question: str
    reading: str
    draw: Callable[..., Axes]
    data: Callable[[RunTables], pd.DataFrame]
    finding: Callable[[RunTables], str]


FIGURES = (
    ReportFigure(
        "frontier", "Approvals against risk",
        "How much can be approved at the next meeting, and at what risk?",
        "Each mark is a funding policy, played on the same futures. To the right: more can be approved at the first "
        "meeting (mean). Further up: a greater chance that, at some time before the calendar ends, an approved and "
        "released instalment has to wait for cash. The ring marks the policy of this scenario; bars are two standard "
        "errors either way. A mark to the right of and below another is better in both.",
        plot.frontier, figure_data.frontier_data, findings.frontier,
    ),
    ReportFigure(
        "fan", "Cash",
        "How much cash does the fund hold, and does it cover what it owes?",
        "Cash at each quarter's close over all paths: the line is the median, half of the paths run within the dark "
        "band, nine in ten within the pale one. The dashed line is what has been approved and not yet transferred: "
        "where it lies above cash, approvals lean on money that donors have signed and not yet deposited. Each "
        "quarter is read on its own; no single path follows a band's edge.",
        plot.fan, figure_data.fan_data, findings.fan,
    ),
    ReportFigure(
        "instalments", "Late instalments",
        "How many instalments are late, and why?",
        "Two different things, never added up. An instalment waits for cash when it is released and the fund cannot "
        "pay it; it is not released when it is due and too little of the one before has been reported. Full lines are "
        "means over paths; dotted lines are the number that at most one path in twenty exceeds.",
        plot.instalments, figure_data.instalments_data, findings.instalments,
    ),
    ReportFigure(
        "sources_and_uses", "Sources and uses",
        "What comes in, what goes out, what is left?",
        "Means over paths for each calendar year. Bars above the line are money received, bars below it money paid; "
        "the line with diamonds is cash at the year's end. Means add up: cash of the year before, plus what came in, "
        "less what went out.",
        plot.sources_and_uses, figure_data.sources_and_uses_data, findings.sources_and_uses,
    ),
    ReportFigure(
        "approvals_and_transfers", "Approved to delivered",
        "How much of what is approved reaches organisations and is delivered?",
        "Means over paths for each calendar year. Approvals and transfers hold direct and indirect cost; delivery is "
        "direct cost alone, and follows transfers with a lag. Instalments of programmes approved before the calendar "
        "are transferred and delivered here without being approved here.",
        plot.approvals_and_transfers, figure_data.approvals_and_transfers_data, findings.approvals_and_transfers,
    ),
    ReportFigure(
        "gap_distribution", "Gaps of plans",
        "How large may the gaps of the plans be at the end?",
        "Read upwards from an amount: the share of paths whose gap is at least so large. Full line: needs without "
        "approved finance. Dashed line: needs not delivered. Dots are P5, median and P95 over paths; the cross is the "
        "mean of the worst 5 % of paths.",
        plot.gap_distribution, figure_data.gap_distribution_data, findings.gap_distribution,
    ),
    ReportFigure(
        "coverage", "Coverage of plans",
        "How much of each plan is paid for, and by whom?",
        "Needs of each national plan to the end of the calendar, direct cost. Hatched: spent by other secured sources. "
        "Dark: delivered by the fund's programmes; both are means over paths. The thin bar spans nine in "
        "ten paths; the diamond is approved finance, some of it not yet spent. Indicative and requested finance of "
        "others counts nowhere here.",
        plot.coverage, figure_data.coverage_data, findings.coverage,
    ),
    ReportFigure(
        "deposits_by_donor", "Donors",
        "On whom does the income depend?",
        "Deposits over the whole calendar by donor. The bar is the mean over paths, the thin line spans nine in ten "
        "paths, the white dot is the median. A long line with a dot far from the bar's end is a gift that may stop.",
        plot.deposits_by_donor, figure_data.deposits_by_donor_data, findings.deposits_by_donor,
    ),
)  # fmt: skip


def figure_named(name: str) -> ReportFigure:
    """A figure by its name."""
    for one in FIGURES:
        if one.name == name:
            return one
    raise UsageError(f"unknown figure {name!r}; the figures are {', '.join(one.name for one in FIGURES)}")


def data_of(name: str, tables: RunTables) -> pd.DataFrame:
    """The numbers that a figure draws; its file beside the figure holds the same."""
    return figure_named(name).data(tables)


def write_figures(tables: RunTables, folder: Path) -> list[Path]:
    """Write each figure as SVG and PNG, under its finding, with its numbers beside it as CSV; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for one in FIGURES:
        axes = one.draw(tables)
        with house_style():
            title_over(axes, one.finding(tables))
        figure = figure_of(axes)
        drawn = svg(figure).encode("utf-8")
        figure.set_layout_engine("none")  # as it was laid out for SVG: a second time costs as much as the drawing
        numbers = one.data(tables).to_csv(index=False, lineterminator="\n", float_format="%.12g").encode("utf-8")
        for suffix, content in (("svg", drawn), ("png", png(figure)), ("csv", numbers)):
            path = folder / f"{one.name}.{suffix}"
            path.write_bytes(content)
            written.append(path)
    return written


def title_over(axes: Axes, finding: str) -> None:
    """The finding over a figure that stands alone; the figure grows by as many lines."""
    figure = figure_of(axes)
    lines = broken(finding, 72 * (figure.get_figwidth() - 0.1), TITLE, bold=True)
    figure.set_figheight(figure.get_figheight() + (0.1 + 1.25 * TITLE * len(lines)) / 72)
    figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=TITLE, fontweight="bold")
