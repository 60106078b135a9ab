"""Ruled lines of a straight page, and the cells they enclose.

Lines are found by morphological opening with long thin kernels. Their places make a grid; between two neighbouring
grid squares there is a border only where ink stands along it, and squares without a border between them are one
merged cell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan.bars import ends_on, without_strokes
from extractors.scan.ink import Gray
from extractors.scan.pieces import Mask as Mask
from extractors.scan.pieces import pieces, without

DARK = 190
"""On the evened print layer (paper 255) a ruled line is darker; thin grey lines at 150 dpi reach 170."""
KERNEL_SHARE = 1 / 45
"""Length of the opening kernel as a share of the page's longer side: longer than a stroke, shorter than a row."""
SMALLEST_TABLE, LOWEST_TABLE = 0.12, 0.02
"""A table is at least so wide and so high, as shares of the page's sides: one row of one line on A3 is 0.024."""
LEAST_ACROSS = 0.06
"""The line between the two levels of a header may run over two columns only."""
LEAST_DOWN = 0.3
"""A border between columns runs over nearly all rows; characters stacked in one tight cell make shorter ones."""
LOW_ROW = 3
"""The kernel is so many times higher than the lowest row whose borders are looked for, in line with other rows'."""
LONGER_THAN_WORDS = 0.2
"""A line longer than this share of the page's longer side is a ruled line, whatever stands beside it. The bars of bold
characters join, in black and white, to runs as long as the text of a cell: 0.13 for a name of twenty characters."""
LONE_ROW = 4
"""Columns of a table of one row, the last of a form that a page break cut off, at least; fewer are framed text."""
BORDER_INK = 0.75
"""A border is there when at least this share of it is inked."""
FULL_INK = 0.93
"""A line is one where a whole stretch between two crossings is inked but for small breaks."""


@dataclass(frozen=True)
class Square:
    """A cell of a grid, in pixels of the straight page, between the middles of its ruled lines."""

    row: int
    column: int
    row_span: int
    column_span: int
    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True)
class Grid:
    """The cells of one ruled table."""

    squares: tuple[Square, ...]
    rows: int
    columns: int
    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True)
class Rules:
    """Masks of the ruled lines of a page."""

    across: Mask
    down: Mask

    @property
    def both(self) -> Mask:
        """The two together."""
        joined: Mask = cv2.bitwise_or(self.across, self.down)
        return joined


