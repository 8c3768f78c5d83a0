"""A mutant: the engine with one rule of the fund broken, and what catches it.

A mutant breaks a rule and still balances its own books, or says which always-on check stops it. Nothing in `src` is
changed for it: a function is put in the place of the right one while the mutant is at work.
"""

from __future__ import annotations
import __future__

import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from mptf_sim.engine.replay import replay
from mptf_sim.errors import BrokenInvariant
from mptf_sim.scenario.scenario import Scenario
from tests.mutants.funds import Fund
from tests.reference.compare import Told, differences_from, told
from tests.reference.difference import Difference

Change = Callable[[Any], Any]
"""The right function to the wrong one."""


@dataclass(frozen=True)
class Mutant:
    """One thing that is wrong, and where."""

    name: str
    wrong: str  # a sentence in the words of the fund
    owner: Any  # the module or class where the engine looks the function up
    attribute: str
    change: Change
    stopped_by: str | None = None  # the always-on check that stops it, if its books do not balance
    also_in: tuple[Any, ...] = ()  # other modules that have imported the function

    @property
    def where(self) -> str:
        return f"{self.owner.__name__.removeprefix('mptf_sim.')}.{self.attribute}"


class NotMade(Exception):
    """What a mutant breaks has been rewritten: write it anew, so that it breaks the same rule."""

    def __str__(self) -> str:
        return f"{super().__str__()}. If it was rewritten, write the mutant anew, so that it breaks the same rule"


def made(mutant: Mutant) -> tuple[Any, Any]:
    """The right function and the wrong one.

    Raises
    ------
    NotMade : if what it breaks has been rewritten
    """
    right = inspect.getattr_static(mutant.owner, mutant.attribute, None)
    if right is None:
        raise NotMade(f"there is no {mutant.where} any more")
    return right, mutant.change(right)


@contextmanager
def at_work(mutant: Mutant, functions: tuple[Any, Any] | None = None) -> Iterator[None]:
    """The engine is the mutant, of functions that were made before or are made now."""
    right, wrong = functions or made(mutant)
    for place in (mutant.owner, *mutant.also_in):
        setattr(place, mutant.attribute, wrong)
    try:
        yield
    finally:
        for place in (mutant.owner, *mutant.also_in):
            setattr(place, mutant.attribute, right)


def written(*replaced: tuple[str, str]) -> Change:
    """The function with some of its text written otherwise: (what stands there once, what the mutant has)."""

    def change(right: Any) -> Any:
        source = textwrap.dedent(inspect.getsource(right))
        for old, new in replaced:
            if source.count(old) != 1:
                raise NotMade(f"{right.__qualname__} holds {source.count(old)} times, where one is expected: {old!r}")
            source = source.replace(old, new)
        names = dict(right.__globals__)
        code = compile(source, right.__code__.co_filename, "exec", __future__.annotations.compiler_flag)
        exec(code, names)
        return names[right.__name__]

    return change


def given(value: Callable[..., Any]) -> Change:
    """Another function altogether."""
    return lambda right: value


def then(after: Callable[..., Any]) -> Change:
    """What the right function gives, changed: `after(result, *arguments)`."""
    return lambda right: lambda *arguments: after(right(*arguments), *arguments)


@dataclass(frozen=True)
class Caught:
    """By which fund a mutant was caught, and how."""

    fund: str
    difference: Difference | None = None  # the first number on which the second engine disagrees
    stopped: BrokenInvariant | None = None  # or the always-on check that stopped the run

    @property
    def check(self) -> str | None:
        """The number of the always-on check in the catalogue."""
        return self.stopped.sentence.split(" ")[0] if self.stopped else None

    def __str__(self) -> str:
        if self.difference is None:
            return f"{self.fund}: stopped by {self.check}"
        period, what, who, fast, slow = self.difference
        where = f"account {what}" if who == "account" else f"{what} of {who}" if who else what
        return f"{self.fund}, period {period}, {where}: {fast} instead of {slow}"


@cache
def told_of(fund: Fund) -> tuple[Scenario, Told]:
    """A fund and what the second engine says of it: played once, however many mutants are shown it."""
    scenario = fund.scenario()
    return scenario, told(scenario, fund.seed, fund.path)


def look_at(fund: Fund) -> Caught | None:
    """What the second engine or the always-on checks say of the engine as it is, on one fund."""
    scenario, second = told_of(fund)
    try:
        found = differences_from(second, scenario, replay(scenario, fund.seed, fund.path))
    except BrokenInvariant as stopped:
        return Caught(fund.name, stopped=stopped)
    return Caught(fund.name, difference=found[0]) if found else None


def hunt(mutant: Mutant, funds: Iterable[Fund]) -> Caught | None:
    """How the mutant is caught: as it should be if any fund shows that, else as the first fund does that notices it."""
    otherwise, functions = None, made(mutant)
    for fund in funds:
        told_of(fund)  # before the engine is broken: nothing that both engines read may be
        try:
            with at_work(mutant, functions):
                caught = look_at(fund)
        except (IndexError, ValueError, RuntimeWarning):
            continue  # the mutant was not written for such a fund: that it cannot play it says nothing
        if caught is None:
            continue
        if caught.check == mutant.stopped_by:
            return caught
        otherwise = otherwise or caught
    return otherwise
