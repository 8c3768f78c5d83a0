"""Organisations' parts: who must have spent enough, what reports tell and hold up, how much can be spent in a year."""

from __future__ import annotations

import numpy as np

from mptf_sim.engine import capacity, delivery, reasons, reports, step, terms, transfers
from mptf_sim.engine.reporting import Reporting
from mptf_sim.fund.delivery_shocks import DeliverySlowdown
from mptf_sim.fund.programmes import Delivery
from tests.mutants.mutant import Mutant, given, then, written

MUTANTS = (
    Mutant(
        "parts asked as a whole",
        "whatever the level of release, it is the programme as a whole that must have spent enough",
        transfers,
        "still_to_report",
        written(("if not terms.released_by_parts.any():", "if True:")),
        also_in=(reasons,),
    ),
    Mutant(
        "one spends for another",
        "what one organisation has spent beyond its threshold makes up for what another lacks",
        transfers,
        "still_to_report",
        written(
            (
                "layout.sum_for_lines(due, np.maximum(needed - counted, 0.0))",
                "np.maximum(layout.sum_for_lines(due, needed - counted), 0.0)",
            )
        ),
        also_in=(reasons,),
    ),
    Mutant(
        "commitments ignored",
        "only expenditure releases an instalment, whatever its agreement says",
        transfers,
        "still_to_report",
        written(("if terms.counts_committed:", "if False:")),
        also_in=(reasons,),
    ),
    Mutant(
        "commitments of all received",
        "what was committed is a share of all that was received, not of what is unspent",
        transfers,
        "still_to_report",
        written(("state.known.received.ravel()[parts.flat] - counted", "state.known.received.ravel()[parts.flat]")),
        also_in=(reasons,),
    ),
    Mutant(
        "overdue reports ignored",
        "an overdue report blocks no instalment",
        transfers,
        "transfer",
        written(("(reached & in_time)", "reached")),
        also_in=(step,),
    ),
    Mutant(
        "first instalments blocked",
        "an overdue report blocks first instalments too",
        transfers,
        "transfer",
        written(("(instalments == 0) | (reached & in_time)", "((instalments == 0) | reached) & in_time")),
        also_in=(step,),
    ),
    Mutant(
        "overdue for one quarter",
        "a late report blocks for one quarter, however late it is",
        reports,
        "overdue",
        written(("range(int(terms.reporting.late_by.max()))", "range(1)")),
        also_in=(transfers,),
    ),
    Mutant(
        "reports before the start",
        "reports of quarters before the first transfer may be overdue",
        reports,
        "overdue",
        written((" & (started_at <= about)", "")),
        also_in=(transfers,),
    ),
    Mutant(
        "late reports come in time",
        "what a late report tells is known when it was due",
        reports,
        "become_known",
        written(("late = _is_late(draws.late, about, spent.cells)", "late = np.zeros(len(spent.amounts), dtype=bool)")),
        also_in=(transfers,),
    ),
    Mutant(
        "reports every quarter",
        "organisations report every quarter, whatever their agreement says",
        Reporting,
        "at",
        given(lambda self, period: np.ones(len(self.every), dtype=bool)),
    ),
    Mutant(
        "unsigned organisations receive",
        "a document comes before the Committee before its organisations have signed",
        terms,
        "_ready",
        then(lambda ready, programme, start, signed: terms.NEVER if programme.ready is None else programme.ready.ordinal - start.ordinal),
    ),
    Mutant(
        "capacity ignored",
        "organisations and plans spend what they have received, however much that is in a year",
        delivery,
        "deliver",
        written(("if terms.capacities:", "if False:")),
        also_in=(step,),
    ),
    Mutant(
        "capacity of the whole calendar",
        "what can be spent in a year is never renewed",
        delivery,
        "deliver",
        written(("if terms.quarters[t].quarter == 1 else", "if False else")),
        also_in=(step,),
    ),
    Mutant(
        "organisations before plans",
        "what organisations can spend is shared before what plans can absorb",
        capacity,
        "limits",
        then(lambda found, *arguments: found[::-1]),
        also_in=(terms,),
    ),
    Mutant(
        "slowdown everywhere",
        "a slowdown of delivery hits all organisations in all regions",
        DeliverySlowdown,
        "hits",
        written(("concerned and self.start", "self.start")),
    ),
    Mutant(
        "organisations alike",
        "an organisation has no pace of its own",
        Delivery,
        "factors",
        written(("self.spread * normals + organisation", "self.spread * normals")),
    ),
)  # fmt: skip
