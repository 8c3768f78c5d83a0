"""One national plan: needs of each year, who pays by status, with and without the fund."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mptf_sim.errors import UsageError
from mptf_sim.report.lookup import coverage_error, currency, names
from mptf_sim.report.of_runs import of_runs_and_policies
from mptf_sim.report.printed import PrintedTable, millions, millions_with_error, share_cell
from mptf_sim.report.style import (
    DARK,
    GREY,
    INK,
    MIDDLE,
    PALE,
    WARM,
    axis_unit,
    drawing,
    legend_below,
    plain_numbers,
    say,
)
from mptf_sim.report.wording import money_with_error, share, share_with_error, shortened
from mptf_sim.runs.tables import RunTables

AMOUNTS = ("need", "secured", "awarded", "deal_finance", "executed", "delivered", "deal_delivery")


def plan_data(tables: RunTables) -> pd.DataFrame:
    """Each plan by year: needs, others' secured finance, the fund's awards, deals, what all spend; others' uncertain offers."""
    amounts = [f"{name}_mean_cents" for name in AMOUNTS]
    data = tables.plan_windows.groupby(["plan", "year"], as_index=False, sort=True)[amounts].sum()
    offers = (
        tables.plan_sources.groupby(["plan", "year", "status"])["planned_cents"].sum()
        if len(tables.plan_sources)
        else {}
    )
    for status in ("indicative", "requested"):
        data[f"{status}_cents"] = [
            int(offers.get((plan, year, status), 0)) for plan, year in zip(data["plan"], data["year"], strict=True)
        ]
    return data


def shown_plan(tables: RunTables, plan: str | None = None) -> str | None:
    """The plan that is asked for; else the one to which deals bring most, or without deals the fund awards most."""
    data = plan_data(tables)
    if plan is not None:
        if plan not in set(data["plan"]):
            raise UsageError(
                f"unknown plan {plan!r}; plans with needs are {', '.join(sorted(set(data['plan']))) or 'none'}"
            )
        return plan
    if not data["need_mean_cents"].any():
        return None
    brings = "deal_finance_mean_cents" if data["deal_finance_mean_cents"].any() else "awarded_mean_cents"
    return str(data.groupby("plan")[brings].sum().astype(float).idxmax())


def of_plan(tables: RunTables, plan: str | None = None) -> pd.DataFrame:
    """The years of the plan that is shown."""
    data = plan_data(tables)
    return data[data["plan"] == shown_plan(tables, plan)].reset_index(drop=True)


def plan_finding(tables: RunTables, plan: str | None = None) -> str:
    """What of the needs has approved finance with the fund and without it, and what stays open next year."""
    data, unit = of_plan(tables, plan), currency(tables)
    if data.empty:
        return "No plan of this scenario has needs"
    id = str(data["plan"].iloc[0])
    need, secured, awarded, financed = (
        float(data[f"{name}_mean_cents"].sum()) for name in ("need", "secured", "awarded", "deal_finance")
    )
    name = shortened(names(tables, "plan").get(id, id), 48)
    row = data.iloc[min(1, len(data) - 1)]
    open_then = max(float(_unfunded(row)), 0.0)
    error = coverage_error(tables, "plan and year", str(row["year"]), id, "funding_gap_se_cents") if open_then else 0.0
    approved = share_with_error(
        _part(secured + awarded + financed, need), coverage_error(tables, "plan", id, id, "funded_share_se")
    )
    both = ("the fund and deals", "them") if financed else ("the fund", "it")
    return (
        f"{name}: {approved} of needs have approved finance with {both[0]}, {share(_part(secured, need))} without {both[1]}; "
        f"in {row['year']} {money_with_error(open_then, error, unit)} of the year's needs are unfunded"
    )


def _unfunded(row: Any) -> Any:
    """Needs of the year less what is approved in it; below zero where awards serve earlier years."""
    return (
        row["need_mean_cents"] - row["secured_mean_cents"] - row["awarded_mean_cents"] - row["deal_finance_mean_cents"]
    )


def _part(amount: float, whole: float) -> float:
    return amount / whole if whole else 0.0


