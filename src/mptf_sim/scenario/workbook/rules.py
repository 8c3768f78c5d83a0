"""What a spreadsheet program lets people type into a cell: lists to choose from, numbers within their bounds."""

from __future__ import annotations

from typing import Any

from annotated_types import Interval
from xlsxwriter.utility import xl_rowcol_to_cell

from mptf_sim.quantities import Count, Id, Lag, Quarter, QuarterOfYear, Year
from mptf_sim.scenario.shapes import Scalar
from mptf_sim.scenario.workbook.layout import MONEY, SHARE, TRUTH, notation, notes
from mptf_sim.scenario.workbook.leaves import Leaf

_LONGEST_MESSAGE = 255
_OTHERWISE_NAMED = {
    "country": "states", "holder": "organisations", "preparation": "programmes", "facility": "facilities",
}  # fmt: skip
"""Fields that refer to a list of another name."""


class Rules:
    """The rules of one workbook.

    Parameters
    ----------
    words : the sheet that holds the lists to choose from
    ids : of each sheet whose rows have ids, their column and the last row (from 0) that may hold one
    first : the first row of a sheet (from 0) that may hold an item
    """

    def __init__(self, words: Any, ids: dict[str, tuple[int, int]], first: int) -> None:
        self._words, self._ids, self._first = words, ids, first
        self._lists: dict[tuple[str, ...], str] = {}

    def target(self, leaf: Leaf) -> str | None:
        """The sheet whose ids a field names: `plan` names one of `plans`."""
        if not isinstance(leaf.shape, Scalar) or leaf.shape.quantities != (Id,):
            return None
        field = leaf.steps[-1]
        return next((name for name in (f"{field}s", _OTHERWISE_NAMED.get(field, "")) if name in self._ids), None)

    def apply(self, sheet: Any, leaf: Leaf, first: int, last: int, column: int) -> None:
        """Set the rule of a field, if it has one, for some rows of a column (from 0)."""
        rule = self._rule(leaf, xl_rowcol_to_cell(first, column))
        if rule:
            words = f"Write {notation(leaf.shape).words}."[:_LONGEST_MESSAGE]
            sheet.data_validation(
                first, column, last, column, {"error_title": leaf.steps[-1][:32], "error_message": words, **rule}
            )

    def _rule(self, leaf: Leaf, cell: str) -> dict[str, Any] | None:
        shape = leaf.shape
        if not isinstance(shape, Scalar):
            return None
        if shape.options:
            return {"validate": "list", "source": self._listed(shape.options)}
        target, said = self.target(leaf), notation(shape)
        if target:
            column, last = self._ids[target]
            area = f"{xl_rowcol_to_cell(self._first, column, True, True)}:{xl_rowcol_to_cell(last, column, True, True)}"
            message = f"Sheet {target} has no row with this id."
            return {
                "validate": "list",
                "source": f"='{target}'!{area}",
                "error_type": "warning",
                "error_message": message,
            }
        if said == TRUTH:
            return {"validate": "list", "source": ["true", "false"]}
        if shape.quantities == (QuarterOfYear,):
            return {"validate": "list", "source": ["Q1", "Q2", "Q3", "Q4"]}
        if shape.quantities == (Quarter,):
            year, quarter = f"ISNUMBER(VALUE(LEFT({cell},4)))", f'ISNUMBER(FIND(RIGHT({cell},1),"1234"))'
            return {"validate": "custom", "value": f'=AND(LEN({cell})=7,MID({cell},5,2)="-Q",{year},{quarter})'}
        if said in (MONEY, SHARE) or shape.quantities in ((Year,), (Lag,), (Count,)):
            least, most = _bounds(shape)
            of = 100 if said == MONEY else 1
            kind = "decimal" if said in (MONEY, SHARE) else "integer"
            return {"validate": kind, "criteria": "between", "minimum": least / of, "maximum": most / of}
        return None

    def _listed(self, options: tuple[str, ...]) -> str:
        """A list to choose from, written out once."""
        if options not in self._lists:
            column = len(self._lists)
            for row, option in enumerate(options):
                self._words.write_string(row, column, option)
            area = (
                f"{xl_rowcol_to_cell(0, column, True, True)}:{xl_rowcol_to_cell(len(options) - 1, column, True, True)}"
            )
            self._lists[options] = f"='{self._words.get_name()}'!{area}"
        return self._lists[options]


def _bounds(shape: Scalar) -> tuple[float, float]:
    """The least and most that a quantity may be, in its own unit; a rate is from 0 to 1."""
    bounds = [note for quantity in shape.quantities for note in notes(quantity) if isinstance(note, Interval)]
    if not bounds:
        return 0, 1
    return float(str(bounds[0].ge)), float(str(bounds[0].le))
