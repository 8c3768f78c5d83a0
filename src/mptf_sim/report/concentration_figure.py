"""How concentrated income is on donors, and how evenly the fund's delivery follows the needs of plans."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mptf_sim.formulas.equity import gini
from mptf_sim.quantities import Array
from mptf_sim.report.lookup import names
from mptf_sim.report.of_runs import of_runs
from mptf_sim.report.printed import PrintedTable, share_cell
from mptf_sim.report.style import DARK, GREY, WARM, drawing, in_percent, legend_below, say
from mptf_sim.report.wording import share, shortened
from mptf_sim.runs.tables import RunTables


def concentration_data(tables: RunTables) -> pd.DataFrame:
    """Points of two curves: donors by their deposits, plans by the fund's delivery per need; the least first.

    Returns
    -------
    DataFrame with curve (donors, plans), id, amount_cents (deposits; delivered by the fund), share_of_base (of donors; of
    needs), share_of_amount, base_to_here, amount_to_here: shares up to this one.
    """
    rows = tables.timeline
    given = rows[(rows["account"] == "deposits") & (rows["scope_kind"] == "donor")].set_index("scope")["mean"]
    needs = tables.entities[(tables.entities["kind"] == "plan") & (tables.entities["need_cents"] > 0)].set_index("id")[
        "need_cents"
    ]
    paths = len(tables.paths)
    by_fund = pd.Series(
        {
            plan: int((tables.paths[f"delivered:{plan}"] - tables.paths[f"executed:{plan}"]).sum()) / paths
            for plan in needs.index
        },
        dtype=float,
    )
    return pd.concat(
        [
            _curve("donors", given.astype(float), pd.Series(1.0, given.index)),
            _curve("plans", by_fund, needs.astype(float)),
        ],
        ignore_index=True,
    )


def _curve(name: str, amounts: pd.Series, base: pd.Series) -> pd.DataFrame:
    data = pd.DataFrame(
        {
            "curve": name,
            "id": amounts.index.astype(str),
            "amount_cents": amounts.to_numpy(),
            "base": base.reindex(amounts.index).to_numpy(),
        }
    )
    data["per_base"] = data["amount_cents"] / data["base"]
    data = data.sort_values(["per_base", "id"], kind="stable").reset_index(drop=True)
    total, whole = float(data["amount_cents"].sum()), float(data["base"].sum())
    data["share_of_base"] = data["base"] / whole if whole else 0.0
    data["share_of_amount"] = data["amount_cents"] / total if total else 0.0
    data["base_to_here"], data["amount_to_here"] = data["share_of_base"].cumsum(), data["share_of_amount"].cumsum()
    return data.drop(columns=["base", "per_base"])


def gini_of(data: pd.DataFrame, curve: str) -> float:
    """Gini coefficient of a curve; not a number if nobody has anything."""
    one = data[(data["curve"] == curve) & (data["share_of_base"] > 0)]
    if not float(one["amount_cents"].sum()) > 0:
        return float("nan")
    return float(
        np.asarray(gini((one["share_of_amount"] / one["share_of_base"]).to_numpy(), one["share_of_base"].to_numpy()))
    )


def concentration_finding(tables: RunTables) -> str:
    """What the largest donor brings, and what the half of needs that is served least gets."""
    data = concentration_data(tables)
    donors, plans = data[data["curve"] == "donors"], data[data["curve"] == "plans"]
    parts = []
    if donors["share_of_amount"].any():
        squares = float((donors["share_of_amount"] ** 2).sum())
        parts.append(f"Income is as concentrated as if {1 / squares:.1f} equal donors gave it, of {len(donors)}")
    if plans["share_of_amount"].any():
        half = float(np.interp(0.5, *_points(plans)))
        parts.append(f"the half of needs that the fund serves least gets {share(half)} of what it delivers")
    if not parts:
        return "Nothing is given and nothing delivered"
    sentence = "; ".join(parts)
    return sentence[0].upper() + sentence[1:]


def _points(curve: pd.DataFrame) -> tuple[Array, Array]:
    return (
        np.concatenate([[0.0], curve["base_to_here"].to_numpy(dtype=float)]),
        np.concatenate([[0.0], curve["amount_to_here"].to_numpy(dtype=float)]),
    )


def concentration_table(tables: RunTables) -> PrintedTable:
    """Both curves, the largest first."""
    data = concentration_data(tables).iloc[::-1]
    known = {**names(tables, "donor"), **names(tables, "plan")}
    rows = tuple(
        (
            {"donors": "Donor", "plans": "Plan"}[str(row.curve)], known.get(str(row.id), str(row.id)), share_cell(row.share_of_base),
            share_cell(row.share_of_amount), share_cell(1.0 - row.amount_to_here + row.share_of_amount),
        )
        for row in data.sort_values("curve", kind="stable").itertuples()
    )  # fmt: skip
    coefficients = {name: gini_of(data, name) for name in ("donors", "plans")}
    note = "; ".join(
        f"Gini coefficient of {name} {value:.2f}" for name, value in coefficients.items() if value == value
    )
    return PrintedTable(
        "Concentration and equity, of means", ("", "Who", "Share of donors, of needs", "Share of deposits, of delivery", "with all above"),
        rows, words=2, note=f"{note}. 0: all alike; near 1: one has all." if note else "",
    )  # fmt: skip


@of_runs
def concentration(tables: RunTables, ax: Axes | None = None) -> Axes:
    """On how few does income rest, and does delivery go where needs are?"""
    data = concentration_data(tables)
    with drawing(ax, 3.6) as axes:
        if not data["share_of_amount"].any():
            say(axes, "Nothing is given and nothing delivered.")
            return axes
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=(0, (2, 2)), label="all alike")
        for curve, colour, line, marker, label in (
            ("donors", DARK, "-", "o", "deposits, donors from the smallest"), ("plans", WARM, "--", "s", "the fund's delivery, needs served least first"),
        ):  # fmt: skip
            one = data[data["curve"] == curve]
            if one["share_of_amount"].any():
                axes.plot(
                    *_points(one),
                    color=colour,
                    linestyle=line,
                    marker=marker,
                    markersize=3,
                    label=f"{label} (Gini of means {gini_of(data, curve):.2f})",
                )
        donors = data[(data["curve"] == "donors") & (data["share_of_amount"] > 0)]
        if len(donors) > 1:
            last = donors.iloc[-1]
            axes.annotate(
                f"{shortened(names(tables, 'donor').get(last['id'], last['id']), 24)} alone: {share(float(last['share_of_amount']))}",
                (1 - float(last["share_of_base"]) / 2, 1 - float(last["share_of_amount"]) / 2), xytext=(-8, 0), textcoords="offset points", ha="right",
                va="center", fontsize=8, color=DARK, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
            )  # fmt: skip
        in_percent(axes.xaxis)
        in_percent(axes.yaxis)
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("share of donors; share of needs")
        axes.set_ylabel("share of deposits; of delivery")
        legend_below(axes, 1)
    return axes
