"""What differs between runs on the same futures: a tornado of the fund's figures, tables, and what changed in the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mptf_sim.analysis.comparison.compare import Comparison
from mptf_sim.analysis.comparison.programmes import EVENTS
from mptf_sim.report.names import metric_name
from mptf_sim.report.printed import PrintedTable, millions, millions_with_error, share_cell
from mptf_sim.report.style import DARK, FAINT, GREY, INK, MIDDLE, WARM, drawing, in_percent, legend_below, png, say, svg
from mptf_sim.report.titles import titled
from mptf_sim.report.wording import count, money_with_error, share_with_error, shortened

MOST_METRICS = 16
"""Bars drawn for each run, those that move most."""

LEAST_CHANCE = 0.05
"""Share of paths from which on something that becomes of a programme is listed."""

MOST_PROGRAMMES = 40

TOLD = {
    "transfers": "transfers move by", "coverage": "coverage of plans by", "chance_instalment_waits_for_cash": "the chance of an instalment that waits for cash by",
}  # fmt: skip
"""What the finding tells of every comparison."""

BEYOND = "beyond the noise"


@dataclass(frozen=True, slots=True)
class Since:
    """A comparison of a run with an earlier one, and the terms that changed between the two files, in words."""

    found: Comparison
    changes: tuple[str, ...]

    @property
    def run(self) -> str:
        """The later run."""
        return next(name for name in self.found.runs if name != self.found.against)


def comparison_data(found: Comparison) -> pd.DataFrame:
    """The figures that move most in each run, the largest first: difference, its error, what it is of the mean before."""
    kept = ["run", "metric", "se"]
    fund = found.differences[found.differences["scope_kind"] == "fund"]
    data = found.tornado.merge(fund[kept], on=["run", "metric"], how="left")
    data = data[data["rank"] <= MOST_METRICS]
    most = data["metric"].map(data["relative"].abs().groupby(data["metric"]).max())  # of several runs, in any of them
    return (
        data.assign(most=most)
        .sort_values(["most", "metric", "run"], ascending=[False, True, True])
        .drop(columns="most")
        .reset_index(drop=True)
    )


def comparison_finding(found: Comparison) -> str:
    """What moves most, by how much, and how much of all that moves is more than noise."""
    data = comparison_data(found)
    told = []
    for run in (name for name in found.runs if name != found.against):
        rows = data[data["run"] == run]
        if rows.empty:
            told.append(f"{shortened(run)} is on every path as {shortened(found.against)}")
            continue
        sure = int((rows["verdict"] == BEYOND).sum())
        fund = found.differences[
            (found.differences["scope_kind"] == "fund") & (found.differences["run"] == run)
        ].set_index("metric")
        told_of = [
            f"{words} {moved(fund.loc[name], found.currency)}"
            for name, words in TOLD.items()
            if name in fund.index and (name == "transfers" or len(found.runs) == 2)
        ]
        told.append(
            f"{shortened(run)} against {shortened(found.against)}: {', '.join(told_of)}; of {len(rows)} figures that move most "
            f"{sure} are beyond the noise"
        )
    return "; ".join(told)


def moved(row: pd.Series, currency: str) -> str:
    """A difference with two standard errors in its unit; shares and chances in points."""
    if row["verdict"].startswith("same"):
        return "nothing"
    if row["unit"] == "cents":
        return money_with_error(row["difference"], row["se"], currency)
    if row["unit"] in ("share", "probability"):
        return share_with_error(row["difference"], row["se"]).replace("%", "points")
    return f"{row['difference']:,.3g} ± {2 * row['se']:.2g}"


def comparison(found: Comparison, ax: Axes | None = None) -> Axes:
    """What does a change move, by how much, and is it more than noise?"""
    data = comparison_data(found)
    runs = [name for name in found.runs if name != found.against]
    metrics = list(dict.fromkeys(data["metric"]))[:MOST_METRICS]
    data = data[data["metric"].isin(metrics)]
    with drawing(ax, 1.3 + 0.13 * max(len(metrics), 5) * (1 + len(runs))) as axes:
        if data.empty:
            say(axes, "Nothing differs on any path.")
            return axes
        thick = 0.8 / len(runs)
        for number, (run, colour) in enumerate(zip(runs, (DARK, WARM, MIDDLE, GREY) * len(runs), strict=False)):
            rows = data[data["run"] == run]
            places = np.array([metrics.index(name) for name in rows["metric"]]) + (number - (len(runs) - 1) / 2) * thick
            sure = (rows["verdict"] == BEYOND).to_numpy()
            for chosen, fill, hatch, label in (
                (sure, colour, "", shortened(run)),
                (~sure, FAINT, "////", f"{shortened(run)}, may be noise"),
            ):
                if chosen.any():
                    axes.barh(places[chosen], rows["relative"].to_numpy()[chosen], thick * 0.9, color=fill, hatch=hatch, edgecolor=GREY if hatch else "white",
                              linewidth=0.4, label=label)  # fmt: skip
            axes.hlines(places, rows["relative_low"], rows["relative_high"], color=INK, linewidth=1.2)
        axes.plot([], [], color=INK, linewidth=1.2, label="95 % interval")
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.set_yticks(range(len(metrics)), labels=[shortened(metric_name(one), 44) for one in metrics], fontsize=8)
        axes.set_ylim(len(metrics) - 0.4, -0.6)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        in_percent(axes.xaxis)
        axes.set_xlabel(f"in % of {shortened(found.against, 24)}; shares and chances in points", loc="right")
        legend_below(axes, 2)
    return axes


def differences_table(found: Comparison) -> PrintedTable:
    """Every figure of the fund that moves on some path."""
    show = {"cents": millions, "share": share_cell, "probability": share_cell}
    rows = []
    for row in found.differences[found.differences["scope_kind"] == "fund"].to_dict("records"):
        if row["verdict"].startswith("same"):
            continue
        text = show.get(row["unit"], count)
        difference = (
            millions_with_error(row["difference"], row["se"])
            if row["unit"] == "cents"
            else moved(pd.Series(row), found.currency)
        )
        what = f"{metric_name(row['metric'])}{f', {found.currency} M' if row['unit'] == 'cents' else ''}"
        rows.append((str(row["run"]), what, text(row["mean_against"]), text(row["mean"]), difference, row["verdict"]))
    printed = PrintedTable(
        f"What differs from {found.against}", ("Run", "Figure", "Before", "Now", "Difference", "Is it more than noise?"), tuple(rows), words=2,
        note=f"Paired differences on the same {found.paths:,} futures, with two standard errors. Figures that are the same on every path are left out.",
    )  # fmt: skip
    return printed if len(found.runs) > 2 else without_run(printed)


def programmes_table(found: Comparison) -> PrintedTable:
    """What becomes of programmes, those that lose most first."""
    likely = found.programmes[found.programmes["chance"] >= LEAST_CHANCE]
    rows = tuple(
        (
            str(row.run), shortened(str(row.name), 60), str(row.event), share_with_error(row.chance, row.se), str(row.quarter_against or "-"),
            str(row.quarter or "-"), millions(row.transfers_difference_mean_cents),
        )
        for row in likely.head(MOST_PROGRAMMES).itertuples(index=False)
    )  # fmt: skip
    meanings = "; ".join(
        f"{event}: {EVENTS[event]}" for event in EVENTS if event in set(likely["event"].head(MOST_PROGRAMMES))
    )
    printed = PrintedTable(
        "Programmes that stop, slip or gain", ("Run", "Programme", "What becomes of it", "On paths", "When before", "When now", f"Transfers, {found.currency} M"),
        rows, words=3, note=f"{meanings[:1].upper()}{meanings[1:]}. Quarters are medians over those paths." if rows else "",
    )  # fmt: skip
    return printed if len(found.runs) > 2 else without_run(printed)


def without_run(printed: PrintedTable) -> PrintedTable:
    """A table without its first column, which names the run, where there is but one."""
    return replace(
        printed, heads=printed.heads[1:], rows=tuple(row[1:] for row in printed.rows), words=printed.words - 1
    )


def write_tornado(found: Comparison, folder: Path) -> None:
    """Write the tornado under its finding, as SVG and PNG, and its numbers beside it."""
    figure = titled(comparison(found), comparison_finding(found))
    drawn = svg(figure).encode("utf-8")
    figure.set_layout_engine("none")
    for name, content in (("tornado.svg", drawn), ("tornado.png", png(figure))):
        (folder / name).write_bytes(content)
