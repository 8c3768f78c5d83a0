"""A small fund as a file says it, and what reading a changed one finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from mptf_sim.errors import Problem, ScenarioError
from mptf_sim.scenario.read import read_scenario

SMALL = """\
schema: 1
name: Small fund
calendar: {start: 2026-Q1, periods: 12}
fund:
  opening:
    cash:
      - {amount: 12.5M}
      - {earmark: {windows: [protection]}, amount: 0.29}
  fees: {administrative_agent: 1%}
  interest: {2026: 3%, 2027: 2.5%}
  funding_policy: {kind: signed, share: 50%}
windows:
  - {id: data, name: Data}
  - {id: protection, name: Protection}
regions: [{id: africa, name: Africa}]
donors:
  - id: DEU
    name: Germany
    outlook: {kind: renewing, gift: 3M, spread: 40%, retention: 83%}
  - id: "NO"
    name: Norway
    earmark: {windows: [protection, data], countries: []}
    outlook:
      kind: scheduled
      instalments:
        - {due: 2026-Q4, amount: 1_500_000}
        - {due: 2027-Q4, amount: 1.6M}
organisations: [{id: IOM, name: International Organization for Migration}]
plans:
  - {id: MAR, name: Morocco, region: africa, country: MAR}
needs:
  - {plan: MAR, window: data, year: 2026, amount: 1M}
  - {plan: MAR, window: protection, year: 2027, amount: 2M}
agreements:
  - {id: standard, instalments: [{share: 70%}, {share: 30%, after: 4, threshold: 70%}]}
programmes:
  - {id: JP1, name: First, plan: MAR, window: data, organisation: IOM, budget: 1M, ready: 2026-Q2,
     duration: 8, agreement: standard}
governance:
  meetings: [Q2, Q4]
  allocation: {kind: pro_rata}
shocks:
  - {kind: donor_cut, donors: [DEU], start: 2027-Q1, share: 9%}
"""


def changed(*changes: tuple[str, str]) -> str:
    """The small fund with pieces of its text replaced; each piece stands in it exactly once."""
    text = SMALL
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the small fund"
        text = text.replace(old, new)
    return text


def saved(folder: Path, text: str | bytes, name: str = "fund.yaml") -> Path:
    """A file with that content, in folders that are made for it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(path: Path) -> tuple[Problem, ...]:
    """What is wrong with a file; there must be something."""
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    assert caught.value.problems
    assert "Traceback" not in str(caught.value)
    return caught.value.problems


def told(path: Path) -> list[str]:
    """The same as line:column field message, the file named only if it is another one."""
    return [
        f"{'' if problem.file == str(path) else Path(problem.file).name + ':'}"
        f"{problem.line}:{problem.column} {problem.field} {problem.message}"
        for problem in problems(path)
    ]
