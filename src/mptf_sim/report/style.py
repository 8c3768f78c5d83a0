"""How figures look: colours that differ in lightness too, sizes legible on A4, bytes that repeat."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Literal

import matplotlib
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import PolyCollection
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import ScaledTranslation

WIDTH = 5.2
"""Inches: text of 9 points stays legible when a phone or half an A4 page shows the figure."""

HEIGHT = 3.3

DOTS = 160
"""Dots per inch of a PNG."""

# Ordered from dark to light: neighbours stay apart in grey and for every kind of colour-blindness.
INK = "#1b1b1b"
DARK = "#12436d"
WARM = "#c8551b"
MIDDLE = "#5b9bd5"
GOLD = "#eca83c"
PALE = "#cfe2f3"
GREY = "#8a8a8a"
FAINT = "#dddddd"

SETTINGS: Any = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same letters on every machine
    "font.size": 9,
    "axes.labelsize": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.formatter.useoffset": False,
    "axes.formatter.limits": (-12, 12),
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "hatch.linewidth": 0.7,
    "svg.hashsalt": "mptf_sim",
    "text.hinting": "none",  # faster, and nothing is lost at these sizes
    "svg.fonttype": "none",  # text stays text: it can be searched, copied and read aloud
    "text.parse_math": False,  # a name with two dollar signs is a name
}


@contextmanager
def house_style() -> Iterator[None]:
    """The settings of this house, for as long as something is drawn or written."""
    with matplotlib.rc_context(SETTINGS), warnings.catch_warnings():
        # Names may hold letters the font lacks; the page shows them as text beside the figure.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from")
        yield


@contextmanager
def drawing(ax: Axes | None, height: float = HEIGHT) -> Iterator[Axes]:
    """The axes to draw on in the house's style: those given, or those of a new figure."""
    with house_style():
        yield Figure(figsize=(WIDTH, height), layout="constrained").add_subplot() if ax is None else ax


def axis_unit(largest_cents: float, currency: str) -> tuple[float, str]:
    """Cents per unit of an axis, and the unit's name: never a power of ten."""
    if abs(largest_cents) >= 100_000_00:
        return 1e8, f"{currency} M"
    return (1e5, f"{currency} thousand") if abs(largest_cents) >= 1_000_00 else (1e2, currency)


def plain_numbers(axis: Axis, most: int = 6) -> None:
    """Round numbers with commas along an axis."""
    axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 4, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))


def in_percent(axis: Axis) -> None:
    """Shares along an axis."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.0f} %"))


def quarter_axis(axes: Axes, quarters: Sequence[str]) -> list[int]:
    """Quarters along the axis, labelled by year where they are many; their places."""
    places = list(range(len(quarters)))
    if len(quarters) <= 8:  # Q1 over its year, Q2, ...
        years = [quarter[:4] if place == 0 or quarter.endswith("Q1") else "" for place, quarter in enumerate(quarters)]
        axes.set_xticks(
            places, labels=[f"{quarter[5:]}\n{year}" for quarter, year in zip(quarters, years, strict=True)]
        )
    else:
        firsts = [place for place in places if quarters[place].endswith("Q1")]
        step = -(-len(firsts) // 12)
        axes.set_xticks(firsts[::step], labels=[quarters[place][:4] for place in firsts[::step]])
        axes.set_xlabel("Quarter; a year's label stands at its first quarter")
    axes.grid(visible=False, axis="x")
    return places


def legend_below(axes: Axes, columns: int = 2) -> None:
    """The legend under the axes, where it hides nothing; it grows to the left, under the labels of the axis."""
    lines = max((label.get_text().count("\n") for label in axes.get_xticklabels()), default=0)
    _legend(axes, "upper right", columns, 0, -18 - 12 * lines - (16 if axes.get_xlabel() else 0))


def legend_on_top(axes: Axes, columns: int = 2) -> None:
    """The legend over the axes, where a long list of bars is read from its top."""
    _legend(axes, "lower right", columns, 1, 2)


def _legend(
    axes: Axes, corner: Literal["upper right", "lower right"], columns: int, height: float, points: float
) -> None:
    """A legend so many points above the axes' foot (0) or head (1), whatever their height."""
    away = ScaledTranslation(0, points / 72, figure_of(axes).dpi_scale_trans)
    axes.legend(
        *_areas_first(axes),
        loc=corner,
        bbox_to_anchor=(1, height),
        bbox_transform=axes.transAxes + away,
        borderaxespad=0,
        ncols=columns,
        columnspacing=1.5,
    )


def _areas_first(axes: Axes) -> tuple[list[Any], list[str]]:
    """Bars and bands before the lines and marks drawn on them."""
    pairs = list(zip(*axes.get_legend_handles_labels(), strict=True))
    pairs.sort(key=lambda pair: not isinstance(pair[0], BarContainer | PolyCollection))
    return [handle for handle, _ in pairs], [label for _, label in pairs]


def say(axes: Axes, sentence: str) -> None:
    """A sentence in place of a drawing, where there is nothing to draw."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, sentence, ha="center", va="center", transform=axes.transAxes, color=INK, wrap=True)


def figure_of(axes: Axes) -> Figure:
    """The figure that axes stand on, whatever part of it they were made in."""
    figure = axes.figure.figure
    assert isinstance(figure, Figure), "axes stand on a figure"
    return figure


def svg(figure: Figure) -> str:
    """A figure as SVG, the same text every time."""
    page = BytesIO()
    with house_style():  # the canvas itself: `savefig` would draw everything twice
        FigureCanvasSVG(figure).print_svg(page, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})  # type: ignore[no-untyped-call]
    return page.getvalue().decode("utf-8")


def png(figure: Figure) -> bytes:
    """A figure as PNG, the same bytes every time."""
    page = BytesIO()
    dots = figure.dpi
    figure.set_dpi(DOTS)
    with house_style():
        FigureCanvasAgg(figure).print_png(page, metadata={"Software": None})  # type: ignore[no-untyped-call]
    figure.set_dpi(dots)
    return page.getvalue()
