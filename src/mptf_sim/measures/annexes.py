"""Annexes of the statement: who gave, who received and spent, on what, and what is still to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from mptf_sim.books import FACILITY_FIGURES, GIFT_EVENTS, Books, account
from mptf_sim.fund.donors import Scheduled
from mptf_sim.fund.programmes import CostCategories
from mptf_sim.measures.breakdown import UNSTATED
from mptf_sim.measures.timeline import distribution_table
from mptf_sim.money import apportion_whole
from mptf_sim.runs.distributions import Row
from mptf_sim.runs.run import Run
from mptf_sim.scenario.scenario import Scenario

CONTRIBUTORS = ("contributor", "name", "year", "signed_mean", "deposits_mean", "deposits_median_path")
SPENDERS = (
    "name", "net_funded_before", "net_funded_mean", "expenditure_before", "expenditure_mean", "reported_mean",
    "delivery_rate_known", "delivery_rate_final", "net_funded_median_path", "expenditure_median_path",
)  # fmt: skip
CATEGORIES = ("category", "mean", "share", "median_path", "basis")
RECEIVABLES = ("as_at", "contributor", "due", "mean", "p05", "p50", "p95", "median_path")

ALL_YEARS = "all"
"""In place of a year: the whole calendar."""

UNSDG_CATEGORIES = {
    "staff": "Staff and other personnel cost",
    "supplies": "Supplies, commodities and materials",
    "equipment": "Equipment, vehicles, furniture and depreciation",
    "contractual services": "Contractual services expenses",
    "travel": "Travel",
    "transfers and grants": "Transfers and grants",
    "general operating": "General operating",
}
"""The seven categories of direct cost in which organisations report; indirect cost is the eighth."""

INDIRECT = "Indirect support costs"

ASSUMED = CostCategories.model_validate(
    {
        "staff": "28%", "supplies": "5%", "equipment": "3%", "contractual_services": "20%", "travel": "7%",
        "transfers_and_grants": "28%", "general_operating": "9%",
    }
)  # fmt: skip
"""How direct cost divides where no agreement says it: assumed, by nobody's evidence; the basis column says so."""


class Before(NamedTuple):
    """What one organisation's part of a programme had received and spent before the calendar, cents."""

    received: int
    direct: int
    indirect: int


def contributors(run: Run, deposits: Mapping[tuple[str, int], int]) -> pd.DataFrame:
    """What each contributor signs and deposits, year by year and in all: means, and deposits on the median path.

    Parameters
    ----------
    deposits : on the median path, by donor and calendar year, cents; what is not named is nothing

    Returns
    -------
    DataFrame with CONTRIBUTORS, money in cents.
    """
    event = {name: number for number, name in enumerate(GIFT_EVENTS)}
    years = sorted(set(run.axes.years))
    given = {donor: np.zeros(run.gifts.shape[1:], dtype=np.int64) for donor in run.axes.donors}  # (period, event)
    for gift, counted in zip(run.axes.gifts, run.gifts, strict=True):
        if gift.kind == "financial":
            given[gift.donor] += counted
    names = {donor.id: donor.name for donor in run.scenario.donors}
    rows = []
    for donor in run.axes.donors:
        for year in (*years, ALL_YEARS):
            when = [t for t, one in enumerate(run.axes.years) if year in (one, ALL_YEARS)]
            signed, deposited = (
                int(given[donor][when, event[name]].sum()) / run.paths for name in ("signed", "deposited")
            )
            exact = sum(deposits.get((donor, one), 0) for one in years if year in (one, ALL_YEARS))
            rows.append((donor, names[donor], str(year), signed, deposited, exact))
    return pd.DataFrame(rows, columns=list(CONTRIBUTORS))


def programmes(run: Run, median: Books) -> pd.DataFrame:
    """Each programme: net funded amount, expenditure and delivery rate, as known and as final; columns as SPENDERS."""
    names = {one.id: one.name for one in run.scenario.all_programmes}
    return _spenders(run, median, "programme", [part[0] for part in run.axes.parts], names)


