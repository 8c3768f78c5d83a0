"""Step 10 of a period: facilities receive, loans are served or lost, deals close and are drawn."""

from __future__ import annotations

from dataclasses import replace

from tests.reference.chance_of_deals import share_in_default, threshold
from tests.reference.deals import Blending, Deal, Facility
from tests.reference.debt import headroom, reduced
from tests.reference.draws import draw
from tests.reference.fund import Fund
from tests.reference.loans import lose, principal_paid, restore
from tests.reference.played import Played
from tests.reference.rounding import rounded


def blend(fund: Fund, played: Played, blending: Blending, t: int) -> None:
    """All of it, in the order of the document."""
    for facility in blending.facilities.values():
        receive(fund, played, blending, facility, t)
    for deal in blending.deals.values():
        if deal.last_draw is not None and deal.last_draw < t:
            serve(played, blending, deal, t)
    for deal in blending.deals.values():
        pay_for_results(played, blending, deal, t)
    for deal in blending.deals.values():
        assist(fund, played, blending, deal, t)
    for deal in blending.deals.values():
        close(fund, played, blending, deal, t)
    for deal in blending.deals.values():
        draw(played, blending, deal, t)
    for facility in blending.facilities.values():
        wind_up(fund, blending, facility, t)
    close_books_of_deals(played, blending, t)


def receive_facility_refunds(fund: Fund, played: Played, blending: Blending, t: int) -> None:
    """What facilities gave up in the quarter before reaches the fund (step 4)."""
    for facility in blending.facilities.values():
        fund.programmes[facility.terms.programme].returned += facility.returning
        played.note(t, "facility_refunds", facility.id, facility.returning)
        facility.cash -= facility.returning
        facility.returning = 0


def receive(fund: Fund, played: Played, blending: Blending, facility: Facility, t: int) -> None:
    """The holder's fee, then what the holder delivered of its programme in this quarter."""
    fee = min(rounded(facility.terms.fee.ratio * facility.cash / 4), blending.free(facility))
    delivered = played.parts.get((t, "direct_delivery", facility.terms.programme, facility.terms.holder), 0)
    if len(fund.programmes[facility.terms.programme].parts) == 1:
        delivered = played.flows.get((t, "direct_delivery", facility.terms.programme), 0)
    facility.cash += delivered - fee
    played.note(t, "facility_fees", facility.id, fee)
    played.note(t, "facility_grants", facility.id, delivered)


def pay_lenders(played: Played, blending: Blending, deal: Deal, what: str, amounts: dict[str, int], t: int) -> None:
    """Interest, principal and restored money: a reflow where the facility is the lender."""
    facility = blending.facility_of(deal)
    for loan in deal.loans:
        amount, lender = amounts[loan.id], "lenders"
        if loan.provider == "facility" and facility is not None:
            lender = "facility"
            facility.receive_reflow(amount)
        played.note(t, f"{lender}_{what}", f"{deal.id} {loan.id}", amount)


def pay_guarantor(played: Played, blending: Blending, deal: Deal, what: str, amount: int, t: int) -> None:
    """Premiums and recoveries of the guarantor: a reflow where it is the facility."""
    facility, guarantor = blending.facility_of(deal), "outside"
    if deal.guarantee is not None and deal.guarantee.by_facility and facility is not None:
        guarantor = "guarantee"
        facility.receive_reflow(amount)
    played.note(t, f"{guarantor}_{what}", deal.id, amount)


def serve(played: Played, blending: Blending, deal: Deal, t: int) -> None:
    """Loans of a deal after the last draw: calls, recoveries, defaults, service, the end of a guarantee."""
    assert deal.last_draw is not None
    before = {loan.id: replace(loan) for loan in deal.loans}
    pay_calls(played, blending, deal, t)
    recover(played, blending, deal, t)
    for loan in deal.loans:
        loan.follow_restored(before[loan.id].lost)
    lost = default(played, deal, t)
    claim(played, deal, lost, t)
    standing = {loan.id: replace(loan) for loan in deal.loans}
    due = {loan.id: loan.interest(t) for loan in deal.loans}
    played.note(t, "borrowers_interest", deal.id, sum(due.values()))
    pay_lenders(played, blending, deal, "interest", due, t)
    paid = principal_paid(deal.loans, t - deal.last_draw, t)
    played.note(t, "borrowers_principal", deal.id, sum(paid.values()))
    pay_lenders(played, blending, deal, "principal", paid, t)
    pay_premium(played, blending, deal, t)
    guarantee = deal.guarantee
    if guarantee and not deal.outstanding(t) and not guarantee.owed:
        guarantee.ended = True
    for loan in deal.loans:
        if loan.worth is not None:
            who = f"{deal.id} {loan.id}"
            moved = loan.out(t) - before[loan.id].out(t - 1) + lost[loan.id] + paid[loan.id]
            played.note(t, "loan_exchange_difference", who, moved)
            played.own[t, "loan_losses", who] += before[loan.id].own_out - standing[loan.id].own_out
            played.own[t, "lenders_interest", who] += standing[loan.id].own_interest
            played.own[t, "lenders_principal", who] += standing[loan.id].own_out - loan.own_out


