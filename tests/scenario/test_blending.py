"""What is said of facilities and deals that cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from mptf_sim.scenario.read import read_scenario
from tests.scenario.small_fund import SMALL, saved
from tests.scenario.small_fund import told as listed

BLENDED = """\
facilities:
  - {id: GF, name: Guarantee facility, holder: IOM, programme: GF-1, window: data, closes: 2028-Q4}
deals:
  - id: SME
    name: Loans to enterprises
    plan: MAR
    window: data
    facility: GF
    close: {expected: 2026-Q4, chance: 60%, waits: 4}
    stack:
      - {kind: first_loss, id: junior, amount: 300k, maturity: 7}
      - {kind: commercial_loan, id: senior, amount: 1M, seniority: 2, terms: {rate: 9%, maturity: 5, grace: 1}}
      - {kind: grant, id: own, provider: state budget, amount: 10k}
    support:
      - {kind: pari_passu_guarantee, layer: senior, coverage: 50%, premium: 2%}
    borrower: {kind: pool, obligors: 40, default: 3.54%, correlation: 15%}
"""
PROGRAMME = """\
programmes:
  - {id: GF-1, name: Guarantee facility, region: africa, window: data, organisation: IOM, budget: 1M, ready: 2026-Q2,
     duration: 1, agreement: standard}
