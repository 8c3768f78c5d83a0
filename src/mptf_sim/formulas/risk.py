"""How bad the bad cases are, and how well a sample of them tells. Losses are positive.

Expected shortfall is the mean of the worst probability mass; an outcome at its edge counts with the part of its
probability that belongs there.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.arguments import aligned, beside, listed, number, numbers, whole
from mptf_sim.formulas.normal import density, distribution, quantile

if TYPE_CHECKING:
    from mptf_sim.formulas.arguments import Numbers, OneOrMany
    from mptf_sim.quantities import Array

_LARGEST_SAMPLE = 10**9


def es_discrete(outcomes: Numbers, probs: Numbers, tail: Numbers) -> OneOrMany:
    """Expected shortfall of an outcome that takes a few values: what is lost on average in the worst cases.

    Parameters
    ----------
    outcomes : (state,) or (state, ...), money gained; a loss is negative
    probs : (state,) or (state, ...), their probabilities, adding up to 1
    tail : probability of the worst cases, above 0 and at most 1

    Returns
    -------
    shortfall : money, positive if it is a loss

    Source: Acerbi and Tasche, On the coherence of expected shortfall, Journal of Banking and Finance 2002.
    """
    gains = listed("outcomes", outcomes)
    chances = beside("probs", probs, "outcomes", gains, at_least=0.0, at_most=1.0)
    worst = numbers("tail", tail, above=0.0, at_most=1.0)
    total = chances.sum(axis=0)
    if not (np.abs(total - 1.0) <= 1e-9).all():
        raise ArgumentError("probs", "probabilities that add up to 1", f"a sum of {np.max(total):.10g}")
    gains, chances, worst = aligned(gains, chances, worst[None])
    worst = worst[0]
    order = np.argsort(gains, axis=0, kind="stable")
    gains, chances = np.take_along_axis(gains, order, axis=0), np.take_along_axis(chances, order, axis=0)
    before = np.cumsum(chances, axis=0) - chances
    counted = np.clip(worst - before, 0.0, chances)
    shortfall: Array = -(gains * counted).sum(axis=0) / counted.sum(axis=0) + 0.0
    return shortfall[()]


def es_normal(alpha: Numbers, mu: Numbers = 0.0, sigma: Numbers = 1.0) -> OneOrMany:
    """Expected shortfall of a normal loss: its mean beyond the alpha-quantile.

    Parameters
    ----------
    alpha : level, at least 0 and below 1
    mu, sigma : mean and standard deviation of the loss, sigma at least 0

    Source: McNeil, Frey and Embrechts, Quantitative Risk Management, example 2.14.
    """
    level = numbers("alpha", alpha, at_least=0.0, below=1.0)
    spread = numbers("sigma", sigma, at_least=0.0)
    shortfall: Array = numbers("mu", mu) + spread * _standard_shortfall(level)
    return shortfall[()]


def es_lognormal(alpha: Numbers, mu: Numbers = 0.0, sigma: Numbers = 1.0) -> OneOrMany:
    """Expected shortfall of a lognormal loss: its mean beyond the alpha-quantile.

    Parameters
    ----------
    alpha : level, at least 0 and below 1
    mu, sigma : mean and standard deviation of the logarithm of the loss, sigma at least 0

    Source: closed form, exp(mu + sigma^2 / 2) Phi(sigma - Phi^-1(alpha)) / (1 - alpha).
    """
    level = numbers("alpha", alpha, at_least=0.0, below=1.0)
    spread = numbers("sigma", sigma, at_least=0.0)
    mean = np.exp(numbers("mu", mu) + spread**2 / 2.0)
    shortfall: Array = mean * distribution(spread - quantile(level)) / (1.0 - level)
    return shortfall[()]


def se_quantile_normal(alpha: Numbers, n: Numbers) -> OneOrMany:
    """Standard error of a quantile read from a large sample of a standard normal loss.

    Parameters
    ----------
    alpha : level, above 0 and below 1
    n : size of the sample, at least 1

    Source: closed form, sqrt(alpha (1 - alpha) / n) / density at the quantile.
    """
    level = numbers("alpha", alpha, above=0.0, below=1.0)
    error: Array = np.sqrt(level * (1.0 - level) / numbers("n", n, at_least=1.0)) / density(quantile(level))
    return error[()]


def se_es_normal(alpha: Numbers, n: Numbers) -> OneOrMany:
    """Standard error of expected shortfall read from a large sample of a standard normal loss.

    Parameters
    ----------
    alpha : level, at least 0 and below 1
    n : size of the sample, at least 1

    Source: Manistre and Hancock, Variance of the CTE estimator, North American Actuarial Journal 2005:
    (variance beyond the quantile + alpha (shortfall - quantile)^2) / (n (1 - alpha)).
    """
    level = numbers("alpha", alpha, at_least=0.0, below=1.0)
    shortfall = _standard_shortfall(level)
    at = np.where(level == 0.0, 0.0, quantile(np.where(level == 0.0, 0.5, level)))
    beyond = 1.0 + at * shortfall - shortfall**2
    variance = (beyond + level * (shortfall - at) ** 2) / (numbers("n", n, at_least=1.0) * (1.0 - level))
    error: Array = np.sqrt(variance)
    return error[()]


def quantile_ci_ranks(alpha: float, n: int, conf: float) -> Array:
    """Ranks of the two sample values between which a quantile lies with at least the stated confidence.

    Whatever the distribution: the number of values below the quantile is binomial. Each side is missed with at most
    half of what the confidence leaves.

    Parameters
    ----------
    alpha : level of the quantile, above 0 and below 1
    n : size of the sample
    conf : confidence, above 0 and below 1

    Returns
    -------
    ranks : (2,), lower and upper, counted from 1 in rising order

    Source: Hahn and Meeker, Statistical Intervals, section 5.2.
    """
    level = number("alpha", alpha, above=0.0, below=1.0)
    size = whole("n", n, 1, _LARGEST_SAMPLE)
    missed = (1.0 - number("conf", conf, above=0.0, below=1.0)) / 2.0
    lower, upper = _binomial_quantile(missed, size, level), _binomial_quantile(1.0 - missed, size, level) + 1
    if lower < 1 or upper > size:
        advice = "a larger sample, a lower confidence or a level nearer the median has one"
        raise ArgumentError("n", "a sample large enough to hold the interval", str(size), advice)
    return np.array([float(lower), float(upper)])


def _standard_shortfall(level: Array) -> Array:
    """Expected shortfall of a standard normal loss."""
    return density(quantile(level)) / (1.0 - level)


def _binomial_quantile(share: float, size: int, level: float) -> int:
    """The fewest successes that are not exceeded with at least this probability."""
    from scipy.special import bdtr, bdtrik

    count = ceil(float(bdtrik(share, size, level)))
    while count > 0 and bdtr(count - 1, size, level) >= share:
        count -= 1
    while bdtr(count, size, level) < share:
        count += 1
    return count
