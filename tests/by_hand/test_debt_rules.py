"""What a debt rule takes of a deal, what its layers are repaid, when its guarantee ends. Amounts in comments are cents."""

from __future__ import annotations

from mptf_sim.books import LAYER_FIGURES
from tests.by_hand.blended import SURE, blended, deal
from tests.by_hand.small import Result, plan_with

LOAN = {
    "kind": "commercial_loan", "id": "senior", "amount": 1000, "seniority": 1, "terms": {"rate": "4%", "maturity": 1},
}  # fmt: skip


def state_that_borrows(grant: str) -> Result:
    """1,000 within an envelope of 600, beside a grant of the facility, which holds 2,000 from the first quarter on."""
    plan = plan_with((2026, "5_000"))
    plan["plans"][0]["debt_rule"] = {"kind": "envelope", "amount": 600, "reduce_to": "50%"}
    help = {"kind": "grant", "id": "grant", "provider": "facility", "amount": grant}
    patient = deal(LOAN, help, borrower=SURE, close={"expected": "2026-Q1", "waits": 2})
    return Result(blended(patient, grant=2000, periods=4, **plan))


def test_a_deal_that_closes_reduced_tells_what_the_rule_took() -> None:
    result = state_that_borrows(grant="2_000")
    assert result.account("debt_reduced") == [40_000, 0, 0, 0]
    assert result.account("private_draws") == [60_000, 0, 0, 0]


def test_a_deal_that_could_close_reduced_but_waits_for_its_facility_tells_of_no_reduction() -> None:
    # The rule would let 60 000 through, but the facility has 200 000 of the 200 001 that it would have to hold.
    result = state_that_borrows(grant="2_000.01")
    assert result.account("deals_closed") == [0, 0, 0, 0]
    assert result.account("debt_reduced") == result.account("debt_deferred") == [0, 0, 0, 0]


def test_what_falls_to_a_loan_beyond_its_own_schedule_is_principal_of_its_layer_to_the_last_cent() -> None:
    # Of 105 001 a half defaults within a year and comes back a quarter later, all borne by the first loss of 100 000,
    # which is due at the end of the year: 52 500 are then outstanding, and 52 500 x 100 000 / 105 001 = 49 999.52 -> 50 000 are paid.
    # The first loss takes the 47 500 that it still has; 2 500 are left, and go to the others, senior first: 1 and 2 499,
    # though nothing of them is due before another year.
    in_two_years = {"rate": "4%", "maturity": 2, "profile": "bullet"}
    junior = {"kind": "first_loss", "id": "junior", "provider": "bilateral", "amount": 1000, "maturity": 1}
    middle = {"kind": "concessional_loan", "id": "middle", "provider": "bilateral", "amount": 50, "seniority": 2}
    senior = {"kind": "commercial_loan", "id": "senior", "amount": "0.01", "seniority": 3, "terms": in_two_years}
    pool = {"kind": "granular_pool", "default": "50%", "recovery": {"high": "100%", "low": "100%", "after": 1}}
    one = deal(junior, middle | {"terms": in_two_years}, senior, borrower=pool)
    result = Result(blended(one, periods=5))
    assert result.by_entity("lenders_principal") == {"D junior": 47_500, "D middle": 2_499, "D senior": 1}
    assert result.replay.books.layers[:, LAYER_FIGURES.index("principal"), 0].tolist() == [47_500, 2_499, 1]


def test_a_guarantee_called_in_the_last_quarter_of_service_ends_once_that_call_is_paid() -> None:
    # 1 - 0.1^(1/4) = 43.766 % of what is owed defaults each quarter. The first loss is 87 532 of 200 000, half of which is
    # claimed. 160 000 were promised; 71 090 are claimed in all, 1 946 of them in the fourth quarter of service, with which
    # the loan is over. Nobody holds the other 88 910 once these are paid, in the quarter after.
    loan = {"kind": "commercial_loan", "id": "senior", "amount": 2000, "seniority": 1, "terms": LOAN["terms"]}
    pool = {"kind": "granular_pool", "default": "90%", "recovery": {"high": "0%", "low": "0%"}}
    guarantee = {"kind": "pari_passu_guarantee", "layer": "senior", "coverage": "50%", "cap": "80%"}
    result = Result(blended(deal(loan, borrower=pool, support=[guarantee]), periods=7))
    assert result.account("calls_made") == [0, 43_766, 18_458, 6_920, 1_946, 0, 0]
    assert result.account("guaranteed") == [160_000, 116_234, 97_776, 90_856, 88_910, 0, 0]
    assert result.account("facility_held") == [160_000, 160_000, 116_234, 97_776, 90_856, 0, 0]
