"""The same answer, whatever should not matter: order, names, blocks, workers, other paths, other entities, the machine.

C9 to C12, C15, C16 and C18 of the catalogue are elsewhere: C9 in tests/by_hand, C10 to C12 and C18 in test_direction, C15
with the reader, C16 with the command line and the notebooks.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mptf_sim.books import ACCOUNTS, Books, account
from mptf_sim.engine import draws
from mptf_sim.engine import run as engine_run
from mptf_sim.engine.replay import replay
from mptf_sim.engine.run import play_chunk, simulate
from mptf_sim.engine.terms import Terms
from mptf_sim.errors import BrokenInvariant
from mptf_sim.fund.allocation import PriorityScore
from mptf_sim.fund.fees import Fees
from mptf_sim.fund.trust_fund import TrustFund
from mptf_sim.quantities import Quarter
from mptf_sim.runs.run import path_columns
from mptf_sim.scenario.scenario import Scenario
from tests.engine.busy_fund import busy_fund
from tests.strategies import (
    WINDOWS,
    File,
    committee_files,
    committee_scenarios,
    full_scenario_files,
    full_scenarios,
    seeds,
)

PATHS = 5
FEWER = settings(max_examples=25)
"""Each of these examples is two runs or more: fewer of them than the profile asks for, so that the suite stays quick."""

LISTS = (
    "windows", "regions", "states", "organisations", "currencies", "donors", "pledges", "plans", "needs", "finance", "agreements", "programmes",
    "shocks",
)  # fmt: skip


def books_of(scenario: Scenario, seed: int, paths: int = PATHS) -> Books:
    """The books of the first few paths."""
    return play_chunk(Terms(scenario), seed, 0, paths, paths)[0]


def digest(file: File, seed: int) -> str:
    return simulate(Scenario.model_validate(file), PATHS, seed).result_digest


def deposits(scenario: Scenario, seed: int) -> dict[str, list[int]]:
    """What each donor deposits, path by path."""
    donors = sorted(donor.id for donor in scenario.donors)
    return dict(zip(donors, books_of(scenario, seed).deposits_by_donor.tolist(), strict=True))


# ---------------------------------------------------------------------------------------------------- order and names


@FEWER
@given(file=full_scenario_files(), seed=seeds, order=st.randoms(use_true_random=False))
def test_the_order_of_a_file_means_nothing(file: File, seed: int, order: random.Random) -> None:
    """C1"""
    shuffled = {**file, **{part: order.sample(file[part], len(file[part])) for part in LISTS}}
    cash = file["fund"]["opening"]["cash"]
    shuffled["fund"] = {**file["fund"], "opening": {"cash": order.sample(cash, len(cash))}}

    as_written, as_shuffled = (simulate(Scenario.model_validate(one), PATHS, seed) for one in (file, shuffled))

    assert as_shuffled.rows == as_written.rows
    assert as_shuffled.result_digest == as_written.result_digest
    assert (as_shuffled.obligations == as_written.obligations).all()
    assert (as_shuffled.distributions.totals == as_written.distributions.totals).all()


@FEWER
@given(file=committee_files(), seed=seeds)
def test_what_things_are_called_changes_no_number(file: File, seed: int) -> None:
    """C2: display names, and ids of what chance does not know, as long as they sort alike."""
    renamed = {**file, "name": "Another name", "description": "words"}
    for part in LISTS:
        renamed[part] = [{**row, "name": f"Called {row['id']}"} if "name" in row else row for row in file.get(part, [])]
    chanceless = ("windows", "regions", "states", "organisations", "plans", "finance", "agreements")
    ids = {row["id"] for part in chanceless for row in file[part]}

    assert digest(renamed, seed) == digest(file, seed)
    assert digest(with_prefix(file, ids), seed) == digest(file, seed)


def with_prefix(value: Any, ids: set[str]) -> Any:
    """The same file with these ids written longer wherever they stand."""
    if isinstance(value, dict):
        return {f"X-{key}" if key in ids else key: with_prefix(part, ids) for key, part in value.items()}
    if isinstance(value, list):
        return [with_prefix(part, ids) for part in value]
    return f"X-{value}" if isinstance(value, str) and value in ids else value


@FEWER
@given(file=committee_files(), seed=seeds)
def test_the_id_of_a_donor_names_its_own_draws_and_no_others(file: File, seed: int) -> None:
    """C2"""
    before = deposits(Scenario.model_validate(file), seed)
    after = deposits(Scenario.model_validate(with_prefix(file, {"D0"})), seed)

    assert {name: paid for name, paid in after.items() if name != "X-D0"} == {
        name: paid for name, paid in before.items() if name != "D0"
    }


@FEWER
@given(file=committee_files(), seed=seeds)
def test_where_nothing_is_left_to_chance_no_id_matters_and_all_paths_are_one(file: File, seed: int) -> None:
    """C2 and C13; the same model in plain Python is in tests/reference."""
    file = certain(file)
    scenario = Scenario.model_validate(file)
    books = books_of(scenario, seed)

    for name in Books.PER_PATH:
        values = getattr(books, name)
        assert (values == values[..., :1]).all(), name
    named = [part for part in LISTS if part not in ("currencies", "needs", "shocks")]
    entities = {row["id"] for part in named for row in file.get(part, [])}
    renamed = Scenario.model_validate(with_prefix(file, entities))
    assert books_of(renamed, seed + 1 if seed < 9 else 0).digest() == books.digest()


def certain(file: File) -> File:
    """The file with every spread and every chance taken out: each is none or all."""
    all_or_none = {"50%": "100%", "80%": "100%", "10%": "0%"}
    donors = []
    for donor in file["donors"]:
        outlook = donor["outlook"]
        if outlook["kind"] == "renewing":
            chances = {name: all_or_none.get(outlook[name], outlook[name]) for name in ("retention", "comeback")}
            outlook = {**outlook, **chances, "spread": "0%"}
        donor = {**donor, "outlook": outlook}
        if "default" in donor:
            delay = {**donor["delay"], "chance": all_or_none.get(donor["delay"]["chance"], donor["delay"]["chance"])}
            donor |= {"default": all_or_none.get(donor["default"], donor["default"]), "delay": delay}
        donors.append(donor)
    agreements = [{**one, "delivery": {**one["delivery"], "spread": "0%"}} for one in file["agreements"]]
    return {**file, "donors": donors, "agreements": agreements, "common_factors": {"slowdown": "0%"}}


# ---------------------------------------------------------------------------------------------------- how it is played


@FEWER
@given(scenario=full_scenarios(), seed=seeds)
def test_paths_played_together_or_apart_are_the_same(scenario: Scenario, seed: int) -> None:
    """C3"""
    together = simulate(scenario, 12, seed)

    for block in (1, 5):
        apart = simulate(scenario, 12, seed, block=block)
        assert apart.result_digest == together.result_digest
        assert apart.checks == together.checks
        assert (apart.obligations == together.obligations).all()


@pytest.mark.parametrize("block", [1, 64, 100, 1000])
def test_blocks_cut_across_chunks_change_nothing(block: int) -> None:
    """C3"""
    paths = 70 if block == 1 else 2100  # single paths are slow to play one by one

    assert simulate(busy_fund(), paths, 7, block=block).result_digest == simulate(busy_fund(), paths, 7).result_digest


def test_two_workers_find_what_one_finds() -> None:
    """C3"""
    alone, shared = (simulate(busy_fund(), 2500, 7, workers=workers, block=500) for workers in (1, 2))

    assert shared.result_digest == alone.result_digest
    assert shared.checks == alone.checks
    assert shared.distributions.totals.tolist() == alone.distributions.totals.tolist()


@FEWER
@given(scenario=full_scenarios(), seed=seeds)
def test_more_paths_leave_the_first_ones_as_they_were(scenario: Scenario, seed: int) -> None:
    """C4"""
    few, many = (simulate(scenario, paths, seed) for paths in (2, 40))

    for name, values in few.columns.items():
        assert many.columns[name][:2].tolist() == values.tolist(), name


def test_more_chunks_leave_the_first_one_as_it_was() -> None:
    """C4"""
    few, many = (simulate(busy_fund(), paths, 7) for paths in (1000, 1100))

    for name, values in few.columns.items():
        assert (many.columns[name][:1000] == values).all(), name


@FEWER
@given(scenario=full_scenarios(), seed=seeds)
def test_any_path_replayed_is_the_path_of_the_run(scenario: Scenario, seed: int) -> None:
    run = simulate(scenario, 70, seed)

    for path in (0, 69):
        books = replay(scenario, seed, path).books
        for name, values in path_columns(run.axes, books).items():
            assert values.tolist() == [run.columns[name][path]], name


@given(scenario=committee_scenarios(), seed=seeds)
def test_postings_of_a_path_add_up_to_every_flow_of_its_books(scenario: Scenario, seed: int) -> None:
    retold = replay(scenario, seed, 17)
    for one in ACCOUNTS:
        if one.kind == "flow":
            posted = Counter[str]()
            for posting in retold.postings:
                if posting.event == one.name:
                    posted[posting.period] += posting.cents
            in_books = account(retold.books, one.name)[:, 0].tolist()
            assert [posted[str(quarter)] for quarter in scenario.calendar.quarters] == in_books, one.name


@FEWER
@given(file=full_scenario_files(), seed=seeds, longer=st.integers(1, 6))
def test_a_longer_run_begins_as_the_shorter_one(file: File, seed: int, longer: int) -> None:
    """C5, where nothing looks at the end: a shorter calendar of whole years, and agreements due within it.

    A gift signed in a year that is cut short, an instalment due after the end and secured finance spread over the
    played quarters of its year do look at it.
    """
    start = Quarter.read(file["calendar"]["start"])
    periods = file["calendar"]["periods"] - (start.ordinal + file["calendar"]["periods"]) % 4
    for review in file["governance"]["reviews"]:
        review["quarter"] = str(start)
    for donor in file["donors"]:
        if donor["outlook"]["kind"] == "scheduled":
            dated = donor["outlook"]["instalments"]
            within = [one for one in dated if Quarter.read(one["due"]).ordinal < start.ordinal + periods]
            donor["outlook"] = {"kind": "scheduled", "instalments": within}

    short, long = (
        books_of(
            Scenario.model_validate({**file, "calendar": {"start": str(start), "periods": length}, "expect": []}), seed
        )
        for length in (periods, periods + longer)
    )

    assert (long.accounts[:, :periods] == short.accounts).all()
    ended = len(short.plan_delivered)
    assert (long.plan_delivered[:ended] == short.plan_delivered).all()
    assert (long.plan_funded[:ended] == short.plan_funded).all()


@given(scenario=full_scenarios(), seed=seeds)
@FEWER
def test_played_twice_it_is_the_same(scenario: Scenario, seed: int) -> None:
    """C14"""
    first, again = (simulate(scenario, PATHS, seed) for _ in range(2))

    assert again.result_digest == first.result_digest
    assert replay(scenario, seed, 3).postings == replay(scenario, seed, 3).postings
    levels = (0.05, 0.5, 0.95)
    assert again.distributions.quantiles(levels).tobytes() == first.distributions.quantiles(levels).tobytes()


# ------------------------------------------------------------------------------------------------------ other entities


@FEWER
@given(file=committee_files(), seed=seeds, data=st.data())
def test_what_has_no_amount_changes_nothing(file: File, seed: int, data: st.DataObject) -> None:
    """C6

    A donor without gifts under an earmark of others, a source without money, a need of nothing, a document that is
    not ready in the calendar, of a window and region that others have: where awards are balanced, the count of
    windows and regions with a programme matters.
    """
    donor = {"id": "A-first", "name": "First", "earmark": data.draw(st.sampled_from(file["donors"]))["earmark"]}
    donor["outlook"] = data.draw(
        st.sampled_from(({"kind": "scheduled", "instalments": []}, {"kind": "renewing", "gift": "0", "spread": "50%"}))
    )
    more = {**file, "donors": [*file["donors"], donor]}
    year = Quarter.read(file["calendar"]["start"]).year
    if file["plans"]:
        plan = file["plans"][0]["id"]
        known = {(one["window"], one["year"]) for one in file["needs"] if one["plan"] == plan}
        free = [window for window in WINDOWS if (window, year) not in known]
        more["needs"] = [
            *file["needs"],
            *({"plan": plan, "window": one, "year": year, "amount": 0} for one in free[:1]),
        ]
        if any(one == year for _, one in known):
            source = {
                "id": "nothing",
                "plan": plan,
                "provider": "private",
                "status": "secured",
                "year": year,
                "amount": 0,
            }
            more["finance"] = [*file["finance"], source]
    if file["programmes"]:
        like = data.draw(st.sampled_from(file["programmes"]))
        late = str(Quarter.at(Quarter.read(file["calendar"]["start"]).ordinal + file["calendar"]["periods"]))
        idle = {key: value for key, value in like.items() if key not in ("running", "plan")}
        places = {one["id"]: (one["region"], [one["country"]]) for one in file["plans"]}
        region, countries = places[like["plan"]] if "plan" in like else (like["region"], like["countries"])
        idle |= {"id": "JP-idle", "ready": late, "region": region, "countries": countries}
        more["programmes"] = [*file["programmes"], idle]

    before, after = (books_of(Scenario.model_validate(one), seed) for one in (file, more))

    assert (after.accounts == before.accounts).all()
    assert (after.plan_delivered == before.plan_delivered).all()
    same = [row for row, one in enumerate(sorted(one["id"] for one in more["programmes"])) if one != "JP-idle"]
    for name in ("awards", "transfers", "refunds", "delivery", "approved_at"):
        assert (getattr(after, name)[same] == getattr(before, name)).all(), name


@FEWER
@given(file=full_scenario_files(), seed=seeds)
def test_a_further_donor_leaves_the_gifts_of_the_others_alone(file: File, seed: int) -> None:
    """C7"""
    gift = {"kind": "renewing", "gift": "1", "spread": "40%", "common_share": "50%", "retention": "80%"}
    more = {**file, "donors": [{"id": "A-first", "name": "First", "outlook": gift}, *file["donors"]]}

    before, after = (deposits(Scenario.model_validate(one), seed) for one in (file, more))

    assert {**after, "A-first": None} == {**before, "A-first": None}


@FEWER
@given(file=full_scenario_files(), seed=seeds)
def test_two_scenarios_with_one_seed_see_the_same_chance(file: File, seed: int) -> None:
    """C8: what the fund does with its money reaches no donor, and a shock only those it names."""
    other_terms = {
        **file,
        "programmes": file["programmes"][:1],
        "governance": {**file["governance"], "meetings": ["Q3"], "allocation": {"kind": "pro_rata"}},
        "fund": {"fees": {"administrative_agent": "2%"}, "funding_policy": {"kind": "full_cash"}},
    }
    shocked = {
        **file,
        "shocks": [*file["shocks"], {"kind": "donor_exit", "donors": ["D0"], "start": file["calendar"]["start"]}],
    }
    before = deposits(Scenario.model_validate(file), seed)

    assert deposits(Scenario.model_validate(other_terms), seed) == before
    after = deposits(Scenario.model_validate(shocked), seed)
    apart = {"D0": None, "MATCH": None}  # who matches D0 feels it
    assert {**after, **apart} == {**before, **apart}
    assert not any(after["D0"])


# --------------------------------------------------------------------------------------------------------- the machine

DIGEST_OF_THE_BUSY_FUND = """
from mptf_sim.engine.run import simulate
from tests.engine.busy_fund import busy_fund
print(simulate(busy_fund(), 70, 7).result_digest)
"""


def elsewhere(program: str, folder: Path, flags: tuple[str, ...] = (), **environment: str) -> subprocess.Popen[str]:
    """A program begun in another process, folder and environment."""
    known = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path]), **environment}
    return subprocess.Popen(
        [sys.executable, *flags, "-c", program],
        cwd=folder, env=known, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def said(process: subprocess.Popen[str]) -> str:
    """What a program printed, once it has ended well."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out.strip()


