"""All chance enters here: keyed streams of base variates, drawn before the first period.

A draw is a function of seed, entity, variable, period and path, and of nothing else: not of blocks, workers,
other entities, the horizon or the number of paths. The scheme is part of the product's contract (ARCHITECTURE.md).
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.random import SFC64, Generator
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

from mptf_sim.engine.deal_draws import DealDraws, draw_deals
from mptf_sim.engine.giving import Gifts, give
from mptf_sim.engine.terms import Terms
from mptf_sim.quantities import Array, Mask

CHUNK = 1024
"""Paths per keyed stream: part of the contract, never a tuning knob."""

SCHEME = b"mptf-rng-v1"
"""Names the scheme; another name is another draw everywhere."""

MOST_SEED = 2**128 - 1


class _Key(ISeedSequence):
    """Seed words straight from BLAKE2b of the stream's name."""

    __slots__ = ("name",)

    def __init__(self, name: bytes) -> None:
        self.name = name

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> NDArray[Any]:
        raw = hashlib.blake2b(self.name, digest_size=64, person=SCHEME).digest()
        return np.frombuffer(raw, dtype="<u8" if dtype == np.uint64 else "<u4")[:n_words].astype(dtype)


@dataclass(frozen=True, slots=True)
class Streams:
    """Named base variates of one seed: (period, path) for the 1,024 paths of a chunk.

    Only parameter-free variates are drawn; everything else is a transform of them, so that two scenarios that
    differ in a parameter see the same chance.
    """

    seed: int
    periods: int
    chunk: int

    def normals(self, entity: str, variable: str) -> Array:
        """Standard normals."""
        return self._open(entity, variable).standard_normal((self.periods, CHUNK))

    def uniforms(self, entity: str, variable: str) -> Array:
        """Uniforms between 0 and 1."""
        return self._open(entity, variable).random((self.periods, CHUNK))

    def exponentials(self, entity: str, variable: str) -> Array:
        """Standard exponentials."""
        return self._open(entity, variable).standard_exponential((self.periods, CHUNK))

    def uniform_once(self, entity: str, variable: str) -> Array:
        """One uniform per path: (path,)."""
        return self._open(entity, variable).random(CHUNK)

    def exponential_once(self, entity: str, variable: str) -> Array:
        """One standard exponential per path: (path,)."""
        return self._open(entity, variable).standard_exponential(CHUNK)

    def normal_once(self, entity: str, variable: str) -> Array:
        """One standard normal per path, for what does not change over time: (path,)."""
        return self._open(entity, variable).standard_normal(CHUNK)

    def exponential_rows(self, entity: str, variable: str, count: int) -> Array:
        """Standard exponentials that are numbered, as the obligors of a pool are: (number, path)."""
        return self._open(entity, variable).standard_exponential((count, CHUNK))

    def uniform_rows(self, entity: str, variable: str, count: int) -> Array:
        """Uniforms that are numbered: (number, path)."""
        return self._open(entity, variable).random((count, CHUNK))

    def _open(self, entity: str, variable: str) -> Generator:
        who, what = entity.encode(), variable.encode()  # length-prefixed: ("a", "bc") is not ("ab", "c")
        name = self.seed.to_bytes(16, "little") + struct.pack("<IIq", len(who), len(what), self.chunk) + who + what
        key: Any = _Key(name)  # numpy takes any seed sequence; its type hints know only its own
        return Generator(SFC64(key))


@dataclass(frozen=True, slots=True)
class ChanceOf:
    """The variates of one entity, by name."""

    streams: Streams
    entity: str

    def normals(self, variable: str) -> Array:
        return self.streams.normals(self.entity, variable)

    def uniforms(self, variable: str) -> Array:
        return self.streams.uniforms(self.entity, variable)

    def normal_once(self, variable: str) -> Array:
        return self.streams.normal_once(self.entity, variable)

    def uniform_once(self, variable: str) -> Array:
        return self.streams.uniform_once(self.entity, variable)

    def exponential_rows(self, variable: str, count: int) -> Array:
        return self.streams.exponential_rows(self.entity, variable, count)

    def uniform_rows(self, variable: str, count: int) -> Array:
        return self.streams.uniform_rows(self.entity, variable, count)


class SlotDraws(NamedTuple):
    """What chance decides of each slot of the pipeline: (slot, path)."""

    arrives: Mask  # its concept note
    selected: Mask  # if it arrives
    effort: Array  # of preparing its document: standard exponentials
    score: Array  # of its document, 0 to 100

    def paths(self, first: int, last: int) -> SlotDraws:
        """The same for some of the chunk's paths."""
        arrives, selected, effort, score = self
        return SlotDraws(arrives[:, first:last], selected[:, first:last], effort[:, first:last], score[:, first:last])


