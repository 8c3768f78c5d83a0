"""A run keeps what measures need of its paths, and no more."""

import gc
import weakref

from mptf_sim.engine.record import axes
from mptf_sim.engine.run import play_chunk, simulate
from mptf_sim.engine.terms import Terms
from mptf_sim.runs.run import condense
from tests.engine.busy_fund import busy_fund


def test_the_books_of_a_chunk_go_once_the_run_has_taken_from_them_what_it_keeps():
    terms = Terms(busy_fund())
    books, checks = play_chunk(terms, 7, 0, 20, 20)
    tables = [weakref.ref(getattr(books, name)) for name in books.PER_PATH if getattr(books, name).size]

    chunk = condense(axes(terms), books, checks)
    assert all(table() is not None for table in tables)
    del books
    gc.collect()

    assert chunk.width == 20
    assert [table() for table in tables] == [None] * len(tables)


def test_a_column_of_a_run_holds_every_path():
    run = simulate(busy_fund(), 1500, 7)

    assert {column.shape for column in run.columns.values()} == {(1500,)}
