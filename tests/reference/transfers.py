"""Instalments: which are due and released, and which of those the money at hand can pay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from tests.reference.chance_of_programmes import ChanceOfProgrammes
from tests.reference.earmarks import BackingOfClasses, Classes
from tests.reference.fund import Fund
from tests.reference.played import Played
from tests.reference.programme import Line, Programme
from tests.reference.reports import counts, last_report_due, overdue
from tests.reference.rounding import rounded


def payment_room(fund: Fund, eligible: Classes) -> int | Fraction | None:
    """What may still be paid from these classes of money."""
    return BackingOfClasses(fund.money).room(eligible, fund.payments())


def fits(amount: int, found: int | Fraction | None) -> bool:
    """Whether an amount is within a room."""
    return found is not None and amount <= found


def pay_instalments(fund: Fund, played: Played, chance: ChanceOfProgrammes, t: int) -> None:
    """Instalments due and released, oldest approval first, each whole or not at all."""
    fates: dict[str, set[str]] = defaultdict(set)
    for programme, line in in_order(fund):
        if line.due is not None and line.due <= t:
            due, number = line.due, line.paid + 1
            amount = programme.amount(line, number)
            fate = try_to_pay(fund, played, chance, programme, line, t)
            fates[programme.id].add(fate)
            if max(due, 0) == t:
                played.fell_due[programme.id, programme.lines.index(line), number] = t, fate, amount
    if any({"paid", "not_released"} <= each for each in fates.values()):
        played.features.add("part that is paid while another is not released")


def try_to_pay(fund: Fund, played: Played, chance: ChanceOfProgrammes, programme: Programme, line: Line, t: int) -> str:
    """Pay what is due of a line, or say why not."""
    amount = programme.amount(line, line.paid + 1)
    enough = reaches_threshold(fund, played, programme, line, t)
    late = [part.organisation for part in line.parts if overdue(fund, chance, programme, part, t)] if line.paid else []
    if not enough or late:
        played.note(t, "not_released", programme.id, amount, line.organisation)
        played.note(t, "instalments_not_released", programme.id, int(amount > 0))
        if enough:
            if len(late) < len(line.parts) and programme.terms.release.level == "every organisation":
                played.features.add("organisation that holds up the others")
            played.note(t, "held_up_by_reports", programme.id, amount)
            for organisation in late:
                played.note_part(t, "held_up_by_report", programme.id, amount, organisation)
        return "not_released"
    if not fits(amount, payment_room(fund, programme.eligible)):
        played.note(t, "waiting_for_cash", programme.id, amount, line.organisation)
        played.note(t, "instalments_waiting", programme.id, int(amount > 0))
        if amount <= fund.cash:
            played.features.add("instalment that waits for the cash of its earmarks")
        return "waiting"
    if programme.start is not None and not line.paid:
        played.features.add("part that starts after another")
    for organisation, cents in programme.pay(line, t).items():
        played.note(t, "transfers", programme.id, cents, organisation)
    return "paid"


def in_order(fund: Fund) -> Iterator[tuple[Programme, Line]]:
    """Lines of programmes that were awarded something, in the order in which they are paid."""
    awarded = [one for one in fund.programmes.values() if one.approved is not None]
    for programme in sorted(awarded, key=lambda one: (one.approved, one.id)):
        for line in programme.lines:
            yield programme, line


def reaches_threshold(fund: Fund, played: Played, programme: Programme, line: Line, t: int) -> bool:
    """Whether enough of the instalments before the next one is known to be spent, by those who must have spent it."""
    if not line.paid:
        return True
    r = last_report_due(fund, programme, t)
    threshold = programme.terms.instalments[line.paid].threshold.ratio
    last = programme.instalment(line.paid)
    before = programme.received_after(line.paid - 1)
    together = sum(counts(programme, part, r) for part in line.parts) >= before + rounded(threshold * last)
    each = [
        counts(programme, part, r) >= part.received - part.of(last) + rounded(threshold * part.of(last))
        for part in line.parts
    ]
    if programme.terms.release.level == "programme":
        if together and not all(each):
            played.features.add("organisation for which the others have spent enough")
        return together
    if together and any(each) and not all(each):
        played.features.add("organisation that holds up the others")
    return all(each)
