"""Each rule on a table of three or four documents, with the working beside the numbers."""

from tests.by_hand.committee import awards, document, fund


def rule(kind: str, **terms: object) -> dict[str, object]:
    return {"allocation": {"kind": kind, **terms}}


def test_the_queue_serves_the_oldest_document_first_and_passes_over_what_does_not_fit():
    # 100 in hand. B became ready in 2025-Q3: 60, left 40. A and C in 2025-Q4, A by id first: 50 does not fit; C: 30 does
    documents = [
        document("A", 50, ready="2025-Q4"), document("B", 60, ready="2025-Q3"), document("C", 30, ready="2025-Q4"),
        document("D", 20, ready="2026-Q1"),
    ]  # fmt: skip
    assert awards(fund(100, documents, rule("priority_queue"))) == {"B": 60, "C": 30}


def test_a_document_is_scaled_down_to_what_is_left_but_not_below_its_floor():
    # 100 in hand. A takes 60, left 40. B asks for 50 and is content with 80 % of it: 40 fits exactly.
    documents = [document("A", 60, score=90), document("B", 50, score=80), document("C", 10, score=70)]
    assert awards(fund(100, documents, rule("priority_score", scale_down_to="80%"))) == {"A": 60, "B": 40}
    # One cent less and B is passed over; C takes its 10.
    assert awards(fund(99.99, documents, rule("priority_score", scale_down_to="80%"))) == {"A": 60, "C": 10}
    # The minimum grant counts too: 40 is enough of 50, and 45 is the least award that is made.
    limits = {"limits": {"minimum_grant": 45}}
    assert awards(fund(100, documents, rule("priority_score", scale_down_to="80%") | limits)) == {"A": 60}


def test_pro_rata_gives_the_same_share_of_each_ask():
    # 90 for asks of 100, 50 and 30: half of each
    documents = [document("A", 100), document("B", 50), document("C", 30)]
    assert awards(fund(90, documents, rule("pro_rata"))) == {"A": 50, "B": 25, "C": 15}


def test_equal_awards_raise_the_smallest_first():
    # 90 for 100, 50 and 10: C is full at 10; 80 are left for two: 40 each
    documents = [document("A", 100), document("B", 50), document("C", 10)]
    assert awards(fund(90, documents, rule("equal_awards"))) == {"A": 40, "B": 40, "C": 10}


def test_equal_awards_first_give_each_its_floor():
    # 90 for 200, 50 and 10, at least 30 % of each: 60, 15, 3 are 78, 12 are left. The smallest go first: C from 3 to 10
    # takes 7, then B from 15 with the 5 that are left: 20. A, at 60, is not raised.
    documents = [document("A", 200), document("B", 50), document("C", 10)]
    assert awards(fund(90, documents, rule("equal_awards", floor="30%"))) == {"A": 60, "B": 20, "C": 10}
    # With 39 the floors do not fit: one common half of 60, 15, 3
    assert awards(fund(39, documents, rule("equal_awards", floor="30%"))) == {"A": 30, "B": 7.5, "C": 1.5}


def test_earmarked_money_lets_the_others_rise_on():
    # 30 unearmarked, 50 for borders. Both rise to 30 of the common money; then A (data) can have no more than the 30
    # that only it needs: B is paid from its earmark. A 30, B 50: all 80 are used.
    cash = [{"amount": 30}, {"amount": 50, "earmark": {"windows": ["borders"]}}]
    documents = [document("A", 100), document("B", 100, window="borders")]
    assert awards(fund(cash, documents, rule("equal_awards"))) == {"A": 30, "B": 50}
    assert awards(fund(cash, documents, rule("pro_rata"))) == {"A": 30, "B": 50}


def test_performance_based_awards_follow_need_performance_capacity_and_income():
    # Raw: A = need 100 x performance 80 %, B = 100 x 40 %, so 2 to 1: of 60, 40 and 20.
    plans = {
        "plans": [
            {"id": id, "name": id, "region": "africa", "country": id, "performance": performance, "income_per_person": 1}
            for id, performance in (("AAA", "80%"), ("BBB", "40%"))
        ],
        "needs": [{"plan": id, "window": "data", "year": 2026, "amount": 100} for id in ("AAA", "BBB")],
    }  # fmt: skip
    documents = [document("A", 107, plan="AAA"), document("B", 107, plan="BBB")]
    assert awards(fund(60, documents, rule("performance_based"), **plans)) == {"A": 40, "B": 20}
    # With the square of performance: 4 to 1
    assert awards(fund(60, documents, rule("performance_based", performance=2), **plans)) == {"A": 48, "B": 12}
    # A regional document counts with the mean performance of 60 % and its ask as need: 80 to 40 to 60, of 90
    documents.append(document("C", 100))
    assert awards(fund(90, documents, rule("performance_based"), **plans)) == {"A": 40, "B": 20, "C": 30}


def test_regional_floors_serve_every_region_first():
    # 100 in hand; Europe's floor is 40. By score A (70, Africa) would come first and leave 30: B (40) would not fit.
    # Within its floor B is served first; then 60 are left and A does not fit; C does.
    documents = [
        document("A", 70, score=90), document("B", 40, score=50, region="europe"), document("C", 60, score=40),
    ]  # fmt: skip
    best = {"kind": "priority_score"}
    assert awards(fund(100, documents, rule("priority_score"))) == {"A": 70}
    assert awards(fund(100, documents, rule("regional_floors", rule=best, floors={"europe": "40%"}))) == {
        "B": 40,
        "C": 60,
    }
    # A floor of 39 is too small for B whole, so it gives nothing, and B's turn comes with the others
    assert awards(fund(100, documents, rule("regional_floors", rule=best, floors={"europe": "39%"}))) == {"A": 70}


def test_a_floor_that_does_not_bind_changes_nothing_in_a_sharing_rule():
    # 90 for 100 (Africa) and 50 (Europe): 60 and 30. A floor of 20 % (18) for Europe is less than the 30 it gets anyway.
    documents = [document("A", 100), document("B", 50, region="europe")]
    share = {"kind": "pro_rata"}
    for floor, expected in (("20%", {"A": 60, "B": 30}), ("50%", {"A": 45, "B": 45})):
        governance = rule("regional_floors", rule=share, floors={"europe": floor})
        assert awards(fund(90, documents, governance)) == expected


def test_parts_below_the_minimum_grant_give_way_the_smaller_half_at_a_time():
    # 30 for four asks of 40, none below 12: 7.50 each. The last two go: 15 and 15.
    documents = [document(id, 40) for id in "ABCD"]
    limits = {"limits": {"minimum_grant": 12}}
    assert awards(fund(30, documents, rule("pro_rata") | limits)) == {"A": 15, "B": 15}
    # 22: 5.50 each; two go: 11 and 11; one more goes: 22
    assert awards(fund(22, documents, rule("equal_awards") | limits)) == {"A": 22}
    # 11 are less than any award that is made
    assert awards(fund(11, documents, rule("pro_rata") | limits)) == {}
