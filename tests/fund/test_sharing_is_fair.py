"""Sharing rules against the best that exists: linear programmes that know nothing of levels."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from mptf_sim.fund.allocation import Bounds, Room
from mptf_sim.fund.allocation.fill import fill

Draw = st.DrawFn


@st.composite
def tables(draw: Draw) -> tuple[Room, np.ndarray, np.ndarray]:
    """A room of one path, caps and weights of up to five documents: small round numbers, so that they tie."""
    classes, count = draw(st.integers(1, 3)), draw(st.integers(1, 5))
    eligible = [frozenset({0, *draw(st.sets(st.integers(0, classes - 1)))}) for _ in range(count)]
    kinds = sorted({frozenset({0}), *eligible}, key=sorted)
    bounds = Bounds.of(classes, kinds)
    amounts = st.sampled_from((0, 100, 200, 300, 1000))
    money = np.array([[float(draw(amounts))] for _ in range(classes)])
    room = Room(
        bounds, bounds.money(money), np.array([kinds.index(one) for one in eligible], dtype=np.intp),
        np.ones(count), np.ones(count),
    )  # fmt: skip
    caps = np.array([[float(draw(st.sampled_from((0, 50, 100, 250, 700))))] for _ in range(count)])
    weights = np.array([[float(draw(st.sampled_from((1, 1, 2, 5))))] for _ in range(count)])
    return room, caps, weights


def fairest(room: Room, caps: np.ndarray, floors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Lexicographic max-min of claim / weight by linear programmes, one after the other.

    The lowest is raised as far as any division allows; those that can be no higher in any such division stay there.
    """
    count = len(caps)
    within = room.bounds.within[room.eligible].T.astype(float)
    most = np.maximum(room.slack[:, 0], 0.0)
    fixed: dict[int, float] = {who: 0.0 for who in range(count) if caps[who, 0] == floors[who, 0]}
    while len(fixed) < count:
        free = [who for who in range(count) if who not in fixed]

        at_least = [[*(-1.0 * (np.arange(count) == who)), weights[who, 0]] for who in free]
        rows = np.vstack([np.column_stack([within, np.zeros(len(within))]), *at_least])
        ends = np.concatenate([most, floors[free, 0]])
        ranges = [(fixed.get(who, 0.0), fixed.get(who, caps[who, 0] - floors[who, 0])) for who in range(count)]

        def highest(of: int, level: tuple[float, float | None], rows=rows, ends=ends, ranges=ranges) -> float:
            """The largest that this can be, beyond floors, with no free document below the level."""
            objective = -1.0 * (np.arange(count + 1) == of)
            return float(-linprog(objective, A_ub=rows, b_ub=ends, bounds=[*ranges, level]).fun)

        level = highest(count, (0.0, None))
        beyond = {who: highest(who, (level, level)) for who in free}
        stopped = {
            who: claim for who, claim in beyond.items() if claim + floors[who, 0] <= weights[who, 0] * level + 1e-7
        }
        assert stopped, "the level could have been higher"
        fixed |= stopped
    return np.array([[floors[who, 0] + fixed[who]] for who in range(count)])


@given(tables())
@settings(max_examples=settings().max_examples * 2)
def test_fill_is_the_fairest_division_there_is_to_the_cent(table: tuple[Room, np.ndarray, np.ndarray]) -> None:
    room, caps, weights = table

    claims = fill(room, caps, np.zeros_like(caps), weights)

    best = fairest(room, caps, np.zeros_like(caps), weights)
    assert (np.abs(claims - best) <= len(caps)).all(), (claims.ravel(), best.ravel())


@given(tables(), st.data())
def test_documents_that_start_above_the_level_wait_until_it_reaches_them(
    table: tuple[Room, np.ndarray, np.ndarray], data: st.DataObject
) -> None:
    room, caps, weights = table
    floors = np.minimum(caps, [[float(data.draw(st.sampled_from((0, 50, 100))))] for _ in caps])

    claims = fill(room, caps, floors, weights)

    best = fairest(room, caps, floors, weights)
    assert (claims >= floors).all()
    assert (np.abs(claims - best) <= len(caps)).all(), (claims.ravel(), best.ravel())
