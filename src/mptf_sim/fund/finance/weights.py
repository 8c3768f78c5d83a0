"""What one cent drawn of a layer counts as: grant, public finance unlocked, private finance mobilised by the facility."""

from __future__ import annotations

from collections.abc import Mapping

from mptf_sim.fund.finance.commercial_loan import CommercialLoan
from mptf_sim.fund.finance.deal import AnyLayer, Deal
from mptf_sim.fund.finance.grant import Grant
from mptf_sim.fund.finance.guarantees import PariPassuGuarantee
from mptf_sim.fund.finance.interest_buy_down import InterestBuyDown
from mptf_sim.fund.finance.provider import PRIVATE, PUBLIC_LENDERS

DISCOUNTS = {
    "grant_equivalent_9": 0.09,
    "grant_equivalent_7": 0.07,
    "grant_equivalent_6": 0.06,
    "grant_equivalent_5": 0.05,
}
"""Those of the DAC for least developed, lower and upper middle-income countries, and that of IMF and World Bank."""

WEIGHTS = (
    "private_mobilised", "private_additional", "public_unlocked", "oecd_mobilised", "mdb_mobilised", "concessional_drawn",
    *DISCOUNTS,
)  # fmt: skip


def weights(deal: Deal, layer: AnyLayer) -> Mapping[str, float]:
    """Cents for each cent drawn of a layer, by WEIGHTS."""
    private = layer.provider in PRIVATE
    oecd, banks = attributed(deal)
    buy_down: InterestBuyDown | None = deal.supported_by(InterestBuyDown)
    bought = buy_down is not None and buy_down.layer == layer.id
    concessional = layer.kind in ("grant", "first_loss", "concessional_loan")
    return {
        "private_mobilised": float(private),
        "private_additional": deal.additionality if private else 0.0,
        "public_unlocked": float(bought and layer.provider in PUBLIC_LENDERS),
        "oecd_mobilised": oecd if private else 0.0,
        "mdb_mobilised": banks if private else 0.0,
        "concessional_drawn": float(concessional),
        **{name: gift(layer, rate) if concessional else 0.0 for name, rate in DISCOUNTS.items()},
    }


def gift(layer: AnyLayer, discount: float) -> float:
    """Share of a layer that its provider gives away: what a buy-down pays for is the facility's gift, not its."""
    return 1.0 if isinstance(layer, Grant) else max(layer.terms.grant_element(discount), 0.0)


def attributed(deal: Deal) -> tuple[float, float]:
    """Share of a deal's private finance that its facility may count, as the OECD and as the development banks reckon.

    OECD: all of it where the facility guarantees; else half for who provides the riskiest layer, and half pro rata among
    official providers. Development banks: pro rata among official providers, a guarantee counting by its largest payout.
    """
    official = [(layer.provider, float(layer.amount or 0)) for layer in deal.stack if layer.provider not in PRIVATE]
    mine = sum(amount for provider, amount in official if provider == "facility")
    total = sum(amount for _, amount in official)
    promised = _promised(deal)
    share = (mine + promised) / (total + promised) if total + promised else float(deal.facility is not None)
    if promised:
        return 1.0, share
    riskiest = deal.loans[0].provider if deal.loans else ""
    return 0.5 * (riskiest == "facility") + 0.5 * share, share


def _promised(deal: Deal) -> float:
    """The largest payout of a facility's guarantee, faces at their means: cents."""
    guarantee = deal.guarantee
    if guarantee is None or guarantee.guarantor != "facility":
        return 0.0
    covered = sum(
        expected_face(deal, loan)
        for loan in deal.loans
        if not isinstance(guarantee, PariPassuGuarantee) or loan.id == guarantee.layer
    )
    return float(guarantee.most.ratio) * covered


def expected_face(deal: Deal, layer: AnyLayer) -> float:
    """What a layer is expected to bring if the deal closes: cents."""
    if isinstance(layer, CommercialLoan) and layer.leverage is not None:
        return layer.leverage.ratio * deal.public_money if layer.leverage.none < 1.0 else 0.0
    return float(layer.amount or 0)
