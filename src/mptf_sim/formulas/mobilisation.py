"""Whose help brought private finance about: who may count how much of it as mobilised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mptf_sim.errors import ArgumentError
from mptf_sim.formulas.arguments import below_first, listed, numbers

if TYPE_CHECKING:
    from mptf_sim.formulas.arguments import Numbers
    from mptf_sim.quantities import Array


def mobilised_guarantee(face: Numbers, guaranteed: Numbers) -> Array:
    """Private finance mobilised by each guarantor of a loan: its whole face, shared by what each guarantees.

    Parameters
    ----------
    face : money lent by private lenders, whatever part of it is covered, at least 0; a number, or one for each path
    guaranteed : (guarantor,) or (guarantor, path), money covered by each, at least 0

    Returns
    -------
    mobilised : (guarantor, ...), money; adds up to the face

    Source: DAC methodologies for measuring amounts mobilised from the private sector, guarantees.
    """
    money = numbers("face", face, at_least=0.0)
    covered = listed("guaranteed", guaranteed, at_least=0.0)
    covered = below_first(covered, max(covered.ndim, 1 + money.ndim))
    total = covered.sum(axis=0)
    if not (total > 0.0).all():
        raise ArgumentError("guaranteed", "at least one guarantor with a cover above 0", "none")
    mobilised: Array = money * covered / total
    return mobilised
