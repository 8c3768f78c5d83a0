"""What blending mobilises, costs and risks: leverage, concessionality, losses by layer, guarantees, sources of plans.

*Realised* is what lenders drew on the paths of the run. What promoters *claim* stands in tables of its own and is never
added to it, nor divided by it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from mptf_sim.books import LEDGER
from mptf_sim.fund.finance.provision import provision
from mptf_sim.fund.finance.weights import expected_face
from mptf_sim.measures.blended_metrics import delivered_by_source, of_fund, providers, used_of_the_fund
from mptf_sim.measures.statistics import ratio_of_sums
from mptf_sim.runs.run import Run


def blending(run: Run) -> dict[str, pd.DataFrame]:
    """The tables of a run's deals by name, see `RunTables.BLENDING`; none of a run without deals."""
    if not run.axes.deals:
        return {}
    made = (capital_stack, deals, facilities, guarantees, leverage, sources_of_plans)
    return {table.__name__: table(run) for table in made}


def capital_stack(run: Run) -> pd.DataFrame:
    """Every layer of every deal: what it brought, what it lost, expected and unexpected.

    Returns
    -------
    DataFrame with deal, layer, kind, provider, seniority, and in cents face (stated, or expected where it follows public
    money) and drawn, interest, principal, gross losses and exchange difference (means), currency,
    expected_loss (mean of the net loss) with its se, its share of what was drawn, loss_p95, loss_p99 and
    unexpected_loss (the 99 % quantile less the expected loss; below zero where fewer than one path in a hundred loses).
    """
    of = _by_row(run)
    far = dict(
        zip(((row.account, row.scope) for row in run.rows), run.distributions.quantiles((0.95, 0.99)).T, strict=True)
    )
    faces = {(deal.id, one.id): expected_face(deal, one) for deal in run.scenario.deals for one in deal.stack}
    rows: list[dict[str, Any]] = []
    for place, layer in enumerate(run.axes.layers):
        name = f"{layer.deal} {layer.layer}"
        expected, drawn = of["net_losses", name], of["drawn", name]
        spread = max(run.layer_squares[place] * 10_000 / run.paths - expected**2, 0.0)
        p95, p99 = far["net_losses", name]
        rows.append(
            {"deal": layer.deal, "layer": layer.layer, "kind": layer.kind, "provider": layer.provider,
             "currency": layer.currency or run.scenario.fund.currency, "seniority": layer.seniority, "face": faces[layer.deal, layer.layer], "drawn": drawn, "interest": of["interest", name],
             "principal": of["principal", name], "gross_losses": of["losses", name],
             "exchange_difference": of["exchange_difference", name], "expected_loss": expected,
             "se": float(np.sqrt(spread / max(run.paths - 1, 1))),
             "expected_loss_share": expected / drawn if drawn else float("nan"),
             "loss_p95": p95, "loss_p99": p99, "unexpected_loss": p99 - expected}
        )  # fmt: skip
    return pd.DataFrame(rows)


def deals(run: Run) -> pd.DataFrame:
    """Every deal: means over paths in cents, and beside them what its promoters claim.

    What its layers draw and its matching grants are what it invests, to the cent on every path.
    """
    of = _by_row(run)
    stated = {deal.id: deal for deal in run.scenario.deals}
    names = sorted({row.account for row in run.rows if row.scope_kind == "deal"})
    return pd.DataFrame(
        [
            {"deal": id, "plan": stated[id].plan, "facility": stated[id].facility or "",
             **{name: of[name, id] for name in names}, "claimed_private": stated[id].claimed_private}
            for id in run.axes.deals
        ]
    )  # fmt: skip


def facilities(run: Run) -> pd.DataFrame:
    """The ledger of every facility over the calendar, in means over paths: what came in, what went out, what is left.

    Returns
    -------
    DataFrame with facility, then cents: what raises its cash, what lowers it (see `books.LEDGER`), its cash at the end of
    the calendar, which is the difference to the cent on every path, and what of it is held for deals.
    """
    of = _by_row(run)
    raised, lowered = LEDGER["facility_cash"]
    return pd.DataFrame(
        [
            {"facility": id, **{name: of[name, id] for name in (*raised, *lowered, "cash", "held")}}
            for id in run.axes.facilities
        ],
        columns=["facility", *raised, *lowered, "cash", "held"],
    )


