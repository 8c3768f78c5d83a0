"""What an outside guarantor provides for: in closed form, when a scenario is read, not from simulated paths."""

from __future__ import annotations

from mptf_sim.fund.finance.deal import Deal
from mptf_sim.fund.finance.guarantees import PariPassuGuarantee
from mptf_sim.fund.finance.weights import expected_face


def provision(deal: Deal) -> float:
    """Cents that a deal's guarantor holds: the largest payout, or what its value at risk asks for. Faces at their means."""
    guarantee, borrower = deal.guarantee, deal.borrower
    if guarantee is None or borrower is None:
        return 0.0
    faces = [expected_face(deal, loan) for loan in deal.loans]
    place = next((n for n, loan in enumerate(deal.loans) if loan.id == getattr(guarantee, "layer", None)), None)
    covered = sum(faces) if place is None else faces[place]
    limit = float(guarantee.most.ratio) * covered
    if guarantee.value_at_risk is None:
        return limit
    level = guarantee.value_at_risk
    years = max(loan.terms.maturity for loan in deal.loans) if place is None else deal.loans[place].terms.maturity
    chance = 1.0 - (1.0 - borrower.default) ** years
    if borrower.kind == "sovereign":
        share = float(chance > 1.0 - level)
    else:
        from mptf_sim.formulas.credit import vasicek_quantile

        share = float(vasicek_quantile(chance, borrower.correlation, level))
    loss = sum(faces) * (1.0 - borrower.recovery.mean) * share
    if isinstance(guarantee, PariPassuGuarantee) and place is not None:
        loss = min(max(loss - sum(faces[:place]), 0.0), faces[place])
    return min(float(guarantee.coverage.ratio) * loss, limit)
