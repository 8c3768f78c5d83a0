"""The pledging dashboard on paper: announced, signed or lapsed, deposited or cancelled. Amounts in comments are cents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mptf_sim.engine.draws import CHUNK, Streams
from mptf_sim.engine.run import simulate
from tests.by_hand.small import Result, cash, donor, fund, programme

TWO_YEARS = {"start": "2026-Q1", "periods": 8}


def pledge(id: str = "P", amount: Any = "100", **terms: Any) -> dict[str, Any]:
    """A financial pledge of DEU, announced in 2026-Q2 and signed at once, unless said otherwise."""
    return {"id": id, "donor": "DEU", "announced": "2026-Q2", "amount": amount, "signing": "100%"} | terms


def dashboard(*pledges: dict[str, Any], shocks: tuple[Any, ...] = (), **terms: Any) -> Result:
    """What becomes of pledges of a donor that gives nothing else."""
    return Result(fund(calendar=TWO_YEARS, donors=[donor("DEU", **terms)], pledges=list(pledges), shocks=list(shocks)))


def test_a_pledge_is_announced_signed_and_deposited_in_instalments_after_its_signature() -> None:
    # 100.01 in 33.33 % and 66.67 %: 33.33 % of 10 001 = 3333.3 -> 3333, the rest 6668
    shares = [{"share": "33.33%", "after": 1}, {"share": "66.67%", "after": 3}]
    result = dashboard(pledge(amount="100.01", instalments=shares))
    assert result.of("announced", "DEU") == {"2026-Q2": 10001}
    assert result.of("signed", "DEU") == {"2026-Q2": 10001}
    assert result.of("deposits", "DEU") == {"2026-Q3": 3333, "2027-Q1": 6668}
    assert result.account("signed_not_deposited") == [0, 10001, 6668, 6668, 0, 0, 0, 0]
    assert result.account("pledged_not_signed") == [0] * 8


def test_a_pledge_that_is_never_signed_lapses_and_is_no_money() -> None:
    result = dashboard(pledge(signing="0%", lapses_after=3))
    assert result.of("announced", "DEU") == {"2026-Q2": 10000}
    assert result.of("lapsed_pledges", "DEU") == {"2027-Q1": 10000}
    assert result.account("pledged_not_signed") == [0, 10000, 10000, 10000, 0, 0, 0, 0]
    assert result.by_entity("signed") == {}
    assert result.account("cash") == [0] * 8


def test_a_pledge_grows_old_by_year_since_it_was_announced() -> None:
    # Announced in 2025-Q3, two quarters before the calendar: four quarters old in 2026-Q3, eight in 2027-Q3.
    result = dashboard(pledge(announced="2025-Q3", signing="0%"))
    assert result.account("announced") == [10000, 0, 0, 0, 0, 0, 0, 0]
    assert result.account("pledged_up_to_a_year") == [10000, 10000, 0, 0, 0, 0, 0, 0]
    assert result.account("pledged_up_to_two_years") == [0, 0, 10000, 10000, 10000, 10000, 0, 0]
    assert result.account("pledged_longer") == [0, 0, 0, 0, 0, 0, 10000, 10000]


def test_a_pledge_many_years_old_is_old_from_the_start() -> None:
    result = dashboard(pledge(announced="2022-Q1", signing="0%"))
    assert result.account("pledged_longer") == [10000] * 8
    assert result.account("pledged_up_to_a_year") == result.account("pledged_up_to_two_years") == [0] * 8


def test_a_pledge_is_signed_by_its_own_uniforms_from_the_announcement_on_until_it_lapses() -> None:
    # 60 % a year: 1 - 0.4^(1/4) = 0.20473 a quarter. Announced at period 1, it may be signed in 1 ... 4; at 5 it lapses.
    scenario = fund(
        calendar=TWO_YEARS, donors=[donor("DEU")], pledges=[pledge(signing="60%", lapses_after=4)]
    )  # fmt: skip
    uniforms = Streams(7, 8, 0).uniforms("pledge/P", "signing")
    seen = set()
    for path in range(0, 400, 8):
        result, when = Result(scenario, seed=7, path=path), None
        for t in range(1, 5):
            if when is None and uniforms[t, path] < 1 - 0.4**0.25:
                when = t
        quarter = {1: "2026-Q2", 2: "2026-Q3", 3: "2026-Q4", 4: "2027-Q1", None: "2027-Q2"}[when]
        assert result.of("signed" if when else "lapsed_pledges", "DEU") == {quarter: 10000}
        assert result.of("deposits", "DEU") == ({quarter: 10000} if when else {})
        seen.add(when)
    assert seen == {1, 2, 3, 4, None}


def test_e2_pledges_are_signed_as_often_as_their_yearly_chance_says() -> None:
    """E2: over two years a pledge with a yearly chance of 30 % is signed with chance 1 - 0.7^2 = 0.51."""
    terms = {"announced": "2026-Q1", "signing": "30%"}
    scenario = fund(calendar=TWO_YEARS, donors=[donor("DEU")], pledges=[pledge(**terms)])
    signed = simulate(scenario, 4 * CHUNK, 11).columns["signed"] > 0
    assert abs(signed.mean() - 0.51) < 5 * np.sqrt(0.51 * 0.49 / signed.size)


def test_what_is_signed_defaults_converts_and_comes_late_as_the_donor_does() -> None:
    terms = {"conversion": "75%", "delay": {"chance": "100%", "quarters": 2}}
    result = dashboard(pledge(instalments=[{"share": "100%", "after": 1}]), **terms)
    assert result.of("signed", "DEU") == {"2026-Q2": 10000}
    assert result.of("deposits", "DEU") == {"2027-Q1": 7500}  # due in 2026-Q3, two quarters late
    assert result.of("cancelled_commitments", "DEU") == {"2027-Q1": 2500}
    assert result.account("overdue_deposits") == [0, 0, 10000, 10000, 0, 0, 0, 0]
    assert result.account("signed_not_deposited") == [0, 10000, 10000, 10000, 0, 0, 0, 0]
    assert dashboard(pledge(), default="100%").of("cancelled_commitments", "DEU") == {"2026-Q2": 10000}


def test_a_pledge_in_kind_has_a_value_and_touches_no_cash() -> None:
    shares = [{"share": "50%"}, {"share": "50%", "after": 4}]
    result = dashboard(pledge(kind="in kind", instalments=shares), default="100%")  # a default is of money
    assert result.account("in_kind_announced") == [0, 10000, 0, 0, 0, 0, 0, 0]
    assert result.account("in_kind_provided") == [0, 5000, 0, 0, 0, 5000, 0, 0]
    assert result.account("in_kind_outstanding") == [0, 5000, 5000, 5000, 5000, 0, 0, 0]
    assert result.account("cash") == result.account("announced") == result.account("signed") == [0] * 8


def test_a_policy_pledge_counts_one_until_it_is_adopted_or_lapses() -> None:
    kept = pledge("kept", "0", kind="policy")
    broken = pledge("broken", "0", kind="policy", signing="0%", lapses_after=2)
    result = dashboard(kept, broken)
    assert result.account("policy_pledges_announced") == [0, 2, 0, 0, 0, 0, 0, 0]
    assert result.account("policy_pledges_adopted") == [0, 1, 0, 0, 0, 0, 0, 0]
    assert result.account("policy_pledges_lapsed") == [0, 0, 0, 1, 0, 0, 0, 0]
    assert result.account("policy_pledges_open") == [0, 1, 1, 0, 0, 0, 0, 0]
    assert result.account("cash") == [0] * 8


def test_when_the_donor_leaves_what_is_not_signed_lapses_and_what_is_not_paid_is_cancelled() -> None:
    leaves = {"kind": "donor_exit", "donors": ["DEU"], "start": "2026-Q4"}
    late = [{"share": "100%", "after": 4}]
    result = dashboard(
        pledge("open", "1", signing="0%"),
        pledge("signed", "2", instalments=late),
        pledge("after", "4", announced="2027-Q1"),
        pledge("goods", "8", kind="in kind", instalments=late),
        pledge("step", "0", kind="policy", signing="0%"),
        shocks=(leaves,),
    )
    assert result.of("lapsed_pledges", "DEU") == {"2026-Q4": 100}
    assert result.of("cancelled_commitments", "DEU") == {"2026-Q4": 200}
    assert result.of("in_kind_lapsed", "DEU") == {"2026-Q4": 800}
    assert result.of("policy_pledges_lapsed", "DEU") == {"2026-Q4": 1}
    assert result.account("announced") == [0, 300, 0, 0, 0, 0, 0, 0]


def test_a_cut_lowers_what_is_announced_in_its_time_and_no_earlier_pledge() -> None:
    cut = {"kind": "donor_cut", "start": "2026-Q1", "share": "33.33%"}
    result = dashboard(pledge("old", "1", announced="2025-Q4"), pledge("new", "1"), shocks=(cut,))
    # 66.67 % of 100 = 66.67 -> 67
    assert result.account("announced") == [100, 67, 0, 0, 0, 0, 0, 0]
    goods = dashboard(pledge(kind="in kind", amount="1"), shocks=(cut,))
    assert goods.account("in_kind_announced") == [0, 67, 0, 0, 0, 0, 0, 0]


def test_the_money_of_a_pledge_is_under_its_own_earmark_or_else_the_donors() -> None:
    narrow, wide = pledge("narrow", "5", earmark={"windows": ["data"]}), pledge("wide", "7")
    scenario = fund(
        donors=[donor("DEU", earmark={"windows": ["borders"]})],
        pledges=[narrow, wide],
        programmes=[programme("A", "5"), programme("B", "7", "borders"), programme("C", "5", "data")],
    )
    result = Result(scenario)
    assert result.by_entity("approvals") == {"A": 500, "B": 700}
    assert {(one.pledge, one.earmark) for one in result.replay.postings if one.event == "deposits"} == {
        ("narrow", "windows data"),
        ("wide", "windows borders"),
    }


def test_gifts_may_be_announced_before_they_are_signed() -> None:
    agreement = {"announced": "2025-Q4", "signed": "2026-Q2", "due": "2026-Q4", "amount": "3"}
    yearly = {"kind": "renewing", "gift": "5", "announces": "Q1", "signs": "Q3"}
    one = {"id": "ONE", "name": "One", "outlook": {"kind": "scheduled", "instalments": [agreement]}}
    two = {"id": "TWO", "name": "Two", "deposit_quarter": "Q4", "outlook": yearly}
    result = Result(fund(donors=[one, two]))
    assert result.account("announced") == [800, 0, 0, 0]
    assert result.account("signed") == [0, 300, 500, 0]
    assert result.account("pledged_not_signed") == [800, 500, 0, 0]
    assert result.account("deposits") == [0, 0, 0, 800]


def wave(share: str, window: str, **terms: Any) -> dict[str, Any]:
    return {"kind": "earmarking_wave", "start": "2026-Q3", "share": share, "earmark": {"windows": [window]}} | terms


def test_an_earmarking_wave_puts_a_share_of_what_is_newly_announced_under_another_earmark() -> None:
    # Of 101: a third (33.33 %) for data is 33.66 -> 34; with half for borders 83.33 % is 84.16 -> 84. By label:
    # "windows borders" comes first: 50 % of 101 = 50.5 -> 50; then 83.33 % = 84.16 -> 84, so data gets 34; 17 stay.
    yearly = {"kind": "renewing", "gift": "1.01", "signs": "Q3"}
    scenario = fund(
        calendar=TWO_YEARS,
        donors=[{"id": "DEU", "name": "Germany", "outlook": yearly}],
        shocks=[wave("33.33%", "data"), wave("50%", "borders", end="2026-Q4")],
    )
    deposits = [one for one in Result(scenario).replay.postings if one.event == "deposits"]
    assert {one.earmark: one.cents for one in deposits if one.period == "2026-Q3"} == {
        "windows borders": 50,
        "windows data": 34,
        "unearmarked": 17,
    }
    assert {one.earmark: one.cents for one in deposits if one.period == "2027-Q3"} == {
        "windows data": 34,  # 33.33 % of 101 = 33.66
        "unearmarked": 67,
    }


def test_a_wave_leaves_what_was_announced_before_it_and_other_donors_alone() -> None:
    early = {
        "id": "DEU",
        "name": "Germany",
        "outlook": {"kind": "renewing", "gift": "1", "announces": "Q2", "signs": "Q3"},
    }
    scenario = fund(
        donors=[early, donor("NOR", ("2026-Q4", "1"))],
        pledges=[pledge("mine", "1", announced="2026-Q4")],
        shocks=[wave("100%", "data", donors=["DEU"])],
    )
    deposits = {
        (one.who, one.pledge): one.earmark for one in Result(scenario).replay.postings if one.event == "deposits"
    }
    assert deposits == {("DEU", ""): "unearmarked", ("NOR", ""): "unearmarked", ("DEU", "mine"): "windows data"}


def test_a_cut_comes_before_a_wave_whatever_the_order_of_the_file() -> None:
    # 101 cut by half: 50.5 -> 50; a third of 50 = 16.665 -> 17 for data. The other way round it would be 34 / 2 = 17
    # and 67 / 2 = 33.5 -> 34: 51 in all.
    cut = {"kind": "donor_cut", "start": "2026-Q1", "share": "50%"}
    both = [wave("33.33%", "data"), cut]
    for shocks in (both, both[::-1]):
        scenario = fund(donors=[donor("DEU")], pledges=[pledge(amount="1.01", announced="2026-Q3")], shocks=shocks)
        deposits = {one.earmark: one.cents for one in Result(scenario).replay.postings if one.event == "deposits"}
        assert deposits == {"windows data": 17, "unearmarked": 33}


def test_the_fee_is_taken_of_each_line() -> None:
    # 1 % of 50 is 0.5 -> 0, line by line; of both together it would be 1
    terms = {"fees": {"administrative_agent": "1%", "indirect_cost": "0%"}, "opening": {"cash": [cash("0")]}}
    scenario = fund(fund=terms, donors=[donor("DEU", ("2026-Q2", "0.50"))], pledges=[pledge(amount="0.50")])
    assert Result(scenario).account("agent_fees") == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"kind": "policy"}, "no amount"),
        ({"amount": "0"}, "the amount of a pledge"),
        ({"kind": "in kind", "earmark": {"windows": ["data"]}}, "no earmark for a pledge that touches no cash"),
        ({"instalments": [{"share": "50%"}]}, "add up to 100%"),
        ({"instalments": [{"share": "50%", "after": 2}, {"share": "50%", "after": 2}]}, "each `after` the one before"),
        ({"announced": "2025-Q1", "lapses_after": 4}, "has not lapsed before 2026-Q1"),
        ({"donor": "FRA"}, "unknown 'FRA'"),
        ({"signing": 0.5}, "write 50%"),
    ],
)
def test_a_pledge_that_cannot_be_meant_is_refused_in_words(terms: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fund(donors=[donor("DEU")], pledges=[pledge(**terms)])


def test_waves_that_earmark_more_than_everything_are_refused() -> None:
    with pytest.raises(ValueError, match=r"at most 100% of what DEU announces, found 120%"):
        fund(donors=[donor("DEU")], shocks=[wave("60%", "data"), wave("60%", "borders")])
    fund(donors=[donor("DEU")], shocks=[wave("60%", "data", end="2026-Q3"), wave("60%", "borders", start="2026-Q4")])
