"""What stands where on one path: the balances of every programme, and how far its life has come."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mptf_sim.engine.state import ACTIVE, CLOSED, CONCEPT, DOCUMENT, EXTENDED, SETTLED, FundState
from mptf_sim.engine.terms import NEVER, Terms
from mptf_sim.quantities import Quarter

CONCEPT_NOTE = "concept note"
"""A slot of the pipeline whose document is not ready, or never comes."""

STAGES = ("document", "approved", "running", "running, extended", "operationally closed", "financially closed")
"""In words, by number: see `engine/state.py`."""


KEPT_BY_PROGRAMME = ("held_by_organisations", "owed_to_programmes")
"""Stocks of which each programme, or each organisation's part of it, has its own."""


class Balance(NamedTuple):
    """What one stock of the books holds for one entity, on one path."""

    stock: str
    who: str  # programme; empty for the fund itself
    cents: int
    organisation: str = ""  # of what belongs to one organisation's part of a programme


class Life(NamedTuple):
    """How far one programme has come when the calendar ends; None is what has not happened, or is not known."""

    programme: str
    stage: str  # one of STAGES, or CONCEPT_NOTE
    approved: Quarter | None
    started: Quarter | None  # first transfer
    ends: Quarter | None  # the last quarter before its planned, or extended, end
    closed: Quarter | None  # operational closure


def balances(terms: Terms, state: FundState, column: int) -> tuple[Balance, ...]:
    """The stocks that the fund and its programmes hold, nothing left out but zeros."""
    programmes, parts, portfolio = [(one.id, "") for one in terms.programmes], terms.layout.parts, state.portfolio
    stage = portfolio.stage[:, [column]]
    received = portfolio.received[:, [column]]
    settled = terms.layout.for_all_parts(stage == SETTLED)
    held = np.where(settled, 0.0, received - terms.fund.fees.budget(portfolio.spent[:, [column]]))
    open_award = (stage > DOCUMENT) & (stage != CLOSED) & (stage != SETTLED)
    unpaid = portfolio.award[:, [column]] - terms.layout.all_programmes(received)
    owed = np.where(open_award, unpaid, 0.0)
    stocks = (
        ("cash", [("", "")], state.cash[[column]]),
        *(
            (stock, rows, amounts[:, 0])
            for stock, rows, amounts in zip(KEPT_BY_PROGRAMME, (parts, programmes), (held, owed), strict=True)
        ),
    )
    return tuple(
        Balance(stock, who, int(cents), organisation)
        for stock, entities, amounts in stocks
        for (who, organisation), cents in zip(entities, amounts, strict=True)
        if cents
    )


def lives(terms: Terms, state: FundState, column: int) -> tuple[Life, ...]:
    """Every programme, in the order of ids."""
    portfolio = state.portfolio

    def quarter(period: int) -> Quarter | None:
        return None if period == NEVER else Quarter.at(terms.start.ordinal + period)

    told = []
    for row, programme in enumerate(terms.programmes):
        stage = int(portfolio.stage[row, column])
        approved, started, ends, closed = (
            int(values[row, column])
            for values in (portfolio.approved_at, portfolio.started_at, portfolio.ends_at, portfolio.closed_at)
        )
        last = ends - 1 if stage in (ACTIVE, EXTENDED, CLOSED, SETTLED) else NEVER
        told.append(
            Life(
                programme.id,
                CONCEPT_NOTE if stage == CONCEPT else STAGES[stage],
                quarter(approved),
                quarter(started),
                quarter(last),
                quarter(closed),
            )
        )
    return tuple(told)
