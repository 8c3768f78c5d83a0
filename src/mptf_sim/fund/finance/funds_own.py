"""Layers that are in the fund's currency, whatever else is said of them."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from mptf_sim.fund.part import Part
from mptf_sim.quantities import wrong


class InTheFundsCurrency(Part):
    """Given or staked, not lent at terms of its own: what stands behind it is counted in the fund's currency."""

    @model_validator(mode="before")
    @classmethod
    def _names_no_currency(cls, written: Any) -> Any:
        if isinstance(written, dict) and "currency" in written:
            kind = written.get("kind")
            why = "what it gives or bears is promised in the fund's, so that it is there whatever a rate does"
            raise wrong(f"no `currency` of a {kind}", written["currency"], f"{why}; only other loans may have one")
        return written
