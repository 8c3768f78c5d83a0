"""What can go wrong, said to the person who can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

MOST_PROBLEMS = 200
"""More problems than these are counted, not listed: one mistake may stand in every row of a table."""


@lru_cache(maxsize=4096)
def nearest(name: str, known: tuple[str, ...]) -> str | None:
    """The known name that someone who wrote `name` most likely meant, if any is near."""
    import difflib  # here: only a mistake needs it

    folded = {other.casefold(): other for other in reversed(known)}
    near = difflib.get_close_matches(name.casefold(), folded, 1, cutoff=0.6) if len(name) <= 100 else []
    return folded[near[0]] if near else None


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a scenario: where it stands, which field, and what to write instead.

    `line` and `column` count from 1; both are 0 for a problem of the whole file. In a workbook they are those of a
    cell of `sheet`.
    """

    file: str
    line: int
    column: int
    field: str
    message: str
    sheet: str = ""

    @property
    def place(self) -> str:
        """Where it stands, as people find it: fund.yaml:12:5, or fund.xlsx:donors!C7."""
        if self.sheet:
            return f"{self.file}:{self.sheet}!{column_letters(self.column)}{self.line}"
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __str__(self) -> str:
        return f"{self.place}  {self.field}  {self.message}" if self.field else f"{self.place}  {self.message}"


def column_letters(column: int) -> str:
    """How a workbook names its columns: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


class MptfSimError(Exception):
    """Anything mptf_sim says to its user on purpose."""


class ScenarioError(MptfSimError, ValueError):
    """Every problem found in a scenario, none left for the next try.

    Parameters
    ----------
    problems : what is wrong, in any order
    scenario : the file that was read; its problems may stand in its parents and tables
    unlisted : how many further problems were seen and left out, at least
    """

    def __init__(self, problems: Iterable[Problem], scenario: str = "", unlisted: int = 0) -> None:
        self.problems = tuple(
            sorted(set(problems), key=lambda p: (p.file, p.sheet, p.line, p.column, p.field, p.message))
        )
        self.scenario = scenario or (self.problems[0].file if self.problems else "the scenario")
        self.unlisted = unlisted
        super().__init__(self.problems, self.scenario, self.unlisted)

    def __str__(self) -> str:
        count = len(self.problems)
        heading = f"{self.scenario} has {count} problem{'s' if count != 1 else ''}:"
        if self.unlisted:
            heading = f"{self.scenario} has more than {count} problems; {count} of them:"
        return "\n".join([heading, *(f"  {problem}" for problem in self.problems)])


class UsageError(MptfSimError, ValueError):
    """A command or call that cannot be meant: a negative number of paths, an unknown account."""


class ArgumentError(UsageError):
    """An argument of a formula that cannot be meant: which one, what it may be, what was given.

    Parameters
    ----------
    argument : its name
    expected : what it may be
    found : what was given, as text
    advice : what to do, if that is not plain
    """

    def __init__(self, argument: str, expected: str, found: str, advice: str = "") -> None:
        self.argument, self.expected, self.found, self.advice = argument, expected, found, advice
        super().__init__(argument, expected, found, advice)

    def __str__(self) -> str:
        advice = f": {self.advice}" if self.advice else ""
        return f"{self.argument}: expected {self.expected}, found {self.found}{advice}"


class OutputError(MptfSimError, OSError):
    """The machine would not take the results: disk, permission, a folder in the way."""


class BrokenInvariant(MptfSimError, AssertionError):
    """The books do not balance: a mistake of ours, never of the scenario.

    Parameters
    ----------
    sentence : what should have held
    account : the account, flow or set of earmarks that is off
    period : label of the period, such as 2027-Q3
    path : number of the path, from 0
    gap : how far off, in cents
    """

    def __init__(self, sentence: str, account: str, period: str, path: int, gap: float) -> None:
        self.sentence, self.account, self.period, self.path, self.gap = sentence, account, period, path, gap
        super().__init__(sentence, account, period, path, gap)

    def __str__(self) -> str:
        return (
            f"{self.sentence} does not hold: {self.account} in {self.period} on path {self.path} "
            f"is off by {self.gap:.0f} cents. This is a bug in mptf_sim; please report it with the manifest."
        )
