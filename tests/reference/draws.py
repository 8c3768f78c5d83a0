"""Draws of deals: money comes in by equal parts, each at the rate of its quarter, and is invested."""

from __future__ import annotations

from tests.reference.deals import Blending, Deal
from tests.reference.played import Played


def draw(played: Played, blending: Blending, deal: Deal, t: int) -> None:
    """Money comes in and is invested; with the last part the loans begin and the buy-down is paid."""
    facility = blending.facility_of(deal)
    if deal.closed is None or deal.last_draw is None or not deal.closed + deal.terms.draws.after <= t <= deal.last_draw:
        return
    matched = this_part(deal, deal.match)
    played.note(t, "matching_grants", deal.id, matched)
    planned, came = matched, drawn(played, deal, t)
    for _, _, amount in deal.layers():
        planned += this_part(deal, amount)
    invested = matched + sum(came.values())
    played.note(t, "deal_investment", deal.id, invested)
    played.note(t, "deal_delivery", deal.id, delivered(this_part(deal, deal.counted), invested, planned))
    if invested < planned:
        played.features.add("draw that falls short of the plan")
    deal.drawn += 1
    if t == deal.last_draw:
        begin(played, deal, t)
    if facility is not None:
        facility.cash -= matched + sum(came[id] for id, provider, _ in deal.layers() if provider == "facility")
        if t == deal.last_draw:
            facility.cash -= deal.buy_down


def this_part(deal: Deal, amount: int) -> int:
    """Of an amount, what comes with the next of its draws."""
    return deal.part(amount, deal.drawn + 1) - deal.part(amount, deal.drawn)


def drawn(played: Played, deal: Deal, t: int) -> dict[str, int]:
    """What each layer brings: a loan its part in its own currency, at the rate of this quarter."""
    came = {}
    for loan in deal.loans:
        own = this_part(deal, loan.own_face)
        came[loan.id] = loan.in_fund(own, t)
        if loan.worth is not None:
            played.own[t, f"{purse(loan.provider)}_draws", f"{deal.id} {loan.id}"] += own
    came |= {grant.id: this_part(deal, grant.amount) for grant in deal.grants}
    for id, provider, _ in deal.layers():
        played.note(t, f"{purse(provider)}_draws", f"{deal.id} {id}", came[id])
    return came


def delivered(counted: int, invested: int, planned: int) -> int:
    """Of what is counted: what a lower rate takes is missing, what a higher one adds counts for no need."""
    return counted if invested >= planned else round(counted * (invested / planned))


def begin(played: Played, deal: Deal, t: int) -> None:
    """With the last draw."""
    for loan in deal.loans:
        loan.begin()
        played.note(t, "loans_begun", f"{deal.id} {loan.id}", loan.out(t))
        if loan.worth is not None:
            played.own[t, "loans_begun", f"{deal.id} {loan.id}"] += loan.own_out
    deal.bought_down = True
    if deal.buy_down:
        played.note(t, "interest_buy_downs", f"{deal.id} {deal.support('interest_buy_down').layer}", deal.buy_down)


def purse(provider: str) -> str:
    """Whose money it is: the facility's, the private lenders' with the diaspora's, or public money."""
    if provider == "facility":
        return "facility"
    return "private" if provider in ("private", "diaspora") else "public"
