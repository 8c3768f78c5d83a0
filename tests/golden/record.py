"""What is recorded of a shipped scenario: its digest, and exact sums that say where a difference lies."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from mptf_sim.engine.run import simulate
from mptf_sim.scenario.read import read_scenario

PATHS, SEED = 1_100, 7
"""A whole chunk of paths and the beginning of a second one."""

OF_A_YEAR = (
    "signed", "deposits", "agent_fees", "interest", "refunds", "direct_cost", "approvals", "cancelled_awards",
    "transfers", "direct_delivery", "indirect_cost", "waiting_for_cash", "not_released",
)  # fmt: skip
AT_ITS_END = ("cash", "owed_to_programmes", "unmet_needs", "delivery_gap", "programmes_running")
"""Accounts that are recorded: added up over the quarters of a year, or as they stand when it closes. Enough to see
which step of the fund moved first."""

ACCEPT = "make golden"
"""The command that accepts today's results."""

Record = dict[str, Any]


def record_of(scenario: Path) -> Record:
    """Digest and figures of one scenario: each account summed over all paths, by calendar year, in whole cents."""
    run = simulate(read_scenario(scenario), PATHS, SEED)
    totals = {
        (row.account, row.period): int(total)
        for row, total in zip(run.rows, run.distributions.totals, strict=True)
        if row.scope_kind == "fund"
    }
    figures: dict[str, dict[str, int]] = {}
    for name in (*OF_A_YEAR, *AT_ITS_END):
        by_year: dict[str, int] = defaultdict(int)
        for period, year in zip(run.axes.periods, run.axes.years, strict=True):
            earlier_quarters = by_year[str(year)] if name in OF_A_YEAR else 0
            by_year[str(year)] = earlier_quarters + totals[name, period]
        figures[name] = dict(by_year)
    return {"paths": PATHS, "seed": SEED, "result_digest": run.result_digest, **figures}


def as_text(record: Record) -> str:
    """One line for each figure, so that a difference in the file is a difference in the fund."""
    return "{\n" + ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in record.items()) + "\n}\n"


def changes(recorded: Record, today: Record) -> list[str]:
    """Every number that is not what was recorded, old and new."""
    found = []
    for name in dict.fromkeys([*recorded, *today]):
        old, new = recorded.get(name), today.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            found += [
                f"{name} of {year}: recorded {amount(old.get(year))}, now {amount(new.get(year))}"
                for year in dict.fromkeys([*old, *new])
                if old.get(year) != new.get(year)
            ]
        elif old != new:
            found.append(f"{name}: recorded {old}, now {new}")
    return found


def amount(cents: int | None) -> str:
    return "nothing" if cents is None else f"{cents:,}"


def complaint(scenario: str, differences: list[str]) -> str:
    """What to read when a result has moved, and what to do."""
    alone = "  (no recorded figure has moved: an account or a table may be new)"
    return "\n".join(
        [
            f"{scenario} no longer gives what is recorded of it (sums over {PATHS:,} paths, cents):",
            *(f"  {difference}" for difference in differences),
            *([alone] if [one.split(":")[0] for one in differences] == ["result_digest"] else []),
            f"If the new numbers are right, `{ACCEPT}` accepts them; the changelog says why they moved.",
        ]
    )
