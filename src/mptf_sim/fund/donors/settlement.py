"""What becomes of promises: announced, signed or lapsed, deposited or cancelled, in the donor's currency and booked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction as Ratio
from typing import TYPE_CHECKING, Any, TypeVar

from mptf_sim.arrays import np
from mptf_sim.fund.donors.promises import NEVER, Promise, When
from mptf_sim.fund.earmarks import Earmark
from mptf_sim.money import cents, running_total
from mptf_sim.quantities import Array, ContractRate, Mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

Kind = TypeVar("Kind", "np.float64", "np.bool_")

AGES = ((0, 4), (4, 8), (8, NEVER))
"""How long ago a pledge that is not signed was announced, in quarters: up to a year, up to two, longer."""


@dataclass(frozen=True, slots=True)
class Window:
    """Periods from first to last, both included."""

    first: int
    last: int

    def __contains__(self, period: int) -> bool:
        return self.first <= period <= self.last


@dataclass(frozen=True, slots=True)
class DonorShocks:
    """What shocks do to one donor: cuts and earmarking waves for a time, and perhaps an exit."""

    cuts: tuple[tuple[Window, ContractRate], ...] = ()  # (announced when, share kept)
    waves: tuple[tuple[Window, ContractRate, Earmark], ...] = ()  # (announced when, share, under which earmark)
    exit: int | None = None

    @property
    def leaves(self) -> int:
        return NEVER if self.exit is None else self.exit

    def kept(self, promise: Promise) -> Array:
        """The amount after the cuts in force when it is announced: (path,). All cuts together are rounded once."""
        num, den = 1, 1
        for window, share in self.cuts:
            if promise.announced >= 0 and promise.announced in window:
                num, den = num * share.num, den * share.den
        return promise.amount if num == den else np.rint(promise.amount * num / den)

    def parts(self, announced: int, amount: Array, own: Earmark) -> Iterator[tuple[Earmark, Array]]:
        """An amount by the earmark under which it is announced, to the cent: running totals are rounded."""
        shares: dict[Earmark, Ratio] = {}
        for window, share, earmark in self.waves:
            if announced >= 0 and announced in window:
                shares[earmark] = shares.get(earmark, Ratio(0)) + share.ratio
        total, before = Ratio(0), np.zeros_like(amount)
        for earmark in sorted(shares, key=lambda one: one.label):
            total += shares[earmark]
            until = np.rint(amount * total.numerator / total.denominator)
            yield earmark, until - before
            before = until
        yield own, amount - before


@dataclass(frozen=True, slots=True)
class LineFlows:
    """What lines do in each period, whole cents of one currency: (period, path) of one, (period, line, path) of all."""

    announced: Array
    lapsed: Array  # announced and never signed
    signed: Array
    deposited: Array  # before the agent's fee
    cancelled: Array  # signed and never deposited
    pledge_difference: Array  # signed less announced, by the change of the rate in between
    difference: Array  # deposited less signed, by the change of the rate in between

    @classmethod
    def empty(cls, shape: tuple[int, ...]) -> LineFlows:
        return cls(*(np.zeros(shape) for _ in fields(cls)))

    def each(self, cut: Callable[[Array], Array]) -> LineFlows:
        """The same cut out of every flow."""
        return LineFlows(*[cut(getattr(self, name)) for name in OF_LINES])

    def still_due(self) -> Array:
        """Signed and to come: what each period adds to it, or takes away."""
        return self.signed + self.difference - self.deposited - self.cancelled

    def row(self, line: int) -> LineFlows:
        """One of several lines: views, to be filled."""
        return self.each(lambda flow: flow[:, line])


OF_LINES = tuple(one.name for one in fields(LineFlows))
"""The flows of a line by name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What donors have pledged and not signed, by age, and what is overdue: (period, path), by the change at first."""

    unsigned: tuple[Array, ...]  # by AGES
    overdue: Array

    @classmethod
    def empty(cls, shape: tuple[int, ...]) -> Standing:
        young, middle, old, overdue = (np.zeros(shape) for _ in range(4))
        return cls((young, middle, old), overdue)

    def closed(self) -> Mapping[str, Array]:
        """The stocks at the close of each period, by account."""
        names = ("pledged_up_to_a_year", "pledged_up_to_two_years", "pledged_longer")
        stocks = {name: running_total(change) for name, change in zip(names, self.unsigned, strict=True)}
        return stocks | {"overdue_deposits": running_total(self.overdue)}


@dataclass(frozen=True, slots=True)
class Reliability:
    """How a donor keeps what it has signed: draws by the period in which an amount is due, (period, path)."""

    conversion: ContractRate
    defaults: Mask | None = None  # nothing comes; None if that never happens
    late: Mask | None = None
    delay: int = 0  # quarters

    def paid(self, amount: Array, due: When) -> Array:
        """What comes of amounts that are due in a period, sooner or later: (path,), cents."""
        if self.conversion.num < self.conversion.den:
            amount = self.conversion.of(amount)
        return amount if self.defaults is None else amount * ~at(self.defaults, due)

    def timings(self, due: When) -> Iterator[tuple[int, Array | int]]:
        """How many quarters late it comes, and on which paths (1 on those, 0 on the others)."""
        if self.late is None:
            yield 0, 1
        else:
            late = at(self.late, due)
            yield 0, np.where(late, 0.0, 1.0)
            yield self.delay, np.where(late, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Aside:
    """What a pledge in kind or of policy comes to in each period: (period, path), cents of the fund, or pledges."""

    announced: Array
    signed: Array
    provided: Array
    lapsed: Array  # never signed
    cancelled: Array  # signed and never provided

    @classmethod
    def empty(cls, shape: tuple[int, ...]) -> Aside:
        return cls(*(np.zeros(shape) for _ in fields(cls)))

    def each(self, cut: Callable[[Array], Array]) -> Aside:
        """The same cut out of every flow."""
        return Aside(*(cut(getattr(self, one.name)) for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Settlement:
    """Enters the promises of one donor into the flows of its lines."""

    reliability: Reliability
    leaves: int  # period of its exit, NEVER if it stays
    rate: Array | None  # (period, path), of the donor's currency; None in the fund's own
    standing: Standing

    def book(self, amount: Array, when: When) -> Array:
        """An amount of the donor's currency in the fund's, at the rate of a period: whole cents, (path,)."""
        return amount if self.rate is None else cents(amount * at(self.rate, when))

    def settle(self, promise: Promise, amount: Array, booked: LineFlows, own: LineFlows | None) -> None:
        """Enter one promise (after a wave, one part of it).

        Parameters
        ----------
        amount : (path,), what is promised after shocks, cents of the donor's currency
        booked : flows of its line in the fund's currency
        own : the same in the donor's currency, if that is another
        """
        if not self._concerns(promise):
            return
        begins = max(promise.announced, 0)
        signed, lapses = self._signed_or_lapsed(promise)
        pledged, committed = self.book(amount, begins), self.book(amount, signed)
        enter(booked.announced, begins, pledged)
        enter(booked.lapsed, lapses, pledged)
        enter(booked.signed, signed, committed)
        if own is not None:
            enter(booked.pledge_difference, signed, committed - pledged)
            enter(own.announced, begins, amount)
            enter(own.lapsed, lapses, amount)
            enter(own.signed, signed, amount)
        self._stand(promise.announced, sooner(signed, lapses), pledged)
        due = choose(signed < NEVER, promise.due, NEVER)
        for late, on in self.reliability.timings(due):
            part = Promise(promise.announced, signed, due, amount * on)
            self._pay(part, late, committed * on, booked, own)

    def _pay(self, part: Promise, late: int, committed: Array, booked: LineFlows, own: LineFlows | None) -> None:
        """Enter the deposit of what is signed and comes so many quarters late, or that it is cancelled instead."""
        gone = part.due + late >= self.leaves
        when = choose(gone, later(self.leaves, part.signed), part.due + late)
        paid = self.reliability.paid(part.amount, part.due)
        paid = choose(gone, 0.0, paid)
        deposited = self.book(paid, when)
        enter(booked.deposited, when, deposited)
        if paid is not part.amount:
            cancelled = self.book(part.amount - paid, part.signed)
            enter(booked.cancelled, when, cancelled)
            deposited = deposited + cancelled
        if own is not None:
            enter(booked.difference, when, deposited - committed)
            enter(own.deposited, when, paid)
            enter(own.cancelled, when, part.amount - paid)
        if late or self.leaves < NEVER:
            enter(self.standing.overdue, sooner(part.due, when), committed)
            enter(self.standing.overdue, when, -committed)

    def set_aside(self, promise: Promise, value: Array, aside: Aside) -> None:
        """Enter one promise that touches no cash: it is provided whole when it is due.

        Parameters
        ----------
        value : (path,), cents of the fund's currency when it is announced; of a policy pledge 1
        """
        if not self._concerns(promise):
            return
        begins = max(promise.announced, 0)
        signed, lapses = self._signed_or_lapsed(promise)
        due = choose(signed < NEVER, promise.due, NEVER)
        stays = due < self.leaves
        enter(aside.announced, begins, value)
        enter(aside.signed, signed, value)
        enter(aside.provided, choose(stays, due, NEVER), value)
        enter(aside.lapsed, lapses, value)
        enter(aside.cancelled, choose(stays, NEVER, later(signed, self.leaves)), value)

    def _concerns(self, promise: Promise) -> bool:
        """Whether it is announced within the calendar, before the donor leaves, and not settled before."""
        settled = not isinstance(promise.due, np.ndarray) and promise.due < 0
        return promise.announced < min(len(self.standing.overdue), self.leaves) and not settled

    def _signed_or_lapsed(self, promise: Promise) -> tuple[When, When]:
        """When it is signed and when it lapses: of the two, one at most comes."""
        stays = promise.signed < min(self.leaves, NEVER)
        gone = sooner(promise.lapses, max(self.leaves, promise.announced, 0))
        return choose(stays, later(promise.signed, 0), NEVER), choose(stays, NEVER, gone)

    def _stand(self, announced: int, ends: When, pledged: Array) -> None:
        """What is announced and neither signed nor lapsed, until before `ends`, by age."""
        begins = max(announced, 0)
        if not (isinstance(ends, np.ndarray) or ends > begins):
            return
        for change, (least, most) in zip(self.standing.unsigned, AGES, strict=True):
            first = max(begins, announced + least)
            last = later(first, sooner(ends, announced + most))  # as it begins, if it never is of that age
            enter(change, first, pledged)
            enter(change, last, -pledged)


def enter(flow: Array, when: When, amount: Array) -> None:
    """Add amounts in the period in which they fall, if that is in the calendar: (period, path), in place."""
    if not isinstance(when, np.ndarray):
        if when < len(flow):
            flow[when] += amount
        return
    falls = when < len(flow)
    flow[np.where(falls, when, 0), np.arange(flow.shape[1])] += amount * falls  # one cell per path


def sooner(one: When, other: When) -> When:
    """The earlier of two periods."""
    return np.minimum(one, other) if isinstance(one, np.ndarray) or isinstance(other, np.ndarray) else min(one, other)


def later(one: When, other: When) -> When:
    """The later of two periods."""
    return np.maximum(one, other) if isinstance(one, np.ndarray) or isinstance(other, np.ndarray) else max(one, other)


def choose(condition: Mask | bool, then: Any, otherwise: Any) -> Any:
    """One thing or the other: once for all paths if nothing in it differs between them."""
    if isinstance(condition, np.ndarray):
        return np.where(condition, then, otherwise)
    return then if condition else otherwise


def at(values: NDArray[Kind], when: When) -> NDArray[Kind]:
    """Of values by (period, path) those of a period; beyond the calendar the last, where they are not used."""
    last = len(values) - 1
    if not isinstance(when, np.ndarray):
        one: NDArray[Kind] = values[min(when, last)]
        return one
    each: NDArray[Kind] = values[np.minimum(when, last), np.arange(values.shape[1])]
    return each
