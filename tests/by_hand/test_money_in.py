"""Money that comes in, on paper: fees, interest, promises, cuts and exits. Amounts in the comments are cents."""

from __future__ import annotations

from tests.by_hand.small import Result, cash, donor, fund, programme


def test_the_agent_keeps_one_per_cent_of_each_deposit_and_half_cents_go_to_the_even_one() -> None:
    # 1 % of 100 050 = 1000.5 -> 1000;  1 % of 100 150 = 1001.5 -> 1002
    scenario = fund(
        fund={"fees": {"administrative_agent": "1%", "indirect_cost": "7%"}},
        donors=[donor("DEU", ("2026-Q2", "1000.50")), donor("NOR", ("2026-Q2", "1001.50"))],
    )
    result = Result(scenario)
    assert result.by_entity("agent_fees") == {"DEU": 1000, "NOR": 1002}
    assert result.account("cash") == [0, 198198, 198198, 198198]  # 200 200 - 2002


def test_one_fee_is_taken_of_what_a_donor_deposits_in_a_quarter() -> None:
    # Two instalments of 50 on one day are one deposit of 100: fee 1. Fee by fee it would be 0.5 -> 0, twice.
    scenario = fund(
        fund={"fees": {"administrative_agent": "1%", "indirect_cost": "7%"}},
        donors=[donor("DEU", ("2026-Q2", "0.50"), ("2026-Q2", "0.50"))],
    )
    assert Result(scenario).by_entity("agent_fees") == {"DEU": 1}


def test_interest_of_a_year_accrues_on_opening_cash_and_is_credited_in_the_fourth_quarter() -> None:
    # 4 % a year is 1 % a quarter, on the cash the quarter opened with:
    #   2026-Q1 on 100 050: 1000.5 -> 1000      2026-Q2 the same: 1000; then 99 900 comes in
    #   2026-Q3 on 199 950: 1999.5 -> 2000      2026-Q4 the same: 2000; credited 1000 + 1000 + 2000 + 2000 = 6000
    # In 2027 the rate is 2 %, half a per cent a quarter:
    #   2027-Q1 on 205 950: 1029.75 -> 1030, four times, so 4120 in 2027-Q4
    scenario = fund(
        calendar={"start": "2026-Q1", "periods": 9},
        fund={
            "fees": {"administrative_agent": "0%", "indirect_cost": "0%"},
            "opening": {"cash": [cash("1000.50")]},
            "interest": {2026: "4%", 2027: "2%"},
        },
        donors=[donor("DEU", ("2026-Q2", "999"))],
    )
    result = Result(scenario)
    assert result.of("interest") == {"2026-Q4": 6000, "2027-Q4": 4120}
    assert result.account("cash") == [100050, 199950, 199950, 205950, 205950, 205950, 205950, 210070, 210070]


def test_no_interest_accrues_before_the_first_year_with_a_rate() -> None:
    terms = {"opening": {"cash": [cash("1000")]}, "interest": {2027: "4%"}}
    result = Result(fund(calendar={"start": "2026-Q3", "periods": 6}, fund=terms))
    assert result.of("interest") == {"2027-Q4": 4000}  # four quarters of 1 % on 100 000


def test_a_promise_converts_in_part_and_the_rest_is_cancelled_at_the_same_time() -> None:
    # 33.33 % of 100 001 = 33 330.3333 -> 33 330 comes; 66 671 is cancelled.
    result = Result(fund(donors=[donor("DEU", ("2026-Q3", "1000.01"), conversion="33.33%")]))
    assert result.of("signed", "DEU") == {"2026-Q1": 100001}
    assert result.of("deposits", "DEU") == {"2026-Q3": 33330}
    assert result.of("cancelled_commitments", "DEU") == {"2026-Q3": 66671}
    assert result.account("signed_not_deposited") == [100001, 100001, 0, 0]


def test_what_is_delayed_beyond_the_calendar_is_still_due() -> None:
    late = {"delay": {"chance": "100%", "quarters": 2}}
    result = Result(fund(donors=[donor("DEU", ("2026-Q1", "10"), ("2026-Q3", "20"), **late)]))
    assert result.of("deposits", "DEU") == {"2026-Q3": 1000}
    assert result.account("signed_not_deposited") == [3000, 3000, 2000, 2000]


