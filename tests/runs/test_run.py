"""A run keeps what measures need of its paths, and no more."""

import gc
import weakref

from mptf_sim.engine.record import axes
from mptf_sim.engine.run import play_chunk, simulate
from mptf_sim.engine.terms import Terms
from mptf_sim.runs.run import condense, distribution_rows
from tests.engine.busy_fund import busy_fund


def test_of_the_books_of_a_chunk_only_those_tables_stay_whose_every_row_is_kept():
    terms = Terms(busy_fund())
    books, checks = play_chunk(terms, 7, 0, 20, 20)
    tables = {name: weakref.ref(getattr(books, name)) for name in books.PER_PATH if getattr(books, name).size}

    chunk = condense(axes(terms), books, checks)
    del books
    gc.collect()

    kept = {name for name, table in tables.items() if table() is not None}
    assert kept == {"accounts", "plan_delivered", "plan_funded", "plan_needs", "deposits_by_donor", "awards", "held_up"}
    assert sum(len(table) for table in chunk.values) == len(distribution_rows(axes(terms)))


def test_a_column_of_a_run_holds_every_path():
    run = simulate(busy_fund(), 1500, 7)

    assert {column.shape for column in run.columns.values()} == {(1500,)}
