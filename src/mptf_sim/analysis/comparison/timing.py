"""When each programme is approved, paid and cancelled, path by path: what the books do not keep, played again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mptf_sim.engine.draws import CHUNK, draw
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.run import play
from mptf_sim.engine.state import FundState
from mptf_sim.engine.terms import NEVER, Terms
from mptf_sim.quantities import Array
from mptf_sim.scenario.scenario import Scenario

LOOKED_AT = CHUNK
"""Paths that are looked at: the first of the run. A chance of 10 % then has a standard error of about a point."""

Quarters: TypeAlias = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Timing:
    """What became of each programme on the first paths of a run; periods, NEVER where it did not happen."""

    scenario: Scenario
    programmes: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]  # instalment lines: (programme, organisation if paid on its own)
    approved: Quarters  # (programme, path); -1 for those that run at the start
    paid: Quarters  # (line, instalment, path)
    cancelled: Quarters  # (programme, path), when part of its award was cancelled
    transfers: Array  # (programme, path), cents within the calendar
    awards: Array  # (programme, path), cents awarded within the calendar
    deposits: Array  # (period, path), cents

    @property
    def width(self) -> int:
        return int(self.transfers.shape[1])


def timing(scenario: Scenario, paths: int, seed: int) -> Timing:
    """Play the first paths of a run again (at most 1,024) and note what happens to programmes."""
    terms = Terms(scenario)
    width = min(paths, LOOKED_AT)
    most = max((len(one.instalments) for one in scenario.agreements), default=0)
    count = len(terms.programmes)
    lines = tuple(terms.layout.line_names())
    approved, cancelled = (np.full((count, width), NEVER, dtype=np.int16) for _ in range(2))
    paid = np.full((len(lines), most, width), NEVER, dtype=np.int16)
    transfers, awards = np.zeros((count, width)), np.zeros((count, width))
    deposits = np.zeros((terms.periods, width))
    for row, programme in enumerate(terms.programmes):
        if programme.running is not None:
            approved[row] = -1

    def watch(t: int, before: FundState, after: FundState, flows: Flows) -> None:
        deposits[t] = flows.receipts.gifts.lines.deposited.sum(axis=0)
        won = flows.decisions.awards
        won.add_to(awards)
        happened = won.amounts > 0
        approved[won.cells.row[happened], won.cells.path[happened]] = t
        cells = flows.payments.paid.cells
        paid[cells.row, before.portfolio.at(cells, "instalments"), cells.path] = t
        flows.payments.transfers.add_to(transfers, terms.layout.part_programme)
        lost = flows.delivered.cancelled
        gone = lost.amounts > 0
        cancelled[lost.cells.row[gone], lost.cells.path[gone]] = t

    play(terms, draw(terms, seed, 0).paths(0, width), 0, watch)
    ids = tuple(one.id for one in terms.programmes)
    return Timing(scenario, ids, lines, approved, paid, cancelled, transfers, awards, deposits)
