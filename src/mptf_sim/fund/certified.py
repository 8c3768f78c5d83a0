"""The last certified statement of the fund: its history, year by year, in the lines of the MPTF Office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Cents, Id, Year, wrong

SOURCES = ("contributions", "interest", "interest_from_organisations", "other_sources", "refunds")
"""Lines that raise the fund's cash."""
USES = ("transfers", "agent_fee", "direct_cost", "bank_charges", "other_uses")
"""Lines that lower it."""
BALANCES = ("opening_balance", "closing_balance")
OF_PROGRAMMES = ("transfers", "refunds", "direct_delivery", "indirect_cost")
"""Lines that are told programme by programme for those that run when the calendar starts."""


class StatementLine(Part):
    """One line of a certified statement: a flow of the year, or the fund's cash at its beginning and end."""

    year: Year
    line: Literal[
        "opening_balance",
        "contributions",
        "interest",
        "interest_from_organisations",
        "other_sources",
        "refunds",
        "transfers",
        "agent_fee",
        "direct_cost",
        "bank_charges",
        "other_uses",
        "closing_balance",
        "direct_delivery",
        "indirect_cost",
    ]
    programme: Id | None = None
    """A programme that runs when the calendar starts; without one, all programmes that are closed by then."""
    amount: Cents
    """Never negative: what a line does to cash lies in its name."""
    source: Id | None = None

    @model_validator(mode="after")
    def _of_programmes(self) -> StatementLine:
        if self.programme is not None and self.line not in OF_PROGRAMMES:
            raise wrong(f"no programme at the line '{self.line}'", self.programme)
        return self


class Certified(Part):
    """The history that the opening ties to."""

    year: Year
    """Of the last certified statement: the calendar opens on the first day after it."""
    table: Annotated[
        tuple[StatementLine, ...],
        Field(min_length=1, max_length=5000),
        BeforeValidator(lambda lines: lines, json_schema_input_type=tuple[StatementLine, ...] | str),
    ]
    """The lines, or the CSV file that holds them."""

    def to_date(self) -> Mapping[str, int]:
        """Each flow over all years, cents, by the name the books have for it."""
        total = dict.fromkeys((line for line in (*SOURCES, *USES, *OF_PROGRAMMES)), 0)
        for one in self.table:
            if one.line not in BALANCES:
                total[one.line] += one.amount
        return {
            "deposits": total["contributions"],
            "interest": total["interest"],
            "interest_from_organisations": total["interest_from_organisations"],
            "other_income": total["other_sources"],
            "refunds": total["refunds"],
            "transfers": total["transfers"],
            "agent_fees": total["agent_fee"],
            "direct_cost": total["direct_cost"],
            "bank_charges": total["bank_charges"],
            "other_expenditure": total["other_uses"],
            "direct_delivery": total["direct_delivery"],
            "indirect_cost": total["indirect_cost"],
        }

    @property
    def first_balance(self) -> int:
        """The fund's cash before its first certified year."""
        first = min(one.year for one in self.table)
        return sum(one.amount for one in self.table if one.year == first and one.line == "opening_balance")
