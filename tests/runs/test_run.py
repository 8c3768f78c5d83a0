"""A run keeps what measures need of its paths, and no more."""

import gc
import weakref

from mptf_sim.engine.draws import CHUNK
from mptf_sim.engine.record import axes
from mptf_sim.engine.run import chunks
from mptf_sim.engine.terms import Terms
from mptf_sim.runs.run import collect
from tests.engine.busy_fund import busy_fund


def test_the_books_of_a_chunk_go_when_they_are_collected():
    scenario, paths = busy_fund(), 2 * CHUNK + 1
    handed_over: list[weakref.ref] = []
    still_there: list[int] = []

    def watched():
        for chunk in chunks(scenario, paths, 7):
            gc.collect()
            still_there.append(sum(books() is not None for books in handed_over))
            handed_over.append(weakref.ref(chunk.books.plan_needs))
            yield chunk

    run = collect(scenario, 7, paths, axes(Terms(scenario)), watched())

    assert still_there == [0, 1, 1], "at most the chunk before is still in someone's hands"
    assert {column.shape for column in run.columns.values()} == {(paths,)}
