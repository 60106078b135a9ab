"""Pale ink that isn't read: pencil, a dry pen, a faint copy. A cell that has some holds more than was read.

Print is darker than `lines.INK`; what is paler, and no seal's, is left out of the lines. It mustn't pass for paper: a
pale 已停建 in a blank cell, or a 1 before 8630, is a difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import cv2
import numpy as np

from extractors.scan.ink import RED, Gray
from extractors.scan.lines import Line
from extractors.scan.rules import Square
from extractors.scan.seals import Circle

PALE = 234
"""Grey level (paper 255), after a blur over three pixels each way that takes the noise of scanners out."""
BORDER = 0.22
"""Left out along the borders of a cell, in print heights: the edges of painted-out rules, and of neighbours' print."""
AROUND = 0.35
"""Left out around the lines that are read, in print heights."""
LEAST = 0.05
"""Ink of the largest piece, as a share of the square of the print height: half a thin stroke."""
SEAL_REACH = 1.15
"""How far a seal's ink reaches, as a multiple of its radius."""


def find(
    layer: Gray,
    red: Gray | None,
    circles: Sequence[Circle],
    cells: Mapping[Square, Sequence[Line]],
    height: float,
) -> Iterator[Square]:
    """The cells that hold pale ink apart from the lines read in them.

    Args:
        layer: print of the straight page, ruled lines painted out.
        red: its redness, None for a page without colour.
        circles: its seals.
        cells: each cell of a ruled table with its lines.
        height: of the print, pixels.
    """
    pale = (cv2.blur(layer, (3, 3)) < PALE).astype(np.uint8)
    for circle in circles:
        cv2.circle(pale, (round(circle.x), round(circle.y)), round(SEAL_REACH * circle.radius), 0, -1)
    if red is not None:
        pale[cv2.dilate(red, np.ones((7, 7), np.uint8)) > RED / 2] = 0
    border, around = max(round(BORDER * height), 3), round(AROUND * height)
    for square, found in cells.items():
        for line in found:
            pale[max(line.y0 - around, 0) : line.y1 + around, max(line.x0 - around, 0) : line.x1 + around] = 0
        inside = pale[square.y0 + border : square.y1 - border, square.x0 + border : square.x1 - border]
        if np.count_nonzero(inside) >= LEAST * height**2 and _largest(inside) >= LEAST * height**2:
            yield square


def _largest(mask: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> int:
    """Pixels of the largest piece; specks that don't touch are noise."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return int(stats[1:, cv2.CC_STAT_AREA].max(initial=0))
