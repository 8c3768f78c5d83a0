"""What moves which way, and what only seems to: lines C10 to C12, C18 and D12 to D17 of the catalogue.

A line that is false in general is shown by the smallest fund on which it fails, with its working.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mptf_sim.engine.run import simulate
from mptf_sim.runs.run import Run
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import Result, approved, cash, donor, fund, programme
from tests.engine.test_invariance import deposits
from tests.strategies import File, full_scenario_files, seeds

ONE_PER_CENT = {"fees": {"administrative_agent": "1%", "indirect_cost": "0%"}}
YEAR = {"start": "2026-Q1", "periods": 4}


def total(scenario: Scenario, event: str) -> int:
    """What was posted of an event over the whole calendar, cents."""
    return sum(Result(scenario).by_entity(event).values())


# ------------------------------------------------------------------------------- scale, halves, doubles, parts of a year


def gives(amount: Any, times: int = 1) -> Scenario:
    """A fund to which donors give an amount each in the first quarter."""
    return fund(fund=ONE_PER_CENT, donors=[donor(f"D{n}", ("2026-Q1", amount)) for n in range(times)])


def test_three_times_the_money_is_not_three_times_the_fee() -> None:
    """C10 is false: 1 % of 0.50 is half a cent, rounded to none; 1 % of 1.50 is one cent and a half, rounded to two."""
    assert total(gives("0.50"), "agent_fees") * 3 == 0
    assert total(gives("1.50"), "agent_fees") == 2


@given(scale=st.integers(2, 10_000), amounts=st.lists(st.integers(1, 50), min_size=1, max_size=4))
@settings(max_examples=25)
def test_three_times_the_money_is_three_times_the_fund_where_cents_stay_whole(scale: int, amounts: list[int]) -> None:
    """C10, with amounts of whole hundreds and sharing that leaves nothing over."""

    def scaled(by: int) -> Scenario:
        return fund(
            fund=ONE_PER_CENT,
            donors=[donor(f"D{n}", ("2026-Q1", 100 * one * by)) for n, one in enumerate(amounts)],
            programmes=[programme(f"JP{n}", 99 * one * by) for n, one in enumerate(amounts)],
            governance={"meetings": ["Q2"], "allocation": {"kind": "pro_rata"}},
        )

    once, often = (Result(scaled(by)) for by in (1, scale))
    for name in ("deposits", "agent_fees", "approvals", "transfers", "cash"):
        assert [one * scale for one in once.account(name)] == often.account(name), name


def test_two_halves_of_a_donor_pay_another_fee_than_the_whole() -> None:
    """C11 is false: 1 % of 1.00 is one cent, 1 % of each 0.50 is rounded to none."""
    assert total(gives("1.00"), "agent_fees") == 1
    assert total(gives("0.50", times=2), "agent_fees") == 0


def test_a_programme_of_double_size_gets_another_share_than_two() -> None:
    """C12 is false. All or nothing: of 1.50, one of two asks for 1.00 fits, and not the one ask for 2.00."""
    two = fund(fund={"opening": {"cash": [cash("1.50")]}}, programmes=[programme("JP1", 1), programme("JP2", 1)])
    one = fund(fund={"opening": {"cash": [cash("1.50")]}}, programmes=[programme("JP1", 2)])
    assert total(two, "approvals") == 100
    assert total(one, "approvals") == 0


def test_four_quarters_are_not_a_year() -> None:
    """C18 is false: a quarter's interest on 10.10 at 3 % is 7.575 cents, rounded to 8, and 32 a year; a year's is 30."""
    of_quarters = fund(calendar=YEAR, fund={"opening": {"cash": [cash("10.10")]}, "interest": {2026: "3%"}})
    assert total(of_quarters, "interest") == 32
    assert round(1010 * 3 / 100) == 30


# -------------------------------------------------------------------------------------------------------- what is lost


@settings(max_examples=50)
@given(file=full_scenario_files(), seed=seeds, data=st.data())
def test_a_donor_that_defaults_more_often_deposits_no_more_on_any_path(
    file: File, seed: int, data: st.DataObject
) -> None:
    """D12"""
    row = data.draw(st.integers(0, len(file["donors"]) - 1))
    lower, higher = sorted(data.draw(st.tuples(st.integers(0, 100), st.integers(0, 100))))
    id = file["donors"][row]["id"]

    def with_default(percent: int) -> np.ndarray:
        donors = [{**one, "default": f"{percent}%"} if one["id"] == id else one for one in file["donors"]]
        return np.array(deposits(Scenario.model_validate({**file, "donors": donors}), seed)[id])

    assert (with_default(higher) <= with_default(lower)).all()


# ------------------------------------------------------------------------------------------------ interest and reserve


@given(
    gifts=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 10**9)), max_size=4),
    opening=st.integers(0, 10**9),
    rates=st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(sorted),
)
@settings(max_examples=50)
def test_higher_interest_lowers_cash_in_no_quarter_while_nothing_is_decided(
    gifts: list[tuple[int, int]], opening: int, rates: list[int]
) -> None:
    """D13, in a fund without programmes and direct cost."""
    donors = [donor(f"D{n}", (f"2026-Q{when}", f"{cents / 100:.2f}")) for n, (when, cents) in enumerate(gifts)]

    def cash_at(rate: int) -> list[int]:
        terms = {"opening": {"cash": [cash(f"{opening / 100:.2f}")]}, "interest": {2026: f"{rate / 100:.2f}%"}}
        return Result(fund(calendar={**YEAR, "periods": 8}, fund=terms, donors=donors)).account("cash")

    lower, higher = (cash_at(rate) for rate in rates)
    assert all(one <= other for one, other in zip(lower, higher, strict=True))


def test_higher_interest_lowers_cash_once_it_makes_a_document_fit() -> None:
    """D13 is false after a decision: 10.00 and 0.30 of interest pay for a document of 10.30; 10.00 do not."""

    def with_interest(rate: str) -> list[int]:
        terms = {"opening": {"cash": [cash(10)]}, "interest": {2026: rate}}
        return Result(fund(fund=terms, programmes=[programme("JP1", "10.30")])).account("cash")

    assert with_interest("0%") == [1000, 1000, 1000, 1000]
    assert with_interest("3%") == [1000, 1000, 1000, 2]  # four quarters of 8 cents (7.5, to even)


@given(
    opening=st.integers(0, 60),
    budgets=st.lists(st.integers(1, 30), min_size=1, max_size=5),
    reserves=st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted),
    rule=st.sampled_from(["priority_score", "priority_queue", "pro_rata", "equal_awards"]),
)
@settings(max_examples=100)
def test_a_larger_reserve_raises_no_spending_in_the_first_quarter(
    opening: int, budgets: list[int], reserves: list[int], rule: str
) -> None:
    """D14"""

    def spent(reserve: int) -> int:
        terms = {"opening": {"cash": [cash(opening)]}, "reserve": {"share_of_cash": "0%", "minimum": reserve}}
        documents = [programme(f"JP{n}", one, score=n) for n, one in enumerate(budgets)]
        governance = {"meetings": ["Q1"], "allocation": {"kind": rule}}
        return Result(fund(fund=terms, programmes=documents, governance=governance)).account("transfers")[0]

    smaller, larger = (spent(reserve) for reserve in reserves)
    assert larger <= smaller


def test_a_larger_reserve_may_raise_spending_over_the_years() -> None:
    """D14 is false over the horizon: what it refuses to a document of 6 is there for one of 10 a quarter later."""

    def with_reserve(minimum: int) -> list[tuple[str, str, int]]:
        terms = {"opening": {"cash": [cash(10)]}, "reserve": {"share_of_cash": "0%", "minimum": minimum}}
        documents = [programme("JP1", 6, score=50), programme("JP2", 10, score=90, ready="2026-Q2")]
        return approved(fund(fund=terms, donors=[donor("D", ("2026-Q2", 5))], programmes=documents))

    assert with_reserve(0) == [("2026-Q1", "JP1", 600)]
    assert with_reserve(5) == [("2026-Q2", "JP2", 1000)]


# --------------------------------------------------------------------------------------------------- spread and chance

PATHS = 4096


def renewing(id: str, spread: str, **terms: Any) -> File:
    outlook = {"kind": "renewing", "gift": 1000, "spread": spread} | terms
    return {"id": id, "name": id, "deposit_quarter": "Q1", "outlook": outlook}


def played(*donors: File, programmes: list[File] | None = None) -> Run:
    return simulate(fund(calendar=YEAR, donors=list(donors), programmes=programmes or []), PATHS, seed=7)


def interval(values: np.ndarray, low: float, high: float) -> int:
    """Between two quantiles, each of them the value of a path."""
    below, above = np.quantile(values, [low, high], method="inverted_cdf")
    return int(above - below)


def test_a_wider_spread_of_a_gift_widens_the_interval_of_deposits() -> None:
    """D15, of a linear function of one lognormal."""
    widths = [
        interval(played(renewing("A", spread)).columns["deposits"], 0.05, 0.95) for spread in ("5%", "20%", "80%")
    ]
    assert widths == sorted(widths)
    assert len(set(widths)) == 3


def test_a_wider_spread_of_a_gift_may_narrow_the_interval_of_approvals() -> None:
    """D15 is false of what has a threshold: the mean stays, so that with a spread of 200 % the gift that a document of
    1,000 waits for comes on one path in six, and P20 to P80 is nothing to nothing."""
    documents = [programme("JP1", 1000)]
    narrow, wide = (
        played(renewing("A", spread), programmes=documents).columns["approvals"] for spread in ("10%", "200%")
    )
    assert interval(narrow, 0.2, 0.8) == 100_000
    assert interval(wide, 0.2, 0.8) == 0


def test_more_in_common_widens_the_interval_of_what_all_donors_give() -> None:
    """D16"""
    widths = [
        interval(played(*(renewing(id, "40%", common_share=share) for id in "ABCD")).columns["deposits"], 0.05, 0.95)
        for share in ("0%", "50%", "100%")
    ]
    assert widths == sorted(widths)
    assert len(set(widths)) == 3


@pytest.mark.parametrize("more", [4, 16])
def test_the_standard_error_falls_with_the_root_of_the_number_of_paths(more: int) -> None:
    """D17, within five of the standard errors that a standard deviation has itself: sqrt((kurtosis - 1) / 4n)."""
    values = played(renewing("A", "40%"), renewing("B", "40%")).columns["deposits"].astype(np.float64)
    few = values[: PATHS // more]
    ratio = (few.std(ddof=1) / np.sqrt(len(few))) / (values.std(ddof=1) / np.sqrt(len(values)))

    standard = (values - values.mean()) / values.std()
    error = np.sqrt((np.mean(standard**4) - 1) / 4 * (1 / len(few) + 1 / len(values)))
    assert abs(ratio / np.sqrt(more) - 1) < 5 * error
