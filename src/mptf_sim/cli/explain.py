"""mptf-sim explain: why is this number so?"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from mptf_sim.cli.options import whole_number

if TYPE_CHECKING:
    from mptf_sim.analysis.explanation.behind import Behind
    from mptf_sim.analysis.explanation.explain import Explanation
    from mptf_sim.analysis.explanation.figure import Part
    from mptf_sim.analysis.explanation.story import Event


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", help="run folder, such as runs/baseline")
    parser.add_argument("--metric", required=True, metavar="NAME", help="of kpis.csv or timeline.parquet")
    parser.add_argument("--plan", metavar="ID", help="of one national plan (the whole fund)")
    parser.add_argument("--period", metavar="WHEN", help="2030-Q4, 2030, 'to 2030-Q4' (the whole calendar)")
    parser.add_argument("--path", type=whole_number, metavar="N", help="this path, from 0")
    parser.add_argument("--percentile", type=float, metavar="P", help="the path of this percentile (50)")
    parser.add_argument("--json", action="store_true", help="everything, every posting listed")


def main(chosen: argparse.Namespace) -> int:
    """Play one path again and tell what its figure is made of."""
    from mptf_sim.analysis.explanation.explain import explain
    from mptf_sim.cli import FINE

    found = explain(chosen.run, chosen.metric, chosen.plan, chosen.period, chosen.path, chosen.percentile)
    if chosen.json:
        print(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
    else:
        print("\n".join(in_words(found)))
    return FINE


_NAMED = ("donors", "plans", "programmes", "facilities", "deals")


def in_words(found: Explanation) -> list[str]:
    """The explanation as lines: the figure, the paths behind it, how it came about, what it adds up."""
    names = {one.id: one.name for part in _NAMED for one in getattr(found.scenario, part)}
    words = Words(names, found.scenario.fund.currency)
    lines = [_headline(found, words)]
    if found.behind is not None:
        lines += ["", *_behind(found.behind, words)]
    lines += ["", "How it came about (lines are those of scenario.yaml in the run folder)"]
    lines += [f"  {_told(event, words)}" for event in found.events] or ["  nothing happened"]
    return [*lines, "", "What it adds up", *_sum(found, words)]


class Words:
    """Money and names as they are said."""

    def __init__(self, names: dict[str, str], currency: str) -> None:
        self.names, self.currency = names, currency

    def money(self, cents: float) -> str:
        whole = round(cents)
        sign = "-" if whole < 0 else ""
        return f"{sign}{self.currency} {abs(whole) // 100:,}.{abs(whole) % 100:02d}"

    def who(self, id: str) -> str:
        name = self.names.get(id.partition(" ")[0], "")
        return f"{id} ({name})" if name and name != id else id


def _headline(found: Explanation, words: Words) -> str:
    figure = found.figure
    chosen = "" if found.percentile is None else f", the path of percentile {found.percentile:g}"
    of = f" of {words.who(figure.plan)}" if figure.plan else ""
    where = f"{figure.metric}{of}, {found.period}, on path {found.path}{chosen}: "
    if figure.counts:
        counted = "deal" if figure.metric.startswith("deals_") else "posting"
        return where + f"{figure.amount} {counted}{'s' * (figure.amount != 1)}"
    if figure.whole is None:
        return where + words.money(figure.amount)
    share = "no share, since it would be of nothing" if figure.value != figure.value else f"{figure.value:.4%}"
    return where + f"{share} = {words.money(figure.amount)} of {words.money(figure.whole)}"


def _behind(behind: Behind, words: Words) -> list[str]:
    first = ", ".join(str(path) for path in behind.paths[:10]) + (" ..." if len(behind.paths) > 10 else "")
    lines = [
        f"Paths behind it: {len(behind.paths):,} of {behind.of:,} ({behind.share:.2%} +- {behind.error:.2%}): {behind.what}",
        f"  paths {first}" if behind.paths else "  no path",
    ]
    for trait in behind.traits:
        amounts = f"{trait.here:,.1f} against {trait.elsewhere:,.1f}"
        if not trait.metric.startswith(("instalment", "programmes", "chance", "deals")):
            amounts = f"{words.money(trait.here)} against {words.money(trait.elsewhere)}"
        side = "more" if trait.apart > 0 else "less"
        lines.append(f"  in common: {side} {trait.metric}, {amounts} on the others ({trait.apart:+.1f} deviations)")
    return lines


_SAID = {
    "needs_due": "needs of {who} came due: {money}",
    "deposits": "deposits{of}: {money}",
    "executed_finance": "other secured finance spent for {who}: {money}",
    "refunds": "{who} returned what it had not spent: {money}",
    "lapsed_needs": "needs of {who} lapsed: {money}",
    "approvals": "the Committee approved {who}: {money}",
    "refused": "the Committee did not approve {who}: {bound}, {short} short of {money}",
    "transfers": "transferred to {who}: {money}",
    "waiting_for_cash": "an instalment of {who} over {money} waited for cash: {bound} was {short} short",
    "not_released": "an instalment of {who} over {money} was not released: {bound} was {short} short",
    "direct_delivery": "{who} delivered {money} of direct cost",
    "cancelled_awards": "{who} closed; {money} of its award was cancelled",
    "deals_closed": "{who} closed",
    "deals_lapsed": "{who} lapsed: it never closes",
    "debt_reduced": "a debt rule made the loans of {who} smaller by {money}",
    "debt_deferred": "a debt rule held back {who}, with loans of {money}",
    "deal_finance": "{who} met needs of its plan: {money}",
    "deal_delivery": "{who} drew and invested for needs of its plan: {money}",
    "deal_investment": "{who} invested {money}",
    "private_draws": "private lenders paid into {who}: {money}",
    "public_draws": "public lenders and budgets paid into {who}: {money}",
    "facility_draws": "the facility paid into {who}: {money}",
    "loans_begun": "{who} began to run: {money}",
    "loan_losses": "{who} lost to defaults: {money}",
    "recoveries": "{who} recovered of earlier defaults: {money}",
    "calls_made": "claimed on the guarantee of {who}, to be paid a quarter later: {money}",
    "guarantee_calls": "the facility paid on the guarantee of {who}: {money}",
    "outside_calls": "the outside guarantor paid on the guarantee of {who}: {money}",
    "loan_exchange_difference": "the currency of {who} moved, and with it what is outstanding: {money}",
    "lenders_interest": "lenders of {who} received interest: {money}",
    "lenders_principal": "lenders of {who} received principal: {money}",
    "lenders_restored": "lenders of {who} had losses made good: {money}",
    "facility_interest": "the facility received interest of {who}: {money}",
    "facility_principal": "the facility received principal of {who}: {money}",
    "facility_restored": "the facility had losses of {who} made good: {money}",
    "guarantee_reimbursed": "the facility recovered what it had paid on the guarantee of {who}: {money}",
    "outside_reimbursed": "the outside guarantor recovered what it had paid on the guarantee of {who}: {money}",
    "facility_grants": "{who} received from the programme that fills it: {money}",
    "facility_refunds": "{who} returned to the fund: {money}",
}


def _told(event: Event, words: Words) -> str:
    when = event.first if event.first == event.last else f"{event.first} to {event.last}"
    said = _SAID.get(event.kind, event.kind.replace("_", " ") + "{of}: {money}")
    who = words.who(event.who)
    text = said.format(
        who=who, of=f" of {who}" if event.who else " of the fund", money=words.money(event.cents), bound=event.bound,
        short=words.money(event.short),
    )  # fmt: skip
    return f"{when:<20} {text}" + (f"  [line {event.line}]" if event.line else "")


def _sum(found: Explanation, words: Words) -> list[str]:
    """The postings of a figure by event and entity; they add up to it exactly."""
    from mptf_sim.analysis.explanation.figure import told_as

    figure = found.figure
    lines = []
    for title, parts, opening in (("", figure.parts, figure.opening), ("of", figure.over, 0)):
        if parts is None:
            continue
        rows: dict[tuple[str, str], list[Part]] = {}
        for part in parts:
            rows.setdefault((part.posting.event, told_as(part.posting)), []).append(part)
        shown = [("in the books at the start", 0, opening)] if opening else []
        shown += [
            (_who_did(event, who, together, words), len(together), sum(one.adds for one in together))
            for (event, who), together in sorted(rows.items())
        ]
        total = opening + sum(part.adds for part in parts)
        if title:
            lines.append("  as a share of")
        for text, count, amount in [*shown, ("= the figure" if not title else "= the whole", len(parts), total)]:
            value = str(amount) if figure.counts and not title else words.money(amount)
            lines.append(f"  {value:>24}  {text}" + (f"  ({count} postings)" if count > 1 else ""))
    return lines


def _who_did(event: str, who: str, together: list[Part], words: Words) -> str:
    """What was posted and of whom; of loans in another currency also what they moved there."""
    from mptf_sim.analysis.explanation.metrics import OF_DEALS

    text = f"{event.replace('_', ' ')} {words.who(who)}".rstrip()[:90]
    currency, own = together[0].posting.currency, sum(one.posting.in_currency for one in together)
    if event in OF_DEALS and currency and own:
        text += f", {Words({}, currency).money(own)} in its own currency"
    return text
