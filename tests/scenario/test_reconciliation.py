"""A certified statement: the opening ties to it to the cent, or reading stops and names the difference and its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from mptf_sim.scenario.read import read_scenario, read_with_files
from mptf_sim.scenario.write import to_yaml
from tests.scenario.small_fund import saved, told

YAML = """\
schema: 1
name: Certified
calendar: {start: 2026-Q1, periods: 4}
fund:
  opening:
    cash: [{amount: 12.87}, {earmark: {windows: [data]}, amount: 1}]
    certified: {year: 2025, table: data/opening.csv}
windows: [{id: data, name: Data}]
regions: [{id: africa, name: Africa}]
organisations: [{id: IOM, name: IOM}]
agreements: [{id: terms, instalments: [{share: 100%}]}]
programmes:
  - {id: JP, name: One, window: data, region: africa, organisation: IOM, budget: 4, duration: 8, agreement: terms,
     running: {approved: 2025-Q1, started: 2025-Q1, instalments_paid: 1, delivered: 1}}
"""
# 2024: 0 + 9 - 4 = 5; the closed programme spent all it kept. 2025: 5 + 10 + 2 + 1 - 4 - 0.10 - 0.03 = 13.87.
TABLE = """\
# History
year,line,programme,amount
2024,opening_balance,,0
2024,contributions,,9
2024,transfers,,4
2024,direct_delivery,,2.80
2024,closing_balance,,5
2025,opening_balance,,5
2025,contributions,,10
2025,other_sources,,2
2025,refunds,,1
2025,indirect_cost,,0.20
2025,transfers,JP,4
2025,direct_delivery,JP,1
2025,indirect_cost,JP,0.07
2025,agent_fee,,0.10
2025,bank_charges,,0.03
2025,closing_balance,,13.87
"""


def files(folder: Path, *changes: tuple[str, str]) -> Path:
    """The scenario and its table, with pieces of their text replaced; each piece stands in one of them, once."""
    yaml, table = YAML, TABLE
    for old, new in changes:
        assert (yaml + table).count(old) == 1, old
        yaml, table = yaml.replace(old, new), table.replace(old, new)
    saved(folder, table, "data/opening.csv")
    return saved(folder, yaml)


def test_an_opening_that_ties_to_its_statement_is_read_with_its_table(tmp_path):
    scenario, read = read_with_files(files(tmp_path))

    certified = scenario.fund.opening.certified
    assert certified is not None
    assert len(certified.table) == 16
    assert certified.to_date()["deposits"] == 1900
    assert any(name.endswith("opening.csv") for name in read)


def test_it_reads_back_as_it_was_written(tmp_path):
    scenario = read_scenario(files(tmp_path))

    assert read_scenario(saved(tmp_path, to_yaml(scenario), "again.yaml")).digest == scenario.digest


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("2024,contributions,,9", "2024,contributions,,9.01"),
            "opening.csv:7:23 fund.opening.certified.table[4].amount expected the closing balance 5.01 (opening balance + "
            "sources - uses of 2024), found 5: a difference of -0.01",
        ),
        (
            ("2025,opening_balance,,5\n2025,contributions,,10", "2025,opening_balance,,5.50\n2025,contributions,,9.50"),
            "opening.csv:8:23 fund.opening.certified.table[5].amount expected the opening balance 5 (the closing balance of "
            "2024), found 5.50: a difference of 0.50",
        ),
        (
            ("cash: [{amount: 12.87}", "cash: [{amount: 12.88}"),
            "6:5 fund.opening.cash opening cash is 13.88, the certified balance of 2025 is 13.87: a difference of 0.01",
        ),
        (
            ("budget: 4,", "budget: 3.99,"),
            "14:6 programmes[0].running JP has received 3.99, certified is 4: a difference of -0.01",
        ),
        (
            ("2025,direct_delivery,JP,1\n", "2025,direct_delivery,JP,1.01\n"),
            "14:6 programmes[0].running JP has delivered 1, certified is 1.01: a difference of -0.01",
        ),
        (
            ("2025,indirect_cost,JP,0.07\n", ""),
            "14:6 programmes[0].running JP has earned as indirect cost 0.07, certified is 0: a difference of 0.07",
        ),
        (
            ("2025,indirect_cost,,0.20\n", ""),
            "7:29 fund.opening.certified.table programmes closed before the calendar (lines without a programme) still hold "
            "0.20: transfers - refunds - direct_delivery - indirect_cost must be 0. State what they spent, or let them run",
        ),
        (
            ("2024,closing_balance,,5\n", ""),
            "7:29 fund.opening.certified.table 2024 has no line 'closing_balance': every year has one",
        ),
        (
            ("2025,bank_charges,,0.03", "2025,bank_charges,,0.03\n2025,bank_charges,,0"),
            "opening.csv:18:6 fund.opening.certified.table[15].line duplicate line: bank_charges of 2025 is already given in "
            "table[14]",
        ),
        (
            ("start: 2026-Q1", "start: 2026-Q2"),
            "7:23 fund.opening.certified.year expected a calendar that starts in 2026-Q1, on the day after the statement, "
            "found 2026-Q2",
        ),
        (
            ("2025,bank_charges,,", "2025,bank_charges,JP,"),
            "opening.csv:17:1 fund.opening.certified.table[14] expected no programme at the line 'bank_charges', found 'JP'",
        ),
        (
            ("data/opening.csv}", "data/openin.csv}"),
            "data/openin.csv' not found; did you mean 'opening.csv'?",
        ),
    ],
    ids=lambda value: "" if isinstance(value, str) else value[0][:24],
)
def test_every_difference_is_named_where_it_stands(tmp_path, change, said):
    assert any(said in one for one in told(files(tmp_path, change)))


def test_nothing_is_certified_unless_it_is_said(tmp_path):
    text = YAML.replace("    certified: {year: 2025, table: data/opening.csv}\n", "")

    assert read_scenario(saved(tmp_path, text)).fund.opening.certified is None
