"""The second engine's own ground: deals whose books balance, and a few that are played on paper. Comments are in cents."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import fund, plan_with, programme
from tests.reference.chance import chance_of_variates
from tests.reference.chance_of_deals import chance_of_deals
from tests.reference.generated import generated
from tests.reference.play import play
from tests.reference.played import Played
from tests.reference.raw import Raw

FILLED = programme(
    "FILL", "2_000", duration=1, running={"approved": "2025-Q3", "started": "2025-Q4", "instalments_paid": 1}
)  # fmt: skip
del FILLED["ready"]
RECEIVED = (
    "facility_grants", "facility_interest", "facility_principal", "facility_restored", "guarantee_premiums",
    "guarantee_reimbursed",
)  # fmt: skip
PAID = (
    "facility_fees", "facility_draws", "matching_grants", "interest_buy_downs", "technical_assistance", "results_payments",
    "guarantee_calls", "facility_refunds",
)  # fmt: skip
FACILITY = {"id": "FAC", "name": "Facility", "holder": "IOM", "programme": "FILL"}
JUNIOR = {"kind": "first_loss", "id": "junior", "provider": "bilateral", "amount": "200", "maturity": 1}
TERMS = {"rate": "4%", "maturity": 1}
SENIOR = {"kind": "commercial_loan", "id": "senior", "amount": "1000", "seniority": 2, "terms": TERMS}
SOUND = {"kind": "pool", "obligors": 2, "default": "0%"}
RECOVERY = {"high": "20%", "low": "20%", "after": 1}


def deal(*stack: dict[str, Any], support: tuple[dict[str, Any], ...] = (), **terms: Any) -> dict[str, Any]:
    """It closes in the first quarter and is drawn at once, unless said otherwise."""
    return {
        "id": "D", "name": "Deal", "plan": "KEN-plan", "window": "data", "facility": "FAC", "stack": list(stack),
        "close": {"expected": "2026-Q1"}, "draws": {"after": 0}, "support": list(support), "borrower": SOUND,
    } | terms  # fmt: skip


def played(*deals: dict[str, Any], facility: dict[str, Any] | None = None, **parts: Any) -> Played:
    """Two years of a fund with a facility of 2,000 and a plan that needs 5,000."""
    plan = plan_with((2026, "5_000"))
    plan["plans"][0] |= parts.pop("plan", {})
    scenario = fund(
        calendar={"start": "2026-Q1", "periods": 8},
        programmes=[FILLED],
        facilities=[FACILITY | (facility or {})],
        deals=list(deals),
        **plan,
        **parts,
    )
    return play(scenario, chance_of_variates(scenario, 1, 0))


def by_period(path: Played, event: str, who: str) -> dict[int, int]:
    return {
        t: cents for (t, what, whose), cents in sorted(path.flows.items()) if (what, whose) == (event, who) and cents
    }


def test_a_loan_is_repaid_in_quarters_with_interest_on_what_is_outstanding() -> None:
    # 100 000 at 4 % over four quarters: 25 000 each; interest 1 % of 100 000, 75 000, 50 000, 25 000.
    path = played(deal(SENIOR))
    assert by_period(path, "private_draws", "D senior") == {0: 100_000}
    assert by_period(path, "lenders_principal", "D senior") == {t: 25_000 for t in (1, 2, 3, 4)}
    assert by_period(path, "lenders_interest", "D senior") == {1: 1000, 2: 750, 3: 500, 4: 250}
    assert by_period(path, "deal_finance", "D") == by_period(path, "deal_delivery", "D") == {0: 100_000}


def test_a_guarantor_pays_its_share_of_its_layers_loss_and_has_its_share_of_what_is_recovered() -> None:
    # Both obligors of 60 000 default at once. The junior loses 20 000, the senior 100 000, of which half is claimed and
    # paid a quarter later. A fifth of 60 000 is recovered twice, 24 000 in all: the guarantor, who paid 50 000 of
    # 120 000 lost, has 10 000 of it, the senior 14 000; it had 50 000 restored, and 36 000 of its loss remain.
    guarantee = {"kind": "pari_passu_guarantee", "layer": "senior", "coverage": "50%", "premium": "2%"}
    pool = {"kind": "pool", "obligors": 2, "default": "100%", "recovery": RECOVERY}
    path = played(deal(JUNIOR, SENIOR, support=(guarantee,), borrower=pool))
    assert by_period(path, "loan_losses", "D junior") == {1: 20_000}
    assert by_period(path, "loan_losses", "D senior") == {1: 100_000}
    assert by_period(path, "calls_made", "D") == {1: 50_000}
    assert by_period(path, "guarantee_calls", "D") == {2: 50_000}
    assert by_period(path, "recoveries", "D") == {2: 24_000}
    assert by_period(path, "guarantee_reimbursed", "D") == {2: 10_000}
    assert by_period(path, "lenders_restored", "D senior") == {2: 64_000}
    assert by_period(path, "guarantee_premiums", "D") == {}


def test_a_facility_that_closes_returns_what_no_deal_holds_and_later_what_comes_back() -> None:
    # 200 000 received, 30 000 lent as first loss for a year; closing in the fourth quarter (t = 3) it returns 170 000,
    # and the 30 000 a quarter after they are repaid at t = 4.
    lent = JUNIOR | {"provider": "facility", "amount": "300"}
    path = played(deal(lent), facility={"closes": "2026-Q4"})
    assert by_period(path, "facility_grants", "FAC") == {0: 200_000}
    assert by_period(path, "facility_refunds", "FAC") == {4: 170_000, 5: 30_000}
    assert path.stocks[7, "cash"] == 200_000


def test_an_interest_buy_down_is_paid_with_the_last_draw_and_lowers_the_rate() -> None:
    # Four equal payments of 25 000 and interest at 8 % or 4 % a year: the difference is 1 % of 100 000, 75 000, 50 000,
    # 25 000 in the four quarters, discounted at 5 % a year: 1000/1.0123 + 750/1.0247 + 500/1.0373 + 250/1.05 = 2439.9.
    dear = SENIOR | {"terms": {"rate": "8%", "maturity": 1}}
    path = played(deal(dear, support=({"kind": "interest_buy_down", "layer": "senior", "to": "4%"},)))
    paid = sum(cents / 1.05 ** (n / 4) for n, cents in enumerate((1000, 750, 500, 250), start=1))
    assert by_period(path, "interest_buy_downs", "D senior") == {0: round(paid)}
    assert by_period(path, "lenders_interest", "D senior") == {1: 1000, 2: 750, 3: 500, 4: 250}


@pytest.mark.parametrize(
    ("rule", "drawn"),
    [
        ({"kind": "grants_only"}, {}),
        ({"kind": "envelope", "amount": "600"}, {}),
        ({"kind": "envelope", "amount": "600", "reduce_to": "50%"}, {0: 60_000}),
        ({"kind": "envelope", "amount": "1000"}, {0: 100_000}),
        ({"kind": "min_grant_element", "share": "10%"}, {}),
        ({"kind": "min_grant_element", "share": "0.1%"}, {0: 100_000}),
    ],
)
def test_a_debt_rule_defers_or_reduces_what_a_state_borrows(rule: dict[str, Any], drawn: dict[int, int]) -> None:
    path = played(deal(SENIOR, borrower={"kind": "sovereign", "default": "0%"}), plan={"debt_rule": rule})
    assert by_period(path, "private_draws", "D senior") == drawn
    assert bool(by_period(path, "debt_deferred", "D")) == (not drawn)


def test_the_middle_default_of_many_obligors_is_about_their_median() -> None:
    """Without correlation the values of 101 obligors in rising order have their middle near zero."""
    pool = {"kind": "pool", "obligors": 101, "default": "1%"}
    scenario = Scenario.model_validate(
        fund(facilities=[FACILITY], programmes=[FILLED], deals=[deal(SENIOR, borrower=pool)], **plan_with((2026, 1)))
    )
    middle = [chance_of_deals(scenario, Raw(scenario, 3, path))["D"].places[50] for path in range(40)]
    places = chance_of_deals(scenario, Raw(scenario, 3, 0))["D"].places
    assert places == sorted(places)
    assert abs(sum(middle) / len(middle)) < 5 * 0.125 / 40**0.5  # pi / 2 / 101, its root: 0.125


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_the_books_of_deals_and_facilities_balance(first: int) -> None:
    for number in range(first, first + 50):
        scenario = generated(number)
        path = play(scenario, chance_of_variates(scenario, number, number))
        total: dict[tuple[str, str], int] = defaultdict(int)
        for (_, event, who), cents in path.flows.items():
            total[event, who] += cents
        facilities_balance(scenario, path, total)
        for one in scenario.deals:
            assert total["deal_delivery", one.id] <= total["deal_finance", one.id]
            paid, back = ([f"guarantee_{what}", f"outside_{what}"] for what in ("calls", "reimbursed"))
            paid_in_all, back_in_all = (sum(total[name, one.id] for name in names) for names in (paid, back))
            assert back_in_all <= paid_in_all <= total["calls_made", one.id]
            for layer in one.stack:
                of_layer = {event: cents for (event, who), cents in total.items() if who == f"{one.id} {layer.id}"}
                drawn = sum(of_layer.get(f"{purse}_draws", 0) for purse in ("private", "public", "facility"))
                lost = of_layer.get("loan_losses", 0)
                restored, repaid = (
                    sum(of_layer.get(f"{lender}_{what}", 0) for lender in ("lenders", "facility"))
                    for what in ("restored", "principal")
                )
                begun, moved = (of_layer.get(event, 0) for event in ("loans_begun", "loan_exchange_difference"))
                assert restored <= lost
                assert repaid + lost <= begun + moved
                if getattr(layer, "currency", None) in (None, scenario.fund.currency):
                    assert begun <= drawn
                    assert moved == 0


def facilities_balance(scenario: Scenario, path: Played, total: dict[tuple[str, str], int]) -> None:
    """What a facility received and got back is what it paid and still holds."""
    for facility in scenario.facilities:
        mine = [one for one in scenario.deals if one.facility == facility.id]
        whose = {facility.id, *(one.id for one in mine)}
        whose |= {f"{one.id} {layer.id}" for one in mine for layer in one.stack}
        change = sum(total[event, who] for event in RECEIVED for who in whose)
        change -= sum(total[event, who] for event in PAID for who in whose)
        assert change == path.stocks[scenario.calendar.periods - 1, f"cash of {facility.id}"]
