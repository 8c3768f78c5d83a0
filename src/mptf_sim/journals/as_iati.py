"""One path as IATI 2.03 activities: the fund and every joint programme, each with its transactions.

Codes are those of IATI's own lists (`iati_codes.csv`), called by their names. What happened is a simulation: every
identifier and description says so.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from xml.etree import ElementTree as ET

from mptf_sim.books import ACCOUNTS, FINANCE_ACCOUNTS
from mptf_sim.engine.replay import Replay
from mptf_sim.engine.standing import Life
from mptf_sim.fund.programmes import Programme
from mptf_sim.journals.iati_transactions import (
    FACILITIES,
    FUND,
    PROGRAMMES,
    Transaction,
    opening_transactions,
    transactions,
)
from mptf_sim.journals.writing import decimal, first_day, last_day
from mptf_sim.money import apportion_whole
from mptf_sim.quantities import Quarter, Shares
from mptf_sim.scenario.scenario import Scenario

MEANING = {account.name: account.meaning for account in (*ACCOUNTS, *FINANCE_ACCOUNTS)}
LANGUAGE = {"{http://www.w3.org/XML/1998/namespace}lang": "en"}

DONOR_TYPES: Mapping[str, str] = {
    "State": "Government",
    "foundation": "Foundation",
    "private": "Private Sector",
    "international financial institution": "Multilateral",
    "diaspora": "Other",
}
"""Names of the code list OrganisationType, by kind of donor."""

STATUS: Mapping[str, str] = {
    "concept note": "Pipeline/identification",
    "document": "Pipeline/identification",
    "approved": "Pipeline/identification",
    "running": "Implementation",
    "running, extended": "Implementation",
    "operationally closed": "Finalisation",
    "financially closed": "Closed",
}
"""Names of the code list ActivityStatus, by the stage of a programme when the calendar ends."""


@cache
def codes() -> Mapping[tuple[str, str], str]:
    """The code of each (list, name)."""
    text = files("mptf_sim.journals").joinpath("iati_codes.csv").read_text(encoding="utf-8")
    return {(row["codelist"], row["name"]): row["code"] for row in csv.DictReader(text.splitlines())}


class Reported(NamedTuple):
    """One transaction of one activity."""

    what: Transaction
    quarter: Quarter
    who: str
    meaning: str
    cents: int
    organisation: str = ""  # of what one organisation alone gives or receives


def as_iati(scenario: Scenario, seed: int, replay: Replay) -> str:
    """The activities as one XML document, valid by the schema of IATI 2.03."""
    root = ET.Element("iati-activities", {"version": "2.03"})
    root.extend(list(_Activities(scenario, seed, replay).all()))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


class _Activities:
    """The activities of one path."""

    def __init__(self, scenario: Scenario, seed: int, replay: Replay) -> None:
        self.scenario, self.replay = scenario, replay
        self.simulated = (
            f"A simulated future (path {replay.path} of seed {seed}), not a record of what has happened. "
            "Money moves on the last day of a quarter."
        )
        self.agent, self.reference = next(
            (name, code) for (codelist, name), code in codes().items() if codelist == "IATIOrganisationIdentifier"
        )
        self.fund = f"{self.reference}-simulated-{replay.path}"
        self.donors = {donor.id: donor for donor in scenario.donors}
        self.programmes = {programme.id: programme for programme in scenario.all_programmes}
        self.facilities = {facility.id: facility.name for facility in scenario.facilities}
        self.organisations = {organisation.id: organisation.name for organisation in scenario.organisations}

    def all(self) -> Iterator[ET.Element]:
        """The fund, then its programmes in the order of their ids."""
        reported = self._reported()
        yield self._of_the_fund(reported[""])
        for life in self.replay.lives:
            yield self._of_a_programme(life, reported[life.programme])

    def _reported(self) -> Mapping[str, list[Reported]]:
        """Transactions by programme; those of the fund under an empty name."""
        found: dict[str, list[Reported]] = defaultdict(list)
        before = Quarter.at(self.scenario.calendar.start.ordinal - 1)
        for stock, who, cents, organisation in self.replay.opening:
            for one in opening_transactions(stock):
                place = "" if one.activity == "fund" else who.split(" ")[0]
                found[place].append(
                    Reported(one, before, who, f"brought forward: {MEANING[stock]}", cents, organisation)
                )
        for posting in self.replay.postings:
            for one in transactions(posting.event):
                place = "" if one.activity == "fund" else posting.who.split(" ")[0]
                quarter = Quarter.read(posting.period)
                found[place].append(
                    Reported(one, quarter, posting.who, MEANING[posting.event], posting.cents, posting.organisation)
                )
        strangers = set(found) - {"", *self.programmes}
        if strangers:
            raise LookupError(f"money moves for '{min(strangers)}', which is no programme: IATI reports it nowhere")
        return found

    def _of_the_fund(self, reported: list[Reported]) -> ET.Element:
        quarters = self.scenario.calendar.quarters
        activity = self._begun(self.fund, f"{self.scenario.name} (simulated)", self.simulated, level="1")
        for donor in self.scenario.donors:
            self._takes_part(activity, "Funding", DONOR_TYPES[donor.kind], donor.name)
        self._takes_part(activity, "Extending", "Multilateral", self.agent, {"ref": self.reference})
        _coded(activity, "activity-status", "ActivityStatus", "Implementation")
        _dated(activity, "Actual start", first_day(quarters[0]).isoformat())
        _dated(activity, "Planned End", last_day(quarters[-1]).isoformat())
        _coded(activity, "recipient-region", "Region", "Developing countries, unspecified")
        self._classified(activity, "Contributions to multi-donor/multi-entity funding mechanisms")
        for one in reported:
            self._transaction(activity, one)
        for id in self.programmes:
            self._related(activity, "Child", self._identifier(id))
        return activity

    def _of_a_programme(self, life: Life, reported: list[Reported]) -> ET.Element:
        programme = self.programmes[life.programme]
        window = next(window.name for window in self.scenario.windows if window.id == programme.window)
        activity = self._begun(
            self._identifier(programme.id),
            f"{programme.name} (simulated)",
            f"Joint programme {programme.id} of the thematic area {window}. {self.simulated}",
            level="2",
        )
        self._takes_part(activity, "Funding", "Multilateral", self.scenario.name, {"activity-id": self.fund})
        for organisation in programme.parts:
            self._takes_part(activity, "Implementing", "Multilateral", self.organisations[organisation])
        _coded(activity, "activity-status", "ActivityStatus", STATUS[life.stage])
        for kind, day in self._dates(programme, life):
            _dated(activity, kind, day)
        self._places(activity, programme)
        self._classified(activity, "Project-type interventions")
        for one in reported:
            self._transaction(activity, one)
        self._related(activity, "Parent", self.fund)
        return activity

    def _begun(self, identifier: str, title: str, description: str, level: str) -> ET.Element:
        currency = self.scenario.fund.currency
        activity = ET.Element("iati-activity", {**LANGUAGE, "default-currency": currency, "hierarchy": level})
        ET.SubElement(activity, "iati-identifier").text = identifier
        reporter = {
            "ref": self.reference,
            "type": codes()["OrganisationType", "Multilateral"],
            "secondary-reporter": "1",
        }
        _narrated(activity, "reporting-org", f"{self.agent}, simulated by mptf_sim", reporter)
        _narrated(activity, "title", title)
        _narrated(activity, "description", description)
        return activity

    def _takes_part(
        self, activity: ET.Element, role: str, kind: str, name: str, also: Mapping[str, str] | None = None
    ) -> None:
        marks = {"role": codes()["OrganisationRole", role], "type": codes()["OrganisationType", kind], **(also or {})}
        _narrated(activity, "participating-org", name, marks)

    def _dates(self, programme: Programme, life: Life) -> Iterator[tuple[str, str]]:
        if life.started is not None:
            yield "Actual start", last_day(life.started).isoformat()
            if life.ends is not None:
                yield "Planned End", last_day(life.ends).isoformat()
            if life.closed is not None:
                yield "Actual end", last_day(life.closed).isoformat()
            return
        agreement = next(one for one in self.scenario.agreements if one.id == programme.agreement)
        decided = life.approved or programme.ready or self.scenario.calendar.start
        starts = Quarter.at(decided.ordinal + agreement.preparation)
        yield "Planned start", last_day(starts).isoformat()
        yield "Planned End", last_day(Quarter.at(starts.ordinal + programme.duration - 1)).isoformat()

    def _places(self, activity: ET.Element, programme: Programme) -> None:
        """The countries of a programme with their shares, if IATI has codes for all; otherwise its region in words."""
        from iso3166 import countries_by_alpha3

        plans = {plan.id: plan for plan in self.scenario.plans}
        countries = Shares.read([plans[programme.plan].country]) if programme.plan else programme.countries
        if countries and all(one in countries_by_alpha3 for one in countries):
            parts = apportion_whole(100_00, countries.weights())
            for country, part in zip(countries, parts, strict=True):
                code = countries_by_alpha3[country].alpha2
                ET.SubElement(activity, "recipient-country", {"code": code, "percentage": decimal(part)})
            return
        region = plans[programme.plan].region if programme.plan else programme.region
        name = next(one.name for one in self.scenario.regions if one.id == region)
        _narrated(_coded(activity, "recipient-region", "Region", "Developing countries, unspecified"), "", name)

    def _classified(self, activity: ET.Element, aid: str) -> None:
        _coded(
            activity,
            "sector",
            "Sector",
            "Facilitation of orderly, safe, regular and responsible migration and mobility",
        )
        _coded(activity, "collaboration-type", "CollaborationType", "Multilateral outflows")
        _coded(activity, "default-flow-type", "FlowType", "ODA")
        _coded(activity, "default-finance-type", "FinanceType", "Standard grant")
        _coded(activity, "default-aid-type", "AidType", aid)

    def _transaction(self, activity: ET.Element, one: Reported) -> None:
        day = last_day(one.quarter).isoformat()
        written = ET.SubElement(activity, "transaction")
        _coded(written, "transaction-type", "TransactionType", one.what.kind)
        ET.SubElement(written, "transaction-date", {"iso-date": day})
        ET.SubElement(written, "value", {"value-date": day}).text = decimal(one.what.sign * one.cents)
        _narrated(written, "description", one.meaning)
        self._party(written, "provider", one.what.giver, one.who, one.organisation)
        self._party(written, "receiver", one.what.receiver, one.who, one.organisation)

    def _party(self, written: ET.Element, role: str, party: str, who: str, organisation: str) -> None:
        """Who gives or receives, with its own activity where it has one."""
        if not party:
            return
        marks, name = {}, party.capitalize()
        if party == "donors":
            name = self.donors[who].name
            marks["type"] = codes()["OrganisationType", DONOR_TYPES[self.donors[who].kind]]
        elif party == FUND:
            name, marks[f"{role}-activity-id"] = self.scenario.name, self.fund
        elif party == FACILITIES:
            name = self.facilities[who]
        elif party == PROGRAMMES:
            programme = self.programmes[who.split(" ")[0]]
            name = ", ".join(self.organisations[one] for one in ([organisation] if organisation else programme.parts))
            marks[f"{role}-activity-id"] = self._identifier(programme.id)
        _narrated(written, f"{role}-org", name, marks)

    def _related(self, activity: ET.Element, kind: str, identifier: str) -> None:
        ET.SubElement(activity, "related-activity", {"type": codes()["RelatedActivityType", kind], "ref": identifier})

    def _identifier(self, programme: str) -> str:
        return f"{self.fund}-{programme}"


def _coded(parent: ET.Element, tag: str, codelist: str, name: str) -> ET.Element:
    return ET.SubElement(parent, tag, {"code": codes()[codelist, name]})


def _dated(activity: ET.Element, kind: str, day: str) -> None:
    ET.SubElement(activity, "activity-date", {"type": codes()["ActivityDateType", kind], "iso-date": day})


def _narrated(parent: ET.Element, tag: str, words: str, marks: Mapping[str, str] | None = None) -> None:
    """An element whose text stands in a narrative, as IATI wants all text; without a tag the narrative alone."""
    place = ET.SubElement(parent, tag, dict(marks or {})) if tag else parent
    ET.SubElement(place, "narrative").text = words
