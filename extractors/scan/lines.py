"""Splits the print of a cell into text lines.

The height of the print and the distance of its lines are measured over the whole page first: a page prints all its
cells alike, so a run of ink twice as high as that is two lines that touch (or that a seal joins), and one a third as
high is a part of a character.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractors.scan.ink import Gray
from extractors.scan.rules import Square

INK = 190
"""On the evened print layer, print is darker: the hairlines of a thin Song face at 150 dpi reach 170."""

Mask = NDArray[np.bool_]
"""Height × width; where there is print. Seals in grey are left out of it, see `extractors.scan.sealed_print`."""
GAP = 0.5
"""Paper between the characters of a line is narrower, in print heights."""
BORDER = 2
"""Pixels within which ink touches a cell's border."""
SLIVER = 0.3
"""Height of what a neighbour's line leaves in a cell at most, in print heights. A dash is as low, but stands clear of
the border."""
PAD_ACROSS = 0.25
"""Paper added left and right of a line, as a share of the print's height; the recogniser was trained on such crops."""
PAD_DOWN = 0.3
"""The same above and below. More paper makes the print smaller and the line shorter, which is quicker to read."""


@dataclass(frozen=True)
class Print:
    """Measures of the print of a page, in pixels."""

    height: float
    """Of a line's ink."""
    pitch: float
    """From one line of a cell to the next."""


@dataclass(frozen=True)
class Line:
    """A text line's ink, in pixels of the straight page."""

    x0: int
    y0: int
    x1: int
    y1: int


def measure(ink: Mask, squares: Sequence[Square]) -> Print:
    """The height of the print and the distance of its lines, over all cells of a page."""
    heights: list[int] = []
    pitches: list[int] = []
    for square in squares:
        runs = [r for r in _runs(ink, square) if r[1] - r[0] >= 6]
        heights += [b - a for a, b in runs]
        pitches += [b[0] - a[0] for a, b in zip(runs, runs[1:], strict=False)]
    if not heights:
        return Print(24.0, 32.0)
    # Digits are lower than characters: the upper third of the single lines is the characters' height.
    ordered = np.array(heights)
    typical = float(np.median(ordered))
    height = float(np.percentile(ordered[ordered < 1.6 * typical], 70))
    near = [p for p in pitches if 0.9 * height < p < 2.2 * height]
    return Print(height, float(np.median(near)) if len(near) > 3 else 1.3 * height)


def split(ink: Mask, square: Square, print_: Print, pale: Mask | None = None) -> list[Line]:
    """The text lines of a cell, from top to bottom.

    Args:
        ink: where there is print for certain.
        square: the cell.
        print_: measures of the page's print.
        pale: where there may be print (thin strokes under a red seal); a line goes on over it to the left and right.
    """
    runs = [r for r in _joined(_runs(ink, square), print_) if not _is_sliver(r, square, print_)]
    lines = []
    for top, bottom in runs:
        for a, b in _cut(ink, square, top, bottom, print_):
            line = trimmed(ink, square, a, b, print_)
            if line is not None:
                lines.append(line if pale is None else _extended(line, pale, square, print_))
    return lines


def crop(layer: Gray, line: Line, print_: Print, square: Square | None = None) -> Gray:
    """The image of a line with some paper around it; paper is set where a neighbouring cell would show."""
    across, down = round(PAD_ACROSS * print_.height), max(round(PAD_DOWN * print_.height), 2)
    left, right = (square.x0 + 1, square.x1) if square else (0, layer.shape[1])
    x0, x1 = max(line.x0 - across, left, 0), min(line.x1 + across, right, layer.shape[1])
    y0, y1 = max(line.y0 - down, 0), min(line.y1 + down, layer.shape[0])
    # Digits are lower than characters. Scaled to the same height they would be wider, and cost more, for nothing.
    spare = max(round(print_.height) - (line.y1 - line.y0), 0)
    out = np.full((line.y1 - line.y0 + 2 * down + spare, line.x1 - line.x0 + 2 * across), 255, np.uint8)
    top, start = y0 - (line.y0 - down) + spare // 2, x0 - (line.x0 - across)
    out[top : top + y1 - y0, start : start + x1 - x0] = layer[y0:y1, x0:x1]
    return out


