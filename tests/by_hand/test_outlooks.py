"""What donors are expected to do, outlook by outlook, on paper. Amounts in comments are cents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mptf_sim.engine.draws import CHUNK, Streams
from mptf_sim.engine.run import simulate
from tests.by_hand.small import Result, donor, fund, programme
from tests.by_hand.test_pledges import pledge

THREE_YEARS = {"start": "2026-Q1", "periods": 12}
REVIEWS = [
    {"id": "africa", "kind": "regional", "quarter": "2026-Q2", "region": "africa"},
    {"id": "europe", "kind": "regional", "quarter": "2026-Q2", "region": "europe"},
    {"id": "irmf", "kind": "forum", "quarter": "2026-Q4"},
]


def giver(kind: str, id: str = "DEU", **terms: Any) -> dict[str, Any]:
    return {"id": id, "name": id, "outlook": {"kind": kind, **terms}}


def at_reviews(**terms: Any) -> Any:
    governance = {"meetings": ["Q1"], "reviews": REVIEWS}
    outlook = {"chance": "100%", "amount": "100", **terms}
    return fund(calendar=THREE_YEARS, donors=[giver("at_reviews", **outlook)], governance=governance)


def test_a_donor_gives_at_reviews_of_a_kind_once_in_a_quarter_and_by_its_lags() -> None:
    lags = {"signed_after": 1, "deposited_after": 2}
    forum = Result(at_reviews(reviews="forum", **lags))
    assert forum.of("announced", "DEU") == {"2026-Q4": 10000}
    assert forum.of("signed", "DEU") == {"2027-Q1": 10000}
    assert forum.of("deposits", "DEU") == {"2027-Q3": 10000}
    assert Result(at_reviews(reviews="regional")).of("deposits", "DEU") == {"2026-Q2": 10000}
    assert Result(at_reviews()).of("deposits", "DEU") == {"2026-Q2": 10000, "2026-Q4": 10000}


def test_what_is_given_at_a_review_is_the_lognormal_draw_of_that_quarter() -> None:
    scenario = at_reviews(chance="50%", spread="40%")
    streams = Streams(3, 12, 0)
    luck, own = streams.uniforms("donor/DEU", "review"), streams.normals("donor/DEU", "gift")
    for path in range(0, 200, 9):
        expected = {
            quarter: round(10000 * float(np.exp(0.4 * own[t, path] - 0.08)))
            for quarter, t in (("2026-Q2", 1), ("2026-Q4", 3))
            if luck[t, path] < 0.5
        }
        assert Result(scenario, seed=3, path=path).of("deposits", "DEU") == expected


def test_e2_gifts_at_reviews_have_the_mean_that_was_said() -> None:
    """E2: two reviews, each with a chance of 30 % of 100 on average."""
    given = simulate(at_reviews(chance="30%", spread="50%"), 4 * CHUNK, 5).columns["deposits"]
    assert abs(given.mean() - 6000) < 5 * given.std() / np.sqrt(given.size)


HISTORY = [{"series": "old", "year": 2014 + n, "amount": amount} for n, amount in enumerate(("1", "0", "3", "5"))]


def bootstrap(**terms: Any) -> Any:
    outlook = giver("bootstrap", series="old", **terms)
    return fund(calendar=THREE_YEARS, history=HISTORY[::-1], donors=[outlook])


def test_a_bootstrap_gives_blocks_of_years_of_its_record_grown_by_the_year() -> None:
    # Blocks of two of four years begin at 0, 1 or 2: floor(u x 3). The second year of a block follows the first.
    uniforms = Streams(9, 12, 0).uniforms("donor/DEU", "block")
    seen = set()
    for path in range(0, 300, 11):
        first, second = (int(uniforms[t, path] * 3) for t in (0, 8))
        years = [[100, 0, 300, 500][n] for n in (first, first + 1, second)]
        expected = {f"{2026 + n}-Q2": round(cents * 1.1**n) for n, cents in enumerate(years) if cents}
        assert Result(bootstrap(block=2, growth="10%", signs="Q2"), seed=9, path=path).of("deposits", "DEU") == expected
        seen.add(first)
    assert seen == {0, 1, 2}


def test_a_bootstrap_of_its_whole_record_repeats_it() -> None:
    result = Result(bootstrap(block=4, announces="Q1", signs="Q3"))
    assert result.of("announced", "DEU") == {"2026-Q1": 100, "2028-Q1": 300}
    assert result.of("signed", "DEU") == {"2026-Q3": 100, "2028-Q3": 300}


def test_e2_a_bootstrap_has_the_mean_of_its_record() -> None:
    """E2: 225 a year."""
    given = simulate(bootstrap(), 4 * CHUNK, 5).columns["deposits"]
    assert abs(given.mean() - 3 * 225) < 5 * given.std() / np.sqrt(given.size)


def test_a_dedicated_account_matches_what_others_deposit_up_to_its_ceiling() -> None:
    # 33.33 % of 101 = 33.66 -> 34; of 202 = 67.33 -> 67, so 33; of 702 = 233.98 -> 234, but no more than 200: 133
    matching = giver("matching", "KEN", donors=["ANN", "BEN"], ratio="33.33%", ceiling="2")
    matching["earmark"] = {"countries": ["KEN"]}
    others = [donor("ANN", ("2026-Q1", "1.01"), ("2026-Q3", "5")), donor("BEN", ("2026-Q2", "1.01"))]
    home = programme("A", "2", region="africa", countries=["KEN"])
    result = Result(fund(donors=[*others, matching], programmes=[home]))
    assert result.of("deposits", "KEN") == {"2026-Q1": 34, "2026-Q2": 33, "2026-Q3": 133}
    assert {one.earmark for one in result.replay.postings if one.who == "KEN"} == {"countries KEN"}


def test_matching_counts_deposits_in_the_funds_currency_pledges_among_them() -> None:
    matching = giver("matching", "BANK", donors=["DEU"], ratio="100%", ceiling="1000")
    scenario = fund(
        currencies=[{"id": "EUR", "rate": "1.5"}],
        donors=[matching, donor("DEU", ("2026-Q1", "2"), currency="EUR")],
        pledges=[pledge(amount="4")],
    )
    assert Result(scenario).of("deposits", "BANK") == {"2026-Q1": 300, "2026-Q2": 600}


def test_a_match_may_itself_come_late_or_be_cut() -> None:
    matching = giver("matching", "BANK", donors=["DEU"], ratio="50%", ceiling="1000")
    matching["delay"] = {"chance": "100%", "quarters": 2}
    cut = {"kind": "donor_cut", "donors": ["BANK"], "start": "2026-Q1", "share": "10%"}
    result = Result(fund(donors=[donor("DEU", ("2026-Q1", "2")), matching], shocks=[cut]))
    assert result.of("deposits", "BANK") == {"2026-Q3": 90}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"donors": [giver("at_reviews", chance="10%", amount="1")]}, "a review of any kind in `governance.reviews`"),
        ({"donors": [giver("bootstrap", series="old")]}, "a series of `history`, found 'old'"),
        ({"donors": [giver("bootstrap", series="old", block=5)], "history": HISTORY}, "at most the 4 years of old"),
        ({"history": [HISTORY[0], HISTORY[2]]}, "2015 is missing: write an amount of 0"),
        ({"history": [HISTORY[0], HISTORY[0]]}, "the year 2014 of old is already given"),
        ({"donors": [giver("matching", donors=["DEU"], ratio="1%", ceiling="1")]}, "a donor other than itself"),
        ({"donors": [giver("matching", donors=["FRA"], ratio="1%", ceiling="1")]}, "unknown 'FRA'"),
        (
            {
                "donors": [giver("matching", "A", donors=["B"], ratio="1%", ceiling="1"),
                           giver("matching", "B", donors=["C"], ratio="1%", ceiling="1"), donor("C")]
            },
            "a donor that does not match others itself, found B",
        ),
        (
            {
                "currencies": [{"id": "EUR", "rate": "1"}],
                "donors": [giver("matching", "A", donors=["B"], ratio="1%", ceiling="1") | {"currency": "EUR"}, donor("B")],
            },
            "the fund's currency USD",
        ),
    ],
)  # fmt: skip
def test_an_outlook_that_cannot_be_meant_is_refused_in_words(parts: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fund(**parts)
