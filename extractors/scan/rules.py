"""Ruled lines of a straight page, and the cells they enclose.

Lines are found by morphological opening with long thin kernels. Their places make a grid; between two neighbouring
grid squares there is a border only where ink stands along it, and squares without a border between them are one
merged cell.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan.ink import Gray

Mask = NDArray[np.uint8]
"""Height × width, 255 where set."""

DARK = 190
"""On the evened print layer (paper 255) a ruled line is darker; thin grey lines at 150 dpi reach 170."""
KERNEL_SHARE = 1 / 45
"""Length of the opening kernel as a share of the page's longer side: longer than a stroke, shorter than a row."""
SMALLEST_TABLE = 0.12
"""A table is at least so wide and half so high, as shares of the page's sides."""
BORDER_INK = 0.6
"""A border is there when at least this share of it is inked."""


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
    dark = ((print_layer < DARK) * 255).astype(np.uint8)
    length = max(round(max(print_layer.shape) * KERNEL_SHARE), 30)
    # A black-and-white scan breaks thin lines: close gaps along the line first, of a few pixels only.
    across = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, 7), np.uint8))
    down = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((7, 1), np.uint8))
    across = cv2.morphologyEx(across, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(down, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    return Rules(_without_blobs(across, across_page=True), _without_blobs(down, across_page=False))


def _without_blobs(mask: Mask, across_page: bool) -> Mask:
    """Drops components too thick for a ruled line (dark table edges behind a photographed page, filled areas)."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    thickness = stats[:, cv2.CC_STAT_AREA] / np.maximum(
        stats[:, cv2.CC_STAT_WIDTH if across_page else cv2.CC_STAT_HEIGHT], 1
    )
    keep = thickness < max(mask.shape) / 160
    keep[0] = False
    return (keep[labels] * 255).astype(np.uint8)


def find_grids(rules: Rules) -> list[Grid]:
    """The ruled tables of a page, from top to bottom."""
    height, width = rules.across.shape
    joined = cv2.dilate(rules.both, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    grids = []
    for index in range(1, count):
        x, y, w, h = (int(v) for v in stats[index, :4])
        if w < SMALLEST_TABLE * width or h < SMALLEST_TABLE / 4 * height:
            continue
        window = np.s_[y : y + h, x : x + w]
        inside = labels[window] == index
        grid = _grid(rules.across[window] * inside, rules.down[window] * inside, x, y)
        if grid is not None:
            grids.append(grid)
    return sorted(grids, key=lambda g: (g.y0, g.x0))


def _grid(across: Mask, down: Mask, x0: int, y0: int) -> Grid | None:
    ys, xs = _line_places(across, axis=1), _line_places(down, axis=0)
    if len(ys) < 3 or len(xs) < 3:
        return None
    tolerance = max(round(max(across.shape) / 500), 3)
    near_across = cv2.dilate(across, np.ones((2 * tolerance + 1, 1), np.uint8)) > 0
    near_down = cv2.dilate(down, np.ones((1, 2 * tolerance + 1), np.uint8)) > 0
    rows, columns = len(ys) - 1, len(xs) - 1
    groups = _merge(near_across, near_down, ys, xs)
    squares = []
    for members in groups:
        top, bottom = min(r for r, _ in members), max(r for r, _ in members)
        left, right = min(c for _, c in members), max(c for _, c in members)
        squares.append(
            Square(
                top, left, bottom - top + 1, right - left + 1,
                xs[left] + x0, ys[top] + y0, xs[right + 1] + x0, ys[bottom + 1] + y0,
            )
        )  # fmt: skip
    squares.sort(key=lambda s: (s.row, s.column))
    return Grid(tuple(squares), rows, columns, xs[0] + x0, ys[0] + y0, xs[-1] + x0, ys[-1] + y0)


def _line_places(mask: Mask, axis: int) -> list[int]:
    """Middles of the lines: each component votes with its place, close ones are one line."""
    count, _, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    lengths = stats[1:, cv2.CC_STAT_WIDTH if axis == 1 else cv2.CC_STAT_HEIGHT].astype(float)
    places = centres[1:, 1 if axis == 1 else 0]
    extent = mask.shape[1 if axis == 1 else 0]
    gap = max(max(mask.shape) / 250, 5.0)
    clusters: list[list[tuple[float, float]]] = []
    for place, length in sorted(zip(places, lengths, strict=True)):
        if clusters and place - clusters[-1][-1][0] < gap:
            clusters[-1].append((place, length))
        else:
            clusters.append([(place, length)])
    # A stray run of ink (the bar of a large character, a seal's ring) is short; a border of a single cell in a
    # table of twenty columns is a twentieth.
    return [
        round(sum(p * n for p, n in c) / sum(n for _, n in c)) for c in clusters if sum(n for _, n in c) > 0.02 * extent
    ]


def _merge(
    across: NDArray[np.bool_], down: NDArray[np.bool_], ys: list[int], xs: list[int]
) -> list[list[tuple[int, int]]]:
    """Grid squares joined where no border stands between them; each group is made a full rectangle."""
    rows, columns = len(ys) - 1, len(xs) - 1
    parent = {(r, c): (r, c) for r in range(rows) for c in range(columns)}

    def root(at: tuple[int, int]) -> tuple[int, int]:
        while parent[at] != at:
            at = parent[at]
        return at

    for r in range(rows):
        for c in range(columns - 1):
            if not _inked(down[ys[r] : ys[r + 1], min(xs[c + 1], down.shape[1] - 1)]):
                parent[root((r, c + 1))] = root((r, c))
    for r in range(rows - 1):
        for c in range(columns):
            if not _inked(across[min(ys[r + 1], across.shape[0] - 1), xs[c] : xs[c + 1]]):
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


def _inked(run: NDArray[np.bool_]) -> bool:
    inner = run[len(run) // 8 : len(run) - len(run) // 8]
    return bool(len(inner) == 0 or inner.mean() >= BORDER_INK)
