"""The shipped scenarios: every number says where it comes from; together they have the size of this fund."""

from __future__ import annotations

import csv
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from mptf_sim.fund.donors import Donor, Renewing
from mptf_sim.scenario.provenance import Evidence, evidence
from mptf_sim.scenario.read import read_scenario
from mptf_sim.scenario.scenario import Scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FILES = sorted(SCENARIOS.glob("*.yaml"))
TABLES = sorted((SCENARIOS / "data").glob("*.csv"))

PUBLISHED = (
    "fund.fees.*", "programmes[[]JP-arab-climate-health].duration", "deals[[]*].borrower.default",
    "deals[[]*].support[[]*].discount",
)  # fmt: skip
"""The only numbers that a publication gives as they stand; every other one is calibrated or assumed."""

FIRST_ROUND = 2_000_000_00  # twelve million for six programmes, cents
SMALLEST_YEAR, LARGEST_YEAR = 10_000_000_00, 12_000_000_00  # 24 programmes of that size by October 2024


@pytest.fixture(scope="module")
def shipped() -> dict[str, Scenario]:
    return {path.stem: read_scenario(path) for path in FILES}


@pytest.fixture(scope="module")
def baseline(shipped: dict[str, Scenario]) -> Scenario:
    return shipped["baseline"]


def numbers(scenario: Scenario) -> list[Evidence]:
    """Every number that is played, those left at their defaults included."""
    return list(evidence(scenario.model_dump(mode="json"), scenario.sources))


def renewing(scenario: Scenario) -> list[tuple[Donor, Renewing]]:
    return [(donor, donor.outlook) for donor in scenario.donors if isinstance(donor.outlook, Renewing)]


def giving(outlook: Renewing) -> float:
    """Long-run chance that a donor gives in a year: the chain of retention and comeback at rest."""
    return outlook.comeback / (1.0 - outlook.retention + outlook.comeback)


def yearly(scenario: Scenario) -> dict[str, float]:
    """Expected yearly gift of each donor, cents of the fund's currency at the rates of the start."""
    rates = {currency.id: float(currency.rate) for currency in scenario.currencies}
    return {
        donor.id: outlook.gift * rates.get(donor.currency or "", 1.0) * giving(outlook)
        for donor, outlook in renewing(scenario)
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_first_line_says_what_a_scenario_shows(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]

    assert first.startswith("# ")
    assert len(first) > 40


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_no_number_is_without_a_source(shipped: dict[str, Scenario], name: str) -> None:
    bare = [number.field for number in numbers(shipped[name]) if number.source is None]

    assert bare == []


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_the_numbers_a_file_states_have_a_source_as_well(shipped: dict[str, Scenario], name: str) -> None:
    scenario = shipped[name]
    stated = list(evidence(scenario.dump(), scenario.sources))

    assert len(stated) > 4000
    assert [number.field for number in stated if number.source is None] == []


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_only_what_a_publication_gives_is_called_sourced(shipped: dict[str, Scenario], name: str) -> None:
    sourced = [n.field for n in numbers(shipped[name]) if n.source is not None and n.source.kind == "sourced"]

    assert sourced != []
    assert [field for field in sourced if not any(fnmatchcase(field, known) for known in PUBLISHED)] == []


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_every_source_has_an_owner_and_says_why(shipped: dict[str, Scenario], name: str) -> None:
    for source in shipped[name].sources:
        assert source.owner.strip(), source.id
        assert len(source.reference) > 40, source.id
        if source.kind == "sourced":
            assert "http" in source.reference, f"{source.id} names no publication"


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_source_named_in_a_table_exists(shipped: dict[str, Scenario], path: Path) -> None:
    known = {source.id for scenario in shipped.values() for source in scenario.sources}
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        named = {row.get("source") for row in rows}

    assert named - {None, ""} <= known


def test_every_table_is_used_and_says_what_it_holds() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in FILES)

    for path in TABLES:
        assert f"table: data/{path.name}}}" in text
        assert path.read_text(encoding="utf-8").startswith("# ")


def test_no_source_stands_behind_nothing(shipped: dict[str, Scenario]) -> None:
    for scenario in shipped.values():
        rows = [
            row
            for part in ("windows", "objectives", "regions", "states", "donors", "pledges", "organisations", "plans",
                         "needs", "finance", "agreements", "programmes", "facilities", "deals")
            for row in getattr(scenario, part)
        ]  # fmt: skip
        certified = scenario.fund.opening.certified
        used = {row.source for row in (*rows, *(certified.table if certified else ()))}

        assert [source.id for source in scenario.sources if source.id not in used and not source.covers] == []


