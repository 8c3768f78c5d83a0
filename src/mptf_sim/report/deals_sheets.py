"""Sheets of a run with deals: what they draw and invest, lose, are guaranteed, mobilise, and the ledgers of facilities.

Sums are live formulas; where two sheets tell the same amount, both cells are named, so that they can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from mptf_sim.books import FINANCE_ACCOUNTS, LEDGER
from mptf_sim.report.names import metric_name
from mptf_sim.report.sheet import FIRST_ROW, Sheet

STACK, DEALS, FACILITIES = "Capital stack", "Deals", "Facilities"
GUARANTEES, LEVERAGE, SOURCES, SERVICE = "Guarantees", "Leverage", "Sources of plans", "Debt service"
SHEETS = (STACK, DEALS, FACILITIES, GUARANTEES, LEVERAGE, SOURCES, SERVICE)

NOT_OF_DEALS = ("programmes", "other finance")
"""Sources of a plan that are no deals."""

DEAL_COLUMNS = {
    "finance": "Needs met at close", "delivery": "Of that, delivered", "losses": "Losses of loans", "recoveries": "Recoveries",
    "calls": "Calls on guarantee", "premiums": "Premiums", "reimbursed": "Reimbursed to guarantor",
    "technical_assistance": "Technical assistance", "interest_buy_downs": "Interest buy-downs",
    "results_payments": "Results payments", "claimed_private": "Private, as claimed",
}  # fmt: skip

Place = tuple[str, float]  # a cell (or a formula of cells) in another sheet, and what it shows


class Agreement(NamedTuple):
    """Two places in the sheets of deals that must show the same amount."""

    words: str
    one: Place
    other: Place


def write_deals(
    sheets: Mapping[str, Sheet], tables: Mapping[str, pd.DataFrame], unit: str, returned: Place | None
) -> list[Agreement]:
    """Write every sheet of `SHEETS`; what must agree between them, in means over paths.

    Parameters
    ----------
    returned : where the statement has what facilities returned to the fund, as a negative use, if it has
    """
    stack = _stack(sheets[STACK], tables["capital_stack"], unit)
    deals = _deals(sheets[DEALS], tables["deals"], tables["capital_stack"], sheets[STACK], unit)
    ledger = _facilities(sheets[FACILITIES], tables["facilities"], unit)
    guarantees = _guarantees(sheets[GUARANTEES], tables["guarantees"], unit)
    _leverage(sheets[LEVERAGE], tables["leverage"])
    delivered = _sources(sheets[SOURCES], tables["sources_of_plans"], unit)
    _service(sheets[SERVICE], tables["debt_service"], unit)
    return [
        Agreement("Deals: what they draw, and what they invest", deals["sources"], deals["investment"]),
        Agreement("Losses of loans: deals and layers", deals["losses"], stack),
        Agreement("Delivered by deals: deals and sources of plans", deals["delivery"], delivered),
        *(
            Agreement(f"{words}: deals and guarantees", deals[name], guarantees[name])
            for name, words in (("calls", "Calls"), ("premiums", "Premiums"), ("reimbursed", "Reimbursed to guarantors"))
        ),
        Agreement("Facilities: what came in less what went out, and cash at the end", ledger["left"], ledger["cash"]),
        *([Agreement("Refunds from facilities, mean: statement and facilities", returned, ledger["returned"])] if returned else []),
    ]  # fmt: skip


DRAWN = "H"
"""The column of the sheet of layers that says what each brought."""


def _stack(sheet: Sheet, table: pd.DataFrame, unit: str) -> Place:
    """Layers down; where the total of their losses before anything is made good stands."""
    names = {
        "face": "Face", "drawn": "Drawn", "interest": "Interest", "principal": "Principal repaid", "gross_losses": "Losses before calls",
        "exchange_difference": "Exchange difference",
        "expected_loss": "Expected loss", "se": "Its standard error", "expected_loss_share": "Of what was drawn",
        "loss_p95": "Loss, P95", "loss_p99": "Loss, P99", "unexpected_loss": "Unexpected loss",
    }  # fmt: skip
    heads = ["Deal", "Layer", "Kind", "Provider", "Currency", "Seniority", *names.values()]
    title = f"What each layer brought and lost, mean over all futures, {unit}; unexpected: what 99 % of futures do not exceed, less the expected"
    sheet.head(title, heads, [18, 18, 20, 18, 10, 10, *[17] * len(names)])
    at = {name: place for place, name in enumerate(names, start=6)}

    def letters(name: str, row: int) -> str:
        return f"{xl_col_to_name(at[name])}{row + 1}"

    for number, one in enumerate(table.to_dict("records")):
        row = FIRST_ROW + number
        for place, name in enumerate(("deal", "layer", "kind", "provider", "currency")):
            sheet.text(row, place, str(one[name]).replace("_", " ") if name == "kind" else str(one[name]))
        sheet.whole(row, 5, int(one["seniority"]))
        for name, place in at.items():
            if name == "expected_loss_share":
                loss, drawn = letters("expected_loss", row), letters("drawn", row)
                sheet.rate(row, place, one[name], f'=IF({drawn}=0,"",{loss}/{drawn})')
            elif name == "unexpected_loss":
                far, loss = letters("loss_p99", row), letters("expected_loss", row)
                sheet.money(row, place, one[name] / 100, formula=f"={far}-{loss}")
            else:
                sheet.money(row, place, one[name] / 100)
    below = FIRST_ROW + len(table)
    sheet.text(below, 0, "Total", strong=True)
    for name in ("face", "drawn", "interest", "principal", "gross_losses", "exchange_difference", "expected_loss"):
        sheet.total(FIRST_ROW, len(table), at[name], float(table[name].sum()) / 100)
    return sheet.cell(below, at["gross_losses"]), float(table["gross_losses"].sum()) / 100


def _deals(sheet: Sheet, table: pd.DataFrame, stack: pd.DataFrame, layers: Sheet, unit: str) -> dict[str, Place]:
    """Deals down: sources, uses, and that they are one; where the totals stand."""
    heads = [
        "Deal", "Plan", "Facility", "Drawn from layers", "Matching grants", "Sources", "Uses: invested",
        "Sources less uses: must be 0.00", *DEAL_COLUMNS.values(),
    ]  # fmt: skip
    sheet.head(
        f"What each deal draws, invests and loses, mean over all futures, {unit}",
        heads,
        [18, 10, 14, *[17] * (len(heads) - 3)],
    )
    drawn_by = stack.groupby("deal", sort=False)["drawn"].sum() / 100
    whose = list(stack["deal"])
    for number, one in enumerate(table.to_dict("records")):
        row = FIRST_ROW + number
        for place, name in enumerate(("deal", "plan", "facility")):
            sheet.text(row, place, str(one[name]))
        id, shown = one["deal"], row + 1
        drawn, matched, invested = float(drawn_by.get(id, 0.0)), one["matching_grants"] / 100, one["investment"] / 100
        if id in whose:  # the layers of a deal stand one below the other
            first, last = FIRST_ROW + whose.index(id), FIRST_ROW + len(whose) - 1 - whose[::-1].index(id)
            sheet.money(row, 3, drawn, formula=f"=SUM('{layers.name}'!{DRAWN}{first + 1}:{DRAWN}{last + 1})")
        else:
            sheet.money(row, 3, 0.0)
        sheet.money(row, 4, matched)
        sheet.money(row, 5, drawn + matched, formula=f"=D{shown}+E{shown}")
        sheet.money(row, 6, invested)
        sheet.money(row, 7, _gap(drawn + matched, invested), True, f"=ROUND(F{shown}-G{shown},2)")
        for place, name in enumerate(DEAL_COLUMNS, start=8):
            sheet.money(row, place, one[name] / 100)
    below, count = FIRST_ROW + len(table), len(table)
    matching, invested = float(table["matching_grants"].sum()) / 100, float(table["investment"].sum()) / 100
    drawn = float(drawn_by.sum())
    amounts = {
        "drawn": drawn, "matching_grants": matching, "sources": drawn + matching, "investment": invested,
        "gap": _gap(drawn + matching, invested), **{name: float(table[name].sum()) / 100 for name in DEAL_COLUMNS},
    }  # fmt: skip
    sheet.totals(FIRST_ROW, count, 3, list(amounts.values()))
    return {name: (sheet.cell(below, place), amount) for place, (name, amount) in enumerate(amounts.items(), start=3)}


def _gap(one: float, other: float) -> float:
    return round(one - other, 2) + 0.0  # no minus before zero


def _facilities(sheet: Sheet, table: pd.DataFrame, unit: str) -> dict[str, Place]:
    """Ledgers side by side: what came in, what went out, what is left, as a formula and as the books have it.

    Returns
    -------
    Where stands, of all of them, what is `left` by the formula, `cash` in the books, and less what was `returned`.
    """
    raised, lowered = LEDGER["facility_cash"]
    ids = list(table["facility"])
    heads = ["Ledger of facilities", *ids, "Total"]
    sheet.head(
        f"What came in, went out and is left over the calendar, mean over all futures, {unit}",
        heads,
        [48, *[18] * (len(ids) + 1)],
    )
    amounts = {name: [float(one) / 100 for one in table[name]] for name in (*raised, *lowered, "cash", "held")}
    came = [sum(amounts[name][place] for name in raised) for place in range(len(ids))]
    went = [sum(amounts[name][place] for name in lowered) for place in range(len(ids))]
    meaning = {one.name: one.meaning.capitalize() for one in FINANCE_ACCOUNTS}
    lines: list[tuple[str, list[float], Callable[[str], str] | None]] = []
    for names, words, sums in ((raised, "Total: came in", came), (lowered, "Total: went out", went)):
        first = FIRST_ROW + len(lines)
        lines += [(meaning[name], amounts[name], None) for name in names]
        lines.append((words, sums, _summed(first, len(names))))
    in_row, out_row = FIRST_ROW + len(raised) + 1, FIRST_ROW + len(raised) + len(lowered) + 2
    left = [came[place] - went[place] for place in range(len(ids))]
    lines += [
        ("Came in less went out", left, lambda letter: f"={letter}{in_row}-{letter}{out_row}"),
        ("Cash at the end, as the books have it", amounts["cash"], None),
        ("Of that, held for deals", amounts["held"], None),
    ]
    for number, (words, values, formula) in enumerate(lines):
        row, strong = FIRST_ROW + number, formula is not None
        sheet.text(row, 0, words, strong)
        for place, value in enumerate(values, start=1):
            sheet.money(row, place, value, strong, formula(xl_col_to_name(place)) if formula else None)
        across = f"=SUM(B{row + 1}:{xl_col_to_name(len(ids))}{row + 1})" if ids else None
        sheet.money(row, len(ids) + 1, sum(values), True, across)
    reckoned, booked = FIRST_ROW + len(lines) - 3, FIRST_ROW + len(lines) - 2
    last = len(ids) + 1
    refunds = FIRST_ROW + len(raised) + 1 + lowered.index("facility_refunds")
    return {
        "left": (sheet.cell(reckoned, last), sum(left)),
        "cash": (sheet.cell(booked, last), sum(amounts["cash"])),
        "returned": (f"-{sheet.cell(refunds, last)}", -sum(amounts["facility_refunds"])),
    }


def _summed(first: int, count: int) -> Callable[[str], str]:
    return lambda letter: f"=SUM({letter}{first + 1}:{letter}{first + count})"


def _guarantees(sheet: Sheet, table: pd.DataFrame, unit: str) -> dict[str, Place]:
    """Guarantees down; what they cost is a formula."""
    heads = [
        "Deal", "Kind", "Guarantor", "Largest payout", "Provided for it", "Calls", "Premiums", "Reimbursed", "Budget cost",
    ]  # fmt: skip
    title = f"What guarantees promise, and what they cost, mean over all futures, {unit}"
    sheet.head(title, heads, [18, 34, 18, *[17] * 6])
    names = ("exposure", "provision", "calls", "premiums", "reimbursed", "budget_cost")
    for number, one in enumerate(table.to_dict("records")):
        row = FIRST_ROW + number
        for place, name in enumerate(("deal", "kind", "guarantor")):
            sheet.text(row, place, str(one[name]).replace("_", " ") if name == "kind" else str(one[name]))
        for place, name in enumerate(names, start=3):
            formula = f"=F{row + 1}-G{row + 1}-H{row + 1}" if name == "budget_cost" else None
            sheet.money(row, place, one[name] / 100, formula=formula)
    totals = {name: float(table[name].sum()) / 100 for name in names}
    if not len(table):
        return dict.fromkeys(names, ("0", 0.0))
    below = sheet.totals(FIRST_ROW, len(table), 3, list(totals.values()))
    return {name: (sheet.cell(below, place), totals[name]) for place, name in enumerate(names, start=3)}


def _leverage(sheet: Sheet, table: pd.DataFrame) -> None:
    title = "What a dollar of the fund mobilises: realised, ratios of sums over all futures; as claimed by promoters, never added to it"
    sheet.head(title, ["Basis", "Metric", "Value", "Standard error"], [12, 58, 14, 16])
    for number, one in enumerate(table.to_dict("records")):
        row = FIRST_ROW + number
        sheet.text(row, 0, str(one["basis"]))
        sheet.text(row, 1, metric_name(str(one["metric"])))
        for place, name in enumerate(("value", "se"), start=2):
            sheet.ratio(row, place, float(one[name]))


def _sources(sheet: Sheet, table: pd.DataFrame, unit: str) -> Place:
    """Who paid for what of plans' needs; where the total of deals stands."""
    heads = ["Plan", "Source", "Delivered, mean", "Coverage of needs", "Its standard error"]
    sheet.head(f"Who paid for the needs of plans that have deals, {unit}", heads, [14, 26, 18, 18, 18])
    for number, one in enumerate(table.to_dict("records")):
        row = FIRST_ROW + number
        sheet.text(row, 0, str(one["plan"]))
        sheet.text(row, 1, str(one["source"]))
        sheet.money(row, 2, one["delivered"] / 100)
        sheet.rate(row, 3, one["coverage"])
        sheet.fine_rate(row, 4, one["se"])
    last = FIRST_ROW + len(table)
    below = sheet.totals(FIRST_ROW, len(table), 2, [float(table["delivered"].sum()) / 100])
    of_deals = float(table.loc[~table["source"].isin(NOT_OF_DEALS), "delivered"].sum()) / 100
    less = "".join(f'-SUMIF(B{FIRST_ROW + 1}:B{last},"{name}",C{FIRST_ROW + 1}:C{last})' for name in NOT_OF_DEALS)
    sheet.text(below + 1, 0, "Of that, by deals", strong=True)
    sheet.money(below + 1, 2, of_deals, True, f"=C{below + 1}{less}" if len(table) else None)
    return sheet.cell(below + 1, 2), of_deals


