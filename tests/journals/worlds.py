"""Paths to write journals of: a busy small fund, and one whose names do their worst."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from mptf_sim.engine.replay import Replay, replay
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.blended import DOOMED, GUARANTEE, JUNIOR, SENIOR, blended, deal
from tests.engine.busy_fund import busy_fund

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
SEED = 7

HOSTILE_NAMES = (
    'a "quoted" name', "back\\slash\\", "; a comment", "{table: x}", "<b>&amp;</b> ]]> -- <!--", "=1+1", "@SUM(A1)",
    "'single', comma", "* 2026-01-01 open", "Ünï¢ødé – 你好", "#tag ^link", "%s {0} $x",
)  # fmt: skip
HOSTILE_IDS = (
    "x", "x_y", "x.y", "x-y", "x-uy", "X--y", "open", "TRUE", "USD", "a.-_b", "A_", "A.", "A-", "Assets", "Z" * 64, "X",
)  # fmt: skip


@cache
def busy_path(path: int = 5) -> tuple[Scenario, Replay]:
    """A path on which money comes, is awarded, paid, delivered and returned."""
    scenario = busy_fund()
    return scenario, replay(scenario, SEED, path)


@cache
def blending_path() -> tuple[Scenario, Replay]:
    """A path on which everything that facilities and deals can do happens."""
    doomed = DOOMED | {"recovery": {"high": "60%", "low": "60%", "after": 2}}
    bank = {
        "kind": "concessional_loan", "id": "bank", "provider": "facility", "amount": 500, "seniority": 2,
        "terms": {"rate": "6%", "maturity": 2},
    }  # fmt: skip
    gift = {"kind": "grant", "id": "gift", "provider": "state budget", "amount": 10}
    results = {"kind": "results_based_payment", "cap": 50, "after": 2, "achieved": "80%"}
    soft = [
        {"kind": "interest_buy_down", "layer": "bank", "to": "2%"}, {"kind": "technical_assistance", "amount": 20},
        {"kind": "matching_grant", "ratio": "10%", "cap": 100}, results, GUARANTEE,
    ]  # fmt: skip
    outside = GUARANTEE | {"guarantor": "outside", "value_at_risk": "99%"}
    scenario = blended(
        deal(JUNIOR, SENIOR | {"seniority": 3}, bank, gift, id="SOFT", support=soft),
        deal(id="LOST", support=[GUARANTEE], borrower=doomed),
        deal(id="OUTSIDE", support=[outside], borrower=doomed),
        deal(SENIOR | {"currency": "EUR"}, id="PREMIUM", support=[outside]),
        grant=20_000,
        facility={"fee": "1%", "closes": "2028-Q1"},
        periods=12,
        currencies=[{"id": "EUR", "rate": "1.0734", "volatility": "12%"}],
    )
    return scenario, replay(scenario, SEED, 0)


@cache
def hostile_path() -> tuple[Scenario, Replay]:
    """A path with everything of the busy fund under names that mean something to other programs."""
    scenario = busy_fund()

    def called(id: str, number: int) -> dict[str, str]:
        return {"id": id, "name": HOSTILE_NAMES[number % len(HOSTILE_NAMES)]}

    donors = tuple(
        donor.model_copy(update=called(HOSTILE_IDS[3 * n], n + 5)) for n, donor in enumerate(scenario.donors)
    )
    programmes = tuple(
        one.model_copy(update={**called(HOSTILE_IDS[n], n), "organisation": "org_1.x"})
        for n, one in enumerate(scenario.programmes)
    )
    organisation = scenario.organisations[0].model_copy(update={"id": "org_1.x", "name": HOSTILE_NAMES[0]})
    hostile = scenario.replace(
        name=HOSTILE_NAMES[4],
        donors=donors,
        programmes=programmes,
        organisations=(organisation,),
        windows=tuple(one.model_copy(update={"name": HOSTILE_NAMES[4]}) for one in scenario.windows),
        shocks=(),
    )
    return hostile, replay(hostile, SEED, 5)
