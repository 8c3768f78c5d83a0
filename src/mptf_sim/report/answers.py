"""The first page: what a Committee asks, answered in sentences with numbers and their errors."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mptf_sim.report import figure_data
from mptf_sim.report.documents_figure import balance_moves, of_next_meeting, reason_in_words
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
from mptf_sim.report.unspent_figure import unspent_data, unspent_finding, when
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

FORUM = 2030
"""The year of the review Forum to which delivery of what is announced is told, if the calendar reaches it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, the number that answers it, and the sentence around it."""

    question: str
    number: str
    sentence: str
    figure: str = ""
    """That shows it, by name."""


def answers(tables: RunTables) -> list[Answer]:
    """What the first page says, in the order in which it is asked."""
    found = {
        "frontier": _approvable, "documents": _documents, "instalments": _waiting, "next_quarters": _not_released, "fan": _cash,
        "unspent": _unspent, "sources_and_uses": _money, "funnel": _delivered, "deposits_by_donor": _donors, "coverage": _coverage,
        "gap_distribution": _gap,
    }  # fmt: skip
    told = [(answer(tables), figure) for figure, answer in found.items()]
    told += [(_expectations(tables), ""), (_evidence(tables), "")]
    return [replace(answer, figure=figure) for answer, figure in told if answer is not None]


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


def _documents(tables: RunTables) -> Answer | None:
    data, unit = of_next_meeting(tables), currency(tables)
    if data.empty:
        return None
    known, weight = names(tables, "programme"), data["chance_before"]
    given, asked = (float((weight * data[f"{name}_mean_cents"]).sum()) for name in ("award", "asked"))
    likely = data.sort_values(["chance_approved", "score_mean"], ascending=False, kind="stable").head(2)
    best = " and ".join(
        f"{shortened(known.get(row.programme, row.programme), 60)} on {share(row.chance_approved)}"
        for row in likely.itertuples()
    )
    sentence = (
        f"in {data['quarter'].iloc[0]} on average, {money(given, unit)} of {money(asked, unit)}; most often {best}."
    )
    refused = (weight * data["chance_main_reason"]).groupby(data["main_reason"]).sum().drop("", errors="ignore")
    if len(refused):
        sentence += f" The others are most often refused for: {reason_in_words(str(refused.idxmax()))}."
    moved, points = balance_moves(data)
    if moved:
        sentence += f" Balance moves {money(moved, unit)} and costs {points:.1f} points of score."
    approved = count(float((weight * data["chance_approved"]).sum()))
    return Answer("Which documents are approved next?", f"{approved} of {plural(len(data), 'document')}", sentence)


def _unspent(tables: RunTables) -> Answer | None:
    data, unit = unspent_data(tables), currency(tables)
    if data.empty:
        return None
    number, _, sentence = unspent_finding(tables).partition(" are unspent, ")
    if not sentence:
        return Answer("Why is money unspent?", money(0, unit), f"is unspent at the end of {when(tables)}.")
    beside = tables.unspent[
        (tables.unspent["quarter"] == when(tables)) & (tables.unspent["reason"] == "owed beyond cash")
    ]
    owed = float(beside["mean_cents"].iloc[0])
    more = f" A further {money(owed, unit)} are approved against money still to come." if owed else ""
    amount = number.removeprefix(f"At the end of {when(tables)} ")
    return Answer("Why is money unspent?", amount, f"are unspent at the end of {when(tables)}, {sentence}.{more}")


def _delivered(tables: RunTables) -> Answer | None:
    years = sorted({int(year) for year in tables.funnel["year"]})
    year = max([one for one in years if one <= FORUM] or years[:1])
    rows = tables.funnel[tables.funnel["year"] == year].set_index("account")
    announced, unit = float(rows.at["announced", "mean"]), currency(tables)
    if not announced:
        return None
    signed, deposited, moved, spent = (
        money(float(rows.at[name, "mean"]), unit) for name in ("signed", "deposits", "transfers", "direct_delivery")
    )
    low, high = (money(float(rows.at["direct_delivery", level]), unit) for level in ("p05", "p95"))
    return Answer(
        "What is announced, what reaches countries?",
        f"{spent} of {money(announced, unit)}",
        f"announced by the end of {year} are delivered directly by then ({low} to {high} on nine paths in ten), opening cash and "
        f"interest among them; {signed} are signed, {deposited} deposited, {moved} transferred.",
    )


def _donors(tables: RunTables) -> Answer | None:
    data = figure_data.deposits_by_donor_data(tables)
    if data.empty or not data["mean"].any():
        return None
    first, unit = data.iloc[0], currency(tables)
    name = shortened(names(tables, "donor").get(first["donor"], first["donor"]))
    return Answer(
        "On whom does income depend?",
        f"{name}, {share(float(first['share']))}",
        f"of deposits over the calendar; {money(first['p05'], unit)} to {money(first['p95'], unit)} on nine paths in ten. The three "
        f"largest of {plural(len(data), 'donor')} bring {share(float(data['share'].head(3).sum()))}.",
    )


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
