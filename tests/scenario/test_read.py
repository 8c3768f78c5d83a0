"""A scenario file is read as its fields want it, or every problem in it is told at once, each with its place."""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mptf_sim.errors import MOST_PROBLEMS, Problem, ScenarioError
from mptf_sim.fund.donors import Renewing
from mptf_sim.quantities import ContractRate, Quarter
from mptf_sim.scenario.read import read_scenario
from tests.scenario.small_fund import SMALL, changed, problems, saved, told


def test_every_scalar_is_read_as_the_type_its_field_wants(tmp_path):
    scenario = read_scenario(saved(tmp_path, SMALL))

    assert scenario.fund.opening.cash[0].amount == 12_500_000_00
    assert scenario.fund.opening.cash[1].amount == 29
    assert scenario.fund.interest == {2026: ContractRate(3, 100), 2027: ContractRate(25, 1000)}
    assert scenario.calendar.start == Quarter(2026, 1)
    assert scenario.donors[1].id == "NO"
    assert isinstance(scenario.donors[0].outlook, Renewing)
    assert scenario.donors[0].outlook.retention == 0.83
    assert scenario.governance.meetings == (2, 4)


def test_five_mistakes_of_five_kinds_are_told_at_once_with_their_places(tmp_path):
    path = saved(
        tmp_path,
        changed(
            ("name: Germany", "nmae: Germany"),
            ("administrative_agent: 1%", "administrative_agent: 7"),
            ('id: "NO"', "id: DEU"),
            ("kind: pro_rata", "kind: pro_rate"),
            ("donors: [DEU]", "donors: [DEU, SWE]"),
        ),
    )

    assert told(path) == [
        "9:32 fund.fees.administrative_agent expected a rate from 0% to 100%, found 7: write 7% or 100%",
        "18:5 donors[0].nmae unknown 'nmae'; did you mean 'name'?",
        "20:9 donors[1].id duplicate id 'DEU': it is already used in donors[0]",
        "41:22 governance.allocation.kind unknown 'pro_rate'; did you mean 'pro_rata'?",
        "43:37 shocks[0].donors[1] unknown 'SWE': it is not among donors",
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("gift: 3M", "gift: 3,5M", "19:39 donors[0].outlook.5M unknown '5M': between { and } a comma separates fields; write decimals with a point"),
        ("retention: 83%", "retention: 1", "19:65 donors[0].outlook.retention expected a share from 0% to 100%, found 1: write 1% or 100%"),
        ("retention: 83%", "retention: 0.83", "19:65 donors[0].outlook.retention expected a share from 0% to 100%, found 0.83: write 83%"),
        ("periods: 12", "periods: 0", "3:37 calendar.periods expected at least 1, found 0"),
        ("periods: 12", "periods: 12.5", "3:37 calendar.periods expected a whole number (integer) in digits, found 12.5"),
        ("budget: 1M", "budget: 0", "37:80 programmes[0].budget expected more than 0, found 0"),
        ("after: 4", "after: 41", "35:68 agreements[0].instalments[1].after expected at most 40, found 41"),
        ("2027: 2.5%", "27: 2.5%", "10:24 fund.interest.27 expected at least 2000, found 27"),
        ("meetings: [Q2, Q4]", "meetings: Q2", "40:13 governance.meetings expected a list, found 'Q2': write [Q2]"),
        ("meetings: [Q2, Q4]", "meetings: []", "40:3 governance.meetings expected at least 1 item, found 0"),
        ("meetings: [Q2, Q4]", "meetings: [Q2, Q5]", "40:18 governance.meetings[1] expected a quarter of the year: Q1, Q2, Q3 or Q4, found 'Q5'"),
        ("  fees: {administrative_agent: 1%}", "  fees: [1%]", "9:3 fund.fees expected a mapping of fields, found a list"),
        ("  fees: {administrative_agent: 1%}", "  fees:", "9:8 fund.fees expected a mapping of fields, found nothing: take the line out"),
        ("kind: signed, share: 50%", "kind: full_cash, share: 50%", "11:37 fund.funding_policy.share unknown 'share': it belongs to kind 'signed'"),
        ("kind: signed, share", "knd: signed, share", "11:20 fund.funding_policy.knd unknown 'knd'; did you mean 'kind'?"),
        ("kind: signed, share", "share", "11:3 fund.funding_policy.kind required field is missing: expected 'full_cash', 'signed' or 'rolling'"),
        ("kind: signed", "kind: barter", "11:26 fund.funding_policy.kind unknown 'barter': expected 'full_cash', 'signed' or 'rolling'"),
        ("kind: renewing", "kind: ", "19:21 donors[0].outlook.kind expected 'scheduled', 'renewing', 'at_reviews', 'bootstrap' or 'matching', found nothing"),
        ("name: Africa", "nme: Africa", "15:24 regions[0].nme unknown 'nme'; did you mean 'name'?"),
        ("kind: renewing", "kind: [renewing]", "19:21 donors[0].outlook.kind expected 'scheduled', 'renewing', 'at_reviews', 'bootstrap' or 'matching', found a list"),
        ("country: MAR}", "country: MAR, status: adoptd}", "30:68 plans[0].status unknown 'adoptd'; did you mean 'adopted'?"),
        ("earmark: {windows: [protection, data], countries: []}", "earmark: protection", "22:14 donors[1].earmark expected none, or a mapping such as {windows: [protection]}, found 'protection'"),
        ("earmark: {windows: [protection, data], countries: []}", "earmark: {window: [data]}", "22:15 donors[1].earmark.window unknown 'window'; did you mean 'windows'?"),
        ("{share: 30%, after: 4, threshold: 70%}", "{share: 20%, after: 4}", "35:20 agreements[0].instalments expected instalment shares that add up to 100%, found '90%'"),
        (", ready: 2026-Q2", "", "37:5 programmes[0] expected either `ready` or `running`, found 'neither'"),
        ("schema: 1", "schema: 999", "1:9 schema expected schema 1, the only one this version of mptf_sim reads, found 999"),
        ("schema: 1", "schema_version: 1", "1:1 schema_version unknown 'schema_version'; did you mean 'schema'?"),
        ("donors:\n", "Donors:\n", "16:1 Donors unknown 'Donors'; did you mean 'donors'?"),
        ("start: 2026-Q1", "start: 0001-Q1", "3:19 calendar.start expected a quarter from 2000-Q1 to 2200-Q4, found '0001-Q1'"),
        ("{plan: MAR, window: protection, year: 2027", "{plan: MAR, window: data, year: 2026", "33:37 needs[1].year duplicate need of MAR, data, 2026: already given in needs[0]"),
        ('id: "NO"', "id: deu", "20:9 donors[1].id duplicate id 'deu': it differs from 'DEU' in donors[0] only in upper and lower case"),
        ("agreement: standard", "agreement: standrd", "38:30 programmes[0].agreement unknown 'standrd': it is not among agreements; did you mean 'standard'?"),
        ("windows: [protection, data]", "windows: [protecton, data]", "22:15 donors[1].earmark.windows unknown 'protecton': it is not among windows; did you mean 'protection'?"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_stands_and_alone(tmp_path, old, new, problem):
    found = told(saved(tmp_path, changed((old, new))))

    assert len(found) == 1
    assert found[0].startswith(problem)


def test_a_bound_that_may_be_a_share_or_an_amount_is_told_once(tmp_path):
    expect = "expect: [{metric: cash, period: 2026-Q4, at_least: lots, with_probability: 80%}]\n"

    assert told(saved(tmp_path, SMALL + expect)) == [
        "44:52 expect[0].at_least expected a share from 0% to 100% or an amount of money such as 12.5M or 900_000, "
        "found 'lots'"
    ]


def test_a_row_with_a_mistake_still_has_its_names_looked_at_and_is_no_unknown_name_itself(tmp_path):
    path = saved(
        tmp_path,
        changed(
            (
                "plan: MAR, window: data, organisation: IOM, budget: 1M",
                "plan: MRA, window: dta, organisation: IOM, budget: -1",
            ),
            ("gift: 3M", "gift: much"),
        ),
    )

    assert told(path) == [
        "19:37 donors[0].outlook.gift expected an amount of money such as 12.5M or 900_000, found 'much'",
        "37:34 programmes[0].plan unknown 'MRA': it is not among plans; did you mean 'MAR'?",
        "37:47 programmes[0].window unknown 'dta': it is not among windows; did you mean 'data'?",
        "37:79 programmes[0].budget expected an amount of zero or more, found -1",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        ("  - {id: MAR, name: Morocco", "  - {ID: MAR, name: Morocco", {"plans[0].ID"}),
        ("plans:\n", "plan:\n", {"plan"}),
        ("  - {plan: MAR, window: data, year: 2026, amount: 1M}", "  - {plan: MAR, window: data, year: 2026, amount: x}", {"needs[0].amount"}),
        ("calendar: {start: 2026-Q1, periods: 12}", "calendar: {start: 2027-Q9, periods: 12}", {"calendar.start"}),
        ("windows:\n  - {id: data, name: Data}\n  - {id: protection, name: Protection}", "windows: none", {"windows"}),
        ("schema: 1\n", "schema: 1\nshock: [{}]\n", {"shock"}),
    ],
)  # fmt: skip
def test_what_only_follows_from_a_mistake_is_not_told(tmp_path, old, new, fields):
    found = {problem.field for problem in problems(saved(tmp_path, changed((old, new))))}

    assert found == fields


def test_a_rule_between_fields_is_checked_while_another_part_is_wrong(tmp_path):
    path = saved(
        tmp_path,
        changed(
            ("{plan: MAR, window: data, year: 2026", "{plan: MAR, window: data, year: 2020"), ("gift: 3M", "gift: much")
        ),
    )

    assert [problem.field for problem in problems(path)] == ["donors[0].outlook.gift", "needs[0].year"]


def test_a_broken_file_hides_no_problem_of_another_file(tmp_path):
    saved(tmp_path, "name: [\n", "base.yaml")

    assert [problem.split(" ")[:2] for problem in told(saved(tmp_path, "extends: base.yaml\nfund: {fees: 1, colour: x}\n"))] == [
        ["base.yaml:2:1", ""],
        ["2:14", "fund.fees"],
        ["2:17", "fund.colour"],
    ]  # fmt: skip


def test_a_file_that_is_not_there_is_told_with_the_nearest_name(tmp_path):
    saved(tmp_path, SMALL, "baseline.yaml")

    (problem,) = problems(tmp_path / "basline.yaml")

    assert problem.line == 0
    assert "did you mean 'baseline.yaml'?" in problem.message


def test_a_folder_is_no_scenario(tmp_path):
    (problem,) = problems(tmp_path)

    assert problem.message.endswith("expected a regular file, found a directory")


def test_a_part_with_more_items_than_it_may_have_is_told_once(tmp_path):
    plans = "".join("  - {}\n" for _ in range(501))

    assert told(saved(tmp_path, changed(("plans:\n", f"plans:\n{plans}")))) == [
        "29:1 plans expected at most 500 items, found 502 (a limit on size)"
    ]


def test_many_problems_are_counted_and_the_first_of_them_listed(tmp_path):
    rows = "".join(f"  - {{plan: MAR, window: data, year: {year}, amount: -1}}\n" for year in range(2030, 2030 + 300))

    with pytest.raises(ScenarioError) as caught:
        read_scenario(saved(tmp_path, SMALL.replace("needs:\n", f"needs:\n{rows}")))

    assert len(caught.value.problems) == MOST_PROBLEMS
    assert caught.value.unlisted == 300 + 129 - MOST_PROBLEMS  # amounts below zero, and years after 2200
    assert f"has more than {MOST_PROBLEMS} problems" in str(caught.value)


def test_of_thousands_of_problems_the_first_are_told(tmp_path):
    rows = "".join("  - {plan: MAR, window: data, year: 2030, amount: -1}\n" for _ in range(3000))

    listed = problems(saved(tmp_path, SMALL.replace("needs:\n", f"needs:\n{rows}")))

    assert [problem.line for problem in listed] == list(range(32, 32 + MOST_PROBLEMS))
    assert {problem.message for problem in listed} == {"expected an amount of zero or more, found -1"}


def test_the_heading_names_the_file_that_was_read(tmp_path):
    error = ScenarioError([Problem("a.yaml", 1, 1, "x", "wrong")], "z.yaml")

    assert str(error).startswith("z.yaml has 1 problem:\n  a.yaml:1:1  x  wrong")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_reading_imports_nothing_heavy():
    code = "import sys, mptf_sim.scenario.read; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"pandas", "scipy", "matplotlib", "duckdb", "difflib", "mptf_sim.scenario.schema"} & set(modules)


def test_a_thousand_lines_are_read_in_a_tenth_of_a_second(tmp_path):
    rows = "".join(f"  - id: O{n}\n    name: Organisation {n}\n    source: x\n" for n in range(320))
    text = changed(
        ("organisations: [", "sources: [{id: x, kind: assumed, owner: us, reference: none}]\norganisations:\n"),
        ("{id: IOM, name: International Organization for Migration}]\n", "  - {id: IOM, name: IOM}\n" + rows),
    )
    path = saved(tmp_path, text)
    read_scenario(path)

    def taken() -> float:
        begun = time.process_time()
        read_scenario(path)
        return time.process_time() - begun

    assert text.count("\n") > 1000
    assert min(taken() for _ in range(3)) < 0.1


@pytest.mark.parametrize("as_text", [True, False])
def test_a_path_may_be_text_or_a_path(tmp_path, as_text):
    path = saved(tmp_path, SMALL)

    assert read_scenario(str(path) if as_text else Path(path)).name == "Small fund"
