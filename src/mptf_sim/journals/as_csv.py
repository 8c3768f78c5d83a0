"""One path as a table: a row for each posting."""

from __future__ import annotations

import csv
import io

from mptf_sim.engine.replay import Replay
from mptf_sim.journals.chart import holders, unit_of
from mptf_sim.journals.writing import PARTICULARS, decimal, particulars
from mptf_sim.quantities import Quarter
from mptf_sim.scenario.scenario import Scenario

COLUMNS = ("period", "event", "who", "debit", "credit", "amount", "unit", *PARTICULARS)


def as_csv(scenario: Scenario, replay: Replay) -> str:
    """Postings in the order in which they happened, below the balances they start from.

    Money is in currency units, what is counted in whole numbers. Parties are those of `books.POSTINGS`; both are empty
    where no money moves.
    """
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    held_by = {stock: party for party, stock in holders().items()}
    before = Quarter.at(scenario.calendar.start.ordinal - 1)
    currency = scenario.fund.currency
    for one in replay.opening:
        party = held_by.get(one.stock, "")
        parties = (party, "opening balances" if party else "")
        said = particulars(one).values()
        rows.writerow((before, f"opening {one.stock}", one.who, *parties, decimal(one.cents), currency, *said))
    for posting in replay.postings:
        unit = unit_of(posting.event)
        shown = (decimal(posting.cents), currency) if unit == "cents" else (posting.cents, unit)
        parties = (posting.debit, posting.credit)
        said = particulars(posting).values()
        rows.writerow((posting.period, posting.event, posting.who, *parties, *shown, *said))
    return text.getvalue()
