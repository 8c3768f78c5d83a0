"""Titles and answers say what the tables say, recomputed here by hand."""

import dataclasses

import pandas as pd

from mptf_sim.report import figure_data, findings
from mptf_sim.report.answers import answers
from tests.report.worlds import played, with_kpi, with_timeline

MILLION = 100_000_000


def said(text: str) -> str:
    return text.replace("\u00a0", " ")


def answer(tables, question: str) -> tuple[str, str]:
    found = next(one for one in answers(tables) if one.question.startswith(question))
    return said(found.number), said(found.sentence)


def test_the_title_of_cash_names_the_quarter_in_which_one_path_in_twenty_has_least():
    tables = with_timeline(played(), cash=[5.0 * MILLION, 2.0 * MILLION, 3.0 * MILLION, 9.0 * MILLION])

    tables = with_kpi(tables, "lowest_cash", mean=1.5 * MILLION, se=0.05 * MILLION)
    assert said(findings.fan(tables)) == (
        "Cash is tightest in 2026-Q2: USD 2.00 M or less on one path in twenty, USD 2.00 M in the median; "
        "the lowest balance of a path is USD 1.50 ± 0.10 M on average"
    )


def test_the_title_of_cash_holds_of_the_paths_themselves():
    tables = played()
    cash = figure_data.fan_data(tables)
    tightest = cash.loc[cash["p05"].idxmin()]

    assert tightest["period"] in findings.fan(tables)
    assert (cash["p05"] >= tightest["p05"]).all()


def test_the_title_of_sources_and_uses_adds_up():
    tables = with_timeline(
        played(),
        deposits=[10.0 * MILLION, 0.0],
        interest=[0.0, 1.0 * MILLION],
        transfers=[4.0 * MILLION, 3.0 * MILLION],
        refunds=[0.0, 1.0 * MILLION],
        agent_fees=[0.5 * MILLION, 0.0],
        direct_cost=[1.0 * MILLION, 0.0],
        cash=[6.5 * MILLION, 5.5 * MILLION],
    )

    tables = with_kpi(tables, "closing_cash", se=0.1 * MILLION)
    # 10 + 1 in; 4 + 3 - 1 transferred, 0.5 + 1 kept or paid: 7.5 out; so 5.5 at the end were 2.0 at the start
    assert said(findings.sources_and_uses(tables)) == (
        "In 2026 USD 11.0 M come in and USD 7.50 M go out: cash rises from USD 2.00 M to USD 5.50 ± 0.20 M"
    )


def test_means_of_a_year_add_up_to_the_cash_that_is_left():
    data = figure_data.sources_and_uses_data(played())

    change = data["contributions"] + data["interest"] - data["net_transfers"] - data["agent_fees"] - data["direct_cost"]
    assert (data["opening_cash"] + change - data["closing_cash"]).abs().max() < 1
    assert (data["closing_cash"].to_numpy()[:-1] - data["opening_cash"].to_numpy()[1:]).max() < 1
    assert abs(data["opening_cash"].iloc[0] - 2 * MILLION) < 1


def test_the_title_of_the_frontier_names_the_most_that_keeps_the_chance_small():
    frontier = pd.DataFrame(
        {
            "policy": ["full cash", "signed, 25%", "signed, 50%", "rolling, 2 quarters"],
            "own": [False, False, True, False],
            "approvals_mean_cents": 1.0, "approvals_se_cents": 0.0,
            "first_approvable_mean_cents": [3.0 * MILLION, 6.0 * MILLION, 8.0 * MILLION, 7.0 * MILLION],
            "chance_waits_for_cash": [0.0, 0.04, 0.3, 0.9],
            "chance_se": 0.0, "most_waiting_mean_cents": 0.0, "coverage": 0.5,
        }
    )  # fmt: skip
    tables = with_kpi(
        dataclasses.replace(played(), frontier=frontier), "first_approvable", mean=8.0 * MILLION, se=0.1 * MILLION
    )
    tables = with_kpi(tables, "chance_instalment_waits_for_cash", mean=0.31, se=0.01)

    assert said(findings.frontier(tables)) == (
        "Today's funding policy allows USD 8.00 ± 0.20 M at the first meeting, and an instalment waits for cash on "
        "31.0 ± 2.0 % of paths; the most with 5 % or less is USD 6.00 M"
    )


