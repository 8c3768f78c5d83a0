"""What must hold of facilities and deals: the catalogue's properties B9 to B12 and D9 to D11, and closed forms.

Books are checked by the engine itself on every block (A1 to A3, B1, B9, B10, B12, B15); here they are told again from the
states and flows of every period, so that a check that looks away is noticed too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mptf_sim.books import ACCOUNTS, DEAL_FIGURES, LAYER_FIGURES, Books, account
from mptf_sim.engine import defaults
from mptf_sim.engine.blended_state import BlendedState
from mptf_sim.engine.deal_draws import in_order
from mptf_sim.engine.deal_flows import BlendedFlows
from mptf_sim.engine.deal_terms import NOBODY, Place
from mptf_sim.engine.draws import draw
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.run import play, play_chunk
from mptf_sim.engine.service import senior_first
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.errors import BrokenInvariant
from mptf_sim.formulas.credit import lhp_tranche_el
from mptf_sim.formulas.normal import distribution, quantile
from mptf_sim.formulas.pools import pool_default_distribution
from mptf_sim.quantities import Array
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.blended import DOOMED, GUARANTEE, JUNIOR, SENIOR, SURE, blended, deal
from tests.engine.deal_worlds import foreign_worlds, worlds

PATHS = 16


@dataclass
class Played:
    """A world on a few paths: its terms, its books, and what stood and moved in every period."""

    terms: Terms
    books: Books
    stood: list[BlendedState]
    moved: list[BlendedFlows]


def played(scenario: Scenario, paths: int = PATHS) -> Played:
    terms = Terms(scenario)
    told = Played(terms, None, [], [])  # type: ignore[arg-type]

    def watch(t: int, before: FundState, after: FundState, flows: Flows) -> None:
        assert after.blended is not None
        assert flows.blended is not None
        told.stood.append(after.blended)
        told.moved.append(flows.blended)

    told.books, _ = play(terms, draw(terms, 3, 0).paths(0, paths), 0, watch)
    return told


def moved(flows: BlendedFlows, account: str, axis: str, rows: int, width: int) -> Array:
    """What one account moved in a period, by row."""
    total = np.zeros((rows, width))
    for one in flows.moved:
        if (one.account, one.axis) == (account, axis):
            one.add_to(total)
    return total


@settings(max_examples=60, deadline=None)
@given(worlds() | foreign_worlds())
def test_b9_a_guarantee_pays_after_a_default_no_more_than_it_covers_nor_than_its_limit(scenario):
    world = played(scenario)
    promises, deals = world.terms.deals.promises, world.terms.deals
    count, paid = len(promises.deals), np.zeros((len(promises.deals), PATHS))
    lost_before = np.zeros((len(deals.loans), PATHS))
    for stands, flows in zip(world.stood, world.moved, strict=True):
        calls = sum(moved(flows, name, "guarantee", count, PATHS) for name in ("guarantee_calls", "outside_calls"))
        for row, (deal_row, loan) in enumerate(zip(promises.deals, promises.loan, strict=True)):
            loans = deals.loans_of(deal_row) if loan == NOBODY else [loan]
            covered = np.rint(lost_before[loans].sum(axis=0) * promises.coverage[0][row] / promises.coverage[1][row])
            assert (calls[row] <= covered).all()  # of what defaulted a period ago, nothing else
            face = stands.face[loans].sum(axis=0)
            paid[row] += calls[row]
            assert (paid[row] <= np.rint(face * promises.cap[0][row] / promises.cap[1][row])).all()
        lost_before = moved(flows, "loan_losses", "loan", len(deals.loans), PATHS)


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_b10_b11_a_loan_bears_a_loss_only_when_those_below_it_are_used_up(scenario):
    world = played(scenario)
    deals = world.terms.deals
    out = np.zeros((len(deals.loans), PATHS))
    for stands, flows in zip(world.stood, world.moved, strict=True):
        lost = moved(flows, "loan_losses", "loan", len(deals.loans), PATHS)
        for row in range(len(deals.deals)):
            loans = deals.loans_of(row)  # the most junior first
            loss, below = lost[loans].sum(axis=0), np.zeros(PATHS)
            for loan in loans:
                assert (lost[loan] == np.minimum(np.maximum(loss - below, 0.0), out[loan])).all()
                below += out[loan]
        out = stands.out


@settings(max_examples=60, deadline=None)
@given(worlds() | foreign_worlds())
def test_b12_no_more_is_made_good_than_was_lost_and_the_senior_loan_comes_first(scenario):
    world = played(scenario)
    deals = world.terms.deals
    count = len(deals.loans)
    lost = np.zeros((count, PATHS))
    pari_passu = {int(loan) for loan in deals.promises.loan if loan != NOBODY}
    for stands, flows in zip(world.stood, world.moved, strict=True):
        restored = sum(moved(flows, name, "loan", count, PATHS) for name in ("lenders_restored", "facility_restored"))
        assert (restored <= lost).all()
        for row in range(len(deals.deals)):
            if pari_passu & set(deals.loans_of(row).tolist()):
                continue  # its calls restore the layer they cover
            senior_still_lacks = np.zeros(PATHS, dtype=bool)
            for loan in deals.loans_of(row)[::-1]:
                assert not (senior_still_lacks & (restored[loan] > 0)).any()
                senior_still_lacks |= lost[loan] > restored[loan]
        lost = stands.lost
        assert (lost >= 0).all()


@settings(max_examples=60, deadline=None)
@given(worlds() | foreign_worlds())
def test_a2_what_comes_into_a_deal_leaves_it_in_the_same_quarter(scenario):
    world = played(scenario)
    deals, books = world.terms.deals, world.books
    count = len(deals.deals)
    layers = {axis: (of, len(of)) for axis, of in (("loan", deals.loan_deal), ("grant", deals.grant_deal))}

    def of_deals(flows: BlendedFlows, name: str) -> Array:
        total = moved(flows, name, "deal", count, PATHS)
        for axis, (of, rows) in layers.items():
            np.add.at(total, of, moved(flows, name, axis, rows, PATHS))
        np.add.at(total, deals.promises.deals, moved(flows, name, "guarantee", len(deals.promises.deals), PATHS))
        return total

    came = ["private_draws", "public_draws", "facility_draws", "matching_grants", "recoveries", "guarantee_calls"]
    came += ["borrowers_interest", "borrowers_principal", "borrowers_premiums", "outside_calls"]
    left = ["deal_investment", "guarantee_premiums", "guarantee_reimbursed", "outside_premiums", "outside_reimbursed"]
    left += [f"{who}_{what}" for who in ("lenders", "facility") for what in ("interest", "principal", "restored")]
    for flows in world.moved:
        assert (sum(of_deals(flows, name) for name in came) == sum(of_deals(flows, name) for name in left)).all()
    assert (account(books, "deal_cash") == 0).all()


@settings(max_examples=40, deadline=None)
@given(worlds() | foreign_worlds(), st.randoms(use_true_random=False))
def test_c1_the_order_of_deals_layers_and_support_in_the_file_means_nothing(scenario, shuffled):
    dumped = scenario.dump()
    for one in dumped["deals"]:
        shuffled.shuffle(one["stack"])
        if "support" in one:
            shuffled.shuffle(one["support"])
    shuffled.shuffle(dumped["deals"])
    other = Scenario.model_validate(dumped)
    assert played(other).books.digest() == played(scenario).books.digest()


@settings(max_examples=20, deadline=None)
@given(worlds() | foreign_worlds())
def test_c3_blocks_make_no_difference_to_deals(scenario):
    terms = Terms(scenario)
    whole, _ = play_chunk(terms, 5, 0, 96, 1024)
    parts, _ = play_chunk(terms, 5, 0, 96, 32)
    assert whole.digest() == parts.digest()


@settings(max_examples=40, deadline=None)
@given(worlds() | foreign_worlds())
def test_the_fund_sees_one_transfer_whatever_its_facility_does(scenario):
    # Nothing returns, and nobody else asks for the need that deals serve: then the fund's own ledger is the same to the
    # cent, without any deal. What private lenders bring is nowhere in it.
    kept = scenario.facilities[0].model_copy(update={"closes": None})
    with_deals, without = (
        scenario.replace(facilities=(kept,), deals=deals, shocks=()) for deals in (scenario.deals, ())
    )
    books, bare = played(with_deals).books, played(without).books
    for one in ACCOUNTS:
        if one.name not in ("unmet_needs", "funding_gap", "delivery_gap", "lapsed_needs"):
            assert (account(books, one.name) == account(bare, one.name)).all(), one.name


def figures(books: Books, deal_row: int = 0) -> dict[str, Array]:
    return {name: books.deals[deal_row, column] for column, name in enumerate(DEAL_FIGURES)}


def layers(books: Books, name: str) -> Array:
    return books.layers[:, LAYER_FIGURES.index(name)]


POOL = {
    "kind": "pool", "obligors": 20, "default": "30%", "correlation": "30%",
    "recovery": {"high": "90%", "low": "20%", "chance": "60%", "after": 2},
}  # fmt: skip
LONG = SENIOR | {"terms": {"rate": "8%", "maturity": 5, "grace": 4}}


@pytest.mark.parametrize("kind", ["pari_passu_guarantee", "portfolio_first_loss_guarantee"])
def test_d9_higher_coverage_never_raises_the_lenders_loss_nor_lowers_the_payout(kind):
    # Defaults do not depend on coverage, and the facility is rich enough for each.
    before = None
    for percent in ("0%", "10%", "33.33%", "50%", "90%", "100%"):
        guarantee = {"kind": kind, "coverage": percent} | (
            {"layer": "senior"} if kind == "pari_passu_guarantee" else {"cap": "80%"}
        )
        world = blended(
            deal(JUNIOR, LONG, support=[guarantee], borrower=POOL | {"recovery": {"high": "0%", "after": 2}}),
            periods=20,
        )
        books = played(world, 256).books
        bears = (layers(books, "losses") - layers(books, "restored")).sum(axis=0)
        paid = figures(books)["calls"]
        if before is not None:
            assert (bears <= before[0]).all()
            assert (paid >= before[1]).all()
            assert (paid > before[1]).any()
        before = bears, paid


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=2, max_size=5), st.integers(0, 60), st.integers(0, 250))
def test_d10_a_larger_junior_layer_never_raises_a_senior_loss(sizes, more, loss):
    def borne(stack: list[int]) -> Array:
        attach = np.cumsum([0, *stack[:-1]])
        return np.minimum(np.maximum(loss - attach, 0), stack)

    larger = [sizes[0] + more, *sizes[1:]]
    assert (borne(larger)[1:] <= borne(sizes)[1:]).all()


def test_d10_holds_of_a_deal_whose_losses_are_the_same():
    # The larger junior layer is repaid first of all where nothing defaults; at a certain default of all that is lent
    # senior bears no more.
    doomed = POOL | {"kind": "granular_pool", "default": "40%"}
    del doomed["obligors"]
    senior = []
    for amount in (100, 500, 1000, 3000):
        world = blended(
            deal(JUNIOR | {"amount": amount, "maturity": 5}, LONG, borrower=doomed), grant=20_000, periods=16
        )
        senior.append(layers(played(world, 256).books, "losses")[1] / 200_000)
    assert all((larger <= smaller + 1e-5).all() for smaller, larger in pairwise(senior))
    assert (senior[-1] < senior[0]).any()


def test_d11_a_larger_recovery_never_raises_the_net_loss():
    before = None
    for share in ("0%", "20%", "50%", "90%", "100%"):
        recovery = {"high": share, "low": share, "after": 2}
        books = played(blended(deal(JUNIOR, LONG, borrower=POOL | {"recovery": recovery}), periods=20), 256).books
        net = (layers(books, "losses") - layers(books, "restored")).sum(axis=0)
        if before is not None:
            assert (net <= before).all()
            assert (net < before).any()
        before = net


def test_d12_a_higher_chance_of_default_never_lowers_the_number_of_defaults():
    before = np.zeros(256)
    for chance in ("0%", "5%", "30%", "31%", "90%", "100%"):
        lost = layers(played(blended(deal(JUNIOR, borrower=POOL | {"default": chance})), 256).books, "losses").sum(
            axis=0
        )
        assert (lost >= before).all()
        before = lost


# ---------------------------------------------------------------------------------------------------- closed forms

TRANCHES = (("mezzanine", 2, 1500), ("senior", 3, 7500))


def granular(default: str, correlation: str, support: list[dict[str, object]], recovery: dict[str, object]) -> Scenario:
    """10 000 dollars lent for ten years in three layers (0 to 10 %, 10 to 25 %, above); defaults in the first year alone.

    Nothing is recovered before the last default: a loan that is made good is repaid, and bears no loss again.
    """
    stack = [
        {"kind": "commercial_loan", "id": id, "amount": amount, "seniority": place, "terms": {"rate": "0%", "maturity": 10, "profile": "bullet"}}
        for id, place, amount in (("junior", 1, 1000), *TRANCHES)
    ]  # fmt: skip
    borrower = {"kind": "granular_pool", "default": default, "correlation": correlation, "recovery": recovery}
    return blended(
        deal(*stack, borrower=borrower, support=support),
        grant=20_000,
        periods=9,
        shocks=[{"kind": "default_cluster", "start": "2027-Q2", "factor": "0%"}],
    )


def several_chunks(scenario: Scenario, chunks: int = 8) -> Books:
    terms = Terms(scenario)
    return Books.side_by_side([play_chunk(terms, 11, chunk, 1024, 1024)[0] for chunk in range(chunks)])


@pytest.mark.parametrize(
    ("default", "correlation", "recovery"), [("10%", "20%", "0%"), ("5%", "40%", "60%"), ("25%", "10%", "30%")]
)
def test_losses_by_layer_are_those_of_a_granular_pool_in_closed_form(default, correlation, recovery):
    books = several_chunks(granular(default, correlation, [], {"high": recovery, "low": recovery, "after": 4}))
    net = layers(books, "losses") - layers(books, "restored")
    pd, rho, lgd = (float(text.rstrip("%")) / 100 for text in (default, correlation, recovery))
    for row, (attach, detach, size) in enumerate(((0.0, 0.1, 1000), (0.1, 0.25, 1500), (0.25, 1.0, 7500))):
        shares = net[row] / (size * 100)
        error = shares.std(ddof=1) / np.sqrt(len(shares))
        expected = float(lhp_tranche_el(pd, 1.0 - lgd, rho, attach, detach))
        assert abs(shares.mean() - expected) <= 3 * error + 1e-6, (row, shares.mean(), expected, error)


def test_the_payout_of_a_guarantee_is_its_integral_over_the_common_factor():
    # 60 % of what mezzanine loses, at most 30 % of its face; without recoveries.
    guarantee = GUARANTEE | {"layer": "mezzanine", "coverage": "60%", "cap": "30%", "premium": "0%"}
    books = several_chunks(granular("10%", "20%", [guarantee], {"high": "0%", "after": 2}))
    paid = figures(books)["calls"] / 150_000
    factor = np.linspace(-8, 8, 20_001)
    weights = np.exp(-np.square(factor) / 2) / np.sqrt(2 * np.pi) * (factor[1] - factor[0])
    share = distribution((quantile(np.array(0.1)) - np.sqrt(0.2) * factor) / np.sqrt(0.8))
    borne = np.minimum(np.maximum(share - 0.1, 0.0), 0.15) / 0.15
    expected = (np.minimum(0.6 * borne, 0.3) * weights).sum()
    error = paid.std(ddof=1) / np.sqrt(len(paid))
    assert abs(paid.mean() - expected) <= 3 * error + 1e-6, (paid.mean(), expected, error)


def test_the_number_of_defaults_is_that_of_a_finite_pool_in_closed_form():
    chance, correlation, names = 0.15, 0.25, 6
    rng = np.random.Generator(np.random.PCG64(1))
    width = 40_000
    values = in_order(rng.standard_exponential((names, width)), rng.standard_normal(width), correlation, 9.0)
    assert (np.diff(values, axis=0) >= 0).all()
    counts = np.bincount((values <= quantile(np.array(chance))).sum(axis=0), minlength=names + 1) / width
    expected = pool_default_distribution(np.full(names, chance), correlation)
    errors = np.sqrt(expected * (1 - expected) / width)
    assert (np.abs(counts - expected) <= 5 * errors).all()


def test_private_money_meets_its_ratio_as_a_ratio_of_sums():
    leverage = {k: v for k, v in SENIOR.items() if k != "amount"} | {
        "leverage": {"ratio": "75%", "none": "40%", "spread": "60%"}
    }
    pool = POOL | {"default": "0%"}
    books = several_chunks(blended(deal(JUNIOR, leverage, borrower=pool), periods=2))
    private = account(books, "private_draws").sum(axis=0) / 100_000
    assert abs(private.mean() - 0.75) <= 3 * private.std() / np.sqrt(len(private))
    assert abs((private == 0).mean() - 0.4) <= 3 * np.sqrt(0.24 / len(private))


def test_deals_default_together_as_their_common_factor_says():
    shared = {"common_share": "100%"}
    pair = [deal(id=id, borrower=SURE | {"default": "20%", "correlation": "99.99%"}, stack=[LONG]) for id in ("A", "B")]
    books = played(blended(*pair, periods=10, credit_factors=shared), 512).books
    losses = books.deals[:, DEAL_FIGURES.index("losses")] > 0
    assert 0.2 < losses[0].mean() < 0.5
    assert (losses[0] == losses[1]).mean() > 0.98
    apart = played(blended(*pair, periods=10), 512).books.deals[:, DEAL_FIGURES.index("losses")] > 0
    assert (apart[0] == apart[1]).mean() < 0.8


def test_senior_first_never_pays_a_loan_more_than_it_has_outstanding():
    places = (Place(slice(0, 1), slice(0, 1)), Place(slice(1, 2), slice(0, 1)))
    out, claims = np.array([[60.0], [40.0]]), np.array([[10.0], [5.0]])
    for paid, expected in ((12.0, [10, 2]), (15.0, [10, 5]), (40.0, [35, 5]), (100.0, [60, 40])):
        principal, left = senior_first(np.array([[paid]]), out, claims, places)
        assert principal[:, 0].tolist() == expected
        assert left.tolist() == [[0.0]]


def test_a_loss_borne_by_the_wrong_loan_stops_the_run_and_names_its_path(monkeypatch):
    """F1 for B10: the catalogue's sentence, the quarter and the path, wherever the block begins."""
    right = defaults.bear

    def too_much(terms, losses, out, lost, ledger):
        taken = right(terms, losses, out, lost, ledger)
        taken[0, losses.path == 3] += 1.0
        return taken

    monkeypatch.setattr(defaults, "bear", too_much)
    terms = Terms(blended(deal(JUNIOR, SENIOR, borrower=DOOMED), grant=20_000, periods=12))

    with pytest.raises(BrokenInvariant, match=r"B10 .* loan_losses in 20\d\d-Q\d on path 1027 is off by 2 cents"):
        play(terms, draw(terms, 3, 1).paths(0, PATHS), 1024)
