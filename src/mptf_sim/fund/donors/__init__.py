"""Donors: what they announce, sign, pay late or not at all. One outlook per file."""

from mptf_sim.fund.donors.donor import Delay, Donor, DonorFlows, DonorShocks, Outlook
from mptf_sim.fund.donors.renewing import Renewing
from mptf_sim.fund.donors.scheduled import Instalment, Scheduled

__all__ = ["Delay", "Donor", "DonorFlows", "DonorShocks", "Instalment", "Outlook", "Renewing", "Scheduled"]