"""
WHOLE = SMALL.replace("programmes:\n", PROGRAMME, 1) + BLENDED


def told(path: Path) -> str:
    return "\n".join(listed(path))


def blended(*changes: tuple[str, str]) -> str:
    text = WHOLE
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def test_a_facility_and_its_deal_are_read(tmp_path):
    scenario = read_scenario(saved(tmp_path, WHOLE))

    (deal,) = scenario.deals
    assert [layer.id for layer in deal.layers] == ["junior", "senior", "own"]
    assert deal.public_money == 31_000_000
    assert deal.guarantee is not None
    assert str(deal.guarantee.most) == "50%"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("holder: IOM", "holder: UNDP"), "unknown 'UNDP': it is not among organisations"),
        (("programme: GF-1", "programme: GF"), "did you mean 'GF-1'?"),
        (("programme: GF-1", "programme: JP1"), "expected a regional programme, found JP1 of plan MAR"),
        (("facility: GF\n", "facility: FG\n"), "unknown 'FG': it is not among facilities"),
        (("    facility: GF\n", ""), "expected the deal's `facility`, found 'none': it is to pay for junior"),
        (("    window: data\n    facility", "    window: protection\n    facility"), "supports deals of window data alone"),
        (("expected: 2026-Q4", "expected: 2031-Q4"), "expected a quarter from 2026-Q1 to 2028-Q4"),
        (("closes: 2028-Q4", "closes: 2026-Q3"), "supports no new deal from 2026-Q3 on"),
        (("layer: senior", "layer: own"), "expected a loan of the stack for pari_passu_guarantee (junior, senior)"),
        (("seniority: 2", "seniority: 1"), "each loan at a place of its own in the order of losses"),
        (("id: own", "id: senior"), "each layer of the stack with an id of its own"),
        (("grace: 1", "grace: 5"), "expected a grace below the maturity of 5 years, found 5"),
        (("amount: 1M, seniority", "seniority"), "expected either `amount` or `leverage`, found 'neither'"),
        (("coverage: 50%", "coverage: 0.5"), "write 50%"),
        (("coverage: 50%", "coverage: 50%, value_at_risk: 99%"), "a guarantee of a facility is funded in full"),
        (("coverage: 50%", "coverage: 50%, guarantor: outside"), "the level of `value_at_risk`"),
        (("premium: 2%}", "premium: 2%}\n      - {kind: portfolio_first_loss_guarantee, cap: 5%}"), "one guarantee at most"),
        (("premium: 2%}", "premium: 2%}\n      - {kind: interest_buy_down, layer: senior, to: 9%}"), "a rate `to` below the 9%"),
        (("amount: 1M, seniority", "leverage: {ratio: 75%}, provider: diaspora, seniority"), "`leverage` of provider private alone"),
        (("kind: pool, obligors: 40,", "kind: sovereign, obligors: 40,"), "unknown 'obligors'"),
    ],
)  # fmt: skip
def test_a_facility_or_deal_that_cannot_be_meant_is_refused_with_the_reason(tmp_path, change, said):
    assert said in told(saved(tmp_path, blended(change)))


def test_a_bond_is_bought_by_the_diaspora_alone(tmp_path):
    bond = "finance:\n  - {id: b, plan: MAR, provider: private, status: secured, year: 2026, amount: 1, bond: {take_up: 60%}}\n"
    assert "a `bond` of a secured source of provider diaspora alone" in told(saved(tmp_path, SMALL + bond))


def test_a_debt_rule_is_one_of_a_union_and_figures_of_an_economy_may_be_large(tmp_path):
    course = "{amount: 140bn, growth: 4%}"
    rule = "{kind: debt_thresholds, capacity: medium, gdp: C, exports: C, revenue: C, debt: C, service: C}".replace(
        "C", course
    )
    scenario = read_scenario(saved(tmp_path, SMALL.replace("country: MAR}", f"country: MAR, debt_rule: {rule}}}")))
    assert scenario.plans[0].debt_rule.gdp.in_year(1) == 14e12 * 1.04
    assert scenario.dump()["plans"][0]["debt_rule"]["gdp"] == {"amount": "140000000000", "growth": "4%"}


def test_a_cluster_of_defaults_names_deals_that_there_are(tmp_path):
    shock = WHOLE.replace(
        "shocks:\n", "shocks:\n  - {kind: default_cluster, deals: [SMF], start: 2027-Q1, factor: 240%}\n"
    )
    assert "did you mean 'SME'?" in told(saved(tmp_path, shock))


EURO = ("seniority: 2, terms:", "seniority: 2, currency: EUR, terms:")
RATES = ("facilities:\n", "currencies: [{id: EUR, rate: 1.08}]\nfacilities:\n")


def test_a_loan_may_be_in_a_currency_of_the_scenario(tmp_path):
    scenario = read_scenario(saved(tmp_path, blended(EURO, RATES)))

    assert [getattr(layer, "currency", None) for layer in scenario.deals[0].layers] == [None, "EUR", None]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([EURO], "deals[0].stack[1].currency expected USD or one of `currencies`, found EUR: add its rate there"),
        (
            [("seniority: 2, terms:", "seniority: 2, currency: EUT, terms:")],
            "deals[0].stack[1].currency unknown 'EUT'; did you mean 'EUR'?",
        ),
        (
            [RATES, ("amount: 300k, maturity: 7", "amount: 300k, maturity: 7, currency: EUR")],
            "deals[0].stack[0] expected no `currency` of a first_loss, found 'EUR': what it gives or bears is promised in the "
            "fund's, so that it is there whatever a rate does; only other loans may have one",
        ),
        (
            [RATES, ("amount: 10k}", "amount: 10k, currency: EUR}")],
            "deals[0].stack[2] expected no `currency` of a grant, found 'EUR': what it gives or bears is promised in the "
            "fund's, so that it is there whatever a rate does; only other loans may have one",
        ),
        (
            [
                RATES,
                ("kind: commercial_loan, id: senior,", "kind: concessional_loan, provider: facility, id: senior,"),
                EURO,
            ],
            "deals[0].stack[1].currency expected USD of what a facility lends, found EUR: it holds USD, and what it "
            "promised would not be covered in full once the rate moves",
        ),
    ],
)
def test_a_currency_that_cannot_be_meant_is_told_where_it_stands(tmp_path, changes, said):
    (only,) = listed(saved(tmp_path, blended(*changes)))
    assert only.endswith(said)
