"""The second engine's own ground: loans in currencies other than the fund's. Comments are in cents of either currency."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from mptf_sim.scenario.scenario import Scenario
from tests.reference.chance import chance_of_variates
from tests.reference.generated import generated
from tests.reference.loans import Loan
from tests.reference.play import play
from tests.reference.played import Played
from tests.reference.test_agreement import seed_and_path
from tests.reference.test_deals import RECOVERY, SENIOR, by_period, deal, played

EURO = SENIOR | {"currency": "EUR"}
DOOMED = {"kind": "pool", "obligors": 2, "default": "100%", "recovery": RECOVERY}

DEFAULT_LATER = {"kind": "default_cluster", "start": "2026-Q2", "end": "2026-Q2", "factor": "0%"}


def move(change: str, start: str, end: str | None = None) -> dict[str, Any]:
    shock = {"kind": "exchange_rate_move", "change": change, "start": start}
    return shock | ({"end": end} if end else {})


def in_euro(*deals: dict[str, Any], rate: str = "2", shocks: tuple[dict[str, Any], ...] = (), **parts: Any) -> Played:
    return played(*deals, currencies=[{"id": "EUR", "rate": rate}], shocks=list(shocks), **parts)


def test_service_follows_the_rate_and_so_does_what_is_outstanding() -> None:
    # 100 000 at 2 are 50 000 of the other currency, paid back by 12 500 a quarter, with interest of 1 % of 50 000, 37 500,
    # 25 000, 12 500. From t = 3 on one unit is worth 3. Of 25 000 outstanding after t = 2 the fund's currency saw 50 000;
    # at t = 3, 12 500 are left, worth 37 500: 37 500 - 50 000 + 37 500 paid = 25 000 of difference.
    path = in_euro(deal(EURO), shocks=(move("50%", "2026-Q4"),))
    assert by_period(path, "private_draws", "D senior") == {0: 100_000}
    assert by_period(path, "loans_begun", "D senior") == {0: 100_000}
    assert by_period(path, "lenders_interest", "D senior") == {1: 1000, 2: 750, 3: 750, 4: 375}
    assert by_period(path, "lenders_principal", "D senior") == {1: 25_000, 2: 25_000, 3: 37_500, 4: 37_500}
    assert by_period(path, "loan_exchange_difference", "D senior") == {3: 25_000}
    assert [path.stocks[t, "loans_outstanding"] for t in range(6)] == [100_000, 75_000, 50_000, 37_500, 0, 0]


def test_own_amounts_are_rounded_at_the_close_and_each_payment_at_its_rate() -> None:
    # 100 000 / 1.08 = 92 592.59 -> 92 593, worth 100 000.44 -> 100 000 when it is drawn. Running totals of principal:
    # 23 148.25 -> 23 148, 46 296.5 -> 46 296, 69 444.75 -> 69 445, 92 593: parts 23 148, 23 148, 23 149, 23 148, worth
    # 24 999.84 -> 25 000, 25 000, 25 000.92 -> 25 001, 25 000. Outstanding: 69 445 -> 75 000.6 -> 75 001; 46 297 -> 50 000.76
    # -> 50 001; 23 148 -> 25 000. Differences: 75 001 - 100 000 + 25 000 = 1; 50 001 - 75 001 + 25 000 = 0; 25 000 - 50 001 +
    # 25 001 = 0; 0. Interest: 1 % of 92 593 = 925.93 -> 926 -> 1000.08; 694.45 -> 694 -> 749.52 -> 750; 462.97 -> 463 ->
    # 500.04; 231.48 -> 231 -> 249.48 -> 249.
    path = in_euro(deal(EURO), rate="1.08")
    assert by_period(path, "private_draws", "D senior") == {0: 100_000}
    assert by_period(path, "lenders_principal", "D senior") == {1: 25_000, 2: 25_000, 3: 25_001, 4: 25_000}
    assert by_period(path, "lenders_interest", "D senior") == {1: 1000, 2: 750, 3: 500, 4: 249}
    assert by_period(path, "loan_exchange_difference", "D senior") == {1: 1}


def test_a_lower_rate_at_a_draw_is_missing_to_the_plan_and_a_higher_one_counts_for_no_need() -> None:
    # 100 000 at 2 are 50 000, drawn by 25 000 twice. At the second draw one unit is worth 1 or 3: 25 000 or 75 000 come.
    # Beside it a grant of 20 000 brings 10 000 each time. 60 000 were planned: 35 000 of them come, or 85 000.
    grant = {"kind": "grant", "id": "own", "provider": "bilateral", "amount": "200"}
    both = deal(EURO, grant, draws={"after": 0, "over": 2})
    low = in_euro(both, shocks=(move("-50%", "2026-Q2"),))
    assert by_period(low, "deal_finance", "D") == {0: 120_000}
    assert by_period(low, "private_draws", "D senior") == {0: 50_000, 1: 25_000}
    assert by_period(low, "deal_investment", "D") == {0: 60_000, 1: 35_000}
    assert by_period(low, "deal_delivery", "D") == {0: 60_000, 1: 35_000}
    assert by_period(low, "loans_begun", "D senior") == {1: 50_000}
    high = in_euro(both, shocks=(move("50%", "2026-Q2"),))
    assert by_period(high, "deal_investment", "D") == {0: 60_000, 1: 85_000}
    assert by_period(high, "deal_delivery", "D") == {0: 60_000, 1: 60_000}
    assert by_period(high, "loans_begun", "D senior") == {1: 150_000}


def test_losses_are_of_the_quarter_of_the_default_and_a_guarantee_stays_within_its_limit() -> None:
    # 100 000 at 2 are 50 000; at t = 1 one unit is worth 3, and all of it defaults: 150 000 are lost. Coverage is 50 % of
    # that, 75 000, but the limit is 50 % of the face: 50 000. A fifth is recovered, 30 000, a quarter later, when 50 000
    # of 150 000 were paid: the guarantor has 10 000. By then the lender lacks 100 000 of 150 000, of which 20 000 come.
    guarantee = {"kind": "pari_passu_guarantee", "layer": "senior", "coverage": "50%"}
    path = in_euro(deal(EURO, support=(guarantee,), borrower=DOOMED), shocks=(move("50%", "2026-Q2", "2026-Q2"),))
    assert by_period(path, "loan_losses", "D senior") == {1: 150_000}
    assert by_period(path, "calls_made", "D") == {1: 50_000}
    assert by_period(path, "guarantee_calls", "D") == {2: 50_000}
    assert by_period(path, "guarantee_reimbursed", "D") == {2: 10_000}
    assert by_period(path, "lenders_restored", "D senior") == {2: 70_000}
    assert by_period(path, "loan_exchange_difference", "D senior") == {1: 50_000}
    assert [path.stocks[t, "losses_borne"] for t in (1, 2, 7)] == [150_000, 80_000, 80_000]


def test_a_loss_that_is_not_all_of_a_loan_takes_what_its_cents_buy() -> None:
    # 50 000 own at 2. 40 000 are lost of its 100 000: 20 000 own. When one unit is worth 1, 12 000 are recovered: of 20 000
    # own, 20 000 x 28 / 40 = 14 000 stay lost.
    loan = loan_of(face=100_000, worth=[2.0, 2.0, 1.0])
    loan.lose(40_000, 1)
    assert (loan.own_out, loan.own_lost, loan.lost) == (30_000, 20_000, 40_000)
    loan.lost -= 12_000
    loan.follow_restored(40_000)
    assert (loan.own_out, loan.own_lost, loan.lost, loan.out(2)) == (30_000, 14_000, 28_000, 30_000)


def test_what_a_loan_gets_beyond_its_claim_is_what_the_cents_buy() -> None:
    # Own 50 000 over four quarters. At 3 its claim is 12 500 own, 37 500. With 40 000 it has 13 333.33 -> 13 333 own; with
    # all of 150 000 all 50 000.
    for cents, left in ((37_500, 37_500), (40_000, 36_667), (150_000, 0), (0, 50_000)):
        loan = loan_of(face=100_000, worth=[2.0, 3.0])
        loan.repay(cents, a=1, t=1)
        assert loan.own_out == left


def test_a_guarantee_ends_for_good_where_what_is_owed_is_worth_nothing() -> None:
    # One cent of the loan is a tenth of a cent at t = 1: nothing. The guarantee ends. At t = 2 it is worth 4 and
    # defaults: no guarantor pays.
    tiny = EURO | {"amount": "0.01", "terms": {"rate": "0%", "maturity": 1, "profile": "bullet"}}
    guarantee = {"kind": "pari_passu_guarantee", "layer": "senior", "coverage": "100%"}
    shocks = (move("-90%", "2026-Q2", "2026-Q2"), move("300%", "2026-Q3"), DEFAULT_LATER)
    path = in_euro(deal(tiny, support=(guarantee,), borrower=DOOMED), rate="1", shocks=shocks)
    assert [path.stocks[t, "loans_outstanding"] for t in range(4)] == [1, 0, 0, 0]
    assert [path.stocks[t, "facility_held"] for t in range(4)] == [1, 0, 0, 0]
    assert by_period(path, "loan_exchange_difference", "D senior") == {1: -1, 2: 4}
    assert by_period(path, "loan_losses", "D senior") == {2: 4}
    assert not by_period(path, "calls_made", "D")


def test_a_debt_rule_counts_what_is_owed_at_the_rate_of_the_quarter() -> None:
    # Debt of weak capacity up to 30 % of a product of 10 000 dollars: 300 000. A loan of 100 000, 50 000 own at 2, repaid at once
    # at the end of three years, is drawn at t = 0. A second one of 150 000 is to close at t = 1, when it is worth 3: the first is
    # 150 000 then. Without interest both are worth 1 / 1.05^3 of what is owed: 300 000 x 1.05^3 - 150 000 = 197 287 are left of
    # face; at 5 a unit the first is 250 000, and 97 287 are left.
    terms = {"rate": "0%", "maturity": 3, "profile": "bullet"}
    plenty = {"amount": "1M"}
    rule = {
        "kind": "debt_thresholds", "capacity": "weak", "gdp": {"amount": 10_000}, "exports": plenty, "revenue": plenty,
        "debt": {"amount": 0}, "service": {"amount": 0}, "reduce_to": "10%",
    }  # fmt: skip
    owed = deal(EURO | {"terms": terms}, borrower={"kind": "sovereign", "default": "0%"})
    second = SENIOR | {"terms": terms, "amount": "1500"}
    asked = owed | {"id": "E", "stack": [second], "close": {"expected": "2026-Q2"}}
    for change, lent in (("50%", 150_000), ("150%", 97_287)):
        path = in_euro(owed, asked, shocks=(move(change, "2026-Q2"),), plan={"debt_rule": rule})
        assert by_period(path, "loans_begun", "E senior") == {1: lent}


def loan_of(face: int, worth: list[float]) -> Loan:
    """Of four equal payments without interest, closed in the first period and begun."""
    loan = Loan("senior", "private", face, face, Fraction(0), Fraction(0), 1, 0, "equal_principal", worth)
    loan.own_face = loan.in_own(face, 0)
    loan.begin()
    return loan


def with_rates(number: int, **terms: Any) -> Scenario:
    """A generated fund in which no rate ever moves."""
    scenario = generated(number)
    steady = [one.model_copy(update={"volatility": 0.0} | terms) for one in scenario.currencies]
    shocks = [shock for shock in scenario.shocks if shock.kind != "exchange_rate_move"]
    return scenario.model_copy(update={"currencies": tuple(steady), "shocks": tuple(shocks)})


def in_the_funds_own(scenario: Scenario) -> Scenario:
    """The same with loans in the fund's currency alone."""

    def own(layer: Any) -> Any:
        return layer.model_copy(update={"currency": None}) if getattr(layer, "currency", None) else layer

    deals = [one.model_copy(update={"stack": tuple(own(layer) for layer in one.stack)}) for one in scenario.deals]
    return scenario.model_copy(update={"deals": tuple(deals)})


