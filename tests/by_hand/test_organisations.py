"""A programme of several organisations: who receives what, what releases the next instalment, whose report is late.

The fund takes no fee and earns no interest; indirect cost is zero unless said. One document is approved and paid in
2026-Q1. ILO is before IOM in the order of ids. Amounts below are in currency units; the engine says cents.
"""

from __future__ import annotations

import pytest

from mptf_sim.engine.run import simulate
from mptf_sim.scenario.scenario import Scenario
from tests.by_hand.small import Result, agreement, cash, donor, fund, of_plan, plan_with, programme


def organisations(**terms: dict) -> list[dict]:
    return [{"id": id, "name": id} | terms.get(id, {}) for id in ("ILO", "IOM")]


def of_two(budget: object, shares: object, terms: dict, **more: dict) -> Scenario:
    """One document of ILO and IOM, with cash enough for all of it."""
    document = programme("JP", budget, organisations=shares, **more.pop("document", {}))
    del document["organisation"]
    everyone = more.pop("organisations", organisations())
    return fund(
        fund=more.pop("fund", {}) | {"opening": {"cash": [cash("1M")]}, "fees": {"indirect_cost": "0%"}},
        organisations=everyone,
        agreements=[terms],
        programmes=[document],
        **more,
    )


def by_part(scenario: Scenario, event: str) -> dict[str, dict[str, int]]:
    """What was posted by organisation, quarter by quarter; '' for the programme as a whole."""
    found: dict[str, dict[str, int]] = {}
    for one in Result(scenario).replay.postings:
        if one.event == event:
            found.setdefault(one.organisation, {})[one.period] = one.cents
    return found


def test_each_instalment_is_split_by_running_totals_so_that_no_part_ever_falls():
    # 50 / 1 / 49 per cent of 1 cent, then of 1 cent: rint(0.5) = 0, rint(0.51) = 1, 1. So each time the second
    # organisation gets the cent. Of the received-after totals, 1 then 2, the second would get 1, then 0.
    document = programme("JP", "0.02", organisations={"ILO": "50%", "IOM": "1%", "WHO": "49%"}, duration=2)
    del document["organisation"]
    scenario = fund(
        fund={"opening": {"cash": [cash("1M")]}},
        organisations=[{"id": id, "name": id} for id in ("ILO", "IOM", "WHO")],
        agreements=[agreement({"share": "50%"}, {"share": "50%", "after": 1})],
        programmes=[document],
    )

    assert by_part(scenario, "transfers") == {"IOM": {"2026-Q1": 1, "2026-Q2": 1}}


def test_organisations_named_without_shares_share_equally():
    scenario = of_two("0.99", ["IOM", "ILO"], agreement())

    # 99 cents: rint(49.5) = 50 (half to even), so 50 and 49
    assert by_part(scenario, "transfers") == {"ILO": {"2026-Q1": 50}, "IOM": {"2026-Q1": 49}}


def fund_of_an_idle_organisation(level: str) -> Scenario:
    """ILO, with a tenth of 2,000.00, spends nothing; IOM spends all it has."""
    terms = agreement({"share": "50%"}, {"share": "50%", "after": 2, "threshold": "50%"}, release={"level": level})
    idle = organisations(ILO={"capacity": 0})
    return of_two("2000", {"IOM": "90%", "ILO": "10%"}, terms, document={"duration": 4}, organisations=idle)


@pytest.mark.parametrize(
    ("level", "quarters"),
    [
        ("programme", {"": ["2026-Q3"]}),
        ("every organisation", {"": []}),
        ("own share", {"ILO": [], "IOM": ["2026-Q3"]}),
    ],
)
def test_who_must_have_spent_enough_is_the_level_of_release(level, quarters):
    # ILO may spend nothing: capacity 0. IOM spends as the S-curve says. Budget 2,000: 90 % for IOM, 10 % for ILO.
    # First instalment 1,000: IOM 900, ILO 100. Threshold 50 %. Duration 2: S-curve 50 % at age 1, 100 % at age 2.
    # IOM's direct cost is 1,800: Q1 spends 900 (all it has). Known in Q2: 900 of 1,000 for the programme: >= 500.
    # IOM alone: 900 >= 450; ILO: 0 < 50. The second instalment is due in Q1 + 2 = Q3.
    scenario = fund_of_an_idle_organisation(level)

    transfers = by_part(scenario, "transfers")

    paid = {who: [quarter for quarter in amounts if quarter > "2026-Q1"] for who, amounts in transfers.items()}
    if "" in quarters:
        assert paid == {"ILO": quarters[""], "IOM": quarters[""]}
    else:
        assert paid == quarters


HALVES = agreement({"share": "50%"}, {"share": "50%", "after": 1, "threshold": "80%"}, complete_at="100%")
"""At a pace of 50 % and with a duration of four quarters this is delivered of 2,000: see below."""


def paid_in(scenario: Scenario) -> list[str]:
    return list(Result(scenario).of("transfers", "JP"))


