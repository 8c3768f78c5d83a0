"""Earmarks: which programmes a donor's money may pay for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import field_validator, model_validator

from mptf_sim.fund.part import Part
from mptf_sim.quantities import Id, wrong

MOST_EARMARKS = 7
"""Distinct earmarks a scenario may hold: the bounds are kept for every union of them."""


class Earmark(Part):
    """A predicate on programmes: a list left empty admits all; an empty earmark is unearmarked money.

    A programme in several countries is admitted if every one of them is.
    """

    windows: tuple[Id, ...] = ()
    regions: tuple[Id, ...] = ()
    countries: tuple[Id, ...] = ()
    not_windows: tuple[Id, ...] = ()
    not_regions: tuple[Id, ...] = ()
    not_countries: tuple[Id, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _none_is_unearmarked(cls, value: Any) -> Any:
        if value is None or value == "none":
            return {}
        if isinstance(value, str):
            raise wrong("none, or a mapping such as {windows: [protection]}", value)
        return value

    @field_validator("*", mode="after")
    @classmethod
    def _in_order(cls, ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(ids)))

    @property
    def label(self) -> str:
        """How reports name this earmark: 'windows protection, borders; not countries HTI'."""
        terms = [
            f"{name.replace('_', ' ')} {', '.join(ids)}"
            for name in type(self).model_fields
            if (ids := getattr(self, name))
        ]
        return "; ".join(terms) or "unearmarked"

    def allows(self, window: str, region: str, countries: Iterable[str]) -> bool:
        """Whether this money may pay for a programme of that window, region and those countries."""
        places = set(countries)
        return (
            (not self.windows or window in self.windows)
            and window not in self.not_windows
            and (not self.regions or region in self.regions)
            and region not in self.not_regions
            and (not self.countries or (bool(places) and places <= set(self.countries)))
            and not places & set(self.not_countries)
        )
