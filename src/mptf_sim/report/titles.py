"""The finding over a figure that stands alone."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mptf_sim.report.lettering import broken
from mptf_sim.report.style import figure_of, house_style

TITLE = 10
"""Size of the finding over a figure."""


def titled(axes: Axes, finding: str) -> Figure:
    """A figure that stands alone, under its finding."""
    with house_style():
        title_over(axes, finding)
    return figure_of(axes)


def title_over(axes: Axes, finding: str) -> None:
    """The finding over a figure that stands alone; the figure grows by as many lines."""
    figure = figure_of(axes)
    lines = broken(finding, 72 * (figure.get_figwidth() - 0.1), TITLE, bold=True)
    figure.set_figheight(figure.get_figheight() + (0.1 + 1.25 * TITLE * len(lines)) / 72)
    figure.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=TITLE, fontweight="bold")