def test_an_instalment_due_after_the_calendar_is_signed_and_still_due() -> None:
    # The first year of a long agreement knows what the second will bring, whether the second is played or not.
    result = Result(fund(donors=[donor("DEU", ("2026-Q3", "20"), ("2027-Q1", "10"))]))
    assert result.of("signed", "DEU") == {"2026-Q1": 3000}
    assert result.account("signed_not_deposited") == [3000, 3000, 1000, 1000]


def test_what_is_due_after_the_calendar_backs_awards_under_a_signed_policy() -> None:
    scenario = fund(
        fund={"funding_policy": {"kind": "signed", "share": "100%"}},
        donors=[donor("DEU", ("2027-Q1", "10"))],
        programmes=[programme("JP1", 10)],
    )
    assert Result(scenario).of("approvals", "JP1") == {"2026-Q1": 1000}


def test_cuts_multiply_before_the_one_rounding() -> None:
    # Two thirds and two thirds again are kept: 0.6667 x 0.6667 x 100 000 = 44 448.889 -> 44 449
    # (rounded twice it would be 66 670, then 44 448.889: the same; with 30 001: 13 335.11 against 13 335.33.)
    # 50 % twice of 1 002: 250.5 -> 250, and not 501 -> 250.5 -> 250 after 501; of 1 001: 250.25 -> 250,
    # where 500.5 -> 500 -> 250. Of 1 003: 250.75 -> 251, where 501.5 -> 502 -> 251. Of 3 cents: 0.75 -> 1,
    # where 1.5 -> 2 -> 1. Of 5 cents: 1.25 -> 1, where 2.5 -> 2 -> 1. Of 6 cents: 1.5 -> 2, where 3 -> 1.5 -> 2.
    # Of 7 cents with 50 % and 1 %: 3.465 -> 3, where 3.5 -> 4 -> 3.96 -> 4: here the order of rounding shows.
    gift = {"kind": "scheduled", "instalments": [{"due": "2026-Q3", "amount": "0.07", "signed": "2026-Q2"}]}
    scenario = fund(
        donors=[{"id": "DEU", "name": "DEU", "outlook": gift}],
        shocks=[
            {"kind": "donor_cut", "start": "2026-Q1", "share": "50%"},
            {"kind": "donor_cut", "start": "2026-Q2", "end": "2026-Q2", "share": "1%", "donors": ["DEU"]},
        ],
    )
    assert Result(scenario).of("deposits", "DEU") == {"2026-Q3": 3}


def test_a_cut_lowers_what_is_announced_from_its_start_to_its_end() -> None:
    # Signed in Q1: before the cut; Q2 and Q3: within, 40 % less; Q4: after it.
    amounts = [
        {"due": "2026-Q4", "amount": 100, "signed": "2026-Q1"},
        {"due": "2026-Q4", "amount": 10, "signed": "2026-Q2"},
        {"due": "2026-Q4", "amount": 1, "signed": "2026-Q3"},
        {"due": "2026-Q4", "amount": "0.10", "signed": "2026-Q4"},
    ]
    scenario = fund(
        donors=[{"id": "DEU", "name": "DEU", "outlook": {"kind": "scheduled", "instalments": amounts}}],
        shocks=[{"kind": "donor_cut", "start": "2026-Q2", "end": "2026-Q3", "share": "40%"}],
    )
    assert Result(scenario).of("signed", "DEU") == {"2026-Q1": 10000, "2026-Q2": 600, "2026-Q3": 60, "2026-Q4": 10}


def test_a_cut_that_began_before_the_calendar_honours_what_was_signed_before_it() -> None:
    scenario = fund(
        donors=[donor("DEU", ("2026-Q2", "10"))],
        shocks=[{"kind": "donor_cut", "start": "2025-Q4", "share": "50%"}],
    )
    assert Result(scenario).of("signed", "DEU") == {"2026-Q1": 1000}