@dataclass(frozen=True, slots=True)
class Draws:
    """What chance decides for some paths of one chunk, before the first period."""

    gifts: Gifts
    pace: Array  # (part, path), share of the backlog delivered per quarter
    slowdown: Array  # (period, path), factor on every pace, between 0 and 1
    life: Array  # (period, plan that may move, path), uniforms
    firms: Mask  # (unsure source, path), whether it is secured when its year begins
    raised: Array  # (diaspora bond, path), what is bought of it, cents
    late: Mask | None  # (period, part, path), whether the report at its close is late; None if none ever is
    slots: SlotDraws
    deals: DealDraws | None  # of deals, if there are facilities or deals

    def paths(self, first: int, last: int) -> Draws:
        """The same for some of the chunk's paths."""
        return Draws(
            self.gifts.paths(first, last),
            np.ascontiguousarray(self.pace[:, first:last]),
            self.slowdown[:, first:last],
            self.life[..., first:last],
            self.firms[:, first:last],
            self.raised[:, first:last],
            None if self.late is None else np.ascontiguousarray(self.late[..., first:last]),
            self.slots.paths(first, last),
            self.deals.paths(first, last) if self.deals is not None else None,
        )


def draw(terms: Terms, seed: int, chunk: int) -> Draws:
    """Draw one chunk: donors' behaviour and organisations' pace on 1,024 paths.

    Transforms are made at the full width of the chunk, so that the last bit of an exponential cannot depend on
    how the chunk is later cut into blocks.
    """
    streams = Streams(seed, terms.periods, chunk)
    common = streams.normals("donors", "common")
    gifts = give(terms, lambda entity: ChanceOf(streams, entity), common)
    effort = streams.exponentials("organisations", "slowdown")
    slowdown = np.exp(-terms.scenario.common_factors.slowdown * effort)
    return Draws(
        gifts,
        _pace(terms, streams),
        slowdown,
        *_of_plans(terms, streams),
        _late(terms, streams),
        _slots(terms, streams),
        draw_deals(terms.deals, lambda entity: ChanceOf(streams, entity), common[0]) if terms.deals else None,
    )


def _of_plans(terms: Terms, streams: Streams) -> tuple[Array, Mask, Array]:
    """Uniforms of plans that may take a step, which indicative sources are secured, what is bought of bonds."""
    planning = terms.planning
    life = np.empty((terms.periods, len(planning.moving), CHUNK))
    for place, row in enumerate(planning.moving):
        life[:, place] = streams.uniforms(f"plan/{terms.plans[row].id}", "life")
    firms = np.empty((len(planning.unsure), CHUNK), dtype=bool)
    for row, source in enumerate(planning.unsure):
        firms[row] = streams.uniforms(f"finance/{source.id}", "firming")[source.begins] < source.chance
    raised = np.empty((len(planning.bonds), CHUNK))
    for row, one in enumerate(planning.bonds):
        raised[row] = one.bond.raised(one.target, streams.normal_once(f"finance/{one.id}", "take_up"))
    return life, firms, raised


def _pace(terms: Terms, streams: Streams) -> Array:
    """Each part's pace: its programme's own factor and its organisation's, (part, path)."""
    pace = np.empty((len(terms.layout.parts), CHUNK))
    organisations = {one.id: one for one in terms.scenario.organisations}
    factors = {
        name: organisations[name].spread * streams.normal_once(f"organisation/{name}", "pace")
        for name in sorted({name for _, name in terms.layout.parts})
        if organisations[name].spread > 0
    }
    row = 0
    for programme, agreement in zip(terms.programmes, terms.agreements, strict=True):
        own = streams.normal_once(f"programme/{programme.id}", "pace")
        for organisation in programme.parts:
            pace[row] = agreement.delivery.factors(own, factors.get(organisation, 0.0))
            row += 1
    return pace


def _late(terms: Terms, streams: Streams) -> Mask | None:
    """Which reports will be late: (period, part, path)."""
    if not any(terms.late_chance):
        return None
    late = np.zeros((terms.periods, len(terms.layout.parts), CHUNK), dtype=bool)
    for row, ((programme, organisation), chance) in enumerate(zip(terms.layout.parts, terms.late_chance, strict=True)):
        if chance > 0:
            late[:, row] = streams.uniforms(f"programme/{programme}", f"report {organisation}") < chance
    return late


def _slots(terms: Terms, streams: Streams) -> SlotDraws:
    """Concept notes, selection, preparation and score of each slot of the pipeline."""
    shape = (len(terms.slots.rows), CHUNK)
    drawn = SlotDraws(np.empty(shape, dtype=bool), np.empty(shape, dtype=bool), np.empty(shape), np.empty(shape))
    pipeline = terms.scenario.pipeline
    if pipeline is None:
        return drawn
    for place, row in enumerate(terms.slots.rows):
        entity = f"programme/{terms.programmes[row].id}"
        drawn.arrives[place] = streams.uniform_once(entity, "concept_note") < pipeline.selection.concept_note
        drawn.selected[place] = streams.uniform_once(entity, "selection") < pipeline.selection.chance
        drawn.effort[place] = streams.exponential_once(entity, "preparation")
        drawn.score[place] = pipeline.score.scores(streams.normal_once(entity, "score"))
    return drawn