def organisations(run: Run, median: Books) -> pd.DataFrame:
    """Each participating organisation, in the same columns."""
    names = {one.id: one.name for one in run.scenario.organisations}
    return _spenders(run, median, "organisation", [part[1] for part in run.axes.parts], names)


def _spenders(run: Run, median: Books, kind: str, whose: list[str], names: Mapping[str, str]) -> pd.DataFrame:
    """Parts of programmes added up; rows add up to the fund, means and the median path alike.

    Net funded is transfers less refunds, expenditure direct and indirect cost, both to the end of the calendar with what
    was before it. The rate as known is what organisations have reported by then over net funded; as final, what they
    have spent. Reports of what was spent before the calendar are taken as made. What a facility returned to the fund is less
    funded, of its programme and of its holder, so their delivery may be more than what they were funded.
    """
    before = before_the_calendar(run.scenario)
    returned = _returned_by_facilities(run, median)
    indirect_cost = run.scenario.fund.fees.indirect_cost
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * 7)
    for row, (programme, organisation) in enumerate(run.axes.parts):
        was = before.get((programme, organisation), Before(0, 0, 0))
        of_parts = [int(value) for value in run.parts_to_date[row]]  # transfers, refunds, direct, indirect, reported
        transfers, refunds, direct, indirect, reported = of_parts
        by_facility, exactly = returned.get((programme, organisation), (0, 0))
        exact_direct = was.direct + int(median.delivery[row, 0])
        exact = (
            was.received + int(median.transfers[row, 0]) - int(median.refunds[row, 0]) - exactly,
            exact_direct + indirect_cost.of_cents(exact_direct),
        )
        added = (
            was.received,
            transfers - refunds - by_facility,
            was.direct + was.indirect,
            direct + indirect,
            reported,
            *exact,
        )
        total = sums[whose[row]]
        total[:] = [one + more for one, more in zip(total, added, strict=True)]
    rows = []
    for id, (received, net, spent, expenditure, reported, exact_net, exact_spent) in sorted(sums.items()):
        funded = received * run.paths + net
        known, final = (
            (spent * run.paths + one) / funded if funded else float("nan") for one in (reported, expenditure)
        )
        rows.append(
            (
                id, names[id], float(received), received + net / run.paths, float(spent), spent + expenditure / run.paths,
                spent + reported / run.paths, known, final, exact_net, exact_spent,
            )
        )  # fmt: skip
    return pd.DataFrame(rows, columns=[kind, *SPENDERS])


def _returned_by_facilities(run: Run, median: Books) -> dict[tuple[str, str], tuple[int, int]]:
    """What facilities returned to the fund, by programme and holder: cents summed over paths, and on the median path."""
    totals = dict(zip(run.rows, run.distributions.totals.tolist(), strict=True))
    figure = FACILITY_FIGURES.index("facility_refunds")
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for facility in run.scenario.facilities:
        row = run.axes.facilities.index(facility.id)
        more = int(totals[Row("facility_refunds", "facility", facility.id, "")]), int(median.facilities[row, figure, 0])
        so_far = found.get((facility.programme, facility.holder), (0, 0))
        found[facility.programme, facility.holder] = so_far[0] + more[0], so_far[1] + more[1]
    return found


def before_the_calendar(scenario: Scenario) -> dict[tuple[str, str], Before]:
    """What the parts of running programmes bring with them."""
    agreements = {one.id: one for one in scenario.agreements}
    indirect_cost = scenario.fund.fees.indirect_cost
    found = {}
    for programme in scenario.programmes:
        if programme.running is None:
            continue
        received, reached = dict.fromkeys(programme.parts, 0), 0
        for share in agreements[programme.agreement].cumulative()[: programme.running.instalments_paid]:
            after = share.of_cents(programme.budget)
            for organisation, part in programme.parts.split(after - reached).items():
                received[organisation] += part
            reached = after
        for organisation, direct in programme.parts.split(programme.running.delivered).items():
            found[programme.id, organisation] = Before(received[organisation], direct, indirect_cost.of_cents(direct))
    return found


