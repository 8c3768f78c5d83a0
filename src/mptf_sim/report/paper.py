"""A4 pages filled from the top: headings, sentences, tables and figures, each where the last one ended."""

from __future__ import annotations

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from mptf_sim.report.lettering import ROUNDING, broken, font, width_of
from mptf_sim.report.printed import PrintedTable
from mptf_sim.report.style import FAINT, GREY, INK, figure_of

WIDTH, HEIGHT = 595.0, 842.0
"""A4 in points."""

LEFT, RIGHT, TOP, BOTTOM = 50.0, 545.0, 800.0, 50.0
LEADING = 1.38
"""Distance of lines, in sizes of their letters."""

GAP, WIDEST_GAP = 7.0, 18.0
"""Between the columns of a table: at least, and where there is room."""

NARROWEST, COMFORTABLE, SMALLEST = 100.0, 6.0, 5.0
"""Width of a column of words, size of letters for the sake of looks, and size of letters, below which none shrinks."""


class Words(Artist):
    """Every line of text of a page, written in one go: a table has hundreds, too many to lay out one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[float, float, str, float, bool, str]] = []

    def draw(self, renderer: RendererBase) -> None:
        """Write the lines; a page of 72 dots per inch is measured in points."""
        context = renderer.new_gc()
        for x, y, words, size, bold, colour in self.lines:
            context.set_foreground(colour)
            renderer.draw_text(context, x, y, words, font(size, bold), 0.0)
        context.restore()


class Paper:
    """Pages of one document; `y` is where the next thing goes, in points from the bottom."""

    def __init__(self, pages: PdfPages, foot: str) -> None:
        self.pages, self.foot, self.number = pages, foot, 0
        self.page: Figure | None = None
        self.words = Words()
        self.y = TOP

    def new_page(self) -> None:
        """Put the page aside and take the next."""
        self.close()
        self.number += 1
        self.page = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72)
        self.words = Words()
        self.page.add_artist(self.words)
        self.y = TOP
        self._write(LEFT, BOTTOM - 22, self.foot, 7, colour=GREY)
        self._write(RIGHT, BOTTOM - 22, f"{self.number}", 7, colour=GREY, align="right")

    def close(self) -> None:
        """Write the page that is being filled."""
        if self.page is not None:
            self.pages.savefig(self.page)  # type: ignore[no-untyped-call]
            self.page = None

    def need(self, height: float) -> None:
        """Go to the next page unless so much room is left on this one."""
        if self.page is None or self.y - height < BOTTOM:
            self.new_page()

    def text(
        self,
        words: str,
        size: float = 9,
        bold: bool = False,
        colour: str = INK,
        left: float = LEFT,
        right: float = RIGHT,
        after: float = 4,
    ) -> None:
        """A paragraph, broken into lines that fit."""
        for line in broken(words, right - left, size, bold):
            self.need(size * LEADING)
            self.y -= size * LEADING
            self._write(left, self.y, line, size, bold, colour)
        self.y -= after

    def rule(self) -> None:
        """A line across the page, to write on."""
        self._rule(self.y, INK)
        self.y -= 12

    def heading(self, words: str, size: float = 12, follows: float = 60) -> None:
        """A heading that does not stand alone at the foot of a page."""
        self.need(size * LEADING * 2 + follows)
        self.y -= 6
        self.text(words, size, bold=True, colour="#12436d", after=5)

    def figure(self, axes: Axes, height: float) -> None:
        """Room for a figure that was drawn on axes of this page, labels included."""
        bottom = self.y - height
        fit(axes, Bbox.from_extents(LEFT, bottom, RIGHT, self.y))
        self.y = bottom - 8

    def axes(self, height: float) -> Axes:
        """Axes on this page, or on the next if there is no room."""
        self.need(height)
        assert self.page is not None, "a page was taken"
        return self.page.add_axes((0.2, 0.2, 0.6, 0.4))

    def table(self, printed: PrintedTable, size: float = 7.5, title: bool = True) -> None:
        """A table, its heads again on every page it runs over; it shrinks until it fits the page's width."""
        size, widths = fitted(printed, size, RIGHT - LEFT)
        self.need(self.room_for(printed, size))
        if title:
            self.text(printed.title, size + 1, bold=True, after=2)
        self._heads(printed, widths, size)
        for number, row in enumerate(printed.rows):
            bold = number in printed.strong
            lines = [
                broken(cell, widths[column] - GAP, size, bold) if column < printed.words else [cell]
                for column, cell in enumerate(row)
            ]
            height = max(len(cell) for cell in lines)
            if self.y - height * size * LEADING < BOTTOM:
                self.new_page()
                self._heads(printed, widths, size)
            for line in range(height):
                self.y -= size * LEADING
                self._row([cell[line] if line < len(cell) else "" for cell in lines], printed, widths, size, bold)
            self._rule(self.y - 2, FAINT)
        self.y -= 6
        if printed.note:
            self.text(printed.note, 7, colour="#555555")
        self.y -= 6

    def room_for(self, printed: PrintedTable, size: float = 7.5) -> float:
        """What a table needs to start on this page: all of it if it is short, else its head and some rows."""
        whole = (len(printed.rows) + 5) * size * LEADING
        return whole if whole < 0.6 * (TOP - BOTTOM) else 10 * size * LEADING

    def _heads(self, printed: PrintedTable, widths: list[float], size: float) -> None:
        cells = [broken(head, max(widths[column] - GAP, 20), size, True) for column, head in enumerate(printed.heads)]
        lines = max(len(cell) for cell in cells)
        self.need((lines + 3) * size * LEADING)
        for line in range(lines):
            self.y -= size * LEADING
            self._row([([""] * (lines - len(cell)) + cell)[line] for cell in cells], printed, widths, size, True)
        self._rule(self.y - 3, "#12436d")
        self.y -= 2

    def _row(self, cells: list[str], printed: PrintedTable, widths: list[float], size: float, bold: bool) -> None:
        left = LEFT
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            if cell:
                number = column >= printed.words
                self._write(
                    left + width - GAP if number else left,
                    self.y,
                    cell,
                    size,
                    bold,
                    align="right" if number else "left",
                )
            left += width

    def _rule(self, y: float, colour: str) -> None:
        assert self.page is not None, "a page was taken"
        self.page.add_artist(Line2D([LEFT / WIDTH, RIGHT / WIDTH], [y / HEIGHT] * 2, color=colour, linewidth=0.5))

    def _write(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        bold: bool = False,
        colour: str = INK,
        align: str = "left",
    ) -> None:
        assert self.page is not None, "a page was taken"
        self.words.lines.append(
            (x - (width_of(words, size, bold) if align == "right" else 0.0), y, words, size, bold, colour)
        )


