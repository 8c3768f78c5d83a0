"""What an argument of a formula may be: checked before any arithmetic, refused by name.

Every check states what must hold, so that NaN fails; text, truth values and `None` are no numbers here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from math import inf, isfinite
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mptf_sim.errors import ArgumentError, nearest

if TYPE_CHECKING:
    from mptf_sim.quantities import Array

    Numbers = float | Sequence[Any] | NDArray[Any]
    """What a formula takes: a number, or a list or array of them, each worked on alike."""
    OneOrMany = float | Array
    """What a formula answers: a number, or an array in the shape of what it took."""

MOST_PERIODS = 100_000
"""Periods, names of a pool or ages beyond this are a slip of the keyboard; so many would also fill the memory."""


def numbers(
    name: str, value: Any, at_least: float = -inf, at_most: float = inf, above: float = -inf, below: float = inf
) -> Array:
    """A number or an array of any shape as float64, every element within the bounds."""
    array = _as_floats(name, value)
    fine = (array >= at_least) & (array <= at_most) & (array > above) & (array < below) & np.isfinite(array)
    if not fine.all():
        place = np.argwhere(~fine)[0]
        where = f" (item {', '.join(str(index + 1) for index in place)})" if len(place) else ""
        worst = float(array[tuple(place)])
        expected = within(at_least, at_most, above, below) if isfinite(worst) else "a finite number"
        raise ArgumentError(name, expected, f"{worst:g}{where}")
    return array


def number(name: str, value: Any, **bounds: float) -> float:
    """One number within the bounds."""
    array = numbers(name, value, **bounds)
    if array.ndim:
        raise ArgumentError(name, "one number", "a list")
    return float(array)


def whole(name: str, value: Any, at_least: int, at_most: int = MOST_PERIODS) -> int:
    """One whole number within the bounds; 2.0 is one, 2.5 and true are not."""
    given = number(name, value)
    if not (given.is_integer() and at_least <= given <= at_most):
        raise ArgumentError(name, f"a whole number from {at_least} to {at_most}", f"{given:g}")
    return int(given)


def listed(name: str, value: Any, **bounds: float) -> Array:
    """A list of at least one item as float64: (item, ...), every element within the bounds."""
    array = numbers(name, value, **bounds)
    if array.ndim == 0:
        raise ArgumentError(name, "a list of numbers", f"{array[()]:g}")
    if array.size == 0:
        raise ArgumentError(name, "a list of at least one number", "an empty list")
    return array


def one_list(name: str, value: Any, **bounds: float) -> Array:
    """A plain list of at least one item as float64: (item,), no list within it."""
    array = listed(name, value, **bounds)
    if array.ndim != 1:
        raise ArgumentError(name, "a plain list of numbers", "a list of lists")
    return array


def beside(name: str, value: Any, other: str, model: Array, **bounds: float) -> Array:
    """A list that goes with another one, item by item: (item, ...)."""
    array = listed(name, value, **bounds)
    if len(array) != len(model):
        raise ArgumentError(name, f"as many items as {other} has ({len(model)})", str(len(array)))
    return array


def below_first(array: Array, dimensions: int) -> Array:
    """(item,) as (item, 1, ...), so that it goes along the first axis of an array of more dimensions."""
    return array.reshape(array.shape + (1,) * (dimensions - array.ndim))


def aligned(*arrays: Array) -> tuple[Array, ...]:
    """Lists as arrays of one shape, item beside item along the first axis; those without paths are for every path."""
    dimensions = max(array.ndim for array in arrays)
    return tuple(np.broadcast_arrays(*(below_first(array, dimensions) for array in arrays)))


def choice(name: str, value: Any, options: Sequence[str]) -> str:
    """One word out of a few."""
    if isinstance(value, str) and value in options:
        return value
    near = nearest(value, tuple(options)) if isinstance(value, str) else None
    raise ArgumentError(name, "one of " + ", ".join(options), shown(value), f"did you mean {near!r}?" if near else "")


def day(name: str, value: Any) -> date:
    """A date, or its ISO text such as 2026-03-31."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ArgumentError(name, "an ISO date such as 2026-03-31", shown(value)) from None


def periods(name: str, years: float, freq: int) -> int:
    """A time in years as a whole number of periods, freq of them a year."""
    count = years * freq
    if abs(count - round(count)) > 1e-9 * max(count, 1.0):
        raise ArgumentError(name, f"whole periods of 1/{freq} year", f"{years:g} years, {count:g} periods")
    return whole(f"{name} in periods", round(count), 0)


def within(at_least: float, at_most: float, above: float, below: float) -> str:
    """Bounds in words."""
    if at_least > -inf and at_most < inf:
        return f"a number from {at_least:g} to {at_most:g}"
    limits = (
        ("of at least {:g}", at_least), ("above {:g}", above), ("of at most {:g}", at_most), ("below {:g}", below),
    )  # fmt: skip
    words = [text.format(limit) for text, limit in limits if isfinite(limit)]
    return "a number " + " and ".join(words) if words else "a finite number"


def shown(value: Any) -> str:
    """What was given, shortened for a message."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _as_floats(name: str, value: Any) -> Array:
    if not isinstance(value, (list, tuple)) and hasattr(value, "__array__"):
        given: NDArray[Any] = np.asarray(value)
        if given.dtype.kind not in "iuf":
            raise ArgumentError(name, "numbers", f"an array of {given.dtype}")
        return given.astype(np.float64)
    _look_through(name, value, ())
    try:
        return np.asarray(value, dtype=np.float64)
    except ValueError:
        raise ArgumentError(name, "lists of one length", "lists of different lengths") from None
    except OverflowError:
        raise ArgumentError(name, "a finite number", "one with hundreds of digits") from None


def _look_through(name: str, value: Any, place: tuple[int, ...]) -> None:
    """Refuse what numpy would turn into a number unasked: truth values, text in digits."""
    if isinstance(value, (list, tuple)) and len(place) < 3:
        for index, item in enumerate(value):
            _look_through(name, item, (*place, index + 1))
    elif isinstance(value, (bool, np.bool_)) or not isinstance(value, (Real, Integral)):
        where = f" (item {', '.join(map(str, place))})" if place else ""
        raise ArgumentError(name, "a number", f"{shown(value)}{where}")
