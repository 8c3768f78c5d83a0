"""What a replay says of the first morning and the last evening is what the books say."""

from __future__ import annotations

from collections import Counter

from hypothesis import given

from mptf_sim.books import LEDGER, account
from mptf_sim.engine.replay import Replay, replay
from mptf_sim.engine.standing import STAGES, Balance
from mptf_sim.scenario.scenario import Scenario
from tests.strategies import scenarios

STOCKS = ("cash", "held_by_organisations", "owed_to_programmes")


def by_stock(balances: tuple[Balance, ...]) -> dict[str, int]:
    totals = Counter({stock: 0 for stock in STOCKS})
    for one in balances:
        totals[one.stock] += one.cents
    return dict(totals)


def opening_of(path: Replay, stock: str) -> int:
    """A stock before the first period: its first close less what the first period did to it."""
    raises, lowers = LEDGER[stock]
    first = {name: int(account(path.books, name)[0, 0]) for name in (stock, *raises, *lowers)}
    return first[stock] - sum(first[name] for name in raises) + sum(first[name] for name in lowers)


@given(scenario=scenarios())
def test_opening_and_closing_balances_add_up_to_the_books(scenario: Scenario):
    path = replay(scenario, seed=3, path=70)

    assert by_stock(path.opening) == {stock: opening_of(path, stock) for stock in STOCKS}
    assert by_stock(path.closing) == {stock: int(account(path.books, stock)[-1, 0]) for stock in STOCKS}
    assert all(one.cents > 0 for one in (*path.opening, *path.closing))


@given(scenario=scenarios())
def test_the_life_of_a_programme_is_what_its_postings_tell(scenario: Scenario):
    path = replay(scenario, seed=3, path=70)
    events = {(one.event, one.who): one.period for one in reversed(path.postings)}  # the first of each

    assert [life.programme for life in path.lives] == sorted(programme.id for programme in scenario.programmes)
    for life, programme in zip(path.lives, sorted(scenario.programmes, key=lambda one: one.id), strict=True):
        running = programme.running
        if running is not None:
            assert life.approved == running.approved
        elif (approved := events.get(("approvals", life.programme))) is not None:
            assert str(life.approved) == approved
        if (paid := events.get(("transfers", life.programme))) is not None:
            assert str(life.started) <= paid  # a first instalment of nothing starts a programme too
        if ("refunds", life.programme) in events:
            assert life.stage == STAGES[-1]
        assert (life.closed is not None) == (life.stage in STAGES[-2:])
