"""Facilities and deals, on paper: schedules, losses by layer, calls, recoveries, buy-downs, debt rules.

Amounts in the comments are cents, unless they stand in a scenario. The facility receives 500 000 in the first quarter.
"""

from __future__ import annotations

import pytest

from mptf_sim.engine.replay import replay
from mptf_sim.engine.run import simulate
from mptf_sim.errors import UsageError
from tests.by_hand.blended import DOOMED, GUARANTEE, JUNIOR, SENIOR, blended, deal
from tests.by_hand.small import Result, cash, plan_with, programme

Q = [f"{year}-Q{quarter}" for year in (2026, 2027, 2028) for quarter in (1, 2, 3, 4)]


def test_without_volatility_a_deal_is_served_by_its_schedule() -> None:
    # Drawn in Q1 of 2026. Senior: 2 % of 200 000 a quarter is 4000; a grace of one year, then four payments of 50 000 at
    # the ends of quarters 5 to 8. Junior: 100 000, at once, after four quarters. Premium: 0.25 % of what the guarantee
    # covers, half of what is then outstanding: 0.25 % x 200 000 = 500, ..., 375, 250, 125, nothing.
    result = Result(blended(deal(support=[GUARANTEE])))
    assert result.of("private_draws", "D senior") == {Q[0]: 200_000}
    assert result.of("facility_draws", "D junior") == {Q[0]: 100_000}
    assert result.of("deal_investment", "D") == {Q[0]: 300_000}
    interest = [4000, 4000, 4000, 4000, 4000, 3000, 2000, 1000]
    assert result.of("lenders_interest", "D senior") == dict(zip(Q[1:9], interest, strict=True))
    assert result.of("lenders_principal", "D senior") == dict.fromkeys(Q[5:9], 50_000)
    assert result.of("facility_principal", "D junior") == {Q[4]: 100_000}
    assert result.of("guarantee_premiums", "D") == dict(zip(Q[1:8], [500, 500, 500, 500, 375, 250, 125], strict=True))
    assert result.account("facility_cash") == [
        400_000, 400_500, 401_000, 401_500, 502_000, 502_375, 502_625, 502_750, 502_750, 502_750,
    ]  # fmt: skip
    assert result.account("facility_held") == [100_000] * 8 + [0, 0]  # half of 200 000, until it is repaid
    assert result.account("loans_outstanding") == [300_000] * 4 + [200_000, 150_000, 100_000, 50_000, 0, 0]
    assert result.account("deal_cash") == [0] * 10
    assert not result.by_entity("loan_losses")


def test_losses_rise_from_the_junior_layer_and_recoveries_come_down_from_the_senior_one() -> None:
    # All 300 000 default in the first quarter after the draw: junior loses 100 000, senior 200 000, half of which is
    # claimed and paid a quarter later. Three quarters after the default 60 % come back: 180 000. The guarantor paid a
    # third of the losses and gets a third, 60 000; of 120 000 senior gets the 100 000 it still lacks, junior 20 000.
    result = Result(blended(deal(support=[GUARANTEE], borrower=DOOMED)))
    assert result.of("loan_losses", "D junior") == {Q[1]: 100_000}
    assert result.of("loan_losses", "D senior") == {Q[1]: 200_000}
    assert result.of("calls_made", "D") == {Q[1]: 100_000}
    assert result.of("guarantee_calls", "D") == {Q[2]: 100_000}
    assert result.of("recoveries", "D") == {Q[4]: 180_000}
    assert result.of("guarantee_reimbursed", "D") == {Q[4]: 60_000}
    assert result.of("lenders_restored", "D senior") == {Q[2]: 100_000, Q[4]: 100_000}
    assert result.of("facility_restored", "D junior") == {Q[4]: 20_000}
    assert result.account("losses_borne") == [0, 300_000, 200_000, 200_000] + [80_000] * 6
    assert result.account("facility_cash") == [400_000, 400_000, 300_000, 300_000] + [380_000] * 6
    assert result.account("facility_held") == [100_000, 100_000] + [0] * 8
    assert not result.by_entity("borrowers_interest")


