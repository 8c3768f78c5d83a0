"""Every quantity by its name: what a file of worked examples may ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from typing import Any

import numpy as np

from mptf_sim.errors import ArgumentError, UsageError, nearest
from mptf_sim.formulas.cdo import cdo_spreads
from mptf_sim.formulas.concessionality import grant_element, grant_element_schedule, grant_element_stepped
from mptf_sim.formulas.credit import (
    lhp_tranche_el,
    portfolio_credit_loss,
    vasicek_quantile,
    vasicek_standardised_quantile,
    vasicek_tail_prob,
)
from mptf_sim.formulas.debt import lic_dsf_thresholds
from mptf_sim.formulas.equity import gini, theil_l, theil_t
from mptf_sim.formulas.grant_equivalent import oda_grant_equivalent, soft_loan_grant_equivalent
from mptf_sim.formulas.mobilisation import mobilised_guarantee
from mptf_sim.formulas.pacing import takahashi_alexander
from mptf_sim.formulas.performance import adf_cpa, ida_cpr, pba_shares
from mptf_sim.formulas.risk import (
    es_discrete,
    es_lognormal,
    es_normal,
    quantile_ci_ranks,
    se_es_normal,
    se_quantile_normal,
)
from mptf_sim.formulas.sharing import constrained_equal_losses, talmud_rule, water_fill
from mptf_sim.formulas.value import irr, level_payment, mirr, npv, xirr

QUANTITIES: dict[str, Callable[..., Any]] = {
    formula.__name__: formula
    for formula in (
        grant_element, grant_element_schedule, grant_element_stepped,
        soft_loan_grant_equivalent, oda_grant_equivalent, mobilised_guarantee,
        vasicek_quantile, vasicek_tail_prob, vasicek_standardised_quantile, portfolio_credit_loss, lhp_tranche_el,
        cdo_spreads,
        takahashi_alexander,
        lic_dsf_thresholds,
        npv, irr, mirr, xirr, level_payment,
        es_discrete, es_normal, es_lognormal, se_quantile_normal, se_es_normal, quantile_ci_ranks,
        gini, theil_t, theil_l,
        water_fill, talmud_rule, constrained_equal_losses,
        ida_cpr, adf_cpa, pba_shares,
    )
}  # fmt: skip
"""A new quantity is a function and its name here; its arguments are those of the function."""


def answer(quantity: Any, arguments: Mapping[str, Any]) -> float | list[float]:
    """A quantity from its name and arguments, as plain numbers.

    Raises `UsageError` if there is no such quantity, an argument is missing, unknown or not what it may be, or the
    numbers lead out of what a float64 holds.
    """
    if not isinstance(quantity, str) or quantity not in QUANTITIES:
        raise UsageError(_unknown("quantity", quantity, tuple(QUANTITIES)))
    formula = QUANTITIES[quantity]
    _check_names(quantity, formula, arguments)
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            result = np.asarray(formula(**arguments), dtype=np.float64)
    except (FloatingPointError, OverflowError):
        raise UsageError(f"{quantity}: the arguments lead to numbers too large or too small to hold") from None
    if not np.isfinite(result).all():
        raise UsageError(f"{quantity}: the arguments lead to a number that is not finite")
    plain: float | list[float] = (result + 0.0).tolist()
    return plain


def _check_names(quantity: str, formula: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    """All arguments there are, and all that there must be."""
    accepted = signature(formula).parameters
    problems = [_unknown("argument", name, tuple(accepted)) for name in arguments if name not in accepted]
    missing = [name for name, one in accepted.items() if one.default is Parameter.empty and name not in arguments]
    if missing:
        problems.append(f"missing argument{'s' if len(missing) > 1 else ''} {', '.join(missing)}")
    if problems:
        raise UsageError(f"{quantity}: {'; '.join(problems)}")


def _unknown(what: str, name: Any, known: tuple[str, ...]) -> str:
    if not isinstance(name, str):
        return str(ArgumentError(what, "its name", "nothing" if name is None else "no text"))
    near = nearest(name, known)
    return f"unknown {what} {name[:60]!r}" + (f"; did you mean {near!r}?" if near else "")
