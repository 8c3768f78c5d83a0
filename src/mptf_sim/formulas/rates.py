"""Every rate of return of dated flows, found one by one and none missed.

With x = log(1 + rate), the present value is a sum of c exp(-t x). By Descartes' rule for such sums it has at most
as many zeros as the flows, in the order of time, change sign. Multiply it by exp(tau x), with tau a moment at which
the flows change sign, and differentiate: the new sum has one change of sign less, and between two of its zeros the
first has at most one. So the zeros follow from those of simpler and simpler sums (Laguerre 1883).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mptf_sim.formulas.roots import crossing

if TYPE_CHECKING:
    from mptf_sim.quantities import Array

_TOUCHES = 64 * np.finfo(np.float64).eps
"""A sum this small beside its terms is zero: the curve touches the axis and rounding decides the side."""

_LARGEST = 700.0
"""log(1 + rate) beyond which a rate is no float64."""


class _Sum(NamedTuple):
    """A sum of sign x exp(log_size - time x), by rising time; sizes as logarithms, for they span any range."""

    times: Array  # (term,)
    signs: Array  # (term,), -1 or 1
    log_sizes: Array  # (term,)

    def at(self, x: Array) -> tuple[Array, Array]:
        """The sum and the sum of absolute terms, both divided by the largest term: (n,) to (n,) twice."""
        exponents = self.log_sizes[:, None] - self.times[:, None] * x
        terms = np.exp(exponents - exponents.max(axis=0))
        return (self.signs[:, None] * terms).sum(axis=0), terms.sum(axis=0)

    def changes(self) -> NDArray[np.intp]:
        """Positions of terms whose successor has the other sign."""
        return np.flatnonzero(self.signs[1:] != self.signs[:-1])


def rates_of_return(times: Array, amounts: Array) -> Array:
    """All rates above -100 % at which the flows are worth nothing, rising; empty if there is none.

    Parameters
    ----------
    times : (flow,), years from any moment
    amounts : (flow,), money, received positive
    """
    moments, place = np.unique(times, return_inverse=True)
    totals = np.bincount(place.reshape(-1), weights=amounts)
    there = totals != 0.0
    flows = _Sum(moments[there], np.sign(totals[there]), np.log(np.abs(totals[there])))
    found = _zeros(flows)
    return np.expm1(found[np.abs(found) < _LARGEST])


def _zeros(flows: _Sum) -> Array:
    simpler = [flows]
    while len(simpler[-1].changes()) > 1:
        simpler.append(_one_change_less(simpler[-1]))
    found = np.empty(0)
    for terms in reversed(simpler):
        if len(terms.changes()):
            found = _between(terms, turning=found)
    return found


def _one_change_less(terms: _Sum) -> _Sum:
    """The derivative of exp(tau x) times the sum, tau halfway through the first change of sign."""
    first = terms.changes()[0]
    lead = (terms.times[first] + terms.times[first + 1]) / 2.0 - terms.times
    return _Sum(terms.times, terms.signs * np.sign(lead), terms.log_sizes + np.log(np.abs(lead)))


def _between(terms: _Sum, turning: Array) -> Array:
    """Zeros of a sum, given where exp(tau x) times it may turn: one between two of these if the signs differ."""
    edges = np.concatenate([[_below_all(terms)], turning, [_above_all(terms)]])
    edges = np.unique(np.clip(edges, edges[0], edges[-1]))
    value, size = terms.at(edges)
    sign = np.where(np.abs(value) <= _TOUCHES * size, 0.0, np.sign(value))
    crosses = np.flatnonzero(sign[:-1] * sign[1:] < 0)
    inside = crossing(lambda x: terms.at(x)[0], edges[crosses], edges[crosses + 1])
    return np.sort(np.concatenate([inside, edges[sign == 0.0]]))


def _above_all(terms: _Sum) -> float:
    """Where, and beyond, the first term outweighs all others together."""
    rest = np.logaddexp.reduce(terms.log_sizes[1:]) - terms.log_sizes[0]
    return float(max(rest, 0.0) + 1.0) / float(terms.times[1] - terms.times[0])


def _below_all(terms: _Sum) -> float:
    """Where, and below, the last term outweighs all others together."""
    rest = np.logaddexp.reduce(terms.log_sizes[:-1]) - terms.log_sizes[-1]
    return -float(max(rest, 0.0) + 1.0) / float(terms.times[-1] - terms.times[-2])
