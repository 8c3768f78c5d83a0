"""What donors do on a chunk of paths: nothing that the fund does reaches them, so it is known before the first period."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mptf_sim.engine.terms import Line, Terms
from mptf_sim.fund.currencies import exchange_rates
from mptf_sim.fund.donors import (
    Aside,
    Chance,
    Donor,
    LineFlows,
    Matching,
    Pledge,
    Promise,
    Setting,
    Settlement,
    Standing,
)
from mptf_sim.fund.earmarks import Earmark
from mptf_sim.fund.shocks import exchange_moves
from mptf_sim.quantities import Array

ChanceOf = Callable[[str], Chance]
"""The variates of an entity, by its name."""


@dataclass(frozen=True, slots=True)
class Gifts:
    """What donors do: whole cents of the fund's currency."""

    lines: LineFlows  # (period, line, path) each
    own: Mapping[int, LineFlows]  # the same in the donor's currency, by line, if that is another: (period, path)
    rates: Mapping[str, Array]  # what one unit of a currency is worth in the fund's: (period, path)
    aside: tuple[Aside, ...]  # pledges in kind and of policy, in the order of Terms.set_aside: (period, path)
    standing: Mapping[str, Array]  # stocks of the pledging dashboard by account: (period, path)

    def paths(self, first: int, last: int) -> Gifts:
        """The same for some of the paths."""
        return self._each(lambda amounts: amounts[..., first:last])

    def at(self, t: int) -> Gifts:
        """The same for one period, without its axis."""
        return self._each(lambda amounts: amounts[t])

    def _each(self, cut: Callable[[Array], Array]) -> Gifts:
        return Gifts(
            self.lines.each(cut),
            {line: flows.each(cut) for line, flows in self.own.items()},
            {currency: cut(rate) for currency, rate in self.rates.items()},
            tuple(one.each(cut) for one in self.aside),
            {name: cut(stock) for name, stock in self.standing.items()},
        )


def give(terms: Terms, chance_of: ChanceOf, common: Array) -> Gifts:
    """Play all donors.

    Parameters
    ----------
    common : standard normals that all donors share, (period, path)
    """
    shape = (terms.periods, common.shape[1])
    lines = LineFlows.empty((terms.periods, len(terms.lines), common.shape[1]))
    giving = Giving(
        terms,
        rates_of(terms, chance_of),
        lines,
        tuple(lines.row(row) for row in range(len(terms.lines))),
        {row: LineFlows.empty(shape) for row, line in enumerate(terms.lines) if terms.currency_of(line.donor)},
        {one.id: Aside.empty(shape) for one in terms.set_aside},
        Standing.empty(shape),
    )
    setting = Setting(
        terms.start, terms.periods, common, terms.scenario.governance.reviews, terms.history, giving.deposits_of
    )
    for donor in sorted(
        terms.donors, key=lambda donor: isinstance(donor.outlook, Matching)
    ):  # these look at the others
        giving.of(donor, setting, chance_of)
    return Gifts(giving.lines, giving.own, giving.rates, tuple(giving.aside.values()), giving.standing.closed())


def rates_of(terms: Terms, chance_of: ChanceOf) -> dict[str, Array]:
    """What each currency is worth in the fund's: (period, path)."""
    scenario = terms.scenario
    if not scenario.currencies:
        return {}
    ids = sorted(currency.id for currency in scenario.currencies)
    moves = exchange_moves(scenario.shocks, ids, terms.start)
    return exchange_rates(
        scenario.currencies,
        scenario.exchange_correlation,
        moves,
        lambda currency: chance_of(f"currency/{currency}").normals("rate"),
    )


@dataclass(frozen=True, slots=True)
class Giving:
    """The flows of all donors while they are filled, donor by donor."""

    terms: Terms
    rates: Mapping[str, Array]
    lines: LineFlows
    line: tuple[LineFlows, ...]  # one by one
    own: Mapping[int, LineFlows]
    aside: Mapping[str, Aside]
    standing: Standing

    def of(self, donor: Donor, setting: Setting, chance_of: ChanceOf) -> None:
        """Enter all that one donor promises: by its outlook, and by its pledges."""
        chance = chance_of(f"donor/{donor.id}")
        leaves = self.terms.shocks_of_donor[donor.id].leaves
        rate = self.rates.get(self.terms.currency_of(donor.id))
        settlement = Settlement(donor.reliability(chance), leaves, rate, self.standing)
        for promise in donor.promises(setting, chance):
            self._settle(settlement, promise, donor.id, "", donor.earmark)
        for pledge in self.terms.pledges_of(donor.id):
            for promise in pledge.promises(setting, chance_of(f"pledge/{pledge.id}")):
                if pledge.kind == "financial":
                    self._settle(settlement, promise, donor.id, pledge.id, pledge.earmark or donor.earmark)
                else:
                    self._set_aside(settlement, promise, pledge)

    def deposits_of(self, donor: str) -> Array:
        """What one donor deposits, as far as it is entered: (period, path), cents of the fund's currency."""
        rows = [row for row, line in enumerate(self.terms.lines) if line.donor == donor]
        deposits: Array = self.lines.deposited[:, rows].sum(axis=1)
        return deposits

    def _settle(self, settlement: Settlement, promise: Promise, donor: str, pledge: str, own: Earmark) -> None:
        shocks = self.terms.shocks_of_donor[donor]
        for earmark, amount in shocks.parts(promise.announced, shocks.kept(promise), own):
            row = self.terms.line_row[Line(donor, pledge, self.terms.classes.index(earmark))]
            settlement.settle(promise, amount, self.line[row], self.own.get(row))

    def _set_aside(self, settlement: Settlement, promise: Promise, pledge: Pledge) -> None:
        shocks = self.terms.shocks_of_donor[pledge.donor]
        value = promise.amount
        if pledge.kind != "policy":
            value = settlement.book(shocks.kept(promise), max(promise.announced, 0))
        settlement.set_aside(promise, value, self.aside[pledge.id])
