"""Changes made by hand in the cells of a printed form: a stroke through the print, or the ink of a pen.

What was struck out can often still be read, and then matches what was typed. So a cell is looked at for what no
printer makes: ink of a colour that is neither a seal's nor the form's own, and a straight stroke that runs from one
character into the next and crosses strokes of theirs. Ruled lines and underlines cross nothing; the bars of
characters end with the character.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan import pens
from extractors.scan.ink import Gray
from extractors.scan.lines import INK
from extractors.scan.pieces import pieces
from extractors.scan.rules import Mask, Square
from extractors.scan.seals import Circle

DARK = (140, 165)
"""Bounds of the level, midway from the page's print to its paper, below which the middle of a pen's stroke is; the
blur that joins characters is paler."""
SHORTEST = 1.5
"""A strike runs straight on for so many print heights; the longest bar of a character for 1."""
LEVEL = tuple(round(0.04 * i, 2) for i in range(-5, 6))
SLOPES = (*LEVEL, *(s for i in range(3, 15) for s in (round(0.08 * i, 2), round(-0.08 * i, 2))))
"""Slopes of the strokes that are looked for, the steepest a slash through a cell; between two neighbours a stroke of
the shortest length strays by a pixel or two."""
FEWEST_CROSSINGS = 3
"""Strokes of characters that a strike crosses, counted one by one."""
JOINED_WIDTH, JOINED_SHARE = 1.4, 0.06
"""Where more than this share of the pieces of print are wider than so many print heights, a bold face has run
together (black and white does that), and only strokes of `LONG` count."""
BARE = 0.12
"""A strike runs alone over so many print heights in all; between characters that ran together there is no such gap."""
SURE = 2.0
"""A strike of so many print heights needs no such gap."""
CLOSE, BESIDE = 0.4, 0.35
"""Print is close within this many print heights; a strike has it on both sides for this share of its length, at the
least, an underline only above."""
THICKEST = 0.28
"""Of a pen's stroke, in print heights: 0.8 mm on small print. Bold characters that ran together are thicker."""
LONG, LEANING = 2.5, 0.035
"""A stroke of so many print heights that leans by this slope (2°) needs to cross nothing: what is printed is level."""
TALLER, TALLEST = 1.22, 2.0
"""Handwriting is taller than nearly all of the page's characters; what is twice as tall is two lines that touch. On
32 scans without handwriting nothing in 5,400 cells was between the two."""
MOST_CHARACTERS = 97
"""Per cent of the page's pieces of print that are no taller than its characters, brackets apart."""
FEWEST_PIECES = 20
"""Pieces of print from which the height of characters is known."""


@dataclass(frozen=True)
class Page:
    """What is looked at of a page set straight."""

    print: Gray
    """Print layer, ruled lines painted out."""
    across: Mask
    """Ruled lines across the page, or what passed for them."""
    pens: Mask | None
    """See `extractors.scan.pens.inked`, set straight as the page is; None for a page without colour."""
    circles: Sequence[Circle]


def find(page: Page, squares: Sequence[Square], height: float) -> frozenset[Square]:
    """The cells of a table that look changed by hand.

    Args:
        page: set straight.
        squares: the table's cells.
        height: of its print, in pixels.
    """
    found = set() if page.pens is None else pens.coloured(page.pens, page.circles, squares, height)
    for stroke in (*_ruled_strikes(page, squares, height), *_strokes(page, squares, height)):
        if not any(c.touches(*stroke) for c in page.circles if not c.red):
            found |= {s for s in squares if _holds(s, stroke)}
    return frozenset(found)


def _holds(square: Square, stroke: tuple[float, float, float, float]) -> bool:
    x, y = (stroke[0] + stroke[2]) / 2, (stroke[1] + stroke[3]) / 2
    return square.x0 <= x < square.x1 and square.y0 <= y < square.y1


def _lies_in(square: Square, box: tuple[int, int, int, int]) -> bool:
    """Whether a piece of print is all in a cell and touches no border."""
    x0, y0, x1, y1 = box
    return square.x0 < x0 and x1 < square.x1 and square.y0 + 3 < y0 and y1 < square.y1 - 3


