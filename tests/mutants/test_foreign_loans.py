"""Mutants of loans in other currencies are caught by the cases on paper, or by a rate of one that changes something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from mptf_sim.engine.run import simulate
from mptf_sim.errors import BrokenInvariant
from tests.by_hand import test_loans_in_other_currencies as on_paper
from tests.by_hand.blended import blended, deal, fund_in_arrears
from tests.engine.deal_worlds import lent_in
from tests.mutants.foreign_loans import MUTANTS
from tests.mutants.mutant import Mutant, at_work


def as_called(case: Callable[..., None]) -> Iterator[Callable[[], None]]:
    """A case on paper, or each that it is when it is worked for several values of one term."""
    several = [mark.args for mark in getattr(case, "pytestmark", ()) if mark.name == "parametrize"]
    if not several:
        yield case
    for name, values in several:
        yield from (partial(case, **{name: value}) for value in values)


CASES = [called for name, case in vars(on_paper).items() if name.startswith("test_") for called in as_called(case)]


def a_rate_of_one_changes_nothing() -> None:
    """Of a pool in arrears, its junior loan guaranteed: calls and recoveries make good what was lost, and count as paid."""
    guarantee = {"kind": "pari_passu_guarantee", "layer": "low", "coverage": "50%"}
    (given,) = fund_in_arrears().dump()["deals"]
    scenario = blended(deal(*given["stack"], borrower=given["borrower"], support=[guarantee]))
    at_par = lent_in(scenario, {"id": "EUR", "rate": 1})
    assert simulate(at_par, 64).result_digest == simulate(scenario, 64).result_digest


def caught(mutant: Mutant) -> list[str]:
    """By what a mutant is caught: the numbers of always-on checks, or "numbers"."""
    found = []
    for case in (*CASES, a_rate_of_one_changes_nothing):
        with at_work(mutant):
            try:
                case()
            except BrokenInvariant as broken:
                found.append(broken.sentence.split()[0])
            except AssertionError:
                found.append("numbers")
    return found


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_a_mutant_of_loans_in_other_currencies_is_caught(mutant: Mutant) -> None:
    found = caught(mutant)

    assert found, f"nobody notices that {mutant.wrong}"
    assert ("numbers" in found) if mutant.stopped_by is None else (mutant.stopped_by in found), found