def test_a_portfolio_first_loss_guarantee_pays_up_to_its_cap_and_senior_is_made_good_first() -> None:
    # The cap is 10 % of 300 000. Senior lost 200 000 and gets the 30 000 that the guarantee pays; of 180 000 recovered
    # the guarantor gets a tenth, 18 000; of 162 000 senior gets all, as it still lacks 170 000.
    guarantee = {"kind": "portfolio_first_loss_guarantee", "cap": "10%"}
    result = Result(blended(deal(support=[guarantee], borrower=DOOMED)))
    assert result.of("guarantee_calls", "D") == {Q[2]: 30_000}
    assert result.of("guarantee_reimbursed", "D") == {Q[4]: 18_000}
    assert result.of("lenders_restored", "D senior") == {Q[2]: 30_000, Q[4]: 162_000}
    assert not result.by_entity("facility_restored")


def test_an_outside_guarantor_pays_from_its_own_pocket() -> None:
    outside = GUARANTEE | {"guarantor": "outside", "value_at_risk": "99%"}
    result = Result(blended(deal(support=[outside], borrower=DOOMED)))
    assert result.of("outside_calls", "D") == {Q[2]: 100_000}
    assert result.account("facility_held") == [0] * 10
    assert result.account("facility_cash") == [400_000] * 4 + [420_000] * 6  # what junior gets back


def test_half_of_a_pool_that_owes_equal_parts() -> None:
    # Two obligors owe half each; the first to default takes 50 000 of a loan of 100 000 that is repaid at once after a
    # year. With a correlation of 0 % and certain default both default in the same quarter: 50 000 and 50 000.
    loan = {"kind": "commercial_loan", "id": "one", "amount": 1000, "seniority": 1, "terms": {"rate": "4%", "maturity": 1, "profile": "bullet"}}  # fmt: skip
    pool = {
        "kind": "pool",
        "obligors": 2,
        "default": "100%",
        "recovery": {"high": "33.33%", "low": "33.33%", "after": 1},
    }
    result = Result(blended(deal(loan, borrower=pool)))
    assert result.of("loan_losses", "D one") == {Q[1]: 100_000}
    # 33.33 % of 50 000 is 16 665, twice.
    assert result.of("recoveries", "D") == {Q[2]: 33_330}


def test_what_is_in_arrears_is_paid_before_what_falls_due_to_a_junior_loan_that_is_lost() -> None:
    # One cent each. Of a pool of very many, 30.01 % of those left default in a quarter: rint(0.6) = 1 of two cents is lost,
    # the junior one; then rint(0.3) = 0 of one. The senior cent is due after three quarters: half of what is due,
    # rint(1 x 1 / 2) = 0, is paid. After eight the junior cent is due, as much as is owed: it goes to the senior loan.
    senior = {"kind": "commercial_loan", "id": "senior", "provider": "development bank", "amount": 0.01, "seniority": 2,
              "terms": {"rate": "0%", "maturity": 1}}  # fmt: skip
    pool = {"kind": "granular_pool", "default": "76%", "recovery": {"high": "0%", "low": "0%", "after": 1}}
    result = Result(blended(deal(JUNIOR | {"amount": 0.01, "maturity": 2}, senior, borrower=pool)))
    assert result.of("loan_losses", "D junior") == {Q[1]: 1}
    assert result.of("lenders_principal", "D senior") == {Q[8]: 1}
    assert not result.by_entity("facility_principal")
    assert result.account("loans_outstanding") == [2] + [1] * 7 + [0, 0]


def test_a_deal_is_drawn_in_equal_parts_and_its_loans_run_from_the_last() -> None:
    # 100 001 over three quarters: a third of it is 33 333.67 -> 33 334, two thirds 66 667.33 -> 66 667, so 33 334, 33 333
    # and 33 334. The need of 10 000 dollars takes all of it.
    grant = {"kind": "grant", "id": "own", "provider": "state budget", "amount": "1000.01"}
    result = Result(blended(deal(grant, draws={"after": 1, "over": 3}, facility=None)))
    assert result.of("deal_finance", "D") == {Q[0]: 100_001}
    assert result.of("public_draws", "D own") == {Q[1]: 33_334, Q[2]: 33_333, Q[3]: 33_334}
    assert result.of("deal_delivery", "D") == {Q[1]: 33_334, Q[2]: 33_333, Q[3]: 33_334}
    assert result.account("funding_gap") == [1_000_000 - 100_001] * 10
    assert result.account("delivery_gap")[:4] == [1_000_000, 966_666, 933_333, 899_999]


