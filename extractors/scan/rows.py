"""Rows of a table that has no lines between them: told by the first column's texts (the row numbers)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan import lines
from extractors.scan.rules import Square

SPECKS = 0.02
"""Ink in a row of pixels between two rows of the table, as a share of a text line's, that is specks."""
NEARER = 0.25
"""How many pixels wider a gap must be for each pixel that it stands further from the middle between two rows."""
LEVEL = 0.35
"""Lines whose middles stand no further apart stand on one level, in print heights."""
AT_THE_TOP = 0.85
"""Share of the texts beside a row's number that begin on its level where cells are set at the top."""
ONE_SIDED = 0.3
"""Share of the cells of several lines that have none above the number's level, lines on the level of another number
left out. Where cells are set in the middle, one of three lines has as many above as below."""
CENTRED, OFF = 0.3, 0.45
"""How far the cells of a row that is set in the middle stand off its number at most, and how far one does at least that
has a line too many or too few, in print heights: half a line is 0.65."""
FEWEST_FREE = 2
"""Row numbers beside which a column must have one line each to stand for those under a seal."""
SPECK_GAP, BROKEN = 0.3, 0.45
"""Paper within a text, in print heights, at most, and in the middle of a pale digit, of which the diagonal of a 2 goes
first; both halves together are no higher than one line."""
PITCH = 1.3
"""From one line of a cell to the next, in print heights."""


def row_edges(
    ink: NDArray[np.bool_],
    outside_seals: NDArray[np.bool_],
    columns: Sequence[tuple[int, int]],
    extent: tuple[int, int],
    height: float,
    header: int | None = None,
) -> list[int]:
    """Edges of the rows, header included, from the table's top to its bottom; two where no rows are to be told.

    Args:
        ink: where there is print on the straight page.
        outside_seals: the same without seals that can't be told from print.
        columns: left and right edge of each column.
        extent: top and bottom of the table.
        height: of the print, pixels.
        header: where a rule closes the header; None where none does.
    """
    top, bottom = extent
    anchors = _row_numbers(ink[top:bottom], outside_seals[top:bottom], columns, top, height)
    if header is not None:
        above = [a for a in anchors if a[1] <= header + height / 2]
        anchors = [(above[0][0], above[-1][1]), *anchors[len(above) :]] if above else anchors
    if len(anchors) < 2:
        return [top, bottom]
    print_ = lines.Print(height, PITCH * height)
    texts = [
        lines.split(outside_seals, Square(0, c, 1, 1, left - 2, top, right + 3, bottom), print_)
        for c, (left, right) in enumerate(columns)
    ]
    if _set_at_the_top([[line for line in c if line.y0 > (header or 0)] for c in texts[1:]], anchors[1:], height):
        return [top, *_above(outside_seals, columns, texts, anchors[1:], height), bottom]
    return _between(outside_seals, columns, texts, anchors, extent, height)


def _set_at_the_top(
    texts: Sequence[Sequence[lines.Line]], anchors: Sequence[tuple[int, int]], height: float
) -> bool:
    """Whether the cells of a row begin on the level of its number, and not around it.

    Where rows follow each other closely, the last lines of one stand right above the next: then the first row tells.
    A cell of two lines with the number's level between them is set in the middle.
    """
    levels = np.array([(first + last) / 2 for first, last in anchors])
    level = cells = below_only = several = around = 0
    first_above = first_below = False
    for column in texts:
        places = [(line.y0 + line.y1) / 2 for line in column]
        between = [y for y in places if np.abs(levels - y).min() > LEVEL * height]
        for middle in levels:
            near = [y for y in places if abs(y - middle) < height]
            cells += bool(near)
            here = any(abs(y - middle) <= LEVEL * height for y in near)
            level += here
            around += not here and min(near, default=middle) < middle < max(near, default=middle)
            above, below = (
                any(abs(y - middle - side * PITCH * height) <= LEVEL * height for y in between) for side in (-1, 1)
            )
            several += above or below
            below_only += below and not above
            if middle == levels[0]:
                first_above, first_below = first_above or above, first_below or below
    one_sided = below_only >= ONE_SIDED * several or (first_below and not first_above)
    return cells > 0 and level >= AT_THE_TOP * cells and one_sided and several > 2 * around


def _above(
    ink: NDArray[np.bool_],
    columns: Sequence[tuple[int, int]],
    texts: Sequence[Sequence[lines.Line]],
    anchors: Sequence[tuple[int, int]],
    height: float,
) -> list[int]:
    """The upper edge of each row whose cells begin on the level of its number: least ink right above them."""
    profile = ink[:, columns[0][0] : columns[-1][1]].sum(axis=1)
    edges = []
    every = [line for column in texts for line in column]
    for first, last in anchors:
        middle = (first + last) / 2
        tops = [line.y0 for line in every if abs((line.y0 + line.y1) / 2 - middle) < LEVEL * height]
        start = round(float(np.percentile(tops, 20))) if tops else first
        reach = max(round(LEVEL * height), 2)
        window = profile[max(start - reach, 0) : start + 1][::-1]
        edges.append(start - int(np.argmin(window)))
    return edges