def fit(axes: Axes, box: Bbox) -> None:
    """Size axes so that they fill a box of the page, in points, with everything written around them."""
    figure = figure_of(axes)
    for _ in range(2):  # labels may change with the size: once more to be sure
        inner = axes.get_window_extent()
        outer = axes.get_tightbbox() or inner
        to_points = 72 / figure.dpi
        left, right = (inner.x0 - outer.x0) * to_points, (outer.x1 - inner.x1) * to_points
        low, high = (inner.y0 - outer.y0) * to_points, (outer.y1 - inner.y1) * to_points
        axes.set_position(
            (
                (box.x0 + left) / WIDTH, (box.y0 + low) / HEIGHT,
                max(box.width - left - right, 60) / WIDTH, max(box.height - low - high, 40) / HEIGHT,
            )
        )  # fmt: skip


def fitted(printed: PrintedTable, size: float, room: float) -> tuple[float, list[float]]:
    """Size of letters and widths of columns of a table that fits.

    Letters shrink a little if that is enough; else long cells are broken into lines, and only then do letters shrink.
    """
    smaller = size
    while smaller >= COMFORTABLE and sum(_widths(printed, smaller)) > room:
        smaller -= 0.5
    size = smaller if smaller >= COMFORTABLE else size
    while True:
        widths = _widths(printed, size)
        cells = [[width_of(row[column], size, False) for row in printed.rows] for column in range(printed.words)]
        usual = [sum(column) / max(len(column), 1) for column in cells]
        floors = [min(_longest_word(printed, column, size) + GAP, NARROWEST) for column in range(printed.words)]
        shrinkable = [column for column in range(printed.words) if widths[column] > floors[column]]
        while sum(widths) > room and shrinkable:
            emptiest = max(shrinkable, key=lambda column: widths[column] - usual[column])
            widths[emptiest] -= min(5.0, sum(widths) - room)
            shrinkable = [column for column in shrinkable if widths[column] > floors[column]]
        if sum(widths) <= room + ROUNDING or size <= SMALLEST:
            break
        size -= 0.5
    wider = min(max(room - sum(widths), 0.0) / len(widths), WIDEST_GAP - GAP)
    return size, [width + wider for width in widths]


def _longest_word(printed: PrintedTable, column: int, size: float) -> float:
    """Room that a column of words needs so that no word is broken."""
    words = {word for row in printed.rows for word in row[column].split(" ")} | set(printed.heads[column].split(" "))
    return max(width_of(word, size, True) for word in words)


def _widths(printed: PrintedTable, size: float) -> list[float]:
    """Columns as wide as their cells and the longest word of their head."""
    widths = []
    for column, head in enumerate(printed.heads):
        widest = max(
            (width_of(row[column], size, number in printed.strong) for number, row in enumerate(printed.rows)),
            default=0.0,
        )
        widths.append(GAP + max(widest, *(width_of(word, size, True) for word in head.split(" "))))
    return widths