def test_finance_of_a_deal_counts_within_the_need_alone() -> None:
    grant = {"kind": "grant", "id": "own", "provider": "bilateral", "amount": 300}
    result = Result(blended(deal(grant, facility=None), **plan_with((2026, 200))))
    assert result.of("deal_investment", "D") == {Q[0]: 30_000}
    assert result.of("deal_finance", "D") == {Q[0]: 20_000}
    assert result.account("unmet_needs") == [0] * 10


def test_a_buy_down_pays_the_lender_what_the_loan_becomes_softer_by() -> None:
    # 1000 dollars over a year, repaid at once, interest each quarter: at 6 % 1500, at 2 % 500. The difference, 1000 at the
    # ends of four quarters, is discounted at 5 % a year.
    loan = {"kind": "concessional_loan", "id": "bank", "provider": "development bank", "amount": 1000, "seniority": 1, "terms": {"rate": "6%", "maturity": 1, "profile": "bullet"}}  # fmt: skip
    result = Result(blended(deal(loan, support=[{"kind": "interest_buy_down", "layer": "bank", "to": "2%"}])))
    worth = sum(1000 / 1.05 ** (quarter / 4) for quarter in (1, 2, 3, 4))  # 3880.0
    assert result.of("interest_buy_downs", "D bank") == {Q[0]: round(worth)} == {Q[0]: 3880}
    assert result.of("lenders_interest", "D bank") == dict.fromkeys(Q[1:5], 500)
    assert result.of("lenders_principal", "D bank") == {Q[4]: 100_000}
    assert result.account("facility_cash") == [500_000 - 3880] * 10


def test_an_annuity_is_paid_in_equal_payments_but_for_rounding() -> None:
    # 4 % over a year: four payments of 100 000 x 0.01 / (1 - 1.01^-4) = 25 628.11. Principal: 24 628.11, 24 874.39,
    # 25 123.13, 25 374.37; running totals 24 628, 49 502 (.50 is below a half), 74 626 (.63), 100 000.
    loan = {"kind": "commercial_loan", "id": "one", "amount": 1000, "seniority": 1, "terms": {"rate": "4%", "maturity": 1, "profile": "annuity"}}  # fmt: skip
    result = Result(blended(deal(loan)))
    assert list(result.of("lenders_principal", "D one").values()) == [24_628, 24_874, 25_124, 25_374]
    assert list(result.of("lenders_interest", "D one").values()) == [1000, 754, 505, 254]


def test_a_deal_waits_until_the_facility_has_money_and_lapses_in_its_time() -> None:
    # Two deals ask for 3000 of 5000 dollars: the first by id closes; its loan comes back in 2027-Q1, when the other still
    # waits; one that waits a quarter less has lapsed.
    first = deal(JUNIOR | {"amount": 3000}, id="A")
    close = {"expected": "2026-Q1"}
    late = deal(JUNIOR | {"amount": 3000}, id="B", close=close | {"waits": 4})
    too_late = deal(JUNIOR | {"amount": 3000}, id="C", close=close | {"waits": 3})
    result = Result(blended(first, late, too_late))
    assert result.of("deals_closed", "A") == {Q[0]: 1}
    assert result.of("deals_closed", "B") == {Q[4]: 1}
    assert result.of("deals_lapsed", "C") == {Q[3]: 1}


def test_more_private_money_than_its_guarantee_can_be_held_for_keeps_a_deal_from_closing() -> None:
    # The facility has 5000 dollars. It lends 1000 and guarantees all loans, with 3000 of private money 4000: that closes.
    # With 10 cents more it does not, not even smaller.
    for ratio, closed in (("300%", {Q[0]: 1}), ("300.01%", {})):
        lenders = {name: value for name, value in SENIOR.items() if name != "amount"} | {"leverage": {"ratio": ratio}}
        guarantee = {"kind": "portfolio_first_loss_guarantee", "cap": "100%"}
        pool = {"kind": "pool", "obligors": 2, "default": "0%"}
        result = Result(blended(deal(JUNIOR, lenders, support=[guarantee], borrower=pool)))
        assert result.of("deals_closed", "D") == closed
        assert result.of("private_draws", "D senior") == dict.fromkeys(closed, 300_000)


