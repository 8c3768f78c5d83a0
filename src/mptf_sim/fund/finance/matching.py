"""Matching: the facility adds to what private lenders bring."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Cents, ContractRate


class MatchingGrant(Part):
    """A grant in proportion to the private money of the stack, up to a cap."""

    kind: Literal["matching_grant"] = "matching_grant"
    ratio: ContractRate
    cap: Annotated[Cents, Field(gt=0)]
