"""Source and use of funds per calendar year, in the lines of the MPTF Office's reports."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mptf_sim.books import Books, account
from mptf_sim.errors import UsageError
from mptf_sim.measures.timeline import distribution_table
from mptf_sim.runs.distributions import MOST_EXACT_PATHS
from mptf_sim.runs.run import STATEMENT_FLOWS, SUMS, Run, by_year

LINES: tuple[tuple[str, str, str, int], ...] = (
    ("sources", "Contributions from donors", "deposits", 1),
    ("sources", "Fund interest", "interest", 1),
    ("sources", "Interest from participating organisations", "interest_from_organisations", 1),
    ("sources", "Refunds to contributors", "refunds_to_contributors", -1),
    ("sources", "Other income", "other_income", 1),
    ("sources", "Total: sources of funds", "sources", 1),
    ("uses", "Transfers to participating organisations", "transfers", 1),
    ("uses", "Refunds from participating organisations", "refunds", -1),
    ("uses", "Refunds from facilities", "facility_refunds", -1),
    ("uses", "Net funded amount", "net_funded", 1),
    ("uses", "Administrative agent fee", "agent_fees", 1),
    ("uses", "Direct cost (secretariat)", "direct_cost", 1),
    ("uses", "Bank charges", "bank_charges", 1),
    ("uses", "Other expenditure", "other_expenditure", 1),
    ("uses", "Total: uses of funds", "uses", 1),
    ("balance", "Change in fund cash", "change_in_cash", 1),
    ("balance", "Opening fund cash", "cash", 1),
    ("balance", "Closing fund cash", "cash", 1),
    ("organisations", "Direct cost delivered", "direct_delivery", 1),
    ("organisations", "Indirect cost", "indirect_cost", 1),
    ("organisations", "Expenditure of organisations", "expenditure", 1),
    ("organisations", "Balance with organisations", "held_by_organisations", 1),
)
"""(part, line, flow, sum or stock it shows, with which sign)."""

NOT_PLAYED = (
    "interest_from_organisations",
    "refunds_to_contributors",
    "other_income",
    "bank_charges",
    "other_expenditure",
)
"""Lines of the office's reports that the model does not play: they hold what the certified years say, and zero after them."""

STOCKS = ("cash", "held_by_organisations")
CELLS = ("mean", "p05", "p50", "p95")
MIRROR = {"p05": "p95", "p95": "p05"}
"""Of an amount that is taken off, the low quantile shows the high one of the amount."""

PERCENTILE_RULE = (
    "Each line by itself, the amount of a real path to the cent: the smallest that at least {percentile:g} % of paths do not exceed "
    "(of a line with a minus, minus the amount that {mirrored:g} % do not). Lines come from different paths and need not add up."
)


def statement(run: Run, median: Books, percentile: float | None = None) -> pd.DataFrame:
    """The statement of each calendar year: prior years, the year, and the total to date; cents.

    Parameters
    ----------
    median : books of the run's median path, replayed; its column adds up to the cent
    percentile : from 0 to 100: one more column, named as `percentile_column` says, by the rule of `PERCENTILE_RULE`

    Returns
    -------
    DataFrame with year, part, line, column (prior, current, total), mean, p05, p50, p95, median_path.
    Years before the calendar stand in the prior column if they are certified (`fund.opening.certified`).
    Means and the median path add up; quantiles of lines do not add up to the quantile of a total.

    Raises
    ------
    UsageError : if the percentile is none, or the run keeps histograms, whose quantiles are no exact cents
    """
    table, shown, mirror = distribution_table(run), list(CELLS), dict(MIRROR)
    if percentile is not None:
        name, opposite = percentile_column(percentile), f"mirror of {percentile_column(percentile)}"
        if name not in CELLS:
            table[[name, opposite]] = _quantiles(run, percentile)
            shown += [name, opposite]
            mirror |= {name: opposite, opposite: name}
    fund = table[table["scope_kind"] == "fund"].set_index(["account", "period"])[shown]
    known: dict[tuple[str, str], tuple[float, ...]] = dict(zip(fund.index, fund.itertuples(index=False), strict=True))
    turned = [shown.index(mirror.get(name, name)) for name in shown]
    exact = _exact(run, median)
    opening, history = opening_stocks(run, median), _history(run)
    years = sorted(set(run.axes.years))
    rows = []
    for number, year in enumerate(years):
        for part, line, shows, sign in LINES:
            if shows == "facility_refunds" and not run.scenario.facilities:
                continue
            for column in ("prior", "current", "total"):
                if shows in STOCKS:
                    period, before = _stock_period(run, years, number, line, column), opening[shows]
                    if line == "Opening fund cash" and column != "current":
                        before = history.get("first_balance", before)
                    earlier = 0
                else:
                    period, before = _flow_period(years, number, column), 0
                    earlier = 0 if column == "current" else history.get(shows, 0)
                cells = [cell + earlier for cell in known.get((shows, period or ""), (float(before),) * len(shown))]
                if sign < 0:
                    cells = [0.0 - cells[place] for place in turned]
                path = (exact.get((shows, period), before) + earlier) * sign
                rows.append((year, part, line, column, *cells, path))
    made = pd.DataFrame(rows, columns=["year", "part", "line", "column", *shown, "median_path"])
    if len(shown) == len(CELLS):
        return made
    return made.drop(columns=shown[-1]).astype({shown[-2]: "int64"})


