"""Words beside points, where they cover neither a point, nor a line, nor other words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from mptf_sim.quantities import Array
from mptf_sim.report.style import figure_of

CHARACTER, LINE = 5.3, 11.0
"""Points: the room one character takes, and one line."""

DRAWN = (0.80, 0.62)
"""Share of a figure's width and height that its axes fill, near enough to keep words apart."""


class Label(NamedTuple):
    """Words and the point they belong to, in data."""

    text: str
    x: float
    y: float
    colour: str


class Place(NamedTuple):
    """Where words may stand seen from their point: offset in points, and how they are aligned."""

    right: float
    up: float
    ha: str


PLACES = (
    Place(0, 8, "center"), Place(-8, 6, "right"), Place(8, 6, "left"), Place(0, -17, "center"),
    Place(10, -4, "left"), Place(-10, -4, "right"), Place(8, -15, "left"), Place(-8, -15, "right"),
    Place(0, 20, "center"), Place(0, -29, "center"),
)  # fmt: skip
"""From the best to the last resort."""


def write_beside(axes: Axes, labels: Sequence[Label], lines: Sequence[Array]) -> None:
    """Write each label at the first place that is free.

    Parameters
    ----------
    lines : each (point, 2): x and y in data; a single point is one that words must not cover
    """
    scale = points_per_datum(axes)
    taken = np.concatenate([_along(line * scale) for line in lines]) if lines else np.zeros((0, 2))
    for label in labels:
        at = np.array([label.x, label.y]) * scale
        boxes = [_box(at, label.text, place) for place in PLACES]
        covered = [int(((taken >= low) & (taken <= high)).all(axis=1).sum()) for low, high in boxes]
        best = int(np.argmin(covered))
        place, (low, high) = PLACES[best], boxes[best]
        taken = np.concatenate([taken, _filled(low, high)])
        axes.annotate(
            label.text, (label.x, label.y), xytext=(place.right, place.up), textcoords="offset points", fontsize=8.5,
            color=label.colour, ha=place.ha,
        )  # fmt: skip


def points_per_datum(axes: Axes) -> Array:
    """Points across and up that one unit of the data takes."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    width, height = figure_of(axes).get_size_inches()
    return np.array(
        [72 * DRAWN[0] * width / max(right - left, 1e-12), 72 * DRAWN[1] * height / max(top - bottom, 1e-12)]
    )


def _along(line: Array) -> Array:
    """Points every few points of length along a line."""
    parts = [line]
    for start, end in pairwise(line):
        steps = max(int(np.hypot(*(end - start)) / 3), 1)
        parts.append(start + np.linspace(0, 1, steps)[:, None] * (end - start))
    return np.concatenate(parts)


def _box(at: Array, text: str, place: Place) -> tuple[Array, Array]:
    width = CHARACTER * len(text)
    left = at[0] + place.right - {"left": 0.0, "center": 0.5, "right": 1.0}[place.ha] * width
    bottom = at[1] + place.up - 2
    return np.array([left - 1, bottom]), np.array([left + width + 1, bottom + LINE])


def _filled(low: Array, high: Array) -> Array:
    """A grid over a box, so that later words see it as taken."""
    across, up = np.meshgrid(np.linspace(low[0], high[0], 12), np.linspace(low[1], high[1], 5))
    return np.stack([across.ravel(), up.ravel()], axis=1)
