"""Donors: what they announce, sign, pay late or not at all. One outlook per file."""

from mptf_sim.fund.donors.at_reviews import AtReviews
from mptf_sim.fund.donors.bootstrap import Bootstrap, YearOfHistory
from mptf_sim.fund.donors.donor import Delay, Donor, Outlook
from mptf_sim.fund.donors.matching import Matching
from mptf_sim.fund.donors.pledges import Pledge, PledgeInstalment
from mptf_sim.fund.donors.promises import Chance, Promise, Setting
from mptf_sim.fund.donors.renewing import Renewing
from mptf_sim.fund.donors.scheduled import Instalment, Scheduled
from mptf_sim.fund.donors.settlement import Aside, DonorShocks, LineFlows, Settlement, Standing, Window

__all__ = [
    "Aside", "AtReviews", "Bootstrap", "Chance", "Delay", "Donor", "DonorShocks", "Instalment", "LineFlows", "Matching", "Outlook", "Pledge", "PledgeInstalment",
    "Promise", "Renewing", "Scheduled", "Setting", "Settlement", "Standing", "Window", "YearOfHistory",
]  # fmt: skip