def _service(sheet: Sheet, table: pd.DataFrame, unit: str) -> None:
    """What borrowers pay beside what it buys; what is gained and what others than the State pay are formulas."""
    heads = [
        "Plan", "Year", "Paid by borrowers", "Its standard error", "Of it by the State", "By others", "Coverage with deals",
        "Its standard error", "Waiting for grants", "Its standard error", "Gained", "Its standard error",
    ]  # fmt: skip
    title = f"Interest, principal and premiums of each year, mean, {unit}, and coverage of needs to date, with deals and without them"
    sheet.head(title, heads, [14, 8, *[17] * 10])
    for number, one in enumerate(table.to_dict("records")):
        row, shown = FIRST_ROW + number, FIRST_ROW + number + 1
        sheet.text(row, 0, str(one["plan"]))
        sheet.text(row, 1, str(one["year"]))
        for place, name in ((2, "service"), (3, "service_se"), (4, "by_state")):
            sheet.money(row, place, one[name] / 100)
        sheet.money(row, 5, (one["service"] - one["by_state"]) / 100, formula=f"=C{shown}-E{shown}")
        for place, name in ((6, "coverage"), (8, "waiting"), (10, "gained")):
            sheet.rate(row, place, one[name], f"=G{shown}-I{shown}" if name == "gained" else None)
            sheet.fine_rate(row, place + 1, one[f"{name}_se"])
