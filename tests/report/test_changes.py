"""What differs between runs, drawn and told: from the tables of a comparison, recomputed by hand."""

from __future__ import annotations

import io

import pytest
from python_calamine import load_workbook

from mptf_sim.analysis.comparison.compare import Comparison, compare_in_full
from mptf_sim.engine.run import simulate
from mptf_sim.fund.shocks import DonorCut
from mptf_sim.report import comparison_workbook, results_workbook, write_report
from mptf_sim.report.changes import (
    Since,
    comparison,
    comparison_data,
    comparison_finding,
    differences_table,
    programmes_table,
    write_tornado,
)
from mptf_sim.report.wording import money_with_error
from tests.report.worlds import played, world


@pytest.fixture(scope="module")
def found() -> Comparison:
    """A small fund, and the same with half of what one donor gives."""
    before = world()
    after = before.with_shock(DonorCut(donors=("D1",), start="2026-Q1", share="50%"))
    return compare_in_full({"before": simulate(before, 40, seed=3), "after": simulate(after, 40, seed=3)})


def said(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_finding_tells_transfers_with_two_standard_errors_and_how_much_is_more_than_noise(found):
    row = found.differences.query("metric == 'transfers' and scope_kind == 'fund'").iloc[0]
    sure = (comparison_data(found)["verdict"] == "beyond the noise").sum()
    sentence = said(comparison_finding(found))

    transfers = money_with_error(row["difference"], row["se"])
    assert sentence.startswith(said(f"after against before: transfers move by {transfers}, coverage of plans by "))
    assert sentence.endswith(f"of {len(comparison_data(found))} figures that move most {sure} are beyond the noise")


def test_a_table_of_one_run_does_not_name_it_and_leaves_out_what_is_the_same(found):
    printed = differences_table(found)
    fund = found.differences[found.differences["scope_kind"] == "fund"]

    assert printed.heads[0] == "Figure"
    assert len(printed.rows) == (fund["verdict"] != "same on every path").sum()
    assert all(len(row) == len(printed.heads) for row in printed.rows)


def test_programmes_are_told_with_what_becomes_of_them_and_what_that_means(found):
    printed = programmes_table(found)

    assert len(printed.rows) == (found.programmes["chance"] >= 0.05).sum()
    assert all(f"{row[1]}: " in printed.note.lower() for row in printed.rows)


def test_the_workbook_of_a_run_holds_what_differs_from_an_earlier_one_as_that_of_the_comparison_does(found):
    since = Since(found, ("shocks: added (donor_cut)",))
    content = results_workbook.to_workbook(played(), since)
    tables = {name: getattr(found, name) for name in ("differences", "programmes", "surprises")}
    alone = sheets_of(comparison_workbook.to_workbook("", found.currency, tables))
    sheets, without = sheets_of(content), sheets_of(results_workbook.to_workbook(played()))

    assert content == results_workbook.to_workbook(played(), since)
    assert [name for name in sheets if name not in without] == [
        "Differences",
        "Programmes compared",
        "Against expectation",
    ]
    for ours, theirs in zip(list(sheets)[-3:], alone, strict=True):
        assert sheets[ours][1:] == alone[theirs][1:]
    assert len(sheets["Differences"]) == 2 + len(found.differences)
    assert ["What changed since", "shocks: added (donor_cut)"] in [row[:2] for row in sheets["About"]]


def sheets_of(content: bytes) -> dict[str, list[list[object]]]:
    book = load_workbook(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_nothing_that_differs_is_said_in_place_of_bars():
    run = simulate(world(), 12, seed=3)
    same = compare_in_full({"before": run, "after": run})

    assert comparison_finding(same) == "after is on every path as before"
    assert "Nothing differs" in comparison(same).texts[0].get_text()


def test_a_report_holds_what_changed_and_its_files_are_the_same_bytes_twice(found, tmp_path):
    since = Since(found, ("shocks: added (donor_cut)",))
    page = write_report(played(), tmp_path / "one.html", since).read_text(encoding="utf-8")

    assert "What differs from before" in page
    assert "shocks: added (donor_cut)" in page
    assert (
        page.count("<svg")
        == write_report(played(), tmp_path / "two.html").read_text(encoding="utf-8").count("<svg") + 1
    )
    assert (
        write_report(played(), tmp_path / "one.pdf", since).read_bytes()
        == write_report(played(), tmp_path / "two.pdf", since).read_bytes()
    )
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        write_tornado(found, tmp_path / str(number))
    assert all(
        (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
        for name in ("tornado.png", "tornado.svg")
    )
