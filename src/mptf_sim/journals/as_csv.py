"""One path as a table: a row for each posting."""

from __future__ import annotations

import csv
import io

from mptf_sim.engine.replay import Replay
from mptf_sim.journals.chart import holders
from mptf_sim.journals.writing import decimal
from mptf_sim.quantities import Quarter
from mptf_sim.scenario.scenario import Scenario

COLUMNS = ("period", "event", "who", "organisation", "debit", "credit", "amount")


def as_csv(scenario: Scenario, replay: Replay) -> str:
    """Postings in the order in which they happened, below the balances they start from; amounts in currency units.

    Parties are those of `books.POSTINGS`; both are empty where no money moves.
    """
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    held_by = {stock: party for party, stock in holders().items()}
    before = Quarter.at(scenario.calendar.start.ordinal - 1)
    for stock, who, cents, organisation in replay.opening:
        party = held_by.get(stock, "")
        rows.writerow(
            (before, f"opening {stock}", who, organisation, party, party and "opening balances", decimal(cents))
        )
    for one in replay.postings:
        rows.writerow((one.period, one.event, one.who, one.organisation, one.debit, one.credit, decimal(one.cents)))
    return text.getvalue()
