"""The results of a run as one workbook: statement, annexes, obligations, key figures, with live formulas where sums must agree.

Text is written as text, whatever it begins with. Numbers are real numbers, in currency units; what a formula shows is
written beside it, so that a reader who does not recalculate sees the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from mptf_sim.report.comparison_workbook import write_sheets
from mptf_sim.report.deals_sheets import SHEETS, Agreement, write_deals
from mptf_sim.report.lookup import currency, number_of_paths
from mptf_sim.report.names import metric_name
from mptf_sim.report.sheet import FIRST_ROW, OPTIONS, Look, Sheet
from mptf_sim.runs.tables import RunTables

if TYPE_CHECKING:
    from mptf_sim.report.changes import Since

MEAN, MEDIAN, THOUSANDS = "Statement, mean", "Statement, median path", "Statement, thousands"
CONTRIBUTORS, PROGRAMMES, ORGANISATIONS = "Contributors", "Programmes", "Organisations"
CATEGORIES, RECEIVABLES, OBLIGATIONS, FIGURES = "Cost categories", "Receivables", "Obligations", "Key figures"

COMPARED = ("Differences", "Programmes compared", "Against expectation")
"""What differs from an earlier run, if one is given."""

SPENT = {
    "net_funded_before": "Net funded before the calendar", "net_funded_mean": "Net funded to the end, mean",
    "expenditure_before": "Expenditure before the calendar", "expenditure_mean": "Expenditure to the end, mean",
    "reported_mean": "Of it reported, mean", "delivery_rate_known": "Delivery rate as known",
    "delivery_rate_final": "Delivery rate as final", "net_funded_median_path": "Net funded, median path",
    "expenditure_median_path": "Expenditure, median path",
}  # fmt: skip

ROUNDED = "Each line is rounded by itself: rounded lines may differ from a rounded total by one for each line."


def to_workbook(tables: RunTables, since: Since | None = None) -> bytes:
    """One run as a workbook file: the same bytes for the same tables.

    Parameters
    ----------
    since : what differs from an earlier run, on sheets of its own
    """
    file = BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        title = str(tables.manifest["scenario"])
        book.set_properties({"title": title[:255], "created": datetime(2000, 1, 1)})
        _Results(book, tables, since).write()
    return file.getvalue()


class _Results:
    """Writes sheet by sheet; remembers where the totals stand that must agree."""

    def __init__(self, book: Any, tables: RunTables, since: Since | None) -> None:
        self.tables, self.since, self.unit = tables, since, currency(tables)
        self.look = Look(book)
        names = ("About", MEAN, MEDIAN, THOUSANDS, CONTRIBUTORS, PROGRAMMES, ORGANISATIONS, CATEGORIES, RECEIVABLES)
        of_deals = SHEETS if tables.blending else ()
        compared = COMPARED if since else ()
        listed = (*names, OBLIGATIONS, *of_deals, FIGURES, *compared)
        self.sheets = {name: Sheet(book, name, self.look) for name in listed}
        self.totals: dict[str, tuple[str, float]] = {}  # by words: the cell, and what it shows
        self.agreements: list[Agreement] = []

    def write(self) -> None:
        for name, column in ((MEAN, "mean"), (MEDIAN, "median_path")):
            self._statement(self.sheets[name], column)
        self._thousands()
        self._contributors()
        for name, frame in ((PROGRAMMES, "annex_programmes"), (ORGANISATIONS, "annex_organisations")):
            self._spenders(self.sheets[name], getattr(self.tables, frame))
        self._categories()
        self._receivables()
        self._obligations()
        if self.tables.blending:
            self._deals()
        self._figures()
        if self.since is not None:
            self._compared(self.since)
        self._about()

    def _statement(self, sheet: Sheet, column: str) -> None:
        """Lines down, the prior years, each year and the total across; sums of either way are formulas."""
        table = self.tables.statement
        years = sorted(int(year) for year in table["year"].unique())
        cells = {(row.year, row.line, row.column): getattr(row, column) for row in table.itertuples()}
        parts = dict(zip(table["line"], table["part"], strict=True))
        heads = ["Source and use of funds", "Prior years", *(str(year) for year in years), "Total"]
        which = "mean over all futures" if column == "mean" else "one real future: it adds up to the cent"
        sheet.head(f"{sheet.name}: {which}, {self.unit}", heads, [48, *[16] * (len(heads) - 1)])
        last = len(heads) - 1
        place = {line: FIRST_ROW + number for number, line in enumerate(parts)}
        for line, row in place.items():
            strong = line.startswith(("Total", "Net funded", "Closing", "Expenditure", "Balance"))
            sheet.text(row, 0, line, strong)
            shown = [
                cells[years[0], line, "prior"], *(cells[year, line, "current"] for year in years), cells[years[-1], line, "total"],
            ]  # fmt: skip
            for at, cents in enumerate(shown, start=1):
                formula = _down(line, place, parts, xl_col_to_name(at))
                if formula is None and at == last and parts[line] != "balance" and not line.startswith("Balance"):
                    formula = f"=SUM({xl_rowcol_to_cell(row, 1)}:{xl_rowcol_to_cell(row, last - 1)})"
                sheet.money(row, at, cents / 100, strong, formula)
            within = f"{sheet.cell(row, last)}-{sheet.cell(row, 1)}"  # without the years before the calendar
            self.totals[f"{line}, {column}"] = (within, (shown[-1] - shown[0]) / 100)

    def _thousands(self) -> None:
        """The median path in thousands, each cell rounded from the sheet it stands on."""
        sheet, table = self.sheets[THOUSANDS], self.tables.statement
        years = sorted(int(year) for year in table["year"].unique())
        cells = {(row.year, row.line, row.column): row.median_path for row in table.itertuples()}
        heads = ["Source and use of funds", "Prior years", *(str(year) for year in years), "Total"]
        sheet.head(f"Median path, thousands of {self.unit}. {ROUNDED}", heads, [48, *[12] * (len(heads) - 1)])
        for number, line in enumerate(dict.fromkeys(table["line"])):
            row = FIRST_ROW + number
            sheet.text(row, 0, line)
            shown = [
                cells[years[0], line, "prior"], *(cells[year, line, "current"] for year in years), cells[years[-1], line, "total"],
            ]  # fmt: skip
            for at, cents in enumerate(shown, start=1):
                value = (
                    (abs(int(cents)) + 50_000) // 100_000 * (-1 if cents < 0 else 1)
                )  # as ROUND does: halves outwards
                sheet.whole(row, at, value, f"=ROUND({self.sheets[MEDIAN].cell(row, at)}/1000,0)")

    def _contributors(self) -> None:
        """Contributors down, mean deposits of each year across, then those of the median path."""
        table, sheet = self.tables.annex_contributors, self.sheets[CONTRIBUTORS]
        years = [year for year in dict.fromkeys(table["year"].astype(str)) if year != "all"]
        of_path = [f"{year}, median path" for year in years]
        heads = ["Contributor", "Name", *years, "Total, mean", *of_path, "Total, median path"]
        sheet.head(
            f"Contributions deposited, mean of each year, then on the median path, {self.unit}",
            heads,
            [14, 40, *[15] * (len(heads) - 2)],
        )
        by_year = {(row.contributor, str(row.year)): row for row in table.itertuples()}
        listed = list(dict.fromkeys(zip(table["contributor"], table["name"], strict=True)))
        places = {"deposits_mean": 2, "deposits_median_path": 3 + len(years)}
        for number, (id, name) in enumerate(listed):
            row = FIRST_ROW + number
            sheet.text(row, 0, id)
            sheet.text(row, 1, name)
            for words, first in places.items():
                for at, year in enumerate(years, start=first):
                    sheet.money(row, at, getattr(by_year[id, year], words) / 100)
                last = first + len(years)
                across = f"=SUM({xl_rowcol_to_cell(row, first)}:{xl_rowcol_to_cell(row, last - 1)})"
                sheet.money(row, last, getattr(by_year[id, "all"], words) / 100, formula=across)
        listed_years = [*years, "all"]
        sums = [
            float(table.loc[table["year"].astype(str) == year, words].sum()) / 100 for words in places for year in listed_years
        ]  # fmt: skip
        row = sheet.totals(FIRST_ROW, len(listed), 2, sums)
        for words, first in places.items():
            whole = sums[first - 2 + len(years)]
            self.totals[f"{CONTRIBUTORS}, {words.removeprefix('deposits_')}"] = (
                sheet.cell(row, first + len(years)),
                whole,
            )

    def _spenders(self, sheet: Sheet, table: pd.DataFrame) -> None:
        """Who spends down; delivery rates are formulas of the amounts beside them."""
        heads = [sheet.name[:-1], "Name", *SPENT.values()]
        sheet.head(
            f"Net funded amount, expenditure and delivery rate, {self.unit}", heads, [26, 44, *[17] * len(SPENT)]
        )
        at = {name: place for place, name in enumerate(SPENT, start=2)}
        for number, row in enumerate(table.to_dict("records")):
            here = FIRST_ROW + number
            for place, value in enumerate(list(row.values())[:2]):
                sheet.text(here, place, str(value))
            for name, place in at.items():
                if name.startswith("delivery_rate"):
                    above = at["reported_mean" if name.endswith("known") else "expenditure_mean"]
                    sheet.rate(here, place, row[name], _ratio(here, above, at["net_funded_mean"]))
                else:
                    sheet.money(here, place, row[name] / 100)
        below = FIRST_ROW + len(table)
        net = float(table["net_funded_mean"].sum())
        for name, place in at.items():
            if name.startswith("delivery_rate"):
                spent = "reported_mean" if name.endswith("known") else "expenditure_mean"
                value = float(table[spent].sum()) / net if net else float("nan")
                sheet.rate(below, place, value, _ratio(below, at[spent], at["net_funded_mean"]), strong=True)
            else:
                sheet.total(FIRST_ROW, len(table), place, float(table[name].sum()) / 100)
        sheet.text(below, 0, "Total", strong=True)
        for name in ("net_funded", "expenditure"):
            for column in ("mean", "median_path"):
                within = [sheet.cell(below, at[f"{name}_{which}"]) for which in (column, "before")]
                amount = float((table[f"{name}_{column}"] - table[f"{name}_before"]).sum()) / 100
                self.totals[f"{sheet.name}, {name}_{column}"] = ("-".join(within), amount)

    def _categories(self) -> None:
        """The eight cost categories; totals and shares are formulas."""
        sheet, table = self.sheets[CATEGORIES], self.tables.annex_cost_categories
        sheet.head(
            f"Expenditure within the calendar by UNSDG cost category, {self.unit}",
            ["Category", "Mean", "Share of direct cost", "Median path", "Basis"], [52, 18, 18, 18, 40],
        )  # fmt: skip
        first, direct, indirect = FIRST_ROW, FIRST_ROW + 7, FIRST_ROW + 8
        for number, one in enumerate(table.itertuples(index=False)):
            row, strong = FIRST_ROW + number, one.category.startswith("Total")
            sheet.text(row, 0, one.category, strong)
            for at, cents in ((1, one.mean), (3, one.median_path)):
                letter = xl_col_to_name(at)
                formula = {
                    direct: f"=SUM({letter}{first + 1}:{letter}{direct})",
                    indirect + 1: f"={letter}{direct + 1}+{letter}{indirect + 1}",
                }.get(row)
                sheet.money(row, at, cents / 100, strong, formula)
            sheet.rate(row, 2, one.share, f'=IF(B${direct + 1}=0,"",B{row + 1}/B${direct + 1})', strong)
            sheet.text(row, 4, one.basis)

    def _receivables(self) -> None:
        sheet, table = self.sheets[RECEIVABLES], self.tables.annex_receivables
        heads = ["As at", "Contributor", "Due", "Mean", "P5", "Median", "P95", "Median path"]
        sheet.head(f"Signed and not yet deposited, {self.unit}", heads, [12, 16, 12, *[17] * 5])
        for number, one in enumerate(table.itertuples(index=False)):
            for at, words in enumerate((one.as_at, one.contributor, one.due)):
                sheet.text(FIRST_ROW + number, at, str(words) if words == words else "")
            for at, cents in enumerate((one.mean, one.p05, one.p50, one.p95, one.median_path), start=3):
                sheet.money(FIRST_ROW + number, at, cents / 100)

    def _obligations(self) -> None:
        sheet, table = self.sheets[OBLIGATIONS], self.tables.obligations
        heads = [
            "Programme", "Organisation", "Instalment", "Quarter", "Condition", "Chance that it falls due", "Amount due, mean",
            "Paid in time", "Waits for cash", "Not released",
        ]  # fmt: skip
        title = f"Instalments by the quarter in which they fall due, {self.unit}; the last three are shares of the futures in which one does"
        sheet.head(title, heads, [30, 16, 11, 11, 44, 13, 18, 13, 13, 13])
        for number, one in enumerate(table.itertuples(index=False)):
            row = FIRST_ROW + number
            organisation = one.organisation if one.organisation == one.organisation else ""
            for at, words in ((0, one.programme), (1, organisation), (3, one.quarter), (4, one.condition)):
                sheet.text(row, at, str(words))
            sheet.whole(row, 2, int(one.instalment))
            sheet.money(row, 6, one.amount_due_mean / 100)
            chances = (one.chance_due, one.chance_paid_in_time, one.chance_waits_for_cash, one.chance_not_released)
            for at, share in zip((5, 7, 8, 9), chances, strict=True):
                sheet.rate(row, at, share)
        if len(table):
            sheet.text(FIRST_ROW + len(table), 0, "Total", strong=True)
            sheet.total(FIRST_ROW, len(table), 6, float(table["amount_due_mean"].sum()) / 100)

    def _deals(self) -> None:
        """What deals draw, lose and mobilise; what facilities return stands in the statement too."""
        returned = self.totals.get("Refunds from facilities, mean")
        self.agreements = write_deals(self.sheets, self.tables.blending, self.unit, returned)

    def _figures(self) -> None:
        sheet, table = self.sheets[FIGURES], self.tables.kpis
        numbers = {
            "mean": "Mean", "se": "Standard error", "p05": "P5", "p25": "P25", "p50": "Median", "p75": "P75", "p95": "P95",
            "es95": "Worst 5 %, mean",
        }  # fmt: skip
        heads = ["Metric", "Of", "Which", "Period", "Unit", *numbers.values(), "Bad tail"]
        sheet.head(
            f"Key figures over {number_of_paths(self.tables):,} futures", heads, [58, 8, 24, 22, 18, *[17] * 8, 9]
        )
        for number, one in enumerate(table.to_dict("records")):
            row, unit = FIRST_ROW + number, str(one["unit"])
            shown = self.unit if unit == "cents" else unit
            words = (metric_name(str(one["metric"])), one["scope_kind"], one["scope"], one["period"], shown)
            for at, text in enumerate(words):
                sheet.text(row, at, str(text) if text == text else "")
            for at, name in enumerate(numbers, start=5):
                sheet.number_in(row, at, float(one[name]), unit)
            sheet.text(row, 13, str(one["bad_tail"]))

    def _compared(self, since: Since) -> None:
        """What differs from an earlier run, as in the workbook of a comparison."""
        found = since.found
        title = f"{found.paths:,} futures, the same for both (seed {found.seed}): this run, {since.run}, against {found.against}"
        tables = {"differences": found.differences, "programmes": found.programmes, "surprises": found.surprises}
        write_sheets([self.sheets[name] for name in COMPARED], title, found.currency, tables)

    def _about(self) -> None:
        """What was run, what the sheets are, and what must agree: each difference is a formula and must be zero."""
        sheet, about = self.sheets["About"], self.tables.manifest
        sheet.head(
            str(about["scenario"]), ["What", "Is", "Compared with", "Difference: must be 0.00"], [58, 26, 26, 26]
        )
        told: tuple[tuple[str, str], ...] = (
            ("Description", about.get("description") or ""), ("Futures", f"{about['paths']:,}"), ("Seed", str(about["seed"])),
            ("Currency", self.unit), ("Median path", str(about["median_path"])), ("Result digest", about["result_digest"]),
            ("Means", "over all futures; errors, quantiles and what they mean: docs/glossary.md"),
            ("Rounding", f"amounts are shown to the cent; in thousands: {ROUNDED}"),
        )  # fmt: skip
        if self.since is not None:
            changed = "; ".join(self.since.changes) or "nothing that moves a figure"
            told += (("Compared with", self.since.found.against), ("What changed since", changed))
        for number, (what, words) in enumerate(told):
            sheet.text(FIRST_ROW + number, 0, what)
            sheet.text(FIRST_ROW + number, 1, str(words))
        row = FIRST_ROW + len(told) + 1
        sheet.text(row, 0, "What must agree, without the years before the calendar", strong=True)
        for number, (words, (one, value), (other, compared)) in enumerate(self._agreements(), start=1):
            sheet.text(row + number, 0, words)
            sheet.money(row + number, 1, value, formula=f"={one}")
            sheet.money(row + number, 2, compared, formula=f"={other}")
            here = row + number + 1
            sheet.money(
                row + number, 3, round(value - compared, 2) + 0.0, strong=True, formula=f"=ROUND(B{here}-C{here},2)"
            )

    def _agreements(self) -> Iterator[Agreement]:
        """In words, and the two places that must show the same."""
        for words, left, right in self._pairs():
            yield Agreement(words, self.totals[left], self.totals[right])
        yield from self.agreements

    def _pairs(self) -> Iterator[tuple[str, str, str]]:
        """In words, and the two totals that must be equal."""
        for column in ("mean", "median_path"):
            which = column.replace("_", " ")
            yield (
                f"Contributions, {which}: statement and contributors", f"Contributions from donors, {column}",
                f"{CONTRIBUTORS}, {column}",
            )  # fmt: skip
            for line, name in (("Net funded amount", "net_funded"), ("Expenditure of organisations", "expenditure")):
                for sheet in (PROGRAMMES, ORGANISATIONS):
                    yield (
                        f"{line}, {which}: statement and {sheet.lower()}",
                        f"{line}, {column}",
                        f"{sheet}, {name}_{column}",
                    )


def _down(line: str, place: Mapping[str, int], parts: Mapping[str, str], letter: str) -> str | None:
    """The formula of a line that sums up others of its column."""

    def at(name: str) -> str:
        return f"{letter}{place[name] + 1}"

    def between(first: str, last: str) -> str:
        return f"=SUM({at(first)}:{at(last)})"

    listed = list(place)
    before = listed[listed.index(line) - 1]
    if line == "Total: sources of funds":
        return between(listed[0], before)
    if line == "Net funded amount":
        return between("Transfers to participating organisations", before)
    if line == "Total: uses of funds":
        return between("Net funded amount", before)
    if line == "Change in fund cash":
        return f"={at('Total: sources of funds')}-{at('Total: uses of funds')}"
    if line == "Closing fund cash":
        return f"={at('Opening fund cash')}+{at('Change in fund cash')}"
    if line == "Expenditure of organisations":
        return f"={at('Direct cost delivered')}+{at('Indirect cost')}"
    return None


def _ratio(row: int, above: int, below: int) -> str:
    under = xl_rowcol_to_cell(row, below)
    return f'=IF({under}=0,"",{xl_rowcol_to_cell(row, above)}/{under})'
