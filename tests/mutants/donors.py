"""Donors: defaults, delays, conversion, gifts of renewing donors, cuts and exits, and the names of draws."""

from __future__ import annotations

from mptf_sim.engine import replay
from mptf_sim.fund.donors import Donor, DonorShocks, Renewing
from tests.mutants.mutant import Mutant, written

MUTANTS = (
    Mutant(
        "conversion of delayed",
        "an instalment that comes late comes in full, whatever its conversion",
        Donor,
        "flows",
        written(
            (
                "for lag, arrives in ((0, ~delayed), (self.delay.quarters, delayed)):",
                "for lag, arrives, paid in ((0, ~delayed, paid), (self.delay.quarters, delayed, promised.amount * kept)):",
            )
        ),
    ),
    Mutant(
        "late all the same",
        "a delayed instalment is cancelled in the quarter it was due",
        Donor,
        "flows",
        written(
            (
                "cancelled[when] += (promised.amount - paid) * arrives",
                "cancelled[promised.due] += (promised.amount - paid) * arrives",
            )
        ),
    ),
    Mutant(
        "default drawn at signature",
        "whether a donor defaults is drawn when it signs, not when it is due",
        Donor,
        "flows",
        written(("unpaid[promised.due] >= self.default", "unpaid[promised.signed] >= self.default")),
    ),
    Mutant(
        "cut of signed agreements",
        "a cut lowers agreements that were signed before the calendar too",
        DonorShocks,
        "apply",
        written(("pledge.announced >= 0 and first <=", "first <=")),
    ),
    Mutant(
        "one cut at a time",
        "of several cuts the last one counts",
        DonorShocks,
        "apply",
        written(("num, den = num * kept.num, den * kept.den", "num, den = kept.num, kept.den")),
    ),
    Mutant(
        "exit honours signatures",
        "a donor that leaves still deposits what it has signed",
        Donor,
        "flows",
        written(
            ("shocks.exit is not None and when >= shocks.exit", "shocks.exit is not None and when >= periods + 40"),
            ("shocks.exit is not None and shocks.exit < periods", "shocks.exit is not None and shocks.exit < 0"),
        ),
    ),
    Mutant(
        "retention for comeback",
        "a donor that did not give last year gives as surely as one that did",
        Renewing,
        "pledges",
        written(("np.where(giving, self.retention, self.comeback)", "self.retention")),
    ),
    Mutant(
        "median for mean",
        "the stated gift is the median of gifts, not their mean",
        Renewing,
        "_factor",
        written((" - self.spread**2 / 2.0", "")),
    ),
    Mutant(
        "growth a year early",
        "gifts have grown by a year when the calendar starts",
        Renewing,
        "pledges",
        written(("(1.0 + self.growth) ** number", "(1.0 + self.growth) ** (number + 1)")),
    ),
    Mutant(
        "no common factor",
        "what all donors have in common is drawn for each of them alone",
        Renewing,
        "pledges",
        written(("shared * common[first] + alone * own[first]", "own[first]")),
    ),
    Mutant(
        "draws by position",
        "a donor's draws are named by its place in the list, not by its id",
        replay,
        "draw",
        written(('f"donor/{donor.id}"', 'f"donor/{row}"')),
    ),
    Mutant(
        "no slowdown",
        "quarters in which all organisations are slow do not happen",
        replay,
        "draw",
        written(("np.exp(-terms.scenario.common_factors.slowdown * effort)", "np.ones_like(effort)")),
    ),
)
