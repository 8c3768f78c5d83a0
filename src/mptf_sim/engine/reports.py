"""Reports: what organisations have spent, as the fund knows it: a lag after the quarter that a report is about, or late."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mptf_sim.engine.cells import Cells, Entries
from mptf_sim.engine.draws import Draws
from mptf_sim.engine.state import FundState, Reports
from mptf_sim.engine.terms import Terms
from mptf_sim.quantities import Mask


def known(terms: Terms, t: int, state: FundState) -> Reports:
    """The last reports due by period t, whether in time or not: an overdue one blocks what rests on it."""
    latest = state.reported[-1]
    if terms.reporting.always:
        return latest
    reports = terms.reporting.at(t - terms.reporting_lag)
    if not reports.any():
        return state.known
    if reports.all():
        return latest
    return Reports(*(np.where(reports[:, None], new, old) for new, old in zip(latest, state.known, strict=True)))


def overdue(terms: Terms, t: int, state: FundState, draws: Draws, parts: Cells) -> Mask:
    """Whether a report of each part is due and has not come, at the transfers of period t: (cell,)."""
    missing = np.zeros(len(parts.row), dtype=bool)
    if draws.late is None:
        return missing
    started_at = state.portfolio.at(terms.layout.programmes_of_parts(parts), "started_at")
    late_by = terms.reporting.late_by[parts.row]
    for late_since in range(int(terms.reporting.late_by.max())):
        about = t - terms.reporting_lag - late_since
        if about < 0:
            break
        owes = terms.reporting.at(about)[parts.row] & (late_by > late_since) & (started_at <= about)
        missing |= owes & draws.late[about].ravel()[parts.flat]
    return missing


def become_known(terms: Terms, t: int, state: FundState, draws: Draws) -> Entries:
    """Expenditure that reports tell of for the first time in period t, of parts: cents."""
    if terms.reporting.always and draws.late is None:
        return state.unreported[terms.reporting_lag - 1]
    known = np.zeros((len(terms.layout.parts), state.unmet.shape[1]))
    for ago, spent in enumerate(state.unreported, start=1):
        about = t - ago + terms.reporting.wait(t - ago)  # the quarter at whose close each part reports it
        comes = about + terms.reporting_lag
        in_time, too_late = comes == t, comes + terms.reporting.late_by == t
        told = in_time if draws.late is None else in_time | too_late
        if t - ago < 0 or not told.any():
            continue
        spent = spent.of_those(told)
        if draws.late is not None:
            late = _is_late(draws.late, about, spent.cells)
            now = np.where(late, too_late[spent.cells.row], in_time[spent.cells.row])
            spent = Entries(spent.cells.those(now), spent.amounts[now])
        spent.add_to(known)
    cells = Cells.where(known > 0)
    return Entries(cells, known.ravel()[cells.flat])


def _is_late(late: Mask, about: NDArray[np.int64], parts: Cells) -> Mask:
    """Whether the report of each part on a quarter is late, where the quarter is played: (cell,)."""
    periods, rows = late.shape[0], late.shape[1]
    place = (np.minimum(about, periods - 1) * rows)[parts.row] * parts.width + parts.flat
    are_late: Mask = late.ravel()[place] & (about < periods)[parts.row]
    return are_late
