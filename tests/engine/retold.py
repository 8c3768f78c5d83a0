"""One path told anew: from the scenario and the postings alone, in Python's whole numbers.

Nothing here comes from the engine but the postings of a replay. The lines of the catalogue hold its books against
what is found here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
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


class Line:
    """What is released and paid at once: a programme, or one organisation's part where each is paid on its own."""

    def __init__(self, life: Life, organisations: tuple[str, ...]) -> None:
        self.life, self.organisations = life, organisations
        self.organisation = organisations[0] if len(organisations) == 1 else ""
        self.paid: list[int] = []  # instalments paid at the close of each period
        self.due: list[int | None] = []  # when the next was due, seen before the transfers of each period

    @property
    def key(self) -> tuple[str, str]:
        """As postings name it."""
        return self.life.programme.id, self.organisation

    def share(self, amount: int) -> int:
        """Of an amount of the programme."""
        parts = self.life.split(amount)
        return sum(parts[one] for one in self.organisations)

    def paid_before(self, t: int) -> int:
        """Instalments paid before the transfers of period t."""
        return self.paid[t - 1] if t else self.life.opening_instalments

    def instalment(self, t: int) -> int:
        """What the next instalment is, seen before the transfers of period t."""
        return self.share(self.life.instalment(self.paid_before(t) + 1))

    def transferred(self, t: int) -> int:
        return sum(self.life.by_part["transfers", one].get(t, 0) for one in self.organisations)

    def is_blocked(self, t: int) -> bool:
        """Whether a report of one of its organisations is overdue."""
        return any(self.life.is_overdue(t, one) for one in self.organisations)

    def has_delivered(self, t: int, paid: int) -> bool:
        """Whether what counts in period t lets the instalment go that follows so many paid ones."""
        life = self.life
        if paid == 0:
            return True
        tranche, previous = life.agreement.instalments[paid], life.instalment(paid)
        counted = {one: life.counted(t, one) for one in self.organisations}
        if life.agreement.release.level == "programme":
            before = sum(life.instalment(k) for k in range(1, paid))
            return sum(counted.values()) >= before + part_of(tranche.threshold, previous)
        for one, cents in counted.items():
            before = sum(life.split(life.instalment(k))[one] for k in range(1, paid))
            if cents < before + part_of(tranche.threshold, life.split(previous)[one]):
                return False
        return True

    def is_released(self, t: int, paid: int) -> bool:
        return paid == 0 or (self.has_delivered(t, paid) and not self.is_blocked(t))

    def play(self, t: int) -> bool:
        """Period t: whether something of it was paid, be it nothing that could be posted."""
        paid = self.paid_before(t)
        due = self.life.next_due(t, paid)
        self.due.append(due)
        nothing = self.share(self.life.instalment(paid + 1)) == 0
        now = self.transferred(t) > 0 or (nothing and due is not None and due <= t and self.is_released(t, paid))
        self.paid.append(paid + now)
        return now


