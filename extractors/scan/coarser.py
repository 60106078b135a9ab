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
SMALLEST_PRINT = 0.2
"""Share of a page's text, by length, that may be smaller than the print that is measured."""
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
    print_height = _print_height(image)
    if print_height is None or WANTED / print_height > WORTHWHILE:
        return image
    size = round(width * WANTED / print_height), round(height * WANTED / print_height)
    smaller = cv2.resize(image.image, size, interpolation=cv2.INTER_AREA)
    return replace(image, image=smaller, half=at_half(smaller), scale=image.scale * size[0] / width)


def _print_height(image: PageImage) -> float | None:
    """Height of the smaller print of a page, pixels; None where it shows too little text.

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
    at = np.searchsorted(np.cumsum(lengths[order]), SMALLEST_PRINT * lengths.sum())
    return float(heights[order][at]) * 2
