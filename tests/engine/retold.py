"""One path told anew: from the scenario and the postings alone, in Python's whole numbers.

Nothing here comes from the engine but the postings of a replay. The lines of the catalogue hold its books against
what is found here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, combinations

from mptf_sim.engine.replay import Posting, Replay
from mptf_sim.fund.earmarks import Earmark
from mptf_sim.fund.funding_policy import Rolling, Signed
from mptf_sim.fund.programmes import Programme
from mptf_sim.quantities import ContractRate
from mptf_sim.scenario.scenario import Scenario
from tests.strategies import most_direct


def part_of(rate: ContractRate | Fraction, cents: int) -> int:
    """A rate of an amount, rounded once, half to even."""
    return round(Fraction(rate.num, rate.den) * cents if isinstance(rate, ContractRate) else rate * cents)


class Life:
    """One programme, from its award to its financial closure; periods are counted from the start of the calendar.

    An instalment of no cents (a share of an award of one cent) is paid when it is due and released, without a posting.
    """

    def __init__(self, scenario: Scenario, programme: Programme, postings: list[tuple[int, Posting]]) -> None:
        start, running = scenario.calendar.start.ordinal, programme.running
        self.periods = scenario.calendar.periods
        self.reporting_lag = scenario.fund.reporting_lag
        self.programme = programme
        self.agreement = next(one for one in scenario.agreements if one.id == programme.agreement)
        self.indirect_cost = scenario.fund.fees.indirect_cost
        self.by_event: dict[str, dict[int, int]] = defaultdict(dict)
        for t, posting in postings:
            assert t not in self.by_event[posting.event], f"{posting.event} of {programme.id} twice in {posting.period}"
            self.by_event[posting.event][t] = posting.cents

        approvals = self.by_event["approvals"]
        self.award = programme.budget if running else sum(approvals.values())
        self.approved_at = running.approved.ordinal - start if running else next(iter(approvals), None)
        self.opening_award = programme.budget if running else 0
        self.opening_instalments = running.instalments_paid if running else 0
        self.opening_spent = running.delivered if running else 0
        self.opening_received = self.received_after(self.opening_instalments)
        self.started_at = running.started.ordinal - start if running and running.started else None
        self.closed_at: int | None = None
        self.paid: list[int] = []  # instalments paid at the close of each period
        self.due: list[int | None] = []  # when the next was due, seen before the transfers of each period
        self._live()

    def _live(self) -> None:
        """Period by period: an instalment falls due, the first one starts it, at its end it is extended or closed."""
        paid, ends, extended = self.opening_instalments, None, False
        if self.started_at is not None:
            ends = self.started_at + self.programme.duration
        for t in range(self.periods):
            due = self._next_due(t, paid)
            self.due.append(due)
            nothing = self.received_after(paid + 1) == self.received_after(paid)
            silently = nothing and due is not None and due <= t and self.is_released(t, paid)
            if t in self.by_event["transfers"] or silently:
                paid += 1
                if self.started_at is None:
                    self.started_at, ends = t, t + self.programme.duration
            self.paid.append(paid)
            if ends is None or self.closed_at is not None:
                continue
            done = self.spent(t) >= part_of(self.agreement.complete_at, self.direct_within(self.award))
            if ends <= t + 1 and not done and not extended and self.agreement.extension:
                ends, extended = ends + self.agreement.extension, True
            elif ends <= t + 1 or (extended and done):
                self.closed_at = t

    def _next_due(self, t: int, paid: int) -> int | None:
        """When the next instalment falls due, seen before the transfers of period t; None if none will."""
        if self.approved_at is None or self.approved_at > t or paid == len(self.agreement.instalments):
            return None
        if self.closed_at is not None:
            return None
        if self.started_at is None:
            return self.approved_at + self.agreement.preparation
        return self.started_at + self.agreement.instalments[paid].after

    def is_released(self, t: int, paid: int) -> bool:
        """Whether expenditure as known in period t lets the instalment go that follows so many paid ones."""
        if paid == 0:
            return True
        before = self.received_after(paid - 1)
        threshold = part_of(self.agreement.instalments[paid].threshold, self.received_after(paid) - before)
        return self.with_indirect(self.spent(t - self.reporting_lag)) >= before + threshold

    def paid_before(self, t: int) -> int:
        """Instalments paid before the transfers of period t."""
        return self.paid[t - 1] if t else self.opening_instalments

    def instalment(self, t: int) -> int:
        """What the next instalment is, seen before the transfers of period t."""
        return self.received_after(self.paid_before(t) + 1) - self.received_after(self.paid_before(t))

    def direct_within(self, amount: int) -> int:
        return most_direct(amount, self.indirect_cost)

    def with_indirect(self, direct: int) -> int:
        return direct + part_of(self.indirect_cost, direct)

    def received_after(self, instalments: int) -> int:
        """Of the award, once so many instalments are paid: the running total of the shares is what is rounded."""
        shares = [one.share.ratio for one in self.agreement.instalments[:instalments]]
        return part_of(sum(shares, Fraction(0)), self.award)

    def until(self, event: str, t: int) -> int:
        """All of an event up to the close of period t."""
        return sum(cents for when, cents in self.by_event[event].items() if when <= t)

    def spent(self, t: int) -> int:
        """Direct cost spent at the close of period t."""
        return self.opening_spent + self.until("direct_delivery", t)

    def received(self, t: int) -> int:
        return self.opening_received + self.until("transfers", t)

    def held(self, t: int) -> int:
        """With the organisations: received, neither spent nor refunded."""
        return self.received(t) - self.with_indirect(self.spent(t)) - self.until("refunds", t)


class Retold:
    """One path: its postings by period, its programmes' lives, and what stood where."""

    def __init__(self, scenario: Scenario, replay: Replay) -> None:
        self.scenario, self.books, self.postings = scenario, replay.books, replay.postings
        self.periods = range(scenario.calendar.periods)
        labels = {str(quarter): t for t, quarter in enumerate(scenario.calendar.quarters)}
        self.by_period: list[list[Posting]] = [[] for _ in self.periods]
        per_programme: dict[str, list[tuple[int, Posting]]] = {one.id: [] for one in scenario.programmes}
        for posting in replay.postings:
            t = labels[posting.period]
            self.by_period[t].append(posting)
            if posting.who in per_programme and posting.event not in DONORS_EVENTS:
                per_programme[posting.who].append((t, posting))
        self.lives = {one.id: Life(scenario, one, per_programme[one.id]) for one in scenario.programmes}

        found = {donor.earmark for donor in scenario.donors} | {cash.earmark for cash in scenario.fund.opening.cash}
        found |= {pledge.earmark for pledge in scenario.pledges if pledge.earmark}
        found |= {shock.earmark for shock in scenario.shocks if shock.kind == "earmarking_wave"}
        self.classes = [Earmark(), *sorted(found - {Earmark()}, key=lambda earmark: earmark.label)]
        narrow = range(1, len(self.classes))
        chosen = chain.from_iterable(combinations(narrow, size) for size in range(len(self.classes)))
        self.sets = [frozenset((0, *some)) for some in chosen]
        plans = {plan.id: plan for plan in scenario.plans}
        self.eligible: dict[str, frozenset[int]] = {}
        for one in scenario.programmes:
            plan = plans[one.plan] if one.plan else None
            region, countries = (plan.region, (plan.country,)) if plan else (str(one.region), one.countries)
            admits = [earmark.allows(one.window, region, countries) for earmark in self.classes]
            self.eligible[one.id] = frozenset(number for number, admitted in enumerate(admits) if admitted)
        self.class_of = {earmark.label: number for number, earmark in enumerate(self.classes)}

    def amounts(self, event: str) -> list[int]:
        """All of an event, by period."""
        return [sum(one.cents for one in postings if one.event == event) for postings in self.by_period]

    def by_whom(self, event: str, until: int | None = None) -> Counter[str]:
        """All of an event by donor or programme, up to the close of a period."""
        total: Counter[str] = Counter()
        for postings in self.by_period[: None if until is None else until + 1]:
            for one in postings:
                if one.event == event:
                    total[one.who] += one.cents
        return total

    def opening(self) -> Standing:
        return Standing(self)

    def walk(self) -> Iterator[tuple[int, Posting, Standing]]:
        """Every posting in its order, and what stands where after it."""
        standing = self.opening()
        for t, postings in enumerate(self.by_period):
            standing.enter_period(t)
            for posting in postings:
                standing.post(posting)
                yield t, posting, standing


