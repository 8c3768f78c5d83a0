"""All mutants, in the order of a quarter."""

from tests.mutants import (
    approvals,
    committee,
    deals,
    delivery,
    donors,
    life,
    parts,
    pipeline,
    plans,
    receipts,
    transfers,
)

MUTANTS = (
    *donors.MUTANTS, *receipts.MUTANTS, *plans.MUTANTS, *life.MUTANTS, *pipeline.MUTANTS, *approvals.MUTANTS,
    *committee.MUTANTS, *transfers.MUTANTS, *parts.MUTANTS, *delivery.MUTANTS, *deals.MUTANTS,
)  # fmt: skip