def percentile_column(percentile: float) -> str:
    """What the column of a percentile is called: p05, p20, p97.5.

    Raises
    ------
    UsageError : if it is no percentile
    """
    if not 0 <= percentile <= 100:
        raise UsageError(f"percentile: expected a number from 0 to 100, found {percentile:g}")
    return f"p{int(percentile):02d}" if percentile == int(percentile) else f"p{percentile:g}"


def _quantiles(run: Run, percentile: float) -> NDArray[np.float64]:
    """Of every row, the quantile and the one as far from the other end: (row, 2)."""
    if not run.distributions.exact:
        raise UsageError(
            f"percentile: a run of {run.paths:,} paths keeps histograms; expected at most {MOST_EXACT_PATHS:,} paths, "
            "of which every amount is kept"
        )
    return run.distributions.quantiles((percentile / 100, 1 - percentile / 100)).T


def _history(run: Run) -> dict[str, int]:
    """Every flow and sum of the certified years before the calendar; nothing if no statement is given."""
    certified = run.scenario.fund.opening.certified
    if certified is None:
        return {}
    flows = dict(certified.to_date())
    for name, parts in SUMS.items():
        flows[name] = sum(sign * flows.get(flow, 0) for flow, sign in parts.items())
    other = {"sources": flows["interest_from_organisations"] + flows["other_income"]}
    other["uses"] = flows["bank_charges"] + flows["other_expenditure"]
    flows["sources"] += other["sources"]
    flows["uses"] += other["uses"]
    flows["change_in_cash"] += other["sources"] - other["uses"]
    return flows | {"first_balance": certified.first_balance}


def _exact(run: Run, median: Books) -> dict[tuple[str, str | None], int]:
    """Every flow, sum and stock of the median path, by the period it is shown for: whole cents."""
    years = sorted(set(run.axes.years))
    flows = {name: by_year(run.axes, account(median, name))[:, 0] for name in STATEMENT_FLOWS}
    for name, parts in SUMS.items():
        flows[name] = np.sum([sign * flows[flow] for flow, sign in parts.items()], axis=0)
    found: dict[tuple[str, str | None], int] = {}
    for name, amounts in flows.items():
        for number, year in enumerate(years):
            found[name, str(year)] = int(amounts[number])
            found[name, f"to {year}"] = int(amounts[: number + 1].sum())
    for name in STOCKS:
        for period, amount in zip(run.axes.periods, account(median, name)[:, 0], strict=True):
            found[name, period] = int(amount)
    return found


def opening_stocks(run: Run, books: Books) -> dict[str, int]:
    """Stocks before the first period, derived from the first close and its flows: the same on every path."""
    first = {name: int(account(books, name)[0, 0]) for name in ("cash", *STATEMENT_FLOWS, "held_by_organisations")}
    cash = first["cash"] - first["deposits"] - first["interest"] - first["refunds"] - first["facility_refunds"]
    cash += first["agent_fees"] + first["direct_cost"] + first["transfers"]
    held = first["held_by_organisations"] - first["transfers"] + first["refunds"]
    return {"cash": cash, "held_by_organisations": held + first["direct_delivery"] + first["indirect_cost"]}


def _flow_period(years: list[int], number: int, column: str) -> str | None:
    if column == "current":
        return str(years[number])
    if column == "total":
        return f"to {years[number]}"
    return f"to {years[number - 1]}" if number else None


def _stock_period(run: Run, years: list[int], number: int, line: str, column: str) -> str | None:
    """The quarter at whose close the stock is read; None for before the first."""
    back = {"prior": 1, "current": 0, "total": 0}[column] + (line == "Opening fund cash")
    if line == "Opening fund cash" and column != "current":
        return None  # of the prior years and of the total, the calendar's opening
    if number - back < 0:
        return None
    last = max(t for t, year in enumerate(run.axes.years) if year == years[number - back])
    return run.axes.periods[last]
