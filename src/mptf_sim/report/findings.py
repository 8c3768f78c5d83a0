"""What each figure shows of this run, in one sentence computed from its numbers."""

from __future__ import annotations

from mptf_sim.report import figure_data
from mptf_sim.report.lookup import currency, fund_kpi, kpi, names, number_of_paths, quarters
from mptf_sim.report.wording import (
    chance,
    count,
    money,
    money_with_error,
    one_in_twenty,
    plural,
    share,
    share_with_error,
    shortened,
)
from mptf_sim.runs.tables import RunTables

LITTLE = 0.05
"""A chance of a waiting instalment that the Committee might call small."""


def fan(tables: RunTables) -> str:
    """When cash is tightest."""
    data, paths, unit = figure_data.fan_data(tables), number_of_paths(tables), currency(tables)
    lowest = data.loc[data["p05"].idxmin()]
    low = money(lowest["p05"], unit)
    how = one_in_twenty(paths, f"{low} or less on one path in twenty", f"{low} on the worst path")
    least = fund_kpi(tables, "lowest_cash")
    return (
        f"Cash is tightest in {lowest['period']}: {how}, {money(lowest['p50'], unit)} in the median; "
        f"the lowest balance of a path is {money_with_error(least.mean, least.se, unit)} on average"
    )


def frontier(tables: RunTables) -> str:
    """What today's policy allows, and the most that a small chance of a waiting instalment would allow."""
    data, unit = figure_data.frontier_data(tables), currency(tables)
    if data.empty:
        return "No funding policies were compared in this run"
    first, waits = fund_kpi(tables, "first_approvable"), fund_kpi(tables, "chance_instalment_waits_for_cash")
    today = f"Today's funding policy allows {money_with_error(first.mean, first.se, unit)} at the first meeting"
    risk = (
        f"an instalment waits for cash on {share_with_error(waits.mean, waits.se)} of paths"
        if waits.mean
        else "no instalment ever waits for cash"
    )
    if waits.mean <= LITTLE:
        return f"{today}, and {risk}"
    safe = data[(data["chance_waits_for_cash"] <= LITTLE) & ~data["own"]]
    if safe.empty:
        return f"{today}, and {risk}; no policy compared keeps that to 5 %"
    best = safe.loc[safe["first_approvable_mean_cents"].idxmax()]
    return f"{today}, and {risk}; the most with 5 % or less is {money(best['first_approvable_mean_cents'], unit)}"


def sources_and_uses(tables: RunTables) -> str:
    """How much comes in, goes out and is left."""
    data, unit = figure_data.sources_and_uses_data(tables), currency(tables)
    money_in = data["contributions"].sum() + data["interest"].sum()
    money_out = data["net_transfers"].sum() + data["agent_fees"].sum() + data["direct_cost"].sum()
    opening, closing = data["opening_cash"].iloc[0], data["closing_cash"].iloc[-1]
    when = f"In {data['year'].iloc[0]}" if len(data) == 1 else f"From {data['year'].iloc[0]} to {data['year'].iloc[-1]}"
    moves = "falls" if closing < opening else "rises" if closing > opening else "stays"
    return (
        f"{when} {money(money_in, unit)} come in and {money(money_out, unit)} go out: "
        f"cash {moves} from {money(opening, unit)} to {money_with_error(closing, fund_kpi(tables, 'closing_cash').se, unit)}"
    )


def coverage(tables: RunTables) -> str:
    """How much of all needs is delivered, and which plan has least."""
    data, whole = figure_data.coverage_data(tables), kpi(tables, "coverage")
    if data.empty or whole is None:
        return "No plan of this scenario has needs"
    fund, deals = (
        float((data[name] * data["need_cents"]).sum() / data["need_cents"].sum())
        for name in ("fund_share", "deals_share")
    )
    last = data.iloc[-1]
    least = shortened(names(tables, "plan").get(last["plan"], last["plan"]))
    sentence = f"{share_with_error(whole.mean, whole.se)} of the plans' needs are delivered by {quarters(tables)[-1]}, {share(fund)} by the fund"
    if deals:
        sentence += f" and {share(deals)} by deals"
    return (
        f"{sentence}; the least covered, {least}, reaches {share(last['coverage_mean'])}" if len(data) > 1 else sentence
    )


def gap_distribution(tables: RunTables) -> str:
    """How much stays without finance, and how bad it may get."""
    gap, unit = fund_kpi(tables, "funding_gap"), currency(tables)
    if gap.p95 <= 0 and gap.mean <= 0:
        return "No needs of plans stay without finance"
    return (
        f"{money_with_error(gap.mean, gap.se, unit)} of needs stay without finance on average, "
        f"{money(gap.es95, unit)} in the worst 5 % of paths"
    )


def instalments(tables: RunTables) -> str:
    """When most instalments wait for cash, and when most are not released."""
    data = figure_data.instalments_data(tables)
    waits, late = (data.loc[data[f"{name}_mean"].idxmax()] for name in ("waiting_for_cash", "not_released"))
    first, second = "No instalment ever waits for cash", "none is ever due and not released"
    if waits["waiting_for_cash_mean"] > 0:
        first = f"Instalments that wait for cash peak in {waits['period']}, at {_few(waits['waiting_for_cash_mean'])} on average"
    if late["not_released_mean"] > 0:
        second = f"those due and not released in {late['period']}, at {_few(late['not_released_mean'])}"
        if waits["waiting_for_cash_mean"] == 0:
            second = f"instalments due and not released peak in {late['period']}, at {_few(late['not_released_mean'])} on average"
    if waits["waiting_for_cash_mean"] == 0:
        return f"{first}; {second}"
    ever = fund_kpi(tables, "chance_instalment_waits_for_cash")
    return f"{first}; {second}; one ever waits on {chance(ever.mean, ever.se, number_of_paths(tables))}"


def _few(number: float) -> str:
    return "fewer than 0.1" if number < 0.05 else count(number)


def approvals_and_transfers(tables: RunTables) -> str:
    """How much of what is approved is transferred and delivered within the calendar."""
    unit = currency(tables)
    approved, moved, delivered = (
        money_with_error(found.mean, found.se, unit)
        for found in (fund_kpi(tables, name) for name in ("approvals", "transfers", "direct_delivery"))
    )
    return f"By {quarters(tables)[-1]} {approved} are approved, {moved} transferred and {delivered} delivered"


def deposits_by_donor(tables: RunTables) -> str:
    """How much of the income the largest donors bring."""
    data = figure_data.deposits_by_donor_data(tables)
    if data.empty or not data["mean"].any():
        return "No donor deposits anything"
    first, given = data.iloc[0], fund_kpi(tables, "deposits")
    whole = money_with_error(given.mean, given.se, currency(tables))
    largest = shortened(names(tables, "donor").get(first["donor"], first["donor"]))
    if len(data) <= 3:
        return f"{largest} brings {share(first['share'])} of {whole} of deposits, of {plural(len(data), 'donor')}"
    return (
        f"The three largest of {len(data)} donors bring {share(data['share'].head(3).sum())} of {whole} of deposits; "
        f"{largest} alone {share(first['share'])}"
    )
