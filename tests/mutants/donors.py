"""Donors: defaults, delays, conversion, gifts of renewing donors, cuts and exits, and the names of draws."""

from __future__ import annotations

from mptf_sim.engine import replay
from mptf_sim.engine.giving import Giving
from mptf_sim.fund.donors.renewing import Renewing
from mptf_sim.fund.donors.settlement import DonorShocks, Settlement
from tests.mutants.mutant import Mutant, written

PAID = "self.reliability.paid(part.amount, part.due)"

MUTANTS = (
    Mutant(
        "conversion of delayed",
        "an instalment that comes late comes in full, whatever its conversion",
        Settlement,
        "_pay",
        written((PAID, f"(part.amount if late else {PAID})")),
    ),
    Mutant(
        "late all the same",
        "what does not come of a delayed instalment is cancelled in the quarter it was due",
        Settlement,
        "_pay",
        written(("enter(booked.cancelled, when, cancelled)", "enter(booked.cancelled, part.due, cancelled)")),
    ),
    Mutant(
        "default drawn at signature",
        "whether a donor defaults is drawn when it signs, not when it is due",
        Settlement,
        "_pay",
        written((PAID, "self.reliability.paid(part.amount, part.signed)")),
    ),
    Mutant(
        "cut of signed agreements",
        "a cut lowers agreements that were signed before the calendar too",
        DonorShocks,
        "kept",
        written(("promise.announced >= 0 and ", "")),
    ),
    Mutant(
        "one cut at a time",
        "of several cuts the last one counts",
        DonorShocks,
        "kept",
        written(("num, den = num * share.num, den * share.den", "num, den = share.num, share.den")),
    ),
    Mutant(
        "exit honours signatures",
        "a donor that leaves still deposits what it has signed",
        Settlement,
        "_pay",
        written(("gone = part.due + late >= self.leaves", "gone = part.due + late >= NEVER")),
    ),
    Mutant(
        "retention for comeback",
        "a donor that did not give last year gives as surely as one that did",
        Renewing,
        "promises",
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
        "promises",
        written(("(1.0 + self.growth) ** number", "(1.0 + self.growth) ** (number + 1)")),
    ),
    Mutant(
        "no common factor",
        "what all donors have in common is drawn for each of them alone",
        Renewing,
        "promises",
        written(("shared * setting.common[first] + alone * own[first]", "own[first]")),
    ),
    Mutant(
        "draws by position",
        "a donor's draws are named by its place in the list, not by its id",
        Giving,
        "of",
        written(('chance_of(f"donor/{donor.id}")', 'chance_of(f"donor/{self.terms.donors.index(donor)}")')),
    ),
    Mutant(
        "no slowdown",
        "quarters in which all organisations are slow do not happen",
        replay,
        "draw",
        written(("np.exp(-terms.scenario.common_factors.slowdown * effort)", "np.ones_like(effort)")),
    ),
)
