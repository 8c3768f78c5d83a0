"""How unequally something is spread over those who get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.arguments import aligned, beside, listed

if TYPE_CHECKING:
    from mptf_sim.formulas.arguments import Numbers, OneOrMany
    from mptf_sim.quantities import Array


def gini(x: Numbers, w: Numbers | None = None) -> OneOrMany:
    """Gini coefficient: half the mean difference between any two people, over the mean; 0 if all have the same.

    Parameters
    ----------
    x : (group,) or (group, path), what a person of each group has, at least 0 and not all 0
    w : (group,) or (group, path), people in each group, at least 0 and not all 0; one in each if absent

    Returns
    -------
    coefficient : from 0 to below 1; of the people there are, without the n / (n - 1) of a sample

    Source: Gini 1912; as the area between the Lorenz curve and the diagonal.
    """
    amounts = _amounts("x", x)
    people = np.ones_like(amounts) if w is None else beside("w", w, "x", amounts, at_least=0.0)
    amounts, people = aligned(amounts, people)
    if not (people.sum(axis=0) > 0.0).all():
        raise ArgumentError("w", "some weight above 0", "none")
    if not ((people * amounts).sum(axis=0) > 0.0).all():
        raise ArgumentError("x", "someone with a weight who has more than 0", "none")
    order = np.argsort(amounts, axis=0, kind="stable")
    amounts, people = np.take_along_axis(amounts, order, axis=0), np.take_along_axis(people, order, axis=0)
    everyone = people.sum(axis=0)
    below_less_above = 2.0 * np.cumsum(people, axis=0) - people - everyone
    coefficient: Array = (people * amounts * below_less_above).sum(axis=0) / (everyone * (people * amounts).sum(axis=0))
    return coefficient[()]


def theil_t(x: Numbers) -> OneOrMany:
    """Theil's T: mean of (x / mean) log(x / mean); 0 if all have the same, log n if one has all.

    Parameters
    ----------
    x : (person,) or (person, path), at least 0 and not all 0

    Source: Theil, Economics and Information Theory, 1967.
    """
    amounts = _amounts("x", x)
    relative = amounts / amounts.mean(axis=0)
    logs = np.log(np.where(relative > 0.0, relative, 1.0))  # who has nothing adds nothing
    index: Array = (relative * logs).mean(axis=0)
    return index[()]


def theil_l(x: Numbers) -> OneOrMany:
    """Theil's L, the mean log deviation: mean of log(mean / x); 0 if all have the same.

    Parameters
    ----------
    x : (person,) or (person, path), above 0

    Source: Theil, Economics and Information Theory, 1967.
    """
    amounts = listed("x", x, above=0.0)
    index: Array = np.log(amounts.mean(axis=0)) - np.log(amounts).mean(axis=0)
    return np.maximum(index, 0.0)[()]


def _amounts(name: str, value: Numbers) -> Array:
    amounts = listed(name, value, at_least=0.0)
    if not (amounts.sum(axis=0) > 0.0).all():
        raise ArgumentError(name, "someone who has more than 0", "none")
    return amounts
