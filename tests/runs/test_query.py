"""A query sees what the files of its runs hold, to the cent, and nothing else."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from mptf_sim.analysis.answers import tables_of
from mptf_sim.engine.run import simulate
from mptf_sim.errors import UsageError
from mptf_sim.runs.folder import as_pattern, csv_file, new_folder, read_tables, write_tables
from mptf_sim.runs.query import ask, names_of, query
from mptf_sim.runs.scenario_rows import TEXT, parts, rows_of
from mptf_sim.runs.tables import RunTables
from mptf_sim.runs.views import PATH_KEY_FIGURES, view_of, views
from mptf_sim.scenario.read import read_scenario
from tests.engine.busy_fund import busy_fund

BASELINE = Path(__file__).parents[2] / "scenarios/baseline.yaml"


@pytest.fixture(scope="module")
def written() -> Callable[[Path, int], Path]:
    """Writes the folder of a run of the busy fund; each seed is played once."""
    played: dict[int, RunTables] = {}

    def write(folder: Path, seed: int = 7) -> Path:
        if seed not in played:
            expect = {"metric": "coverage", "plan": "AAA-plan", "period": "2028-Q4", "at_least": "10%"}
            scenario = busy_fund().replace(expect=[{**expect, "with_probability": "50%"}])
            played[seed] = tables_of(simulate(scenario, paths=9, seed=seed), with_frontier=seed == 7)
        with new_folder(folder) as making:
            write_tables(making, played[seed])
        return folder

    return write


@pytest.fixture(scope="module")
def run(written, tmp_path_factory) -> Path:
    return written(tmp_path_factory.mktemp("runs") / "busy", 7)


def in_csv(run: Path, name: str) -> list[dict[str, str]]:
    with csv_file(run, name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


IN_CSV = [name for name in RunTables.FRAMES if name not in ("paths", "timeline")]


@pytest.fixture(scope="module")
def blended(tmp_path_factory) -> Path:
    """The folder of a run with deals, of which one is guaranteed."""
    folder = tmp_path_factory.mktemp("runs") / "blended"
    scenario = read_scenario(BASELINE.with_name("mixed_stack.yaml"))
    with new_folder(folder) as making:
        write_tables(making, tables_of(simulate(scenario, paths=9, seed=7)))
    return folder


@pytest.mark.parametrize("name", RunTables.BLENDING)
def test_a_view_of_deals_holds_what_the_csv_file_holds_and_nothing_of_runs_without_deals(blended, run, name):
    assert same_as_csv(blended, name) > 0

    (view,) = (view for view in views() if view.name == name)
    answer = ask(f"select * from {name}", [blended])
    assert list(zip(answer.columns, answer.types, strict=True)) == [(one.name, one.type) for one in view.columns]
    both = ask(f"select run, count(*) from {name} group by run", [run, blended])
    assert [row[0] for row in both.rows] == ["blended"]
    assert ask(f"select * from {name}", [run]).rows == []


def test_flows_of_deals_are_told_by_path_and_are_zero_where_there_are_no_deals(blended, run):
    kept = read_tables(blended).paths
    answer = ask("select run, path, deals_closed, private_draws, given_5 from paths order by run, path", [run, blended])

    assert answer.types[2] == "BIGINT"
    assert answer.rows[:9] == [
        ("blended", int(row.path), int(row.deals_closed), *(Decimal(int(one)).scaleb(-2) for one in (row.private_draws, row.given_5)))
        for row in kept.itertuples()
    ]  # fmt: skip
    assert sum(row[2] for row in answer.rows[:9]) > 0
    assert {row[2:] for row in answer.rows[9:]} == {(0, Decimal(0), Decimal(0))}
    assert ask("select * from paths limit 0", [run]).columns == ask("select * from paths limit 0", [blended]).columns


@pytest.mark.parametrize("name", IN_CSV)
def test_a_view_holds_what_the_csv_file_holds(run, name):
    same_as_csv(run, name)


def same_as_csv(run: Path, name: str) -> int:
    """How many rows were found the same."""
    rows = in_csv(run, name)
    answer = ask(f"select * exclude (run) from {name}", [run])

    with csv_file(run, name).open(encoding="utf-8", newline="") as file:
        assert answer.columns == tuple(next(csv.reader(file)))
    assert len(answer.rows) == len(rows)
    for found, row in zip(answer.rows, rows, strict=True):
        for value, text, type in zip(found, row.values(), answer.types, strict=True):
            if type.startswith("DECIMAL"):
                assert value == Decimal(text)
            elif type in ("DOUBLE", "BIGINT"):
                assert (value is None and text == "") or value == float(text)
            else:
                assert str(value) == text
    return len(rows)


def test_sums_of_exact_amounts_are_exact(run):
    total = sum(Decimal(row["median_path"]) for row in in_csv(run, "statement"))

    ((found,),) = ask("select sum(median_path) from statement", [run]).rows

    assert isinstance(found, Decimal)
    assert found == total


def test_amounts_of_paths_are_their_cents_in_currency_units(run):
    kept = read_tables(run).paths
    answer = ask("select path, deposits, closing_cash, programmes_approved from paths order by path", [run])

    assert answer.rows == [
        (int(row.path), Decimal(int(row.deposits)).scaleb(-2), Decimal(int(row.closing_cash)).scaleb(-2),
         int(row.programmes_approved))
        for row in kept.itertuples()
    ]  # fmt: skip
    scoped = ask("select amount from path_scopes where metric = 'funded' and scope = 'AAA-plan' order by path", [run])
    assert [row[0] for row in scoped.rows] == [Decimal(int(cents)).scaleb(-2) for cents in kept["funded:AAA-plan"]]


def test_the_timeline_is_in_currency_units_where_it_is_money(run):
    kept = read_tables(run).timeline.set_index(["account", "scope_kind", "scope", "period"])
    answer = ask("select account, scope_kind, scope, period, unit, mean, p05, p05_path from timeline", [run])

    assert len(answer.rows) == len(kept)
    for account, kind, scope, period, unit, mean, p05, path in answer.rows:
        row = kept.loc[(account, kind, scope, period)]
        money = row["unit"] == "cents"
        assert unit == ("USD" if money else row["unit"])
        assert (mean, p05, path) == (
            *(row[name] / 100 if money else row[name] for name in ("mean", "p05")),
            row["p05_path"],
        )


def test_every_view_has_the_columns_it_is_said_to_have(run):
    for view in views():
        answer = ask(f"select * from {view.name} limit 0", [run])
        lost = {(one.name, one.type) for one in view.columns} - set(zip(answer.columns, answer.types, strict=True))
        assert lost == set(), f"src/mptf_sim/runs/views.py says otherwise of {view.name}"


def test_every_table_of_a_run_and_every_list_of_a_scenario_is_a_view():
    names = [view.name for view in views()]
    assert len(set(names)) == len(names)
    assert {*RunTables.FRAMES, *RunTables.BLENDING, "runs", *(view_of(part.name) for part in parts())} <= set(names)
    assert {"donors", "plans", "programmes", "needs", "finance", "donors_outlook_instalments"} <= set(names)


def test_key_figures_of_paths_that_are_counted_are_no_money(run):
    units = {row["metric"]: row["unit"] for row in in_csv(run, "kpis")}
    (view,) = (view for view in views() if view.name == "paths")
    types = {column.name: column.type for column in view.columns}

    for name in PATH_KEY_FIGURES:
        assert (types[name] == "DECIMAL(18,2)") == (units[name] == "USD"), name


def test_every_number_of_a_scenario_is_a_number_in_its_view():
    scenario = read_scenario(BASELINE)
    for part in parts():
        for table, rows in rows_of(scenario, part).items():
            (view,) = (view for view in views() if view.name == view_of(table))
            texts = [place for place, column in enumerate(view.columns[1:]) if column.type == TEXT]
            numbers = {view.columns[1 + place].name for row in rows for place in texts if is_number(row[place])}
            assert not numbers, f"{table}: give these quantities their type in runs/scenario_rows.py"


def is_number(text: str | None) -> bool:
    return text is not None and text.removesuffix("%").replace(".", "", 1).isdigit()


def test_a_scenario_is_told_as_it_is(run):
    scenario = busy_fund()

    budgets = ask('select id, budget, "window" from programmes order by id', [run]).rows
    assert budgets == [(one.id, Decimal(one.budget).scaleb(-2), one.window) for one in scenario.programmes]
    shares = ask("select holder, number, share, threshold from agreements_instalments order by number", [run]).rows
    assert shares == [("three-part", 1, 0.4, 0.0), ("three-part", 2, 0.3, 0.7), ("three-part", 3, 0.3, 0.7)]
    gifts = ask("select id, outlook_kind, outlook_gift from donors where id in ('ANN', 'DAN') order by id", [run]).rows
    assert gifts == [("ANN", "renewing", Decimal(900_000)), ("DAN", "scheduled", None)]
    dated = ask("select holder, due, amount from donors_outlook_instalments where number = 2", [run]).rows
    assert dated == [("DAN", "2027-Q3", Decimal(400_000))]


def test_several_runs_stand_side_by_side_under_their_names(run, written):
    other = written(run.parent / "other", 8)

    rows = ask("select run, seed, paths from runs order by run", [run, other]).rows
    assert rows == [("busy", "7", 9), ("other", "8", 9)]
    ((deposits, of_other),) = ask(
        "select sum(deposits) filter (run = 'busy'), sum(deposits) filter (run = 'other') from paths", [run, other]
    ).rows
    assert deposits == Decimal(int(read_tables(run).paths["deposits"].sum())).scaleb(-2)
    assert of_other == Decimal(int(read_tables(other).paths["deposits"].sum())).scaleb(-2)


def test_runs_of_one_name_are_told_apart_by_their_place(run, written, monkeypatch):
    written(run.parent / "again" / "busy", 8)
    monkeypatch.chdir(run.parent)

    folders = [Path("busy"), Path("again/busy")]
    assert names_of(folders) == ["busy", "again/busy"]
    assert ask("select run from runs order by run", folders).rows == [("again/busy",), ("busy",)]
    with pytest.raises(UsageError, match=r"a run is given twice: busy, again/\.\./busy"):
        names_of([Path("busy"), Path("again/../busy")])
    with pytest.raises(UsageError, match="name at least one run folder"):
        names_of([])


HOSTILE = ("it's", "a[b]", "a*b", "a?b", "x' UNION SELECT '", 'a"b', "a b", "ünï", "new\nline", "-- ", "{a,b}", "%41")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_folder_may_be_called_anything(run, written, tmp_path, name):
    written(tmp_path / "axb", 8)  # what a pattern `a*b` would find as well
    folder = written(tmp_path / name, 7)

    assert ask("select run, count(*) from paths group by run", [folder]).rows == [(name, 9)]
    assert ask("select distinct run from timeline", [folder]).rows == [(name,)]
    assert ask("select run, seed from runs", [folder]).rows == [(name, "7")]
    assert read_tables(folder).paths.equals(read_tables(run).paths)


def test_a_name_with_signs_of_a_pattern_is_meant_as_it_stands():
    assert as_pattern(Path("a*[b]?'c")) == "a[*][[]b][?]''c"


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('{file}')",
        "select * from read_text('{file}')",
        "select * from read_parquet('{run}/paths.parquet')",
        "select * from glob('/*')",
        "select * from '{run}/kpis.csv'",
        "select getenv('HOME')",
        "from sniff_csv('{file}')",
    ],
)
def test_a_query_reaches_no_file(run, tmp_path, sql):
    file = tmp_path / "secret.csv"
    file.write_text("secret\n1\n", encoding="utf-8")

    with pytest.raises(UsageError) as refused:
        ask(sql.format(file=file, run=run), [run])
    assert "secret\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("copy (select 1) to '{run}/kpis.csv'", "COPY"),
        ("select 1; select 2", "SELECT, SELECT"),
        ("drop view runs", "DROP"),
        ("insert into runs values (1)", "INSERT"),
        ("set enable_external_access = true", "SET"),
        ("attach '{run}/x.db'", "ATTACH"),
        ("install httpfs", "LOAD"),
        ("", "nothing"),
        ("-- nothing", "nothing"),
    ],
)
def test_a_query_is_one_select_and_changes_nothing(run, sql, found):
    before = (run / "kpis.csv").read_bytes()

    with pytest.raises(UsageError, match=f"expected one query, such as SELECT \\* FROM runs, found {found}"):
        ask(sql.format(run=run), [run])
    assert (run / "kpis.csv").read_bytes() == before


@pytest.mark.parametrize("sql", ["describe kpis", "show tables", "from runs", "with a as (from runs) select 1 from a",
                                 "summarize runs", "pivot kpis on unit using count(*) group by metric"])  # fmt: skip
def test_what_gives_an_answer_is_a_query(run, sql):
    assert ask(sql, [run]).rows


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("select * from kpi", 'Did you mean "kpis"?'),
        ("select maen from kpis", 'Candidate bindings: "mean"'),
        ("selct 1", 'syntax error at or near "selct"'),
        ("select 'a'::int from runs", "Could not convert string 'a'"),
    ],
)
def test_a_wrong_query_is_told_what_is_wrong_and_what_there_is(run, sql, told):
    with pytest.raises(UsageError) as refused:
        ask(sql, [run])

    assert told in str(refused.value)
    assert "views: runs, kpis, timeline, " in str(refused.value)
    if "from kpis" in sql:
        assert "kpis has run, metric, scope_kind, scope, period, unit, mean, " in str(refused.value)


@pytest.mark.parametrize("lost", ["manifest.json", "kpis.csv", "paths.parquet"])
def test_a_run_that_is_not_whole_is_refused(written, tmp_path, lost):
    folder = written(tmp_path / "run", 7)
    (folder / lost).unlink()

    with pytest.raises(UsageError, match="is not a whole run folder"):
        ask("select * from kpis, paths", [folder])


def test_in_python_it_is_a_frame_with_exact_amounts(run):
    frame = query("select path, closing_cash from paths order by path", run)

    assert list(frame.columns) == ["path", "closing_cash"]
    assert frame["path"].tolist() == list(range(9))
    assert all(isinstance(amount, Decimal) for amount in frame["closing_cash"])
