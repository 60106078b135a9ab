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
from extractors.scan.rows import row_edges
from extractors.scan.rules import Grid, Rules, Square
from extractors.scan.seals import Circle

FEWEST_COLUMNS = 4
"""Fewer columns side by side are a letter's date and signature, not a form."""
SEAL_REACH = 1.12
"""How far a seal's ink reaches, as a multiple of its radius: the ring is thick, and frays."""
HEADER_BAND = 2.6
"""Height of the header where no rule closes it, in print heights: a line, and what a second one reaches beyond it."""
REACH = 0.8
"""How far a header or a value of two lines reaches above and below the pieces on its middle, in print heights."""
TALLEST = 3.0
"""Height of a piece of text of several lines that joined, in print heights, at most."""
LINE_GAP = 0.3
"""Paper between two lines of a cell, in print heights, at most."""
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
    ink = _between_sides(ink, pieces, bands, height)
    lines = _long_rules(rules, bands, height)
    reach = round(REACH * height)
    above = [y for y in lines if y <= bands[0] + reach + 2]
    top, bottom = above[-1] if above else bands[0], max([bands[1], *lines])
    lines = [y for y in lines if y >= top]
    closed = bool(above) and len(lines) > 1
    outside_seals = _outside(ink, circles)
    header = lines[1] if closed else bands[0] + round(HEADER_BAND * height)
    # What stands right below the table (a contact line) doesn't part its columns as the table does.
    values = outside_seals[header : max(bottom - reach, header)]
    columns = find_columns(outside_seals[top:header], values, height)
    if len(columns) < FEWEST_COLUMNS:
        return None
    below = [p.y0 for p in pieces if p.x0 <= columns[0][1] and p.y0 > bands[1] - reach]
    bottom = min([bottom, *below])
    clear = [p for p in pieces if not any(c.touches(p.x0, p.y0, p.x1, p.y1) for c in circles)]
    bottom = _with_last_lines(bottom, clear, columns, height)
    ys = row_edges(ink, outside_seals, columns, (top, bottom), height, header if closed else None)
    if len(ys) < 3:
        return None
    if closed:
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
    return max(top - round(REACH * height), 0), min(bottom + round(REACH * height), page_height)


def _between_sides(
    ink: NDArray[np.bool_], pieces: Sequence[Line], bands: tuple[int, int], height: float
) -> NDArray[np.bool_]:
    """The ink from the leftmost to the rightmost text of the table: beside it a photograph may show the desk."""
    within = [p for p in pieces if bands[0] <= p.y0 and p.y1 <= bands[1] and p.y1 - p.y0 < TALLEST * height]
    left, right = min(p.x0 for p in within), max(p.x1 for p in within)
    kept = np.zeros_like(ink)
    kept[:, max(left - round(height), 0) : right + round(height)] = True
    return ink & kept


def _with_last_lines(
    bottom: int, pieces: Sequence[Line], columns: Sequence[tuple[int, int]], height: float
) -> int:
    """The table's bottom with the last lines of its last row's longest cells, which few columns have.

    They stand within one column and go on line by line; a contact line below the table begins in the first.
    """
    for band in _bands([p for p in pieces if p.y1 > bottom], height):
        within = all(any(a - height <= p.x0 and p.x1 <= b + height for a, b in columns[1:]) for p in band)
        if not within or min(p.y0 for p in band) > bottom + LINE_GAP * height:
            break
        bottom = max(p.y1 for p in band) + round(LINE_GAP * height / 2)
    return bottom


def _outside(ink: NDArray[np.bool_], circles: Sequence[Circle]) -> NDArray[np.bool_]:
    """The ink outside seals, which would close the gaps between columns."""
    kept = ink.astype(np.uint8)
    for circle in circles:
        cv2.circle(kept, (round(circle.x), round(circle.y)), round(SEAL_REACH * circle.radius), 0, -1)
    return kept > 0
