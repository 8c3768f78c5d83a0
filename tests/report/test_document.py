"""The report on paper."""

import re

import pytest

from mptf_sim.report import write_report
from mptf_sim.report.lettering import broken, width_of
from mptf_sim.report.paper import GAP, LEFT, RIGHT, fitted
from mptf_sim.report.printed import PrintedTable
from mptf_sim.report.printed_money import first_rows
from tests.report.worlds import EDGES, HOSTILE, played


def pages(document: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", document))


def test_the_document_is_the_same_bytes_twice_and_holds_no_date(tmp_path):
    first = write_report(played(), tmp_path / "first.pdf").read_bytes()
    second = write_report(played(), tmp_path / "second.pdf").read_bytes()

    assert first == second
    assert b"CreationDate" not in first
    assert pages(first) >= 6


def test_several_runs_and_hostile_names_make_one_document(tmp_path):
    runs = {"calm": played(), HOSTILE: played(name=HOSTILE, label=HOSTILE)}
    assert pages(write_report(runs, tmp_path / "report.pdf").read_bytes()) >= 13


@pytest.mark.slow
@pytest.mark.parametrize("terms", EDGES.values(), ids=EDGES)
def test_the_document_copes_with(terms, tmp_path):
    assert pages(write_report(played(**terms), tmp_path / "report.pdf").read_bytes()) >= 5


def test_lines_are_broken_so_that_they_fit_and_no_word_is_lost():
    words = "an instalment that waits for cash and one that is not released are two different things"
    lines = broken(words, 150, 9, bold=False)

    assert " ".join(lines) == words
    assert all(width_of(line, 9, bold=False) <= 150.01 for line in lines)


def test_a_word_longer_than_a_line_is_broken_within():
    lines = broken("x" * 200, 100, 9, bold=True)

    assert "".join(lines) == "x" * 200
    assert all(width_of(line, 9, bold=True) <= 100.01 for line in lines)


def test_a_table_with_long_names_still_fits_the_page():
    table = PrintedTable(
        "", ("Name", "Amount", "Share"), tuple(("a very long name " * 9, "1.23", "4 %") for _ in range(3))
    )
    size, widths = fitted(table, 7.5, RIGHT - LEFT)

    assert sum(widths) <= RIGHT - LEFT + 0.01
    assert size == 7.5
    assert widths[1] >= GAP + width_of("1.23", size, bold=False)


def test_a_long_table_is_cut_on_paper_and_says_so():
    table = PrintedTable("", ("A",), tuple((str(n),) for n in range(10)), note="Read so.")

    assert first_rows(table, 10) is table
    assert first_rows(table, 4).note == "Read so. Another 6 rows are in the run's folder."
