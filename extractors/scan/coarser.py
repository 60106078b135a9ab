"""Pages scanned finer than reading needs, brought down to what it takes.

The recogniser gets print 30 pixels high, whatever the scanner's resolution; steps before it that look at every pixel
take three times as long at 300 dpi as at 200. So a large page whose print is higher than that is made smaller first.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from extractors.scan.legible import Content
from extractors.scan.pages import PageImage, at_half
from extractors.scan.pieces import boxes

LARGE = 5_000_000
"""Pixels from which a page is worth a look: A4 at 200 dpi has 3.9 million, at 300 dpi 8.7 million."""
WANTED = 30.0
"""Height of print in pixels that is kept."""
WORTHWHILE = 0.9
"""Factors above it are not worth the work."""
LEAST = 22.0
"""Height in pixels below which the smaller print of a page doesn't come."""
USUAL, SMALLEST = 0.2, 0.02
"""Shares of a page's text, by length, that are smaller than its usual and than its smaller print."""
JOINS = 5
"""Pixels, at half the resolution, over which characters join to lines."""
LONGEST = 0.4
"""Share of a side; what is longer is a table's ruled lines and all that hangs on them."""
DARKER, AROUND = 24, 31
"""Ink is so much darker than the mean of a square of so many pixels around it."""
LEAST_LINES = 12
"""Pieces of text that tell the height of a page's print."""


def no_finer_than_needed(image: PageImage) -> PageImage:
    """The page, smaller where its print is higher than the recogniser takes it."""
    height, width = image.image.shape[:2]
    if height * width < LARGE or image.content is not Content.PRINT:
        return image
    found = _print_heights(image)
    if found is None:
        return image
    usual, smallest = found
    factor = max(WANTED / usual, LEAST / smallest)
    if factor > WORTHWHILE:
        return image
    size = round(width * factor), round(height * factor)
    smaller = cv2.resize(image.image, size, interpolation=cv2.INTER_AREA)
    return replace(image, image=smaller, half=at_half(smaller), scale=image.scale * size[0] / width)


def _print_heights(image: PageImage) -> tuple[float, float] | None:
    """Heights of a page's usual and of its smaller print, pixels; None where it shows too little text.

    Characters are joined to pieces of lines, whose shorter side is the print's height whichever way up the page lies.
    """
    green = cv2.extractChannel(image.half, 1)
    ink = cv2.adaptiveThreshold(
        green, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, AROUND, DARKER
    )
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((JOINS, JOINS), np.uint8))
    found = boxes(joined)[:, 2:].astype(float)
    lines = found[(found.max(axis=1) < LONGEST * max(green.shape)) & (found.max(axis=1) > 1.5 * found.min(axis=1))]
    lines = lines[lines.min(axis=1) >= 5]
    if len(lines) < LEAST_LINES:
        return None
    heights, lengths = lines.min(axis=1), lines.max(axis=1)
    order = np.argsort(heights)
    usual, smallest = np.searchsorted(np.cumsum(lengths[order]), np.array([USUAL, SMALLEST]) * lengths.sum())
    return float(heights[order][usual]) * 2, float(heights[order][smallest]) * 2
