"""How much debt a low-income country can carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mptf_sim.formulas.arguments import choice

if TYPE_CHECKING:
    from mptf_sim.quantities import Array

LIC_DSF = {
    "weak": (30.0, 140.0, 10.0, 14.0, 35.0),
    "medium": (40.0, 180.0, 15.0, 18.0, 55.0),
    "strong": (50.0, 240.0, 21.0, 23.0, 70.0),
}
"""Per cent: PV of external debt to GDP and to exports, its service to exports and to revenue, PV of public debt to GDP."""


def lic_dsf_thresholds(capacity: str) -> Array:
    """Debt burden above which the risk of distress is high, in the debt sustainability framework of IMF and World Bank.

    Parameters
    ----------
    capacity : of the country to carry debt: weak, medium or strong

    Returns
    -------
    thresholds : (5,), per cent: present value of external debt to GDP, and to exports; external debt service to
        exports, and to revenue; present value of total public debt to GDP (a benchmark)

    Source: IMF factsheet, Joint World Bank-IMF Debt Sustainability Framework for Low-Income Countries.
    """
    return np.array(LIC_DSF[choice("capacity", capacity, tuple(LIC_DSF))])