def test_reflows_that_do_not_revolve_wait_for_the_refund() -> None:
    # As before, but what comes back in 2027-Q1 is set aside. The facility closes in 2027-Q3 and returns all it has.
    first = deal(JUNIOR | {"amount": 3000}, id="A")
    second = deal(JUNIOR | {"amount": 3000}, id="B", close={"expected": "2026-Q1", "waits": 5})
    result = Result(blended(first, second, facility={"reflows": "refund", "closes": "2027-Q3"}))
    assert result.of("deals_lapsed", "B") == {Q[5]: 1}
    assert result.of("facility_refunds", "GF") == {Q[7]: 500_000}
    assert result.account("cash") == [0] * 7 + [500_000] * 3
    assert result.account("facility_cash") == [200_000] * 4 + [500_000] * 3 + [0] * 3


def test_a_fee_is_a_quarter_of_its_yearly_rate_on_the_opening_cash() -> None:
    # 1 % of 500 000 / 4 = 1250; then of 498 750: 1246.875 -> 1247; of 497 503: 1243.76 -> 1244.
    result = Result(blended(periods=4, facility={"fee": "1%"}))
    assert result.of("facility_fees", "GF") == {Q[1]: 1250, Q[2]: 1247, Q[3]: 1244}


def test_technical_assistance_takes_away_a_share_of_the_chance_to_fail() -> None:
    assistance = {"kind": "technical_assistance", "amount": 100, "before": 1, "raises_chance": "100%"}
    close = {"expected": "2026-Q2", "chance": "0%"}
    helped = Result(blended(deal(close=close, support=[assistance])))
    assert helped.of("technical_assistance", "D") == {Q[0]: 10_000}
    assert helped.of("deals_closed", "D") == {Q[1]: 1}
    without_effect = Result(blended(deal(close=close, support=[assistance | {"raises_chance": "0%"}])))
    assert without_effect.of("technical_assistance", "D") == {Q[0]: 10_000}
    assert without_effect.of("deals_lapsed", "D") == {Q[1]: 1}


def test_results_are_paid_for_out_of_a_cap_that_is_held_from_the_close() -> None:
    # 62.5 % of 1000 dollars, three quarters after the draw.
    results = {"kind": "results_based_payment", "cap": 1000, "after": 3, "achieved": "62.5%"}
    grant = {"kind": "grant", "id": "own", "provider": "state budget", "amount": 10}
    result = Result(blended(deal(grant, support=[results])))
    assert result.of("results_payments", "D") == {Q[3]: 62_500}
    assert result.account("facility_held") == [100_000] * 3 + [0] * 7
    assert result.account("facility_cash") == [500_000] * 3 + [437_500] * 7


def test_matching_follows_private_money_up_to_its_cap() -> None:
    # 25 % of 2000 dollars, but no more than 400.
    for ratio, cap, grant in (("25%", 1000, 50_000), ("25%", 400, 40_000)):
        result = Result(blended(deal(SENIOR, support=[{"kind": "matching_grant", "ratio": ratio, "cap": cap}])))
        assert result.of("matching_grants", "D") == {Q[0]: grant}
        assert result.of("deal_investment", "D") == {Q[0]: 200_000 + grant}


def test_no_deal_closes_before_the_preparation_is_over() -> None:
    # The preparation programme is awarded and paid in Q1 too, runs for three quarters and closes in Q3.
    scenario = blended(
        deal(close={"expected": "2026-Q1", "waits": 3}),
        facility={"preparation": "prepare"},
        fund={"opening": {"cash": [cash(5100)]}},
        programmes=[programme("fill", 5000, duration=1), programme("prepare", 100, duration=3)],
    )
    assert Result(scenario).of("deals_closed", "D") == {Q[2]: 1}


