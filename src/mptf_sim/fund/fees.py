"""What the administrative agent withholds and what organisations charge on top of direct cost."""

from __future__ import annotations

from mptf_sim.arrays import np
from mptf_sim.fund.part import Part
from mptf_sim.quantities import Array, ContractRate


class Fees(Part):
    """The agent's fee on each deposit, and indirect cost as a share of direct cost."""

    administrative_agent: ContractRate = ContractRate(1, 100)
    """Of each deposit, withheld when it is received."""
    indirect_cost: ContractRate = ContractRate(7, 100)
    """Of direct cost, not of the budget: budget = direct cost x 107/100."""

    def budget(self, direct: Array) -> Array:
        """Direct cost with its indirect cost on top, cents."""
        return direct + self.indirect_cost.of(direct)

    def direct_within(self, money: Array) -> Array:
        """The most direct cost that money can carry together with its indirect cost, cents.

        The largest whole D with D + indirect(D) <= money: the nearest to money x 100/107, or one cent less.
        """
        num, den = self.indirect_cost.num, self.indirect_cost.den
        nearest = np.rint(money * den / (den + num))
        return nearest - (self.budget(nearest) > money)