def pay_calls(played: Played, blending: Blending, deal: Deal, t: int) -> None:
    """Calls of the quarter before: they restore the covered layer, or the loans, senior first."""
    guarantee, facility = deal.guarantee, blending.facility_of(deal)
    if guarantee is None or not guarantee.owed:
        return
    call = guarantee.owed
    guarantee.paid += call
    played.note(t, "guarantee_calls" if guarantee.by_facility else "outside_calls", deal.id, call)
    if guarantee.by_facility and facility is not None:
        facility.cash -= call
        played.features.add("call on a facility")
    covered = [loan for loan in deal.loans if not guarantee.covers_one_layer or loan.id == guarantee.terms.layer]
    restored = dict.fromkeys((loan.id for loan in deal.loans), 0) | restore(covered, call)
    pay_lenders(played, blending, deal, "restored", restored, t)


def recover(played: Played, blending: Blending, deal: Deal, t: int) -> None:
    """Recoveries are shared by the guarantor, as far as it paid, and by those who lost."""
    coming, guarantee, to_guarantor = deal.recoveries.pop(t, 0), deal.guarantee, 0
    if not coming:
        return
    if guarantee and guarantee.paid:
        to_guarantor = min(round(coming * (guarantee.paid / deal.losses)), guarantee.paid - guarantee.got_back)
    to_loans = min(coming - to_guarantor, sum(loan.lost for loan in deal.loans))
    to_guarantor = coming - to_loans
    played.note(t, "recoveries", deal.id, coming)
    pay_lenders(played, blending, deal, "restored", restore(deal.loans, to_loans), t)
    if to_guarantor:
        assert guarantee is not None
        guarantee.got_back += to_guarantor
        played.features.add("recovery of a guarantor")
        pay_guarantor(played, blending, deal, "reimbursed", to_guarantor, t)


def default(played: Played, deal: Deal, t: int) -> dict[str, int]:
    """Obligors default one by one, or a share of a granular pool does; what each loan loses."""
    drawn, borrower = deal.last_draw, deal.terms.borrower
    if drawn is None or borrower is None:
        return {}
    loss, recovered = 0, 0
    terms = borrower.recovery
    if borrower.kind == "granular_pool":
        before, now = (share_in_default(deal.terms, deal.chance, drawn, u) for u in (t - 1, t))
        if before < 1.0:
            loss = round(deal.outstanding(t) * ((now - before) / (1.0 - before)))
        recovered = round(loss * (terms.low + (terms.high - terms.low) * terms.chance))
    else:
        owed, most = deal.outstanding(t), threshold(deal.chance, drawn, t)
        while deal.alive and deal.chance.places[deal.defaults] <= most:
            one = round((owed - loss) / deal.alive)
            loss += one
            recovered += round(one * (terms.high if deal.chance.recovers_well[deal.defaults] else terms.low))
            deal.alive -= 1
            deal.defaults += 1
            played.features.add("default")
    deal.losses += loss
    deal.recoveries[t + terms.after] = deal.recoveries.get(t + terms.after, 0) + recovered
    lost = lose(deal.loans, loss, t)
    for id, amount in lost.items():
        played.note(t, "loan_losses", f"{deal.id} {id}", amount)
    return lost


def claim(played: Played, deal: Deal, lost: dict[str, int], t: int) -> None:
    """What the guarantor is asked for, within what is left of its limit."""
    guarantee = deal.guarantee
    if guarantee is None or guarantee.ended:
        return
    covered = lost[guarantee.terms.layer] if guarantee.covers_one_layer else sum(lost.values())
    asked = min(rounded(guarantee.terms.coverage.ratio * covered), guarantee.left)
    guarantee.claimed += asked
    played.note(t, "calls_made", deal.id, asked)
    if covered and not guarantee.left:
        played.features.add("limit of a guarantee reached")


def pay_premium(played: Played, blending: Blending, deal: Deal, t: int) -> None:
    """Yearly, on what is covered and outstanding, or on what is left of the limit."""
    guarantee = deal.guarantee
    if guarantee is None or guarantee.ended or not deal.outstanding(t):
        return
    terms = guarantee.terms
    if guarantee.covers_one_layer:
        out = next(loan.out(t) for loan in deal.loans if loan.id == terms.layer)
        premium = rounded(terms.premium.ratio * terms.coverage.ratio * out / 4)
    else:
        premium = rounded(terms.premium.ratio * guarantee.left / 4)
    played.note(t, "borrowers_premiums", deal.id, premium)
    pay_guarantor(played, blending, deal, "premiums", premium, t)


def pay_for_results(played: Played, blending: Blending, deal: Deal, t: int) -> None:
    """The share of the cap that was achieved, some quarters after the last draw."""
    terms, facility = deal.support("results_based_payment"), blending.facility_of(deal)
    if terms is None or facility is None or deal.last_draw is None or t != deal.last_draw + terms.after:
        return
    achieved = min(max(terms.achieved + terms.spread * deal.chance.results, 0.0), 1.0)
    paid = round(terms.cap * achieved)
    facility.cash -= paid
    deal.paid_for_results = True
    played.note(t, "results_payments", deal.id, paid)


