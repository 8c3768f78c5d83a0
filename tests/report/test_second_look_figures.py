"""Titles of the figures drawn from a second look, and of those that follow money and needs: recomputed by hand."""

from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.axes import Axes

from mptf_sim.errors import UsageError
from mptf_sim.report import plot
from mptf_sim.report.concentration_figure import concentration_data, concentration_finding, gini_of
from mptf_sim.report.documents_figure import documents_finding, documents_table
from mptf_sim.report.funnel_figure import funnel_data, funnel_finding
from mptf_sim.report.heat_map import heat_map_data, heat_map_finding, heat_map_table
from mptf_sim.report.plan_figure import plan_finding, plan_table
from mptf_sim.report.quarters_figure import next_quarters_data, next_quarters_finding
from mptf_sim.report.unspent_figure import unspent_data, unspent_finding
from tests.report.worlds import played, with_kpi

MILLION = 100_000_000


def said(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_what_is_unspent_is_named_with_its_error_and_its_largest_parts():
    reasons = {
        "programmes running": 4.0, "spent, not yet reported": 1.0, "refunds due": 0.0, "instalments not yet due": 3.0,
        "reserve": 0.5, "idle by earmark": 1.5, "all that is unspent": 10.0,
    }  # fmt: skip
    unspent = pd.DataFrame(
        [("2026-Q4", "", reason, amount * MILLION, 0.1 * MILLION, 0.0, 0.0, 8) for reason, amount in reasons.items()],
        columns=["quarter", "held_by", "reason", "mean_cents", "se_cents", "p05_cents", "p95_cents", "of_paths"],
    )
    lines = {"Expenditure of organisations": 9.0, "Administrative agent fee": 1.0, "Direct cost (secretariat)": 1.0}
    statement = pd.DataFrame(
        [(2026, line, "total", amount * MILLION) for line, amount in lines.items()],
        columns=["year", "line", "column", "mean"],
    )
    tables = replace(played(), unspent=unspent, statement=statement)

    # Of 11 spent the fund does not know 1 yet: 10 of 10 + 10 are unspent.
    assert said(unspent_finding(tables)) == (
        "At the end of 2026-Q4 USD 10.00 ± 0.20 M are unspent, 50 % of all the fund received: USD 5.00 M with organisations, "
        "USD 3.00 M owed to programmes, USD 1.50 M idle by earmark"
    )
    assert abs(unspent_data(tables)["share"].sum() - 1) < 1e-12


def test_the_steps_of_the_waterfall_are_the_cash_and_the_balance_of_the_books():
    tables = played()
    books = tables.timeline[
        (tables.timeline["scope_kind"] == "fund") & (tables.timeline["period"] == "2026-Q4")
    ].set_index("account")["mean"]
    held = unspent_data(tables).groupby("held_by")["mean_cents"].sum()

    assert held["fund"] == pytest.approx(books["cash"], rel=1e-12)
    assert held["organisations"] == pytest.approx(
        books["held_by_organisations"] + books["unreported_expenditure"], rel=1e-12
    )


def test_the_title_of_the_funnel_is_of_the_last_year():
    tables = played()
    last = tables.funnel[tables.funnel["year"] == 2027].set_index("account")["mean"]
    sentence = said(funnel_finding(tables))

    assert sentence.startswith(f"Of USD {last['announced'] / MILLION:.2f} M announced by the end of 2027, ")
    assert f"{100 * last['deposits'] / last['announced']:.0f} % are deposited" in sentence
    assert sentence.endswith(f"USD {last['direct_delivery'] / MILLION:.2f} M delivered directly")


def test_what_is_signed_is_deposited_due_overdue_or_lost():
    row = funnel_data(played()).set_index("stage").loc["deposits"]
    signed = funnel_data(played()).set_index("stage").loc["signed", "reached_cents"]

    assert row["reached_cents"] + row["due_later"] + row["overdue_deposits"] + row["lost_cents"] == pytest.approx(
        signed, rel=1e-12
    )


DOCUMENTS = pd.DataFrame(
    [  # quarter, programme, before, score, asked, approved, award, without balance, reason, in the way
        ("2026-Q2", "JPX", 1.0, 70.0, 4.0 * MILLION, 0.5, 2.0 * MILLION, 4.0 * MILLION, "unearmarked", 0.5, 8),
        ("2026-Q2", "JP0", 1.0, 50.0, 2.0 * MILLION, 1.0, 2.0 * MILLION, 0.0, "", 0.0, 8),
        ("2026-Q4", "JP1", 1.0, 60.0, 9.0 * MILLION, 0.0, 0.0, 0.0, "bar of donors", 1.0, 8),
    ],
    columns=["quarter", "programme", "chance_before", "score_mean", "asked_mean_cents", "chance_approved", "award_mean_cents",
             "award_without_balance_mean_cents", "main_reason", "chance_main_reason", "of_paths"],
)  # fmt: skip


def test_the_next_meeting_is_the_first_one_and_balance_has_its_price():
    # 4 M are awarded at a mean score of 60, without balance at 70; 2 M go elsewhere.
    assert said(documents_finding(replace(played(), documents=DOCUMENTS))) == (
        "In 2026-Q2 2 documents ask for USD 6.00 M; USD 4.00 M are approved, 1.5 documents on average; balance moves USD 2.00 M "
        "and costs 10.0 points of score"
    )


def test_every_refusal_has_its_binding_reason_in_words():
    rows = {row[0]: row[1] for row in documents_table(replace(played(), documents=DOCUMENTS)).rows}
    assert list(rows.values()) == ["too little unearmarked money", "nothing"]


WINDOWS = pd.DataFrame(
    [  # plan, window, year, need, secured, awarded, of deals, executed, delivered, by deals
        ("P0", "data", 2026, 4.0 * MILLION, 1.0 * MILLION, 2.0 * MILLION, 0.0, 0.5 * MILLION, 1.0 * MILLION, 0.0, 8),
        ("P0", "data", 2027, 4.0 * MILLION, 1.0 * MILLION, 0.0, 0.0, 0.5 * MILLION, 0.0, 0.0, 8),
        ("P1", "data", 2026, 2.0 * MILLION, 2.0 * MILLION, 0.0, 0.0, 1.0 * MILLION, 0.0, 0.0, 8),
    ],
    columns=["plan", "window", "year", "need_mean_cents", "secured_mean_cents", "awarded_mean_cents", "deal_finance_mean_cents",
             "executed_mean_cents", "delivered_mean_cents", "deal_delivery_mean_cents", "of_paths"],
)  # fmt: skip
ERRORS = pd.DataFrame(
    [("plan", "P0", "P0", 0.01, 0.02, 0.0), ("window", "data", "", 0.02, 0.03, 0.0), ("plan and window", "data", "P0", 0.03, 0.04, 0.0),
     ("plan and year", "2027", "P0", 0.0, 0.0, 0.1 * MILLION)],
    columns=["by", "value", "plan", "coverage_se", "funded_share_se", "funding_gap_se_cents"],
)  # fmt: skip


def test_a_plan_is_told_with_the_fund_and_without_it_and_with_the_error():
    tables = replace(played(), plan_windows=WINDOWS, plan_coverage=ERRORS)

    assert said(plan_finding(tables)).endswith(
        ": 50.0 ± 4.0 % of needs have approved finance with the fund, 25 % without it; in 2027 USD 3.00 ± 0.20 M of the year's needs are unfunded"
    )
    assert said(plan_finding(tables, "P1")).endswith("in 2026 USD 0 of the year's needs are unfunded")
    assert [row[4] for row in plan_table(tables).rows] == ["1.00", "3.00 ± 0.20"]
    assert heat_map_data(tables)["coverage"].tolist() == [0.25, 0.5]
    assert said(heat_map_finding(tables)) == (
        "30.0 ± 4.0 % of needs in Data are covered; the fund delivers 1 % or more in 1 of 2 plan areas"
    )
    assert [said(row[4]) for row in heat_map_table(tables).rows] == ["25.0 ± 6.0 %", "50 %"]


def test_what_deals_bring_is_told_as_theirs_in_plan_and_heat_map():
    windows = WINDOWS.assign(
        deal_finance_mean_cents=[0.0, 0.0, 1.0 * MILLION], deal_delivery_mean_cents=[0.0, 0.0, 0.5 * MILLION]
    )
    tables = replace(played(), plan_windows=windows, plan_coverage=ERRORS)

    assert "150 % of needs have approved finance with the fund and deals, 100 % without them" in said(
        plan_finding(tables)
    )
    (row,) = plan_table(tables).rows
    heads = plan_table(tables).heads
    told = dict(zip(heads, row, strict=True))
    assert (told["By deals"], told["by deals"], told["Unfunded"], told["Spent by others"]) == (
        "1.00",
        "0.50",
        "-1.00",
        "1.00",
    )
    assert heat_map_data(tables)["coverage"].tolist() == [0.25, 0.75]
    assert [said(one[-1]) for one in heat_map_table(tables).rows] == ["0 %", "25 %"]
    assert "met by deals (mean)" in legend(plot.plan_sources(tables))
    assert "met by deals (mean)" not in legend(plot.plan_sources(replace(tables, plan_windows=WINDOWS)))


def legend(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_a_plan_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(UsageError, match="unknown plan 'XXX'; plans with needs are P0, P1"):
        plot.plan_sources(played(), "XXX")


def test_equal_donors_have_a_gini_of_zero_and_count_as_many():
    tables = played()
    timeline = tables.timeline.copy()
    given = (timeline["account"] == "deposits") & (timeline["scope_kind"] == "donor")
    timeline.loc[given, "mean"] = 5.0
    tables = replace(tables, timeline=timeline)

    assert gini_of(concentration_data(tables), "donors") == pytest.approx(0, abs=1e-12)
    assert said(concentration_finding(tables)).startswith(
        "Income is as concentrated as if 2.0 equal donors gave it, of 2; the half of needs"
    )


def test_the_next_quarters_split_what_falls_due_by_what_becomes_of_it():
    due = pd.DataFrame(
        [("JPX", "IOM", 1, "2026-Q2", "", 1.0, 4.0 * MILLION, 0.5, 0.25, 0.25)],
        columns=["programme", "organisation", "instalment", "quarter", "condition", "chance_due", "amount_due_mean",
                 "chance_paid_in_time", "chance_waits_for_cash", "chance_not_released"],
    )  # fmt: skip
    tables = with_kpi(replace(played(), obligations=due), "deposits")
    row = next_quarters_data(tables).set_index("period").loc["2026-Q2"]

    assert [row[f"due_{name}_cents"] / MILLION for name in ("paid", "waits", "not_released")] == [2.0, 1.0, 1.0]
    assert said(next_quarters_finding(tables)) == (
        "USD 4.00 M of instalments fall due in the next 8 quarters: 50 % are paid in time, 25 % wait for cash, 25 % are not released"
    )
