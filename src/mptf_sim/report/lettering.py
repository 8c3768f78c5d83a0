"""How wide words are, and where a sentence breaks into lines."""

from __future__ import annotations

from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

ROUNDING = 0.01
"""Points by which sums of widths may differ and still be the same."""


@lru_cache(maxsize=64)
def font(size: float, bold: bool) -> FontProperties:
    """Letters of a size."""
    return FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")


def broken(words: str, width: float, size: float, bold: bool) -> list[str]:
    """Lines that fit a width in points, broken at spaces, or within a word that is longer than a line."""
    lines, line = [], ""
    for word in words.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, bold) <= width + ROUNDING:
            line = longer
            continue
        if line:
            lines.append(line)
        while width_of(word, size, bold) > width + ROUNDING and len(word) > 1:
            most = max(next((n for n in range(len(word), 1, -1) if width_of(word[:n], size, bold) <= width), 1), 1)
            lines.append(word[:most])
            word = word[most:]
        line = word
    return [*lines, line]


def width_of(words: str, size: float, bold: bool) -> float:
    """Points that a line of text takes."""
    return sum(_letter(letter, bold) for letter in words) * size


@lru_cache(maxsize=4096)
def _letter(letter: str, bold: bool) -> float:
    """Width of a letter of size one."""
    return float(text_to_path.get_text_width_height_descent(letter, font(100, bold), ismath=False)[0]) / 100