def cost_categories(run: Run, breakdown: pd.DataFrame) -> pd.DataFrame:
    """Expenditure within the calendar in the eight UNSDG categories, indirect cost as a share of direct cost.

    Where agreements do not state categories, direct cost is divided as ASSUMED says, and the basis says so.

    Returns
    -------
    DataFrame with CATEGORIES, money in cents: seven categories of direct cost, their total, indirect cost (its share is of
    direct cost), and the total. Means and the median path add up.
    """
    found = breakdown[breakdown["dimension"] == "cost category"].set_index("id")
    known = {
        words: (float(found["delivery_mean"].get(id, 0.0)), int(found["delivery_median_path"].get(id, 0)))
        for id, words in UNSDG_CATEGORIES.items()
    }
    assumed_mean = float(found["delivery_mean"].get(UNSTATED, 0.0))
    weights = ASSUMED.weights()
    parts = apportion_whole(
        int(found["delivery_median_path"].get(UNSTATED, 0)), [weights[id] for id in UNSDG_CATEGORIES]
    )
    whole = sum(weights.values())
    stated = any(mean or exact for mean, exact in known.values())
    basis = ("assumed, stated where agreements say it" if stated else "assumed") if assumed_mean else "stated"
    amounts = {
        words: (known[words][0] + assumed_mean * weights[id] / whole, known[words][1] + part)
        for (id, words), part in zip(UNSDG_CATEGORIES.items(), parts, strict=True)
    }
    direct = tuple(sum(values) for values in zip(*amounts.values(), strict=True))
    indirect = (
        float(found["delivery_mean"].get("indirect", 0.0)),
        int(found["delivery_median_path"].get("indirect", 0)),
    )
    rows = [
        (words, mean, mean / direct[0] if direct[0] else float("nan"), exact, basis)
        for words, (mean, exact) in amounts.items()
    ]
    rate = indirect[0] / direct[0] if direct[0] else float("nan")
    rows += [
        ("Total direct cost", direct[0], 1.0 if direct[0] else float("nan"), int(direct[1]), basis),
        (INDIRECT, indirect[0], rate, indirect[1], "computed"),
        ("Total expenditure", direct[0] + indirect[0], 1.0 + rate, int(direct[1]) + indirect[1], "computed"),
    ]
    return pd.DataFrame(rows, columns=list(CATEGORIES))


def receivables(run: Run, median: Books) -> pd.DataFrame:
    """What is signed and not yet deposited: at the opening by contributor and due quarter, at each year's end in all.

    Returns
    -------
    DataFrame with RECEIVABLES, cents. At a year's end `due` is "all", then "overdue": of it, what was due by then. An
    amount in another currency is at its opening rate.
    """
    rows: list[tuple[object, ...]] = [
        ("opening", contributor, due, *(float(cents),) * 4, cents)
        for (contributor, due), cents in sorted(_signed_before(run.scenario))
    ]
    table = distribution_table(run)
    fund = table[table["scope_kind"] == "fund"].set_index(["account", "period"])[["mean", "p05", "p50", "p95"]]
    for end in run.axes.year_ends:
        quarter = run.axes.periods[end]
        for due, name in (("all", "signed_not_deposited"), ("overdue", "overdue_deposits")):
            cells = (float(value) for value in fund.loc[(name, quarter)])
            rows.append((quarter, "", due, *cells, int(account(median, name)[end, 0])))
    return pd.DataFrame(rows, columns=list(RECEIVABLES))


def _signed_before(scenario: Scenario) -> Iterator[tuple[tuple[str, str], int]]:
    """Instalments of agreements that were signed before the calendar and fall due in it or after."""
    start = scenario.calendar.start
    rates = {str(one.id): float(one.rate) for one in scenario.currencies}
    due: dict[tuple[str, str], int] = defaultdict(int)
    for donor in scenario.donors:
        if not isinstance(donor.outlook, Scheduled):
            continue
        rate = rates.get(donor.currency or "", 1.0)
        for one in donor.outlook.instalments:
            if one.due >= start and (one.signed is None or one.signed < start):
                due[donor.id, str(one.due)] += round(one.amount * rate)
    yield from due.items()