class Life:
    """One programme, from its award to its financial closure; periods are counted from the start of the calendar.

    An instalment of no cents (a share of an award of one cent) is paid when it is due and released, without a posting.
    """

    def __init__(
        self, scenario: Scenario, programme: Programme, postings: list[tuple[int, Posting]], late: Late
    ) -> None:
        start, running = scenario.calendar.start.ordinal, programme.running
        self.start, self.periods = start, scenario.calendar.periods
        self.reporting_lag = scenario.fund.reporting_lag
        self.programme, self.late = programme, late
        self.agreement = next(one for one in scenario.agreements if one.id == programme.agreement)
        self.indirect_cost = scenario.fund.fees.indirect_cost
        self.organisations = tuple(sorted(programme.parts))
        self.by_event: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.by_part: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        for t, posting in postings:
            of_part = self.by_part[posting.event, posting.organisation]
            once = posting.event != "reported_expenditure"  # of several quarters, reported together
            assert t not in of_part or not once, f"{posting.event} of {programme.id} twice in {posting.period}"
            of_part[t] = of_part.get(t, 0) + posting.cents
            self.by_event[posting.event][t] += posting.cents

        approvals = self.by_event["approvals"]
        self.award = programme.budget if running else sum(approvals.values())
        self.approved_at = running.approved.ordinal - start if running else next(iter(approvals), None)
        self.opening_award = programme.budget if running else 0
        self.opening_instalments = running.instalments_paid if running else 0
        self.opening_spent_by = self.split(running.delivered if running else 0)
        self.opening_received_by = {
            one: sum(self.split(self.instalment(k))[one] for k in range(1, self.opening_instalments + 1))
            for one in self.organisations
        }
        self.started_at = running.started.ordinal - start if running and running.started else None
        self.closed_at: int | None = None
        each = [(one,) for one in self.organisations]
        self.lines = [
            Line(self, some) for some in (each if self.agreement.release.level == "own share" else [self.organisations])
        ]
        self._live()

    def _live(self) -> None:
        """Period by period: an instalment falls due, the first one starts it, at its end it is extended or closed."""
        ends, extended = None, False
        if self.started_at is not None:
            ends = self.started_at + self.programme.duration
        for t in range(self.periods):
            paid = [line.play(t) for line in self.lines]
            if any(paid) and self.started_at is None:
                self.started_at, ends = t, t + self.programme.duration
            if ends is None or self.closed_at is not None:
                continue
            done = self.spent(t) >= part_of(self.agreement.complete_at, self.direct_within(self.award))
            if ends <= t + 1 and not done and not extended and self.agreement.extension:
                ends, extended = ends + self.agreement.extension, True
            elif ends <= t + 1 or (extended and done):
                self.closed_at = t

    def next_due(self, t: int, paid: int) -> int | None:
        """When the next instalment of a line falls due, seen before the transfers of period t; None if none will."""
        if self.approved_at is None or self.approved_at > t or paid == len(self.agreement.instalments):
            return None
        if self.closed_at is not None:
            return None
        if paid == 0:
            return self.approved_at + self.agreement.preparation
        assert self.started_at is not None
        return self.started_at + self.agreement.instalments[paid].after

    def split(self, amount: int) -> dict[str, int]:
        """An amount of the programme by organisation: rounded running totals of shares, and their differences."""
        parts, total = {}, Fraction(0)
        for one in self.organisations:
            before, total = total, total + self.programme.parts.ratios[one]
            parts[one] = part_of(total, amount) - part_of(before, amount)
        return parts

    def is_overdue(self, t: int, organisation: str) -> bool:
        """Whether a report was due by period t and is still to come."""
        late_by, every = self.agreement.reporting.late_by, self.agreement.reporting.every
        return any(
            (self.start + about + 1) % every == 0
            and self.started_at is not None
            and self.started_at <= about
            and self.late(self.programme.id, organisation, about)
            for about in range(max(0, t - self.reporting_lag - late_by + 1), t - self.reporting_lag + 1)
        )

    def counted(self, t: int, organisation: str) -> int:
        """What of a part counts against a threshold in period t: expenditure as reported, and what is committed."""
        about = t - self.reporting_lag
        while about >= 0 and (self.start + about + 1) % self.agreement.reporting.every:
            about -= 1
        known = self.with_indirect(self.spent(about, organisation))
        return known + part_of(self.agreement.release.committed, self.received(about, organisation) - known)

    def direct_within(self, amount: int) -> int:
        return most_direct(amount, self.indirect_cost)

    def with_indirect(self, direct: int) -> int:
        return direct + part_of(self.indirect_cost, direct)

    def received_after(self, instalments: int) -> int:
        """Of the award, once so many instalments are paid: the running total of the shares is what is rounded."""
        shares = [one.share.ratio for one in self.agreement.instalments[:instalments]]
        return part_of(sum(shares, Fraction(0)), self.award)

    def instalment(self, number: int) -> int:
        """The programme's instalment of this number, from 1."""
        return self.received_after(number) - self.received_after(number - 1)

    def until(self, event: str, t: int, organisation: str | None = None) -> int:
        """All of an event up to the close of period t, of the programme or of one part."""
        happened = self.by_event[event] if organisation is None else self.by_part[event, organisation]
        return sum(cents for when, cents in happened.items() if when <= t)

    def spent(self, t: int, organisation: str | None = None) -> int:
        """Direct cost spent at the close of period t."""
        return of(self.opening_spent_by, organisation) + self.until("direct_delivery", t, organisation)

    def received(self, t: int, organisation: str | None = None) -> int:
        return of(self.opening_received_by, organisation) + self.until("transfers", t, organisation)

    def held(self, t: int, organisation: str) -> int:
        """With an organisation: received, neither spent nor refunded."""
        spent = self.with_indirect(self.spent(t, organisation))
        return self.received(t, organisation) - spent - self.until("refunds", t, organisation)

    def held_by_all(self, t: int) -> int:
        return sum(self.held(t, one) for one in self.organisations)

    @property
    def opening_held(self) -> int:
        return sum(
            self.opening_received_by[o] - self.with_indirect(self.opening_spent_by[o]) for o in self.organisations
        )


