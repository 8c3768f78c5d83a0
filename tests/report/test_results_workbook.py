"""results.xlsx: the numbers of the run's tables, live sums that agree, and no text that becomes a formula."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import load_workbook

import mptf_sim as ms
from mptf_sim.analysis.answers import tables_of
from mptf_sim.report.deals_sheets import DEALS, FACILITIES, SERVICE, SHEETS, SOURCES, STACK
from mptf_sim.report.results_workbook import (
    CATEGORIES,
    CONTRIBUTORS,
    FIGURES,
    MEAN,
    MEDIAN,
    PROGRAMMES,
    THOUSANDS,
    to_workbook,
)
from mptf_sim.runs.tables import RunTables
from tests.report.worlds import HOSTILE, played, world

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="module")
def tables():
    return tables_of(ms.simulate(world(periods=12), 60, 3), with_frontier=False)


@pytest.fixture(scope="module")
def sheets(tables):
    return read(to_workbook(tables))


def read(content: bytes) -> dict[str, list[list[object]]]:
    book = load_workbook(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_the_same_tables_give_the_same_bytes(tables):
    assert to_workbook(tables) == to_workbook(tables)


@pytest.mark.parametrize(("sheet", "column"), [(MEAN, "mean"), (MEDIAN, "median_path")])
def test_the_statement_holds_every_line_of_every_year(tables, sheets, sheet, column):
    table = tables.statement
    years = sorted(table["year"].unique())
    (heads, *rows) = sheets[sheet][1:]

    assert heads == ["Source and use of funds", "Prior years", *map(str, years), "Total"]
    assert [row[0] for row in rows] == list(dict.fromkeys(table["line"]))
    for row in rows:
        of_line = table[table["line"] == row[0]].set_index(["year", "column"])[column]
        expected = [
            of_line[years[0], "prior"],
            *(of_line[year, "current"] for year in years),
            of_line[years[-1], "total"],
        ]
        assert row[1:] == pytest.approx([value / 100 for value in expected], rel=1e-15 * 4), row[
            0
        ]  # 16 digits are kept


def test_what_must_agree_agrees_also_after_certified_years_and_with_programmes_that_run_already(sheets):
    baseline = ms.read_scenario(SCENARIOS / "baseline.yaml")
    for about in (
        sheets["About"],
        read(to_workbook(tables_of(ms.simulate(baseline, 5, 1), with_frontier=False)))["About"],
    ):
        rows = [row for row in about if isinstance(row[3], float)]

        assert len(rows) == 10
        assert all(row[1] > 0 for row in rows)
        assert all(row[3] == 0.0 for row in rows)
        assert all(round(row[1] - row[2], 2) == 0 for row in rows)


def test_names_are_text_whatever_they_begin_with():
    for label in (HOSTILE, "=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "http://example.org"):
        content = to_workbook(replace(played(), annex_contributors=played().annex_contributors.assign(name=label)))
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            text = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
        formulas = re.findall(r"<f>(.*?)</f>", text)
        names = {row[1] for row in read(content)[CONTRIBUTORS][2:-1]}

        assert names == {label}
        assert "hyperlink" not in text
        assert all(
            re.fullmatch(r"[A-Z]+\(.*\)|[A-Z$0-9+\-]+|('[^']+'![A-Z0-9]+-?)+", one.replace("&quot;", '"'))
            for one in formulas
        )


def test_headers_stay_in_sight_on_every_sheet(tables):
    with zipfile.ZipFile(io.BytesIO(to_workbook(tables))) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]

    assert all('state="frozen"' in sheet for sheet in sheets)


def test_key_figures_are_numbers_in_their_unit(tables, sheets):
    rows = {row[0]: row for row in sheets[FIGURES][2:] if row[1] == "fund"}
    kpis = tables.kpis[tables.kpis["scope_kind"] == "fund"].set_index("metric")

    assert rows["Deposits from donors"][4:6] == ["USD", kpis.loc["deposits", "mean"] / 100]
    assert rows["Delivery rate: expenditure over net funded"][5] == kpis.loc["delivery_rate", "mean"]


@pytest.fixture(scope="module", params=["mixed_stack", "guarantee_facility", "buy_down"])
def blended(request):
    """A shipped scenario with deals, on few paths."""
    scenario = ms.read_scenario(SCENARIOS / f"{request.param}.yaml")
    return tables_of(ms.simulate(scenario, 40, 7))


def test_sheets_of_deals_hold_their_tables_and_only_runs_with_deals_have_them(blended, sheets):
    of_deals = read(to_workbook(blended))

    assert [name for name in of_deals if name not in sheets] == list(SHEETS)
    stack = blended.blending["capital_stack"]
    assert [row[:2] for row in of_deals[STACK][2:-1]] == stack[["deal", "layer"]].to_numpy().tolist()
    assert [row[7] for row in of_deals[STACK][2:-1]] == pytest.approx([one / 100 for one in stack["drawn"]])
    service = blended.blending["debt_service"]
    assert [row[:2] for row in of_deals[SERVICE][2:]] == [
        [plan, str(year)] for plan, year in zip(service["plan"], service["year"], strict=True)
    ]
    assert [row[10] for row in of_deals[SERVICE][2:]] == pytest.approx(list(service["gained"]))
    sources = blended.blending["sources_of_plans"]
    assert [row[3] for row in of_deals[SOURCES][2:-2]] == pytest.approx(list(sources["coverage"]))


def test_every_deal_invests_what_it_draws_and_every_ledger_closes(blended):
    about, deals, ledger = (read(to_workbook(blended))[name] for name in ("About", DEALS, FACILITIES))
    rows = [row for row in about if isinstance(row[3], float)]

    assert len(rows) == 10 + 7 + ("Refunds from facilities" in set(blended.statement["line"]))
    assert all(row[3] == 0.0 for row in rows)
    assert all(round(row[1] - row[2], 2) == 0 for row in rows)
    for row in deals[2:]:
        assert row[7] == 0.0
        assert round(row[5] - row[6], 2) == 0
    assert sum(row[6] for row in deals[2:]) > 0
    lines = {row[0]: row[-1] for row in ledger[2:]}
    assert lines["Came in less went out"] == pytest.approx(lines["Cash at the end, as the books have it"], abs=0.005)


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed: nothing recalculates the workbook"
)
def test_libreoffice_recalculates_every_formula_to_our_numbers(tables, tmp_path: Path):
    recalculated(tables, tmp_path, (MEAN, MEDIAN, THOUSANDS, CONTRIBUTORS, PROGRAMMES, CATEGORIES, "About"))


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed: nothing recalculates the workbook"
)
def test_libreoffice_recalculates_every_formula_of_deals_to_our_numbers(blended, tmp_path: Path):
    recalculated(blended, tmp_path, (*SHEETS, MEAN, "About"))


def recalculated(tables: RunTables, place: Path, names: Sequence[str]) -> None:
    """LibreOffice fills the formulas of these sheets without the values that we wrote beside them."""
    stripped = io.BytesIO()
    count = 0
    with zipfile.ZipFile(io.BytesIO(to_workbook(tables))) as ours, zipfile.ZipFile(stripped, "w") as theirs:
        for name in ours.namelist():
            content = ours.read(name)
            if "worksheets/sheet" in name:
                text, found = re.subn(r"(<f>[^<]*</f>)<v>[^<]*</v>", r"\1", content.decode())
                content, count = text.encode(), count + found
            theirs.writestr(name, content)
    (place / "results.xlsx").write_bytes(stripped.getvalue())
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{place}/home", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", place / "again", place / "results.xlsx"],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip

    sheets, again = read(to_workbook(tables)), read((place / "again" / "results.xlsx").read_bytes())

    assert count > 100
    for name in names:
        for ours, theirs in zip(sheets[name], again[name], strict=True):
            for mine, yours in zip(ours, theirs, strict=False):
                if isinstance(mine, float):
                    assert isinstance(yours, float), (name, ours, theirs)
                    assert abs(mine - yours) < 0.005, (name, ours, theirs)
