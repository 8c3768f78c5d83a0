"""Where each number of a scenario comes from: sourced, calibrated or assumed, by whom, on what evidence."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Id

NOT_EVIDENCE = {"schema", "number"}
"""Numbers that say nothing about the world."""


class Source(Part):
    """Evidence behind numbers: published, computed from published data, or assumed."""

    id: Id
    kind: Literal["sourced", "calibrated", "assumed"]
    owner: str
    """Who answers for the number."""
    reference: str
    """Publication and address, method of calibration, or reason of the assumption."""
    covers: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Fields it stands behind, such as fund.fees.* or governance.*; table rows name it in their `source` column."""


class Evidence(NamedTuple):
    """One number of the scenario and the source behind it, if there is one."""

    field: str
    value: str
    source: Source | None


def evidence(dumped: dict[str, Any], sources: tuple[Source, ...]) -> Iterator[Evidence]:
    """Every number of a scenario (as dumped) with its source.

    A row's `source` stands behind the row; otherwise the longest matching `covers` pattern does.
    """
    by_id = {source.id: source for source in sources}
    patterns = sorted(
        ((pattern, source) for source in sources for pattern in source.covers), key=lambda pair: -len(pair[0])
    )

    def walk(value: Any, field: str, row_source: Source | None) -> Iterator[Evidence]:
        if isinstance(value, dict):
            own = by_id.get(str(value.get("source"))) or row_source
            for key, part in value.items():
                if key not in NOT_EVIDENCE:
                    yield from walk(part, f"{field}.{key}" if field else str(key), own)
        elif isinstance(value, (list, tuple)):
            for number, part in enumerate(value):
                name = part.get("id", number) if isinstance(part, dict) else number
                yield from walk(part, f"{field}[{name}]", row_source)
        elif is_number(value):
            covering = (source for pattern, source in patterns if fnmatchcase(field, pattern.replace("[", "[[]")))
            yield Evidence(field, str(value), row_source or next(covering, None))

    for part, value in dumped.items():
        if part not in ("schema", "sources", "expect", "extends"):
            yield from walk(value, part, None)


def is_number(value: Any) -> bool:
    """Amounts, shares and counts; not dates, ids or names."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, (int, float)):
        return True
    text = str(value).removesuffix("%").removeprefix("-")
    return text.replace(".", "", 1).isdigit()
