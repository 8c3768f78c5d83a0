"""How a scenario lies in a workbook: which lists are sheets, what may stand in a cell, in which unit.

Every list of mappings that is not inside another list is a sheet, named like the field (`donors`,
`fund.opening.cash`); all fields that stand alone are rows of the sheet `scenario`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import isfinite
from typing import Any, NamedTuple, get_args

from annotated_types import Interval
from pydantic import PlainSerializer

from mptf_sim.quantities import (
    ContractRate,
    Count,
    Id,
    Lag,
    Name,
    Quarter,
    QuarterOfYear,
    Year,
    YesNo,
    money_text,
    share_text,
)
from mptf_sim.scenario.shapes import Kinds, Lookup, Rows, Scalar, Shape, Terms

SINGLE = "scenario"
"""The sheet of the fields that stand alone."""

NOTE = "#"
"""What begins with it is a comment: a sheet, a row above the column names, a row of the sheet `scenario`."""

_LONGEST_SHEET_NAME = 31

Path = tuple[str | int, ...]


class Table(NamedTuple):
    """A list that is a sheet of its own."""

    path: tuple[str, ...]
    rows: Rows


def tables(whole: Terms) -> dict[str, Table]:
    """The sheets that hold lists, by name, in the order of the scenario."""
    return {".".join(table.path): table for table in _tables(whole, ())}


def _tables(terms: Terms, path: tuple[str, ...]) -> Iterator[Table]:
    for name, shape in terms.fields.items():
        inner = (*path, name)
        if isinstance(shape, Rows) and shape.are_mappings and len(".".join(inner)) <= _LONGEST_SHEET_NAME:
            yield Table(inner, shape)
        elif isinstance(shape, Terms):
            yield from _tables(shape, inner)


# ------------------------------------------------------------------------------------------------ what a cell may hold


class Notation(NamedTuple):
    """How a field is written in a cell: its unit, for the column's name, and the same in words."""

    unit: str
    words: str


MONEY = Notation(
    "currency units", "an amount in whole units of the currency (not thousands), cents as decimals: 1250.50"
)
SHARE = Notation("%", "a percentage: 7%")
TRUTH = Notation("true/false", "true or false")
_LIST = Notation("list", "a list in square brackets, with commas between: [{example}]")

_NOTATIONS: tuple[tuple[Any, Notation], ...] = (
    (ContractRate, SHARE),
    (Quarter, Notation("quarter", "a quarter: 2027-Q3")),
    (QuarterOfYear, Notation("Q1 to Q4", "a quarter of the year: Q1, Q2, Q3 or Q4")),
    (Year, Notation("year", "a calendar year: 2027")),
    (Lag, Notation("quarters", "a number of quarters: 4")),
    (Count, Notation("number", "a whole number: 4")),
    (YesNo, TRUTH),
    (bool, TRUTH),
    (Id, Notation("id", "an id: a letter, then letters, digits, '_', '-' or '.'")),
    (Name, Notation("text", "a name")),
    (str, Notation("text", "text")),
)


_EXAMPLES: tuple[tuple[Any, str], ...] = ((Id, "KEN, UGA"), (QuarterOfYear, "Q2, Q4"), (Year, "2027, 2028"))


def notation(shape: Shape) -> Notation:
    """How a field is written in a cell."""
    if isinstance(shape, Scalar):
        if shape.options:
            *others, last = shape.options
            return Notation("choice", f"{', '.join(others)} or {last}" if others else last)
        known = dict.fromkeys(_notation(quantity) for quantity in shape.quantities)
        return Notation(" or ".join(one.unit for one in known), ", or ".join(one.words for one in known))
    if isinstance(shape, Rows):
        return _LIST._replace(words=_LIST.words.format(example=_example(shape.row)))
    return Notation("mapping", f"fields in curly brackets, with commas between: {_example(shape)}")


def _notation(quantity: Any) -> Notation:
    """By what it is, or else by how its values are written out."""
    for known, said in _NOTATIONS:
        if quantity is known:
            return said
    return {money_text: MONEY, share_text: SHARE}.get(_written_by(quantity), _within(quantity))


def _within(quantity: Any) -> Notation:
    """Of a quantity that is named nowhere here: the numbers between which it lies, if it says so."""
    bounds = next((note for note in notes(quantity) if isinstance(note, Interval)), None)
    return Notation("number", f"a number from {bounds.ge} to {bounds.le}") if bounds else Notation("", "a value")


def notes(quantity: Any) -> tuple[Any, ...]:
    """What the declaration of a quantity says beside its type: bounds, how it is read and written."""
    return get_args(getattr(quantity, "__value__", None))[1:]


def _written_by(quantity: Any) -> Any:
    """The function that writes a quantity out."""
    return next((note.func for note in notes(quantity) if isinstance(note, PlainSerializer)), None)


def is_money(shape: Shape) -> bool:
    """Whether a field holds an amount of money."""
    return isinstance(shape, Scalar) and any(_written_by(quantity) is money_text for quantity in shape.quantities)


def _example(shape: Shape) -> str:
    """What a cell with a list or mapping looks like, in short."""
    if isinstance(shape, Kinds):
        shape = next(iter(shape.by_kind.values()))
    if isinstance(shape, Terms):
        return "{" + ", ".join(f"{name}: ..." for name in shape.fields) + "}"
    if isinstance(shape, Lookup):
        return "{one: ..., another: ...}"
    quantities = shape.quantities if isinstance(shape, Scalar) else ()
    return next((example for quantity, example in _EXAMPLES if quantity in quantities), "..., ...")


# -------------------------------------------------------------------------------------------------- numbers in cells


MOST_DIGITS = 15
"""Significant digits of a number that spreadsheet programs keep and show."""


def number_text(number: float, percentage: bool = False) -> str:
    """A number in a cell as a person reads it, to the last of the digits that are shown: 0.07 as 7% if formatted so."""
    if not isfinite(number):
        return str(number)
    exact = Decimal(f"{number:.{MOST_DIGITS}g}")
    return f"{_plain(exact * 100)}%" if percentage else _plain(exact)


def _plain(number: Decimal) -> str:
    """Digits without an exponent, and without zeros that say nothing."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def digits(number: float) -> int:
    """Significant digits that a number needs to be told from all others."""
    return len(Decimal(repr(number)).normalize().as_tuple().digits) if isfinite(number) else 0
