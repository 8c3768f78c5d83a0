"""Limits, bars and freezes on paper, and what the Committee says to those it refuses."""

from mptf_sim.analysis.second_look import second_look
from mptf_sim.books import account
from mptf_sim.engine.replay import replay
from tests.by_hand.committee import awards, document, fund, refused

BY_SCORE = {"allocation": {"kind": "priority_score"}}
BY_SHARE = {"allocation": {"kind": "pro_rata"}}


def limited(rule: dict[str, object], **limits: object) -> dict[str, object]:
    return {**rule, "limits": limits}


def test_an_ask_is_cut_to_the_maximum_grant():
    documents = [document("A", 80, score=90), document("B", 60, score=80)]
    assert awards(fund(100, documents, limited(BY_SCORE, maximum_grant=50))) == {"A": 50, "B": 50}
    assert awards(fund(90, documents, limited(BY_SHARE, maximum_grant=60))) == {"A": 45, "B": 45}


def test_a_ceiling_holds_a_group_back_whatever_is_left():
    # 100 approvable, Africa at most 50 %: A takes 40, B would make it 70. C is of Europe: 30. The other 30 stay.
    africa = [{"id": "africa", "of": {"regions": ["africa"]}, "ceiling": "50%"}]
    documents = [
        document("A", 40, score=90), document("B", 30, score=80), document("C", 30, score=70, region="europe"),
    ]  # fmt: skip
    scenario = fund(100, documents, limited(BY_SCORE, shares=africa))
    assert awards(scenario) == {"A": 40, "C": 30}
    assert refused(scenario) == {"B": ("ceiling of africa", 20)}  # 30 asked, 10 left below the ceiling
    # Shared, of 90: Africa 45 for asks of 40 and 30, Europe its 30: the ceiling is what binds
    shared = fund(90, documents, limited(BY_SHARE, shares=africa))
    assert awards(shared) == {"A": 25.71, "B": 19.29, "C": 30}


def test_a_floor_is_served_first_and_what_it_misses_is_reported():
    # Women's programmes are promised 60 % of 100. B is the only one and asks for 40: it is served before A (70), which no
    # longer fits. 20 of the floor are missing. Without the floor A would have come first, at 90 points instead of 50:
    # 70 x 90 - 40 x 50 = 4,300, over 100: 43 points x units given up.
    gender = [{"id": "women", "of": {"markers": {"gender": 2}}, "floor": "60%"}]
    documents = [document("A", 70, score=90), document("B", 40, score=50, markers={"gender": 2})]
    scenario = fund(100, documents, limited(BY_SCORE, shares=gender))
    assert awards(scenario) == {"B": 40}
    assert refused(scenario) == {"A": ("unearmarked", 10)}
    assert account(replay(scenario, 1, 0).books, "unmet_floors")[1, 0] == 20_00

    floors = second_look(scenario, paths=1, seed=1).floors
    # In 2027-Q2 60 are left: a floor of 36, no document of the group, nothing given up; A does not fit again.
    assert floors[
        ["floor", "promised_mean_cents", "unmet_mean_cents", "score_given_up_mean_cents"]
    ].values.tolist() == [["women", 96_00, 56_00, 43_00]]


def test_least_developed_countries_are_those_the_file_says_they_are():
    # Half of 100 is for least developed countries. B is in one of them; C is in two countries, one of which is not.
    states = [{"id": "AAA", "name": "A", "least_developed": True}, {"id": "BBB", "name": "B"}]
    documents = [
        document("A", 80, score=90), document("B", 40, score=10, countries=["AAA"]),
        document("C", 40, score=80, countries=["AAA", "BBB"]),
    ]  # fmt: skip
    share = [{"id": "least", "of": {"least_developed": True}, "floor": "50%"}]
    assert awards(fund(100, documents, limited(BY_SCORE, shares=share), states=states)) == {"B": 40, "C": 40}
    assert awards(fund(100, documents, BY_SCORE, states=states)) == {"A": 80}


