"""Engines with one rule broken are caught, each of them; the engine itself is not."""

from __future__ import annotations

import inspect

import pytest

from mptf_sim.engine import transfers
from tests.mutants.funds import FUNDS
from tests.mutants.mutant import Mutant, NotMade, at_work, hunt, look_at, written
from tests.mutants.table import MUTANTS


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_a_mutant_is_caught(mutant: Mutant) -> None:
    caught = hunt(mutant, FUNDS)

    assert caught is not None, f"nobody notices that {mutant.wrong}"
    assert caught.check == mutant.stopped_by, f"{caught}, not {mutant.stopped_by or 'by the second engine'}"


@pytest.mark.parametrize("first", range(0, len(FUNDS), 15))
def test_the_engine_itself_is_not_caught(first: int) -> None:
    assert [str(caught) for fund in FUNDS[first : first + 15] if (caught := look_at(fund))] == []


def test_there_are_at_least_forty_mutants_whose_books_balance() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len({mutant.wrong for mutant in MUTANTS}) == len(MUTANTS)
    assert sum(mutant.stopped_by is None for mutant in MUTANTS) >= 40


@pytest.mark.parametrize("mutant", MUTANTS[::10], ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_after_a_mutant_the_engine_is_itself_again(mutant: Mutant) -> None:
    right = inspect.getattr_static(mutant.owner, mutant.attribute)

    with at_work(mutant):
        assert inspect.getattr_static(mutant.owner, mutant.attribute) is not right

    assert inspect.getattr_static(mutant.owner, mutant.attribute) is right


@pytest.mark.parametrize(
    ("attribute", "said"),
    [
        ("pay_in_turn", "pay_in_turn holds 0 times, where one is expected: 'what stood there once'"),
        ("pay_at_once", "there is no engine.transfers.pay_at_once any more"),
    ],
)
def test_a_mutant_of_what_was_rewritten_says_so(attribute: str, said: str) -> None:
    mutant = Mutant("lost", "lost", transfers, attribute, written(("what stood there once", "anything")))

    with pytest.raises(NotMade, match=said), at_work(mutant):
        pass