def test_a_donor_that_leaves_cancels_what_it_would_have_deposited_from_then_on() -> None:
    # Leaves in Q3. Q2 has come; Q4 and the year after are cancelled in Q3; what it would have signed in Q3 never is.
    instalments = [
        {"due": "2026-Q2", "amount": 1},
        {"due": "2026-Q4", "amount": 20},
        {"due": "2027-Q2", "amount": 300},
        {"due": "2026-Q4", "amount": 4000, "signed": "2026-Q3"},
    ]
    scenario = fund(
        donors=[{"id": "DEU", "name": "DEU", "outlook": {"kind": "scheduled", "instalments": instalments}}],
        shocks=[{"kind": "donor_exit", "donors": ["DEU"], "start": "2026-Q3"}],
    )
    result = Result(scenario)
    assert result.of("signed", "DEU") == {"2026-Q1": 32100}
    assert result.of("deposits", "DEU") == {"2026-Q2": 100}
    assert result.of("cancelled_commitments", "DEU") == {"2026-Q3": 32000}


def test_a_deposit_delayed_past_the_exit_is_cancelled_at_the_exit() -> None:
    scenario = fund(
        donors=[donor("DEU", ("2026-Q2", "10"), delay={"chance": "100%", "quarters": 1})],
        shocks=[{"kind": "donor_exit", "donors": ["DEU"], "start": "2026-Q3"}],
    )
    assert Result(scenario).of("cancelled_commitments", "DEU") == {"2026-Q3": 1000}


def test_a_donor_that_left_before_the_calendar_cancels_in_its_first_quarter() -> None:
    scenario = fund(
        donors=[donor("DEU", ("2026-Q2", "10"))],
        shocks=[{"kind": "donor_exit", "donors": ["DEU"], "start": "2025-Q3"}],
    )
    assert Result(scenario).of("cancelled_commitments", "DEU") == {"2026-Q1": 1000}


def test_an_exit_after_the_calendar_changes_nothing_within_it() -> None:
    late = {"delay": {"chance": "100%", "quarters": 3}}
    exit_after = [{"kind": "donor_exit", "donors": ["DEU"], "start": "2027-Q1"}]
    result = Result(fund(donors=[donor("DEU", ("2026-Q1", "10"), ("2026-Q3", "20"), **late)], shocks=exit_after))
    assert result.of("deposits", "DEU") == {"2026-Q4": 1000}
    assert result.account("signed_not_deposited") == [3000, 3000, 3000, 2000]


def test_a_renewing_donor_without_chance_gives_its_gift_grown_by_the_year() -> None:
    # 10 000 x 1.025 = 10 250; x 1.025 = 10 506.25 -> 10 506. Signed in Q2, deposited in Q3.
    outlook = {"kind": "renewing", "gift": 100, "growth": "2.5%", "signs": "Q2"}
    scenario = fund(
        calendar={"start": "2026-Q1", "periods": 12},
        donors=[{"id": "DEU", "name": "DEU", "deposit_quarter": "Q3", "outlook": outlook}],
    )
    result = Result(scenario)
    assert result.of("signed", "DEU") == {"2026-Q2": 10000, "2027-Q2": 10250, "2028-Q2": 10506}
    assert result.of("deposits", "DEU") == {"2026-Q3": 10000, "2027-Q3": 10250, "2028-Q3": 10506}


def test_a_gift_signed_before_the_calendar_is_entered_at_its_start_and_one_deposited_before_it_is_not() -> None:
    # The calendar starts in Q3. DEU signed in Q1 and deposits in Q4; NOR did both before: that is in opening cash.
    gift = {"kind": "renewing", "gift": 100, "signs": "Q1"}
    scenario = fund(
        calendar={"start": "2026-Q3", "periods": 2},
        donors=[
            {"id": "DEU", "name": "DEU", "deposit_quarter": "Q4", "outlook": gift},
            {"id": "NOR", "name": "NOR", "deposit_quarter": "Q2", "outlook": gift},
        ],
    )
    result = Result(scenario)
    assert result.by_entity("signed") == {"DEU": 10000}
    assert result.of("signed", "DEU") == {"2026-Q3": 10000}
    assert result.of("deposits", "DEU") == {"2026-Q4": 10000}


def test_a_fund_without_donors_or_programmes_plays_too() -> None:
    assert Result(fund(fund={"opening": {"cash": [cash(10)]}})).account("cash") == [1000, 1000, 1000, 1000]
