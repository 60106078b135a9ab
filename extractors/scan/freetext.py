"""Text lines of a page outside ruled tables: titles, the cover letter, and the text of unruled tables."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.scan.ink import Gray
from extractors.scan.lines import INK, Line, Print
from extractors.scan.pieces import Mask, boxes

TALLEST = 3.5
"""Height of a piece of text, in print heights, at most: titles, and lines of a cell that joined."""
REACH = 60
"""Boxes before one, from top to bottom, that it's held against: a line of a form has fewer."""


@dataclass(frozen=True)
class Pieces:
    """Pieces of text lines: words between wide gaps, from top to bottom, left to right."""

    lines: tuple[Line, ...]
    print: Print


def find(layer: Gray, gap: float = 1.2) -> Pieces:
    """Pieces of text on a straight page.

    Args:
        layer: print, with tables and ruled lines painted out.
        gap: how many print heights of paper part two pieces of a line.
    """
    ink: Mask = cv2.threshold(layer, INK - 1, 255, cv2.THRESH_BINARY_INV)[1]
    height = _print_height(ink)
    reach = max(round(gap * height), 3)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, reach | 1), np.uint8))
    # The box of a photograph's desk, which runs all around the page, holds every line.
    tallest = TALLEST * height
    found = [(x, y, x + w, y + h) for x, y, w, h in boxes(joined).tolist() if w >= 3 and 2 <= h <= tallest]
    pieces = _join_parts(found, height)
    lines = [
        Line(x0, y0, x1, y1)
        for x0, y0, x1, y1 in pieces
        if 0.45 * height <= y1 - y0 <= tallest and x1 - x0 >= 0.4 * height
    ]
    lines.sort(key=lambda line: (round((line.y0 + line.y1) / 2 / height), line.x0))
    return Pieces(tuple(lines), Print(height, 1.4 * height))


def _print_height(ink: Mask) -> float:
    """The height of characters: their parts joined by a small closing, the typical height of what is about square."""
    small = max(round(max(ink.shape) / 800), 2)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((small, small), np.uint8))
    _, _, w, h = boxes(joined).T
    character = (h > 7) & (h < max(ink.shape) / 20) & (w > 0.5 * h) & (w < 1.6 * h)
    return float(np.percentile(h[character], 60)) if character.sum() >= 5 else max(ink.shape) / 80


def _join_parts(parts: list[tuple[int, int, int, int]], height: float) -> list[tuple[int, int, int, int]]:
    """Joins boxes that stand one above the other within one line's height (the parts of 二, 言)."""
    parts = sorted(parts, key=lambda b: (b[1] + b[3]))
    out: list[list[int]] = []
    for (x0, y0, x1, y1), lone in zip(parts, _lone(parts, height), strict=True):
        for other in () if lone else out[-REACH:]:
            overlap = min(x1, other[2]) - max(x0, other[0])
            together = max(y1, other[3]) - min(y0, other[1])
            shared = min(y1, other[3]) - max(y0, other[1])
            narrow, low = min(x1 - x0, other[2] - other[0]), min(y1 - y0, other[3] - other[1])
            if overlap > 0.5 * narrow and (together <= 1.25 * height or shared > 0.6 * low):
                other[:] = [min(x0, other[0]), min(y0, other[1]), max(x1, other[2]), max(y1, other[3])]
                break
        else:
            out.append([x0, y0, x1, y1])
    return [(a, b, c, d) for a, b, c, d in out]


def _lone(parts: list[tuple[int, int, int, int]], height: float) -> NDArray[np.bool_]:
    """Of each box, whether none before it stands near enough to be joined; most needn't be tried one by one."""
    x0, y0, x1, y1 = np.array(parts, np.int64).reshape(-1, 4).T
    lone = np.ones(len(parts), bool)
    for back in range(1, min(6 * REACH, len(parts) - 1) + 1):
        here, before = np.s_[back:], np.s_[:-back]
        above = (x0[here] < x1[before]) & (x0[before] < x1[here])
        beside = (y0[here] < y1[before]) & (y0[before] < y1[here])
        together = np.maximum(y1[here], y1[before]) - np.minimum(y0[here], y0[before])
        lone[here] &= ~(above & (beside | (together <= 1.25 * height)))
    return lone