def find_rules(print_layer: Gray) -> Rules:
    """The ruled lines of a straight page."""
    dark: Mask = cv2.threshold(print_layer, DARK - 1, 255, cv2.THRESH_BINARY_INV)[1]
    length = max(round(max(print_layer.shape) * KERNEL_SHARE), 30)
    across, down = dark, dark
    if _two_valued(print_layer):
        # A black-and-white scan breaks thin lines: close gaps of a few pixels along the line. (In grey it would only
        # join the strokes of small characters to lines.)
        across = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
        down = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((5, 1), np.uint8))
    across = cv2.morphologyEx(across, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(down, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    longer = LONGER_THAN_WORDS * max(dark.shape)
    across = without_strokes(_without_blobs(across, across_page=True), dark, longer)
    ink, along = cv2.transpose(dark), cv2.transpose(across)
    crossing = without_strokes(cv2.transpose(_without_blobs(down, across_page=False)), ink, longer, along)
    down = cv2.transpose(crossing)
    # The page may lie on its side: then the borders of a low row are short lines across.
    lying = cv2.transpose(_of_low_rows(ink, crossing, along, length))
    del ink, crossing, along  # 17 MB each on A3 at 300 dpi
    low = _of_low_rows(dark, across, down, length)
    return Rules(cv2.bitwise_or(across, lying), cv2.bitwise_or(down, low))


def _of_low_rows(dark: Mask, across: Mask, down: Mask, length: int) -> Mask:
    """Borders lower than the kernel, from rule to rule.

    In line with long ones (a header above a section row), or, where no border is long, anywhere between long rules
    (the one row of a table that a page break left over).
    """
    out = np.zeros_like(down)
    near = max(round(max(dark.shape) / 1000), 2)
    columns = (np.count_nonzero(down, axis=0) >= length).astype(np.uint8)[None]
    known = cv2.dilate(columns, np.ones((1, 2 * near + 1), np.uint8))[0] > 0
    if not known.any():
        long = np.flatnonzero(np.count_nonzero(across, axis=1) > LONGER_THAN_WORDS * max(dark.shape))
        if not len(long) or np.ptp(long) > LOW_ROW * length:
            return out
        known[:] = True
    upright = np.ones((max(length // LOW_ROW, 8), 1), np.uint8)
    # Only a few columns of pixels; those between them are left out, and nothing joins across the cut.
    found = np.zeros_like(down)
    found[:, known] = cv2.morphologyEx(dark[:, known], cv2.MORPH_OPEN, upright)
    # Cut at the rules: a character or a seal may carry on the border beyond one.
    taken = cv2.dilate(down, np.ones((1, 3), np.uint8)) | cv2.dilate(across, np.ones((3, 1), np.uint8))
    for piece in pieces(cv2.bitwise_and(found, cv2.bitwise_not(taken))):
        if piece.height < 2 * length and ends_on(piece, across, 2 * near):
            out[piece.window][piece.pixels] = 255
    return out


def _two_valued(layer: Gray) -> bool:
    middle = (layer[::7, ::7] > 60) & (layer[::7, ::7] < 200)
    return bool(middle.mean() < 0.5 * (layer[::7, ::7] < 200).mean())


def _without_blobs(mask: Mask, across_page: bool) -> Mask:
    """Drops components too thick for a ruled line (dark table edges behind a photographed page, filled areas)."""
    most = max(mask.shape) / 160
    return without(mask, [p for p in pieces(mask) if p.area >= most * (p.width if across_page else p.height)])


def find_grids(rules: Rules) -> list[Grid]:
    """The ruled tables of a page, from top to bottom."""
    height, width = rules.across.shape
    joined = cv2.dilate(rules.both, np.ones((5, 5), np.uint8))
    narrowest, lowest = math.ceil(SMALLEST_TABLE * width), math.ceil(LOWEST_TABLE * height)
    grids = []
    for piece in pieces(joined, narrowest, lowest):
        across, down = rules.across[piece.window] * piece.pixels, rules.down[piece.window] * piece.pixels
        grid = _grid(across, down, piece.x, piece.y)
        if grid is not None:
            grids.append(grid)
    return sorted(grids, key=lambda g: (g.y0, g.x0))


def paintable(rules: Rules, grids: Sequence[Grid]) -> Mask:
    """The pixels of ruled lines that can be painted out without taking strokes of characters with them.

    Bars of neighbouring characters join to runs that look like pieces of a ruled line. Only the lines of a grid are
    taken, and lines longer than any word.
    """
    height, width = rules.across.shape
    out = np.zeros((height, width), np.uint8)
    near = max(round(max(height, width) / 500), 3)
    for grid in grids:
        for y in {y for s in grid.squares for y in (s.y0, s.y1)}:
            band = np.s_[max(y - near, 0) : y + near + 1, max(grid.x0 - near, 0) : grid.x1 + near + 1]
            out[band] |= rules.across[band]
        for x in {x for s in grid.squares for x in (s.x0, s.x1)}:
            band = np.s_[max(grid.y0 - near, 0) : grid.y1 + near + 1, max(x - near, 0) : x + near + 1]
            out[band] |= rules.down[band]
    long = math.floor(LONGER_THAN_WORDS * max(height, width)) + 1
    for piece in (*pieces(rules.across, narrowest=long), *pieces(rules.down, lowest=long)):
        out[piece.window][piece.pixels] = 255
    return out


def _grid(across: Mask, down: Mask, x0: int, y0: int) -> Grid | None:
    tolerance = max(round(max(across.shape) / 500), 3)
    # A pixel to either side, since a line steps by a pixel where a scan was skewed.
    near_across = cv2.dilate(across, np.ones((3, 1), np.uint8)) > 0
    near_down = cv2.dilate(down, np.ones((1, 3), np.uint8)).T > 0
    ys, xs = _line_places(across, 1, LEAST_ACROSS), _line_places(down, 0, LEAST_DOWN)
    # The bars of characters run neither from border to border nor, one above the other, over many rows.
    ys = [y for y in ys if max(_cover(near_across, y, xs, tolerance), default=0) >= FULL_INK]
    xs = [x for x in xs if _covered_share(near_down, x, ys, tolerance) >= LEAST_DOWN]
    if len(xs) < 3 or len(ys) < (3 if len(xs) - 1 < LONE_ROW else 2):
        return None
    rows, columns = len(ys) - 1, len(xs) - 1
    squares = []
    for members in _merge(near_across, near_down, ys, xs, tolerance):
        top, bottom = min(r for r, _ in members), max(r for r, _ in members)
        left, right = min(c for _, c in members), max(c for _, c in members)
        place = xs[left] + x0, ys[top] + y0, xs[right + 1] + x0, ys[bottom + 1] + y0
        squares.append(Square(top, left, bottom - top + 1, right - left + 1, *place))
    squares.sort(key=lambda s: (s.row, s.column))
    return Grid(tuple(squares), rows, columns, xs[0] + x0, ys[0] + y0, xs[-1] + x0, ys[-1] + y0)


def _cover(mask: NDArray[np.bool_], place: int, crossings: list[int], tolerance: int) -> list[float]:
    """The inked share of each stretch of a line between neighbouring crossings.

    Args:
        mask: the lines of one direction, turned so that they run along the rows of the array.
        place: the line's row.
        crossings: where lines of the other direction cross it.
        tolerance: how far a stretch may stand from `place`; all its ink must stand in one row, which tells a ruled
            line from the bars of a line of characters.
    """
    band = mask[max(place - tolerance, 0) : place + tolerance + 1]
    return [float(band[:, a:b].mean(axis=1).max()) for a, b in zip(crossings, crossings[1:], strict=False)]


def _covered_share(mask: NDArray[np.bool_], place: int, crossings: list[int], tolerance: int) -> float:
    """The share of a line that lies in fully inked stretches."""
    if len(crossings) < 2:
        return 0.0
    lengths = np.diff(crossings)
    full = np.array(_cover(mask, place, crossings, tolerance)) >= FULL_INK
    return float(lengths[full].sum() / max(lengths.sum(), 1))


def _line_places(mask: Mask, axis: int, least: float) -> list[int]:
    """Middles of the lines: each component votes with its place, close ones are one line.

    Lines whose pieces together are shorter than the share `least` of the table are strokes of stacked characters.
    """
    found = [(p.middle[axis], float(p.width if axis == 1 else p.height)) for p in pieces(mask)]
    extent = mask.shape[1 if axis == 1 else 0]
    gap = max(max(mask.shape) / 250, 5.0)
    clusters: list[list[tuple[float, float]]] = []
    for place, length in sorted(found):
        if clusters and place - clusters[-1][-1][0] < gap:
            clusters[-1].append((place, length))
        else:
            clusters.append([(place, length)])
    return [
        round(sum(p * n for p, n in c) / sum(n for _, n in c))
        for c in clusters
        if sum(n for _, n in c) > least * extent
    ]


def _merge(
    across: NDArray[np.bool_], down: NDArray[np.bool_], ys: list[int], xs: list[int], tolerance: int
) -> list[list[tuple[int, int]]]:
    """Grid squares joined where no border stands between them; each group is made a full rectangle."""
    rows, columns = len(ys) - 1, len(xs) - 1
    parent = {(r, c): (r, c) for r in range(rows) for c in range(columns)}

    def root(at: tuple[int, int]) -> tuple[int, int]:
        while parent[at] != at:
            at = parent[at]
        return at

    for c in range(columns - 1):
        for r, share in enumerate(_cover(down, xs[c + 1], ys, tolerance)):
            if share < BORDER_INK:
                parent[root((r, c + 1))] = root((r, c))
    for r in range(rows - 1):
        for c, share in enumerate(_cover(across, ys[r + 1], xs, tolerance)):
            if share < BORDER_INK:
                parent[root((r + 1, c))] = root((r, c))
    groups: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for at in parent:
        groups.setdefault(root(at), []).append(at)
    out: list[list[tuple[int, int]]] = []
    for members in groups.values():
        tall = 1 + max(r for r, _ in members) - min(r for r, _ in members)
        wide = 1 + max(c for _, c in members) - min(c for _, c in members)
        # Not a rectangle: a border was missed somewhere. The squares one by one lose less than a wrong merge.
        out.extend([members] if tall * wide == len(members) else [[at] for at in members])
    return out
