"""Limits: what no allocation rule may overstep, and what groups of programmes are promised."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, model_validator

from mptf_sim.fund.markers import Markers
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Cents, ContractRate, Id, YesNo, wrong


class Group(Part):
    """Programmes for which everything holds that is said here."""

    windows: tuple[Id, ...] = ()
    regions: tuple[Id, ...] = ()
    plans: tuple[Id, ...] = ()
    least_developed: YesNo = False
    """Programmes in least developed countries, all of them."""
    markers: Markers = Markers()
    """The least level of each marker."""

    @model_validator(mode="after")
    def _says_something(self) -> Group:
        if self == Group.model_construct():
            raise wrong("windows, regions, plans, least_developed or markers", "none of them")
        return self

    def admits(
        self,
        window: str,
        region: str,
        plan: str | None,
        countries: Iterable[str],
        markers: Markers,
        least_developed: frozenset[str],
    ) -> bool:
        """Whether a programme of that window, region, plan, those countries and markers belongs to the group."""
        places = set(countries)
        return (
            (not self.windows or window in self.windows)
            and (not self.regions or region in self.regions)
            and (not self.plans or plan in self.plans)
            and (not self.least_developed or (bool(places) and places <= least_developed))
            and markers.reach(self.markers)
        )


class Share(Part):
    """What a group of programmes gets at least, and at most, of what is approvable at a meeting."""

    id: Id
    of: Group
    floor: ContractRate = ContractRate(0, 1)
    """Served first, as far as the group asks for it; what is not met is reported."""
    ceiling: ContractRate = ContractRate(1, 1)
    """No more than this, whatever is left."""
    source: Id | None = None

    @model_validator(mode="after")
    def _floor_below_ceiling(self) -> Share:
        if self.floor.ratio > self.ceiling.ratio:
            raise wrong(f"a floor within the ceiling of {self.ceiling}", str(self.floor))
        return self


class Limits(Part):
    """What no rule may overstep."""

    minimum_grant: Cents = 0
    """A smaller award is not made."""
    maximum_grant: Annotated[Cents, Field(gt=0)] | None = None
    """Asks are cut to it."""
    one_active_programme_per_country: YesNo = False
    """No document is looked at while another programme of one of its countries is approved and not closed."""
    shares: Annotated[tuple[Share, ...], Field(max_length=20)] = ()
    """Floors and ceilings of groups of programmes."""

    @model_validator(mode="after")
    def _grants_in_order(self) -> Limits:
        if self.maximum_grant is not None and self.maximum_grant < self.minimum_grant:
            raise wrong("a maximum grant of at least the minimum grant", self.maximum_grant / 100)
        return self
