"""A comparison as lines on a terminal: what differs, by how much, how sure, and which programmes feel it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from mptf_sim.analysis.comparison.differences import BEYOND, FEW, SAME, WITHIN
from mptf_sim.analysis.comparison.programmes import LOSSES
from mptf_sim.report.names import metric_name
from mptf_sim.report.wording import shortened

if TYPE_CHECKING:
    from mptf_sim.analysis.comparison.compare import Comparison

MORE_THAN_NOISE = {BEYOND: "yes", WITHIN: "no", SAME: "same", FEW: "too few"}
MOST_PROGRAMMES, MOST_PLANS = 15, 5
WORTH_NAMING = 0.05
"""Chance from which a programme's stop or slip is named on the terminal; the tables have all."""

ATTRIBUTED = ("deposits", "approvals", "transfers", "direct_delivery")
"""Amounts whose steps are shown on the terminal; the tables have all."""


def in_words(found: Comparison) -> list[str]:
    """Everything worth reading at once; `--out` and `--json` have every row."""
    lines = []
    for name in found.runs:
        if name != found.against:
            lines += ["", *_run(found, name)]
    if found.attribution is not None:
        lines += ["", *_attribution(found, found.attribution)]
    return lines[1:]


def _run(found: Comparison, name: str) -> Iterator[str]:
    rows = found.differences[found.differences["run"] == name]
    yield f"{name} against {found.against}: {found.paths:,} futures, the same for both (seed {found.seed})"
    fund = rows[rows["scope_kind"] == "fund"]
    yield from ("", *_table(fund, found, name), "", *_legend(fund))
    yield from _plans(rows[rows["scope_kind"] == "plan"], name)
    yield from _programmes(found, name)
    yield from _surprises(found, name)
    yield from _not_shared(found, name)


def _table(rows: pd.DataFrame, found: Comparison, name: str) -> Iterator[str]:
    """Figures of the fund: both means, the difference and its range, and whether it is more than noise."""
    wide = max(12, len(found.against), len(name)) + 1
    title = f"Means; money in {found.currency} million"
    yield f"  {title:<58}{found.against:>{wide}}{name:>{wide}}{'difference':>12}  {'95 % range':<19} more than noise?"
    for _, row in rows.iterrows():
        unit = row["unit"]
        if not (row["mean_against"] or row["mean"]):
            continue
        low, high = (_number(row[side], unit, signed=True) for side in ("low", "high"))
        span = "" if row["verdict"] == SAME or math.isnan(row["low"]) else f"{low} to {high}"
        difference = _number(row["difference"], unit, signed=True) if row["verdict"] != SAME else "0"
        means = "".join(f"{_number(row[one], unit):>{wide}}" for one in ("mean_against", "mean"))
        verdict = MORE_THAN_NOISE.get(row["verdict"], "?")
        yield f"  {shortened(metric_name(row['metric']), 57):<58}{means}{difference:>12}  {span:<19} {verdict}"


def _legend(rows: pd.DataFrame) -> Iterator[str]:
    verdicts = set(rows["verdict"])
    yield "  Differences are taken future by future, so most of chance cancels; the range is where the true mean difference"
    yield "  lies with 95 %. yes: zero is outside it. no: it may be zero. same: equal in every future. Shares differ in points."
    if FEW in verdicts:
        yield "  too few: fewer than ten futures differ; more --paths would tell."


def _plans(rows: pd.DataFrame, name: str) -> Iterator[str]:
    """Plans whose coverage moves most."""
    covered = rows[(rows["metric"] == "coverage") & (rows["verdict"] == BEYOND)]
    total = int((rows["metric"] == "coverage").sum())
    if not total:
        return
    down, up = int((covered["difference"] < 0).sum()), int((covered["difference"] > 0).sum())
    yield ""
    yield f"  Plans: of {total}, the share of needs delivered falls in {down}, rises in {up}, beyond the noise."
    moved = covered.reindex(covered["difference"].abs().sort_values(ascending=False, kind="stable").index)
    for _, row in moved.head(MOST_PLANS).iterrows():
        points = _number(row["difference"], "share", signed=True)
        yield (
            f"    {row['scope']:<8} {100 * row['mean_against']:5.1f} % to {100 * row['mean']:5.1f} %  "
            f"({points} points, +- {100 * 2 * row['se']:.2f})"
        )


