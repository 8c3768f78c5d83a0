"""What a promise is worth: an award backed by cash is paid; one backed by a signature may wait. Solved on paper.

The fund. Opening cash 2,000,000. A donor has signed 1,000,000, due in 2026-Q4. Agent's fee 1 %. Two documents of
1,500,000 each, ready at once, one instalment, preparation one quarter; the Committee meets in Q2. No plan, no
direct cost, no reserve, no interest.

full_cash in 2026-Q2: room 2,000,000. A (score 90) takes 1,500,000, left 500,000: B does not fit. A is paid in Q3:
cash 500,000. In Q4 the donor deposits 1,000,000 less 10,000: cash 1,490,000; B would need 1,500,000, and the next
meeting is 2027-Q2: room 2,000,000 + 990,000 - 1,500,000 = 1,490,000: B still does not fit. Nothing ever waits.

signed, 100 % in 2026-Q2: room 2,000,000 + 1,000,000. A and B take all of it. In Q3 both fall due: 3,000,000 against
cash 2,000,000. A (same approval, lower id) is paid; B waits for 1,500,000 with 500,000 in hand. If the donor pays in
Q4 the fee leaves 1,490,000: B waits on. If the donor defaults, B waits for good as well.
"""

import pytest

from mptf_sim.books import account
from mptf_sim.engine.replay import replay
from mptf_sim.scenario.scenario import Scenario


def fund(policy: dict[str, str], default: str = "0%", promised: str = "1M") -> Scenario:
    def document(name: str, score: int) -> dict[str, object]:
        return {
            "id": name, "name": name, "window": "w", "region": "r", "organisation": "IOM", "budget": "1.5M",
            "score": score, "ready": "2026-Q1", "duration": 4, "agreement": "one",
        }  # fmt: skip

    return Scenario.model_validate(
        {
            "schema": 1,
            "name": "Two documents",
            "calendar": {"start": "2026-Q1", "periods": 8},
            "fund": {"opening": {"cash": [{"amount": "2M"}]}, "funding_policy": policy},
            "windows": [{"id": "w", "name": "w"}],
            "regions": [{"id": "r", "name": "r"}],
            "organisations": [{"id": "IOM", "name": "IOM"}],
            "donors": [
                {
                    "id": "DON", "name": "A donor", "default": default,
                    "outlook": {"kind": "scheduled", "instalments": [{"due": "2026-Q4", "amount": promised}]},
                }
            ],
            "agreements": [{"id": "one", "preparation": 1, "instalments": [{"share": "100%"}]}],
            "programmes": [document("A", 90), document("B", 80)],
            "governance": {"meetings": ["Q2"], "allocation": {"kind": "priority_score"}},
        }
    )  # fmt: skip


def events(scenario: Scenario, *names: str) -> list[tuple[str, str, str, int]]:
    return [(p.period, p.event, p.who, p.cents) for p in replay(scenario, seed=1, path=0).postings if p.event in names]


def test_full_cash_awards_what_it_has_and_nothing_waits():
    scenario = fund({"kind": "full_cash"})

    assert events(scenario, "approvals", "transfers", "waiting_for_cash") == [
        ("2026-Q2", "approvals", "A", 150_000_000),
        ("2026-Q3", "transfers", "A", 150_000_000),
    ]
    assert events(scenario, "deposits", "agent_fees") == [
        ("2026-Q4", "deposits", "DON", 100_000_000),
        ("2026-Q4", "agent_fees", "DON", 1_000_000),
    ]
    cash = account(replay(scenario, 1, 0).books, "cash")[:, 0]
    assert cash[:4].tolist() == [200_000_000, 200_000_000, 50_000_000, 149_000_000]


def test_a_signature_that_defaults_leaves_an_approved_instalment_waiting():
    scenario = fund({"kind": "signed", "share": "100%"}, default="100%")

    assert events(scenario, "approvals") == [
        ("2026-Q2", "approvals", "A", 150_000_000),
        ("2026-Q2", "approvals", "B", 150_000_000),
    ]
    assert events(scenario, "transfers") == [("2026-Q3", "transfers", "A", 150_000_000)]
    assert [quarter for quarter, *_ in events(scenario, "waiting_for_cash")] == [
        "2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4",
    ]  # fmt: skip
    assert events(scenario, "cancelled_commitments") == [("2026-Q4", "cancelled_commitments", "DON", 100_000_000)]


def test_the_same_instalment_is_paid_as_soon_as_the_donor_brings_enough():
    # 1,010,102 less the fee of 10,101.02 leaves 1,000,000.98: with the 500,000 in hand, B's 1,500,000 fit in Q4
    scenario = fund({"kind": "signed", "share": "100%"}, promised="1010102")

    assert events(scenario, "transfers", "waiting_for_cash") == [
        ("2026-Q3", "transfers", "A", 150_000_000),
        ("2026-Q3", "waiting_for_cash", "B", 150_000_000),
        ("2026-Q4", "transfers", "B", 150_000_000),
    ]


@pytest.mark.parametrize(("promised", "paid"), [("1010101.01", True), ("1010101", False)])
def test_one_cent_decides(promised, paid):
    # fee 1 % of 101,010,101 cents = 1,010,101.01, rounded 1,010,101: 100,000,000 stay, with 50,000,000 just enough;
    # of 101,010,100 cents = 1,010,101.00: 99,999,999 stay, one cent short
    scenario = fund({"kind": "signed", "share": "100%"}, promised=promised)

    transfers = events(scenario, "transfers")

    assert (("2026-Q4", "transfers", "B", 150_000_000) in transfers) == paid
