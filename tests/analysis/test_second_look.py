"""What a second look at the first paths finds, and that it ties to the books of the run."""

from __future__ import annotations

import pandas as pd
import pytest

from mptf_sim.analysis.second_look import nothing_seen, second_look
from mptf_sim.engine.run import simulate
from mptf_sim.measures.timeline import timeline
from mptf_sim.scenario.read import read_scenario
from tests.by_hand.committee import document, fund
from tests.cli.calling import SCENARIOS

PATHS = 64
SHIPPED = ("baseline", "earmarking_wave", "reluctant_state_joins")


@pytest.fixture(scope="module", params=SHIPPED)
def seen(request):
    """A shipped fund: what a second look found, and the means of its accounts by quarter."""
    scenario = read_scenario(SCENARIOS / f"{request.param}.yaml")
    means = timeline(simulate(scenario, PATHS, seed=7))
    means = means[means["scope_kind"] == "fund"].set_index(["account", "period"])["mean"]
    return second_look(scenario, PATHS, seed=7), means


def test_the_reasons_for_unspent_money_add_up_to_the_cash_and_to_what_organisations_hold(seen):
    look, means = seen
    held = look.unspent.groupby(["held_by", "quarter"])["mean_cents"].sum()

    assert (held["fund"] == means["cash"]).all()
    assert (held["organisations"] == means["held_by_organisations"] + means["unreported_expenditure"]).all()
    assert (look.unspent["mean_cents"] >= 0).all()


def test_what_cash_does_not_cover_is_the_rest_of_what_is_owed(seen):
    look, means = seen
    by_reason = look.unspent.set_index(["reason", "quarter"])["mean_cents"]
    owed = (
        sum(by_reason[f"instalments {why}"] for why in ("not released", "not yet due", "waiting for cash"))
        + by_reason["owed beyond cash"]
    )

    assert (owed == means["owed_to_programmes"]).all()


def test_windows_and_years_add_up_to_the_accounts_of_plans(seen):
    look, means = seen
    total = look.plan_windows.drop(columns=["plan", "window", "year", "of_paths"]).sum()

    assert total["need_mean_cents"] == pytest.approx(means["needs_due"].sum(), rel=1e-12)
    assert total["secured_mean_cents"] == pytest.approx(means["secured_finance"].sum(), rel=1e-12)
    assert total["executed_mean_cents"] == pytest.approx(means["executed_finance"].sum(), rel=1e-12)
    assert total["awarded_mean_cents"] == pytest.approx(
        means["awarded_to_needs"].sum() - means["freed_needs"].sum(), rel=1e-12
    )


def reasons(scenario, quarter: str) -> dict[str, float]:
    """Why money is unspent on one path, in units of currency, zeros left out."""
    table = second_look(scenario, 1, seed=1).unspent
    rows = table[
        (table["quarter"] == quarter) & (table["mean_cents"] != 0) & (table["reason"] != "all that is unspent")
    ]
    return dict(zip(rows["reason"], rows["mean_cents"] / 100, strict=True))


def test_money_for_another_window_than_documents_ask_for_is_idle_by_earmark():
    # 100 for borders alone; a document for data asks for 80: they are idle by earmark, 20 are asked for by nobody.
    cash = [{"amount": 100, "earmark": {"windows": ["borders"]}}]
    assert reasons(fund(cash, [document("A", 80)], {}), "2026-Q1") == {
        "idle by earmark": 80, "asked for by no document": 20,
    }  # fmt: skip


def test_an_award_is_owed_and_what_is_left_waits_for_the_next_meeting():
    # Q2: of 100, A takes 60, paid in Q3; B asks for 50 and does not fit: 40 are asked for and wait.
    scenario = fund(100, [document("A", 60, score=90), document("B", 50, score=10)], {"meetings": ["Q2"]})
    assert reasons(scenario, "2026-Q1") == {"asked for, next meeting": 100}
    assert reasons(scenario, "2026-Q2") == {"instalments not yet due": 60, "asked for, next meeting": 40}


def test_balance_costs_the_better_document_its_award():
    # A ran in data; of B (data, 70) and C (borders, 60) one fits. With balance C goes first, without it B.
    running = {"approved": "2025-Q1", "instalments_paid": 1, "started": "2025-Q2", "delivered": 0}
    governance = {"allocation": {"kind": "priority_score", "thematic_balance": 40}}
    documents = [
        document("A", 50, running=running),
        document("B", 80, score=70),
        document("C", 80, score=60, window="borders"),
    ]
    scenario = fund(
        100, [{k: v for k, v in one.items() if k != "ready" or one["id"] != "A"} for one in documents], governance
    )
    table = second_look(scenario, 2, seed=1).documents
    first = table[table["quarter"] == "2026-Q2"]

    assert first["programme"].tolist() == ["B", "C"]  # by score
    assert first["award_mean_cents"].tolist() == [0, 80_00]
    assert first["award_without_balance_mean_cents"].tolist() == [80_00, 0]
    assert first["main_reason"].tolist() == ["unearmarked", ""]
    assert first["chance_main_reason"].tolist() == [1.0, 0.0]


def test_a_look_not_taken_leaves_the_same_columns():
    taken = second_look(fund(10, [document("A", 10)], {}), 1, seed=1)
    for name, empty in nothing_seen()._asdict().items():
        assert isinstance(empty, pd.DataFrame)
        assert list(empty.columns) == list(getattr(taken, name).columns)