def _programmes(found: Comparison, name: str) -> Iterator[str]:
    """Programmes that most likely stop or slip, by name and quarter."""
    rows = found.programmes[(found.programmes["run"] == name) & found.programmes["event"].isin(LOSSES)]
    rows = rows[rows["chance"] >= WORTH_NAMING]
    yield ""
    if rows.empty:
        yield f"  No programme stops or slips in {100 * WORTH_NAMING:.0f} % of futures or more."
        return
    of_paths = int(rows.iloc[0]["of_paths"])
    yield f"  Programmes that stop or slip in {name}, those that lose most first (of {of_paths:,} futures):"
    there, here = (shortened(one, 18) for one in (found.against, name))
    yield f"  {'chance':>8}  {'programme':<46} {'what happens':<15} {there:<18} {here:<18} {'transfers, M':>12}"
    for _, row in rows.head(MOST_PROGRAMMES).iterrows():
        lost = _number(row["transfers_difference_mean_cents"], "cents", signed=True)
        when = "" if row["event"] == "smaller award" else row["quarter"] or "never"
        what = row["event"] + (f" {row['delay_quarters']:.0f} q" if row["event"] == "slips" else "")
        yield (
            f"  {100 * row['chance']:6.0f} %  {shortened(row['name'], 45):<46} {what:<15} "
            f"{row['quarter_against']:<18} {when:<18} {lost:>12}"
        )
    more = len(rows) - MOST_PROGRAMMES
    if more > 0:
        yield f"  ... and {more} more lines; --out has all of them."
    yield "  Quarters are those of the middle one of these futures; transfers are the mean over all futures."


def _surprises(found: Comparison, name: str) -> Iterator[str]:
    rows = found.surprises[found.surprises["run"] == name]
    if rows.empty:
        return
    yield ""
    yield "  Against expectation (docs/monotonicity.md says why this need not be an error):"
    for _, row in rows.iterrows():
        yield f"    {row['line']}  {row['sentence']}: {100 * row['chance']:.1f} % of futures"


def _not_shared(found: Comparison, name: str) -> Iterator[str]:
    rows = found.not_shared[found.not_shared["run"] == name]
    for (kind, only_in), ids in rows.groupby(["scope_kind", "only_in"])["scope"]:
        yield ""
        listed = ", ".join(ids.head(10)) + (f" and {len(ids) - 10} more" if len(ids) > 10 else "")
        yield f"  Not compared, since only {only_in} has them: {kind}s {listed}"


def _attribution(found: Comparison, table: pd.DataFrame) -> Iterator[str]:
    """What each change moves, in order; the steps add up."""
    if table.empty:
        yield "  The two files differ in words alone: there is nothing to attribute."
        return
    shown = [metric for metric in ATTRIBUTED if metric in set(table["metric"])]
    yield f"What each change moves, {found.currency} million (mean, +- two standard errors), made in this order:"
    yield "  " + " " * 4 + "".join(f"{metric_name(metric).split(':')[0][:24]:>26}" for metric in shown)
    cells = table.set_index(["step", "metric"])
    for step, change in table[["step", "change"]].drop_duplicates().itertuples(index=False):
        yield f"  {step}. {change}"
        yield "      " + "".join(f"{_moved(cells.loc[(step, metric)]):>26}" for metric in shown)
    total = table.groupby("metric")["difference"].sum()
    yield "  = the whole difference"
    yield "      " + "".join(f"{_number(total[metric], 'cents', signed=True):>26}" for metric in shown)
    yield "  In another order a change may move more or less, since changes act on one another."


def _moved(row: Any) -> str:
    if row["verdict"] == SAME:
        return "0"
    return f"{_number(row['difference'], 'cents', signed=True)} +- {2 * row['se'] / 1e8:.2f}"


def _number(value: float, unit: str, signed: bool = False) -> str:
    """Millions, percent (differences: points) or a count, to two digits after the point."""
    if math.isnan(value):
        return "unknown"
    scale, decimals = {"cents": (1e-8, 2), "share": (100.0, 2), "probability": (100.0, 1)}.get(unit, (1.0, 2))
    text = f"{value * scale:{'+' if signed else ''},.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("+-")
    return f"{text} %" if unit in ("share", "probability") and not signed else text