def _row_numbers(
    ink: NDArray[np.bool_],
    outside_seals: NDArray[np.bool_],
    columns: Sequence[tuple[int, int]],
    top: int,
    height: float,
) -> list[tuple[int, int]]:
    """Top and bottom of each text in the first column, header included.

    Where a seal lies over some, those of a column that no seal touches and that has one line beside each number that
    is free; of several such columns the count of texts that most of them have is taken.
    """

    def hidden(column: tuple[int, int]) -> NDArray[np.int_]:
        part = np.s_[:, column[0] : column[1] + 1]
        return np.flatnonzero((ink[part] & ~outside_seals[part]).any(axis=1)) + top

    sealed = hidden(columns[0])
    if not len(sealed):
        return _anchors(ink, columns[0], top, height)
    free = _middles(_anchors(outside_seals, columns[0], top, height))
    free = free[(free < sealed[0] - height) | (free > sealed[-1] + height)]
    witnesses = []
    for column in columns[1:]:
        texts = _anchors(outside_seals, column, top, height)
        places = _middles(texts)
        outside = places[(places < sealed[0] - height) | (places > sealed[-1] + height)]
        beside = len(outside) == len(free) and bool((np.abs(outside - free) <= LEVEL * height).all())
        if beside and not len(hidden(column)):
            witnesses.append(texts)
    if len(free) < FEWEST_FREE or not witnesses:
        return _anchors(ink, columns[0], top, height)
    counts = [len(texts) for texts in witnesses]
    # Of two that are as frequent the larger: a cell may be blank.
    return witnesses[counts.index(max(counts, key=lambda count: (counts.count(count), count)))]


def _middles(runs: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    return np.array([(first + last) / 2 for first, last in runs])


def _anchors(ink: NDArray[np.bool_], first: tuple[int, int], top: int, height: float) -> list[tuple[int, int]]:
    """Top and bottom of each text in the first column, header included."""
    inked = ink[:, first[0] : first[1] + 1].any(axis=1, keepdims=True).astype(np.uint8)
    gap = max(round(SPECK_GAP * height), 1) | 1
    rows: NDArray[np.uint8] = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, np.ones((gap, 1), np.uint8))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], rows.ravel().astype(np.int8), [0]])))
    runs: list[tuple[int, int]] = []
    for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and a - runs[-1][1] < BROKEN * height and b - runs[-1][0] <= height:
            runs[-1] = (runs[-1][0], b)
        else:
            runs.append((a, b))
    anchors = [(a + top, b + top) for a, b in runs if b - a > 0.4 * height]
    # A header of two lines (序 over 号) is one row: its lines stand closer together than the rows do.
    one_line = bool(anchors) and anchors[0][1] - anchors[0][0] < PITCH * height
    if one_line and len(anchors) > 2 and anchors[1][0] - anchors[0][1] < max(
        LEVEL * height, 0.5 * (anchors[2][0] - anchors[1][1])
    ):
        anchors[:2] = [(anchors[0][0], anchors[1][1])]
    return anchors


def _between(
    ink: NDArray[np.bool_],
    columns: Sequence[tuple[int, int]],
    texts: Sequence[Sequence[lines.Line]],
    anchors: Sequence[tuple[int, int]],
    extent: tuple[int, int],
    height: float,
) -> list[int]:
    """Edges of the rows: between two anchors the middle of the widest stretch of rows with the least ink.

    Unless that leaves a cell of the row above it off the middle of its number, and another stretch leaves none so:
    where a row of three lines stands above one of two, the gap between them is no wider than those between lines.
    """
    top, bottom = extent
    profile = ink[:, columns[0][0] : columns[-1][1]].sum(axis=1)
    edges = [top]
    for number, (above, below) in enumerate(zip(anchors, anchors[1:], strict=False)):
        start, end = above[0], below[1]
        # A header may have three lines above a row of one: its lower edge is far from the middle.
        nearer = NEARER if number else 0.0
        between = profile[start:end]
        # A few specks don't fill a gap between rows.
        paper = between <= between.min() + SPECKS * between.max()
        runs = np.flatnonzero(np.diff(np.concatenate([[0], paper.astype(np.int8), [0]])))
        middle = (end - start) / 2
        # The widest; a gap between the lines of a cell stands further from the middle of the two anchors.
        gaps = sorted(
            zip(runs[::2], runs[1::2], strict=True),
            key=lambda run: nearer * abs((run[0] + run[1]) / 2 - middle) - (run[1] - run[0]),  # noqa: B023
        )
        places = [start + int(a + b) // 2 for a, b in gaps]
        off = [_off_centre(texts, (edges[-1], place), (above[0] + above[1]) / 2) for place in places]
        best = int(np.argmin(off)) if number else 0
        edges.append(places[best if off[best] < CENTRED * height and off[0] > OFF * height else 0])
    return [*edges, bottom]


def _off_centre(texts: Sequence[Sequence[lines.Line]], row: tuple[int, int], middle: float) -> float:
    """How far a cell of a row stands off the middle of its number at most; pixels."""
    off = [0.0]
    for column in texts[1:]:
        places = [y for line in column if row[0] <= (y := (line.y0 + line.y1) / 2) < row[1]]
        off.append(abs(float(np.mean(places)) - middle) if places else 0.0)
    return max(off)
