"""The fast engine against this one, where facilities and deals are concerned."""

from __future__ import annotations

from collections import defaultdict

from mptf_sim.books import DEAL_FIGURES, FACILITY_FIGURES, FINANCE_ACCOUNTS, LAYER_FIGURES, account
from mptf_sim.engine.replay import Replay
from mptf_sim.quantities import Quarter, Whole
from mptf_sim.scenario.scenario import Scenario
from tests.reference.difference import Difference
from tests.reference.played import Played

FLOWS = frozenset(one.name for one in FINANCE_ACCOUNTS if one.kind == "flow")


def differences_of_deals(scenario: Scenario, replayed: Replay, played: Played) -> list[Difference]:
    """Every flow of facilities, deals and layers, every account, what facilities hold in the end."""
    if not (scenario.facilities or scenario.deals):
        return []
    fast: dict[tuple[int, str, str], int] = defaultdict(int)
    for posting in replayed.postings:
        if posting.event in FLOWS:
            period = Quarter.read(posting.period).ordinal - scenario.calendar.start.ordinal
            fast[period, posting.event, posting.who] += posting.cents
    slow = {key: cents for key, cents in played.flows.items() if cents and key[1] in FLOWS}
    found = [
        Difference(*key, fast.get(key, 0), slow.get(key, 0))
        for key in fast.keys() | slow.keys()
        if fast.get(key, 0) != slow.get(key, 0)
    ]
    totals = played.totals()
    for one in FINANCE_ACCOUNTS:
        for t, cents in enumerate(account(replayed.books, one.name)[:, 0].tolist()):
            told = totals.get((t, one.name), 0) if one.kind == "flow" else played.stocks[t, one.name]
            if cents != told:
                found.append(Difference(t, one.name, "account", cents, told))
    return found + differences_of_own(scenario, replayed, played) + differences_of_ledgers(scenario, replayed, played)


def differences_of_own(scenario: Scenario, replayed: Replay, played: Played) -> list[Difference]:
    """What moves of loans in other currencies, in their own cents, where it is worth a cent of the fund's.

    What is worth less is not posted by the fast engine; a test by hand waits for that.
    """
    fast: dict[tuple[int, str, str], int] = defaultdict(int)
    for posting in replayed.postings:
        if posting.event in FLOWS and posting.currency:
            period = Quarter.read(posting.period).ordinal - scenario.calendar.start.ordinal
            fast[period, posting.event, posting.who] += posting.in_currency
    slow = {key: own for key, own in played.own.items() if own and played.flows[key]}
    return [
        Difference(t, f"{event} in its own currency", who, fast.get((t, event, who), 0), slow.get((t, event, who), 0))
        for t, event, who in fast.keys() | slow.keys()
        if fast.get((t, event, who), 0) != slow.get((t, event, who), 0)
    ]


OF_DEAL = {
    "closed": ("deals_closed",),
    "investment": ("deal_investment",),
    "finance": ("deal_finance",),
    "delivery": ("deal_delivery",),
    "losses": ("loan_losses",),
    "recoveries": ("recoveries",),
    "calls": ("guarantee_calls", "outside_calls"),
    "reimbursed": ("guarantee_reimbursed", "outside_reimbursed"),
    "premiums": ("guarantee_premiums", "outside_premiums"),
}
OF_LAYER = {
    "drawn": ("private_draws", "public_draws", "facility_draws"),
    "interest": ("lenders_interest", "facility_interest"),
    "principal": ("lenders_principal", "facility_principal"),
    "restored": ("lenders_restored", "facility_restored"),
    "losses": ("loan_losses",),
}
"""Flows that add up to a figure of a deal or of a layer; others bear the name of their flow."""


def differences_of_ledgers(scenario: Scenario, replayed: Replay, played: Played) -> list[Difference]:
    """Totals of the whole calendar of each facility, deal and layer, and what they end with."""
    last, books, found = scenario.calendar.periods - 1, replayed.books, []
    total: dict[tuple[str, str], int] = defaultdict(int)
    for (_, event, who), cents in played.flows.items():
        total[event, who] += cents

    def compare(table: Whole, row: int, figures: tuple[str, ...], who: str, told: dict[str, int]) -> None:
        for place, figure in enumerate(figures):
            fast = int(table[row, place, 0])
            if figure in told and fast != told[figure]:
                found.append(Difference(last, f"all {figure}", who, fast, told[figure]))

    deals = {deal.id: deal for deal in sorted(scenario.deals, key=lambda deal: deal.id)}
    of_facility: dict[str, set[str]] = {facility.id: {facility.id} for facility in scenario.facilities}
    layer_row = 0
    for row, deal in enumerate(deals.values()):
        layers = [layer.id for layer in deal.layers]
        whose = {deal.id, *(f"{deal.id} {layer}" for layer in layers)}
        if deal.facility:
            of_facility[deal.facility] |= whose
        of_deal = {
            figure: sum(total[event, who] for event in OF_DEAL.get(figure, (figure,)) for who in whose)
            for figure in DEAL_FIGURES
            if figure != "promised"
        }
        compare(books.deals, row, DEAL_FIGURES, deal.id, of_deal)
        for layer in layers:
            name = f"{deal.id} {layer}"
            of_layer = {figure: sum(total[event, name] for event in events) for figure, events in OF_LAYER.items()}
            compare(books.layers, layer_row, LAYER_FIGURES, name, of_layer)
            layer_row += 1
    for row, facility in enumerate(sorted(of_facility)):
        told = {figure: sum(total[figure, who] for who in of_facility[facility]) for figure in FACILITY_FIGURES}
        told |= {"cash": played.stocks[last, f"cash of {facility}"], "held": played.stocks[last, f"held by {facility}"]}
        compare(books.facilities, row, FACILITY_FIGURES, facility, told)
    return found
