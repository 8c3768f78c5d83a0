"""The loop over periods and blocks of paths, and the chunks that several processes share."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from math import lcm, prod

from mptf_sim.books import Axes, Books, Checks
from mptf_sim.engine import memory
from mptf_sim.engine.draws import CHUNK, MOST_SEED, Draws, draw
from mptf_sim.engine.flows import Flows
from mptf_sim.engine.invariants import check, check_gifts
from mptf_sim.engine.record import Record, axes
from mptf_sim.engine.state import FundState, opening
from mptf_sim.engine.step import step
from mptf_sim.engine.terms import Terms
from mptf_sim.errors import UsageError
from mptf_sim.fund.donors import Donor, DonorShocks, Matching
from mptf_sim.fund.funding_policy import Signed
from mptf_sim.money import MOST_EXACT
from mptf_sim.runs.run import Chunk, Run, collect, condense
from mptf_sim.scenario.scenario import Scenario

BLOCK = CHUNK
"""Paths that are played together by default. It changes no result; smaller blocks need less memory."""

MOST_PATHS = 10_000_000
MOST_WORKERS = 64

Watcher = Callable[[int, FundState, FundState, Flows], None]


def play(terms: Terms, draws: Draws, first_path: int, watch: Watcher | None = None) -> tuple[Books, Checks]:
    """Play every period for some paths of one chunk, and check their books.

    Parameters
    ----------
    draws : of these paths
    first_path : number of the first of them, for messages
    watch : called with period, state before, state after and flows: replay listens here
    """
    width = draws.slowdown.shape[1]
    state = opening(terms, draws.slots.score, draws.deals)
    record = Record(terms, width, state)
    for t in range(terms.periods):
        before = state
        state, flows = step(terms, t, before, draws)
        record.enter(t, before, state, flows)
        if watch is not None:
            watch(t, before, state, flows)
    checks = check(terms, record, state, first_path)
    return record.close(state), checks


def play_chunk(terms: Terms, seed: int, chunk: int, paths: int, block: int) -> tuple[Books, Checks]:
    """Play the first `paths` paths of a chunk, block by block."""
    with memory.kept():
        draws = draw(terms, seed, chunk)
        stays_exact(terms, draws)
        parts, checks = [], check_gifts(terms, draws.gifts, chunk * CHUNK)
        for first in range(0, paths, block):
            books, held = play(terms, draws.paths(first, min(first + block, paths)), chunk * CHUNK + first)
            parts.append(books)
            checks = checks.plus(held)
        return Books.side_by_side(parts), checks


def stays_exact(terms: Terms, draws: Draws) -> None:
    """Refuse money so large that whole cents, or their products with contract rates, would not be exact.

    Raises
    ------
    UsageError : naming the amount and the rate
    """
    fund = terms.fund
    cash = draws.gifts.lines.deposited.sum(axis=(0, 1)).max(initial=0.0) + terms.opening_cash.sum()
    for year in sorted({quarter.year for quarter in terms.quarters}):
        rate = fund.interest_rate(year)
        cash *= 1.0 + rate.num / rate.den
    promised = max(
        [draws.gifts.lines.announced.max(initial=0.0), *(own.announced.max() for own in draws.gifts.own.values())]
    )
    signed = draws.gifts.lines.signed.sum(axis=(0, 1)).max(initial=0.0)
    due = terms.planning.due
    asked = max(terms.budget.max(initial=0.0), due.max(initial=0.0))
    share = fund.funding_policy.share.num if isinstance(fund.funding_policy, Signed) else 1
    carried = max((rate.num for rate in terms.carry_over), default=1)
    for what, amount, factor in (
        ("interest on cash", cash, max(fund.interest_rate(quarter.year).num for quarter in terms.quarters)),
        ("the agent's fee on deposits", signed, fund.fees.administrative_agent.num),
        ("the matching of deposits", cash, max(_matched(donor) for donor in terms.donors) if terms.donors else 1),
        ("the conversion of promises", promised, max((donor.conversion.num for donor in terms.donors), default=1)),
        ("cuts and waves of promises", promised, max(map(_shocked, terms.shocks_of_donor.values()), default=1)),
        ("the reserve", cash, fund.reserve.share_of_cash.num),
        ("the share of signed commitments", signed, share),
        ("indirect cost of budgets and needs", asked, max(fund.fees.indirect_cost.num, fund.fees.indirect_cost.den)),
        ("instalments of budgets and needs", asked, int(terms.paid_share.num.max(initial=1.0))),
        ("thresholds of instalments", asked, int(terms.threshold.num.max(initial=1.0))),
        ("organisations' shares of budgets and needs", asked, terms.layout.most_parts_in_a_share),
        ("committed shares of receipts", asked, int(terms.committed.num.max(initial=1.0))),
        ("completion of budgets and needs", asked, int(terms.complete.num.max(initial=1.0))),
        ("shares of budgets and needs that a rule works with", asked, terms.largest_rates[0]),
        ("floors and ceilings", cash + signed, terms.largest_rates[1]),
        *_of_deals(terms, draws),
        ("needs carried over", due.sum(axis=0).max(initial=0.0), carried),
        ("all needs", due.sum(), 1),
        ("all budgets", terms.budget.sum(), 1),
    ):
        if amount * max(factor, 1) >= MOST_EXACT:
            raise UsageError(
                f"{what}: amounts reach {amount / 100:,.0f} and the rate has {factor} parts, so that cents would no "
                "longer be exact. State smaller amounts, or a rate with fewer decimals"
            )


def _of_deals(terms: Terms, draws: Draws) -> list[tuple[str, float, int]]:
    """Amounts of deals and the rates they are multiplied with."""
    deals = terms.deals
    if deals is None or draws.deals is None:
        return []
    promises, led = deals.promises, deals.public_money[deals.loan_deal][:, None] * draws.deals.leverage
    face = float((deals.amount + led).max(initial=0.0))
    together = float((deals.amount + led).sum(axis=0).max(initial=0.0)) + float(deals.grant_amount.sum())
    rates = [deals.interest[0], *(side[0] for side in (promises.coverage, promises.cap, promises.premium))]
    factors = [int(side.max(initial=1.0)) for side in rates]
    factors += [int(deals.over.max(initial=1)), *(one.ratio.num for one in deals.matching if one is not None)]
    foreign = deals.foreign
    for loan, currency in zip(foreign.loans, foreign.currency, strict=True):
        rate, most = draws.gifts.rates[currency], float((deals.amount[loan] + led[loan]).max())
        together += most / float(rate.min()) * max(1.0, float(rate.max()))
    return [
        ("rates of deals", together, max(factors)),
        ("defaults of deals", face, int(deals.obligors.max(initial=1))),
        ("fees of facilities", float(terms.budget.sum()) + together, int(deals.fee[0].max(initial=1.0))),
    ]


def _matched(donor: Donor) -> int:
    return donor.outlook.ratio.num if isinstance(donor.outlook, Matching) else 1


def _shocked(shocks: DonorShocks) -> int:
    """The largest number of parts into which shocks divide a promise of one donor."""
    cut = prod(kept.num for _, kept in shocks.cuts)
    return max(cut, lcm(*(share.den for _, share, _ in shocks.waves)))


def simulate(
    scenario: Scenario,
    paths: int = 10_000,
    seed: int = 1,
    workers: int = 1,
    block: int = BLOCK,
    progress: Callable[[int], None] | None = None,
) -> Run:
    """Play many futures of a scenario.

    Parameters
    ----------
    paths : how many futures
    seed : names the draws; the same seed is the same futures in every scenario
    workers, block : how the work is shared; they change no result
    progress : called with the number of paths of each finished chunk

    Raises
    ------
    UsageError : if paths, seed, workers or block are out of range
    BrokenInvariant : if the books of any path do not balance
    """

    def counted() -> Iterator[Chunk]:
        for chunk in chunks(scenario, paths, seed, workers, block):
            width = chunk.width
            yield chunk
            del chunk  # whoever collects has taken what stays
            if progress is not None:
                progress(width)

    return collect(scenario, seed, paths, axes(Terms(scenario)), counted())


def chunks(scenario: Scenario, paths: int, seed: int, workers: int = 1, block: int = BLOCK) -> Iterator[Chunk]:
    """Play a scenario chunk by chunk, in the order of paths; raises as `simulate` does."""
    check_call(paths, seed, workers, block)
    widths = [min(CHUNK, paths - first) for first in range(0, paths, CHUNK)]
    if workers == 1 or len(widths) == 1:
        terms = Terms(scenario)
        kept = axes(terms)
        for number, width in enumerate(widths):
            yield finished(terms, kept, seed, number, width, block)
    else:
        yield from _shared(scenario, seed, widths, min(workers, len(widths)), block)


def check_call(paths: int, seed: int, workers: int, block: int) -> None:
    """Refuse numbers that cannot be meant.

    Raises
    ------
    UsageError : naming the number and its range
    """
    for name, value, least, most in (
        ("paths", paths, 1, MOST_PATHS),
        ("seed", seed, 0, MOST_SEED),
        ("workers", workers, 1, MOST_WORKERS),
        ("block", block, 1, CHUNK),
    ):
        if not least <= value <= most:
            raise UsageError(f"{name}: expected a whole number from {least} to {most}, found {value}")


def finished(terms: Terms, kept: Axes, seed: int, chunk: int, paths: int, block: int) -> Chunk:
    """Of a chunk what is collected."""
    return condense(kept, *play_chunk(terms, seed, chunk, paths, block))


def _shared(scenario: Scenario, seed: int, widths: list[int], workers: int, block: int) -> Iterator[Chunk]:
    """Several processes play the chunks; if one dies, what it had not finished is played here."""
    waiting = 0
    try:
        with ProcessPoolExecutor(
            workers, multiprocessing.get_context("spawn"), _begin, (scenario, seed, block)
        ) as pool:
            futures: deque[Future[Chunk]] = deque()
            ahead = iter(enumerate(widths))

            def start(count: int) -> None:
                with _interrupts_held_back():
                    futures.extend(pool.submit(_play, *one) for one in islice(ahead, count))

            try:
                start(2 * workers)
                while futures:  # in the order of paths, never many chunks ahead: memory stays that of a few chunks
                    chunk = futures.popleft().result()
                    start(1)
                    waiting += 1
                    yield chunk
            except (KeyboardInterrupt, SystemExit, GeneratorExit):
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    except BrokenProcessPool:
        terms = Terms(scenario)
        kept = axes(terms)
        for number in range(waiting, len(widths)):
            yield finished(terms, kept, seed, number, widths[number], block)


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """A worker that starts here never hears Ctrl-C: the run it works for ends it, and alone tells of it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_at_work: tuple[Terms, Axes, int, int]


def _begin(scenario: Scenario, seed: int, block: int) -> None:
    """Lay out the terms once per process."""
    global _at_work
    terms = Terms(scenario)
    _at_work = terms, axes(terms), seed, block


def _play(number: int, width: int) -> Chunk:
    terms, kept, seed, block = _at_work
    return finished(terms, kept, seed, number, width, block)
