"""What happened on one path, and what stood in the books at the close of every period."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from tests.reference.fund import Fund

Event = tuple[int, str, str]
"""Period, event, and who it is about."""

EventOfPart = tuple[int, str, str, str]
"""Period, event, programme and organisation; none for what is of the programme as a whole."""


@dataclass
class Played:
    """What happened on one path, and what stood in the books at the close of every period."""

    fund: Fund
    flows: dict[Event, int] = field(default_factory=lambda: defaultdict(int))
    parts: dict[EventOfPart, int] = field(default_factory=lambda: defaultdict(int))
    own: dict[Event, int] = field(default_factory=lambda: defaultdict(int))
    """What moves of loans in other currencies, in their own cents."""
    stocks: dict[tuple[int, str], int] = field(default_factory=dict)
    approvable: dict[int, int] = field(default_factory=dict)
    plans: dict[tuple[int, str, str], int] = field(default_factory=dict)  # period, plan, what: to date
    steps: set[tuple[int, str, str]] = field(
        default_factory=set
    )  # period, plan, what it becomes or which level it reaches
    fell_due: dict[tuple[str, int, int], tuple[int, str, int]] = field(default_factory=dict)
    """By programme, place of the line and number of the instalment: when it first was due, what became of it then, cents."""
    features: set[str] = field(default_factory=set)

    def note(self, period: int, event: str, who: str, cents: int, organisation: str = "") -> None:
        self.flows[period, event, who] += cents
        self.note_part(period, event, who, cents, organisation)

    def note_part(self, period: int, event: str, who: str, cents: int, organisation: str) -> None:
        """What concerns one organisation alone, if one is named."""
        self.parts[period, event, who, organisation] += cents

    def totals(self) -> dict[tuple[int, str], int]:
        """All that happened in each period, event by event."""
        found: dict[tuple[int, str], int] = defaultdict(int)
        for (period, event, _), cents in self.flows.items():
            found[period, event] += cents
        return found
