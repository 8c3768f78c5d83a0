"""The first page: what a Committee asks, answered in sentences with numbers and their errors."""

from __future__ import annotations

from dataclasses import dataclass

from mptf_sim.report.lookup import (
    by_quarter,
    currency,
    first_meeting,
    fund_kpi,
    kpi,
    names,
    number_of_paths,
    quarters,
)
from mptf_sim.report.names import EVIDENCE
from mptf_sim.report.wording import (
    chance,
    count,
    money,
    money_with_error,
    one_in_twenty,
    plural,
    share,
    share_with_error,
    shortened,
)
from mptf_sim.runs.tables import RunTables


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, the number that answers it, and the sentence around it."""

    question: str
    number: str
    sentence: str


def answers(tables: RunTables) -> list[Answer]:
    """What the first page says, in the order in which it is asked."""
    found = [
        _approvable(tables), _waiting(tables), _not_released(tables), _coverage(tables), _gap(tables), _money(tables),
        _cash(tables), _expectations(tables), _evidence(tables),
    ]  # fmt: skip
    return [answer for answer in found if answer is not None]


def _approvable(tables: RunTables) -> Answer:
    question, unit, paths = (
        "How much can be approved at the first meeting?",
        currency(tables),
        number_of_paths(tables),
    )
    meeting, first = first_meeting(tables), fund_kpi(tables, "first_approvable")
    if meeting is None:
        return Answer(question, money(0, unit), "The Committee has no room to approve anything in any quarter.")
    least = one_in_twenty(
        paths,
        f"{money(first.p05, unit)} or less on one path in twenty",
        f"{money(first.p05, unit)} on the worst path",
    )
    policy = tables.manifest.get("funding_policy")
    sentence = f"is the mean in {meeting}{f' under the funding policy “{policy}”' if policy else ''}; {least}."
    cash_only = tables.frontier[tables.frontier["policy"] == "full cash"]
    if len(cash_only) and not bool(cash_only["own"].iloc[0]):
        sentence += f" Cash in hand alone would allow {money(cash_only['first_approvable_mean_cents'].iloc[0], unit)}."
    return Answer(question, money_with_error(first.mean, first.se, unit), sentence)


def _waiting(tables: RunTables) -> Answer:
    waits, most = (
        fund_kpi(tables, "chance_instalment_waits_for_cash"),
        fund_kpi(tables, "most_waiting_for_cash"),
    )
    unit, paths = currency(tables), number_of_paths(tables)
    sentence = f"have at least one approved and released instalment that waits for cash, {_calendar(tables)}."
    if most.mean > 0:
        sentence += (
            f" The most that ever waits at once is {money(most.mean, unit)} on average, "
            f"{money(most.es95, unit)} in the worst 5 % of paths."
        )
    return Answer("Will instalments wait for cash?", chance(waits.mean, waits.se, paths), sentence)


def _not_released(tables: RunTables) -> Answer:
    late, paths = fund_kpi(tables, "chance_instalment_not_released"), number_of_paths(tables)
    sentence = (
        "have at least one instalment that is due and not released, since too little of the one before is reported"
    )
    due = tables.obligations
    if len(due):
        falls_due = float(due["chance_due"].sum())
        kept, waits, unreleased = (
            float((due["chance_due"] * due[column]).sum()) / falls_due
            for column in ("chance_paid_in_time", "chance_waits_for_cash", "chance_not_released")
        )
        sentence += (
            f". Of {count(falls_due)} instalments expected to fall due within {plural(_ahead(tables), 'quarter')}, "
            f"{share(kept)} are paid in time, {share(waits)} wait for cash and {share(unreleased)} are not released"
        )
    return Answer("Will instalments be released in time?", chance(late.mean, late.se, paths), f"{sentence}.")


def _ahead(tables: RunTables) -> int:
    return min(8, len(quarters(tables)))


def _coverage(tables: RunTables) -> Answer:
    question, covered = "How much of the plans' needs is covered?", kpi(tables, "coverage")
    if covered is None:
        return Answer(question, "No needs", "No plan of this scenario has needs that fall due in the calendar.")
    funded = fund_kpi(tables, "funded_share")
    need = float(by_quarter(tables, "needs_due")["mean"].sum())
    plans = tables.kpis[(tables.kpis["metric"] == "coverage") & (tables.kpis["scope_kind"] == "plan")]
    known = names(tables, "plan")
    sentence = (
        f"of {money(need, currency(tables))} are delivered by {quarters(tables)[-1]}, by the fund and all other secured "
        f"sources; {share_with_error(funded.mean, funded.se)} have approved finance."
    )
    if len(plans) > 1:
        least, most = plans.loc[plans["mean"].idxmin()], plans.loc[plans["mean"].idxmax()]
        sentence += (
            f" Of {len(plans)} plans, {shortened(known.get(least['scope'], least['scope']))} reaches least with "
            f"{share(least['mean'])}, {shortened(known.get(most['scope'], most['scope']))} most with {share(most['mean'])}."
        )
    return Answer(question, share_with_error(covered.mean, covered.se), sentence)


def _gap(tables: RunTables) -> Answer:
    gap, undelivered, unit = (
        fund_kpi(tables, "funding_gap"),
        fund_kpi(tables, "delivery_gap"),
        currency(tables),
    )
    return Answer(
        "How large is the funding gap?",
        money_with_error(gap.mean, gap.se, unit),
        f"of needs have no approved finance by {quarters(tables)[-1]}; in the worst 5 % of paths "
        f"{money(gap.es95, unit)} on average. {money_with_error(undelivered.mean, undelivered.se, unit)} of needs are not delivered.",
    )


def _money(tables: RunTables) -> Answer:
    unit = currency(tables)
    given, approved, moved, spent = (
        money_with_error(found.mean, found.se, unit)
        for found in (fund_kpi(tables, name) for name in ("deposits", "approvals", "transfers", "direct_delivery"))
    )
    spread = fund_kpi(tables, "deposits")
    return Answer(
        "How much comes in, is approved and delivered?",
        given,
        f"are deposited {_calendar(tables)} ({money(spread.p05, unit)} to {money(spread.p95, unit)} on nine paths in ten). "
        f"{approved} are approved, {moved} transferred to organisations, and {spent} of direct cost delivered.",
    )


def _cash(tables: RunTables) -> Answer:
    unit, paths, lowest = currency(tables), number_of_paths(tables), fund_kpi(tables, "lowest_cash")
    bad = one_in_twenty(
        paths,
        f"{money(lowest.p05, unit)} or less on one path in twenty",
        f"{money(lowest.p05, unit)} at worst",
    )
    end = fund_kpi(tables, "closing_cash")
    return Answer(
        "How low does cash fall?",
        money_with_error(lowest.mean, lowest.se, unit),
        f"is the lowest quarter-end balance of a path on average, {bad}. At the end the fund holds "
        f"{money_with_error(end.mean, end.se, unit)}.",
    )


def _expectations(tables: RunTables) -> Answer | None:
    stated = tables.expectations
    if stated.empty:
        return None
    held = int(stated["holds"].sum())
    failed = [
        f"{row.metric.replace('_', ' ')} {row.plan} {row.bound} by {row.period}"
        for row in stated[~stated["holds"].astype(bool)].itertuples()
    ]
    tail = f" Not met: {'; '.join(' '.join(text.split()) for text in failed)}." if failed else ""
    return Answer(
        "Does the run meet what the scenario expects?",
        f"{held} of {len(stated)}",
        f"stated expectations hold.{tail}",
    )


def _evidence(tables: RunTables) -> Answer:
    kinds = tables.evidence["kind"].value_counts()
    total, soft = int(kinds.sum()), int(kinds.get("assumed", 0)) + int(kinds.get("unlabelled", 0))
    parts = [f"{int(kinds[kind]):,} {words}" for kind, words in EVIDENCE.items() if kind in kinds]
    return Answer(
        "What rests on assumptions?",
        share(soft / total if total else 0.0),
        f"of the scenario's {plural(total, 'number')} are assumed or without a label: {', '.join(parts)}. "
        "The errors shown here do not hold what an assumption may be wrong by.",
    )


def _calendar(tables: RunTables) -> str:
    played = quarters(tables)
    return f"in {played[0]}" if len(played) == 1 else f"from {played[0]} to {played[-1]}"