def test_the_title_of_instalments_keeps_waiting_and_not_released_apart():
    tables = with_timeline(played(), instalments_waiting=[0.0, 1.5, 0.5], instalments_not_released=[0.0, 0.0, 9.0])
    tables = with_kpi(tables, "chance_instalment_waits_for_cash", mean=0.5, se=0.02)

    assert said(findings.instalments(tables)) == (
        "Instalments that wait for cash peak in 2026-Q2, at 1.5 on average; those due and not released in 2026-Q3, at 9; "
        "one ever waits on 50.0 ± 4.0 % of paths"
    )


def test_the_title_of_instalments_says_never_only_if_it_never_happens():
    never = with_timeline(played(), instalments_waiting=[0.0, 0.0], instalments_not_released=[0.0, 0.0])
    hardly = with_timeline(played(), instalments_waiting=[0.0, 0.01], instalments_not_released=[0.0, 0.0])

    assert findings.instalments(never) == ("No instalment ever waits for cash; none is ever due and not released")
    assert "at fewer than 0.1 on average" in findings.instalments(hardly)


def test_the_two_parts_of_coverage_are_the_paths_own_means():
    tables = played()
    data = figure_data.coverage_data(tables).set_index("plan")

    for plan, need in (("P0", 200_000_000), ("P1", 400_000_000)):
        delivered = tables.paths[f"delivered:{plan}"].mean()
        assert data.loc[plan, "need_cents"] == need
        assert abs(data.loc[plan, "coverage_mean"] - delivered / need) < 1e-12
        assert data.loc[plan, "other_secured_share"] == 15_000_000 / need  # half of 300,000 is spent
    assert (data["coverage_mean"].diff().dropna() <= 0).all()  # highest first


def test_the_gap_of_a_share_of_paths_is_reached_by_that_share():
    tables = played()
    data = figure_data.gap_distribution_data(tables)

    for name in ("funding_gap", "delivery_gap"):
        for _, row in data.iterrows():
            assert (tables.paths[name] >= row[f"{name}_cents"]).mean() >= row["share_of_paths"] - 1e-12


def test_shares_of_donors_add_up_to_one_largest_first():
    data = figure_data.deposits_by_donor_data(played())

    assert abs(data["share"].sum() - 1) < 1e-12
    assert list(data["donor"]) == ["D1", "D0"]
    tables = with_kpi(played(), "deposits", mean=9.0 * MILLION, se=0.25 * MILLION)
    assert said(findings.deposits_by_donor(tables)) == (
        f"Donor 1 brings {round(100 * data['share'].iloc[0])} % of USD 9.00 ± 0.50 M of deposits, of 2 donors"
    )


def test_the_first_answer_is_what_the_first_meeting_allows():
    tables = played()
    first = tables.paths["first_approvable"] / MILLION
    number, sentence = answer(tables, "How much can be approved")

    assert number == f"USD {first.mean():.2f} ± {2 * first.std(ddof=1) / len(first) ** 0.5:.2f} M"
    assert sentence.startswith("is the mean in 2026-Q2 under the funding policy “signed, 50%”")


def test_the_chances_of_waiting_and_of_not_being_released_are_two_answers():
    tables = played()
    waits = (tables.paths["instalment_quarters_waiting"] > 0).mean()
    late = (tables.paths["instalment_quarters_not_released"] > 0).mean()

    assert waits == 0
    assert answer(tables, "Will instalments wait")[0] == "none of 40 paths (a chance below 7.5 %)"
    assert answer(tables, "Will instalments be released")[0].startswith(f"{100 * late:.1f} ±")


def test_assumed_numbers_are_counted():
    tables = played()
    kinds = tables.evidence["kind"].value_counts()
    soft = (kinds["assumed"] + kinds["unlabelled"]) / kinds.sum()
    number, sentence = answer(tables, "What rests on assumptions")

    assert number == f"{100 * soft:.0f} %"
    assert f"{kinds['assumed']} assumed, without published evidence" in sentence


def test_an_expectation_that_fails_is_named():
    tables = played()
    failed = tables.expectations.assign(holds=False)
    number, sentence = answer(dataclasses.replace(tables, expectations=failed), "Does the run meet")

    assert number == "0 of 1"
    assert "deposits at most" in sentence
