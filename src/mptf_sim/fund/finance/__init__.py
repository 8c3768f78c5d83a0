"""Finance of plans beyond grants: facilities, deals, their instruments, and debt rules. One instrument per file."""

from mptf_sim.fund.finance.borrowers import CreditFactors
from mptf_sim.fund.finance.deal import Deal
from mptf_sim.fund.finance.debt_rules import DebtRule
from mptf_sim.fund.finance.facility import Facility

__all__ = ["CreditFactors", "Deal", "DebtRule", "Facility"]