def _runs(ink: Mask, square: Square) -> list[tuple[int, int]]:
    """Stretches of rows with ink, top and bottom row of each."""
    # A few rows beyond the border: tight rows let characters reach into the ruled line.
    inside = ink[max(square.y0 - 1, 0) : square.y1 + 2, square.x0 + 2 : square.x1 - 1]
    if inside.size == 0:
        return []
    rows = inside.sum(axis=1) >= 1
    edges = np.flatnonzero(np.diff(np.concatenate([[0], rows.astype(np.int8), [0]])))
    base = max(square.y0 - 1, 0)
    return [(int(a) + base, int(b) + base) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _joined(runs: list[tuple[int, int]], print_: Print) -> list[tuple[int, int]]:
    """Joins parts of characters (the dots of 六, the bars of 二) to lines."""
    out: list[tuple[int, int]] = []
    for top, bottom in runs:
        if out and bottom - out[-1][0] <= 1.3 * print_.height and (
            top - out[-1][1] < 0.45 * print_.height
        ):
            out[-1] = (out[-1][0], bottom)
        else:
            out.append((top, bottom))
    # Specks are dropped; a lone full stop or dash is a third of the height.
    return [(a, b) for a, b in out if b - a >= max(0.12 * print_.height, 2)]


def _is_sliver(run: tuple[int, int], square: Square, print_: Print) -> bool:
    """Whether a run is what a line of the cell above or below leaves beyond the border.

    Read with the paper around it, it would be that cell's text.
    """
    at_border = run[0] <= square.y0 + BORDER or run[1] >= square.y1 - BORDER
    return at_border and run[1] - run[0] < SLIVER * print_.height


def _cut(ink: Mask, square: Square, top: int, bottom: int, print_: Print) -> list[tuple[int, int]]:
    """A run too high for one line, cut where there is least ink near the expected places."""
    high = bottom - top
    if high < 1.5 * print_.height:
        return [(top, bottom)]
    count = max(round((high - print_.height) / print_.pitch) + 1, 1)
    profile = ink[top:bottom, square.x0 + 2 : square.x1 - 1].sum(axis=1).astype(float)
    cuts = [top]
    for k in range(1, count):
        expected = round(k * high / count)
        reach = max(round(0.25 * print_.pitch), 2)
        low, up = max(expected - reach, 1), min(expected + reach, high - 1)
        cuts.append(top + low + int(np.argmin(profile[low:up])))
    cuts.append(bottom)
    return list(zip(cuts, cuts[1:], strict=False))


def trimmed(ink: Mask, square: Square, top: int, bottom: int, print_: Print) -> Line | None:
    """The ink between two rows of a cell as a line; None where there is too little for one."""
    inside = ink[top:bottom, square.x0 + 2 : square.x1 - 1]
    # What a neighbour's line leaves at the border doesn't make this line longer.
    core = ink[max(top, square.y0 + 2 * BORDER) : min(bottom, square.y1 - 2 * BORDER), square.x0 + 2 : square.x1 - 1]
    columns = np.flatnonzero((core if len(core) > SLIVER * print_.height else inside).any(axis=0))
    rows = np.flatnonzero(inside.any(axis=1))
    if len(columns) == 0 or inside.sum() < 0.08 * print_.height**2 / 4:
        return None
    base = square.x0 + 2
    return Line(base + int(columns[0]), top + int(rows[0]), base + int(columns[-1]) + 1, top + int(rows[-1]) + 1)


def _extended(line: Line, pale: Mask, square: Square, print_: Print) -> Line:
    """The line with pale ink at its ends, as far as no wide gap parts it."""
    columns = np.flatnonzero(pale[line.y0 : line.y1, square.x0 + 2 : square.x1 - 1].any(axis=0)) + square.x0 + 2
    gap = GAP * print_.height
    left, right = line.x0, line.x1
    for x in columns[columns >= right]:
        if x - right > gap:
            break
        right = int(x) + 1
    for x in columns[columns < left][::-1]:
        if left - x > gap:
            break
        left = int(x)
    return Line(left, line.y0, right, line.y1)
