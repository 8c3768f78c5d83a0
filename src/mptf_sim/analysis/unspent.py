"""Why money is unspent: quarter by quarter, what waits for what, to the cent on every path."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mptf_sim.engine.flows import Flows
from mptf_sim.engine.meeting import convene
from mptf_sim.engine.state import CLOSED, FundState
from mptf_sim.engine.terms import Terms
from mptf_sim.measures.statistics import standard_error
from mptf_sim.quantities import Array

UNSPENT = ("quarter", "held_by", "reason", "mean_cents", "se_cents", "p05_cents", "p95_cents", "of_paths")

REASONS = (
    ("fund", "instalments not released"),
    ("fund", "instalments not yet due"),
    ("fund", "instalments waiting for cash"),
    ("fund", "direct cost ring-fenced"),
    ("fund", "reserve"),
    ("fund", "idle by earmark"),
    ("fund", "asked for, next meeting"),
    ("fund", "asked for by no document"),
    ("organisations", "refunds due"),
    ("organisations", "programmes running"),
    ("organisations", "spent, not yet reported"),
    ("beside", "all that is unspent"),
    ("beside", "owed beyond cash"),
    ("beside", "floor"),
)
"""What is held by the fund adds up to its cash, what is held by organisations to their balance as the fund knows it."""


class UnspentAgain:
    """Amounts by quarter and reason over the paths that are looked at again."""

    def __init__(self, terms: Terms, width: int) -> None:
        self.terms, self.width = terms, width
        self.rows: list[tuple[object, ...]] = []
        self.unreported: Array = np.zeros(width)

    def watch(self, t: int, before: FundState, after: FundState, flows: Flows) -> None:
        """The close of one quarter."""
        in_the_way = dict(zip(REASONS, self._reasons(t, after, flows), strict=True))
        for (held_by, reason), amounts in in_the_way.items():
            low, high = np.quantile(amounts, (0.05, 0.95), method="inverted_cdf")
            self.rows.append(
                (
                    str(self.terms.quarters[t]), held_by, reason, float(amounts.sum()) / self.width,
                    standard_error(amounts), float(low), float(high), self.width,
                )
            )  # fmt: skip

    def table(self) -> pd.DataFrame:
        """One row for each quarter and reason, cents."""
        return pd.DataFrame(self.rows, columns=list(UNSPENT))

    def _reasons(self, t: int, state: FundState, flows: Flows) -> tuple[Array, ...]:
        """In the order of REASONS, each (path,), cents."""
        terms = self.terms
        cash, owed = state.cash, state.claims - state.paid
        held = terms.bounds.money(state.money) - terms.bounds.claims(state.paid)
        covered = most_paid(terms, held, owed)
        unreleased, waits = flows.payments.unreleased.total(), flows.payments.waiting.total()
        left, amounts = covered, []
        for part in (unreleased, np.maximum(owed.sum(axis=0) - unreleased - waits, 0.0)):
            amounts.append(np.minimum(part, left))
            left = left - amounts[-1]
        amounts.append(left)

        ring_fenced, reserve = terms.ring_fenced[t] + state.direct_cost_owed, terms.fund.reserve.held(cash)
        left = cash - covered
        for part in (ring_fenced, reserve):
            amounts.append(np.minimum(part, left))
            left = left - amounts[-1]
        asked, within = self._asked(t, state, np.maximum(held - terms.bounds.claims(owed) - ring_fenced - reserve, 0.0))
        wanted = np.minimum(left, asked)
        usable = np.minimum(wanted, within)
        amounts += [wanted - usable, usable, left - wanted]

        portfolio = state.portfolio
        balance = portfolio.received - terms.fund.fees.budget(portfolio.spent)
        stage = portfolio.stage[terms.layout.part_programme]
        closed, runs = stage == CLOSED, stage < CLOSED
        spent = flows.delivered.direct.total() + flows.delivered.indirect.total()
        self.unreported = self.unreported + spent - flows.payments.reported.total()
        amounts += [(balance * closed).sum(axis=0), (balance * runs).sum(axis=0), self.unreported]
        whole = np.sum(amounts, axis=0)
        return (*amounts, whole, owed.sum(axis=0) - covered, ring_fenced + reserve)

    def _asked(self, t: int, state: FundState, room: Array) -> tuple[Array, Array]:
        """What documents before the Committee ask for together, and how much of it cash under its earmarks could back.

        Parameters
        ----------
        room : (set, path), what each set of earmarks holds beyond what is owed from it alone, cents
        """
        meeting = convene(self.terms, t, state, room)
        if meeting is None:
            return np.zeros(self.width), np.zeros(self.width)
        asks = meeting.requests.together()
        by_eligible = np.zeros((len(self.terms.bounds.within), self.width))
        np.add.at(by_eligible, self.terms.eligible[meeting.rows], asks)
        return asks.sum(axis=0), most_paid(self.terms, room, by_eligible)


def most_paid(terms: Terms, held: Array, wanted: Array) -> Array:
    """The most of what is wanted that money can pay under its earmarks: (path,), cents.

    By the least cut: for every set of classes, what it holds and all that may also be paid from outside it.

    Parameters
    ----------
    held : (set, path), cents
    wanted : (eligible, path), cents
    """
    total: Array = wanted.sum(axis=0)
    by_cut: Array = held + total - terms.bounds.claims(wanted)
    most: Array = np.minimum(total, by_cut.min(axis=0))
    return most
