"""What organisations report, when it is due, when it comes, and what is known by then."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.chance_of_programmes import ChanceOfProgrammes
from tests.reference.fund import Fund
from tests.reference.programme import Part, Programme
from tests.reference.rounding import rounded

QUARTERS_OF_REPORTS = {1: (1, 2, 3, 4), 2: (2, 4), 4: (4,)}
"""In which quarters of the year there is a report, by how many quarters it is about."""


def reported_at(fund: Fund, programme: Programme, t: int) -> bool:
    """Whether a report is about the time up to the close of this quarter."""
    return fund.quarter(t) in QUARTERS_OF_REPORTS[programme.terms.reporting.every]


def last_report_due(fund: Fund, programme: Programme, t: int) -> int:
    """The quarter that the last report due is about; -1 if there is none yet, and only the opening is known."""
    r = t - fund.scenario.fund.reporting_lag
    while r >= 0 and not reported_at(fund, programme, r):
        r -= 1
    return max(r, -1)


def counts(programme: Programme, part: Part, r: int) -> int:
    """What counts of a part against the threshold: expenditure, and maybe what it has committed of the rest."""
    spent = part.expenditure[r]
    committed: Fraction = programme.terms.release.committed.ratio
    return spent + rounded(committed * (part.had[r] - spent))


def overdue(fund: Fund, chance: ChanceOfProgrammes, programme: Programme, part: Part, t: int) -> bool:
    """Whether any report of a part is due and has not come."""
    late = chance.late[programme.id, part.organisation]
    lag, late_by = fund.scenario.fund.reporting_lag, programme.terms.reporting.late_by
    return any(
        late[r] and reported_at(fund, programme, r) and r + lag <= t < r + lag + late_by and programme.start <= r
        for r in range(fund.periods)
    )


def comes_at(fund: Fund, chance: ChanceOfProgrammes, programme: Programme, part: Part, q: int) -> int | None:
    """When the expenditure of a quarter becomes known; None if nothing is reported of it within the calendar."""
    r = q
    while r < fund.periods and not reported_at(fund, programme, r):
        r += 1
    if r == fund.periods:
        return None
    late = chance.late[programme.id, part.organisation][r]
    return r + fund.scenario.fund.reporting_lag + (programme.terms.reporting.late_by if late else 0)


def becomes_known(fund: Fund, chance: ChanceOfProgrammes, programme: Programme, part: Part, t: int) -> int:
    """Expenditure of earlier quarters whose report comes in this one."""
    return sum(
        part.expenditure[q] - part.expenditure[q - 1]
        for q in range(t)
        if comes_at(fund, chance, programme, part, q) == t
    )
