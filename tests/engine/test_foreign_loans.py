"""What must hold of loans in other currencies: in their own they add up, and the deal's books follow the rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from mptf_sim.engine.draws import draw
from mptf_sim.engine.replay import replay
from mptf_sim.engine.run import play_chunk, simulate
from mptf_sim.engine.terms import Terms
from mptf_sim.errors import UsageError
from mptf_sim.quantities import Array
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.blended import SENIOR, blended, deal
from tests.engine.deal_worlds import foreign_worlds, lent_in, worlds
from tests.engine.test_finance import PATHS, Played, moved, played

AT_PAR = {"id": "EUR", "rate": 1}


def rates(world: Played) -> Array:
    """What one unit of each foreign loan's currency is worth, as told by the draws: (period, foreign loan, path)."""
    known = draw(world.terms, 3, 0).paths(0, PATHS).gifts.rates
    return np.stack([known[currency] for currency in world.terms.deals.foreign.currency], axis=1)


def is_abroad(scenario: Scenario) -> bool:
    return any(getattr(layer, "currency", None) for one in scenario.deals for layer in one.stack)


@settings(max_examples=80, deadline=None)
@given(worlds())
def test_a_currency_that_is_always_worth_one_changes_nothing(scenario):
    assert simulate(lent_in(scenario, AT_PAR), PATHS).result_digest == simulate(scenario, PATHS).result_digest


@settings(max_examples=20, deadline=None)
@given(worlds())
def test_naming_the_funds_own_currency_is_naming_none(scenario):
    dumped = lent_in(scenario, AT_PAR).dump() | {"currencies": []}
    for layer in (layer for one in dumped["deals"] for layer in one["stack"] if "currency" in layer):
        layer["currency"] = "USD"
    assert simulate(Scenario.model_validate(dumped), 4).result_digest == simulate(scenario, 4).result_digest


@settings(max_examples=80, deadline=None)
@given(foreign_worlds().filter(is_abroad))
def test_a14_each_loan_adds_up_in_its_own_currency_and_is_booked_at_the_rate_of_the_quarter(scenario):
    world = played(scenario)
    foreign, rate = world.terms.deals.foreign, rates(world)
    settled = np.zeros((len(foreign.loans), PATHS))
    for t, (stands, flows) in enumerate(zip(world.stood, world.moved, strict=True)):
        for flow in ("principal", "losses"):
            settled += flows.own.moved.get(flow, 0.0)
        begun = stands.closed_at + world.terms.deals.last_draw[:, None] <= t
        assert (np.where(begun[foreign.of_deal], stands.own.face, 0.0) == settled + stands.own.out).all()
        assert (stands.own.out >= 0).all()
        assert (stands.out[foreign.loans] == np.rint(stands.own.out * rate[t])).all()


@settings(max_examples=60, deadline=None)
@given(foreign_worlds().filter(is_abroad))
def test_what_is_outstanding_changes_by_draws_payments_losses_and_the_rate_alone(scenario):
    world = played(scenario)
    count = len(world.terms.deals.loans)
    before = np.zeros((count, PATHS))
    for stands, flows in zip(world.stood, world.moved, strict=True):
        expected = before + moved(flows, "loans_begun", "loan", count, PATHS)
        expected += moved(flows, "loan_exchange_difference", "loan", count, PATHS)
        for name in ("lenders_principal", "facility_principal", "loan_losses"):
            expected -= moved(flows, name, "loan", count, PATHS)
        assert (stands.out == expected).all()
        before = stands.out


@settings(max_examples=60, deadline=None)
@given(foreign_worlds().filter(is_abroad))
def test_b10_a_loan_in_another_currency_bears_what_those_below_it_leave(scenario):
    world = played(scenario)
    deals, rate = world.terms.deals, rates(world)
    own_before = np.zeros((len(deals.foreign.loans), PATHS))
    out = np.zeros((len(deals.loans), PATHS))
    for t, (stands, flows) in enumerate(zip(world.stood, world.moved, strict=True)):
        out[deals.foreign.loans] = np.rint(own_before * rate[t])
        lost = moved(flows, "loan_losses", "loan", len(deals.loans), PATHS)
        for row in range(len(deals.deals)):
            loans = deals.loans_of(row)
            loss, below = lost[loans].sum(axis=0), np.zeros(PATHS)
            for loan in loans:
                assert (lost[loan] == np.minimum(np.maximum(loss - below, 0.0), out[loan])).all()
                below += out[loan]
        out, own_before = stands.out.copy(), stands.own.out


@settings(max_examples=40, deadline=None)
@given(foreign_worlds().filter(is_abroad))
def test_a_rate_changes_nothing_of_what_facilities_hold_and_promise_at_a_close(scenario):
    # Until something defaults or comes back, a facility sees the same whatever rates do.
    def sure(world: Scenario) -> Scenario:
        dumped = world.dump()
        for one in dumped["deals"]:
            if "borrower" in one:
                one["borrower"]["default"] = "0%"
            one["support"] = [support for support in one.get("support", []) if "guarantee" not in support["kind"]]
        return Scenario.model_validate(dumped)

    still = lent_in(scenario, AT_PAR, {"id": "SEK", "rate": 1})
    moving, still = (played(sure(world)).books for world in (scenario, still))
    assert (moving.facilities == still.facilities).all()


def test_a_rate_that_moves_by_itself_leaves_what_is_drawn_at_its_mean():
    # X has a constant mean, and what is drawn is a face fixed four quarters before: within five standard errors.
    loan = SENIOR | {"currency": "EUR"}
    scenario = blended(
        deal(loan, draws={"after": 4}), currencies=[{"id": "EUR", "rate": 1.1, "volatility": "10%"}], periods=6
    )
    drawn = simulate(scenario, 4096).columns["private_draws"]
    assert abs(drawn.mean() - 200_000) <= 5 * drawn.std() / 64
    assert drawn.std() > 10_000


@settings(max_examples=10, deadline=None)
@given(foreign_worlds().filter(is_abroad))
def test_a_path_played_again_alone_has_the_same_cents_in_both_currencies(scenario):
    books, _ = play_chunk(Terms(scenario), 3, 0, 80, 1024)
    again = replay(scenario, 3, 70)
    assert (again.books.finance[..., 0] == books.finance[..., 70]).all()
    assert (again.books.layers[..., 0] == books.layers[..., 70]).all()


def test_loans_whose_cents_would_not_be_exact_in_their_own_currency_are_refused():
    loan = SENIOR | {"currency": "EUR", "amount": "50bn"}
    simulate(blended(deal(loan), currencies=[{"id": "EUR", "rate": 1}]), 1)
    with pytest.raises(UsageError, match="rates of deals: amounts reach"):
        simulate(blended(deal(loan), currencies=[{"id": "EUR", "rate": "0.0001"}]), 1)


def test_a_fund_without_loans_in_other_currencies_does_nothing_for_them():
    world = played(blended(deal(SENIOR)))
    assert world.terms.deals.serving_abroad == ((),) * len(Terms(blended(deal(SENIOR))).quarters)
    assert all(stands.own is None for stands in world.stood)
    assert not any(one.account == "loan_exchange_difference" for flows in world.moved for one in flows.moved)