def guarantees(run: Run) -> pd.DataFrame:
    """Every guarantee: the largest payout it promises, what is provided for it, what it cost; means in cents.

    `provision` is what its guarantor holds, in closed form with faces at their means: a facility all of the largest
    payout, an outside guarantor what its level of value at risk asks for. `budget_cost` is calls less premiums and what was
    recovered.
    """
    of = _by_row(run)
    rows: list[dict[str, Any]] = []
    for deal in sorted(run.scenario.deals, key=lambda one: one.id):
        guarantee = deal.guarantee
        if guarantee is None:
            continue
        whole = guarantee.model_copy(update={"value_at_risk": None})
        support = tuple(whole if one is guarantee else one for one in deal.support)
        calls, premiums, back = (of[name, deal.id] for name in ("calls", "premiums", "reimbursed"))
        rows.append(
            {"deal": deal.id, "kind": guarantee.kind, "guarantor": guarantee.guarantor,
             "exposure": provision(deal.model_copy(update={"support": support})), "provision": provision(deal),
             "calls": calls, "premiums": premiums, "reimbursed": back, "budget_cost": calls - premiums - back}
        )  # fmt: skip
    heads = ["deal", "kind", "guarantor", "exposure", "provision", "calls", "premiums", "reimbursed", "budget_cost"]
    return pd.DataFrame(rows, columns=heads)


def sources_of_plans(run: Run) -> pd.DataFrame:
    """Coverage of each plan that has deals, by who paid: means in cents and as a share of needs, with its error."""
    rows: list[dict[str, Any]] = []
    for plan in providers(run.columns, run.axes.plans):
        for source, delivered in delivered_by_source(run.columns, plan).items():
            mean, error = ratio_of_sums(delivered, run.columns[f"needs:{plan}"])
            rows.append({"plan": plan, "source": source, "delivered": delivered.mean(), "coverage": mean, "se": error})
    return pd.DataFrame(rows, columns=["plan", "source", "delivered", "coverage", "se"])


def leverage(run: Run) -> pd.DataFrame:
    """Realised leverage as ratios of sums with their errors; claimed leverage in rows of its own, never mixed.

    `leverage_oecd` and `leverage_mdb` are of what facilities may count as theirs of the private finance, by the two methods.
    """
    ratios = [
        (one.name, one.above, one.below)
        for one in of_fund(run.columns)
        if one.below is not None and (one.name.startswith("leverage") or one.name == "cost_per_dollar_mobilised")
    ]
    used = used_of_the_fund(run.columns)
    if used.sum() > 0:
        ratios += [(f"leverage_{method}", run.columns[f"{method}_mobilised"], used) for method in ("oecd", "mdb")]
    rows: list[dict[str, Any]] = []
    for name, above, below in ratios:
        mean, error = ratio_of_sums(above, below)
        rows.append({"basis": "realised", "metric": name, "value": mean, "se": error})
    claimed = sum(deal.claimed_private for deal in run.scenario.deals)
    filling = {facility.programme for facility in run.scenario.facilities}
    granted = sum(one.budget for one in run.scenario.programmes if one.id in filling)
    if claimed and granted:
        rows.append({"basis": "claimed", "metric": "leverage_private", "value": claimed / granted, "se": float("nan")})
    return pd.DataFrame(rows, columns=["basis", "metric", "value", "se"])


def _by_row(run: Run) -> dict[tuple[str, str], float]:
    """Means of what is kept of deals, layers and facilities, by account and name."""
    kept = {"deal", "layer", "facility"}
    pairs = zip(run.rows, run.distributions.means(), strict=True)
    return {(row.account, row.scope): float(mean) for row, mean in pairs if row.scope_kind in kept}
