"""Facilities: purses outside the fund that an organisation holds, filled by a grant of the fund."""

from __future__ import annotations

from typing import Literal

from mptf_sim.fund.part import Part
from mptf_sim.quantities import ContractRate, Id, Name, Quarter


class Facility(Part):
    """Held by an organisation, filled through an approved programme, with a ledger of its own.

    The fund transfers a grant and no more: it neither lends nor guarantees.
    """

    id: Id
    name: Name
    holder: Id
    """The organisation that holds it: one of its programme's."""
    programme: Id
    """The regional programme whose delivery by the holder is what the facility receives."""
    preparation: Id | None = None
    """A programme that comes first: no deal closes before it has operationally closed."""
    window: Id | None = None
    """The one window whose deals it supports; any if not said."""
    fee: ContractRate = ContractRate(0, 1)
    """Yearly, of its cash, for its holder: a quarter of it each quarter."""
    reflows: Literal["revolve", "refund"] = "revolve"
    """What comes back (premiums, repayments, recoveries) supports new deals, or waits to be refunded."""
    closes: Quarter | None = None
    """From when it supports no new deal and refunds to the fund what no deal holds; it stays open if not said."""
    source: Id | None = None