@pytest.mark.parametrize(
    ("release", "quarters"),
    [
        ({}, ["2026-Q1", "2026-Q4"]),
        ({"basis": "spent plus committed", "committed": "60%"}, ["2026-Q1", "2026-Q3"]),
        ({"basis": "spent plus committed", "committed": "90%"}, ["2026-Q1", "2026-Q2"]),
    ],
)
def test_legal_commitments_count_as_a_share_of_what_is_unspent(release, quarters):
    # Budget 2,000, half at once. S-curve of four quarters: 312.50, 1,000, 1,687.50, 2,000 of direct cost 2,000.
    # Spent at the close of Q1: 312.50; Q2: 1,000 (all of the first instalment). 80 % of 1,000 = 800 must be known.
    # Pace 50 %: Q1 156.25; Q2 + (1,000 - 156.25) / 2 = 578.12 (421.875 rounds to 421.88: 578.13); Q3 + (1,687.50 -
    # 578.13) / 2 = 554.685, rounds to 554.68 (half to even), but receipts end it at 1,000.
    # Known in Q2: 156.25; Q3: 578.13; Q4: 1,000; so by expenditure alone in Q4 (reporting lag 1): 1,000 >= 800.
    # With 60 % committed: Q2 156.25 + 506.25 < 800; Q3 578.13 + 253.12. With 90 %: Q2 156.25 + 759.38 = 915.63.
    terms = HALVES | {"delivery": {"pace": "50%"}, "release": release}
    scenario = of_two("2000", {"IOM": "100%"}, terms, document={"duration": 4})

    assert paid_in(scenario) == quarters


@pytest.mark.parametrize("level", ["programme", "own share"])
def test_a_late_report_holds_up_the_instalment_it_is_about_and_names_its_organisation(level):
    # Both deliver at once; threshold 0 %, so that reports alone decide. ILO is always late by two quarters. The report
    # of Q1 is due in Q2, comes in Q4; that of Q2 is due in Q3. Due in Q2, the second instalment of 1,000 (ILO 400, IOM
    # 600) is never free of an overdue report of ILO. On its own share IOM is paid in Q2.
    terms = agreement(
        {"share": "50%"}, {"share": "50%", "after": 1}, release={"level": level}, reporting={"late_by": 2}
    )
    late = organisations(ILO={"late_reports": "100%"})
    scenario = of_two("2000", {"ILO": "40%", "IOM": "60%"}, terms, organisations=late)

    alone = level == "own share"
    held_up = 400_00 if alone else 1000_00
    assert by_part(scenario, "transfers")["IOM"] == {"2026-Q1": 600_00} | ({"2026-Q2": 600_00} if alone else {})
    assert by_part(scenario, "transfers")["ILO"] == {"2026-Q1": 400_00}
    assert by_part(scenario, "held_up_by_report") == {
        "ILO": {"2026-Q2": held_up, "2026-Q3": held_up, "2026-Q4": held_up}
    }
    assert Result(scenario).account("held_up_by_reports") == [0, held_up, held_up, held_up]
    assert simulate(scenario, 1, 1).columns["held_up_by:ILO"].tolist() == [3 * held_up]


def fund_of_a_part_that_starts_later() -> Scenario:
    """ILO's half of 10.00 is paid in Q1; IOM's waits for the donor's 5.00 of Q2, and IOM's report of Q1 is late."""
    terms = agreement(release={"level": "own share"})
    everyone = organisations(IOM={"late_reports": "100%"})
    document = programme("JP", 10, organisations=["ILO", "IOM"])
    del document["organisation"]
    return fund(
        fund={"opening": {"cash": [cash(5)]}, "funding_policy": {"kind": "signed", "share": "100%"}},
        donors=[donor("DEU", ("2026-Q2", 5))],
        organisations=everyone,
        agreements=[terms],
        programmes=[document],
    )


def test_a_first_instalment_waits_for_no_report_even_if_another_part_has_started_before():
    assert by_part(fund_of_a_part_that_starts_later(), "transfers") == {
        "ILO": {"2026-Q1": 500},
        "IOM": {"2026-Q2": 500},
    }


def test_what_a_late_report_tells_is_known_when_it_comes():
    # Duration 1: all of 1,000 is spent in Q1. ILO (40 %) reports it in Q2 + 2 = Q4, IOM in Q2.
    terms = agreement(reporting={"late_by": 2})
    late = organisations(ILO={"late_reports": "100%"})
    scenario = of_two("1000", {"ILO": "40%", "IOM": "60%"}, terms, organisations=late, document={"duration": 1})

    assert by_part(scenario, "reported_expenditure") == {"ILO": {"2026-Q4": 400_00}, "IOM": {"2026-Q2": 600_00}}
    assert Result(scenario).account("unreported_expenditure") == [1000_00, 400_00, 400_00, 0]