def is_open(fund: Fund, facility: Facility, t: int) -> bool:
    """Before it closes, and once its preparation has closed operationally."""
    terms = facility.terms
    if terms.closes is not None and fund.start + t >= terms.closes.ordinal:
        return False
    return terms.preparation is None or fund.programmes[terms.preparation].closed is not None


def assist(fund: Fund, played: Played, blending: Blending, deal: Deal, t: int) -> None:
    """Technical assistance is paid whole, as soon as there is money for it, while the deal waits."""
    terms, facility = deal.support("technical_assistance"), blending.facility_of(deal)
    if terms is None or facility is None or deal.assisted or not deal.waits:
        return
    if t >= deal.expected - terms.before and is_open(fund, facility, t) and terms.amount <= blending.free(facility):
        facility.cash -= terms.amount
        deal.assisted = True
        played.note(t, "technical_assistance", deal.id, terms.amount)


def close(fund: Fund, played: Played, blending: Blending, deal: Deal, t: int) -> None:
    """A deal that waits closes if chance, its facility, the debt rule and money let it; in the end it lapses."""
    if not deal.waits or t < deal.expected:
        return
    if signs(deal) and may_close(fund, played, blending, deal, t):
        deal.closed = t
        for loan in deal.loans:
            loan.own_face = loan.in_own(loan.face, t)
        if deal.guarantee:
            deal.guarantee.limit = deal.limit
        need = (deal.terms.plan, deal.terms.window)
        deal.counted = min(deal.investment, max(fund.unmet[need], 0))
        fund.unmet[need] -= deal.counted
        played.note(t, "deal_finance", deal.id, deal.counted)
        played.note(t, "deals_closed", deal.id, 1)
    elif t >= deal.expected + deal.terms.close.waits:
        deal.lapsed = True
        played.note(t, "deals_lapsed", deal.id, 1)


def signs(deal: Deal) -> bool:
    """Whether chance lets it close: better with technical assistance."""
    chance, assistance = deal.terms.close.chance, deal.support("technical_assistance")
    if assistance is not None and deal.assisted:
        chance = chance + assistance.raises_chance * (1 - chance)
    return bool(deal.chance.close < chance)


def may_close(fund: Fund, played: Played, blending: Blending, deal: Deal, t: int) -> bool:
    """Whether its facility is open, the debt rule allows its loans, maybe reduced, and the facility can hold its part."""
    facility, faces = blending.facility_of(deal), None
    room = headroom(fund, blending, deal, t)
    if room is not None and room < deal.face:
        faces = reduced(fund, deal, room)
        if faces is None:
            played.note(t, "debt_deferred", deal.id, deal.face)
            played.features.add("deal deferred by a debt rule")
            return False
    if facility is not None and not is_open(fund, facility, t):
        return False
    stated = [loan.face for loan in deal.loans]
    for loan, face in zip(deal.loans, faces or stated, strict=True):
        loan.face = face
    if facility is not None and blending.free(facility) < deal.asks_to_hold():
        for loan, face in zip(deal.loans, stated, strict=True):
            loan.face = face
        played.features.add("deal that waits for its facility's money")
        return False
    if faces is not None:
        played.note(t, "debt_reduced", deal.id, sum(stated) - deal.face)
        played.features.add("deal reduced by a debt rule")
    return True


def wind_up(fund: Fund, blending: Blending, facility: Facility, t: int) -> None:
    """Once it closes, what no deal holds goes back to the fund."""
    closes = facility.terms.closes
    if closes is not None and fund.start + t >= closes.ordinal:
        facility.returning = blending.free(facility) + facility.aside
        facility.aside = 0


def close_books_of_deals(played: Played, blending: Blending, t: int) -> None:
    """What stands at the close of a period, of all facilities and of all deals."""
    for facility in blending.facilities.values():
        assert blending.free(facility) >= 0, f"{facility.id} has promised more than it holds"
        played.stocks[t, f"cash of {facility.id}"] = facility.cash
        played.stocks[t, f"held by {facility.id}"] = blending.held(facility)
    deals = blending.deals.values()
    guarantees = [deal.guarantee for deal in deals if deal.guarantee is not None and deal.closed is not None]
    stocks = {
        "facility_cash": sum(facility.cash for facility in blending.facilities.values()),
        "facility_held": sum(blending.held(facility) for facility in blending.facilities.values()),
        "deal_cash": 0,
        "loans_outstanding": sum(deal.outstanding(t) for deal in deals),
        "losses_borne": sum(loan.lost for deal in deals for loan in deal.loans),
        "calls_owed": sum(guarantee.owed for guarantee in guarantees),
        "guaranteed": sum(guarantee.left for guarantee in guarantees if not guarantee.ended),
    }
    for name, amount in stocks.items():
        played.stocks[t, name] = amount
