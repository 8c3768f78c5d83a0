"""A scenario may extend one other file: what it says goes over what its parent says, and nothing is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from mptf_sim.fund.allocation import PriorityScore, ProRata
from mptf_sim.fund.donors import Renewing
from mptf_sim.fund.funding_policy import FullCash, Signed
from mptf_sim.quantities import ContractRate, Quarter
from mptf_sim.scenario.read import read_scenario
from mptf_sim.scenario.scenario import Scenario
from tests.scenario.small_fund import SMALL, problems, saved, told
from tests.scenario.test_blending import WHOLE


def child(folder: Path, text: str, parent: str = SMALL) -> Path:
    """A file that extends the small fund."""
    saved(folder, parent, "base.yaml")
    return saved(folder, f"schema: 1\nextends: base.yaml\n{text}", "child.yaml")


def extended(folder: Path, text: str, parent: str = SMALL) -> Scenario:
    return read_scenario(child(folder, text, parent))


def test_a_file_that_only_extends_is_its_parent(tmp_path):
    assert extended(tmp_path, "") == read_scenario(tmp_path / "base.yaml")


def test_the_digest_does_not_tell_an_extended_file_from_one_that_says_it_all(tmp_path):
    said = saved(tmp_path, SMALL.replace("gift: 3M", "gift: 4M"), "said.yaml")

    assert extended(tmp_path, "donors: [{id: DEU, outlook: {gift: 4M}}]").digest == read_scenario(said).digest


def test_mappings_merge_field_by_field(tmp_path):
    scenario = extended(tmp_path, "name: Child\nfund: {fees: {indirect_cost: 8%}, interest: {2028: 2%}}")

    assert scenario.name == "Child"
    assert scenario.fund.fees.administrative_agent == ContractRate(1, 100)
    assert scenario.fund.fees.indirect_cost == ContractRate(8, 100)
    assert list(scenario.fund.interest) == [2026, 2027, 2028]
    assert isinstance(scenario.fund.funding_policy, Signed)


def test_a_list_with_ids_merges_by_id_in_the_parents_order_then_what_is_new(tmp_path):
    scenario = extended(
        tmp_path,
        "donors:\n  - {id: SWE, name: Sweden, outlook: {kind: renewing, gift: 1M}}\n  - {id: DEU, outlook: {gift: 4M}}\n",
    )

    assert [donor.id for donor in scenario.donors] == ["DEU", "NO", "SWE"]
    germany = scenario.donors[0]
    assert isinstance(germany.outlook, Renewing)
    assert (germany.name, germany.outlook.gift, germany.outlook.retention) == ("Germany", 4_000_000_00, 0.83)


def of_deal(*layers: str) -> str:
    """A child that says these layers of the one deal of its parent."""
    return "deals:\n  - id: SME\n    stack:\n" + "".join(f"      - {layer}\n" for layer in layers)


def test_the_layers_of_a_deal_merge_by_id(tmp_path):
    parent, new = "{id: senior, terms: {rate: 8%}}", "{id: extra, kind: grant, provider: state budget, amount: 5k}"
    scenario = extended(tmp_path, of_deal(parent, new), WHOLE)
    before = read_scenario(tmp_path / "base.yaml").deals[0].stack
    after = scenario.deals[0].stack

    assert [layer.id for layer in after] == ["junior", "senior", "own", "extra"]
    assert (after[0], after[2]) == (before[0], before[2])
    senior = before[1].model_dump()
    assert after[1].model_dump() == senior | {"terms": senior["terms"] | {"rate": "8%"}}


def test_a_layer_of_another_kind_replaces_the_parents(tmp_path):
    said = "{id: senior, kind: grant, provider: state budget, amount: 1M}"
    scenario = extended(tmp_path, of_deal(said).replace("stack", "support: []\n    stack"), WHOLE)

    assert [layer.kind for layer in scenario.deals[0].stack] == ["first_loss", "grant", "grant"]
    assert "senior" not in [loan.id for loan in scenario.deals[0].loans]


def test_a_layer_that_is_new_needs_a_kind_and_its_id_is_no_misspelt_one(tmp_path):
    (said,) = told(child(tmp_path, of_deal("{id: senoir, amount: 2M}"), WHOLE))

    assert "deals[0].stack[3].kind required field is missing: expected 'grant', 'first_loss'" in said


def test_a_list_without_ids_replaces_the_parents(tmp_path):
    scenario = extended(tmp_path, "shocks: [{kind: donor_exit, donors: [NO], start: 2027-Q1}]")

    assert [shock.kind for shock in scenario.shocks] == ["donor_exit"]


def test_a_list_inside_an_item_replaces_the_parents(tmp_path):
    scenario = extended(tmp_path, "agreements: [{id: standard, instalments: [{share: 100%}]}]")

    assert [tranche.share for tranche in scenario.agreements[0].instalments] == [ContractRate(1, 1)]


def test_another_kind_replaces_the_whole_mapping(tmp_path):
    scenario = extended(
        tmp_path, "fund: {funding_policy: {kind: full_cash}}\ngovernance: {allocation: {kind: priority_score}}"
    )

    assert scenario.fund.funding_policy == FullCash()
    assert scenario.governance.allocation == PriorityScore()


def test_the_same_kind_or_none_merges(tmp_path):
    scenario = extended(tmp_path, "fund: {funding_policy: {share: 60%}}\ngovernance: {allocation: {kind: pro_rata}}")

    assert scenario.fund.funding_policy == Signed(share=ContractRate(60, 100))
    assert scenario.governance.allocation == ProRata()


def test_nothing_takes_an_optional_field_away(tmp_path):
    scenario = extended(tmp_path, "programmes: [{id: JP1, ready: null, running: {approved: 2025-Q1}}]")

    assert scenario.programmes[0].ready is None


def test_items_are_removed_by_id(tmp_path):
    scenario = extended(tmp_path, "shocks: []\ndonors: {remove: [DEU]}")

    assert [donor.id for donor in scenario.donors] == ["NO"]


def test_items_are_removed_then_merged_or_added(tmp_path):
    scenario = extended(
        tmp_path,
        "donors: {remove: [DEU], rows: [{id: 'NO', name: Norge}, {id: DEU, name: Again, outlook: {kind: renewing, gift: 1M}}]}",
    )

    assert [(donor.id, donor.name) for donor in scenario.donors] == [("NO", "Norge"), ("DEU", "Again")]


def test_rows_without_ids_are_added(tmp_path):
    scenario = extended(tmp_path, "shocks: {rows: [{kind: donor_exit, donors: [NO], start: 2027-Q1}]}")

    assert [shock.kind for shock in scenario.shocks] == ["donor_cut", "donor_exit"]


def test_a_table_replaces_the_parents_list_and_may_be_changed_in_place(tmp_path):
    saved(
        tmp_path,
        "id,name,outlook.kind,outlook.gift\nDEU,Germany,renewing,5M\nSWE,Sweden,renewing,1M\nFIN,Finland,renewing,1M\n",
        "d.csv",
    )

    scenario = extended(tmp_path, "donors: {table: d.csv, remove: [SWE], rows: [{id: FIN, outlook: {gift: 2M}}]}")

    assert [donor.id for donor in scenario.donors] == ["DEU", "FIN"]
    assert isinstance(scenario.donors[1].outlook, Renewing)
    assert scenario.donors[1].outlook.gift == 2_000_000_00


def test_a_list_merges_over_the_parents_table(tmp_path):
    saved(
        tmp_path,
        "id,name\nIOM,International Organization for Migration\nILO,International Labour Organization\n",
        "o.csv",
    )
    parent = SMALL.replace(
        "organisations: [{id: IOM, name: International Organization for Migration}]", "organisations: {table: o.csv}"
    )

    scenario = extended(tmp_path, "organisations: [{id: ILO, name: Labour}]", parent)

    assert [organisation.name for organisation in scenario.organisations] == [
        "International Organization for Migration",
        "Labour",
    ]


def test_a_chain_of_files_is_put_together_oldest_first(tmp_path):
    child(tmp_path, "name: Middle\ncalendar: {periods: 20}")

    scenario = read_scenario(saved(tmp_path, "extends: child.yaml\nname: Youngest\n", "grandchild.yaml"))

    assert (scenario.name, scenario.calendar.periods, scenario.calendar.start) == ("Youngest", 20, Quarter(2026, 1))


def test_each_file_names_its_tables_from_its_own_folder(tmp_path):
    saved(
        tmp_path,
        SMALL.replace(
            "organisations: [{id: IOM, name: International Organization for Migration}]",
            "organisations: {table: o.csv}",
        ),
        "base/base.yaml",
    )
    saved(tmp_path, "id,name\nIOM,of the base\n", "base/o.csv")
    saved(tmp_path, "id,name\nIOM,of the child\n", "o.csv")

    scenario = read_scenario(saved(tmp_path, "extends: base/base.yaml\n", "child.yaml"))

    assert scenario.organisations[0].name == "of the base"


def test_a_problem_is_told_in_the_file_in_which_it_stands(tmp_path):
    path = child(
        tmp_path,
        "donors: [{id: DEU, outlook: {gift: much}}]\nplans: [{id: MAR, region: asia}]\n",
        SMALL.replace("administrative_agent: 1%", "administrative_agent: 1").replace("budget: 1M", "budget: 1X"),
    )

    assert [problem.split(" expected")[0] for problem in told(path)] == [
        "base.yaml:9:32 fund.fees.administrative_agent",
        "base.yaml:37:80 programmes[0].budget",
        "3:36 donors[0].outlook.gift",
        "4:27 plans[0].region unknown 'asia': it is not among regions; did you mean 'africa'?",
    ]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("donors: {remove: [USA]}", (3, 19), "unknown 'USA': it is not among donors to remove"),
        ("donors: {remove: [DEV, 'NO']}", (3, 19), "did you mean 'DEU'?"),
        ("donors: {remove: ['NO', 'NO']}", (3, 25), "unknown 'NO'"),
        ("donors: {remove: 'NO'}", (3, 18), "expected a list of ids such as [DEU], found text"),
        ("donors: {remove: [{id: 'NO'}]}", (3, 19), "unknown 'a mapping'"),
        ("needs: {remove: [MAR]}", (3, 17), "needs have no ids by which to remove them"),
        ("donors: {rows: 'NO'}", (3, 16), "expected a list, found text"),
        ("donors: {add: []}", (3, 9), "expected a list, found a mapping"),
        ("donors: {}", (3, 9), "expected a list, found a mapping"),
        ("donors: {SWE: {name: Sweden}}", (3, 9), "write '- ' before each item, or a mapping with table, rows or remove"),
        ("donors: {tabel: d.csv}", (3, 10), "unknown 'tabel'; did you mean 'table'?"),
        ("donors: {rows: [], DEU: x}", (3, 20), "unknown 'DEU': expected table, rows, remove"),
        ("donors: SWE", (3, 9), "expected a list, found 'SWE': write [SWE]"),
        ("fund: []", (3, 1), "expected a mapping of fields, found a list"),
        ("donors: [{id: SWE, name: Sweden}]", (3, 10), "required field is missing"),
        ("donors: [{id: SWE, outlook: {kind: renewing, gift: 1M}}]", (3, 10), "required field is missing"),
        ("windows: [{id: data, name: A}, {id: data, name: B}]", (3, 37), "duplicate id 'data'"),
        ("extends: base.yaml", (3, 1), "duplicate 'extends': it already stands in line 2"),
    ],
)  # fmt: skip
def test_a_mistake_in_what_is_changed_is_told(tmp_path, text, place, words):
    (problem,) = problems(child(tmp_path, text + "\n"))

    assert Path(problem.file).name == "child.yaml"
    assert (problem.line, problem.column) == place
    assert words in problem.message


@pytest.mark.parametrize(
    ("extends", "words"),
    [
        ("bse.yaml", "did you mean 'base.yaml'?"),
        ("/etc/hostname", "an absolute path is not allowed"),
        ("../base.yaml", "'..' leads outside"),
        ("https://example.org/base.yaml", "a URL or drive is not allowed"),
        ("[base.yaml]", "expected the path of one file, found a list"),
        ("child.yaml", "a cycle"),
        ("''", "an empty path"),
        (".", "found a directory"),
    ],
)
def test_a_parent_that_cannot_be_read_is_told_and_nothing_that_it_might_have_said(tmp_path, extends, words):
    saved(tmp_path, SMALL, "base.yaml")
    path = saved(
        tmp_path, f"name: Child\nextends: {extends}\ndonors: [{{id: DEU, outlook: {{gift: 1M}}}}]\n", "child.yaml"
    )

    (problem,) = problems(path)

    assert (problem.line, problem.column, problem.field) == (2, 10, "extends")
    assert words in problem.message


def test_two_files_that_extend_one_another_are_told(tmp_path):
    saved(tmp_path, "extends: b.yaml\n", "a.yaml")
    saved(tmp_path, "extends: a.yaml\n", "b.yaml")

    (problem,) = problems(tmp_path / "a.yaml")

    assert Path(problem.file).name == "b.yaml"
    assert "cycle" in problem.message


def test_a_chain_holds_at_most_twenty_files(tmp_path):
    saved(tmp_path, SMALL, "0.yaml")
    for number in range(1, 21):
        saved(tmp_path, f"extends: {number - 1}.yaml\n", f"{number}.yaml")

    assert read_scenario(tmp_path / "19.yaml").name == "Small fund"
    (problem,) = problems(tmp_path / "20.yaml")
    assert Path(problem.file).name == "1.yaml"
    assert "a chain of more than 20 files" in problem.message


def test_extends_nothing_is_no_parent(tmp_path):
    assert read_scenario(saved(tmp_path, SMALL + "extends: null\n")).name == "Small fund"
