"""The figures of a report, in the order in which a Committee asks: name, question, finding, how to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from mptf_sim.errors import UsageError
from mptf_sim.report import (
    bars,
    capital_stack_figure,
    concentration_figure,
    debt_service_figure,
    documents_figure,
    figure_data,
    findings,
    funnel_figure,
    heat_map,
    leverage_figure,
    plan_figure,
    plot,
    printed_figures,
    printed_money,
    printed_results,
    quarters_figure,
    unspent_figure,
)
from mptf_sim.report.printed import PrintedTable
from mptf_sim.report.style import png, svg
from mptf_sim.report.titles import titled
from mptf_sim.runs.tables import RunTables

PAPER_HEIGHT = 235.0
"""Points: two figures with their captions on a page."""


@dataclass(frozen=True, slots=True)
class ReportFigure:
    """A figure, the numbers it draws, and the words that go with it."""

    name: str
    label: str
    question: str
    reading: str
    draw: Callable[..., Axes]
    data: Callable[[RunTables], pd.DataFrame]
    finding: Callable[..., str]
    table: Callable[[RunTables], PrintedTable]
    height: Callable[[RunTables], float] = lambda _: PAPER_HEIGHT
    """Points on paper."""


FIGURES = (
    ReportFigure(
        "frontier", "Approvals against risk",
        "How much can be approved at the next meeting, and at what risk?",
        "Each mark is a funding policy, played on the same futures. To the right: more can be approved at the first "
        "meeting (mean). Further up: a greater chance that, at some time before the calendar ends, an approved and "
        "released instalment has to wait for cash. The ring marks the policy of this scenario; bars are two standard "
        "errors either way. A mark to the right of and below another is better in both.",
        plot.frontier, figure_data.frontier_data, findings.frontier, printed_figures.frontier,
    ),
    ReportFigure(
        "fan", "Cash",
        "How much cash does the fund hold, and does it cover what it owes?",
        "Cash at each quarter's close over all paths: the line is the median, half of the paths run within the dark "
        "band, nine in ten within the pale one. The dashed line is what has been approved and not yet transferred: "
        "where it lies above cash, approvals lean on money that donors have signed and not yet deposited. Dotted: the "
        "floor that approvals leave untouched; payments may use it. Each quarter is read on its own; no single path "
        "follows a band's edge.",
        plot.fan, figure_data.fan_data, findings.fan, printed_figures.fan,
    ),
    ReportFigure(
        "next_quarters", "Next quarters",
        "Cash for the next eight quarters: how much, and what falls due?",
        "Pale bars span nine in ten paths of cash at the quarter's close, the line is its median. Narrow bars are the "
        "instalments that first fall due in the quarter, of programmes approved by then: mean amounts, by what "
        "becomes of them in that quarter. Those not paid in time are carried on, and are not shown again.",
        plot.next_quarters, quarters_figure.next_quarters_data, quarters_figure.next_quarters_finding, printed_money.next_quarters,
    ),
    ReportFigure(
        "instalments", "Late instalments",
        "How many instalments are late, and why?",
        "Two different things, never added up. An instalment waits for cash when it is released and the fund cannot "
        "pay it; it is not released when it is due and too little of the one before has been reported. Full lines are "
        "means over paths; dotted lines are the number that at most one path in twenty exceeds.",
        plot.instalments, figure_data.instalments_data, findings.instalments, printed_figures.instalments,
    ),
    ReportFigure(
        "documents", "Next meeting",
        "Which documents are approved at the next meeting, and what stands in the way of the others?",
        "The documents before the Committee at its next meeting, the best score on top. Hatched: what a document asks "
        "for, at most what its plan still needs. Dark: what it is awarded on average. The diamond is what the rule "
        "would award on the same table if it gave no weight to thematic and geographic balance. Under each name: how "
        "often it is approved, and what most often stands in its way when it is not.",
        plot.documents, documents_figure.documents_data, documents_figure.documents_finding, documents_figure.documents_table, documents_figure.documents_height,
    ),
    ReportFigure(
        "unspent", "Unspent money",
        "Why is money unspent?",
        "From all that is unspent, step by step, to nothing: what organisations hold or have not yet reported, what "
        "the fund owes to programmes and has in cash, what it sets aside, and what is free or may not be used under "
        "its earmark. The parts add up to the fund's cash and the balance with organisations as the fund knows it, on "
        "every path and here in the mean.",
        plot.unspent, unspent_figure.unspent_data, unspent_figure.unspent_finding, unspent_figure.unspent_table,
    ),
    ReportFigure(
        "funnel", "Pledge to delivery",
        "Of what donors announce, how much is delivered, and where is the rest?",
        "Dark: what has come so far by the end of the calendar, mean; the line spans nine in ten paths. Behind it "
        "what has not come to this stage: still on its way by age, overdue, or lost. Transfers and delivery also "
        "spend opening cash, interest and what was given before the calendar, and delivery is direct cost alone.",
        plot.funnel, funnel_figure.funnel_data, funnel_figure.funnel_finding, funnel_figure.funnel_table,
    ),
    ReportFigure(
        "sources_and_uses", "Sources and uses",
        "What comes in, what goes out, what is left?",
        "Means over paths for each calendar year. Bars above the line are money received, bars below it money paid; "
        "the line with diamonds is cash at the year's end. Means add up: cash of the year before, plus what came in, "
        "less what went out.",
        plot.sources_and_uses, figure_data.sources_and_uses_data, findings.sources_and_uses, printed_figures.sources_and_uses,
    ),
    ReportFigure(
        "approvals_and_transfers", "Approved to delivered",
        "How much of what is approved reaches organisations and is delivered?",
        "Means over paths for each calendar year. Approvals and transfers hold direct and indirect cost; delivery is "
        "direct cost alone, and follows transfers with a lag. Instalments of programmes approved before the calendar "
        "are transferred and delivered here without being approved here.",
        plot.approvals_and_transfers, figure_data.approvals_and_transfers_data, findings.approvals_and_transfers, printed_figures.approvals_and_transfers,
    ),
    ReportFigure(
        "gap_distribution", "Gaps of plans",
        "How large may the gaps of the plans be at the end?",
        "Read upwards from an amount: the share of paths whose gap is at least so large. Full line: needs without "
        "approved finance. Dashed line: needs not delivered. Dots are P5, median and P95 over paths; the cross is the "
        "mean of the worst 5 % of paths.",
        plot.gap_distribution, figure_data.gap_distribution_data, findings.gap_distribution, printed_figures.gap_distribution,
    ),
    ReportFigure(
        "coverage", "Coverage of plans",
        "How much of each plan is paid for, and by whom?",
        "Needs of each national plan to the end of the calendar, direct cost. Hatched: spent by other secured sources. "
        "Dark: delivered by the fund's programmes; crossed, in a run with deals: drawn and invested by them; means over paths. The thin bar spans nine in "
        "ten paths; the diamond is approved finance, some of it not yet spent. Indicative and requested finance of "
        "others counts nowhere here.",
        plot.coverage, figure_data.coverage_data, findings.coverage, printed_results.plans, bars.coverage_height,
    ),
    ReportFigure(
        "heat_map", "Areas of plans",
        "In which plans and thematic areas are needs covered, and where not?",
        "Each cell is a plan's needs in one thematic area over the calendar; the darker, the more of them is "
        "delivered by the fund, by other secured sources and by deals together (mean). Plans stand in the order of their "
        "coverage. Where a source names no area, its money is shared over the areas in proportion to their needs.",
        plot.heat_map, heat_map.heat_map_data, heat_map.heat_map_finding, heat_map.heat_map_table, heat_map.heat_map_height,
    ),
    ReportFigure(
        "plan_sources", "One plan",
        "A plan's sources by status, with and without the fund: what is unfunded, and who could pay?",
        "The plan to which the fund awards most, or, in a run with deals, to which they bring most. The wide bar is approved finance: secured by others, and on top of "
        "it what the fund approves in the year and what deals that close finance (means); without them only the lower part is left. The black line "
        "is what falls due in the year. The thin bars beside it are offers of others that are indicative or only "
        "requested: never added up with the rest. The CSV has all plans.",
        plot.plan_sources, plan_figure.plan_data, plan_figure.plan_finding, plan_figure.plan_table,
    ),
    ReportFigure(
        "deposits_by_donor", "Donors",
        "On whom does the income depend?",
        "Deposits over the whole calendar by donor. The bar is the mean over paths, the thin line spans nine in ten "
        "paths, the white dot is the median. A long line with a dot far from the bar's end is a gift that may stop.",
        plot.deposits_by_donor, figure_data.deposits_by_donor_data, findings.deposits_by_donor, printed_figures.deposits_by_donor, bars.deposits_height,
    ),
    ReportFigure(
        "concentration", "Concentration, equity",
        "On how few donors does income rest, and does delivery go where needs are?",
        "Two curves, each from the least to the most. Full line: donors from the smallest on, against the share of "
        "deposits they bring; the further below the dotted line, the more income rests on few. Dashed line: needs of "
        "plans from those the fund serves least, against the share of its delivery they get. The Gini coefficient is "
        "0 if all are alike, near 1 if one has all. Of means over paths.",
        plot.concentration, concentration_figure.concentration_data, concentration_figure.concentration_finding, concentration_figure.concentration_table,
    ),
)  # fmt: skip

OF_DEALS = (
    ReportFigure(
        "capital_stack", "Capital stack",
        "What does each layer of each deal bring, and what does it lose?",
        "Each deal from its most senior layer down to what loses first (1); grants are not paid back. To the right: hatched, "
        "its face, stated or, where it follows public money, expected; dark, what is drawn, mean over paths. To the left, net of recoveries and "
        "of what guarantees pay: the expected loss with two standard errors, and behind it the loss that at most one path in a hundred "
        "exceeds; the difference is the unexpected loss.",
        plot.capital_stack, capital_stack_figure.capital_stack_data, capital_stack_figure.capital_stack_finding,
        capital_stack_figure.capital_stack_table, capital_stack_figure.capital_stack_height,
    ),
    ReportFigure(
        "leverage", "Leverage",
        "What does a dollar mobilise, and what does it cost?",
        "Realised is what lenders drew on the paths of the run, over what the fund put into facilities less what came back; "
        "bars are ratios of sums, with two standard errors. What promoters claim stands apart, hatched, without error: it is never added to "
        "what is realised. OECD and MDB are two ways to say how much of the private finance facilities may count as theirs. Public loans that a "
        "buy-down unlocks are per interest paid. Cost is what facilities spend for good, over private finance mobilised.",
        plot.leverage, leverage_figure.leverage_data, leverage_figure.leverage_finding, leverage_figure.leverage_table,
    ),
    ReportFigure(
        "debt_service", "Loan or wait",
        "What do a plan's loans cost each year, and what coverage do they buy against waiting for grants?",
        "The plan whose borrowers pay most; the CSV and the table have all. Above: what is delivered of the plan's needs to the end of each "
        "year, with the deals and, on the same futures, without them, their facilities and the grants that fill these; means with two standard errors. "
        "Below: interest, principal and premiums that borrowers pay in the year, of which the State's are public debt. What is outstanding at "
        "the end of the calendar is paid after it.",
        plot.debt_service, debt_service_figure.debt_service_data, debt_service_figure.debt_service_finding, debt_service_figure.debt_service_table,
        lambda _: 255.0,
    ),
)  # fmt: skip
"""Figures of a run that has deals."""


OF_PLAN = {"plan_sources": plan_figure.of_plan, "debt_service": debt_service_figure.of_plan}
"""Figures of one plan, which may be named, and the numbers that they then draw."""


def figures_of(tables: RunTables) -> tuple[ReportFigure, ...]:
    """The figures of a run's report."""
    return (*FIGURES, *OF_DEALS) if tables.blending else FIGURES


