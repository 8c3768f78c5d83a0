"""What a second look at the first paths finds, and that it ties to the books of the run."""

from __future__ import annotations

import pandas as pd
import pytest

from mptf_sim.analysis.comparison.differences import difference
from mptf_sim.analysis.loans import waiting_for_grants
from mptf_sim.analysis.plan_windows import NeedsAgain
from mptf_sim.analysis.second_look import nothing_seen, second_look
from mptf_sim.engine.draws import draw
from mptf_sim.engine.run import play, simulate
from mptf_sim.engine.terms import Terms
from mptf_sim.measures.kpis import kpis
from mptf_sim.measures.metrics import Metric
from mptf_sim.measures.timeline import timeline
from mptf_sim.scenario.read import read_scenario
from tests.by_hand.committee import document, fund
from tests.by_hand.small import cash as small_cash
from tests.by_hand.small import fund as small_fund
from tests.by_hand.small import of_plan, plan_with
from tests.cli.calling import SCENARIOS

PATHS = 64
SHIPPED = ("baseline", "earmarking_wave", "reluctant_state_joins", "mixed_stack")


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

    assert total["deal_finance_mean_cents"] == pytest.approx(
        means["deal_finance"].sum() if "deal_finance" in means else 0
    )
    assert total["deal_delivery_mean_cents"] == pytest.approx(
        means["deal_delivery"].sum() if "deal_delivery" in means else 0
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_coverage_by_plan_is_that_of_the_run_with_its_error_and_windows_and_years_add_up_to_it(name):
    scenario = read_scenario(SCENARIOS / f"{name}.yaml")
    known = kpis(simulate(scenario, PATHS, seed=7)).set_index(["metric", "scope"])
    table = second_look(scenario, PATHS, seed=7).plan_coverage
    plans = table[table["by"] == "plan"]

    assert len(plans) > 20
    for row in plans.itertuples():
        for metric, mean, error in (
            ("coverage", row.coverage, row.coverage_se), ("funded_share", row.funded_share, row.funded_share_se),
            ("funding_gap", row.funding_gap_mean_cents, row.funding_gap_se_cents),
            ("delivery_gap", row.delivery_gap_mean_cents, row.delivery_gap_se_cents),
        ):  # fmt: skip
            assert (mean, error) == pytest.approx(
                tuple(known.loc[(metric, row.value), ["mean", "se"]]), rel=1e-9, abs=1e-9
            )
    amounts = ["need_mean_cents", "funding_gap_mean_cents", "delivery_gap_mean_cents"]
    for by in ("window", "objective", "plan and window", "plan and year"):
        assert table[table["by"] == by][amounts].sum().tolist() == pytest.approx(
            plans[amounts].sum().tolist(), rel=1e-9
        )


def test_a_need_is_shared_over_its_objectives_as_it_falls_due():
    # Of 300 and 100 in data, 200 are awarded and spent: 150 and 50. Borders has 100 and gets nothing.
    needs = [
        {"plan": "KEN-plan", "window": "data", "year": 2026, "amount": 300, "objective": "O1"},
        {"plan": "KEN-plan", "window": "data", "year": 2026, "amount": 100},
        {"plan": "KEN-plan", "window": "borders", "year": 2026, "amount": 100, "objective": "O2"},
    ]
    scenario = small_fund(
        fund={"opening": {"cash": [small_cash(1_000)]}},
        windows=[{"id": "data", "name": "Data"}, {"id": "borders", "name": "Borders"}],
        objectives=[
            {"id": "O1", "name": "Data", "window": "data"},
            {"id": "O2", "name": "Borders", "window": "borders"},
        ],
        programmes=[of_plan("JP", 200, duration=1)],
        **(plan_with() | {"needs": needs}),
    )
    table = second_look(scenario, 2, seed=1).plan_coverage.set_index(["by", "value"])
    names = ["need_mean_cents", "coverage", "coverage_se", "funding_gap_mean_cents"]

    assert table.loc[("objective", "O1"), names].tolist() == [300_00, 0.5, 0.0, 150_00]
    assert table.loc[("objective", ""), names].tolist() == [100_00, 0.5, 0.0, 50_00]
    assert table.loc[("objective", "O2"), names].tolist() == [100_00, 0.0, 0.0, 100_00]
    assert table.loc[("window", "data"), names].tolist() == [400_00, 0.5, 0.0, 200_00]


def bond(window: str | None) -> dict[str, object]:
    """A bond of which chance decides how much is bought, and 70 % of that spent."""
    return {
        "id": "bond", "plan": "KEN-plan", "provider": "diaspora", "status": "secured", "year": 2026,
        "amount": "213.33", "execution": "70%", "bond": {"take_up": "60%", "spread": "50%"},
    } | ({"window": window} if window else {})  # fmt: skip


@pytest.mark.parametrize("window", [None, "data"])
@pytest.mark.parametrize("start", ["2026-Q1", "2026-Q3"])
def test_of_a_bond_windows_count_what_was_bought_on_each_path_to_the_cent(window, start):
    # The bond's windows share what is spent of what is bought; beside it a budget that is sure.
    needs = [
        {"plan": "KEN-plan", "window": name, "year": year, "amount": amount}
        for name, year, amount in (
            ("data", 2026, 300),
            ("borders", 2026, 700),
            ("returns", 2026, 411),
            ("data", 2027, 5),
        )
    ]
    budget = {
        "id": "b",
        "plan": "KEN-plan",
        "provider": "state budget",
        "status": "secured",
        "year": 2026,
        "amount": 77,
    }
    scenario = small_fund(
        calendar={"start": start, "periods": 6},
        windows=[{"id": name, "name": name} for name in ("data", "borders", "returns")],
        finance=[bond(window), budget],
        **(plan_with() | {"needs": needs}),
    )
    run = simulate(scenario, PATHS, seed=3)
    executed, delivered = run.columns["executed:KEN-plan"], run.columns["delivered:KEN-plan"]
    assert len(set(executed.tolist())) > 30  # chance decides
    look = second_look(scenario, PATHS, seed=3)
    terms = Terms(scenario)
    needs_again = NeedsAgain(terms, draws := draw(terms, 3, 0).paths(0, PATHS))
    play(terms, draws, 0, needs_again.watch)

    assert needs_again.met.delivered.sum(axis=0).tolist() == delivered.tolist()
    assert look.plan_windows["executed_mean_cents"].sum() * PATHS == executed.sum()
    covered = kpis(run).set_index(["metric", "scope"]).loc[("coverage", "KEN-plan"), ["mean", "se"]].tolist()
    table = look.plan_coverage.set_index(["by", "value"])
    assert table.loc[("plan", "KEN-plan"), ["coverage", "coverage_se"]].tolist() == pytest.approx(covered, rel=1e-12)
    by_window = table.loc["window"]
    assert (by_window["coverage"] * by_window["need_mean_cents"]).sum() * PATHS == pytest.approx(delivered.sum())
    others = look.plan_windows.query("window != 'data'")["executed_mean_cents"].sum()
    assert bool(others == 7700 - 1637) == (window == "data")  # of the budget 77 x 300 / 1411 = 16.37 are for data


@pytest.mark.parametrize("name", ["buy_down", "mixed_stack"])
def test_what_borrowers_pay_and_what_is_gained_are_those_of_two_runs_on_the_same_futures(name):
    scenario = read_scenario(SCENARIOS / f"{name}.yaml")
    runs = [simulate(one, PATHS, seed=7) for one in (scenario, waiting_for_grants(scenario))]
    table = second_look(scenario, PATHS, seed=7).debt_service
    paid = ("borrowers_interest", "borrowers_principal", "borrowers_premiums")

    assert table["service"].sum() == pytest.approx(
        sum(int(runs[0].columns[one].sum()) for one in paid) / PATHS, rel=1e-12
    )
    for plan, rows in table.groupby("plan"):
        service = runs[0].columns.get(f"debt_service:{plan}")
        assert rows["by_state"].sum() == pytest.approx(0.0 if service is None else service.mean(), rel=1e-12)
        covered = [
            Metric(
                "coverage",
                "plan",
                str(plan),
                "",
                "share",
                "low",
                run.columns[f"delivered:{plan}"],
                run.columns[f"needs:{plan}"],
            )
            for run in reversed(runs)
        ]
        waiting, coverage, gained, error, *_ = difference(*covered)
        last = rows.iloc[-1]
        assert (last["coverage"], last["waiting"], last["gained"]) == pytest.approx(
            (coverage, waiting, gained), rel=1e-9
        )
        assert last["gained_se"] == pytest.approx(error, rel=1e-9)


def test_a_world_that_waits_for_grants_has_nothing_of_deals_left():
    scenario = read_scenario(SCENARIOS / "mixed_stack.yaml")
    waits = waiting_for_grants(scenario)

    assert (waits.deals, waits.facilities) == ((), ())
    assert {one.id for one in scenario.programmes} - {one.id for one in waits.programmes} == {"KEN-fill"}


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
