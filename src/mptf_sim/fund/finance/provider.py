"""Who puts money into deals."""

from __future__ import annotations

from typing import Literal

GrantProvider = Literal[
    "facility", "state budget", "local budget", "bilateral", "development bank", "other fund", "diaspora"
]
"""`facility` is the deal's facility; the others have books of their own."""

ConcessionalLender = Literal["facility", "bilateral", "development bank", "other fund"]

CommercialLender = Literal["private", "diaspora", "development bank"]

PRIVATE = ("private", "diaspora")
"""Whose money is private finance."""

PUBLIC_LENDERS = ("bilateral", "development bank", "other fund")
"""Whose loans, unlocked by a buy-down, are public finance unlocked: never private finance mobilised."""