def test_half_yearly_reports_tell_in_the_second_and_fourth_quarter_what_was_spent_until_then():
    # All of the first instalment of 1,000 is spent in Q1, and reported for Q2: known in Q3. At a threshold of 100 % the
    # second instalment, due in Q2, is released in Q3.
    terms = agreement({"share": "50%"}, {"share": "50%", "after": 1, "threshold": "100%"}, reporting={"every": 2})
    scenario = of_two("2000", {"IOM": "100%"}, terms | {"extension": 4}, document={"duration": 1})

    assert by_part(scenario, "reported_expenditure") == {"IOM": {"2026-Q3": 1000_00}}
    assert paid_in(scenario) == ["2026-Q1", "2026-Q3"]


def test_beyond_its_capacity_an_organisation_spends_what_is_left_shared_in_proportion():
    # Two programmes of IOM, 600 and 300, would spend all at once; IOM can spend 500 a year. 500 x 600 / 900 = 333.33,
    # and the rest: 166.67. In 2027 another 500, of which only 400 is asked for: 266.67 and 133.33.
    documents = [programme("A", 600, duration=1), programme("B", 300, duration=1)]
    scenario = fund(
        calendar={"start": "2026-Q1", "periods": 6},
        fund={"opening": {"cash": [cash("1M")]}},
        organisations=[{"id": "IOM", "name": "IOM", "capacity": 500}],
        agreements=[agreement(extension=4)],
        programmes=documents,
    )

    spent = {name: Result(scenario).of("direct_delivery", name) for name in "AB"}
    assert spent["A"] == {"2026-Q1": 333_33, "2027-Q1": 266_67}
    assert spent["B"] == {"2026-Q1": 166_67, "2027-Q1": 133_33}


def test_a_plan_absorbs_no_more_than_it_can_whoever_spends_it():
    # The plan's two documents of 600 and 300 belong to two organisations; the plan absorbs 450 a year, ILO 100 of it:
    # A gets 300 of it and B 150, of which ILO spends 100. What ILO leaves is shared anew each quarter between what both
    # would spend: in Q2 50 between 300 and 200 (A 30, and ILO has nothing left for its 20), in Q3 20 between 270 and
    # 200 (11.49), in Q4 8.51 between 258.51 and 200 (4.80).
    documents = [of_plan("A", 600, duration=1), of_plan("B", 300, duration=1, organisation="ILO")]
    plan = plan_with((2026, 900))
    plan["plans"][0]["absorption_per_year"] = 450
    scenario = fund(
        fund={"opening": {"cash": [cash("1M")]}},
        organisations=organisations(ILO={"capacity": 100}),
        agreements=[agreement(extension=4)],
        programmes=documents,
        **plan,
    )

    result = Result(scenario)
    assert result.of("direct_delivery", "A") == {
        "2026-Q1": 300_00, "2026-Q2": 30_00, "2026-Q3": 11_49, "2026-Q4": 4_80,
    }  # fmt: skip
    assert result.of("direct_delivery", "B") == {"2026-Q1": 100_00}


@pytest.mark.parametrize(("signed", "approved"), [("2026-Q3", ["2026-Q3"]), ("never", [])])
def test_a_document_waits_until_all_its_organisations_have_signed(signed, approved):
    scenario = of_two("100", ["ILO", "IOM"], agreement(), organisations=organisations(ILO={"signed_agreement": signed}))

    assert list(Result(scenario).of("approvals", "JP")) == approved


def test_a_running_programme_needs_organisations_that_have_signed():
    running = {"approved": "2025-Q1", "started": "2025-Q2", "instalments_paid": 1}
    document = {"running": running, "ready": None}
    unsigned = organisations(ILO={"signed_agreement": "2026-Q2"})

    with pytest.raises(ValueError, match="'ILO' receives money of a running programme"):
        of_two("100", ["ILO", "IOM"], agreement(), organisations=unsigned, document=document)


def test_no_organisation_may_have_spent_more_than_its_part():
    # Half of 100.01 was received: 50.00 (half to even). 50.00 was spent, 70 % of it by IOM: 35 of its 35.
    running = {"approved": "2025-Q1", "started": "2025-Q2", "instalments_paid": 1, "delivered": "50.02"}
    terms = agreement({"share": "50%"}, {"share": "50%", "after": 1})

    with pytest.raises(ValueError, match=r"expected expenditure of ILO within the 15 received, found 15\.01"):
        of_two("100", {"ILO": "30%", "IOM": "70%"}, terms, document={"running": running, "ready": None})


def test_one_organisation_makes_every_level_of_release_the_same():
    def digest(level: str, shares: object) -> str:
        terms = agreement(
            {"share": "30%"}, {"share": "70%", "after": 1, "threshold": "70%"}, release={"level": level},
            delivery={"pace": "60%", "spread": "50%"},
        )  # fmt: skip
        return simulate(of_two("1234.56", shares, terms, document={"duration": 3}), 64, 1).result_digest

    assert len({digest(level, ["IOM"]) for level in ("programme", "every organisation", "own share")}) == 1