DONORS_EVENTS = (
    "announced", "lapsed_pledges", "pledge_exchange_difference", "signed", "deposits", "agent_fees",
    "exchange_difference", "cancelled_commitments", "in_kind_announced", "in_kind_signed", "in_kind_provided",
    "in_kind_lapsed", "policy_pledges_announced", "policy_pledges_adopted", "policy_pledges_lapsed",
)  # fmt: skip
BEFORE_THE_MEETING = (*DONORS_EVENTS, "interest", "refunds", "direct_cost", "lapsed_needs")


class Standing:
    """What stands where between two postings: money of earmark classes, claims on it and payments from it."""

    def __init__(self, path: Retold) -> None:
        self.path = path
        self.money = dict.fromkeys(range(len(path.classes)), 0)
        for cash in path.scenario.fund.opening.cash:
            self.money[path.classes.index(cash.earmark)] += cash.amount
        self.pledged = 0
        self.signed = dict.fromkeys(range(len(path.classes)), 0)
        self.claims = {name: life.opening_award - life.opening_received for name, life in path.lives.items()}
        self.paid = dict.fromkeys(path.lives, 0)
        self.direct_cost_owed = 0

    @property
    def cash(self) -> int:
        return sum(self.money.values()) - sum(self.paid.values())

    def enter_period(self, t: int) -> None:
        """The secretariat's allocation falls due in its quarter."""
        terms = self.path.scenario.fund.direct_cost
        if self.path.scenario.calendar.quarters[t].quarter == terms.quarter:
            self.direct_cost_owed += terms.per_year

    def post(self, posting: Posting) -> None:
        who, cents = posting.who, posting.cents
        match posting.event:
            case "announced" | "pledge_exchange_difference":
                self.pledged += cents
            case "lapsed_pledges":
                self.pledged -= cents
            case "signed":
                self.pledged -= cents
                self.signed[self.path.class_of[posting.earmark]] += cents
            case "exchange_difference":
                self.signed[self.path.class_of[posting.earmark]] += cents
            case "deposits":
                self.money[self.path.class_of[posting.earmark]] += cents
                self.signed[self.path.class_of[posting.earmark]] -= cents
            case "cancelled_commitments":
                self.signed[self.path.class_of[posting.earmark]] -= cents
            case "agent_fees":
                self.money[self.path.class_of[posting.earmark]] -= cents
            case "interest":
                self.money[0] += cents
            case "direct_cost":
                self.money[0] -= cents
                self.direct_cost_owed -= cents
            case "approvals":
                self.claims[who] += cents
            case "cancelled_awards":
                self.claims[who] -= cents
            case "transfers":
                self.paid[who] += cents
            case "refunds":
                self.claims[who] -= cents
                self.paid[who] -= cents

    def money_of(self, classes: frozenset[int]) -> int:
        return sum(self.money[one] for one in classes)

    def payable_only_from(self, classes: frozenset[int], amounts: dict[str, int]) -> int:
        """What belongs to programmes that no class outside these may pay for."""
        return sum(cents for name, cents in amounts.items() if self.path.eligible[name] <= classes)

    def payment_room(self, classes: frozenset[int]) -> int:
        return self.money_of(classes) - self.payable_only_from(classes, self.paid)

    def approval_room(self, classes: frozenset[int], t: int) -> int:
        """What the funding policy lets the Committee still approve from a set of classes in period t."""
        scenario = self.path.scenario
        policy, reserve, secretariat = scenario.fund.funding_policy, scenario.fund.reserve, scenario.fund.direct_cost
        room = self.money_of(classes)
        if isinstance(policy, Signed):
            room += part_of(policy.share, sum(self.signed[one] for one in classes))
        if isinstance(policy, Rolling):
            falling_due = {
                name: self.falling_due(life, t, t + policy.quarters) for name, life in self.path.lives.items()
            }
            room -= self.payable_only_from(classes, self.paid) + self.payable_only_from(classes, falling_due)
        else:
            room -= self.payable_only_from(classes, self.claims)
        quarter = scenario.calendar.quarters[t].quarter
        ahead = [(quarter - 1 + later) % 4 + 1 for later in range(1, 5)]  # quarters of the next twelve months
        ring_fenced = secretariat.per_year * ahead.count(secretariat.quarter)
        held = max(reserve.minimum, part_of(reserve.share_of_cash, self.cash))
        return room - held - ring_fenced - self.direct_cost_owed

    def falling_due(self, life: Life, t: int, until: int) -> int:
        """Instalments unpaid before the transfers of period t that fall due by another: cents of an approved award."""
        first, paid = life.due[t], life.paid_before(t)
        if not self.claims[life.programme.id] or first is None:
            return 0
        begun = life.started_at if paid else first
        assert begun is not None
        after = [begun + one.after for one in life.agreement.instalments]
        count = max((number + 1 for number, when in enumerate(after) if number >= paid and when <= until), default=paid)
        return life.received_after(count) - life.received_after(paid)
