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
        budget = self.indirect_cost.of(direct)
        budget += direct
        return budget

    def direct_within(self, money: Array) -> Array:
        """The most direct cost that money can carry together with its indirect cost, cents.

        The largest whole D with D + indirect(D) <= money: the nearest to money x 100/107, or one cent less.
        """
        num, den = self.indirect_cost.num, self.indirect_cost.den
        nearest = money * den
        nearest /= den + num
        nearest = np.rint(nearest)
        nearest -= self.budget(nearest) > money
        return nearest