def test_neither_clock_nor_language_nor_hash_seed_nor_threads_nor_optimisation_matter(tmp_path: Path) -> None:
    """C17"""
    begun = [
        elsewhere(DIGEST_OF_THE_BUSY_FUND, tmp_path, **environment)
        for environment in (
            {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
            {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
            {"PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "4", "MKL_NUM_THREADS": "4"},
            {"PYTHONOPTIMIZE": "2", "TZ": "America/St_Johns"},
        )
    ]

    assert {said(process) for process in begun} == {simulate(busy_fund(), 70, 7).result_digest}


# --------------------------------------------------------------------------------------------------- checks that stop


def a_cent_from_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the third period, on path 3, the bank credits a cent that no account has."""
    step = engine_run.step

    def broken(terms: Any, t: int, state: Any, draws: Any) -> Any:
        after, flows = step(terms, t, state, draws)
        flows.receipts.interest[3] += 1.0 if t == 2 else 0.0
        return after, flows

    monkeypatch.setattr(engine_run, "step", broken)


def test_a_cent_from_nowhere_stops_the_run_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """F1: path, period, account and cents."""
    a_cent_from_nowhere(monkeypatch)

    with pytest.raises(BrokenInvariant) as stopped:
        simulate(busy_fund(), PATHS, 7)

    error = stopped.value
    assert (error.path, error.period, error.account) == (3, "2026-Q4", "cash")
    assert abs(error.gap) == 1
    assert error.sentence.startswith(("A1", "A2"))
    assert "2026-Q4 on path 3" in str(error)


def test_a_path_keeps_its_number_in_any_block(monkeypatch: pytest.MonkeyPatch) -> None:
    right = draws.give

    def paid_too_much(*chance: Any) -> Any:
        gifts = right(*chance)
        gifts.lines.deposited[5, 0, 9] += 1e9
        return gifts

    monkeypatch.setattr(draws, "give", paid_too_much)

    with pytest.raises(BrokenInvariant) as stopped:
        simulate(busy_fund(), 12, 7, block=4)

    assert stopped.value.path == 9


@pytest.mark.parametrize(
    ("part", "method", "breaks", "number"),
    [
        (TrustFund, "interest_of_quarter", lambda amounts: amounts + 0.5, "B15"),
        (TrustFund, "interest_of_quarter", lambda amounts: amounts * np.nan, "B15"),
        (TrustFund, "interest_of_quarter", lambda amounts: amounts - 1e9, "B"),
        (PriorityScore, "share", lambda amounts: amounts * 3.0, "B"),
        (Fees, "direct_within", lambda amounts: amounts * 2.0, "B"),
    ],
    ids=["half a cent", "not a number", "less than nothing", "beyond the room", "beyond receipts"],
)
def test_a_broken_rule_of_the_fund_stops_the_run(
    monkeypatch: pytest.MonkeyPatch, part: type, method: str, breaks: Any, number: str
) -> None:
    """F1"""
    right = getattr(part, method)
    monkeypatch.setattr(part, method, lambda *given: breaks(right(*given)))

    with pytest.raises(BrokenInvariant) as stopped:
        simulate(busy_fund(), PATHS, 7)

    assert stopped.value.sentence.startswith(number)


def test_optimised_python_checks_as_well(tmp_path: Path) -> None:
    """F1: an `assert` would be gone under -OO."""
    program = """
import pytest
from mptf_sim.engine.run import simulate
from mptf_sim.errors import BrokenInvariant
from tests.engine.busy_fund import busy_fund
from tests.engine.test_invariance import a_cent_from_nowhere
a_cent_from_nowhere(pytest.MonkeyPatch())
try:
    simulate(busy_fund(), 5, 7)
except BrokenInvariant as error:
    print(error.path, error.period, error.account, abs(error.gap))
"""

    assert said(elsewhere(program, tmp_path, ("-OO",))) == "3 2026-Q4 cash 1.0"