Late = Callable[[str, str, int], bool]
"""Whether the report of a programme's organisation at the close of a period is late."""


def of(amounts: dict[str, int], organisation: str | None) -> int:
    """Of one organisation, or of all."""
    return sum(amounts.values()) if organisation is None else amounts[organisation]


class Retold:
    """One path: its postings by period, its programmes' lives, and what stood where."""

    def __init__(self, scenario: Scenario, replay: Replay, late: Late = lambda *_: False) -> None:
        self.scenario, self.books, self.postings = scenario, replay.books, replay.postings
        self.periods = range(scenario.calendar.periods)
        labels = {str(quarter): t for t, quarter in enumerate(scenario.calendar.quarters)}
        self.by_period: list[list[Posting]] = [[] for _ in self.periods]
        per_programme: dict[str, list[tuple[int, Posting]]] = {one.id: [] for one in scenario.all_programmes}
        for posting in replay.postings:
            t = labels[posting.period]
            self.by_period[t].append(posting)
            if posting.who in per_programme and posting.event not in DONORS_EVENTS:
                per_programme[posting.who].append((t, posting))
        self.lives = {one.id: Life(scenario, one, per_programme[one.id], late) for one in scenario.all_programmes}

        found = {donor.earmark for donor in scenario.donors} | {cash.earmark for cash in scenario.fund.opening.cash}
        found |= {pledge.earmark for pledge in scenario.pledges if pledge.earmark}
        found |= {shock.earmark for shock in scenario.shocks if shock.kind == "earmarking_wave"}
        self.classes = [Earmark(), *sorted(found - {Earmark()}, key=lambda earmark: earmark.label)]
        narrow = range(1, len(self.classes))
        chosen = chain.from_iterable(combinations(narrow, size) for size in range(len(self.classes)))
        self.sets = [frozenset((0, *some)) for some in chosen]
        plans = {plan.id: plan for plan in scenario.plans}
        self.eligible: dict[str, frozenset[int]] = {}
        for one in scenario.all_programmes:
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
        self.claims = {
            name: life.opening_award - sum(life.opening_received_by.values()) for name, life in path.lives.items()
        }
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
                name: sum(self.falling_due(line, t, t + policy.quarters) for line in life.lines)
                for name, life in self.path.lives.items()
            }
            room -= self.payable_only_from(classes, self.paid) + self.payable_only_from(classes, falling_due)
        else:
            room -= self.payable_only_from(classes, self.claims)
        quarter = scenario.calendar.quarters[t].quarter
        ahead = [(quarter - 1 + later) % 4 + 1 for later in range(1, 5)]  # quarters of the next twelve months
        ring_fenced = secretariat.per_year * ahead.count(secretariat.quarter)
        held = max(reserve.minimum, part_of(reserve.share_of_cash, self.cash))
        return room - held - ring_fenced - self.direct_cost_owed

    def falling_due(self, line: Line, t: int, until: int) -> int:
        """Instalments unpaid before the transfers of period t that fall due by another: cents of an approved award."""
        life, first, paid = line.life, line.due[t], line.paid_before(t)
        if not self.claims[life.programme.id] or first is None:
            return 0
        begun = life.started_at if paid else first
        assert begun is not None
        after = [begun + one.after for one in life.agreement.instalments]
        count = max((number + 1 for number, when in enumerate(after) if number >= paid and when <= until), default=paid)
        return sum(line.share(life.instalment(number)) for number in range(paid + 1, count + 1))