def figure_named(name: str) -> ReportFigure:
    """A figure by its name."""
    known = (*FIGURES, *OF_DEALS)
    for one in known:
        if one.name == name:
            return one
    raise UsageError(f"unknown figure {name!r}; the figures are {', '.join(one.name for one in known)}")


def data_of(name: str, tables: RunTables) -> pd.DataFrame:
    """The numbers that a figure draws; its file beside the figure holds the same."""
    return figure_named(name).data(tables)


def write_figures(tables: RunTables, folder: Path) -> list[Path]:
    """Write each figure as SVG and PNG, under its finding, with its numbers beside it as CSV; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for one in figures_of(tables):
        figure = titled(one.draw(tables), one.finding(tables))
        drawn = svg(figure).encode("utf-8")
        figure.set_layout_engine("none")  # as it was laid out for SVG: a second time costs as much as the drawing
        for suffix, content in (("svg", drawn), ("png", png(figure)), ("csv", as_csv(one.data(tables)))):
            path = folder / f"{one.name}.{suffix}"
            path.write_bytes(content)
            written.append(path)
    return written


def write_one(tables: RunTables, name: str, path: Path, plan: str | None = None) -> Path:
    """Write one figure under its finding, or its numbers: the file's ending says which."""
    one, suffix = figure_named(name), path.suffix
    if suffix not in (".png", ".svg", ".csv"):
        raise UsageError(f"{path.name}: a figure ends in .png, .svg or .csv")
    if one not in figures_of(tables):
        raise UsageError(f"figure {name!r} is of deals, and this run has none")
    of = {} if plan is None else {"plan": plan}
    if suffix == ".csv":
        content = as_csv(OF_PLAN[name](tables, plan) if plan is not None else one.data(tables))
    else:
        figure = titled(one.draw(tables, **of), one.finding(tables, **of))
        content = png(figure) if suffix == ".png" else svg(figure).encode("utf-8")
    path.write_bytes(content)
    return path


def as_csv(numbers: pd.DataFrame) -> bytes:
    """Numbers of a figure, to twelve digits."""
    text: str = numbers.to_csv(index=False, lineterminator="\n", float_format="%.12g")
    return text.encode("utf-8")
