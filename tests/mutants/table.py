"""All mutants, in the order of a quarter."""

from tests.mutants import approvals, committee, delivery, donors, plans, receipts, transfers

MUTANTS = (
    *donors.MUTANTS, *receipts.MUTANTS, *plans.MUTANTS, *approvals.MUTANTS, *committee.MUTANTS, *transfers.MUTANTS, *delivery.MUTANTS,
)  # fmt: skip
