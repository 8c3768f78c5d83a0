"""Two engines that share no rule agree on every flow of every period: the fast one, and the plain one beside this."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from mptf_sim.engine.replay import replay
from mptf_sim.errors import UsageError
from mptf_sim.scenario.scenario import Scenario
from tests.reference.chance import chance_of_variates
from tests.reference.compare import differences, differences_from, told
from tests.reference.compare_deals import FLOWS
from tests.reference.coverage import features
from tests.reference.difference import Difference
from tests.reference.generated import generated
from tests.reference.play import play
from tests.strategies import seeds
from tests.whole_funds import whole_funds

FUNDS = 500
MANY_FUNDS = 20_000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else FUNDS
"""How many funds are played: 500 every day, 20,000 by `make test-thorough`."""
BATCH = 10

OF_GIVING = frozenset(
    {
        "outlook scheduled", "outlook renewing", "outlook at_reviews", "outlook bootstrap", "outlook matching",
        "Student tails", "block of several years", "comeback", "announced apart", "ceiling of a match",
        "pledge financial", "pledge in kind", "pledge policy", "pledge under its own earmark",
        "pledge in several instalments", "donor in another currency", "currency that moves by itself",
        "currencies that move together", "two reviews in one quarter", "two waves", "shock donor_cut", "shock donor_exit", "shock earmarking_wave",
        "shock exchange_rate_move", "event announced", "event lapsed_pledges", "event signed",
        "event pledge_exchange_difference", "event deposits", "event cancelled_commitments", "event exchange_difference",
        "event in_kind_announced", "event in_kind_signed", "event in_kind_provided", "event in_kind_lapsed",
        "event in_kind_outstanding", "event policy_pledges_announced", "event policy_pledges_adopted",
        "event policy_pledges_lapsed", "event policy_pledges_open", "event pledged_not_signed",
        "event pledged_up_to_a_year", "event pledged_up_to_two_years", "event pledged_longer", "event overdue_deposits",
        "event agent_fees",
    }
)  # fmt: skip

OF_PROGRAMMES = frozenset(
    {
        "several organisations", "three organisations", "equal shares", "running programme of several organisations",
        "organisation that never signs", "organisation that signs later", "organisation with a capacity",
        "organisation at its capacity", "organisations that differ in pace", "late reports",
        "plan that absorbs so much", "plan that absorbs no more", "shock delivery_slowdown", "release by programme",
        "release by every organisation", "release by own share", "commitments count", "half-yearly reports",
        "yearly reports", "part that starts after another", "organisation that holds up the others",
        "organisation for which the others have spent enough", "part that is paid while another is not released", "event reported_expenditure", "event held_up_by_reports",
        "pipeline", "more than four slots a year", "several templates", "event concept_notes_received",
        "event concept_notes_selected", "event documents_ready", "document ready at once", "slot approved",
        "document ready sooner by coordination",
    }
)  # fmt: skip

OF_PLANS = frozenset(
    {
        "plan of status none", "plan of status drafting", "plan of status costed", "plan of status adopted",
        "plan of status reviewed", "two measures of a need", "overlap", "two overlaps", "inflation", "contingency",
        "needs surge", "review that finds other needs", "review with a new rule", "review with new scores",
        "regional review", "effect of a vote", "effect of championing", "source over all windows", "requested source",
        "plan that ripens", "plan of a State that joins", "plan reviewed", "source that firms up",
        "level of coordination raised",
    }
)  # fmt: skip

OF_DEALS = frozenset(
    {
        "several deals", "several facilities", "facility that prepares", "facility that closes", "reflows that are refunded",
        "layer grant", "layer first_loss", "layer concessional_loan", "layer commercial_loan", "leverage", "grace",
        "provider facility", "provider bilateral", "provider development bank", "provider state budget",
        "provider private", "provider diaspora", "loan repaid by equal_principal", "loan repaid by annuity",
        "loan repaid by bullet", "support technical_assistance", "support interest_buy_down",
        "support pari_passu_guarantee", "support portfolio_first_loss_guarantee", "support results_based_payment",
        "support matching_grant", "outside guarantor", "cap of its own of a guarantee", "limit of a guarantee reached",
        "call on a facility", "recovery of a guarantor", "borrower pool", "borrower granular_pool", "borrower sovereign",
        "default", "defaults that come together", "deals that go bad together", "shock default_cluster",
        "debt rule grants_only", "debt rule min_grant_element", "debt rule envelope", "debt rule debt_thresholds",
        "loan in another currency", "loans in several currencies", "draw that falls short of the plan",
        "private_draws in another currency", "public_draws in another currency", "loans_begun in another currency",
        "lenders_interest in another currency", "lenders_principal in another currency", "loan_losses in another currency",
        "deal that waits for its facility's money", "deal reduced by a debt rule", "deal deferred by a debt rule",
        "bond", *(f"event {flow}" for flow in FLOWS),
    }
)  # fmt: skip

EXPECTED = OF_GIVING | OF_DEALS | OF_PROGRAMMES | OF_PLANS | frozenset(
    {
        "amounts of a few cents", "award below the budget", "calendar that starts within a year",
        "cash used up to the last cent", "claims too many already", "direct cost that waits",
        "document passed over", "documents of different eligible classes", "earmark", "earmark by exclusion",
        "event approvable", "event approvals", "event awarded_to_needs",
        "event cancelled_awards", "event direct_cost", "event executed_finance",
        "event freed_needs", "event indirect_cost", "event interest", "event lapsed_needs",
        "event needs_due", "event not_released", "event refunds",
        "event secured_finance", "event transfers", "event waiting_for_cash",
        "extension", "four instalments", "instalment that waits for the cash of its earmarks", "instalments",
        "minimum grant", "nothing of an award counts", "part of an award counts", "plan that raises no needs",
        "policy full_cash", "policy rolling", "policy signed", "programme approved before the calendar and not started",
        "programme of a plan", "regional programme", "reserve", "rule priority_score",
        "rule pro_rata", "running programme", "the largest amounts", "three earmarks",
        "tie of scores", "transfer in the last quarter", "rule priority_queue", "rule equal_awards",
        "rule performance_based", "rule regional_floors", "maximum grant", "one active programme per country",
        "two groups with limits", "bar", "shock freeze_of_approvals", "rule that may scale down", "event unmet_floors", "ceiling",
        "choice under full_cash", "choice under signed", "choice under rolling", "choice by priority_queue",
        "choice by priority_score", "choice by pro_rata", "choice by equal_awards", "choice by performance_based",
        "choice by regional_floors", "money for some windows", "money for all but some windows",
        "money for some regions", "money for all but some regions", "money for some countries",
        "money for all but some countries", "floor served", "award scaled down", "award raised after a floor", "country taken by another document",
    }
)  # fmt: skip
"""Each of these is met by at least one fund in twenty."""


def seed_and_path(number: int) -> tuple[int, int]:
    """Which future of a generated fund is compared: in any chunk, at any place in it."""
    return number, number * 397 % 5_000


def in_words(found: list[Difference], name: str) -> str:
    """The first differences: what comes later may follow from them."""
    lines = [f"{name}: {len(found)} differences"]
    lines += [
        f"  period {one.period}, {one.what} of {one.who or 'the fund'}: fast {one.fast}, slow {one.slow}"
        for one in found[:5]
    ]
    return "\n".join(lines)


def assert_agreement(numbers: range) -> None:
    disagreements, refused = [], []
    for number in numbers:
        try:
            found, _ = differences(generated(number), *seed_and_path(number))
        except UsageError as refusal:  # of amounts that would not be exact: no run shows its cents either
            refused.append(f"generated({number}): {refusal}")
            continue
        if found:
            disagreements.append(in_words(found, f"generated({number}), seed and path {seed_and_path(number)}"))
    assert not disagreements, "\n" + "\n".join(disagreements)
    assert len(refused) <= 1, "\n" + "\n".join(refused)


@pytest.mark.parametrize("first", range(0, FUNDS, BATCH))
def test_both_engines_agree_on_every_flow_of_every_period(first: int) -> None:
    assert_agreement(range(first, first + BATCH))


@pytest.mark.slow
@pytest.mark.skipif(MANY_FUNDS == FUNDS, reason="`make test-thorough` plays the other 19,500 funds")
@pytest.mark.parametrize("first", range(FUNDS, MANY_FUNDS, 100) or [FUNDS])
def test_both_engines_agree_on_thousands_of_funds(first: int) -> None:
    assert_agreement(range(first, min(first + 100, MANY_FUNDS)))


@given(whole_funds(), seeds, st.integers(0, 3_000))
@settings(max_examples=settings().max_examples // 2)
def test_both_engines_agree_on_whatever_fund_hypothesis_thinks_of(scenario: Scenario, seed: int, path: int) -> None:
    try:
        found, _ = differences(scenario, seed, path)
    except UsageError:  # amounts that would not be exact
        reject()
    assert not found, in_words(found, "this fund")


def test_an_event_that_nothing_compares_is_an_error() -> None:
    scenario = generated(0)
    replayed = replay(scenario, 0, 0)
    more = replace(replayed, postings=(*replayed.postings, replayed.postings[0]._replace(event="windfalls")))

    with pytest.raises(LookupError, match="nothing in tests/reference compares windfalls"):
        differences_from(told(scenario, 0, 0), scenario, more)


def test_the_funds_compared_meet_every_feature_of_the_model() -> None:
    met: Counter[str] = Counter()
    for number in range(FUNDS):
        scenario = generated(number)
        met.update(features(scenario, play(scenario, chance_of_variates(scenario, *seed_and_path(number)))))
    rare = {name: met[name] for name in EXPECTED if met[name] < FUNDS // 20}
    assert not rare, f"met by less than one fund in twenty: {rare}"
