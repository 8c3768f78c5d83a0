"""The capital stack of deals, and beside each layer what it loses, expected and at worst."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from mptf_sim.report.lookup import currency
from mptf_sim.report.of_runs import of_runs
from mptf_sim.report.printed import PrintedTable, millions, millions_with_error, share_cell
from mptf_sim.report.style import (
    DARK,
    GOLD,
    GREY,
    INK,
    PALE,
    WARM,
    axis_unit,
    drawing,
    legend_on_top,
    plain_numbers,
    say,
)
from mptf_sim.report.wording import money, money_with_error, plural, share, shortened
from mptf_sim.runs.tables import RunTables

MOST_LAYERS = 40
"""Layers drawn one by one; the CSV beside the figure has them all."""

COLUMNS = [
    "deal", "layer", "kind", "provider", "currency", "seniority", "face", "drawn", "exchange_difference", "expected_loss", "se",
    "expected_loss_share", "loss_p95", "loss_p99", "unexpected_loss",
]  # fmt: skip


def capital_stack_data(tables: RunTables) -> pd.DataFrame:
    """Each layer of each deal, the most senior on top and grants last; cents, means over paths."""
    if not tables.blending:
        return pd.DataFrame(columns=COLUMNS)
    rows = tables.blending["capital_stack"][COLUMNS]
    return rows.sort_values(["deal", "seniority"], ascending=[True, False], kind="stable").reset_index(drop=True)


def capital_stack_finding(tables: RunTables) -> str:
    """Which layer loses most, and what part of all losses the facilities bear."""
    data, unit = capital_stack_data(tables), currency(tables)
    expected = float(data["expected_loss"].sum())
    drawn = f"{plural(data['deal'].nunique(), 'deal')} draw{'s' if data['deal'].nunique() == 1 else ''} {money(float(data['drawn'].sum()), unit)} on average"
    if not expected:
        return f"{drawn}; no layer loses anything"
    most = data.loc[data["expected_loss"].idxmax()]
    of_facilities = float(data.loc[data["provider"] == "facility", "expected_loss"].sum()) / expected
    return (
        f"{drawn}; most is lost by {most['deal']} {most['layer']} ({most['provider']}): "
        f"{money_with_error(most['expected_loss'], most['se'], unit)} expected, {share(most['expected_loss_share'])} of what it brings, "
        f"and {money(most['loss_p99'], unit)} on one path in a hundred; layers of facilities bear {share(of_facilities)} of all losses"
    )


def capital_stack_table(tables: RunTables) -> PrintedTable:
    """The layers with what they bring and lose."""
    rows = tuple(
        (
            row.deal, _with_currency(row.layer, row.currency, currency(tables)), row.provider, str(row.seniority) if row.seniority else "-", millions(row.face), millions(row.drawn),
            millions_with_error(row.expected_loss, row.se), share_cell(row.expected_loss_share) if row.drawn else "-",
            millions(row.loss_p99), millions(row.unexpected_loss),
        )
        for row in capital_stack_data(tables).itertuples()
    )  # fmt: skip
    heads = (
        "Deal",
        "Layer",
        "Provider",
        "Seniority",
        "Face",
        "Drawn",
        "Expected loss",
        "of drawn",
        "Loss P99",
        "Unexpected loss",
    )
    return PrintedTable(
        f"Capital stack and losses by layer, net of recoveries and guarantees, {currency(tables)} M", heads, rows, words=3,
        note="Seniority 1 loses first; grants are not paid back. Unexpected loss: P99 less the expected loss.",
    )  # fmt: skip


def capital_stack_height(tables: RunTables) -> float:
    """Points on paper."""
    return 95.0 + 17.0 * max(min(len(capital_stack_data(tables)), MOST_LAYERS), 5)


@of_runs
def capital_stack(tables: RunTables, ax: Axes | None = None) -> Axes:
    """What does each layer of each deal bring, and what does it lose?"""
    data = capital_stack_data(tables)
    shown = data.head(MOST_LAYERS)
    with drawing(ax, 1.6 + 0.26 * max(len(shown), 5)) as axes:
        if data.empty:
            say(axes, "This run has no deals.")
            return axes
        scale, unit = axis_unit(float(shown[["face", "drawn", "loss_p99"]].to_numpy().max()), currency(tables))
        places = np.arange(len(shown), dtype=float)
        money_of = {
            name: shown[name].to_numpy(dtype=float) / scale for name in ("face", "drawn", "expected_loss", "se")
        }
        far = np.maximum(shown["loss_p99"].to_numpy(dtype=float) / scale, money_of["expected_loss"])
        axes.barh(
            places,
            money_of["face"],
            0.7,
            color="white",
            hatch="////",
            edgecolor=GREY,
            linewidth=0.4,
            label="face, stated or expected",
        )
        axes.barh(places, money_of["drawn"], 0.4, color=DARK, label="drawn (mean)")
        axes.barh(places, -far, 0.7, color=PALE, edgecolor=GREY, linewidth=0.4, label="lost on one path in 100")
        axes.barh(places, -money_of["expected_loss"], 0.4, color=WARM, label="expected loss, 2 standard errors")
        axes.errorbar(
            -money_of["expected_loss"],
            places,
            xerr=2 * np.nan_to_num(money_of["se"]),
            fmt="none",
            ecolor=INK,
            elinewidth=1.0,
            capsize=2,
        )
        axes.axvline(0.0, color=INK, linewidth=0.8)
        for place in np.flatnonzero(shown["deal"].to_numpy()[1:] != shown["deal"].to_numpy()[:-1]):
            axes.axhline(place + 0.5, color=GOLD, linewidth=0.8)
        several = data["deal"].nunique() > 1
        labels = [
            _in_words(
                row.deal if several else "",
                _with_currency(row.layer, row.currency, currency(tables)),
                row.provider,
                row.seniority,
            )
            for row in shown.itertuples()
        ]
        axes.set_yticks(places, labels=labels, fontsize=8)
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        plain_numbers(axes.xaxis)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):,.6g}"))
        left_out = f" ({MOST_LAYERS} of {len(data)} layers)" if len(data) > MOST_LAYERS else ""
        axes.set_xlabel(f"← lost      brought →      {unit}{left_out}")
        legend_on_top(axes)
    return axes


def _with_currency(layer: str, currency: str, of_fund: str) -> str:
    """A layer, with its currency if that is not the fund's."""
    return layer if currency == of_fund else f"{layer} ({currency})"


def _in_words(deal: str, layer: str, provider: str, seniority: int) -> str:
    """A layer by its deal, name, provider and place in the stack."""
    rank = f"{seniority}  " if seniority else ""
    return f"{rank}{shortened(f'{deal} {layer}'.strip(), 26)}, {shortened(provider, 20)}"