def plan_table(tables: RunTables, plan: str | None = None) -> PrintedTable:
    """The years of the plan."""
    data = of_plan(tables, plan)
    rows = []
    id = str(data["plan"].iloc[0]) if len(data) else ""
    blends = bool(data["deal_finance_mean_cents"].any())
    for row in data.to_dict("records"):
        need, secured, financed = row["need_mean_cents"], row["secured_mean_cents"], row["deal_finance_mean_cents"]
        approved = secured + row["awarded_mean_cents"] + financed
        error = coverage_error(tables, "plan and year", str(row["year"]), id, "funding_gap_se_cents")
        unfunded = millions(_unfunded(row)) if isnan(error) else millions_with_error(_unfunded(row), error)
        of_deals = [(millions(financed), millions(row["deal_delivery_mean_cents"]))] if blends else []
        rows.append(
            (
                str(row["year"]), millions(need), millions(secured), millions(row["awarded_mean_cents"]), *(one[0] for one in of_deals),
                unfunded, millions(row["indicative_cents"]), millions(row["requested_cents"]), millions(row["executed_mean_cents"]),
                millions(row["delivered_mean_cents"]), *(one[1] for one in of_deals), share_cell(_part(approved, need)),
                share_cell(_part(secured, need)),
            )
        )  # fmt: skip
    return PrintedTable(
        f"{names(tables, 'plan').get(id, id)}, {currency(tables)} M",
        (
            "Year", "Needs", "Secured by others", "Approved by the fund", *(("By deals",) if blends else ()), "Unfunded", "Indicative", "Requested",
            "Spent by others", "Delivered by the fund", *(("by deals",) if blends else ()), "Approved finance",
            "without the fund" if not blends else "without fund and deals",
        ),
        tuple(rows),
        note="Direct cost, means, what is unfunded with two standard errors. An award stands in the year of its approval and may serve needs that earlier years left open. Indicative and "
        "requested finance is never added to what is secured.",
    )  # fmt: skip


@of_runs_and_policies
def plan_sources(tables: RunTables, plan: str | None = None, ax: Axes | None = None) -> Axes:
    """What does a plan need each year, who pays, and what would be missing without the fund?"""
    data = of_plan(tables, plan)
    with drawing(ax, 3.5) as axes:
        if data.empty:
            say(
                axes,
                "No plan of this scenario has needs."
                if len(tables.unspent)
                else "Nobody looked at plans by year in this run.",
            )
            return axes
        largest = max(
            float(data["need_mean_cents"].max()),
            float((data["secured_mean_cents"] + data["awarded_mean_cents"] + data["deal_finance_mean_cents"]).max()),
            1.0,
        )
        scale, unit = axis_unit(largest, currency(tables))
        places = np.arange(len(data))
        secured, awarded = data["secured_mean_cents"] / scale, data["awarded_mean_cents"] / scale
        axes.bar(places - 0.17, secured, 0.42, color=MIDDLE, label="secured by others")
        axes.bar(places - 0.17, awarded, 0.42, bottom=secured, color=DARK, label="approved by the fund (mean)")
        if data["deal_finance_mean_cents"].any():
            axes.bar(
                places - 0.17, data["deal_finance_mean_cents"] / scale, 0.42, bottom=secured + awarded, color=PALE, edgecolor=INK,
                hatch="xxxx", linewidth=0.5, label="met by deals (mean)",
            )  # fmt: skip
        axes.bar(
            places + 0.15,
            data["indicative_cents"] / scale,
            0.16,
            color="white",
            edgecolor=GREY,
            hatch="////",
            linewidth=0.5,
            label="indicative",
        )
        axes.bar(
            places + 0.33,
            data["requested_cents"] / scale,
            0.16,
            color="white",
            edgecolor=GREY,
            hatch="....",
            linewidth=0.5,
            label="requested",
        )
        axes.hlines(
            data["need_mean_cents"] / scale,
            places - 0.43,
            places + 0.43,
            color=INK,
            linewidth=1.8,
            label="needs of the year",
        )
        delivered = data["executed_mean_cents"] + data["delivered_mean_cents"] + data["deal_delivery_mean_cents"]
        axes.plot(places - 0.17, delivered / scale, linestyle="none", marker="D", markersize=4.5,
                  markerfacecolor="white", markeredgecolor=WARM, markeredgewidth=1.4, label="delivered in the year")  # fmt: skip
        step = -(-len(data) // 13)
        axes.set_xticks(
            places, labels=[str(year) if number % step == 0 else "" for number, year in enumerate(data["year"])]
        )
        axes.grid(visible=False, axis="x")
        axes.axhline(0, color=INK, linewidth=0.8)
        axes.set_ylabel(f"per year, {unit}")
        plain_numbers(axes.yaxis)
        id = str(data["plan"].iloc[0])
        axes.set_title(shortened(names(tables, "plan").get(id, id), 60), fontsize=9, fontweight="normal", pad=6)
        legend_below(axes, 2)
    return axes