def _ruled_strikes(page: Page, squares: Sequence[Square], height: float) -> Iterator[tuple[int, int, int, int]]:
    """Strikes that were taken for ruled lines: those inside cells that cross print."""
    inner = np.zeros_like(page.across)
    away = max(round(0.25 * height), 4)
    for s in squares:
        window = np.s_[s.y0 + away : s.y1 - away, s.x0 + 3 : s.x1 - 2]
        inner[window] = page.across[window]
    for piece in pieces(inner, narrowest=math.ceil(SHORTEST * height)):
        x, y, w, h = piece.x, piece.y, piece.width, piece.height
        pad = round(height)
        top, bottom = max(y - pad, 0), min(y + h + pad, inner.shape[0])
        line = np.pad(piece.pixels, ((y - top, bottom - y - h), (0, 0)))
        ink = (page.print[top:bottom, x : x + w] < INK) | line
        # Where a line was painted out, a pixel to either side went with it.
        wide = cv2.dilate(line.astype(np.uint8), np.ones((3, 1), np.uint8)) > 0
        if _crossings(ink, wide, height) >= FEWEST_CROSSINGS:
            yield x, y, x + w, y + h


def _strokes(page: Page, squares: Sequence[Square], height: float) -> Iterator[tuple[int, int, int, int]]:
    """Straight strokes, level or slanted, from one character into the next, and what is too tall for print."""
    x0, y0 = max(min(s.x0 for s in squares), 0), max(min(s.y0 for s in squares), 0)
    layer = page.print[y0 : max(s.y1 for s in squares), x0 : max(s.x1 for s in squares)]
    _, labels, stats, _ = cv2.connectedComponentsWithStats((layer < _level(layer)).astype(np.uint8), connectivity=8)
    tall = _too_tall(stats, height)
    characters = stats[1:][stats[1:, cv2.CC_STAT_HEIGHT] >= 0.5 * height]
    joined = (characters[:, cv2.CC_STAT_WIDTH] > JOINED_WIDTH * height).mean() if len(characters) else 0.0
    shortest = LONG if joined > JOINED_SHARE else SHORTEST
    for index in range(1, len(stats)):
        x, y, w, h = (int(v) for v in stats[index, :4])
        box = (x0 + x, y0 + y, x0 + x + w, y0 + y + h)
        if tall[index] and any(_lies_in(s, box) for s in squares):
            yield box
            continue
        if np.hypot(w, h) < shortest * height or w < 0.9 * height:
            continue
        pad = round(0.4 * height)
        top, left = max(y - pad, 0), max(x - 2, 0)
        window = np.s_[top : y + h + pad, left : x + w + 2]
        stroke = (labels[window] == index).astype(np.uint8)
        ink = (layer[window] < INK).astype(np.uint8)
        for slope in SLOPES:
            place = _straight(stroke, ink, slope, height, shortest)
            if place is not None:
                px, py = x0 + left + place[0], y0 + top + place[1]
                yield px, py, px + 1, py + 1
                break


def _level(layer: Gray) -> float:
    """See `DARK`."""
    core = layer[::2, ::2][layer[::2, ::2] < DARK[0]]
    return float(np.clip((np.percentile(core, 25) + 255) / 2, *DARK)) if len(core) else DARK[0]


def _too_tall(stats: NDArray[np.int32], height: float) -> NDArray[np.bool_]:
    """Which pieces of print are taller than characters."""
    heights = stats[:, cv2.CC_STAT_HEIGHT].astype(float)
    characters = heights[1:][heights[1:] >= 0.5 * height]
    if len(characters) < FEWEST_PIECES:
        return np.zeros(len(heights), bool)
    usual = float(np.percentile(characters, MOST_CHARACTERS))
    return (heights >= TALLER * usual) & (heights <= TALLEST * usual)