def test_the_compact_is_complete(baseline: Scenario) -> None:
    assert len(baseline.windows) == len(baseline.regions) == 5
    assert len(baseline.objectives) == 23
    assert {one.window for one in baseline.objectives} == {window.id for window in baseline.windows}


def test_every_state_stands_as_it_voted(baseline: Scenario) -> None:
    votes = Counter(state.vote for state in baseline.states)

    assert votes == {"yes": 152, "no": 5, "abstained": 12, "absent": 24}


def test_donors_together_give_ten_to_twelve_million_a_year(baseline: Scenario) -> None:
    assert SMALLEST_YEAR <= sum(yearly(baseline).values()) <= LARGEST_YEAR


def test_about_ten_donors_give_in_a_year_and_the_top_five_give_most(baseline: Scenario) -> None:
    gifts = sorted(yearly(baseline).values(), reverse=True)

    assert 9.0 <= sum(giving(outlook) for _, outlook in renewing(baseline)) <= 11.0
    assert 0.80 <= sum(gifts[:5]) / sum(gifts) <= 0.90


def test_donors_stay_as_donors_of_pooled_funds_do(baseline: Scenario) -> None:
    chances = [(giving(outlook), outlook.retention) for _, outlook in renewing(baseline)]
    among_givers = sum(chance * kept for chance, kept in chances) / sum(chance for chance, _ in chances)

    assert 0.80 <= among_givers <= 0.86


def test_agreements_are_signed_before_they_are_paid(baseline: Scenario) -> None:
    """Else the share of signed agreements that may be committed would mean nothing."""
    early = {d.id for d, o in renewing(baseline) if d.deposit_quarter and o.signs < d.deposit_quarter}
    gifts = yearly(baseline)

    assert sum(gifts[donor] for donor in early) >= 0.9 * sum(gifts.values())


def test_norway_pays_for_the_areas_it_named(baseline: Scenario) -> None:
    earmarks = {donor.id: donor.earmark.windows for donor in baseline.donors}

    assert earmarks.pop("NOR") == ("borders", "protection")
    assert not any(earmarks.values())


def test_programmes_have_the_size_of_the_first_round(baseline: Scenario) -> None:
    budgets = [programme.budget for programme in baseline.programmes]

    assert 0.9 * FIRST_ROUND <= sum(budgets) / len(budgets) <= 1.1 * FIRST_ROUND
    assert all(8 <= programme.duration <= 12 for programme in baseline.programmes)  # 24 to 36 months


def test_documents_ask_for_two_to_four_times_the_money(baseline: Scenario) -> None:
    years = baseline.calendar.periods / 4
    asked = sum(programme.budget for programme in baseline.programmes if programme.running is None)

    assert 2.0 <= asked / (years * sum(yearly(baseline).values())) <= 4.0


def test_opening_cash_covers_what_is_owed(baseline: Scenario) -> None:
    cash = sum(part.amount for part in baseline.fund.opening.cash)
    agreements = {agreement.id: agreement for agreement in baseline.agreements}
    owed = 0
    for programme in baseline.programmes:
        if programme.running is not None:
            paid = programme.running.instalments_paid
            share = agreements[programme.agreement].cumulative()[paid - 1] if paid else None
            owed += programme.budget - (share.of_cents(programme.budget) if share else 0)

    assert SMALLEST_YEAR <= cash <= 1.5 * SMALLEST_YEAR
    assert owed <= cash


def test_the_donor_who_leaves_is_the_largest(shipped: dict[str, Scenario]) -> None:
    scenario = shipped["largest_donor_leaves"]
    gifts = yearly(scenario)
    (shock,) = scenario.shocks

    assert shock.donors == (max(gifts, key=lambda donor: gifts[donor]),)


def test_the_cut_of_aid_is_nine_to_seventeen_per_cent_of_every_gift(shipped: dict[str, Scenario]) -> None:
    shocks = shipped["oda_cut"].shocks

    assert [str(shock.share) for shock in shocks] == ["9%", "17%"]
    assert all(shock.donors == () for shock in shocks)
    assert shocks[0].end is not None
    assert shocks[0].end < shocks[1].start  # one after the other: they do not multiply


@pytest.mark.parametrize("name", ["oda_cut", "largest_donor_leaves", "earmarking_wave", "strong_dollar"])
def test_a_stress_is_the_baseline_and_its_shock(shipped: dict[str, Scenario], name: str) -> None:
    scenario, baseline = shipped[name], shipped["baseline"]
    own = {"name", "description", "shocks", "sources"}

    for part in set(type(baseline).model_fields) - own:
        assert getattr(scenario, part) == getattr(baseline, part), part