def test_one_programme_of_a_country_is_active_at_a_time():
    # A and B are both of AAA; A, the better, is awarded, and B waits until A is closed. A starts in 2026-Q3 for four
    # quarters and delivers nothing late: it closes with 2027-Q2, after that quarter's meeting.
    documents = [
        document("A", 10, score=90, countries=["AAA"]), document("B", 10, score=80, countries=["AAA", "BBB"]),
        document("C", 10, score=70, countries=["BBB"]), document("D", 10, score=60),
    ]  # fmt: skip
    for rule in (BY_SCORE, BY_SHARE):
        scenario = fund(100, documents, limited(rule, one_active_programme_per_country=True))
        assert awards(scenario) == {"A": 10, "C": 10, "D": 10}
        assert refused(scenario) == {"B": ("one active programme per country", 0)}
        assert awards(scenario, "2027-Q2") == {}
        assert refused(scenario, "2027-Q2") == {"B": ("one active programme per country", 0)}
    every_quarter = limited(BY_SCORE, one_active_programme_per_country=True) | {"meetings": ["Q1", "Q2", "Q3", "Q4"]}
    assert awards(fund(100, documents, every_quarter), "2026-Q1") == {"A": 10, "C": 10, "D": 10}
    assert awards(fund(100, documents, every_quarter), "2027-Q2") == {"B": 10}


def test_a_document_that_gets_nothing_strikes_no_other_of_its_country_off():
    # All money is for borders: A (data), the better, can have nothing. It may be scaled down to 0 % of its ask, but an
    # award of nothing is none, so B of the same country is still looked at.
    cash = [{"amount": 10, "earmark": {"windows": ["borders"]}}]
    documents = [
        document("A", 10, score=90, countries=["AAA"], window="data"),
        document("B", 10, score=80, countries=["AAA"], window="borders"),
    ]
    by_score = {"allocation": {"kind": "priority_score", "scale_down_to": "0%"}}
    assert awards(fund(cash, documents, limited(by_score, one_active_programme_per_country=True))) == {"B": 10}


def test_a_document_passes_the_bar_of_every_constituency_or_is_not_put_to_the_rule():
    bars = {
        "constituencies": [
            {"id": "donors", "name": "Donors", "bar": {"minimum_score": 60}},
            {"id": "civil-society", "name": "Civil society", "bar": {"markers": {"human_rights": 1}}},
        ]
    }
    documents = [
        document("A", 10, score=59, markers={"human_rights": 3}), document("B", 10, score=60),
        document("C", 10, score=60, markers={"human_rights": 1}), document("D", 10, score=10),
    ]  # fmt: skip
    scenario = fund(100, documents, BY_SCORE | bars)
    assert awards(scenario) == {"C": 10}
    assert refused(scenario) == {
        "A": ("bar of donors", 0),
        "B": ("bar of civil-society", 0),
        "D": ("bar of civil-society", 0),  # the first by id of the two
    }
    refusals = second_look(scenario, paths=4, seed=1).refusals
    assert refusals.values.tolist() == [  # two meetings on each of four paths
        ["A", "bar of donors", 4, 4, 2.0],
        ["B", "bar of civil-society", 4, 4, 2.0],
        ["D", "bar of civil-society", 4, 4, 2.0],
    ]


def test_no_meeting_falls_into_a_freeze():
    freeze = [{"kind": "freeze_of_approvals", "start": "2026-Q1", "end": "2026-Q4"}]
    scenario = fund(100, [document("A", 10)], BY_SCORE, shocks=freeze)
    assert awards(scenario) == {}
    assert refused(scenario) == {}
    assert awards(scenario, "2027-Q2") == {"A": 10}


def test_a_refusal_names_what_stood_in_the_way_and_how_much_was_short():
    # 30 unearmarked, 50 for borders. A (data) takes 30; B (data) has none of its 20 left; C (borders) asks for 60 of 50;
    # D serves a need of 5 and may not ask for less than 10; E serves one that F, the better, has met.
    cash = [{"amount": 30}, {"amount": 50, "earmark": {"windows": ["borders"]}}]
    plans = {
        "plans": [{"id": "P", "name": "P", "region": "africa", "country": "AAA"}],
        "needs": [
            {"plan": "P", "window": "data", "year": 2026, "amount": 5},
            {"plan": "P", "window": "borders", "year": 2026, "amount": 20},
        ],
    }
    documents = [
        document("A", 30, score=90), document("B", 20, score=80), document("C", 60, window="borders", score=70),
        document("D", 20, plan="P", score=60), document("E", 21.4, plan="P", window="borders", score=50),
        document("F", 21.4, plan="P", window="borders", score=55),
    ]  # fmt: skip
    scenario = fund(cash, documents, limited(BY_SCORE, minimum_grant=10), **plans)
    assert awards(scenario) == {"A": 30, "F": 21.4}
    assert refused(scenario) == {
        "B": ("unearmarked", 20),
        "C": ("unearmarked + windows borders", 31.4),  # 50 less the 21.40 of F, of 60
        "D": ("minimum grant", 4.65),  # 5 of direct cost carry 0.35 of indirect cost
        "E": ("no unmet need", 0),
    }
