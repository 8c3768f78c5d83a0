"""What a run keeps of facilities and deals: totals of each path, and distributions of accounts, deals and layers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mptf_sim.books import DEAL_FIGURES, FACILITY_FIGURES, FINANCE_ACCOUNTS, LAYER_FIGURES, Axes, Books, account
from mptf_sim.fund.finance.weights import WEIGHTS
from mptf_sim.quantities import Whole
from mptf_sim.runs.distributions import Row

DEALS_SHOWN = (
    "investment", "finance", "delivery", "losses", "recoveries", "calls", "reimbursed", "premiums", "matching_grants",
    "technical_assistance", "interest_buy_downs", "results_payments",
)  # fmt: skip
LAYERS_SHOWN = ("drawn", "interest", "principal", "losses", "exchange_difference")


def figure(books: Books, name: str) -> Whole:
    """A figure of all layers: (layer, path)."""
    values: Whole = books.layers[:, LAYER_FIGURES.index(name)]
    return values


def net_losses(books: Books) -> Whole:
    """What each layer lost and did not have made good: (layer, path)."""
    return figure(books, "losses") - figure(books, "restored")


def blended_columns(axes: Axes, books: Books) -> dict[str, Whole]:
    """KPIs of each path: flows over the calendar, largest promises, what draws count as, by plan and provider."""
    columns = {one.name: account(books, one.name).sum(axis=0) for one in FINANCE_ACCOUNTS if one.kind == "flow"}
    columns["most_guaranteed"] = account(books, "guaranteed").max(axis=0)
    columns["closing_facility_cash"] = account(books, "facility_cash")[-1]
    drawn = figure(books, "drawn")
    for number, name in enumerate(WEIGHTS):
        total = np.zeros(books.width)
        for row, layer in enumerate(axes.layers):
            if layer.weights[number]:
                total += layer.weights[number] * drawn[row]
        columns[name.replace("grant_equivalent", "given")] = np.rint(total).astype(np.int64)
    for row, layer in enumerate(axes.layers):
        if layer.is_public_debt:
            service = figure(books, "interest")[row] + figure(books, "principal")[row]
            name = f"debt_service:{layer.plan}"
            columns[name] = columns.get(name, 0) + service
    for (plan, provider), delivered in by_provider(axes, books).items():
        columns[f"delivered_by:{plan}:{provider}"] = delivered
    return columns


def by_provider(axes: Axes, books: Books) -> dict[tuple[str, str], Whole]:
    """What deals delivered of plans' needs, by plan and who provided it: shared by rounded running totals of draws."""
    found: dict[tuple[str, str], Whole] = {}
    drawn = figure(books, "drawn")
    for place, deal in enumerate(axes.deals):
        rows = [row for row, layer in enumerate(axes.layers) if layer.deal == deal]
        delivery, investment = (books.deals[place, DEAL_FIGURES.index(name)] for name in ("delivery", "investment"))
        share = np.divide(delivery, investment, out=np.zeros(books.width), where=investment > 0)
        running, before = np.zeros(books.width), np.zeros(books.width, dtype=np.int64)
        for row in rows:
            running += drawn[row]
            until = np.rint(running * share).astype(np.int64)
            key = axes.layers[row].plan, axes.layers[row].provider
            found[key] = found.get(key, 0) + until - before
            before = until
        matched = delivery - before
        if rows and matched.any():
            key = axes.layers[rows[0]].plan, "facility"
            found[key] = found.get(key, 0) + matched
    return found


def blended_rows(axes: Axes) -> list[Row]:
    """The rows of facilities and deals whose distribution over paths is kept."""
    rows = [Row(one.name, "fund", "", period) for one in FINANCE_ACCOUNTS for period in axes.periods]
    rows += [Row(name, "deal", deal, "") for name in DEALS_SHOWN for deal in axes.deals]
    layers = [f"{layer.deal} {layer.layer}" for layer in axes.layers]
    rows += [Row(name, "layer", layer, "") for name in (*LAYERS_SHOWN, "net_losses") for layer in layers]
    rows += [Row(name, "facility", facility, "") for name in FACILITY_FIGURES for facility in axes.facilities]
    return rows


def blended_values(books: Books) -> Whole:
    """The values of those rows: (row, path)."""
    width = books.width
    return np.concatenate(
        [
            books.finance.reshape(-1, width),
            *(books.deals[:, DEAL_FIGURES.index(name)] for name in DEALS_SHOWN),
            *(figure(books, name) for name in LAYERS_SHOWN),
            net_losses(books),
            *(books.facilities[:, place] for place in range(len(FACILITY_FIGURES))),
        ]
    )


def squares(books: Books) -> NDArray[np.float64]:
    """Net losses of layers in currency units, squared and summed over paths: (layer,)."""
    if not books.layers.size:
        return np.zeros(0)
    total: NDArray[np.float64] = np.square(net_losses(books) / 100.0).sum(axis=1)
    return total