def _straight(stroke: Mask, ink: Mask, slope: float, height: float, shortest: float) -> tuple[int, int] | None:
    """Where a pen's stroke of this slope runs; x and y in the window, None where none does."""
    high, wide = stroke.shape
    rise = abs(slope) * wide
    shear = np.array([[1, 0, 0], [-slope, 1, rise if slope > 0 else 0]], np.float32)
    size = (wide, high + int(np.ceil(rise)))
    level = cv2.warpAffine(stroke, shear, size, flags=cv2.INTER_NEAREST)
    level = cv2.morphologyEx(level, cv2.MORPH_CLOSE, np.ones((3, 1), np.uint8))
    # A stroke of slope s is longer than its run along x by the root of 1 + s².
    length = round(shortest * height / np.hypot(1.0, slope))
    line = cv2.morphologyEx(level, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)) > 0
    if not line.any():
        return None
    print_ = cv2.warpAffine(ink, shear, size, flags=cv2.INTER_NEAREST) > 0
    ys, xs = np.nonzero(line)
    long = float(np.ptp(xs)) * np.hypot(1.0, slope)
    if not _is_struck(print_, line, long, height) and not _leans(xs, ys, slope, height):
        return None
    x, y = int(np.median(xs)), int(np.median(ys))
    return x, round(y + slope * x - (rise if slope > 0 else 0))


def _is_struck(ink: NDArray[np.bool_], line: NDArray[np.bool_], length: float, height: float) -> bool:
    """Whether a level line runs through print: it crosses strokes, or has print close above it and close below it."""
    bare = _bare(ink, line, height) >= BARE * height
    if _crossings(ink, line, height) >= FEWEST_CROSSINGS and (bare or length >= SURE * height):
        return True
    above, below = _beside(ink, line, height)
    return bare and below >= BESIDE and (above >= BESIDE or length >= LONG * height)


def _beside(ink: NDArray[np.bool_], line: NDArray[np.bool_], height: float) -> tuple[float, float]:
    """The shares of a thin level line's columns that have print close above it, and close below it.

    Both are 0 for what is too thick for a pen's stroke.
    """
    columns = np.flatnonzero(line.any(axis=0))
    first = line[:, columns].argmax(axis=0)
    last = line.shape[0] - 1 - line[::-1, columns].argmax(axis=0)
    if np.median(last - first) > THICKEST * height:
        return 0.0, 0.0
    # A pixel beyond the line's own edge.
    steps = np.arange(2, 2 + round(CLOSE * height))[:, None]
    framed = np.pad(ink, ((len(steps) + 2, len(steps) + 2), (0, 0)))
    inside = len(steps) + 2
    above = framed[inside + first[None] - steps, columns[None]].any(axis=0).mean()
    below = framed[inside + last[None] + steps, columns[None]].any(axis=0).mean()
    return float(above), float(below)


def _bare(ink: NDArray[np.bool_], line: NDArray[np.bool_], height: float) -> int:
    """Columns in which a level line runs alone, between characters or beyond them."""
    columns = np.flatnonzero(line.any(axis=0))
    middle = int(np.median(np.nonzero(line)[0]))
    reach = round(0.6 * height)
    band = np.s_[max(middle - reach, 0) : middle + reach + 1, columns]
    thick = cv2.dilate(line.astype(np.uint8), np.ones((5, 1), np.uint8)) > 0
    return int((~(ink[band] & ~thick[band]).any(axis=0)).sum())


def _leans(xs: NDArray[np.int64], ys: NDArray[np.int64], slope: float, height: float) -> bool:
    """Whether the pixels of a sheared stroke are those of a long thin one that is not level."""
    columns, counts = np.unique(xs, return_counts=True)
    if len(columns) * np.hypot(1.0, slope) < LONG * height or np.median(counts) > THICKEST * height:
        return False
    return bool(abs(slope + np.polyfit(xs, ys, 1)[0]) >= LEANING)


def _crossings(ink: NDArray[np.bool_], line: NDArray[np.bool_], height: float) -> int:
    """How many strokes of print a level line crosses: ink right above it and right below it in the same column.

    A line that is too thick for a pen is no line but a filled area.
    """
    columns = np.flatnonzero(line.any(axis=0))
    near = max(round(height / 10), 2)
    crossed = np.zeros(line.shape[1] + 2, np.int8)
    for x in columns:
        ys = np.flatnonzero(line[:, x])
        top, bottom = int(ys[0]), int(ys[-1])
        if bottom - top > THICKEST * height:
            continue
        above, below = ink[max(top - near, 0) : top, x], ink[bottom + 1 : bottom + 1 + near, x]
        crossed[x + 1] = len(above) == near and len(below) == near and bool(above.all() and below.all())
    return int((np.diff(crossed) == 1).sum())
