"""Tables without ruled lines between their cells: three-line tables and wholly unruled ones.

Columns are parted by stretches of paper that run through the whole table; rows are told by the pieces of the first
column (the row numbers), and parted at the widest paper between two of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan.columns import find_columns
from extractors.scan.lines import Line
from extractors.scan.rules import Grid, Rules, Square
from extractors.scan.seals import Circle

FEWEST_COLUMNS = 4
"""Fewer columns side by side are a letter's date and signature, not a form."""
SEAL_REACH = 1.12
"""How far a seal's ink reaches, as a multiple of its radius: the ring is thick, and frays."""
HEADER_BAND = 2.6
"""Height of the header where no rule closes it, in print heights: a line, and what a second one reaches beyond it."""
SPECKS = 0.02
"""Ink in a row of pixels between two rows of the table, as a share of a text line's, that is specks."""
NEARER = 0.25
"""How many pixels wider a gap must be for each pixel that it stands further from the middle between two rows."""
LONG_RULE = 0.4
"""A rule of a three-line table runs over at least this share of the page."""


def find(
    ink: NDArray[np.bool_], rules: Rules, pieces: Sequence[Line], height: float, circles: Sequence[Circle] = ()
) -> tuple[Grid, list[Line]] | None:
    """The unruled table of a page and the pieces of text outside it; None where there is none.

    Args:
        ink: where there is print on the straight page, ruled lines left out.
        rules: its ruled lines.
        pieces: pieces of text, see `freetext.find`.
        height: of the print, pixels.
        circles: seals that can't be told from print; what stands under them says nothing of columns.
    """
    bands = _between_bands(pieces, height, ink.shape[0])
    if bands is None:
        return None
    lines = _long_rules(rules, bands, height)
    top, bottom = min([bands[0], *lines]), max([bands[1], *lines])
    outside_seals = _outside(ink, circles)
    header = lines[1] if len(lines) > 1 and lines[0] == top else bands[0] + round(HEADER_BAND * height)
    columns = find_columns(outside_seals[top:header], outside_seals[header:bottom], height)
    if len(columns) < FEWEST_COLUMNS:
        return None
    anchors = _anchors(ink[top:bottom], columns[0], top, height)
    if len(anchors) < 2:
        return None
    ys = _row_edges(outside_seals, columns, anchors, top, bottom)
    if len(lines) > 1 and lines[0] == top:
        # The second rule closes the header, however many lines it has.
        ys = [top, *(y for y in ys[1:] if y > lines[1] + height / 2)]
        ys = [ys[0], lines[1], *ys[1:]] if lines[1] + height < ys[1] else ys
    xs = [columns[0][0] - round(height), *((a[1] + b[0]) // 2 for a, b in zip(columns, columns[1:], strict=False))]
    xs.append(min(columns[-1][1] + round(height), ink.shape[1] - 1))
    xs[0] = max(xs[0], 0)
    squares = tuple(
        Square(r, c, 1, 1, xs[c], ys[r], xs[c + 1], ys[r + 1]) for r in range(len(ys) - 1) for c in range(len(xs) - 1)
    )
    grid = Grid(squares, len(ys) - 1, len(xs) - 1, xs[0], ys[0], xs[-1], ys[-1])
    outside = [p for p in pieces if (p.y0 + p.y1) / 2 < ys[0] or (p.y0 + p.y1) / 2 > ys[-1]]
    return grid, outside


def _bands(pieces: Sequence[Line], height: float) -> list[list[Line]]:
    """Pieces that stand beside each other."""
    bands: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda p: p.y0 + p.y1):
        middle = (piece.y0 + piece.y1) / 2
        if bands and middle - float(np.mean([(p.y0 + p.y1) / 2 for p in bands[-1]])) < 0.6 * height:
            bands[-1].append(piece)
        else:
            bands.append([piece])
    return bands


def _long_rules(rules: Rules, bands: tuple[int, int], height: float) -> list[int]:
    """The rules of a three-line table: long ones at its edges and under its header."""
    rows = np.flatnonzero((rules.across > 0).mean(axis=1) > LONG_RULE)
    near = rows[(rows > bands[0] - 3 * height) & (rows < bands[1] + 3 * height)]
    # A rule is a few pixels thick, and steps by one or two where the page wasn't quite straight.
    return [int(r) for i, r in enumerate(near) if i == 0 or r - near[i - 1] > 0.5 * height]


def _between_bands(pieces: Sequence[Line], height: float, page_height: int) -> tuple[int, int] | None:
    """From the first to the last band that holds as many pieces as a form has columns."""
    bands = [band for band in _bands(pieces, height) if len(band) >= FEWEST_COLUMNS]
    if len(bands) < 2:
        return None
    top, bottom = min(p.y0 for p in bands[0]), max(p.y1 for p in bands[-1])
    # A header or a value of two lines reaches half a line above and below the band.
    return max(top - round(0.8 * height), 0), min(bottom + round(0.8 * height), page_height)


def _outside(ink: NDArray[np.bool_], circles: Sequence[Circle]) -> NDArray[np.bool_]:
    """The ink outside seals, which would close the gaps between columns."""
    kept = ink.astype(np.uint8)
    for circle in circles:
        cv2.circle(kept, (round(circle.x), round(circle.y)), round(SEAL_REACH * circle.radius), 0, -1)
    return kept > 0


def _anchors(ink: NDArray[np.bool_], first: tuple[int, int], top: int, height: float) -> list[tuple[int, int]]:
    """Top and bottom of each text in the first column, header included."""
    inked = ink[:, first[0] : first[1] + 1].any(axis=1, keepdims=True).astype(np.uint8)
    # A pale digit breaks in the middle.
    gap = max(round(0.3 * height), 1) | 1
    rows: NDArray[np.uint8] = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, np.ones((gap, 1), np.uint8))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], rows.ravel().astype(np.int8), [0]])))
    runs = zip(edges[::2], edges[1::2], strict=True)
    anchors = [(int(a) + top, int(b) + top) for a, b in runs if b - a > 0.4 * height]
    # A header of two lines (序 over 号) is one row: its lines stand closer together than the rows do.
    if len(anchors) > 2 and anchors[1][0] - anchors[0][1] < 0.5 * (anchors[2][0] - anchors[1][1]):
        anchors[:2] = [(anchors[0][0], anchors[1][1])]
    return anchors


def _row_edges(
    ink: NDArray[np.bool_],
    columns: list[tuple[int, int]],
    anchors: list[tuple[int, int]],
    top: int,
    bottom: int,
) -> list[int]:
    """Edges of the rows: between two anchors the middle of the widest stretch of rows with the least ink."""
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
        gap = max(
            zip(runs[::2], runs[1::2], strict=True),
            key=lambda run: (run[1] - run[0]) - nearer * abs((run[0] + run[1]) / 2 - middle),  # noqa: B023
        )
        edges.append(start + int(gap[0] + gap[1]) // 2)
    return [*edges, bottom]