def told(scenario: Scenario, number: int) -> Played:
    return play(scenario, chance_of_variates(scenario, *seed_and_path(number)))


def test_where_a_unit_is_worth_one_throughout_all_is_as_without_a_currency() -> None:
    abroad = 0
    for number in range(300):
        at_par = with_rates(number, rate=Decimal(1))
        at_home = in_the_funds_own(at_par)
        if at_home != at_par:
            abroad += 1
            one, other = told(at_par, number), told(at_home, number)
            assert {key: cents for key, cents in one.flows.items() if cents} == {
                key: cents for key, cents in other.flows.items() if cents
            }, number
            assert one.stocks == other.stocks, number
    assert abroad > 50


def test_where_no_rate_moves_the_exchange_difference_is_what_rounding_leaves() -> None:
    """Half a unit of the loan's currency for what is repaid, and half a cent at both ends."""
    differences = set()
    for rate in (0.37, 1.37, 7.31):
        for cents in range(0, 100_000, 97):
            loan = loan_of(face=100_000, worth=[rate, rate])
            opening = loan.out(0)
            loan.repay(cents, a=1, t=1)
            difference = loan.out(1) - opening + cents
            assert abs(difference) <= rate / 2 + 1, (rate, cents)
            differences.add(difference)
    assert {-1, 0, 1} <= differences
