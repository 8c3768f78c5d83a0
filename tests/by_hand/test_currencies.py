"""Donors that give in other currencies, on paper. Amounts in comments are cents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mptf_sim.engine.draws import CHUNK, Streams, draw
from mptf_sim.engine.run import simulate
from mptf_sim.engine.terms import Terms
from mptf_sim.fund.currencies import CorrelatedPair, ExchangeCorrelation, factor
from mptf_sim.quantities import Array
from tests.by_hand.small import Result, donor, fund
from tests.by_hand.test_pledges import pledge

EUR = {"id": "EUR", "rate": "1.10"}


def moved(change: str, start: str = "2026-Q3", **terms: Any) -> dict[str, Any]:
    return {"kind": "exchange_rate_move", "start": start, "change": change} | terms


def in_own(result: Result) -> dict[str, int]:
    """What was posted in euros, event by event."""
    totals: dict[str, int] = {}
    for one in result.replay.postings:
        if one.currency == "EUR" and one.in_currency:
            totals[one.event] = totals.get(one.event, 0) + one.in_currency
    return totals


def rates(**parts: Any) -> dict[str, Array]:
    """What each currency is worth, (period, path) of one chunk."""
    return dict(draw(Terms(fund(**parts)), 5, 0).gifts.rates)


def test_what_is_signed_is_booked_at_the_rate_of_its_signature_and_what_comes_at_the_rate_of_its_quarter() -> None:
    # 100.01 euros, signed before the calendar: 10 001 x 1.10 = 11 001.1 -> 11 001. From Q3 on 1.10 x 0.9 = 0.99.
    # Due in Q4, three quarters of it come: 75 % of 10 001 = 7500.75 -> 7501; x 0.99 = 7425.99 -> 7426 deposited.
    # Not to come: 2500 x 1.10 = 2750 cancelled. What came was booked as 11 001 - 2750 = 8251: 825 lost.
    german = donor("DEU", ("2026-Q4", "100.01"), currency="EUR", conversion="75%")
    result = Result(fund(currencies=[EUR], donors=[german], shocks=[moved("-10%")]))
    assert result.of("signed", "DEU") == {"2026-Q1": 11001}
    assert result.of("deposits", "DEU") == {"2026-Q4": 7426}
    assert result.of("cancelled_commitments", "DEU") == {"2026-Q4": 2750}
    assert result.of("exchange_difference", "DEU") == {"2026-Q4": -825}
    assert result.account("signed_not_deposited") == [11001, 11001, 11001, 0]
    assert in_own(result) == {"announced": 10001, "signed": 10001, "deposits": 7501, "cancelled_commitments": 2500}


def test_what_never_comes_is_cancelled_as_it_was_booked() -> None:
    german = donor("DEU", ("2026-Q4", "100.01"), currency="EUR", default="100%")
    result = Result(fund(currencies=[EUR], donors=[german], shocks=[moved("-10%")]))
    assert result.of("cancelled_commitments", "DEU") == {"2026-Q4": 11001}
    assert result.by_entity("exchange_difference") == {}


def test_a_pledge_is_booked_when_announced_and_again_when_signed() -> None:
    # Announced in Q2: 10 000 x 1.10 = 11 000. Signed in Q3 at 1.21: 12 100, and deposited then.
    gift = {"kind": "renewing", "gift": "100", "announces": "Q2", "signs": "Q3"}
    german = {"id": "DEU", "name": "Germany", "currency": "EUR", "outlook": gift}
    result = Result(fund(currencies=[EUR], donors=[german], shocks=[moved("10%")]))
    assert result.of("announced", "DEU") == {"2026-Q2": 11000}
    assert result.of("pledge_exchange_difference", "DEU") == {"2026-Q3": 1100}
    assert result.of("signed", "DEU") == result.of("deposits", "DEU") == {"2026-Q3": 12100}
    assert result.account("pledged_not_signed") == [0, 11000, 0, 0]


def test_a_pledge_that_lapses_leaves_the_books_as_it_came_and_one_in_kind_is_booked_once() -> None:
    lapses = pledge("money", "1", signing="0%", lapses_after=2)
    goods = pledge("goods", "1", kind="in kind", instalments=[{"share": "100%", "after": 2}])
    german = donor("DEU", currency="EUR")
    step = pledge("step", "0", kind="policy")
    result = Result(fund(currencies=[EUR], donors=[german], pledges=[lapses, goods, step], shocks=[moved("-50%")]))
    assert result.of("policy_pledges_adopted", "DEU") == {"2026-Q2": 1}  # counted, not booked
    assert result.of("lapsed_pledges", "DEU") == {"2026-Q4": 110}
    assert result.of("in_kind_provided", "DEU") == {"2026-Q4": 110}


def test_moves_multiply_in_any_order_and_end_when_they_say() -> None:
    once, twice = moved("-20%", "2026-Q2"), moved("50%", "2026-Q3", end="2026-Q3", currencies=["EUR"])
    for shocks in ([once, twice], [twice, once]):
        worth = rates(currencies=[EUR, {"id": "GBP", "rate": "2"}], shocks=shocks)
        assert worth["EUR"][:, 0].tolist() == [1.1, 0.88, 1.32, 0.88]
        assert worth["GBP"][:, 0].tolist() == [2.0, 1.6, 1.6, 1.6]


def test_a_rate_of_one_that_does_not_move_is_the_funds_own_currency() -> None:
    """C9"""
    terms = {"default": "30%", "conversion": "33.33%", "delay": {"chance": "50%", "quarters": 1}}
    renewing = {"outlook": {"kind": "renewing", "gift": "10.01", "spread": "50%"}, **terms}
    one = {"id": "DEU", "name": "Germany", **renewing}
    own = simulate(fund(donors=[one]), 50, 3)
    other = simulate(fund(donors=[one | {"currency": "EUR"}], currencies=[EUR | {"rate": "1"}]), 50, 3)
    assert own.result_digest == other.result_digest


def test_a_donor_that_names_the_funds_currency_needs_no_rate() -> None:
    same = Result(fund(donors=[donor("USA", ("2026-Q2", "5"), currency="USD")]))
    assert same.of("deposits", "USA") == {"2026-Q2": 500}


def test_e1_the_mean_of_a_rate_is_its_start_within_five_standard_errors() -> None:
    """E1, and B14: finite and above zero."""
    walk = rates(calendar={"start": "2026-Q1", "periods": 20}, currencies=[EUR | {"volatility": "30%"}])["EUR"]
    assert (walk[0] == 1.10).all()
    assert (np.isfinite(walk) & (walk > 0)).all()
    for t in (1, 4, 19):
        assert abs(walk[t].mean() - 1.10) < 5 * walk[t].std() / np.sqrt(CHUNK)
    yearly = np.log(walk[4] / walk[0])
    assert abs(yearly.std() - 0.30) < 5 * 0.30 / np.sqrt(2 * CHUNK)


def test_e3_currencies_move_together_as_far_as_asked() -> None:
    """E3"""
    listed = [{"id": code, "rate": "1", "volatility": "10%"} for code in ("EUR", "GBP", "NOK")]
    pairs = [{"between": ["NOK", "EUR"], "correlation": "-40%"}]
    walk = rates(
        calendar={"start": "2026-Q1", "periods": 40},
        currencies=listed,
        exchange_correlation={"common": "50%", "pairs": pairs},
    )
    steps = {code: np.diff(np.log(rate), axis=0).ravel() for code, rate in walk.items()}
    bound = 5 / np.sqrt(steps["EUR"].size)
    for one, other, asked in (("EUR", "GBP", 0.5), ("GBP", "NOK", 0.5), ("EUR", "NOK", -0.4)):
        assert abs(np.corrcoef(steps[one], steps[other])[0, 1] - asked) < bound


def test_currencies_that_move_wholly_together_keep_their_ratio() -> None:
    listed = [{"id": code, "rate": "1", "volatility": "10%"} for code in ("DKK", "EUR")]
    walk = rates(currencies=listed, exchange_correlation={"common": "100%"})
    assert (walk["DKK"] == walk["EUR"]).all()


def test_the_walk_is_that_of_the_document() -> None:
    listed = [{"id": "EUR", "rate": "1.10", "volatility": "10%"}, {"id": "GBP", "rate": "1.30", "volatility": "20%"}]
    walk = rates(currencies=listed, exchange_correlation={"common": "60%"})
    streams = Streams(5, 4, 0)
    first, second = (streams.normals(f"currency/{code}", "rate") for code in ("EUR", "GBP"))
    for path in (0, 1000):
        log = 0.0
        for t in range(1, 4):
            log += 0.1 * (0.6 * first[t, path] + 0.8 * second[t, path]) - 0.1**2 / 2
            assert walk["GBP"][t, path] == pytest.approx(1.30 * np.exp(log), rel=1e-12)


def test_a_further_currency_moves_no_rate_of_currencies_it_is_not_correlated_with() -> None:
    listed = [{"id": code, "rate": "1", "volatility": "10%"} for code in ("EUR", "GBP")]
    more = [{"id": "CHF", "rate": "1.2", "volatility": "5%"}, *listed]
    pairs = {"pairs": [{"between": ["EUR", "GBP"], "correlation": "50%"}]}
    before, after = (rates(currencies=given, exchange_correlation=pairs) for given in (listed, more))
    assert all((before[code] == after[code]).all() for code in ("EUR", "GBP"))


def test_the_loadings_give_the_matrix_back() -> None:
    pairs = [CorrelatedPair.model_validate({"between": ["DKK", "EUR"], "correlation": "99%"})]
    matrix = ExchangeCorrelation(common="70%", pairs=pairs).matrix(["DKK", "EUR", "GBP", "NOK"])
    loadings = factor(matrix)
    assert loadings is not None
    full = np.array([row + [0.0] * (4 - len(row)) for row in loadings])
    assert np.allclose(full @ full.T, np.array(matrix, dtype=float), atol=1e-15)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"donors": [donor("DEU", currency="EUR")]}, "found EUR: add its rate there"),
        ({"currencies": [{"id": "USD", "rate": "1"}]}, "a currency other than the fund's own USD"),
        ({"currencies": [EUR, EUR]}, "duplicate id 'EUR'"),
        ({"currencies": [EUR | {"rate": "0"}]}, "an exchange rate from 0.0001 to 10000"),
        ({"currencies": [EUR | {"rate": "-1"}]}, "an exchange rate from 0.0001 to 10000"),
        ({"currencies": [EUR | {"rate": "1.1234567"}]}, "at most six decimals"),
        ({"currencies": [{"id": "JPY", "rate": "0.01"}]}, "EUR"),
        ({"currencies": [EUR], "shocks": [moved("5%", currencies=["NOK"])]}, "one of `currencies`, found NOK"),
        ({"currencies": [EUR], "shocks": [moved("-95%")]}, "a change from -90% to 300%"),
    ],
)
def test_a_currency_that_cannot_be_meant_is_refused_in_words(parts: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fund(**parts)


@pytest.mark.parametrize(
    ("correlation", "said"),
    [
        ({"common": "-60%"}, "contradict each other"),
        ({"pairs": [{"between": ["EUR", "EUR"], "correlation": "10%"}]}, "two different currencies"),
        ({"pairs": [{"between": ["EUR", "SEK"], "correlation": "10%"}]}, "two of `currencies`, found SEK"),
        ({"pairs": [{"between": ["EUR", "GBP"], "correlation": "10%"}] * 2}, "already given"),
        ({"common": "110%"}, "a correlation from -100% to 100%"),
    ],
)
def test_correlations_that_cannot_be_are_refused_in_words(correlation: dict[str, Any], said: str) -> None:
    listed = [{"id": code, "rate": "1"} for code in ("EUR", "GBP", "NOK")]
    with pytest.raises(ValueError, match=said):
        fund(currencies=listed, exchange_correlation=correlation)
