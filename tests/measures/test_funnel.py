"""The funnel and the dashboard say what the books say, line by line."""

from __future__ import annotations

import pytest

from mptf_sim.engine.run import simulate
from mptf_sim.measures.funnel import STAGES, dashboard, funnel
from mptf_sim.runs.run import Run
from tests.by_hand.small import donor, fund, programme
from tests.by_hand.test_pledges import pledge


@pytest.fixture(scope="module")
def run() -> Run:
    """A pledge of 100 euros at 1.50 that is signed at once and paid in two halves, one that lapses, one in kind, one of policy."""
    halves = [{"share": "50%"}, {"share": "50%", "after": 4}]
    return simulate(
        fund(
            calendar={"start": "2026-Q1", "periods": 8},
            currencies=[{"id": "EUR", "rate": "1.5"}],
            donors=[donor("DEU", ("2026-Q1", "10"), currency="EUR")],
            pledges=[
                pledge("kept", instalments=halves),
                pledge("lapses", "40", signing="0%", lapses_after=5),
                pledge("goods", "20", kind="in kind", instalments=halves),
                pledge("step", "0", kind="policy", signing="0%"),
            ],
            programmes=[programme("A", "60")],
        ),
        3,
        1,
    )


def test_the_funnel_goes_from_what_is_announced_to_what_reaches_people(run: Run) -> None:
    table = funnel(run)
    to_2026 = table[table["year"] == 2026].set_index("account")
    # 15 of the agreement, 150 and 60 announced; 165 signed; 15 + 75 deposited; 60 transferred
    assert to_2026["mean"].to_dict() | {"direct_delivery": 0} == {
        "announced": 22500, "signed": 16500, "deposits": 9000, "transfers": 6000, "direct_delivery": 0,
    }  # fmt: skip
    assert list(to_2026["stage"]) == [stage for _, stage in STAGES]
    assert to_2026.loc["signed", "share_of_announced"] == 16500 / 22500


def test_the_dashboard_shows_each_pledge_by_status_and_age(run: Run) -> None:
    table = dashboard(run)
    about = {
        (row.year, row.pledge, row.age, row.status): (row.amount, row.pledges) for row in table.itertuples(index=False)
    }
    assert about == {
        (2026, "", "", "deposited"): (1500, 0),
        (2026, "kept", "up to 1", "signed, not deposited"): (7500, 0),
        (2026, "kept", "up to 1", "deposited"): (7500, 0),
        (2026, "lapses", "up to 1", "pledged, not signed"): (6000, 0),
        (2026, "goods", "up to 1", "signed, not deposited"): (1500, 0),
        (2026, "goods", "up to 1", "deposited"): (1500, 0),
        (2026, "step", "up to 1", "pledged, not signed"): (0, 1),
        (2027, "", "", "deposited"): (1500, 0),
        (2027, "kept", "up to 2", "deposited"): (15000, 0),
        (2027, "lapses", "up to 2", "lapsed"): (6000, 0),
        (2027, "goods", "up to 2", "deposited"): (3000, 0),
        (2027, "step", "up to 2", "pledged, not signed"): (0, 1),
    }


def test_the_rows_of_the_dashboard_add_up_to_the_accounts(run: Run) -> None:
    table = dashboard(run)
    money = table[(table["kind"] == "financial") & (table["year"] == 2027)].groupby("status")["amount"].sum()
    totals = {name: int(run.columns[name][0]) for name in ("deposits", "lapsed_pledges", "cancelled_commitments")}
    assert money["deposited"] == totals["deposits"]
    assert money["lapsed"] == totals["lapsed_pledges"]
    assert money.get("cancelled", 0) == totals["cancelled_commitments"]
