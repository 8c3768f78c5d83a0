"""How much may be approved at what risk: the funding policies as points, with their names beside them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mptf_sim.report import figure_data
from mptf_sim.report.labelling import Label, points_per_datum, write_beside
from mptf_sim.report.lookup import currency
from mptf_sim.report.of_runs import of_runs_and_policies
from mptf_sim.report.style import DARK, INK, WARM, axis_unit, drawing, in_percent, legend_below, plain_numbers, say
from mptf_sim.runs.tables import RunTables

RING = 7.0
"""Points from the middle of the ring around the scenario's own policy."""


@of_runs_and_policies
def frontier(tables: RunTables, ax: Axes | None = None) -> Axes:
    """How much may be approved at the first meeting, and what chance of a waiting instalment does it buy?"""
    data = figure_data.frontier_data(tables)
    with drawing(ax) as axes:
        if data.empty:
            say(axes, "No funding policies were compared in this run.")
            return axes
        scale, unit = axis_unit(data["first_approvable_mean_cents"].max(), currency(tables))
        data["x"] = data["first_approvable_mean_cents"] / scale
        lines: list[Any] = []
        labels: list[Label] = []
        for family, (marker, colour, line, label) in _FAMILIES.items():
            points = data[data["policy"].str.startswith(family)].sort_values("x", kind="stable")
            if points.empty:
                continue
            axes.errorbar(
                points["x"], points["chance_waits_for_cash"], yerr=2 * points["chance_se"], marker=marker, color=colour,
                linestyle=line, linewidth=1.2, markersize=6, markerfacecolor="white" if marker == "s" else colour,
                capsize=3, label=label,
            )  # fmt: skip
            curve = points[["x", "chance_waits_for_cash"]].to_numpy()
            lines += [
                curve,
                *(curve[row] + [[0, -bar], [0, bar]] for row, bar in enumerate(2 * points["chance_se"])),
            ]
            labels += _policy_labels(points, family, colour)
        own = data[data["own"]]
        axes.scatter(
            own["x"], own["chance_waits_for_cash"], s=(2 * RING) ** 2, facecolors="none", edgecolors=INK, linewidths=1.6,
            label="the policy of this scenario", zorder=4,
        )  # fmt: skip
        top = max(1.25 * (data["chance_waits_for_cash"] + 2 * data["chance_se"]).max(), 0.1)
        axes.set_ylim(-0.13 * top, min(top, 1.13))
        axes.set_yticks([tick for tick in axes.get_yticks() if -1e-9 <= tick <= 1 + 1e-9])
        in_percent(axes.yaxis)
        axes.margins(x=0.12)
        reach = RING / points_per_datum(axes)
        for x, y in own[["x", "chance_waits_for_cash"]].to_numpy():
            lines += [
                np.array([[x - reach[0], y], [x + reach[0], y]]),
                np.array([[x, y - reach[1]], [x, y + reach[1]]]),
            ]
        write_beside(axes, labels, lines)
        plain_numbers(axes.xaxis)
        axes.set_xlabel(f"Approvable at the first meeting, mean, {unit}")
        axes.set_ylabel("Chance that at least one\ninstalment waits for cash")
        legend_below(axes)
    return axes


def _policy_labels(points: pd.DataFrame, family: str, colour: str) -> list[Label]:
    """The terms of each policy for its point; those that stand on one point share a label."""
    x, y = points["x"], points["chance_waits_for_cash"]
    labels = []
    for _, together in points.groupby([(x / max(x.max(), 1e-9)).round(2), y.round(2)]):
        terms = [str(policy).removeprefix(f"{family}, ") for policy in together["policy"]]
        first = [term.removesuffix(" quarters") for term in terms[:-1]]
        labels.append(
            Label(
                ", ".join([*first, terms[-1]]),
                float(together["x"].iloc[0]),
                float(y[together.index[0]]),
                colour,
            )
        )
    return labels


_FAMILIES = {
    "full cash": ("s", INK, "none", "cash in hand only"),
    "signed": ("o", DARK, "-", "cash and a share of what is signed"),
    "rolling": ("^", WARM, ":", "instalments due within quarters"),
}
