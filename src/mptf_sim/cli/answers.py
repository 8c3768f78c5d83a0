"""The short table a run prints: what it found, and how sure it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from mptf_sim.runs.tables import RunTables


def print_answers(tables: RunTables, folder: Path) -> None:
    """Cash, approvals, coverage, the two chances, and where the report lies."""
    manifest = tables.manifest
    kpis = tables.kpis[tables.kpis["scope_kind"] == "fund"].set_index("metric")
    currency = manifest["currency"]
    print(f"\n{manifest['scenario']}: {manifest['paths']:,} paths, seed {manifest['seed']}")
    for words, metric in (
        ("Approvable at the first meeting", "first_approvable"),
        ("Deposits", "deposits"),
        ("Approvals", "approvals"),
        ("Transfers", "transfers"),
        ("Cash at the end", "closing_cash"),
        ("Lowest cash", "lowest_cash"),
        ("Delivery gap of plans at the end", "delivery_gap"),
    ):
        print(f"  {words:<44} {_money(kpis.loc[metric], currency)}")
    if "coverage" in kpis.index:
        print(f"  {'Needs of plans delivered':<44} {_share(kpis.loc['coverage'])}")
    for words, metric in (
        ("Chance that an instalment waits for cash", "chance_instalment_waits_for_cash"),
        ("Chance that an instalment is not released", "chance_instalment_not_released"),
    ):
        row = kpis.loc[metric]
        print(f"  {words:<44} {row['mean']:6.1%}  +- {row['se']:.1%}")
    for _, expected in tables.expectations.iterrows():
        what = f"{expected['metric']} {expected['plan']} {expected['period']} {expected['bound']}".replace("  ", " ")
        verdict = "holds" if expected["holds"] else "DOES NOT HOLD"
        print(
            f"  expected: {what}: {expected['probability']:.1%}, asked {expected['asked_probability']:.0%}: {verdict}"
        )
    print(f"  {sum(manifest['checks'].values()):,} invariants held; result {manifest['result_digest'][:16]}")
    print(f"\nReport: {folder / 'report.html'}")


def _money(row: pd.Series, currency: str) -> str:
    mean, error, low, high = (row[name] / 100e6 for name in ("mean", "se", "p05", "p95"))
    return f"{currency} {mean:8.2f} M  +- {error:.2f}   (P5 {low:.2f}, P95 {high:.2f})"


def _share(row: pd.Series) -> str:
    return f"{row['mean']:6.1%}  +- {row['se']:.2%}   (P5 {row['p05']:.1%}, P95 {row['p95']:.1%})"
