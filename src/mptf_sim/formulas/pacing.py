"""When the money of a closed-end fund is called and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mptf_sim.formulas.arguments import choice, numbers, one_list, whole

if TYPE_CHECKING:
    from mptf_sim.formulas.arguments import Numbers
    from mptf_sim.quantities import Array


def takahashi_alexander(
    commitment: Numbers,
    rc: Any,
    life: int,
    growth: Numbers,
    yld: Numbers,
    bow: Numbers,
    output: str = "calls",
) -> Array:
    """Calls, distributions or net asset value of an illiquid fund by year (Takahashi and Alexander).

    In each year the old net asset value grows, pays its distribution, and then takes in the year's call: nothing is
    distributed from the call of the same year.

    Parameters
    ----------
    commitment : money, at least 0; a number, or one for each path, as growth, yld and bow may be
    rc : (age,), share of the uncalled commitment that is called at each age, from 0 to 1; the last repeats
    life : years
    growth : of net asset value, at least -1, decimal a year
    yld : least share of grown net asset value that is distributed, from 0 to 1
    bow : how late distributions come, at least 0: in year t their share is max(yld, (t / life)^bow)
    output : calls, distributions or nav (after distribution and call, at the end of the year)

    Returns
    -------
    money : (year, ...)

    Source: Takahashi and Alexander, Illiquid Alternative Asset Fund Modeling, Journal of Portfolio Management 2002.
    """
    promised = numbers("commitment", commitment, at_least=0.0)
    shares = one_list("rc", rc, at_least=0.0, at_most=1.0)
    years = whole("life", life, 1, 1000)
    increase = numbers("growth", growth, at_least=-1.0)
    least, late = numbers("yld", yld, at_least=0.0, at_most=1.0), numbers("bow", bow, at_least=0.0)
    choice("output", output, ("calls", "distributions", "nav"))

    uncalled, nav, told = promised, np.zeros(()), []
    for year in range(1, years + 1):
        grown = nav * (1.0 + increase)
        distribution = grown * np.maximum(least, (year / years) ** late)
        call = uncalled * shares[min(year, len(shares)) - 1]
        uncalled, nav = uncalled - call, grown - distribution + call
        told.append({"calls": call, "distributions": distribution, "nav": nav}[output])
    return np.stack(np.broadcast_arrays(*told))
