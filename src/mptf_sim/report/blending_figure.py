"""What blending changes of a plan: differences in shares and in money, each with its 95 % interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from mptf_sim.report.style import DARK, INK, WARM, axis_unit, in_percent, plain_numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WORDS = {
    "coverage": "Coverage of the plan",
    "private_mobilised": "Private finance mobilised",
    "public_draws": "Loans and grants of others",
    "cost_to_the_fund": "Cost to the fund, less refunds",
    "debt_service": "Debt service of the State",
    "paid_by_borrowers": "Paid back by borrowers",
    "chance_of_low_coverage": "Chance of low coverage",
    "loan_losses": "Losses of loans",
    "guarantee_calls": "Calls on the facility",
}


def with_and_without(table: pd.DataFrame, currency: str = "USD") -> Figure:
    """What does blending change, in coverage, cost and risk?

    Parameters
    ----------
    table : of `mptf_sim.with_and_without`
    """
    figure = Figure(figsize=(9.0, 4.2), layout="constrained")
    shares, money = figure.subplots(1, 2, width_ratios=[2, 3])
    is_money = table["unit"] == "cents"
    _bars(shares, table[~is_money], 1.0)
    in_percent(shares.xaxis)
    shares.set_xlabel("Difference, points of the share")
    scale, unit = axis_unit(table.loc[is_money, ["low", "high"]].abs().to_numpy().max(), currency)
    _bars(money, table[is_money], scale)
    plain_numbers(money.xaxis)
    money.set_xlabel(f"Difference of the mean, {unit}")
    return figure


def _bars(axes: Axes, rows: pd.DataFrame, scale: float) -> None:
    """A bar from zero for each metric, red where it is a cost or a risk."""
    places = range(len(rows), 0, -1)
    colours = [DARK if about == "coverage" else WARM for about in rows["about"]]
    reach = (rows["high"] - rows["difference"]) / scale
    axes.barh(list(places), rows["difference"] / scale, xerr=reach, color=colours, ecolor=INK, capsize=3, height=0.6)
    axes.axvline(0.0, color=INK, linewidth=0.8)
    axes.set_yticks(list(places), [WORDS[name] for name in rows["metric"]])
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
