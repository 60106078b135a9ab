"""The ink of pens on a form: colour that is neither a seal's nor the form's own."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan.ink import Gray
from extractors.scan.rectify import Homography
from extractors.scan.rules import Mask, Square
from extractors.scan.seals import Circle

HALF = 2
"""Colour is looked at on a copy of half the resolution: JPEG keeps no more of it."""
COLOUR = 25
"""Red above green and blue by so much, or they above red, paper taken as white, is coloured ink. On 33 pages without
blue ink, by phone and at 150 dpi too, at most 19 pixels of a page were bluer; at 20 there were six false alarms."""
RED_PEN, OTHER_PEN = 1, 2
PEN_AREA = 0.12
"""Least ink of a pen in a cell, in squared print heights: a stroke of half a millimetre, 3 mm long."""
STAMP = 7.0
"""Red ink that reaches over so many print heights both ways (25 mm) is a stamp whose ring was not found."""
STRAIGHT = 0.25
"""Unless it is one long stroke, whose pixels stray from a straight line by less than so many print heights."""
COMMON_SHARE, COMMON_CELLS = 0.3, 8
"""Colour other than red in more than this share of a table's cells, and in so many, is how the form is printed: navy
print is read as black is. Red print is not read at all, so that red never passes for nothing."""


def inked(half: NDArray[np.uint8]) -> Mask | None:
    """Where there is coloured ink: 0, `RED_PEN` or `OTHER_PEN`; None without colour.

    Args:
        half: the page at half its resolution, height × width × 3, RGB.
    """
    if np.array_equal(half[::8, ::8, 0], half[::8, ::8, 2]):
        return None
    red, green, blue = _paper_white(half)
    out = np.zeros(red.shape, np.uint8)
    out[cv2.subtract(red, cv2.max(green, blue)) > COLOUR] = RED_PEN
    out[cv2.subtract(cv2.max(green, blue), red) > COLOUR] = OTHER_PEN
    return out


def straight(half: NDArray[np.uint8], homography: Homography) -> Mask | None:
    """The same, set straight by the homography of the page at its own resolution."""
    mask = inked(half)
    if mask is None:
        return None
    to_half = np.diag([1.0 / HALF, 1.0 / HALF, 1.0])
    to_straight = to_half @ homography @ np.linalg.inv(to_half)
    out: Mask = cv2.warpPerspective(mask, to_straight, mask.shape[::-1], flags=cv2.INTER_NEAREST)
    return out


def _paper_white(small: NDArray[np.uint8]) -> list[Gray]:
    """The three channels, stretched so that the page's paper is white under a coloured lamp too."""
    sample = small[::8, ::8].reshape(-1, 3)
    bright = sample[sample[:, 1] >= np.percentile(sample[:, 1], 60)]
    paper = np.maximum(np.median(bright, axis=0), 60.0)
    return [cv2.convertScaleAbs(small[:, :, i], alpha=255.0 / paper[i]) for i in range(3)]


def coloured(
    pens: Mask, circles: Sequence[Circle], squares: Sequence[Square], height: float
) -> set[Square]:
    """The cells with a pen's colour in them."""
    found: set[Square] = set()
    for pen in (RED_PEN, OTHER_PEN):
        mask = (pens == pen).astype(np.uint8)
        if pen == RED_PEN:
            _without_stamps(mask, circles, height / HALF)
        sums = cv2.integral(mask)
        coloured = set()
        for square in squares:
            x0, y0, x1, y1 = (round(v / HALF) for v in (square.x0, square.y0, square.x1, square.y1))
            x1, y1 = min(x1, mask.shape[1]), min(y1, mask.shape[0])
            area = int(sums[y1, x1]) - int(sums[y0, x1]) - int(sums[y1, x0]) + int(sums[y0, x0])
            if area >= PEN_AREA * (height / HALF) ** 2:
                coloured.add(square)
        few = len(coloured) < COMMON_CELLS or len(coloured) <= COMMON_SHARE * len(squares)
        if few or pen == RED_PEN:
            found |= coloured
    return found


def _without_stamps(mask: Mask, circles: Sequence[Circle], height: float) -> None:
    """Takes the red of seals out of a mask: the discs that were found, and what is as large as a stamp."""
    for circle in circles:
        if circle.red:
            centre = round(circle.x / HALF), round(circle.y / HALF)
            cv2.circle(mask, centre, round(1.1 * circle.radius / HALF), 0, -1)
    reach = max(round(1.2 * height), 3) | 1
    joined = cv2.dilate(mask, np.ones((reach, reach), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for index in range(1, len(stats)):
        x, y, w, h = (int(v) for v in stats[index, :4])
        at_edge = x <= 2 * height or x + w >= mask.shape[1] - 2 * height
        if h <= STAMP * height or (w <= STAMP * height and not at_edge):
            continue
        window = mask[y : y + h, x : x + w]
        inside = (labels[y : y + h, x : x + w] == index) & (window > 0)
        across = np.linalg.eigvalsh(np.cov(np.nonzero(inside)))[0] ** 0.5 if inside.sum() > 2 else 0.0
        if across > STRAIGHT * height:
            window[inside] = 0
