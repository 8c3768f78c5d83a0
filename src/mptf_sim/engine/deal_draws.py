"""What chance decides of deals: whether they close, what private money comes, who defaults in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from mptf_sim.engine.cells import Rows
from mptf_sim.engine.deal_terms import DealTerms
from mptf_sim.money import running_total
from mptf_sim.quantities import Array, Mask


class Chance(Protocol):
    """The variates of one entity, by name."""

    def normal_once(self, variable: str) -> Array: ...
    def uniform_once(self, variable: str) -> Array: ...
    def exponential_rows(self, variable: str, count: int) -> Array: ...
    def uniform_rows(self, variable: str, count: int) -> Array: ...


class DealDraws(NamedTuple):
    """What chance decides of every deal, before the first period."""

    close: Array  # (deal, path), uniforms
    leverage: Array  # (loan, path), private over public money; zero where a loan has an amount
    achieved: Array  # (deal, path), share of results, 0 to 1
    factor: Array  # (deal, path), what moves its borrowers together
    values: (
        Array  # (row, path), obligors' values in rising order, deal by deal, with an infinite one at the end of each
    )
    first: Rows  # (deal,), the first of its rows; of a deal without obligors an infinite one
    high: Mask  # (row, path), whether the default of this row recovers well

    def paths(self, first: int, last: int) -> DealDraws:
        """The same for some of the chunk's paths."""
        close, leverage, achieved, factor, values = (np.ascontiguousarray(one[:, first:last]) for one in self[:5])
        high = np.ascontiguousarray(self.high[:, first:last])
        return DealDraws(close, leverage, achieved, factor, values, self.first, high)


def draw_deals(terms: DealTerms, of: Callable[[str], Chance], donors: Array) -> DealDraws:
    """Draw what concerns deals on the paths of a chunk.

    Parameters
    ----------
    of : the variates of an entity
    donors : (path,), the common factor of donors in the first period
    """
    deals = [of(f"deal/{deal.id}") for deal in terms.deals]
    width = len(donors)
    share = terms.factors.donors_share
    common = np.sqrt(share) * donors + np.sqrt(1.0 - share) * of("deals").normal_once("common")
    own = terms.factors.common_share
    factor = np.array([np.sqrt(own) * common + np.sqrt(1.0 - own) * one.normal_once("factor") for one in deals])
    leverage = np.zeros((len(terms.loans), width))
    for row, terms_of_leverage in enumerate(terms.leverage):
        if terms_of_leverage is not None:
            chance = deals[terms.loan_deal[row]]
            leverage[row] = terms_of_leverage.factors(chance.uniform_once("response"), chance.normal_once("leverage"))
    achieved = np.zeros((len(deals), width))
    for row, results in enumerate(terms.results):
        if results is not None:
            achieved[row] = results.shares(deals[row].normal_once("results"))
    values, first, high = _borrowers(terms, deals, factor)
    return DealDraws(
        close=np.array([one.uniform_once("close") for one in deals]).reshape(len(deals), width),
        leverage=leverage,
        achieved=achieved,
        factor=factor.reshape(len(deals), width),
        values=values,
        first=first,
        high=high,
    )


def _borrowers(terms: DealTerms, deals: list[Chance], factor: Array) -> tuple[Array, Rows, Mask]:
    """Obligors' values in rising order and how their defaults recover, deal by deal."""
    width = factor.shape[1] if len(deals) else 1
    never = np.full((1, width), np.inf)
    values, high = [never], [np.zeros((1, width), dtype=bool)]
    first: NDArray[np.intp] = np.zeros(len(deals), dtype=np.intp)
    rows = 1
    for row in terms.counted:
        borrower = terms.deals[row].borrower
        assert borrower is not None
        rising = in_order(
            deals[row].exponential_rows("defaults", int(terms.obligors[row])),
            factor[row],
            float(terms.correlation[row]),
            float(terms.threshold[row].max()),
        )
        recovers = deals[row].uniform_rows("recovery", len(rising)) < borrower.recovery.chance
        values += [rising, never]
        high += [recovers, np.zeros((1, width), dtype=bool)]
        first[row] = rows
        rows += len(rising) + 1
    return np.concatenate(values), first, np.concatenate(high)


def in_order(exponentials: Array, factor: Array, correlation: float, most: float) -> Array:
    """Values of a pool's obligors in rising order, as far as any of them is within reach: (row, path).

    The k-th smallest of n uniforms is 1 - exp(-(E_1 / n + ... + E_k / (n - k + 1))) with standard exponentials E
    (Renyi): so those who default first are known without drawing the others, or sorting.

    Parameters
    ----------
    exponentials : (obligor, path)
    factor : (path,), standard normal
    most : the largest value at which an obligor defaults within the calendar; values above are given as infinite
    """
    if most == -np.inf:
        return np.empty((0, len(factor)))
    count = len(exponentials)
    shared, alone = np.sqrt(correlation), np.sqrt(1.0 - correlation)
    exponentials = running_total(exponentials / np.arange(count, 0, -1)[:, None])
    with np.errstate(divide="ignore"):
        reach = -np.log1p(-ndtr((most - shared * factor) / alone))
    near = exponentials <= reach * (1.0 + 1e-9) + 1e-300  # a little beyond: who defaults is decided by the values
    rows = int(near.any(axis=1).sum())
    values = np.full((rows, len(factor)), np.inf)
    row, path = np.nonzero(near[:rows])
    values[row, path] = shared * factor[path] + alone * ndtri(-np.expm1(-exponentials[row, path]))
    return values