@pytest.mark.parametrize(
    ("rule", "lent", "reduced", "deferred"),
    [
        ({"kind": "grants_only"}, 0, 0, 300_000),
        ({"kind": "envelope", "amount": 3000}, 300_000, 0, 0),
        ({"kind": "envelope", "amount": "2999.99"}, 0, 0, 300_000),
        ({"kind": "envelope", "amount": 1500, "reduce_to": "50%"}, 150_000, 150_000, 0),
        ({"kind": "envelope", "amount": "1499.99", "reduce_to": "50%"}, 0, 0, 300_000),
        ({"kind": "min_grant_element", "share": "35%"}, 0, 0, 300_000),
    ],
)
def test_a_debt_rule_reduces_or_defers_a_loan_and_says_so(rule, lent, reduced, deferred) -> None:
    plan = {"id": "KEN-plan", "name": "Plan", "region": "africa", "country": "KEN", "debt_rule": rule}
    result = Result(blended(deal(), plans=[plan]))
    assert sum(result.by_entity("loans_begun").values()) == lent
    assert result.by_entity("debt_reduced").get("D", 0) == reduced
    assert result.by_entity("debt_deferred").get("D", 0) == deferred


def test_a_loan_that_is_not_soft_enough_is_not_signed() -> None:
    # At no interest, repaid at once after two years: 1 - 1 / 1.05^2 = 9.297 % of it is a gift.
    loan = {"kind": "concessional_loan", "id": "bank", "provider": "development bank", "amount": 2000, "seniority": 1, "terms": {"rate": "0%", "maturity": 2, "profile": "bullet"}}  # fmt: skip
    for share, closes in (("9.29%", {Q[0]: 1}), ("9.3%", {})):
        rule = {"kind": "min_grant_element", "share": share}
        plan = {"id": "KEN-plan", "name": "Plan", "region": "africa", "country": "KEN", "debt_rule": rule}
        assert Result(blended(deal(loan), plans=[plan])).of("deals_closed", "D") == closes


def test_headroom_under_the_thresholds_is_in_face_value_through_the_grant_element() -> None:
    # Weak capacity: debt up to 30 % of a product of 100 000 dollars. 29 000 are owed in present value: 1000 are left.
    # The loan of 2000 at no interest, repaid at once after two years, is worth 1 / 1.05^2 of its face: a face of
    # 1102.50 dollars may be lent, more than half of it. Exports and revenue are plenty.
    loan = {"kind": "concessional_loan", "id": "bank", "provider": "development bank", "amount": 2000, "seniority": 1, "terms": {"rate": "0%", "maturity": 2, "profile": "bullet"}}  # fmt: skip
    plenty = {"amount": "1M"}
    rule = {
        "kind": "debt_thresholds", "capacity": "weak", "gdp": {"amount": 100_000}, "exports": plenty, "revenue": plenty,
        "debt": {"amount": 29_000}, "service": {"amount": 0}, "reduce_to": "50%",
    }  # fmt: skip
    plan = {"id": "KEN-plan", "name": "Plan", "region": "africa", "country": "KEN", "debt_rule": rule}
    result = Result(blended(deal(loan), plans=[plan]))
    assert result.of("loans_begun", "D bank") == {Q[0]: 110_250}
    assert result.of("debt_reduced", "D") == {Q[0]: 200_000 - 110_250}
    # Service: 10 % of exports of 6000 dollars a year bear a repayment of 600 in 2028 alone.
    tight = rule | {"exports": {"amount": 6000}, "debt": {"amount": 0}}
    bearable = Result(blended(deal(loan), plans=[plan | {"debt_rule": tight | {"reduce_to": "10%"}}]))
    assert bearable.of("loans_begun", "D bank") == {Q[0]: 60_000}


def test_what_the_diaspora_buys_of_a_bond_is_secured_in_its_place() -> None:
    # 60 % of 1000 dollars are bought; half of the plan's secured finance of the year is executed each half year.
    bond = {
        "id": "b", "plan": "KEN-plan", "provider": "diaspora", "status": "secured", "year": 2026, "amount": 1000,
        "bond": {"take_up": "60%", "discount": "2%"},
    }  # fmt: skip
    result = Result(blended(finance=[bond]))
    assert result.of("secured_finance", "KEN-plan data") == {Q[0]: 60_000}
    assert result.of("executed_finance", "KEN-plan") == dict.fromkeys(Q[:4], 15_000)


def test_a_deal_so_large_that_its_interest_would_not_be_exact_is_refused() -> None:
    huge = SENIOR | {"amount": "90bn", "terms": {"rate": "99.99%", "maturity": 2}}
    with pytest.raises(UsageError, match="rates of deals"):
        simulate(blended(deal(huge)), paths=1)
    with pytest.raises(UsageError, match="rates of deals"):
        replay(blended(deal(huge)), seed=1, path=0)
